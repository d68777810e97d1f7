#include "systems/supply/dispatch/fairness.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/problem.h"

namespace tx::supply {
namespace {

using storage::select;

constexpr std::int64_t kMonth = 30 * kDay;
constexpr int kLoadFactors[] = {0, 1, 2, 4, 8, 16};
constexpr std::size_t kExamples = 12;

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

// One plan in figures that people can weigh against each other.
struct Figures {
  std::int64_t filled = 0, met = 0, metres = 0, load = 0, rested = 0, known = 0, base_value = 0;
  double gini = 0;
};
Figures figures_of(const Problem& problem, const matching::Plan& plan, const matching::Weights& yardstick, Instant now) {
  Figures figures;
  std::vector<int> filled(problem.needs.size(), 0);
  std::map<std::size_t, std::int64_t> minutes;   // of those who would serve: with what they did before
  for (const auto& a : plan.assignments) {
    const auto& v = problem.people[a.volunteer];
    const auto& slot = problem.slots[a.slot];
    ++filled[a.slot];
    ++figures.filled;
    figures.metres += matching::distance_m(v.x_m, v.y_m, slot.x_m, slot.y_m);
    figures.load += v.load_minutes;
    figures.rested += v.asked_at == 0 || local_minute(now) - v.asked_at > 14 * 1440;
    figures.known += std::count(v.served.begin(), v.served.end(), slot.recipient) > 0;
    figures.base_value += matching::score(v, slot, yardstick, local_minute(now));
    auto& sum = minutes.try_emplace(a.volunteer, v.load_minutes).first->second;
    sum += slot.to - slot.from;
  }
  for (std::size_t i = 0; i < filled.size(); ++i) figures.met += filled[i] >= problem.slots[i].heads;
  std::vector<std::int64_t> loads;
  for (const auto& [person, sum] : minutes) loads.push_back(sum);
  figures.gini = gini(std::move(loads));
  return figures;
}

Json json_of(const Figures& f) {
  const auto each = [&](std::int64_t sum) { return f.filled ? sum / f.filled : 0; };
  return Json::of({{"filled", f.filled}, {"met", f.met}, {"metres", each(f.metres)}, {"load", each(f.load)}, {"rested", f.rested}, {"known", f.known},
                   {"value", f.base_value}, {"gini", f.gini}});
}

struct Run {
  Problem problem;
  Solved solved;
};
Result<Run> solve_with(storage::Reader& reader, const std::vector<std::string>& regions, const matching::Weights& weights, Instant now, jobs::Progress& progress) {
  Run run{open_problem(reader, regions, weights, now), {}};
  Pool pool(weights);   // lists in the order of this table, so that no table is at a disadvantage
  matching::SolveOptions options;
  options.progress = [&](int, int) { return !progress.cancelled(); };
  run.solved = TX_TRY(solve_all(reader, pool, run.problem, options, now));
  return run;
}

std::vector<std::string> regions_in(const Json& input) {
  std::vector<std::string> regions;
  for (const auto& region : input["regions"].items()) regions.push_back(region.text());
  return regions;
}

// Who would serve where, by need: sets of people.
std::map<std::int64_t, std::vector<std::int64_t>> by_need(const Run& run) {
  std::map<std::int64_t, std::vector<std::int64_t>> people;
  for (const auto& a : run.solved.plan.assignments) people[run.problem.needs[a.slot].id.value].push_back(run.problem.people[a.volunteer].id);
  for (auto& [need, list] : people) std::sort(list.begin(), list.end());
  return people;
}

Result<Json> compare(storage::Store& store, const Json& input, jobs::Progress& progress, Instant now) {
  auto reader = store.read();
  const auto current = current_weights(*reader);
  matching::Weights other;
  if (!matching::Weights::parse(lines_of(current.weights) + input["lines"].text(), other).empty()) return refuse(Kind::invalid, "weights.unreadable");
  progress.report(0, 2);
  const auto before = TX_TRY(solve_with(*reader, regions_in(input), current.weights, now, progress));
  progress.report(1, 2);
  const auto after = TX_TRY(solve_with(*reader, regions_in(input), other, now, progress));
  progress.report(2, 2);
  const auto old_people = by_need(before), new_people = by_need(after);
  std::int64_t same = 0, changed = 0;
  Json examples = Json::array();
  for (const auto& need : before.problem.needs) {
    static const std::vector<std::int64_t> nobody;
    const auto was = old_people.contains(need.id.value) ? old_people.at(need.id.value) : nobody;
    const auto is = new_people.contains(need.id.value) ? new_people.at(need.id.value) : nobody;
    std::vector<std::int64_t> out, in, both;
    std::set_difference(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(out));
    std::set_difference(is.begin(), is.end(), was.begin(), was.end(), std::back_inserter(in));
    std::set_intersection(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(both));
    same += static_cast<std::int64_t>(both.size());
    changed += static_cast<std::int64_t>(std::max(out.size(), in.size()));
    for (std::size_t i = 0; i < std::max(out.size(), in.size()) && examples.size() < kExamples; ++i)
      examples.push(Json::of({{"need", need.id.text()}, {"was", i < out.size() ? id_text(out[i]) : ""}, {"is", i < in.size() ? id_text(in[i]) : ""}}));
  }
  return Json::of({{"needs", before.problem.needs.size()}, {"before", json_of(figures_of(before.problem, before.solved.plan, current.weights, now))},
                   {"after", json_of(figures_of(after.problem, after.solved.plan, current.weights, now))}, {"same", same}, {"changed", changed},
                   {"examples", examples}, {"lines", lines_of(other)}});
}

// The table in force with the weight of recent load taken more and more seriously: what it costs, and how even the load gets.
Result<Json> curve(storage::Store& store, const Json& input, jobs::Progress& progress, Instant now) {
  auto reader = store.read();
  const auto current = current_weights(*reader).weights;
  const int load = current.load < 0 ? current.load : -150;
  Json points = Json::array();
  std::int64_t most = 0;
  for (std::size_t i = 0; i < std::size(kLoadFactors); ++i) {
    progress.report(static_cast<std::int64_t>(i), std::size(kLoadFactors));
    auto weights = current;
    weights.load = load * kLoadFactors[i];
    const auto run = TX_TRY(solve_with(*reader, regions_in(input), weights, now, progress));
    auto yardstick = current;
    yardstick.load = 0;   // value without regard to load: what evenness costs
    const auto figures = figures_of(run.problem, run.solved.plan, yardstick, now);
    most = std::max(most, figures.base_value);
    points.push(json_of(figures).set("factor", kLoadFactors[i]).set("now", weights.load == current.load));
  }
  return Json::of({{"points", points}, {"most", most}});
}

}  // namespace

double gini(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const double sum = static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0}));
  if (values.empty() || sum <= 0) return 0;
  double weighted = 0;
  for (std::size_t i = 0; i < values.size(); ++i) weighted += static_cast<double>(i + 1) * static_cast<double>(values[i]);
  const double n = static_cast<double>(values.size());
  return 2 * weighted / (n * sum) - (n + 1) / n;
}
double top_share(std::vector<std::int64_t> values) {
  std::sort(values.rbegin(), values.rend());
  const auto sum = std::accumulate(values.begin(), values.end(), std::int64_t{0});
  if (sum <= 0) return 0;
  const auto first = std::max<std::size_t>(1, values.size() / 100);
  return static_cast<double>(std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(first), std::int64_t{0})) / static_cast<double>(sum);
}

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
  std::map<std::string, std::vector<std::int64_t>> loads;
  for (const auto& row : select<Load>(reader, "select a.volunteer, sum(a.minutes) as minutes, min(substr(v.region, 1, 6)) as county from attendance a join volunteer v "
                                              "on v.id = a.volunteer where a.came > $1 and a.minutes > 0 and " + access::region_filter("v.region", regions) +
                                              " group by a.volunteer", from))
    loads[row.county].push_back(row.minutes);
  std::vector<District> list;
  for (auto& [county, district] : all) {
    district.region = county;
    const auto& of = loads[county];
    district.served = static_cast<std::int64_t>(of.size());
    district.gini = gini(of);
    district.top = top_share(of);
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
    auto& size = sizes[row.members <= 20 ? 0 : row.members <= 100 ? 1 : 2];
    ++size.organisations;
    size.seats += row.seats;
    size.taken += row.taken;
  }
  return sizes;
}

void add_fairness_jobs(jobs::Jobs& jobs, const Clock& clock) {
  jobs.add({"supply.compare", [&clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return compare(store, input, progress, clock.now());
            }});
  jobs.add({"supply.fairness", [&clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return curve(store, input, progress, clock.now());
            }});
}

}  // namespace tx::supply
