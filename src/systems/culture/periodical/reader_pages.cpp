// What readers see of the paper: front (首页), page with hot zones, navigation by page and by headline (版面导航, 标题导航), one
// article, the calendar of past issues, search, pictures and files.
#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/press.h"
#include "systems/culture/stories/rules.h"
#include "systems/culture/stories/stories.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

using access::Access;
using http::Context;
using http::Response;

std::string page_no(int number) { return number < 10 ? "0" + std::to_string(number) : std::to_string(number); }
std::string issue_path(const Issue& issue) { return "/paper/issues/" + id_text(issue.id); }
std::string page_path(const Issue& issue, int number) { return issue_path(issue) + "/pages/" + std::to_string(number); }
std::string article_path(const Story& story) { return "/paper/articles/" + id_text(story.id); }

// Only what is published has an address for readers.
Result<Issue> public_issue(Context& context) {
  auto issue = find_issue(context.reader, id_value(context.argument("issue")).value_or(0));
  if (!issue || issue->state != "published") return refuse(Kind::not_found, "http.not_found");
  return *issue;
}
Result<Page> public_page(Context& context, const Issue& issue) {
  const std::string text = context.argument("page");
  int number = 0;
  for (const char c : text) number = c >= '0' && c <= '9' && number < 1000 ? number * 10 + (c - '0') : 100000;
  auto page = text.empty() ? std::nullopt : find_page(context.reader, issue.id, number);
  if (!page) return refuse(Kind::not_found, "http.not_found");
  return *page;
}

std::string page_title(const Context& context, const Page& page) { return context.text("paper.page_no", {{"n", page_no(page.number)}}) + " " + page.section; }

// Members that every page of the paper has: name, date, number, issues before and after.
Json issue_view(Context& context, const Issue& issue) {
  const auto paper = find_paper(context.reader, issue.paper);
  TX_ASSERT(paper);
  Json view = Json::of({{"paper_name", context.language == language::Language::en && !paper->name_en.empty() ? paper->name_en : paper->name},
                        {"paper_motto", paper->motto}, {"is_demonstration", paper->demonstration},
                        {"issue_href", issue_path(issue)}, {"issue_no", context.text("paper.print.number", {{"n", std::to_string(issue.number)}})},
                        {"issue_day", date_line(context.words, context.language, issue.day)}, {"pdf_href", issue_path(issue) + "/pdf"}});
  if (const auto before = neighbour_issue(context.reader, issue, false)) view.set("issue_before", issue_path(*before)).set("issue_before_day", before->day.text());
  if (const auto after = neighbour_issue(context.reader, issue, true)) view.set("issue_after", issue_path(*after)).set("issue_after_day", after->day.text());
  return view;
}

Json headline_row(const Story& story) {
  return Json::of({{"href", article_path(story)}, {"headline", story.headline}, {"kicker", story.kicker}, {"subhead", story.subhead}, {"by", story.byline}, {"story_lang", story.language}});
}

// [{page_title, page_href, headlines}] of the whole issue.
Json contents_view(Context& context, const Issue& issue, int here = 0) {
  Json all = Json::array();
  for (const auto& page : pages_of(context.reader, issue.id)) {
    Json headlines = Json::array();
    for (const auto& story : stories_of(context.reader, issue.id, page.number)) headlines.push(headline_row(story));
    all.push(Json::of({{"page_title", page_title(context, page)}, {"page_no", page_no(page.number)}, {"section", page.section}, {"page_href", page_path(issue, page.number)}, {"headlines", headlines},
                       {"thumb", page_path(issue, page.number) + "/thumb?v=" + std::to_string(page.version)}, {"current", page.number == here}}));
  }
  return all;
}

Json zones_view(const Json& zones, const std::vector<Story>& stories, std::int64_t current = 0) {
  Json all = Json::array();
  for (const auto& zone : zones.items())
    for (const auto& story : stories)
      if (id_text(story.id) == zone["story"].text())
        all.push(Json::of({{"href", article_path(story)}, {"label", story.headline}, {"points", zone["points"].text()}, {"here", story.id == current}}));
  return all;
}

