#include "systems/supply/dispatch/fairness.h"

#include <algorithm>
#include <map>

#include "engines/matching/compare.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/problem.h"

namespace tx::supply {
namespace {

using storage::select;

constexpr std::int64_t kMonth = 30 * kDay;
constexpr int kFirstSeats[] = {0, 100, 250, 500, 1000}, kLoadFactors[] = {0, 1, 2, 4, 8};
constexpr std::size_t kExamples = 12, kNames = 4;

struct Load {
  std::int64_t volunteer = 0, minutes = 0;
  std::string county;
};
BOOST_DESCRIBE_STRUCT(Load, (), (volunteer, minutes, county))
struct ByCounty {
  std::string county;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(ByCounty, (), (county, amount))
struct OfOrganisation {
  std::int64_t organisation = 0, members = 0, seats = 0, taken = 0;
};
BOOST_DESCRIBE_STRUCT(OfOrganisation, (), (organisation, members, seats, taken))

std::vector<std::string> regions_in(const Json& input) {
  std::vector<std::string> regions;
  for (const auto& region : input["regions"].items()) regions.push_back(region.text());
  return regions;
}

// Reports progress through the rounds of so many plans one after another; asks whether somebody wants to stop.
matching::SolveOptions options_for(jobs::Progress& progress, int plans) {
  matching::SolveOptions options;
  options.progress = [&progress, plans, begun = 0, before = 0](int done, int of) mutable {
    if (done < before) ++begun;
    before = done;
    progress.report(std::min<std::int64_t>(std::int64_t{begun} * of + done, std::int64_t{plans} * of), std::int64_t{plans} * of);
    return !progress.cancelled();
  };
  return options;
}

std::int64_t met(const Problem& problem, const matching::Plan& plan) {
  std::vector<int> filled(problem.slots.size(), 0);
  for (const auto& a : plan.assignments) ++filled[a.slot];
  std::int64_t count = 0;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) count += filled[i] >= problem.slots[i].heads;
  return count;
}

Json names_of(const Problem& problem, const std::vector<std::size_t>& people) {
  Json ids = Json::array();
  for (const auto v : people)
    if (ids.size() < kNames) ids.push(id_text(problem.people[v].id));
  return ids;
}

Result<Json> compare(storage::Store& store, Pool& pool, const Json& input, jobs::Progress& progress, Instant now) {
  auto reader = store.read();
  const auto current = pool.weights(*reader, now);
  matching::Weights other;
  if (!matching::Weights::parse(lines_of(current) + input["lines"].text(), other).empty()) return refuse(Kind::invalid, "weights.unreadable");
  auto problem = open_problem(*reader, regions_in(input), now);
  Pool by_other(other);   // the best by either table stand in the lists, so that neither is at a disadvantage
  gather(*reader, {&pool, &by_other}, problem, now);
  const auto found = matching::compare(problem.people, problem.slots, current, other, local_minute(now), options_for(progress, 2));
  if (found.a.cancelled || found.b.cancelled) return refuse(Kind::conflict, "job.cancelled");
  Json terms = Json::array(), examples = Json::array();
  for (const auto& term : found.terms)
    terms.push(Json::of({{"name", term.name}, {"count_a", term.count_a}, {"count_b", term.count_b}, {"points_a", term.points_a}, {"points_b", term.points_b}}));
  std::int64_t changed = 0;
  for (const auto& moved : found.moved) {
    changed += static_cast<std::int64_t>(std::max(moved.go.size(), moved.come.size()));
    if (examples.size() < kExamples)
      examples.push(Json::of({{"need", problem.needs[moved.slot].id.text()}, {"go", names_of(problem, moved.go)}, {"come", names_of(problem, moved.come)}}));
  }
  const auto before = matching::fairness(problem.people, problem.slots, found.a), after = matching::fairness(problem.people, problem.slots, found.b);
  return Json::of({{"needs", problem.needs.size()}, {"seats_a", found.a.assignments.size()}, {"seats_b", found.b.assignments.size()},
                   {"met_a", met(problem, found.a)}, {"met_b", met(problem, found.b)}, {"gini_a", before.all.gini}, {"gini_b", after.all.gini},
                   {"changed", changed}, {"moved", found.moved.size()}, {"value_a", found.a.value}, {"b_by_a", found.b_by_a}, {"terms", terms},
                   {"examples", examples}, {"lines", lines_of(other)}});
}

// What fairness costs: a bonus for the first seat of a small organisation, and recent load taken more and more seriously, each
// alone, on today's open needs and the free places of the week's activities.
Result<Json> curve(storage::Store& store, Pool& pool, const Json& input, jobs::Progress& progress, Instant now) {
  auto reader = store.read();
  const auto current = pool.weights(*reader, now);
  auto problem = open_problem(*reader, regions_in(input), now);
  add_activities(*reader, regions_in(input), problem, now);
  gather(*reader, {&pool}, problem, now);
  std::vector<int> first_seats(std::begin(kFirstSeats), std::end(kFirstSeats)), loads;
  for (const int factor : kLoadFactors) loads.push_back((current.load < 0 ? current.load : -150) * factor);
  const auto add = [](std::vector<int>& to, int value) {
    if (std::find(to.begin(), to.end(), value) == to.end()) to.push_back(value);
  };
  add(first_seats, current.first_seat);
  add(loads, current.load);
  std::sort(first_seats.begin(), first_seats.end());
  std::sort(loads.rbegin(), loads.rend());
  const auto points = matching::price_of_fairness(problem.people, problem.slots, current, local_minute(now), first_seats, loads,
                                                  options_for(progress, static_cast<int>(first_seats.size() + loads.size())));
  if (progress.cancelled()) return refuse(Kind::conflict, "job.cancelled");
  Json bonus = Json::array(), load = Json::array();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& p = points[i];
    const bool first = i < first_seats.size();
    (first ? bonus : load).push(Json::of({{"points", first ? p.first_seat : p.load}, {"now", first ? p.first_seat == current.first_seat : p.load == current.load},
                                          {"lost", p.lost}, {"small", p.small_reached}, {"others", p.others_reached}, {"gini", p.gini}, {"top", p.top_share}}));
  }
  std::size_t small = 0;
  for (const auto& slot : problem.slots) small += slot.small;
  return Json::of({{"bonus", bonus}, {"load", load}, {"needs", problem.needs.size()}, {"activities", problem.slots.size() - problem.needs.size()}, {"small", small}});
}

}  // namespace

