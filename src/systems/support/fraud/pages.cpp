// The risk list: what deserves a second look first, why in plain words, and taking it up.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/flow.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/fraud/pages.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/teams/teams.h"

namespace tx::support {

namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::size_t kShown = 60, kTogetherMost = 200, kDrawn = 5, kDrawnTogether = 14, kRingsShown = 20, kRead = 600, kNamed = 8;

struct OpenInput {
  std::string kind, object, words, entries;   // entries: filled by prepare, as the list stood
  bool together = false;
};
BOOST_DESCRIBE_STRUCT(OpenInput, (), (kind, object, words, entries, together))

std::vector<std::string> own_regions(const Context& context) {
  return access::regions_of(context.roles, context.actor, permission::supervise);
}
// What belongs to one doubt stands together, under the entry with most points (see lines_together).
struct Doubt {
  RiskLine line;
  std::vector<RiskLine> others;
};
std::vector<Doubt> doubts_of(const std::vector<RiskLine>& lines) {
  std::vector<Doubt> doubts;
  std::map<std::tuple<bool, std::int64_t, std::int64_t>, std::vector<std::size_t>> alike;
  for (const auto& line : lines) {
    const bool person = of_one_person(line);
    auto& known = alike[person ? std::tuple(true, line.volunteer, std::int64_t{local_date(line.starts).days}) : std::tuple(false, line.organisation, line.enterer.value)];
    const auto at = std::find_if(known.begin(), known.end(), [&](std::size_t i) { return person || (line.enterer && (doubts[i].line.rules & line.rules) != 0); });
    if (at != known.end()) {
      doubts[*at].others.push_back(line);
    } else {
      known.push_back(doubts.size());
      doubts.push_back({line, {}});
    }
  }
  return doubts;
}

Grade grade_of(const Context& context, const RiskLine& line) {
  const auto record = line.kind == "record" ? find_record(context.reader, line.object) : std::nullopt;
  return record ? record->grade : Grade::D;
}

std::string title_of(const Context& context, const RiskLine& line) {
  if (line.kind == "record") {
    if (const auto record = find_record(context.reader, line.object)) return title_text(context, record->title);
  } else if (const auto of = find_case(context.reader, line.object)) {
    return title_text(context, of->title);
  }
  return {};
}

Json line_view(const Context& context, const Doubt& doubt, bool drawn) {
  const auto& line = doubt.line;
  const bool is_case = line.kind == "case";
  const auto title = title_of(context, line);
  if (title.empty()) return Json();
  Json others = Json::array();
  for (const auto& other : doubt.others)
    if (others.size() < kNamed) others.push(Json::of({{"other_title", title_of(context, other)}, {"other_name", teams::volunteer_card(context.reader, other.volunteer).name}, {"other_when", local_text(other.starts)}}));
  const auto organisation = teams::find_organisation(context.reader, line.organisation);
  const auto taken = risk_of(context.reader, line.kind, line.object);
  const auto together = together_with(context.reader, line);
  Json view = Json::of({{"href", context.may(permission::check) ? (is_case ? "/desk/records/" : "/desk/records/entry/") + id_text(line.object) : ""}, {"line_title", title}, {"same_hand", others}, {"has_others", others.size() > 0},
                        {"name", teams::volunteer_card(context.reader, line.volunteer).name}, {"score", line.score},
                        {"organisation", organisation ? organisation->name : context.text("record.residents")},
                        {"when", local_text(line.starts)}, {"kind", line.kind}, {"object", id_text(line.object)},
                        {"hours", context.text("record.hours", {{"n", rules::hours_text(line.minutes.value)}})},
                        {"grade", enum_name(grade_of(context, line))}, {"grade_text", grade_text(context, grade_of(context, line))},
                        {"reasons", evidence_view(context, line.rules)}, {"taken", taken ? "/desk/risks/" + id_text(*taken) : ""},
                        {"others", together > 1 ? context.text(of_one_person(line) ? "risk.together_person" : "risk.together", {{"n", std::to_string(together)}}) : ""}});
  if (!drawn) return view;
  std::vector<RiskEntry> entries{{0, line.kind, line.object, line.volunteer, line.minutes, line.score, line.rules}};
  for (const auto& other : lines_together(context.reader, line, kDrawnTogether))
    if (other.kind != line.kind || other.object != line.object) entries.push_back({0, other.kind, other.object, other.volunteer, other.minutes, other.score, other.rules});
  return view.set("drawing", drawing_view(context, seen_entries(context.reader, entries), line.rules));
}

// Somebody of the time bank: a volunteer by name, masked; everybody else by the end of the passbook's number.
std::string member_name(const Context& context, std::int64_t id) {
  const auto member = bank::find_member(context.reader, id);
  if (!member) return context.text("risk.draw.unknown");
  return member->volunteer ? teams::volunteer_card(context.reader, member->volunteer).name
                           : context.text("risk.ring.passbook", {{"number", member->number.substr(member->number.size() > 4 ? member->number.size() - 4 : 0)}});
}

Json rings_view(const Context& context) {
  Json rings = Json::array();
  for (const auto& ring : risk_rings(context.reader, own_regions(context))) {
    if (rings.size() >= kRingsShown) break;
    std::string names, first;
    for (std::size_t at = 0; at < ring.people.size();) {
      const auto end = std::min(ring.people.find(',', at), ring.people.size());
      const auto name = member_name(context, std::stoll(ring.people.substr(at, end - at)));
      if (first.empty()) first = name;
      names += name + " → ";
      at = end + 1;
    }
    rings.push(Json::of({{"names", names + first}, {"ring_words", context.text("risk.ring", {{"times", std::to_string(ring.times)}, {"minutes", std::to_string(ring.minutes)}})}}));
  }
  return rings;
}

Json open_cases(const Context& context, const std::string& filter) {
  Json rows = Json::array();
  for (const auto& of : storage::select<RiskCase>(context.reader, "select * from risk_case where " + filter + " order by case when state in ('voided','cleared') "
                                                                  "then 1 else 0 end, case when due = 0 then 1 else 0 end, due, id desc limit 60"))
    rows.push(risk_row(context, of, "/desk/risks/" + id_text(of.id)));
  return rows;
}

Result<Response> desk(Context& context) {
  Json view = Json::of({{"title", context.text("risk.desk")}, {"summary", http::Form(context).summary()}});
  const bool supervises = context.may(permission::supervise);
  const std::string filter = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::judge));
  const Json cases = open_cases(context, filter);
  view.set("rows", cases).set("has_cases", cases.size() > 0).set("supervises", supervises);
  if (!supervises) return context.page("support/risks", view.set("lead", context.text("risk.lead_judge")).set("only_cases", true));
  const auto regions = own_regions(context);
  const auto counts = risk_counts(context.reader, regions);
  Json list = Json::array();
  for (const auto& doubt : doubts_of(risk_list(context.reader, regions, kRead)))
    if (Json one = line_view(context, doubt, list.size() < kDrawn); !one.is_null() && list.size() < kShown) list.push(std::move(one));
  const Json rings = rings_view(context);
  return context.page("support/risks", view.set("lines", list).set("none", list.size() == 0).set("rings", rings).set("has_rings", rings.size() > 0)
                                           .set("all", std::to_string(counts.entries))
                                           .set("judged", counts.at.us ? context.text("risk.judged", {{"at", local_text(counts.at)}}) : context.text("risk.not_judged"))
                                           .set("lead", context.text("risk.lead", {{"all", std::to_string(counts.entries)}, {"n", std::to_string(counts.flagged)}})));
}