Result<Response> show_page(Context& context, const Press& press, const Issue& issue, const Page& page) {
  const auto stories = stories_of(context.reader, issue.id, page.number);
  const auto sheet = press.sheet(context.reader, issue, page);
  const auto all = pages_of(context.reader, issue.id);
  const bool zoomed = context.request.query["zoom"].text() == "1";
  const std::string here = page_path(issue, page.number), version = "?v=" + std::to_string(page.version);
  Json rows = Json::array();
  for (const auto& story : stories) rows.push(headline_row(story));
  Json view = issue_view(context, issue);
  view.set("title", view["paper_name"].text() + " " + view["issue_no"].text() + " " + page_title(context, page)).set("page_title", page_title(context, page))
      .set("picture", here + "/picture" + version).set("page_pdf", here + "/pdf" + version).set("printed", !sheet->svg.empty())
      .set("zones", zones_view(sheet->zones, stories)).set("rows", rows).set("contents", contents_view(context, issue, page.number)).set("zoomed", zoomed)
      .set("zoom_href", zoomed ? here : here + "?zoom=1").set("page_note", page.note.empty() ? "" : context.text(page.note, {{"day", local_date(page.changed).text()}, {"n", std::to_string(page.version)}}));
  if (page.number > 1) view.set("page_before", page_path(issue, page.number - 1));
  if (page.number < static_cast<int>(all.size())) view.set("page_after", page_path(issue, page.number + 1));
  return context.page("culture/page", view);
}

Result<Response> front(Context& context, const Press& press) {
  const auto issue = newest_issue(context.reader);
  if (!issue)
    return context.page("culture/none", Json::of({{"title", context.text("paper.title")},
                                                  {"empty", Json::of({{"icon", "file"}, {"title", context.text("paper.none")}, {"text", context.text("paper.none_text")},
                                                                      {"href", "/stories/tell"}, {"action", context.text("story.tell")}})}}));
  const auto page = find_page(context.reader, issue->id, 1);
  if (!page) return refuse(Kind::not_found, "http.not_found");
  return show_page(context, press, *issue, *page);
}

Result<Response> contents_page(Context& context, const char* name, const char* key) {
  const auto issue = TX_TRY(public_issue(context));
  Json view = issue_view(context, issue);
  view.set("title", context.text(key) + " · " + view["issue_no"].text()).set("heading", context.text(key)).set("contents", contents_view(context, issue));
  return context.page(name, view);
}

Json picture_rows(Context& context, const Story& story) {
  Json rows = Json::array();
  for (const auto& picture : pictures_of(context.reader, story.id)) {
    if (picture.state == "dropped" && picture.changed < story.published) continue;
    rows.push(Json::of({{"picture", picture.state == "shown" ? "/paper/pictures/" + id_text(picture.id) : ""}, {"caption", picture.caption}, {"credit", picture.credit},
                        {"width", picture.width}, {"height", picture.height}, {"gone", picture.state != "shown" ? context.text("picture.gone") : ""}}));
  }
  return rows;
}

Result<Response> article_page(Context& context, const Press& press) {
  const auto story = TX_TRY(story_of(context.reader, context.argument("story")));
  if (story.state != "published" && story.state != "retracted") return refuse(Kind::not_found, "http.not_found");
  const auto issue = find_issue(context.reader, story.issue);
  TX_ASSERT(issue);
  const auto page = find_page(context.reader, issue->id, story.page);
  TX_ASSERT(page);
  std::string type = context.request.query["type"].text();
  if (type != "large" && type != "huge") type = "";
  const std::string keep = type.empty() ? "" : "?type=" + type;
  Json view = issue_view(context, *issue);
  view.set("title", story.headline).set("type", type).set("story_lang", story.language).set("kicker", story.kicker).set("headline", story.headline).set("subhead", story.subhead)
      .set("page_title", page_title(context, *page)).set("page_href", page_path(*issue, page->number)).set("page_pdf", page_path(*issue, page->number) + "/pdf?v=" + std::to_string(page->version));
  Json sizes = Json::array();
  for (const auto* size : {"", "large", "huge"})
    sizes.push(Json::of({{"href", article_path(story) + (*size ? std::string("?type=") + size : "")}, {"label", context.text(std::string("paper.type.") + (*size ? size : "plain"))}, {"current", type == size}}));
  view.set("sizes", sizes);
  const auto order = stories_of(context.reader, issue->id);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i].id != story.id) continue;
    if (i > 0) view.set("story_before", article_path(order[i - 1]) + keep).set("story_before_title", order[i - 1].headline);
    if (i + 1 < order.size()) view.set("story_after", article_path(order[i + 1]) + keep).set("story_after_title", order[i + 1].headline);
  }
  const auto sheet = press.sheet(context.reader, *issue, *page);
  view.set("thumb", page_path(*issue, page->number) + "/thumb?v=" + std::to_string(page->version)).set("printed", !sheet->thumb.empty())
      .set("zones", zones_view(sheet->zones, stories_of(context.reader, issue->id, page->number), story.id));
  if (story.state == "retracted") {
    view.set("retracted", context.text("paper.retracted"));
    return context.page("culture/article", view);
  }
  Json paragraphs = Json::array(), corrections = Json::array();
  for (const auto& paragraph : rules::paragraphs(story.body)) paragraphs.push(Json::of({{"words", paragraph}}));
  for (const auto& correction : corrections_of(context.reader, story.id))
    corrections.push(Json::of({{"was", correction.was}, {"right_words", correction.right_words}, {"day", local_date(correction.at).text()}}));
  view.set("by", story.byline).set("source", story.source).set("paragraphs", paragraphs).set("corrections", corrections).set("pictures", picture_rows(context, story));
  // The chain from the page back to the deed: the activity and the organisation. A need stays private; only that there was one.
  if (const auto title = storage::scalar<std::string>(context.reader, "select title from activity where id = $1 and state in ('published','finished')", story.activity))
    view.set("activity_href", "/activities/" + id_text(story.activity)).set("activity_title", *title);
  if (const auto organisation = teams::find_organisation(context.reader, story.organisation))
    view.set("organisation_href", "/organisations/" + id_text(story.organisation)).set("organisation_name", organisation->name);
  view.set("from_need", story.need != 0);
  return context.page("culture/article", view);
}

