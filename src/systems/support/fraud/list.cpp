// The kept list: every entry of the last year judged by the open rules, in the background and only when something has changed.
// Judging reads all entries at once, because what one of them means is said by the others.
#include <algorithm>
#include <map>

#include "base/log.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/fraud/seen.h"
#include "systems/support/time_bank/time_bank.h"

namespace tx::support {
namespace seen {
namespace {
std::int64_t minute_of(Instant at) { return at.us ? (at.us + 8 * kHour) / kMinute : 0; }
}  // namespace

const char kRecords[] =
    "select r.id, r.volunteer, r.organisation, r.region, r.kind, r.starts, r.ends, r.minutes, r.grade, r.first_by, r.second_by, coalesce(h.created, r.at) as "
    "entered, coalesce(h.id, 0) as hand, case when a.kind = 'shift' then a.object else 0 end as place, coalesce(c.x_m, n.x_m, 0) as x_m, coalesce(c.y_m, n.y_m, 0) "
    "as y_m, case when c.id is null and n.id is null then 0 else 1 end as placed, coalesce(a.device, 0) as device, case when r.kind = 'manual' or (r.kind = "
    "'correction' and r.minutes >= o.minutes + 60) then 1 else 0 end as by_hand, case when a.kind = 'need' and r.kind <> 'one_hand' then 1 else 0 end as served from "
    "service_record r left join record_case h on r.kind in ('manual','correction') and h.id = r.source left join service_record o on r.kind = 'correction' and o.id = "
    "h.record left join record_case m on r.kind in ('long_day','authority_day','one_hand') and m.id = r.source left join attendance a on a.id = case when r.kind in "
    "('shift','need') then r.source else m.source end left join activity c on a.kind = 'shift' and c.id = a.activity left join need n on a.kind = 'need' and n.id = "
    "a.object";
const char kCases[] =
    "select r.id, r.volunteer, r.organisation, r.region, r.kind, r.starts, r.ends, r.minutes, r.grade, r.first_by, r.second_by, r.created as entered, r.id as hand, "
    "0 as place, 0 as x_m, 0 as y_m, 0 as placed, 0 as device, 1 as by_hand, 0 as served from record_case r";

std::vector<Row> rows(storage::Reader& reader, const char* select, const std::string& where) {
  return storage::select<Row>(reader, std::string(select) + " where " + where);
}

std::unordered_map<std::int64_t, std::int64_t> agreed(storage::Reader& reader, const std::string& where) {
  std::unordered_map<std::int64_t, std::int64_t> all;
  for (const auto& row : storage::query(reader, "select object, min(at) from flow_event where flow = 'record_case' and action = 'publish' and (" + where + ") group by object").rows)
    all[std::get<std::int64_t>(row[0])] = minute_of({std::get<std::int64_t>(row[1])});
  return all;
}

fraud::Entry entry_of(const Row& row, const std::unordered_map<std::int64_t, std::int64_t>& agreed) {
  fraud::Entry entry;
  entry.id = row.id;
  entry.volunteer = row.volunteer;
  entry.organisation = row.organisation;
  entry.from = minute_of(row.starts);
  entry.to = minute_of(row.ends);
  entry.by_hand = row.by_hand != 0;
  entry.shown = row.grade == "A" || row.grade == "B";
  entry.by_recipient = row.served != 0;
  entry.enterer = row.first_by;
  entry.approver = row.second_by;
  entry.entered = minute_of(row.entered);
  if (const auto found = agreed.find(row.hand); row.hand && found != agreed.end()) entry.approved = found->second;
  entry.device = row.device;
  entry.place = row.place;
  entry.x_m = static_cast<std::int32_t>(row.x_m);
  entry.y_m = static_cast<std::int32_t>(row.y_m);
  entry.placed = row.placed != 0;
  return entry;
}

}  // namespace seen

namespace {

constexpr std::int64_t kLookBack = 365 * kDay, kPage = 20'000;
constexpr std::size_t kRingsKept = 200, kLinesACommand = 1000;

// All the pages of one kind of entry: a year of a region does not fit into one answer.
template <class Add>
void read_all(storage::Reader& reader, const char* select, const std::string& where, Add&& add) {
  for (std::int64_t last = 0;;) {
    const auto page = seen::rows(reader, select, where + " and r.id > " + std::to_string(last) + " order by r.id limit " + std::to_string(kPage));
    for (const auto& row : page) add(row);
    if (static_cast<std::int64_t>(page.size()) < kPage) return;
    last = page.back().id;
  }
}

std::vector<RiskRing> rings_since(storage::Reader& reader, Instant since) {
  std::vector<fraud::Transfer> transfers;
  for (const auto& one : bank::transfers(reader, {""}, since)) transfers.push_back({one.from, one.to, one.minutes});
  std::vector<RiskRing> rings;
  for (const auto& found : fraud::rings(transfers)) {
    RiskRing ring{{}, {}, found.minutes, found.times};
    for (const auto person : found.people) {
      const auto member = bank::find_member(reader, person);
      ring.people += (ring.people.empty() ? "" : ",") + std::to_string(person);
      ring.regions += (ring.regions.empty() ? "" : ",") + (member ? member->region : "");
    }
    rings.push_back(std::move(ring));
  }
  std::stable_sort(rings.begin(), rings.end(), [](const auto& a, const auto& b) { return a.minutes * a.times > b.minutes * b.times; });
  if (rings.size() > kRingsKept) rings.resize(kRingsKept);
  return rings;
}

// What a new judgement could depend on; cheap, asked again and again.
std::string mark_of(storage::Reader& reader) {
  std::string mark;
  for (const char* table : {"service_record", "flow_event", "bank_order"})
    mark += std::to_string(storage::scalar<std::int64_t>(reader, std::string("select max(id) from ") + table).value_or(0)) + " ";
  return mark;
}

using Key = std::pair<std::string, std::int64_t>;

template <class Item, class Write>
void write_in_parts(storage::Store& store, const std::vector<Item>& items, Write&& write) {
  for (std::size_t from = 0; from < items.size(); from += kLinesACommand)
    (void)store.write([&](storage::Tx& tx) -> Result<Json> {
      for (std::size_t i = from; i < std::min(items.size(), from + kLinesACommand); ++i) write(tx, items[i]);
      return Json();
    });
}

}  // namespace

Assessed assess_all(storage::Reader& reader) {
  Assessed all;
  const Instant newest{std::max(storage::scalar<std::int64_t>(reader, "select max(at) from service_record where id = (select max(id) from service_record)").value_or(0),
                                storage::scalar<std::int64_t>(reader, "select max(created) from record_case where id = (select max(id) from record_case)").value_or(0))};
  const Instant since = newest.plus(-kLookBack);
  const std::string after = "r.starts > " + std::to_string(since.us);
  const auto agreed = seen::agreed(reader, "at > " + std::to_string(since.us));
  std::vector<fraud::Entry> entries;
  const auto take = [&](const char* kind) {
    return [&, kind](const seen::Row& row) {
      entries.push_back(seen::entry_of(row, agreed));
      all.lines.push_back({kind, row.id, row.volunteer, row.organisation, row.region, {row.first_by}, row.starts, row.minutes, 0, 0});
      ++all.entries[row.region];
    };
  };
  read_all(reader, seen::kRecords, after + " and r.reverses = 0 and not exists (select 1 from service_record b where b.reverses = r.id and b.reverses <> 0)", take("record"));
  read_all(reader, seen::kCases, after + " and (r.kind = 'manual' or (r.kind = 'correction' and r.minutes >= 60 + (select o.minutes from service_record o where o.id = r.record))) and r.state in "
                                          "('checked','notice','contested')", take("case"));
  const auto risks = fraud::assess(entries);
  for (std::size_t i = 0; i < risks.size(); ++i) {
    all.lines[i].score = risks[i].score;
    all.lines[i].rules = risks[i].rules;
  }
  std::erase_if(all.lines, [](const RiskLine& line) { return line.score == 0; });
  std::stable_sort(all.lines.begin(), all.lines.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  all.rings = rings_since(reader, since);
  return all;
}

bool refresh_risks(storage::Store& store) {
  Assessed now;
  std::string mark;
  std::map<Key, std::pair<std::int64_t, std::int64_t>> before;
  std::map<std::string, std::int64_t> counted;
  {
    const auto reader = store.read();
    mark = mark_of(*reader);
    if (storage::scalar<std::string>(*reader, "select mark from risk_state where one = 1").value_or("") == mark) return false;
    now = assess_all(*reader);
    for (const auto& row : storage::query(*reader, "select kind, object, score, rules from risk_line").rows)
      before[{std::get<std::string>(row[0]), std::get<std::int64_t>(row[1])}] = {std::get<std::int64_t>(row[2]), std::get<std::int64_t>(row[3])};
    for (const auto& row : storage::query(*reader, "select region, entries from risk_count").rows) counted[std::get<std::string>(row[0])] = std::get<std::int64_t>(row[1]);
  }
  std::vector<RiskLine> changed;
  for (const auto& line : now.lines) {
    const auto old = before.find({line.kind, line.object});
    if (old == before.end() || old->second != std::pair(line.score, line.rules)) changed.push_back(line);
    if (old != before.end()) before.erase(old);
  }
  std::vector<Key> gone;
  for (const auto& [key, risk] : before) gone.push_back(key);
  write_in_parts(store, changed, [](storage::Tx& tx, const RiskLine& line) {
    storage::execute(tx, "insert into risk_line (kind, object, volunteer, organisation, region, enterer, starts, minutes, score, rules) values "
                         "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) on conflict (kind, object) do update set score = excluded.score, rules = excluded.rules",
                     line.kind, line.object, line.volunteer, line.organisation, line.region, line.enterer, line.starts, line.minutes, line.score, line.rules);
  });
  write_in_parts(store, gone, [](storage::Tx& tx, const Key& key) { storage::execute(tx, "delete from risk_line where kind = $1 and object = $2", key.first, key.second); });
  for (const auto& [region, entries] : counted) now.entries.try_emplace(region, 0);
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const auto& [region, entries] : now.entries)
    if (const auto old = counted.find(region); old == counted.end() || old->second != entries) counts.emplace_back(region, entries);
  write_in_parts(store, counts, [](storage::Tx& tx, const auto& count) {
    storage::execute(tx, "insert into risk_count (region, entries) values ($1,$2) on conflict (region) do update set entries = excluded.entries", count.first, count.second);
  });
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from risk_ring");
    for (const auto& ring : now.rings)
      storage::execute(tx, "insert into risk_ring (people, regions, minutes, times) values ($1,$2,$3,$4)", ring.people, ring.regions, ring.minutes, ring.times);
    storage::execute(tx, "insert into risk_state (one, mark, at) values (1,$1,$2) on conflict (one) do update set mark = excluded.mark, at = excluded.at", mark, tx.now());
    return Json();
  });
  return true;
}

}  // namespace tx::support
