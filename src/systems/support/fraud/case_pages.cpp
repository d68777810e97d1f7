// One doubt: the evidence with its drawing, who said what, the next step; and the page of those concerned, who are heard and
// may appeal.
#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/flow.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/fraud/pages.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))
struct SpeakInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(SpeakInput, (), (words))

struct Shown {
  std::string title, href;
  Instant starts, ends;
  Grade grade = Grade::D;
};
Shown shown_of(const Context& context, const RiskEntry& entry) {
  if (entry.kind == "record") {
    if (const auto record = find_record(context.reader, entry.object)) return {title_text(context, record->title), "", record->starts, record->ends, record->grade};
  } else if (const auto open = find_case(context.reader, entry.object)) {
    return {title_text(context, open->title), "/desk/records/" + id_text(open->id), open->starts, open->ends, open->grade};
  }
  return {};
}

Json entry_views(const Context& context, const std::vector<RiskEntry>& entries, std::int64_t only_volunteer) {
  Json list = Json::array();
  for (const auto& entry : entries) {
    if (only_volunteer && entry.volunteer != only_volunteer) continue;
    const auto shown = shown_of(context, entry);
    list.push(Json::of({{"entry_title", shown.title}, {"href", only_volunteer ? "" : shown.href}, {"grade", enum_name(shown.grade)}, {"grade_text", grade_text(context, shown.grade)},
                        {"name", teams::volunteer_card(context.reader, entry.volunteer).name},
                        {"when", local_text(shown.starts) + "–" + local_text(shown.ends).substr(11)},
                        {"long", context.text("record.minutes", {{"n", std::to_string(entry.minutes.value)}})}}));
  }
  return list;
}

Json statement_views(const Context& context, const RiskCase& of, const std::vector<RiskEntry>& entries, access::AccountId only) {
  Json list = Json::array();
  for (const auto& said : statements_of(context.reader, of.id)) {
    if (only && said.account != only) continue;
    std::string who = context.text("risk.side.enterer");
    for (const auto& entry : entries)
      if (teams::account_of_volunteer(context.reader, entry.volunteer) == said.account) who = teams::volunteer_card(context.reader, entry.volunteer).name;
    list.push(Json::of({{"who", who}, {"said_at", language::date_text(context.language, said.at)}, {"said_words", said.words},
                        {"said_side", context.text("risk.side." + said.side)}}));
  }
  return list;
}

Json steps_of(const Context& context, const RiskCase& of) {
  Json actions = Json::array();
  for (const auto* step : kRiskFlow.steps_from(of.state))
    if (!step->permission.id.empty() && context.may(step->permission))
      actions.push(Json::of({{"action", step->action}, {"label", context.text("flow.risk_case.do." + std::string(step->action))},
                             {"main", step->action == "freeze" || step->action == "close"},
                             {"bad", step->action == "void" || step->action == "uphold"}}));
  return actions;
}

