// What the risk desk reads: entries as the rules see them, joined with where and how people were seen, and the cases.
#include <algorithm>
#include <unordered_map>

#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

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

struct Spot {
  std::int64_t attendance = 0, place = 0, x_m = 0, y_m = 0;
};
BOOST_DESCRIBE_STRUCT(Spot, (), (attendance, place, x_m, y_m))

std::unordered_map<std::int64_t, Spot> spots_since(storage::Reader& reader, Instant since) {
  std::unordered_map<std::int64_t, Spot> spots;
  for (const char* sql : {"select a.id as attendance, a.object as place, c.x_m, c.y_m from attendance a join activity c on c.id = a.activity where a.kind = "
                          "'shift' and a.state = 'confirmed' and a.came > $1",
                          "select a.id as attendance, 0 as place, n.x_m, n.y_m from attendance a join need n on n.id = a.object where a.kind = 'need' and "
                          "a.state = 'confirmed' and a.came > $1"})
    for (const auto& spot : storage::select<Spot>(reader, sql, since)) spots[spot.attendance] = spot;
  return spots;
}

// When the second person agreed: the notice that follows takes days and says nothing of how carefully they looked.
std::unordered_map<std::int64_t, std::int64_t> agreed_since(storage::Reader& reader, Instant since) {
  std::unordered_map<std::int64_t, std::int64_t> agreed;
  for (const auto& row : storage::query(reader, "select object, min(at) from flow_event where flow = 'record_case' and action = 'publish' and at > $1 group by object", since).rows)
    agreed[std::get<std::int64_t>(row[0])] = minute_of({std::get<std::int64_t>(row[1])});
  return agreed;
}

std::string numbers(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  return list.empty() ? "0" : list;
}

class Reading {
 public:
  Reading(storage::Reader& reader, Instant since) : reader_(reader), spots_(spots_since(reader, since)), agreed_(agreed_since(reader, since)) {}
  fraud::Entry of(const ServiceRecord& record) const {
    auto entry = entry_of(record, record.at);
    if (const auto spot = spots_.find(record.source); spot != spots_.end()) {
      entry.place = spot->second.place;
      entry.x_m = static_cast<std::int32_t>(spot->second.x_m);
      entry.y_m = static_cast<std::int32_t>(spot->second.y_m);
      entry.placed = true;
    }
    if (entry.by_hand)
      if (const auto open = find_case(reader_, record.source)) {
        entry.entered = minute_of(open->created);
        entry.approved = agreed_of(open->id);
      }
    return entry;
  }
  fraud::Entry of(const RecordCase& open) const {
    auto entry = entry_of(open, open.created);
    entry.approved = agreed_of(open.id);
    return entry;
  }

 private:
  std::int64_t agreed_of(std::int64_t id) const {
    const auto found = agreed_.find(id);
    return found == agreed_.end() ? 0 : found->second;
  }
  storage::Reader& reader_;
  std::unordered_map<std::int64_t, Spot> spots_;
  std::unordered_map<std::int64_t, std::int64_t> agreed_;
};

}  // namespace

std::vector<RiskLine> risk_list(storage::Reader& reader, const std::vector<std::string>& regions, Instant since) {
  const std::string filter = access::region_filter("region", regions);
  const Reading reading(reader, since);
  std::vector<fraud::Entry> entries;
  std::vector<RiskLine> lines;
  const auto add = [&](const fraud::Entry& entry, bool is_case) {
    entries.push_back(entry);
    lines.push_back({{}, is_case, entry.id, entry});
  };
  for (const auto& record : storage::select<ServiceRecord>(
           reader, "select * from service_record r where starts > $1 and reverses = 0 and not exists (select 1 from service_record b where "
                   "b.reverses = r.id and b.reverses <> 0) and " + filter, since))
    add(reading.of(record), false);
  for (const auto& open : storage::select<RecordCase>(
           reader, "select * from record_case where kind = 'manual' and state in ('checked','notice','contested') and starts > $1 and " + filter, since))
    add(reading.of(open), true);
  const auto risks = fraud::assess(entries);
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].risk = risks[i];
  std::stable_sort(lines.begin(), lines.end(), [](const RiskLine& a, const RiskLine& b) { return a.risk.score > b.risk.score; });
  return lines;
}

std::vector<fraud::Entry> seen_entries(storage::Reader& reader, const std::vector<RiskEntry>& entries) {
  std::vector<std::int64_t> records, cases;
  for (const auto& entry : entries) (entry.kind == "record" ? records : cases).push_back(entry.object);
  const Reading reading(reader, {});
  std::vector<fraud::Entry> seen;
  for (const auto& record : storage::select<ServiceRecord>(reader, "select * from service_record where id in (" + numbers(records) + ") order by starts"))
    seen.push_back(reading.of(record));
  for (const auto& open : storage::select<RecordCase>(reader, "select * from record_case where id in (" + numbers(cases) + ") order by starts"))
    seen.push_back(reading.of(open));
  return seen;
}

std::optional<RiskCase> find_risk(storage::Reader& reader, std::int64_t id) {
  return storage::find<RiskCase>(reader, "select * from risk_case where id = $1", id);
}
std::vector<RiskEntry> entries_of(storage::Reader& reader, std::int64_t risk) {
  return storage::select<RiskEntry>(reader, "select * from risk_entry where risk = $1 order by score desc, object", risk);
}
std::vector<RiskStatement> statements_of(storage::Reader& reader, std::int64_t risk) {
  return storage::select<RiskStatement>(reader, "select * from risk_statement where risk = $1 order by id", risk);
}

std::vector<access::AccountId> concerned(storage::Reader& reader, const RiskCase& of, const std::vector<RiskEntry>& entries) {
  std::vector<access::AccountId> who;
  const auto add = [&](access::AccountId account) {
    if (account && std::find(who.begin(), who.end(), account) == who.end()) who.push_back(account);
  };
  add(of.enterer);
  for (const auto& entry : entries) add(teams::account_of_volunteer(reader, entry.volunteer));
  return who;
}

std::optional<std::int64_t> risk_of(storage::Reader& reader, std::string_view kind, std::int64_t object) {
  return storage::scalar<std::int64_t>(reader, "select e.risk from risk_entry e join risk_case c on c.id = e.risk where e.object = $1 and e.kind = $2 and "
                                               "c.state not in ('voided','cleared') limit 1", object, kind);
}

}  // namespace tx::support
