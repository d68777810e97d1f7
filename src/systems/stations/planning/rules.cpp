#include "systems/stations/planning/rules.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

namespace tx::stations::planning::rules {
namespace {

using covering::State;

constexpr std::size_t kPairsMost = 200'000;

Result<void> within(bool good, const char* rule, const char* field, std::int64_t most) {
  if (good) return {};
  return refuse(tx::Kind::invalid, rule, field, {{"most", std::to_string(most)}});
}

void add_row(covering::Matrix& matrix, const streets::Reach& reach, std::size_t site, std::int32_t seconds) {
  for (auto e = static_cast<std::size_t>(reach.start[site]); e < static_cast<std::size_t>(reach.start[site + 1]); ++e)
    if (reach.seconds[e] <= seconds) {
      matrix.demand.push_back(reach.demand[e]);
      matrix.seconds.push_back(reach.seconds[e]);
    }
  matrix.start.push_back(static_cast<std::int64_t>(matrix.demand.size()));
}

// Stations first, then candidates.
void columns(const circles::Ground& ground, const circles::Net& net, const streets::Reach& candidates, const Question& q, Posed& posed) {
  const auto seconds = q.minutes * 60;
  const std::set<std::string> forced(q.forced.begin(), q.forced.end()), forbidden(q.forbidden.begin(), q.forbidden.end());
  for (std::size_t i = 0; i < ground.stations.size(); ++i) {
    const auto& station = ground.stations[i];
    if (!station.running && !q.from_nothing) continue;
    const bool stands = !q.from_nothing && (!q.standard || station.standard);
    posed.columns.push_back({stands ? Column::What::stands : q.from_nothing ? Column::What::site : Column::What::upgrade, i});
    posed.state.push_back(stands ? State::existing : forbidden.contains(station.id) ? State::forbidden : State::free);
    posed.cost.push_back(q.standard ? q.upgrade_cost : station.cost);
    add_row(posed.matrix, net.stations, i, seconds);
  }
  for (std::size_t i = 0; i < ground.candidates.size(); ++i) {
    const auto& site = ground.candidates[i];
    posed.columns.push_back({Column::What::site, ground.stations.size() + i});
    posed.state.push_back(forced.contains(site.id) ? State::forced : forbidden.contains(site.id) ? State::forbidden : State::free);
    posed.cost.push_back(site.cost);
    add_row(posed.matrix, candidates, i, seconds);
  }
}

const circles::Site& site_of(const circles::Ground& ground, const Column& column) {
  return column.index < ground.stations.size() ? ground.stations[column.index] : ground.candidates[column.index - ground.stations.size()];
}

// Pairs that stand nearer than the distance: two new ones exclude each other, one beside a standing one is out.
std::vector<std::pair<std::int32_t, std::int32_t>> too_near(const circles::Ground& ground, const Question& q, Posed& posed) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  if (q.apart_m <= 0) return pairs;
  const double span = q.apart_m / 110'000.0;
  std::vector<std::int32_t> order(posed.sites());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
  const auto at = [&](std::int32_t i) { return site_of(ground, posed.columns[static_cast<std::size_t>(i)]).at; };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return at(a).lat < at(b).lat; });
  const auto kind = [&](std::int32_t i) { return posed.columns[static_cast<std::size_t>(i)].what; };
  const auto shut = [&](std::int32_t i) {
    auto& state = posed.state[static_cast<std::size_t>(i)];
    if (state == State::free) state = State::forbidden;
  };
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t k = i + 1; k < order.size() && at(order[k]).lat - at(order[i]).lat <= span; ++k) {
      const auto a = std::min(order[i], order[k]), b = std::max(order[i], order[k]);
      const bool old_a = kind(a) != Column::What::site, old_b = kind(b) != Column::What::site;
      if (old_a && old_b) continue;
      if (streets::metres(circles::position_of(at(a)), circles::position_of(at(b))) >= q.apart_m) continue;
      if (old_a) shut(b);
      else if (old_b) shut(a);
      else if (pairs.size() < kPairsMost) pairs.emplace_back(a, b);
    }
  return pairs;
}

std::int64_t reachable_of(const circles::Ground& ground, const Posed& posed) {
  std::vector<std::uint8_t> seen(ground.demand.size(), 0);
  for (std::size_t i = 0; i < posed.sites(); ++i)
    if (posed.state[i] != State::forbidden)
      for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e)
        seen[static_cast<std::size_t>(posed.matrix.demand[e])] = 1;
  std::int64_t people = 0;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (seen[i]) people += ground.demand[i].people;
  return people;
}

const std::string& part_of(const circles::Demand& demand) { return demand.county.empty() ? demand.town : demand.county; }

