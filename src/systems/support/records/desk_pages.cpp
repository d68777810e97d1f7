// The desk of records: what waits for a first look, for the second person, what stands on the public notice; and entering
// hours by hand, which is made to be slower than a check-in.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/papers.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {

namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kShown = 200;

struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

// Cases that this person may see: of the own organisations, and of the regions over which they check or approve.
std::string scope_of(const Context& context) {
  std::string filter = "(1=0";
  for (const auto permission : {permission::enter, permission::check, permission::approve, permission::supervise}) {
    for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission))
      filter += " or organisation = " + std::to_string(id_value(organisation).value_or(0));
    filter += " or " + access::region_filter("region", access::regions_of(context.roles, context.actor, permission));
  }
  return filter + ")";
}

struct Tab {
  const char* id;
  const char* states;
};
constexpr Tab kTabs[] = {{"waiting", "('asked','checked','contested')"}, {"notice", "('notice')"}, {"past", "('effective','refused','withdrawn')"}};

Result<Response> desk(Context& context) {
  const std::string chosen = context.request.query["tab"].text();
  const std::string scope = scope_of(context);
  Json tabs = Json::array(), rows = Json::array();
  for (const auto& tab : kTabs) {
    const bool current = chosen == tab.id || (chosen.empty() && tab.id == kTabs[0].id);
    const auto count = storage::scalar<std::int64_t>(context.reader, "select count(*) from record_case where state in " + std::string(tab.states) + " and " + scope);
    tabs.push(Json::of({{"href", std::string("/desk/records?tab=") + tab.id}, {"label", context.text(std::string("record.tab.") + tab.id)},
                        {"count", std::string(tab.id) == "past" ? "" : std::to_string(count.value_or(0))}, {"current", current}}));
    if (!current) continue;
    for (const auto& of : storage::select<RecordCase>(
             context.reader, "select * from record_case where state in " + std::string(tab.states) + " and " + scope +
                                 " order by case when due = 0 then 1 else 0 end, due, id desc limit $1", kShown))
      rows.push(case_row(context, of, "/desk/records/" + id_text(of.id)));
  }
  Json view = Json::of({{"title", context.text("record.desk")}, {"lead", context.text("record.desk.lead")}, {"tabs", tabs}, {"rows", rows},
                        {"may_enter", context.may(permission::enter)}, {"may_judge", context.may(permission::judge)}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("record.nothing_waits")}, {"text", context.text("record.nothing_waits.text")}, {"href", ""}}));
  return context.page("support/desk", view);
}

Result<Response> enter_page(Context& context) {
  const http::Form form(context, Json::of({{"day", local_date(context.now).text()}}));
  std::vector<http::Option> organisations;
  for (const auto& id : access::organisations_of(context.roles, context.actor, permission::enter))
    if (const auto organisation = teams::find_organisation(context.reader, id_value(id).value_or(0)))
      organisations.push_back({id, organisation->name});
  const auto more = [](std::initializer_list<std::pair<std::string, Json>> members) { return Json::of(members); };
  const auto policy = policy_of(context.reader, context.actor.region);
  return context.page(
      "support/enter",
      Json::of({{"title", context.text("record.enter")}, {"summary", form.summary()},
                {"promise", context.text("record.enter.promise", {{"days", std::to_string(policy.notice_days)}})},
                {"f_organisation", form.options("organisation", "record.organisation", organisations)},
                {"f_title", form.field("title", "record.title", "record.title.hint", more({{"maxlength", 50}}))},
                {"f_content", form.field("content", "record.content", "record.content.hint", more({{"maxlength", 500}, {"rows", 2}}))},
                {"f_place", form.field("place", "record.place", {}, more({{"maxlength", 100}}))},
                {"f_in_charge", form.field("in_charge", "record.in_charge", {}, more({{"maxlength", 40}, {"short", true}}))},
                {"f_day", form.field("day", "record.day", {}, more({{"type", "date"}, {"short", true}}))},
                {"f_from", form.field("from", "record.from", {}, more({{"type", "time"}, {"short", true}}))},
                {"f_to", form.field("to", "record.to", {}, more({{"type", "time"}, {"short", true}}))},
                {"f_people", form.field("people", "record.people", "record.people.hint", more({{"rows", 4}}))},
                {"f_words", form.field("words", "record.words", "record.words.hint", more({{"maxlength", 1000}, {"rows", 3}}))},
                {"file_error", context.problem && context.problem->field == "file" ? context.text(context.problem->rule) : ""},
                {"f_truth", form.tick("truth", "record.truth_label", "record.truth_text")}}));
}

