// The paper for feed readers (RSS 2.0), and the addresses that older electronic papers had (node_N.htm, content_N.htm).
#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/press.h"
#include "systems/culture/stories/rules.h"

namespace tx::culture {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr int kItemsMost = 40;

std::string rfc822(Instant at) {
  static const char* const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = local_time(at);
  char text[48];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0800", days[local.date.weekday() - 1], local.date.day(), months[local.date.month() - 1], local.date.year(), local.hour, local.minute, local.second);
  return text;
}

Result<Response> feed(Context& context, const std::string& site) {
  std::string base = site;
  if (base.empty()) base = "http://" + std::string(context.request.header("host"));
  const auto paper = storage::find<Paper>(context.reader, "select * from paper order by id limit 1");
  const std::string name = paper ? paper->name : context.text("paper.title");
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>" + html_escaped(name) + "</title><link>" + html_escaped(base) + "/paper</link><description>" +
                    html_escaped(paper && !paper->motto.empty() ? paper->motto : name) + "</description><language>" + (paper && paper->language == "en" ? "en" : "zh-CN") + "</language><atom:link rel=\"self\" type=\"application/rss+xml\" href=\"" +
                    html_escaped(base) + "/paper/feed\"/>";
  for (const auto& story : storage::select<Story>(context.reader, "select * from story where state = 'published' order by published desc, page, place limit $1", kItemsMost)) {
    const std::string link = base + "/paper/articles/" + id_text(story.id);
    const auto paragraphs = rules::paragraphs(story.body);
    out += "<item><title>" + html_escaped(story.headline) + "</title><link>" + html_escaped(link) + "</link><guid isPermaLink=\"true\">" + html_escaped(link) + "</guid><pubDate>" + rfc822(story.published) + "</pubDate><description>" +
           html_escaped(paragraphs.empty() ? "" : paragraphs.front()) + "</description></item>\n";
  }
  return Response::file(out + "</channel></rss>\n", "application/rss+xml; charset=utf-8");
}

// /html/2026-11/26/node_2.htm -> page 2 of that day's issue; content_3.htm -> its third article.
Result<Response> old_address(Context& context) {
  const auto day = Date::parse(context.argument("month") + "-" + context.argument("day"));
  const auto issue = day ? storage::find<Issue>(context.reader, "select * from issue where day = $1 and state = 'published' order by id limit 1", *day) : std::nullopt;
  if (!issue) return refuse(Kind::not_found, "http.not_found");
  const std::string file = context.argument("file");
  const auto number = [&](std::string_view before) {
    std::size_t value = 0;
    for (std::size_t i = before.size(); i < file.size() && file[i] >= '0' && file[i] <= '9' && value < 10000; ++i) value = value * 10 + static_cast<std::size_t>(file[i] - '0');
    return value;
  };
  if (file.starts_with("node_")) {
    const auto page = number("node_");
    if (find_page(context.reader, issue->id, static_cast<int>(page))) return Response::redirect("/paper/issues/" + id_text(issue->id) + "/pages/" + std::to_string(page));
  }
  if (file.starts_with("content_")) {
    const auto at = number("content_");
    const auto stories = stories_of(context.reader, issue->id);
    if (at >= 1 && at <= stories.size()) return Response::redirect("/paper/articles/" + id_text(stories[at - 1].id));
  }
  return refuse(Kind::not_found, "http.not_found");
}

}  // namespace

void add_feed_routes(http::Router& router, const Services& services) {
  router.page("paper.feed", "/paper/feed", Access::everyone("the paper is public"), [site = services.public_address](Context& context) { return feed(context, site); });
  router.page("paper.old_address", "/html/{month}/{day}/{file}", Access::everyone("addresses of older electronic papers lead to the same pages"), old_address);
}

}  // namespace tx::culture