// Every county gets at least so many of its people; refused at once where no site could do that.
Result<void> add_floors(const circles::Ground& ground, const Question& q, const Posed& posed, covering::Question& to) {
  if (q.floor_percent <= 0) return {};
  std::map<std::string, std::int32_t> number;
  std::vector<std::int64_t> all, can;
  std::vector<std::uint8_t> seen(ground.demand.size(), 0);
  for (std::size_t i = 0; i < posed.sites(); ++i)
    if (posed.state[i] != State::forbidden)
      for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e)
        seen[static_cast<std::size_t>(posed.matrix.demand[e])] = 1;
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    const auto [found, made] = number.emplace(part_of(ground.demand[i]), static_cast<std::int32_t>(number.size()));
    if (made) all.push_back(0), can.push_back(0);
    const auto part = static_cast<std::size_t>(found->second);
    to.county.push_back(found->second);
    all[part] += ground.demand[i].people;
    if (seen[i]) can[part] += ground.demand[i].people;
  }
  for (const auto& [name, part] : number) {
    const auto at = static_cast<std::size_t>(part);
    const auto least = (all[at] * q.floor_percent + 99) / 100;
    if (can[at] < least)
      return refuse(tx::Kind::invalid, "planning.floor_out_of_reach", "floor_percent",
                    {{"place", name}, {"percent", circles::at_least_percent(can[at], all[at])}});
    if (least > 0) to.floors.push_back({part, least});
  }
  return {};
}

void add_towns(const circles::Ground& ground, const Question& q, const Posed& posed, covering::Question& to) {
  if (q.town_most <= 0) return;
  std::map<std::string, std::int32_t> number;
  for (const auto& column : posed.columns) {
    const auto& town = site_of(ground, column).town;
    if (column.what != Column::What::site || town.empty()) {
      to.town.push_back(-1);
      continue;
    }
    to.town.push_back(number.emplace(town, static_cast<std::int32_t>(number.size())).first->second);
  }
  for (const auto& [name, town] : number) to.quotas.push_back({town, 0, q.town_most});
}

Result<covering::Program> program_of(const Question& q, covering::Question& engine, Posed& posed) {
  switch (q.kind) {
    case Kind::next: engine.count = q.count; return covering::maximal(engine);
    case Kind::budget: engine.budget = q.budget; return covering::maximal(engine);
    case Kind::everyone: posed.money = true; return covering::set_cover(engine);
    case Kind::share: {
      posed.money = true;
      const auto least = (posed.people * q.percent + 99) / 100;
      if (posed.reachable < least)
        return refuse(tx::Kind::invalid, "planning.share_out_of_reach", "percent",
                      {{"percent", circles::at_least_percent(posed.reachable, posed.people)}});
      return covering::partial_cover(engine, least);
    }
    case Kind::years: break;
  }
  posed.years = static_cast<int>(q.yearly.size());
  covering::Levels levels{{engine}, q.yearly, {}};
  for (auto& floor : levels.level[0].floors) floor.part = levels.part(posed.years - 1, floor.part);   // by the end of the last year
  return covering::years(levels);
}

}  // namespace

Result<void> question(const Question& q) {
  TX_CHECK(within(q.minutes >= 5 && q.minutes <= kMinutesMost, "planning.minutes", "minutes", kMinutesMost));
  TX_CHECK(within(q.seconds >= 1 && q.seconds <= kSecondsMost, "planning.seconds", "seconds", kSecondsMost));
  TX_CHECK(within(q.apart_m >= 0 && q.apart_m <= kApartMost, "planning.apart", "apart_m", kApartMost));
  TX_CHECK(within(q.floor_percent >= 0 && q.floor_percent <= 100, "planning.percent", "floor_percent", 100));
  TX_CHECK(within(q.town_most >= 0 && q.upgrade_cost >= 0, "planning.budget", "town_most", 0));
  if (q.kind == Kind::next) TX_CHECK(within(q.count >= 1 && q.count <= kCountMost, "planning.count", "count", kCountMost));
  if (q.kind == Kind::share) TX_CHECK(within(q.percent >= 1 && q.percent <= 100, "planning.percent", "percent", 100));
  if (q.kind == Kind::budget) TX_CHECK(within(q.budget >= 1 && q.budget <= 1'000'000'000, "planning.budget", "budget", 1'000'000'000));
  if (q.kind == Kind::years) {
    TX_CHECK(within(q.yearly.size() >= 2 && q.yearly.size() <= kYearsMost, "planning.years", "yearly", kYearsMost));
    for (const auto money : q.yearly) TX_CHECK(within(money >= 0 && money <= 1'000'000'000, "planning.budget", "yearly", 1'000'000'000));
  }
  return {};
}

Result<Posed> pose(const circles::Ground& ground, const circles::Net& net, const streets::Reach& candidates, const Question& q) {
  TX_CHECK(question(q));
  std::set<std::string> known;
  for (const auto& site : ground.candidates) known.insert(site.id);
  for (const auto& station : ground.stations) known.insert(station.id);
  for (const auto& list : {q.forced, q.forbidden})
    for (const auto& code : list)
      if (!known.contains(code)) return refuse(tx::Kind::invalid, "planning.site_unknown", "forced", {{"site", code}});
  Posed posed;
  posed.matrix.demands = static_cast<std::int32_t>(ground.demand.size());
  columns(ground, net, candidates, q, posed);
  covering::Question engine;
  for (const auto& demand : ground.demand) engine.people.push_back(demand.people), posed.people += demand.people;
  if (posed.people == 0) return refuse(tx::Kind::conflict, "planning.no_people");
  if (posed.columns.empty()) return refuse(tx::Kind::conflict, "planning.no_sites");
  engine.apart = too_near(ground, q, posed);
  posed.reachable = reachable_of(ground, posed);
  TX_CHECK(add_floors(ground, q, posed, engine));
  add_towns(ground, q, posed, engine);
  engine.matrix = posed.matrix;
  engine.state = posed.state;
  // "Fewest for everyone" counts stations, not money.
  engine.cost = q.kind == Kind::everyone ? std::vector<std::int64_t>(posed.sites(), 1) : posed.cost;
  posed.program = TX_TRY(program_of(q, engine, posed));
  return posed;
}

