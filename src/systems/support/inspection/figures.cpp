// The counts behind a spot check and behind the yearly report, from the records themselves.
#include <map>
#include <set>

#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/model.h"

namespace tx::support {
namespace {

constexpr int kDecreeDays = 10;   // working days, Decree 67 art. 11

std::string of_whom(std::int64_t organisation, const std::string& region, const char* prefix = "") {
  if (organisation) return std::string(prefix) + "organisation = " + std::to_string(organisation);
  return access::region_filter(std::string(prefix) + "region", {region});
}

std::int64_t count(storage::Reader& reader, const std::string& sql, Instant from, Instant to) {
  return storage::scalar<std::int64_t>(reader, sql, from, to).value_or(0);
}

void count_records(storage::Reader& reader, const std::string& whom, Instant from, Instant to, Figures& figures) {
  std::map<std::int32_t, Instant> last_day;
  std::set<std::int64_t> people;
  std::int64_t* by_grade[] = {&figures.minutes_a, &figures.minutes_b, &figures.minutes_c, &figures.minutes_d};
  for (const auto& record : storage::select<ServiceRecord>(reader, "select * from service_record where starts >= $1 and starts < $2 and " + whom, from, to)) {
    figures.minutes += record.minutes.value;
    *by_grade[static_cast<int>(record.grade)] += record.minutes.value;
    if (record.reverses) {
      ++figures.corrections;
      continue;
    }
    ++figures.records;
    people.insert(record.volunteer);
    figures.by_hand += record.kind == "manual";
    const auto day = local_date(record.ends);
    auto known = last_day.find(day.days);
    if (known == last_day.end()) known = last_day.emplace(day.days, workflow::add_working_days(reader, start_of(day), kDecreeDays)).first;
    figures.late += record.at > known->second;
  }
  figures.people = static_cast<std::int64_t>(people.size());
}

// A complaint about a need concerns whoever was sent to it; one about hours, whoever recorded them; one about an organisation, itself.
std::map<std::int64_t, std::int64_t> complaints_about(storage::Reader& reader, Instant from, Instant to) {
  std::map<std::int64_t, std::int64_t> about;
  for (const auto& row : storage::query(reader, "select object, about_organisation from complaint where object <> '' and created >= $1 and created < $2", from, to).rows) {
    const auto& object = std::get<std::string>(row[0]);
    const auto need = id_value(object.substr(object.find(':') + 1));
    if (!need) continue;
    if (const auto of = std::get<std::int64_t>(row[1])) ++about[of];
    if (!object.starts_with("need:")) continue;
    for (const auto& sent : storage::query(reader, "select distinct organisation from ask where need = $1 and organisation <> 0 and state = 'accepted'", *need).rows)
      ++about[std::get<std::int64_t>(sent[0])];
  }
  return about;
}

}  // namespace

std::vector<spot::Candidate> spot_population(storage::Reader& reader, const std::string& region, Instant now) {
  const Instant from = now.plus(-365 * kDay);
  std::map<std::int64_t, spot::Candidate> all;
  for (const auto& row : storage::query(reader, "select id from organisation where state in ('approved','suspended') and " + access::region_filter("region", {region})).rows)
    all[std::get<std::int64_t>(row[0])].organisation = std::get<std::int64_t>(row[0]);
  const auto add = [&](std::int64_t organisation, std::int64_t minutes, std::int64_t complaints) {
    if (const auto found = all.find(organisation); found != all.end()) found->second.minutes += minutes, found->second.complaints += complaints;
  };
  for (const auto& row : storage::query(reader, "select organisation, sum(minutes) from service_record where starts >= $1 group by organisation", from).rows) {
    std::int64_t minutes = 0;
    storage::from_value(row[1], minutes);
    add(std::get<std::int64_t>(row[0]), minutes, 0);
  }
  for (const auto& row : storage::query(reader, "select c.organisation, count(*) from flow_event e join record_case c on c.id = e.object where e.flow = "
                                                "'record_case' and e.action = 'object' and e.at >= $1 group by c.organisation", from).rows)
    add(std::get<std::int64_t>(row[0]), 0, std::get<std::int64_t>(row[1]));
  for (const auto& [organisation, complaints] : complaints_about(reader, from, now.plus(1))) add(organisation, 0, complaints);
  std::vector<spot::Candidate> population;
  for (const auto& [id, one] : all) population.push_back(one);
  return population;
}

Figures figures_of(storage::Reader& reader, std::int64_t organisation, const std::string& region, DaySpan span) {
  Figures figures;
  const Instant from = start_of(span.from), to = start_of({span.to.days + 1});
  const std::string whom = of_whom(organisation, region), cases = of_whom(organisation, region, "c.");
  count_records(reader, whom, from, to, figures);
  figures.refused = count(reader, "select count(*) from record_case where kind = 'manual' and state = 'refused' and created >= $1 and created < $2 and " + whom, from, to);
  figures.objections = count(reader, "select count(*) from flow_event e join record_case c on c.id = e.object where e.flow = 'record_case' and e.action = 'object' and "
                                     "e.at >= $1 and e.at < $2 and " + cases, from, to);
  // A certificate counts for whoever recorded hours of its time; a complaint for whoever was sent to that need.
  const std::string holders = "select 1 from service_record r where r.volunteer = certificate.volunteer and r.starts >= certificate.from_day * 86400000000 - "
                              "28800000000 and r.starts < (certificate.to_day + 1) * 86400000000 - 28800000000 and " + of_whom(organisation, region, "r.");
  figures.certificates = count(reader, "select count(*) from certificate where at >= $1 and at < $2 and exists (" + holders + ")", from, to);
  figures.revoked = count(reader, "select count(*) from certificate where state = 'revoked' and changed >= $1 and changed < $2 and exists (" + holders + ")", from, to);
  const auto about = complaints_about(reader, from, to);
  if (!organisation)
    figures.complaints = count(reader, "select count(*) from complaint where created >= $1 and created < $2 and " + access::region_filter("region", {region}), from, to);
  else if (const auto found = about.find(organisation); found != about.end())
    figures.complaints = found->second;
  return figures;
}

}  // namespace tx::support