std::vector<District> load_by_district(storage::Reader& reader, const std::vector<std::string>& regions, Instant now) {
  const Instant from = now.plus(-kMonth);
  std::map<std::string, District> all;
  for (const auto& row : select<ByCounty>(reader, "select substr(region, 1, 6) as county, count(*) as amount from volunteer where state = 'active' and " +
                                                      access::region_filter("region", regions) + " group by substr(region, 1, 6)"))
    all[row.county].people = row.amount;
  for (const auto& row : select<ByCounty>(reader, "select substr(v.region, 1, 6) as county, count(distinct v.id) as amount from ask a join volunteer v on "
                                                  "v.id = a.volunteer where a.asked_at > $1 and " + access::region_filter("v.region", regions) +
                                                  " group by substr(v.region, 1, 6)", from))
    all[row.county].asked = row.amount;
  std::vector<matching::Volunteer> people;   // those who served, as far as the report needs them
  std::map<std::int64_t, std::string> county;
  for (const auto& row : select<Load>(reader, "select a.volunteer, sum(a.minutes) as minutes, min(substr(v.region, 1, 6)) as county from attendance a join volunteer v "
                                              "on v.id = a.volunteer where a.came > $1 and a.minutes > 0 and " + access::region_filter("v.region", regions) +
                                              " group by a.volunteer", from)) {
    matching::Volunteer one;
    one.id = row.volunteer;
    one.load_minutes = static_cast<int>(row.minutes);
    one.district = std::atoll(row.county.c_str());
    county[one.district] = row.county;
    people.push_back(std::move(one));
  }
  const auto report = matching::fairness(people, {}, {});
  District whole;
  const auto fill = [](District& district, const matching::DistrictLoad& load) {
    district.served = static_cast<std::int64_t>(load.people);
    district.gini = load.gini;
    district.top = load.top_share;
  };
  fill(whole, report.all);
  for (const auto& load : report.districts) fill(all[county[load.district]], load);
  std::vector<District> list{whole};
  for (auto& [code, district] : all) {
    district.region = code;
    list.front().people += district.people;
    list.front().asked += district.asked;
    list.push_back(district);
  }
  return list;
}

std::vector<Exposure> exposure(storage::Reader& reader, const std::vector<std::string>& regions, Instant now) {
  std::vector<Exposure> sizes = {{"small", 0, 0, 0}, {"middle", 0, 0, 0}, {"large", 0, 0, 0}};
  for (const auto& row : select<OfOrganisation>(
           reader, "select a.organisation, (select count(*) from member m where m.organisation = a.organisation and m.state = 'member') as members, "
                   "sum(s.places) as seats, sum(s.taken) as taken from activity a join shift s on s.activity = a.id where a.state in ('published','finished') and "
                   "a.starts > $1 and " + access::region_filter("a.region", regions) + " group by a.organisation", now.plus(-kMonth))) {
    auto& size = sizes[row.members <= kSmallMembers ? 0 : row.members <= 100 ? 1 : 2];
    ++size.organisations;
    size.seats += row.seats;
    size.taken += row.taken;
  }
  return sizes;
}

void add_fairness_jobs(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool) {
  jobs.add({"supply.compare", [pool, &clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return compare(store, *pool, input, progress, clock.now());
            }});
  jobs.add({"supply.fairness", [pool, &clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return curve(store, *pool, input, progress, clock.now());
            }});
}

}  // namespace tx::supply