Result<Response> one(Context& context) {
  const auto of = find_risk(context.reader, id_value(context.argument("risk")).value_or(0));
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const auto entries = entries_of(context.reader, of->id);
  const http::Form form(context);
  const auto organisation = teams::find_organisation(context.reader, of->organisation);
  const Json actions = steps_of(context, *of), said = statement_views(context, *of, entries, {});
  const auto who = concerned(context.reader, *of, entries);
  return context.page(
      "support/risk",
      Json::of({{"title", context.text("risk." + of->rule)}, {"risk", id_text(of->id)}, {"words", of->words},
                {"state", workflow::state_view(kRiskFlow, of->state, context.language, context.words)},
                {"clock", of->due.us ? workflow::due_view(of->due, context.now, context.language, context.words) : Json()},
                {"organisation", organisation ? organisation->name : context.text("record.residents")},
                {"score", of->score}, {"minutes", context.text("record.minutes", {{"n", std::to_string(of->minutes.value)}}) + " (" + split_text(minutes_by_grade(context.reader, of->id, 0).by_grade) + ")"},
                {"reasons", evidence_view(context, of->rules)}, {"drawing", drawing_view(context, seen_entries(context.reader, entries), of->rules)},
                {"lines", entry_views(context, entries, 0)}, {"said", said}, {"has_said", said.size() > 0},
                {"heard", context.text("risk.heard", {{"n", std::to_string(said.size())}, {"all", std::to_string(who.size())}})},
                {"timeline", workflow::timeline_view(kRiskFlow, workflow::history(context.reader, "risk_case", of->id), context.language, context.words, context.now)},
                {"next", context.text("risk.next." + of->state)}, {"actions", actions}, {"has_actions", actions.size() > 0}, {"summary", form.summary()},
                {"f_reason", form.field("reason", "record.reason", "risk.reason.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))}}));
}

Result<RiskCase> own_risk(storage::Reader& reader, const access::Actor& actor, const std::string& id, std::vector<RiskEntry>& entries) {
  const auto of = find_risk(reader, id_value(id).value_or(0));
  if (!of || of->state == "flagged") return refuse(Kind::not_found, "http.not_found");
  entries = entries_of(reader, of->id);
  const auto who = concerned(reader, *of, entries);
  if (std::find(who.begin(), who.end(), actor.account) == who.end()) return refuse(Kind::not_found, "http.not_found");
  return *of;
}

Result<Response> hearing(Context& context) {
  std::vector<RiskEntry> entries;
  const auto of = TX_TRY(own_risk(context.reader, context.actor, context.argument("risk"), entries));
  const auto own = teams::find_volunteer_by_account(context.reader, context.actor.account);
  const bool gains = own && std::any_of(entries.begin(), entries.end(), [&](const RiskEntry& entry) { return entry.volunteer == own->id.value; });
  const Json lines = entry_views(context, entries, gains && of.enterer != context.actor.account ? own->id.value : 0);
  const Json said = statement_views(context, of, entries, context.actor.account);
  const bool may_speak = of.state == "frozen" || of.state == "decided";
  auto events = workflow::history(context.reader, "risk_case", of.id);
  std::erase_if(events, [](const workflow::Event& event) { return event.to_state == "flagged"; });
  for (auto& event : events)
    if (event.to_state == "appealed") event.reason.clear();   // somebody else's words
  const http::Form form(context);
  return context.page(
      "support/hearing",
      Json::of({{"title", context.text("risk.hearing")}, {"risk", id_text(of.id)}, {"next", context.text("risk.you." + of.state)},
                {"state", workflow::state_view(kRiskFlow, of.state, context.language, context.words)},
                {"clock", of.due.us ? workflow::due_view(of.due, context.now, context.language, context.words) : Json()},
                {"lines", lines}, {"reasons", evidence_view(context, of.rules)}, {"said", said}, {"has_said", said.size() > 0}, {"may_speak", may_speak},
                {"speak_title", context.text(of.state == "decided" ? "risk.appeal" : "risk.speak")},
                {"timeline", workflow::timeline_view(kRiskFlow, events, context.language, context.words, context.now)}, {"summary", form.summary()},
                {"f_words", form.field("words", "risk.words", "risk.words.hint", Json::of({{"maxlength", 1000}, {"rows", 4}}))}}));
}

}  // namespace

void add_risk_case_routes(http::Router& router, const Book& book) {
  router.resolver("risk", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto of = find_risk(reader, id_value(text).value_or(0));
    if (!of) return std::nullopt;
    access::Place place;
    place.region = of->region;
    return place;
  });
  router.page("risk.one", "/desk/risks/{risk}", Access::over(permission::judge, "risk"), one);
  for (const std::string action : {"freeze", "dismiss", "close", "void", "clear", "uphold", "reverse"}) {
    const bool first = action == "freeze" || action == "dismiss" || action == "close";
    router.command<ReasonInput>(
        {.name = "risk." + action, .path = "/desk/risks/{risk}/" + action, .access = Access::over(first ? permission::supervise : permission::judge, "risk"),
         .next = [](const CommandContext& context, const Json&) { return "/desk/risks/" + context.argument("risk"); }, .flash = "record.decided",
         .page = one, .region_field = "region"},
        [&book, action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          const auto of = TX_TRY(step_risk(tx, book, id_value(context.argument("risk")).value_or(0), action, context.actor, input.reason));
          return Json::of({{"risk", id_text(of.id)}, {"state", of.state}, {"region", of.region}});
        });
  }
  router.page("risk.hearing", "/me/hearings/{risk}", Access::signed_in("only those concerned pass (checked in the page)"), hearing);
  router.command<SpeakInput>(
      {.name = "risk.speak", .path = "/me/hearings/{risk}/speak", .access = Access::signed_in("only those concerned pass (checked in the command)"),
       .next = [](const CommandContext& context, const Json&) { return "/me/hearings/" + context.argument("risk"); }, .flash = "risk.spoken",
       .page = hearing, .region_field = "region"},
      [&book](storage::Tx& tx, const CommandContext& context, const SpeakInput& input) -> Result<Json> {
        const auto of = TX_TRY(speak(tx, book, id_value(context.argument("risk")).value_or(0), input.words, context.actor));
        return Json::of({{"risk", id_text(of.id)}, {"state", of.state}, {"region", of.region}});
      });
}

}  // namespace tx::support
