#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {

bool is_minor(const Volunteer& volunteer, Date today) {
  return volunteer.birth.days != 0 && age_on(volunteer.birth, today) < rules::kAdult;
}

std::string full_name(storage::Reader& reader, const identity::Vault& vault, const Volunteer& volunteer) {
  return minors::whole(reader, vault, volunteer).name;
}

bool minor_access_runs(storage::Reader& reader, access::AccountId account, const std::string& subject, Instant now) {
  return minors::running(reader, account, subject, now).has_value();
}

namespace minors {
namespace {

std::optional<Record> find_record(storage::Reader& reader, std::int64_t volunteer) {
  return storage::find<Record>(reader, "select * from minor_record where volunteer = $1", volunteer);
}

}  // namespace

Volunteer whole(storage::Reader& reader, const identity::Vault& vault, Volunteer volunteer) {
  const auto record = find_record(reader, volunteer.id.value);
  if (!record) return volunteer;
  const auto open = [&](const std::string& sealed, const char* place) {
    return sealed.empty() ? std::string() : vault.unseal(sealed, place).value_or("");
  };
  const auto back = [&](const std::string& sealed, const char* from, const char* to) {
    const std::string plain = open(sealed, from);
    return plain.empty() ? std::string() : vault.seal(plain, to);
  };
  volunteer.name = open(record->name_sealed, "minor.name");
  volunteer.search = search_tokens(volunteer.name);
  volunteer.phone_sealed = back(record->phone_sealed, "minor.phone", "volunteer.phone");
  volunteer.id_sealed = back(record->id_sealed, "minor.id", "volunteer.id");
  volunteer.guardian = open(record->guardian_sealed, "minor.guardian");
  return volunteer;
}

void keep_apart(storage::Tx& tx, const identity::Vault& vault, Volunteer& v) {
  storage::execute(tx, "delete from minor_record where volunteer = $1", v.id);
  if (!is_minor(v, local_date(tx.now()))) return;
  const auto moved = [&](const std::string& sealed, const char* from, const char* to) {
    const auto plain = sealed.empty() ? std::nullopt : vault.unseal(sealed, from);
    return plain && !plain->empty() ? vault.seal(*plain, to) : std::string();
  };
  Record record;
  record.volunteer = v.id.value;
  record.name_sealed = vault.seal(v.name, "minor.name");
  record.phone_sealed = moved(v.phone_sealed, "volunteer.phone", "minor.phone");
  record.id_sealed = moved(v.id_sealed, "volunteer.id", "minor.id");
  record.guardian_sealed = v.guardian.empty() ? "" : vault.seal(v.guardian, "minor.guardian");
  record.changed = tx.now();
  storage::insert(tx, "minor_record", record);
  v.name = masked_name(v.name);
  v.search = v.phone_sealed = v.id_sealed = v.guardian = "";   // found by number only; the blind indexes stay
}

std::optional<AccessRequest> find_request(storage::Reader& reader, std::int64_t id) {
  return storage::find<AccessRequest>(reader, "select * from minor_access where id = $1", id);
}

std::optional<AccessRequest> running(storage::Reader& reader, access::AccountId account, const std::string& subject, Instant now) {
  if (!account) return std::nullopt;
  return storage::find<AccessRequest>(reader,
                                      "select * from minor_access where subject = $1 and asked_by = $2 and state = 'running' and "
                                      "due > $3 order by due desc limit 1", subject, account, now);
}

std::vector<access::AccountId> guardians_of(storage::Reader& reader, access::AccountId child, Instant now) {
  std::vector<access::AccountId> found;
  if (!child) return found;
  for (const auto& row : storage::query(reader, "select distinct helper from proxy where principal = $1 and consent_kind = 'guardian' and "
                                                "ended = 0 and (until = 0 or until > $2)", child, now).rows)
    found.push_back({std::get<std::int64_t>(row[0])});
  return found;
}

YearReport year_report(storage::Reader& reader, int year, const std::vector<std::string>& regions) {
  YearReport report{.year = year};
  const Instant from = start_of(Date::of(year, 1, 1)), to = start_of(Date::of(year + 1, 1, 1));
  const std::string here = access::region_filter("region", regions);
  const auto count = [&](const std::string& sql, auto... values) { return storage::scalar<std::int64_t>(reader, sql, values...).value_or(0); };
  const auto born_after = [&](int years) { return Date::of(year - years, 12, 31); };
  const std::string registered = "select count(*) from volunteer where state <> 'closed' and created < $1 and birth > $2 and " + here;
  report.under_14 = count(registered, to, born_after(14));
  report.under_18 = count(registered, to, born_after(18)) - report.under_14;
  const std::string requests = "select count(*) from minor_access where created >= $1 and created < $2 and " + here;
  report.asked = count(requests, from, to);
  report.refused = count(requests + " and state = 'refused'", from, to);
  report.waiting = count(requests + " and state = 'asked'", from, to);
  report.approved = count(requests + " and state in ('running','ended')", from, to);
  report.late = count("select count(*) from flow_event e join flow_event d on d.flow = e.flow and d.object = e.object and d.from_state = 'asked' "
                      "where e.flow = 'minor_access' and e.to_state = 'asked' and e.due > 0 and d.at > e.due and e.at >= $1 and e.at < $2", from, to);
  const std::string readings = " from audit_entry where action = 'minor.read' and at >= $1 and at < $2 and " + here;
  report.readings = count("select count(*)" + readings, from, to);
  report.readers = count("select count(distinct account)" + readings, from, to);
  // Each reading again, against the accesses that ran at that moment: must be 0.
  report.unapproved = count("select count(*) from audit_entry a where a.action = 'minor.read' and a.at >= $1 and a.at < $2 and " +
                                access::region_filter("a.region", regions) +
                                " and not exists (select 1 from minor_access m join flow_event f on f.flow = 'minor_access' and f.object = m.id "
                                "and f.to_state = 'running' where m.asked_by = a.account and a.object = m.subject "
                                "and f.at <= a.at and f.due >= a.at)", from, to);
  return report;
}

}  // namespace minors
}  // namespace tx::teams
