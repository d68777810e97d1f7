// The risk list: what deserves a second look first, why in plain words, and taking it up.
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

constexpr std::size_t kShown = 60, kTogetherMost = 200, kDrawn = 5, kRingsShown = 20;
constexpr std::int64_t kLookBack = 365 * kDay;

struct OpenInput {
  std::string kind, object, words, entries;   // entries: filled by prepare, as the list stood
  bool together = false;
};
BOOST_DESCRIBE_STRUCT(OpenInput, (), (kind, object, words, entries, together))

std::vector<std::string> own_regions(const Context& context) {
  return access::regions_of(context.roles, context.actor, permission::supervise);
}
std::string kind_of(const RiskLine& line) { return line.is_case ? "case" : "record"; }

// Entries of the same hand in the same organisation for which the same rules speak: one doubt, not fifty.
bool belongs_with(const RiskLine& line, const RiskLine& other) {
  return other.risk.score > 0 && other.entry.organisation == line.entry.organisation && other.entry.enterer == line.entry.enterer &&
         (other.risk.rules & line.risk.rules) != 0;
}

std::vector<fraud::Entry> drawn_with(const std::vector<RiskLine>& lines, const RiskLine& line) {
  std::vector<fraud::Entry> entries{line.entry};
  const bool by_person = line.risk.has(fraud::Rule::two_places) || line.risk.has(fraud::Rule::too_fast);
  for (const auto& other : lines) {
    if (other.id == line.id && other.is_case == line.is_case) continue;
    const bool near = by_person ? other.entry.volunteer == line.entry.volunteer && other.entry.from / 1440 == line.entry.from / 1440 : belongs_with(line, other);
    if (near && entries.size() < 14) entries.push_back(other.entry);
  }
  return entries;
}

Json line_view(const Context& context, const std::vector<RiskLine>& lines, std::size_t i) {
  const auto& line = lines[i];
  const auto record = line.is_case ? std::nullopt : find_record(context.reader, line.id);
  const auto of = line.is_case ? find_case(context.reader, line.id) : std::nullopt;
  const auto organisation = teams::find_organisation(context.reader, line.entry.organisation);
  const auto taken = risk_of(context.reader, kind_of(line), line.id);
  const auto together = std::count_if(lines.begin(), lines.end(), [&](const auto& other) { return belongs_with(line, other); });
  Json view = Json::of({{"href", line.is_case ? "/desk/records/" + id_text(line.id) : ""}, {"line_title", title_text(context, record ? record->title : of->title)},
                        {"name", teams::volunteer_card(context.reader, line.entry.volunteer).name}, {"score", line.risk.score},
                        {"organisation", organisation ? organisation->name : context.text("record.residents")},
                        {"when", local_text(record ? record->starts : of->starts)}, {"kind", kind_of(line)}, {"object", id_text(line.id)},
                        {"hours", context.text("record.hours", {{"n", rules::hours_text(record ? record->minutes.value : of->minutes.value)}})},
                        {"reasons", evidence_view(context, line.risk.rules)}, {"taken", taken ? "/desk/risks/" + id_text(*taken) : ""},
                        {"others", together > 1 ? context.text("risk.together", {{"n", std::to_string(together)}}) : ""}});
  if (i < kDrawn) view.set("drawing", drawing_view(context, drawn_with(lines, line), line.risk.rules));
  return view;
}

// Time-bank minutes by their postings: from whom to whom. Other accounts (pool, fund, expiry) are nobody's ring.
std::vector<fraud::Transfer> transfers(storage::Reader& reader, Instant since) {
  std::vector<fraud::Transfer> all;
  const auto rows = storage::query(reader, "select a.account, b.account, b.amount from posting p join posting_line a on a.posting = p.id and a.amount < 0 join "
                                           "posting_line b on b.posting = p.id and b.amount > 0 where p.unit = 'bank_minutes' and p.at > $1 and a.account like "
                                           "'volunteer:%' and b.account like 'volunteer:%'", since);
  const auto person = [](const storage::Value& account) { return id_value(std::get<std::string>(account).substr(10)).value_or(0); };
  for (const auto& row : rows.rows) all.push_back({person(row[0]), person(row[1]), std::get<std::int64_t>(row[2])});
  return all;
}

Json rings_view(const Context& context, Instant since) {
  Json rings = Json::array();
  for (const auto& ring : fraud::rings(transfers(context.reader, since))) {
    if (rings.size() >= kRingsShown) break;
    std::string names;
    for (const auto person : ring.people) names += teams::volunteer_card(context.reader, person).name + " → ";
    names += teams::volunteer_card(context.reader, ring.people.front()).name;
    rings.push(Json::of({{"names", names}, {"ring_words", context.text("risk.ring", {{"times", std::to_string(ring.times)}, {"minutes", std::to_string(ring.minutes)}})}}));
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
  const auto lines = risk_list(context.reader, own_regions(context), context.now.plus(-kLookBack));
  Json list = Json::array();
  std::int64_t flagged = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].risk.score == 0) break;
    ++flagged;
    if (i < kShown) list.push(line_view(context, lines, i));
  }
  const Json rings = rings_view(context, context.now.plus(-kLookBack));
  return context.page("support/risks", view.set("lines", list).set("none", list.size() == 0).set("rings", rings).set("has_rings", rings.size() > 0)
                                           .set("all", std::to_string(lines.size()))
                                           .set("lead", context.text("risk.lead", {{"all", std::to_string(lines.size())}, {"n", std::to_string(flagged)}})));
}

// The list is read on a worker; the command gets the entries as they stood.
Result<Json> with_entries(Context& context, Json input) {
  const auto lines = risk_list(context.reader, own_regions(context), context.now.plus(-kLookBack));
  const auto id = id_value(input["object"].text()).value_or(0);
  const auto chosen = std::find_if(lines.begin(), lines.end(), [&](const RiskLine& line) { return line.id == id && kind_of(line) == input["kind"].text(); });
  Json entries = Json::array();
  if (chosen != lines.end()) {   // a score of 0: somebody complained
    bool together = false;
    read_value(input["together"], together);
    const auto add = [&](const RiskLine& line) {
      entries.push(to_json(RiskEntry{0, kind_of(line), line.id, line.entry.volunteer, {line.entry.to - line.entry.from}, line.risk.score, line.risk.rules}));
    };
    add(*chosen);
    for (const auto& line : lines)
      if (together && &line != &*chosen && belongs_with(*chosen, line) && entries.size() < kTogetherMost && !risk_of(context.reader, kind_of(line), line.id)) add(line);
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