std::vector<int> years_of(const Posed& posed, const std::vector<std::int8_t>& open) {
  std::vector<int> year(posed.sites(), 0);
  for (int t = posed.years; t-- > 0;)
    for (std::size_t i = 0; i < year.size(); ++i)
      if (const auto column = static_cast<std::size_t>(t) * posed.sites() + i; column < open.size() && open[column]) year[i] = t + 1;
  for (std::size_t i = 0; i < year.size(); ++i)
    if (posed.columns[i].what == Column::What::stands) year[i] = 1;
  return year;
}

std::vector<std::int32_t> nearest_at(const Posed& posed, const std::vector<int>& year, int until) {
  std::vector<std::int32_t> nearest(static_cast<std::size_t>(posed.matrix.demands), -1);
  for (std::size_t i = 0; i < posed.sites(); ++i) {
    if (year[i] < 1 || year[i] > until) continue;
    for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e) {
      auto& now = nearest[static_cast<std::size_t>(posed.matrix.demand[e])];
      if (now < 0 || posed.matrix.seconds[e] < now) now = posed.matrix.seconds[e];
    }
  }
  return nearest;
}

std::vector<Chosen> chosen(const circles::Ground& ground, const Posed& posed, const std::vector<int>& year) {
  std::vector<std::uint8_t> served(ground.demand.size(), 0);
  const auto serve = [&](std::size_t i) {
    std::int64_t gain = 0;
    for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e) {
      const auto demand = static_cast<std::size_t>(posed.matrix.demand[e]);
      if (!served[demand]) gain += ground.demand[demand].people;
    }
    return gain;
  };
  const auto take = [&](std::size_t i) {
    for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e)
      served[static_cast<std::size_t>(posed.matrix.demand[e])] = 1;
  };
  for (std::size_t i = 0; i < posed.sites(); ++i)
    if (posed.columns[i].what == Column::What::stands) take(i);
  std::vector<Chosen> list;
  for (int t = 1; t <= posed.years; ++t) {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < posed.sites(); ++i)
      if (year[i] == t && posed.columns[i].what != Column::What::stands) left.push_back(i);
    while (!left.empty()) {
      std::size_t best = 0;
      std::int64_t most = -1;
      for (std::size_t k = 0; k < left.size(); ++k)
        if (const auto gain = serve(left[k]); gain > most) best = k, most = gain;
      const auto i = left[best];
      const auto& site = site_of(ground, posed.columns[i]);
      list.push_back({site.id, site.name, site.town, posed.columns[i].what == Column::What::upgrade ? "upgrade" : "new", site.at.lon,
                      site.at.lat, posed.cost[i], most, posed.years > 1 ? t : 0});
      take(i);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    }
  }
  return list;
}

std::vector<std::int64_t> greedy_curve(const Posed& posed, int most) {
  const auto& weight = posed.program.weight;    // the first year's demands come first
  std::vector<std::uint8_t> served(static_cast<std::size_t>(posed.matrix.demands), 0);
  const auto each = [&](std::size_t i, const auto& give) {
    for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e)
      give(static_cast<std::size_t>(posed.matrix.demand[e]));
  };
  std::int64_t reached = 0;
  const auto take = [&](std::size_t i) {
    each(i, [&](std::size_t d) { reached += served[d] ? 0 : weight[d], served[d] = 1; });
  };
  std::vector<std::int64_t> gain(posed.sites(), -1);   // as it was when last worked out: it only falls
  for (std::size_t i = 0; i < posed.sites(); ++i)
    if (posed.state[i] == State::existing || posed.state[i] == State::forced) take(i);
  std::vector<std::int64_t> curve{reached};
  for (std::size_t i = 0; i < posed.sites(); ++i)
    if (posed.state[i] == State::free) gain[i] = 0, each(i, [&](std::size_t d) { gain[i] += served[d] ? 0 : weight[d]; });
  while (static_cast<int>(curve.size()) <= most) {
    const auto best = static_cast<std::size_t>(std::max_element(gain.begin(), gain.end()) - gain.begin());
    if (gain.empty() || gain[best] <= 0) break;
    std::int64_t now = 0;
    each(best, [&](std::size_t d) { now += served[d] ? 0 : weight[d]; });
    if (now < gain[best]) {
      gain[best] = now;
      continue;
    }
    take(best);
    gain[best] = -1;
    curve.push_back(reached);
  }
  return curve;
}

}  // namespace tx::stations::planning::rules