Json event_views(const Context& context, const RecordCase& of) {
  return workflow::timeline_view(kCaseFlow, workflow::history(context.reader, "record_case", of.id), context.language, context.words, context.now);
}

Result<Response> one_case(Context& context) {
  const auto of = find_case(context.reader, id_value(context.argument("case")).value_or(0));
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  const auto card = teams::volunteer_card(context.reader, of->volunteer);
  const auto organisation = teams::find_organisation(context.reader, of->organisation);
  const auto evidence = storage::query(context.reader, "select file_name, hash from case_evidence where batch = $1 and $1 <> 0", of->batch);
  Json actions = Json::array();
  const auto action = [&](const char* id, access::Permission permission, bool main, bool reason) {
    if (context.may(permission) && kCaseFlow.step(of->state, id))
      actions.push(Json::of({{"action", id}, {"label", context.text(std::string("record.do.") + id)}, {"main", main}, {"reason", reason}}));
  };
  action("check", permission::check, true, true);
  if (of->kind == "authority_day") action("allow", permission::supervise, true, true);
  else action("approve", permission::approve, true, false);
  action("dismiss", permission::approve, true, true);
  action("uphold", permission::approve, false, true);
  action("refuse", of->state == "asked" ? permission::check : permission::approve, false, true);
  if (context.actor.account == of->asked_by && kCaseFlow.step(of->state, "withdraw"))
    actions.push(Json::of({{"action", "withdraw"}, {"label", context.text("record.do.withdraw")}, {"main", false}, {"reason", false}}));
  const auto others = context.may(permission::approve) ? together_with(context.reader, *of) : std::vector<RecordCase>();
  Json together = Json::array();
  for (const auto& other : others)
    together.push(Json::of({{"other_href", "/desk/records/" + id_text(other.id)}, {"other_name", teams::volunteer_card(context.reader, other.volunteer).name},
                            {"other_grade", enum_name(other.grade)}, {"other_when", local_text(other.starts).substr(11) + "–" + local_text(other.ends).substr(11)},
                            {"other_long", context.text("record.minutes", {{"n", std::to_string(other.minutes.value)}})}}));
  const auto risk = risk_of(context.reader, "case", of->id);
  const auto old = of->record ? find_record(context.reader, of->record) : std::nullopt;
  const auto span = [](Instant from, Instant to) { return local_text(from) + "–" + local_text(to).substr(11); };
  return context.page(
      "support/case",
      Json::of({{"title", title_text(context, of->title)}, {"case", id_text(of->id)}, {"kind", context.text("record.kind." + of->kind)},
                {"state", workflow::state_view(kCaseFlow, of->state, context.language, context.words)},
                {"clock", of->due.us ? workflow::due_view(of->due, context.now, context.language, context.words) : Json()},
                {"person", Json::of({{"initial", card.initial}, {"name", card.name}, {"tone", card.tone}, {"note", card.volunteer_no}})},
                {"organisation", organisation ? organisation->name : context.text("record.residents")}, {"place", of->place},
                {"content", of->content}, {"frozen", is_frozen(context.reader, "case", of->id)},
                {"risk", risk && context.may(permission::judge) ? "/desk/risks/" + id_text(*risk) : ""},
                {"in_charge", of->in_charge}, {"words", of->words}, {"when", span(of->starts, of->ends)},
                {"minutes", context.text("record.minutes", {{"n", std::to_string(of->minutes.value)}})}, {"grade", enum_name(of->grade)}, {"grade_text", grade_text(context, of->grade)},
                {"before", old ? span(old->starts, old->ends) + " · " + context.text("record.minutes", {{"n", std::to_string(old->minutes.value)}}) + " · " + enum_name(old->grade) : ""},
                {"evidence", evidence.empty() ? "" : std::get<std::string>(evidence.rows[0][0])},
                {"evidence_hash", evidence.empty() ? "" : std::get<std::string>(evidence.rows[0][1]).substr(0, 16)},
                {"together", together}, {"has_together", !others.empty()}, {"together_title", context.text("record.together", {{"n", std::to_string(others.size())}})},
                {"approve_all", context.text("record.do.approve_all", {{"n", std::to_string(others.size() + 1)}})},
                {"timeline", event_views(context, *of)}, {"actions", actions}, {"has_actions", actions.size() > 0}, {"summary", form.summary()},
                {"f_reason", form.field("reason", "record.reason", "record.reason.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))}}));
}

}  // namespace

void add_desk_record_routes(http::Router& router, const Services&, const Book& book) {
  router.resolver("case", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto of = find_case(reader, id_value(text).value_or(0));
    if (!of) return std::nullopt;
    access::Place place;
    place.region = of->region;
    if (of->organisation) place.organisations.push_back(id_text(of->organisation));
    if (of->asked_by) place.owners.push_back(of->asked_by);
    return place;
  });
  router.page("record.desk", "/desk/records", Access::any(permission::check), desk);
  router.page("record.enter_page", "/desk/records/new", Access::any(permission::enter), enter_page);
  router.command<ManualInput>(
      {.name = "record.enter", .path = "/desk/records/new", .access = Access::any(permission::enter),
       .next = [](const CommandContext&, const Json&) { return std::string("/desk/records"); }, .flash = "record.entered",
       .page = enter_page, .prepare = read_paper},
      [&book](storage::Tx& tx, const CommandContext& context, const ManualInput& input) -> Result<Json> {
        const auto entered = TX_TRY(enter_manual(tx, book, input, context.actor));
        return Json::of({{"batch", id_text(entered.batch)}, {"people", entered.people}});
      });
  router.page("record.case", "/desk/records/{case}", Access::over(permission::check, "case"), one_case);
  router.page("record.evidence", "/desk/records/{case}/evidence", Access::over(permission::check, "case"), [](Context& context) -> Result<Response> {
    const auto of = find_case(context.reader, id_value(context.argument("case")).value_or(0));
    const auto found = storage::query(context.reader, "select file_name, content_type, bytes from case_evidence where batch = $1", of ? of->batch : 0);
    if (found.empty()) return refuse(Kind::not_found, "http.not_found");
    return Response::file(std::get<storage::Blob>(found.rows[0][2]).bytes, std::get<std::string>(found.rows[0][1]),
                          std::get<std::string>(found.rows[0][0]));
  });
  const auto step = [&](const char* action, access::Access who) {
    router.command<ReasonInput>(
        {.name = std::string("record.") + action, .path = std::string("/desk/records/{case}/") + action, .access = std::move(who),
         .next = [](const CommandContext& context, const Json&) { return "/desk/records/" + context.argument("case"); },
         .flash = "record.decided", .page = one_case, .region_field = "region"},
        [&book, action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          const auto of = TX_TRY(decide(tx, book, id_value(context.argument("case")).value_or(0), action, context.actor, input.reason));
          return Json::of({{"case", id_text(of.id)}, {"state", of.state}, {"region", of.region}});
        });
  };
  router.command<ReasonInput>(
      {.name = "record.approve_all", .path = "/desk/records/{case}/approve_all", .access = Access::over(permission::approve, "case"),
       .next = [](const CommandContext&, const Json&) { return std::string("/desk/records"); }, .flash = "record.agreed_all", .page = one_case, .region_field = "region"},
      [&book](storage::Tx& tx, const CommandContext& context, const ReasonInput&) -> Result<Json> {
        const auto id = id_value(context.argument("case")).value_or(0);
        const int agreed = TX_TRY(approve_together(tx, book, id, context.actor));
        return Json::of({{"agreed", agreed}, {"region", find_case(tx, id)->region}});
      });
  step("check", Access::over(permission::check, "case"));
  step("approve", Access::over(permission::approve, "case"));
  step("allow", Access::over(permission::supervise, "case"));
  step("dismiss", Access::over(permission::approve, "case"));
  step("uphold", Access::over(permission::approve, "case"));
  step("refuse", Access::over(permission::check, "case"));
  step("withdraw", Access::owner("case"));
}

}  // namespace tx::support
