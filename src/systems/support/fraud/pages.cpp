#include <algorithm>

#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {

namespace {

using http::Context;
using http::Response;

constexpr std::size_t kShown = 100;

std::int64_t minute_of(Instant at) { return at.us ? (at.us + 8 * kHour) / kMinute : 0; }

template <class Row>   // a record or a case: what they say of an hour has the same names
fraud::Entry entry_of(const Row& row, Instant entered) {
  fraud::Entry entry;
  entry.id = row.id;
  entry.volunteer = row.volunteer;
  entry.organisation = row.organisation;
  entry.from = minute_of(row.starts);
  entry.to = minute_of(row.ends);
  entry.by_hand = row.kind == "manual";
  entry.shown = row.grade == Grade::A || row.grade == Grade::B;
  entry.by_recipient = row.kind == "need";
  entry.enterer = row.first_by.value;
  entry.approver = row.second_by.value;
  entry.entered = minute_of(entered);
  return entry;
}

// When the second person agreed: the notice that follows takes days and says nothing of how carefully they looked.
std::int64_t agreed(storage::Reader& reader, const RecordCase& of) {
  return minute_of({storage::scalar<std::int64_t>(reader, "select min(at) from flow_event where flow = 'record_case' and object = $1 and "
                                                          "action = 'publish'", of.id).value_or(0)});
}

Result<Response> desk(Context& context) {
  const auto lines = risk_list(context.reader, access::regions_of(context.roles, context.actor, permission::supervise), context.now.plus(-365 * kDay));
  Json rows = Json::array();
  std::int64_t flagged = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    flagged += line.risk.score > 0;
    if (line.risk.score == 0 || i >= kShown) continue;
    const auto record = line.is_case ? std::nullopt : find_record(context.reader, line.id);
    const auto of = line.is_case ? find_case(context.reader, line.id) : std::nullopt;
    const auto volunteer = record ? record->volunteer : of->volunteer;
    const auto organisation = teams::find_organisation(context.reader, record ? record->organisation : of->organisation);
    Json reasons = Json::array();
    for (std::size_t rule = 0; rule < fraud::kRules; ++rule)
      if (line.risk.has(static_cast<fraud::Rule>(rule)))
        reasons.push(Json::of({{"words", context.text("risk." + std::string(fraud::name_of(static_cast<fraud::Rule>(rule))))},
                               {"points", fraud::points_of(static_cast<fraud::Rule>(rule))}}));
    rows.push(Json::of({{"href", line.is_case ? "/desk/records/" + id_text(line.id) : ""}, {"title", title_text(context, record ? record->title : of->title)},
                        {"name", teams::volunteer_card(context.reader, volunteer).name}, {"score", line.risk.score},
                        {"organisation", organisation ? organisation->name : context.text("record.residents")},
                        {"when", local_text(record ? record->starts : of->starts)},
                        {"hours", context.text("record.hours", {{"n", rules::hours_text(record ? record->minutes.value : of->minutes.value)}})},
                        {"reasons", reasons}}));
  }
  return context.page("support/risks", Json::of({{"title", context.text("risk.desk")}, {"lines", rows}, {"none", rows.size() == 0},
                                                 {"lead", context.text("risk.lead", {{"all", std::to_string(lines.size())}, {"n", std::to_string(flagged)}})}}));
}

}  // namespace

std::vector<RiskLine> risk_list(storage::Reader& reader, const std::vector<std::string>& regions, Instant since) {
  const std::string filter = access::region_filter("region", regions);
  std::vector<fraud::Entry> entries;
  std::vector<RiskLine> lines;
  for (const auto& record : storage::select<ServiceRecord>(
           reader, "select * from service_record r where starts > $1 and reverses = 0 and not exists (select 1 from service_record b where "
                   "b.reverses = r.id and b.reverses <> 0) and " + filter, since)) {
    auto entry = entry_of(record, record.at);
    if (entry.by_hand)
      if (const auto of = find_case(reader, record.source)) {
        entry.entered = minute_of(of->created);
        entry.approved = agreed(reader, *of);
      }
    entries.push_back(entry);
    lines.push_back({{}, false, record.id});
  }
  for (const auto& of : storage::select<RecordCase>(
           reader, "select * from record_case where kind = 'manual' and state in ('checked','notice','contested') and starts > $1 and " + filter, since)) {
    auto entry = entry_of(of, of.created);
    entry.approved = agreed(reader, of);
    entries.push_back(entry);
    lines.push_back({{}, true, of.id});
  }
  const auto risks = fraud::assess(entries);
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].risk = risks[i];
  std::stable_sort(lines.begin(), lines.end(), [](const RiskLine& a, const RiskLine& b) { return a.risk.score > b.risk.score; });
  return lines;
}

void add_fraud_routes(http::Router& router) {
  router.page("risk.desk", "/desk/risks", access::Access::any(permission::supervise), desk);
}

}  // namespace tx::support