Result<Response> issues_page(Context& context) {
  const auto newest = newest_issue(context.reader);
  Json view = newest ? issue_view(context, *newest) : Json::object();
  view.set("title", context.text("paper.past"));
  const auto issues = storage::select<Issue>(context.reader, "select * from issue where state = 'published' order by day desc limit 1500");
  Json months = Json::array();
  for (std::size_t i = 0; i < issues.size();) {
    const int year = issues[i].day.year(), month = issues[i].day.month();
    const Date first = Date::of(year, month, 1);
    const int length = (month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1)).days - first.days;
    Json cells = Json::array();
    for (int blank = 1; blank < first.weekday(); ++blank) cells.push(Json::of({{"day", ""}}));
    std::vector<const Issue*> of_day(static_cast<std::size_t>(length) + 1, nullptr);
    for (; i < issues.size() && issues[i].day.year() == year && issues[i].day.month() == month; ++i) of_day[static_cast<std::size_t>(issues[i].day.day())] = &issues[i];
    for (int day = 1; day <= length; ++day) {
      const auto* issue = of_day[static_cast<std::size_t>(day)];
      cells.push(Json::of({{"day", std::to_string(day)}, {"href", issue ? issue_path(*issue) : ""},
                           {"label", issue ? issue->day.text() + " " + context.text("paper.print.number", {{"n", std::to_string(issue->number)}}) : ""}}));
    }
    Json weeks = Json::array();
    for (std::size_t at = 0; at < cells.size(); at += 7) {
      Json row = Json::array();
      for (std::size_t cell = at; cell < at + 7; ++cell) row.push(cell < cells.size() ? cells.items()[cell] : Json::of({{"day", ""}}));
      weeks.push(Json::of({{"cells", row}}));
    }
    months.push(Json::of({{"month", context.text("paper.month", {{"y", std::to_string(year)}, {"m", context.text("month." + std::to_string(month))}})}, {"weeks", weeks}}));
  }
  Json week = Json::array();
  for (int day = 1; day <= 7; ++day) week.push(Json::of({{"name", context.text("weekday." + std::to_string(day))}}));
  view.set("months", months).set("week", week).set("has_months", months.size() > 0);
  return context.page("culture/issues", view);
}

// The place of the first word found, with some words around it.
std::string snippet(const std::string& body, const std::string& words) {
  const auto found = body.find(words);
  if (found == std::string::npos || found < 90) return shortened(body, 70);
  std::size_t from = found - 60;
  while (from > 0 && (static_cast<unsigned char>(body[from]) & 0xC0) == 0x80) --from;
  return "…" + shortened(std::string_view(body).substr(from), 70);
}

