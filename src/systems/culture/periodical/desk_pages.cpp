// The editors' side of an issue: page plan, every page as it will look with what does not fit, proofs, sign-off.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/periodical/press.h"
#include "systems/culture/stories/stories.h"

namespace tx::culture {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct StepInput {
  std::string reason;
  int overset = 0;              // counted on a worker before the step is decided
};
BOOST_DESCRIBE_STRUCT(StepInput, (), (reason, overset))
struct SectionInput {
  int page = 0;                 // 0: a new page
  std::string section;
};
BOOST_DESCRIBE_STRUCT(SectionInput, (), (page, section))

std::string desk_path(const std::string& issue) { return "/desk/paper/issues/" + issue; }
Result<Issue> issue_of(storage::Reader& reader, const std::string& text) {
  auto issue = find_issue(reader, id_value(text).value_or(0));
  if (!issue) return refuse(Kind::not_found, "http.not_found");
  return *issue;
}

Result<Response> new_page(Context& context) {
  std::vector<http::Option> papers;
  for (const auto& paper : papers_in(context.reader, access::regions_of(context.roles, context.actor, permission::edit))) papers.push_back({id_text(paper.id), paper.name});
  const http::Form form(context, Json::of({{"paper", papers.empty() ? "" : papers.front().value}, {"day", Date{local_date(context.now).days + 1}.text()}, {"pages", "2"}}));
  return context.page("culture/issue_new", Json::of({{"title", context.text("issue.new")}, {"summary", form.summary()}, {"f_paper", form.options("paper", "issue.f.paper", papers)},
                                                     {"f_day", form.field("day", "issue.f.day", {}, Json::of({{"type", "date"}, {"short", true}}))},
                                                     {"f_pages", form.field("pages", "issue.f.pages", {}, Json::of({{"type", "number"}, {"short", true}, {"min", "1"}, {"max", std::to_string(kPagesMost)}}))}}));
}

Json page_view(Context& context, const Press& press, const Issue& issue, const Page& page, int count) {
  const auto sheet = press.sheet(context.reader, issue, page);
  const auto stories = stories_of(context.reader, issue.id, page.number);
  Json rows = Json::array();
  for (std::size_t i = 0; i < stories.size(); ++i) {
    std::int64_t lines = 0;
    for (const auto& fault : sheet->faults.items())
      if (fault["story"].text() == id_text(stories[i].id)) lines = fault["lines"].integer();
    Json other = Json::array();
    for (int number = 1; number <= count; ++number)
      if (number != page.number) other.push(Json::of({{"value", number}, {"label", context.text("paper.page_no", {{"n", std::to_string(number)}})}}));
    rows.push(Json::of({{"story", id_text(stories[i].id)}, {"headline", stories[i].headline}, {"letters", context.text("issue.letters", {{"n", std::to_string(letter_count(stories[i].body))}})}, {"other", other},
                        {"overset_words", lines ? context.text("issue.overset_lines", {{"n", std::to_string(lines)}}) : ""}, {"first", i == 0}, {"last", i + 1 == stories.size()}, {"here", page.number}}));
  }
  const http::Form form(context, Json::of({{"section", page.section}}));
  return Json::of({{"number", page.number}, {"section", page.section}, {"page_title", context.text("paper.page_no", {{"n", std::to_string(page.number)}}) + " " + page.section}, {"rows", rows}, {"has_rows", rows.size() > 0},
                   {"section_name", page.section}, {"picture", desk_path(id_text(issue.id)) + "/pages/" + std::to_string(page.number) + "/picture"}, {"printed", !sheet->svg.empty()},
                   {"refused", sheet->refused.empty() || rows.size() == 0 ? "" : context.text(sheet->refused)}, {"overset", sheet->overset}, {"white_words", context.text("issue.white", {{"n", std::to_string(sheet->white)}})}});
}

Result<Response> issue_page(Context& context, const Press& press) {
  const auto issue = TX_TRY(issue_of(context.reader, context.argument("issue")));
  const auto paper = find_paper(context.reader, issue.paper);
  const auto all = pages_of(context.reader, issue.id);
  const auto may = [&](access::Permission permission) {
    for (const auto& prefix : access::regions_of(context.roles, context.actor, permission))
      if (issue.region.starts_with(prefix)) return true;
    return false;
  };
  const bool planning = issue.state == "planning" && may(permission::edit);
  Json pages = Json::array(), ready = Json::array(), targets = Json::array(), actions = Json::array(), proofs = Json::array();
  int overset = 0;
  for (const auto& page : all) {
    pages.push(page_view(context, press, issue, page, static_cast<int>(all.size())));
    overset += static_cast<int>(pages.items().back()["overset"].integer());
    targets.push(Json::of({{"value", page.number}, {"label", context.text("paper.page_no", {{"n", std::to_string(page.number)}}) + " " + page.section}}));
  }
  if (planning)
    for (const auto& story : storage::select<Story>(context.reader, "select * from story where state = 'ready' and issue = 0 and " + access::region_filter("region", {issue.region}) + " order by created limit 60"))
      ready.push(Json::of({{"story", id_text(story.id)}, {"headline", story.headline}, {"letters", context.text("issue.letters", {{"n", std::to_string(letter_count(story.body))}})}, {"targets", targets}}));
  bool reason = false;
  for (const auto* step : kIssueFlow.steps_from(issue.state)) {
    if (step->permission.id.empty() || !may(step->permission)) continue;
    reason = reason || step->needs_reason;
    actions.push(Json::of({{"action", step->action}, {"label", context.text("flow.issue.do." + std::string(step->action))}, {"main", !step->needs_reason}}));
  }
  const auto proofreader = [&](const char* key, access::AccountId account) {
    proofs.push(Json::of({{"label", context.text(key)}, {"who", account ? storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", account).value_or("") : ""}, {"done", account.value != 0}}));
  };
  proofreader("issue.proof.first", issue.proof1_by);
  proofreader("issue.proof.second", issue.proof2_by);
  proofreader("issue.proof.third", issue.proof3_by);
  proofreader("issue.proof.sign", issue.signed_by);
  const http::Form form(context);
  Json view = Json::of({{"title", (paper ? paper->name : "") + " " + context.text("paper.print.number", {{"n", std::to_string(issue.number)}})}, {"issue", id_text(issue.id)},
                        {"issue_day", date_line(context.words, context.language, issue.day)}, {"state", workflow::state_view(kIssueFlow, issue.state, context.language, context.words)},
                        {"clock", issue.due.us ? workflow::due_view(issue.due, context.now, context.language, context.words) : Json()}, {"pages", pages}, {"planning", planning}, {"ready", ready}, {"has_ready", ready.size() > 0},
                        {"actions", actions}, {"has_actions", actions.size() > 0}, {"proofs", proofs}, {"summary", form.summary()}, {"read_href", issue.state == "published" ? "/paper/issues/" + id_text(issue.id) : ""},
                        {"overset_words", overset ? context.text("issue.overset_all", {{"n", std::to_string(overset)}}) : ""},
                        {"timeline", workflow::timeline_view(kIssueFlow, workflow::history(context.reader, "issue", issue.id), context.language, context.words, context.now)}});
  if (reason) view.set("f_reason", form.field("reason", "story.f.reason", {}, Json::of({{"rows", 2}, {"maxlength", 300}, {"optional", true}})));
  return context.page("culture/issue_desk", view);
}

Result<Response> picture(Context& context, const Press& press) {
  const auto issue = TX_TRY(issue_of(context.reader, context.argument("issue")));
  for (const auto& page : pages_of(context.reader, issue.id)) {
    if (std::to_string(page.number) != context.argument("page")) continue;
    const auto sheet = press.sheet(context.reader, issue, page);
    if (!sheet->svg.empty()) return Response::file(sheet->svg, "image/svg+xml");
  }
  return refuse(Kind::not_found, "http.not_found");
}

}  // namespace

void add_paper_desk_routes(http::Router& router, const Services& services) {
  router.resolver("issue", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto issue = find_issue(reader, id_value(text).value_or(0));
    if (!issue) return std::nullopt;
    access::Place place;
    place.region = issue->region;
    return place;
  });
  const auto press = std::make_shared<Press>(services.words);
  const auto page = [press](Context& context) { return issue_page(context, *press); };
  const auto back = [](const CommandContext& context, const Json&) { return desk_path(context.argument("issue")); };
  router.page("issue.new", "/desk/paper/new", Access::any(permission::edit), new_page);
  const auto* roles = &router.roles();
  router.command<IssueInput>({.name = "issue.plan", .path = "/desk/paper/new", .access = Access::any(permission::edit), .next = [](const CommandContext&, const Json& answer) { return desk_path(answer["issue"].text()); },
                              .flash = "issue.planned", .page = new_page, .region_field = "region"},
                             [roles](storage::Tx& tx, const CommandContext& context, const IssueInput& input) -> Result<Json> {
                               const auto issue = TX_TRY(plan_issue(tx, input, context.actor, *roles));
                               return Json::of({{"issue", id_text(issue.id)}, {"region", issue.region}});
                             });
  router.page("issue.desk", "/desk/paper/issues/{issue}", Access::over(permission::read, "issue"), page);
  router.page("issue.desk_picture", "/desk/paper/issues/{issue}/pages/{page}/picture", Access::over(permission::read, "issue"), [press](Context& context) { return picture(context, *press); });
  router.command<PlaceInput>({.name = "issue.place", .path = "/desk/paper/issues/{issue}/place", .access = Access::over(permission::edit, "issue"), .next = back, .page = page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const PlaceInput& input) -> Result<Json> {
                               const auto issue = TX_TRY(issue_of(tx, context.argument("issue")));
                               const auto story = TX_TRY(place_story(tx, issue, input));
                               return Json::of({{"story", id_text(story.id)}, {"page", story.page}, {"region", issue.region}});
                             });
  router.command<SectionInput>({.name = "issue.section", .path = "/desk/paper/issues/{issue}/section", .access = Access::over(permission::edit, "issue"), .next = back, .page = page, .region_field = "region"},
                               [](storage::Tx& tx, const CommandContext& context, const SectionInput& input) -> Result<Json> {
                                 const auto issue = TX_TRY(issue_of(tx, context.argument("issue")));
                                 const auto named = TX_TRY(input.page ? name_page(tx, issue, input.page, input.section) : append_page(tx, issue, input.section));
                                 return Json::of({{"page", named.number}, {"region", issue.region}});
                               });
  std::vector<std::string_view> known;
  for (const auto& step : kIssueSteps) {
    if (step.permission.id.empty() || std::find(known.begin(), known.end(), step.action) != known.end()) continue;
    known.push_back(step.action);
    const std::string action(step.action);
    // Laying out takes too long for the write path: what does not fit is counted before.
    const auto count = [press](Context& context, Json input) -> Result<Json> {
      const auto issue = TX_TRY(issue_of(context.reader, context.argument("issue")));
      int overset = 0;
      for (const auto& one : pages_of(context.reader, issue.id)) {
        const auto sheet = press->sheet(context.reader, issue, one);
        if (!sheet->refused.empty() && !stories_of(context.reader, issue.id, one.number).empty()) return refuse(Kind::conflict, sheet->refused);
        overset += sheet->overset;
      }
      return input.set("overset", overset);
    };
    http::CommandSpec spec{.name = "issue." + action, .path = "/desk/paper/issues/{issue}/" + action, .access = Access::over(step.permission, "issue"), .next = back, .flash = "issue.moved", .page = page, .region_field = "region"};
    if (!step.needs_reason) spec.prepare = count;
    router.command<StepInput>(std::move(spec), [action](storage::Tx& tx, const CommandContext& context, const StepInput& input) -> Result<Json> {
      const auto issue = TX_TRY(step_issue(tx, TX_TRY(issue_of(tx, context.argument("issue"))), action, context.actor.account, input.reason, input.overset));
      return Json::of({{"state", issue.state}, {"region", issue.region}});
    });
  }
}

}  // namespace tx::culture
