// What the risk desk reads: the kept list, the entries of a case as the rules see them, and the cases.
#include <algorithm>

#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/fraud/seen.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

std::string numbers(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  return list.empty() ? "0" : list;
}

constexpr char kOfOneHand[] = "select * from risk_line where organisation = $1 and enterer = $2 and (rules & $3) <> 0 order by score desc, kind, object limit $4";
constexpr char kHowManyOfOneHand[] = "select count(*) from risk_line where organisation = $1 and enterer = $2 and (rules & $3) <> 0";

bool within(const std::string& region, const std::vector<std::string>& regions) {
  return std::any_of(regions.begin(), regions.end(), [&](const std::string& prefix) { return region.starts_with(prefix); });
}

}  // namespace

bool of_one_person(const RiskLine& line) { return line.has(fraud::Rule::two_places) || line.has(fraud::Rule::too_fast); }

std::vector<RiskLine> risk_list(storage::Reader& reader, const std::vector<std::string>& regions, std::size_t most) {
  return storage::select<RiskLine>(reader, "select * from risk_line where " + access::region_filter("region", regions) +
                                               " order by score desc, kind, object limit $1", static_cast<std::int64_t>(most));
}

std::vector<RiskRing> risk_rings(storage::Reader& reader, const std::vector<std::string>& regions) {
  auto rings = storage::select<RiskRing>(reader, "select * from risk_ring order by minutes * times desc, people");
  std::erase_if(rings, [&](const RiskRing& ring) {
    for (std::size_t at = 0; at < ring.regions.size(); at = ring.regions.find(',', at) == std::string::npos ? ring.regions.size() : ring.regions.find(',', at) + 1)
      if (within(ring.regions.substr(at), regions)) return false;
    return true;
  });
  return rings;
}

RiskCounts risk_counts(storage::Reader& reader, const std::vector<std::string>& regions) {
  const std::string own = " where " + access::region_filter("region", regions);
  const auto sum = [&](const std::string& sql) { return storage::scalar<std::int64_t>(reader, sql).value_or(0); };
  return {sum("select sum(entries) from risk_count" + own), sum("select count(*) from risk_line" + own), {sum("select at from risk_state where one = 1")}};
}

std::optional<RiskLine> risk_line(storage::Reader& reader, std::string_view kind, std::int64_t object) {
  if (auto kept = storage::find<RiskLine>(reader, "select * from risk_line where kind = $1 and object = $2", kind, object)) return kept;
  const auto of = [&](const auto& one) { return RiskLine{std::string(kind), object, one.volunteer, one.organisation, one.region, one.first_by, one.starts, one.minutes, 0, 0}; };
  if (kind == "record") {
    const auto record = find_record(reader, object);
    return record && stands(reader, object) ? std::optional(of(*record)) : std::nullopt;
  }
  const auto open = kind == "case" ? find_case(reader, object) : std::nullopt;
  return open && on_notice(reader, *open) && !open->decided.us ? std::optional(of(*open)) : std::nullopt;
}

std::int64_t together_with(storage::Reader& reader, const RiskLine& line) {
  if (of_one_person(line)) return static_cast<std::int64_t>(lines_together(reader, line, 50).size());
  return line.enterer ? storage::scalar<std::int64_t>(reader, kHowManyOfOneHand, line.organisation, line.enterer, line.rules).value_or(0) : 1;
}
std::vector<RiskLine> lines_together(storage::Reader& reader, const RiskLine& line, std::size_t most) {
  const Date day = local_date(line.starts);
  if (of_one_person(line))
    return storage::select<RiskLine>(reader, "select * from risk_line where volunteer = $1 and starts >= $2 and starts < $3 order by starts limit $4", line.volunteer,
                                     start_of(day), start_of({day.days + 1}), static_cast<std::int64_t>(most));
  if (!line.enterer) return {line};   // confirmed by residents, each for their own need
  return storage::select<RiskLine>(reader, kOfOneHand, line.organisation, line.enterer, line.rules, static_cast<std::int64_t>(most));
}

std::vector<fraud::Entry> seen_entries(storage::Reader& reader, const std::vector<RiskEntry>& entries) {
  std::vector<std::int64_t> records, cases;
  for (const auto& entry : entries) (entry.kind == "record" ? records : cases).push_back(entry.object);
  std::vector<fraud::Entry> seen;
  const auto agreed = seen::agreed(reader, "object in (" + numbers(cases) + ") or object in (select source from service_record where id in (" + numbers(records) + "))");
  for (const auto& row : seen::rows(reader, seen::kRecords, "r.id in (" + numbers(records) + ") order by r.starts")) seen.push_back(seen::entry_of(row, agreed));
  for (const auto& row : seen::rows(reader, seen::kCases, "r.id in (" + numbers(cases) + ") order by r.starts")) seen.push_back(seen::entry_of(row, agreed));
  return seen;
}

std::optional<RiskCase> find_risk(storage::Reader& reader, std::int64_t id) {
  return storage::find<RiskCase>(reader, "select * from risk_case where id = $1", id);
}
std::vector<RiskEntry> entries_of(storage::Reader& reader, std::int64_t risk) {
  return storage::select<RiskEntry>(reader, "select * from risk_entry where risk = $1 order by score desc, object", risk);
}
Doubted minutes_by_grade(storage::Reader& reader, std::int64_t risk, std::int64_t volunteer) {
  Doubted doubted;
  for (const auto& entry : entries_of(reader, risk)) {
    if (volunteer && entry.volunteer != volunteer) continue;
    Grade grade = Grade::D;
    if (const auto record = entry.kind == "record" ? find_record(reader, entry.object) : std::nullopt) grade = record->grade;
    doubted.minutes += entry.minutes.value;
    doubted.by_grade[static_cast<int>(grade)] += entry.minutes.value;
  }
  return doubted;
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