Result<Response> search_page(Context& context) {
  const std::string words = shortened(normal_text(context.request.query["q"].text()), 60);
  Json rows = Json::array();
  std::string where = "select * from story where state = 'published'";
  std::vector<storage::Value> values;
  for (const auto& token : query_tokens(words)) {
    values.push_back("% " + token + " %");
    where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
  }
  if (!values.empty()) {
    const auto found = context.reader.query(where + " order by published desc limit 50", values);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto story = storage::read_row<Story>(found, i);
      const auto issue = find_issue(context.reader, story.issue);
      rows.push(Json::of({{"href", article_path(story)}, {"headline", story.headline}, {"kicker", story.kicker}, {"story_lang", story.language}, {"text", snippet(story.body, words)},
                          {"when", issue ? issue->day.text() : ""}, {"page", context.text("paper.page_no", {{"n", page_no(story.page)}})}}));
    }
  }
  const auto newest = newest_issue(context.reader);
  Json view = newest ? issue_view(context, *newest) : Json::object();
  view.set("title", context.text("paper.search")).set("q", words).set("rows", rows).set("asked", !words.empty()).set("found", rows.size() > 0)
      .set("count_words", context.text("paper.search.found", {{"n", std::to_string(rows.size())}}));
  return context.page("culture/search", view);
}

Result<Response> picture(Context& context) {
  const auto row = storage::find<Picture>(context.reader, "select id, story, seq, kind, caption, credit, width, height, people, state, changed from story_picture where id = $1",
                                          id_value(context.argument("picture")).value_or(0));
  const auto story = row ? find_story(context.reader, row->story) : std::nullopt;
  if (!story || row->state != "shown" || story->state != "published") return refuse(Kind::not_found, "http.not_found");
  return Response::file(picture_bytes(context.reader, row->id), row->kind);   // never kept by a browser: it may have to go at once
}

// picture, thumb, pdf of a page.
Result<Response> page_file(Context& context, const Press& press, std::string Sheet::* part, const char* type, const char* name) {
  const auto issue = TX_TRY(public_issue(context));
  const auto page = TX_TRY(public_page(context, issue));
  const auto sheet = press.sheet(context.reader, issue, page);
  if (((*sheet).*part).empty()) return refuse(Kind::not_found, "http.not_found");
  const std::string file = *name ? issue.day.text() + "-" + page_no(page.number) + name : "";
  return Response::file((*sheet).*part, type, file);
}

}  // namespace

void add_reader_routes(http::Router& router, const Services& services) {
  const auto press = std::make_shared<Press>(services.words);
  const auto open = [](const char* why) { return Access::everyone(why); };
  router.page("paper.front", "/paper", open("the paper is public"), [press](Context& context) { return front(context, *press); });
  router.page("paper.issues", "/paper/issues", open("the calendar of past issues is public"), issues_page);
  router.page("paper.search", "/paper/search", open("the paper is public"), search_page);
  router.page("paper.issue", "/paper/issues/{issue}", open("a published issue is public"), [press](Context& context) -> Result<Response> {
    const auto issue = TX_TRY(public_issue(context));
    const auto page = find_page(context.reader, issue.id, 1);
    if (!page) return refuse(Kind::not_found, "http.not_found");
    return show_page(context, *press, issue, *page);
  });
  router.page("paper.contents", "/paper/issues/{issue}/contents", open("a published issue is public"), [](Context& context) { return contents_page(context, "culture/contents", "paper.by_page"); });
  router.page("paper.headlines", "/paper/issues/{issue}/headlines", open("a published issue is public"), [](Context& context) { return contents_page(context, "culture/headlines", "paper.by_headline"); });
  router.page("paper.issue_pdf", "/paper/issues/{issue}/pdf", open("a published issue is public"), [press](Context& context) -> Result<Response> {
    const auto issue = TX_TRY(public_issue(context));
    return Response::file(press->issue_pdf(context.reader, issue), "application/pdf", issue.day.text() + ".pdf");
  });
  router.page("paper.page", "/paper/issues/{issue}/pages/{page}", open("a published page is public"), [press](Context& context) -> Result<Response> {
    const auto issue = TX_TRY(public_issue(context));
    return show_page(context, *press, issue, TX_TRY(public_page(context, issue)));
  });
  router.page("paper.page_picture", "/paper/issues/{issue}/pages/{page}/picture", open("a published page is public"), [press](Context& context) { return page_file(context, *press, &Sheet::svg, "image/svg+xml", ""); });
  router.page("paper.page_thumb", "/paper/issues/{issue}/pages/{page}/thumb", open("a published page is public"), [press](Context& context) { return page_file(context, *press, &Sheet::thumb, "image/png", ""); });
  router.page("paper.page_pdf", "/paper/issues/{issue}/pages/{page}/pdf", open("a published page is public"), [press](Context& context) { return page_file(context, *press, &Sheet::pdf, "application/pdf", ".pdf"); });
  router.page("paper.article", "/paper/articles/{story}", open("a published article is public"), [press](Context& context) { return article_page(context, *press); });
  router.page("paper.picture", "/paper/pictures/{picture}", open("pictures of published articles are public while those on them agree"), picture);
}

}  // namespace tx::culture