// What belongs to the doubt is read on a worker; the command gets the entries as they stood.
Result<Json> with_entries(Context& context, Json input) {
  const auto regions = own_regions(context);
  const auto chosen = risk_line(context.reader, input["kind"].text(), id_value(input["object"].text()).value_or(0));
  Json entries = Json::array();
  const bool own = chosen && std::any_of(regions.begin(), regions.end(), [&](const std::string& prefix) { return chosen->region.starts_with(prefix); });
  if (own) {
    const auto add = [&](const RiskLine& line) { entries.push(to_json(RiskEntry{0, line.kind, line.object, line.volunteer, line.minutes, line.score, line.rules})); };
    add(*chosen);
    bool together = false;
    read_value(input["together"], together);
    if (together && chosen->rules)
      for (const auto& line : lines_together(context.reader, *chosen, kTogetherMost))
        if ((line.kind != chosen->kind || line.object != chosen->object) && !risk_of(context.reader, line.kind, line.object)) add(line);
  }
  return input.set("entries", entries.dump());
}

Result<Json> open(storage::Tx& tx, const Book& book, const CommandContext& context, const OpenInput& input) {
  RiskOpening opening;
  opening.words = input.words;
  storage::from_value(storage::Value(input.entries), opening.entries);
  const auto of = TX_TRY(open_risk(tx, book, opening, context.actor));
  return Json::of({{"risk", id_text(of.id)}, {"region", of.region}});
}

}  // namespace

Json risk_row(const Context& context, const RiskCase& of, const std::string& href) {
  const auto organisation = teams::find_organisation(context.reader, of.organisation);
  const auto meta = [](const char* glyph, std::string words) { return Json::of({{"glyph", glyph}, {"words", std::move(words)}}); };
  return Json::of({{"href", href}, {"title", context.text("risk." + of.rule)}, {"text", shortened(of.words, 80)}, {"icon", ""}, {"leaf", ""},
                   {"unread_row", false}, {"has_side", true}, {"side", context.text("record.hours", {{"n", rules::hours_text(of.minutes.value)}})},
                   {"split", split_text(minutes_by_grade(context.reader, of.id, 0).by_grade)},
                   {"meta", Json::Array{meta("team", organisation ? organisation->name : context.text("record.residents")),
                                        meta("list", context.text("risk.entries", {{"n", std::to_string(of.entries)}}))}},
                   {"state", workflow::state_view(kRiskFlow, of.state, context.language, context.words)},
                   {"clock", of.due.us ? workflow::due_view(of.due, context.now, context.language, context.words) : Json()}});
}

void add_fraud_routes(http::Router& router, const Book& book) {
  router.page("risk.desk", "/desk/risks", Access::any(permission::judge), desk);
  router.command<OpenInput>(
      {.name = "risk.open", .path = "/desk/risks/open", .access = Access::any(permission::supervise),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/risks/" + answer["risk"].text(); }, .flash = "risk.opened",
       .page = desk, .region_field = "region", .prepare = with_entries},
      [&book](storage::Tx& tx, const CommandContext& context, const OpenInput& input) { return open(tx, book, context, input); });
  add_risk_case_routes(router, book);
}

}  // namespace tx::support
