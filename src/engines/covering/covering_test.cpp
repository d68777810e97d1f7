// Every plan against brute force, every certificate through the checker, and the checker against tampering.
#include "engines/covering/covering.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace tx::covering {
namespace {

Question random_question(std::mt19937& dice, int sites, int demands) {
  Question q;
  q.matrix.demands = demands;
  for (int i = 0; i < sites; ++i) {
    for (int j = 0; j < demands; ++j)
      if (dice() % 4 == 0) {
        q.matrix.demand.push_back(j);
        q.matrix.seconds.push_back(static_cast<int>(dice() % 60) * 15);
      }
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
    q.cost.push_back(1 + dice() % 9);
    q.town.push_back(i % 3);
    const auto s = dice() % 12;
    q.state.push_back(s == 0 ? State::existing : s == 1 ? State::forbidden : State::free);
  }
  for (int j = 0; j < demands; ++j) q.people.push_back(dice() % 50), q.county.push_back(j % 2);
  return q;
}

// The most people that open columns can serve, by Hall: for every set of columns, those people who have no other one get
// no more than its capacity. Subsets of open columns are tried all; floors are not asked of it.
std::int64_t shared_out(const Program& p, std::uint32_t mask, std::vector<std::int64_t>& part) {
  std::int64_t total = 0;
  int pools = 1;
  for (auto pool : p.pool) pools = std::max(pools, pool + 1);
  for (int pool = 0; pool < pools; ++pool) {
    std::int64_t least = INT64_MAX;
    for (std::uint32_t full = mask;; full = (full - 1) & mask) {   // minimum cut: these columns are full
      std::int64_t cut = 0;
      for (int i = 0; i < p.columns; ++i)
        if (full >> i & 1) cut += p.capacity[i] < 0 ? 1'000'000'000 : p.capacity[i];
      for (int j = 0; j < p.demands(); ++j) {
        if ((p.pool.empty() ? 0 : p.pool[p.part[j]]) != pool) continue;
        bool elsewhere = false;
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e) elsewhere = elsewhere || ((mask & ~full) >> p.column[e] & 1);
        if (elsewhere) cut += p.weight[j];
      }
      least = std::min(least, cut);
      if (full == 0) break;
    }
    total += least;
    part[0] += least;
  }
  return total;
}

std::pair<bool, std::int64_t> brute(const Program& p) {
  std::pair<bool, std::int64_t> best{false, 0};
  for (std::uint32_t mask = 0; mask < (1u << p.columns); ++mask) {
    const auto open = [&](int i) { return (mask >> i & 1) != 0; };
    bool fine = true;
    for (int i = 0; i < p.columns; ++i) fine = fine && (p.fixed[i] < 0 || open(i) == (p.fixed[i] == 1));
    if (!fine) continue;
    for (const auto& r : p.rows) {
      std::int64_t sum = 0;
      for (const auto& [i, a] : r.terms) sum += open(i) ? a : 0;
      fine = fine && sum <= r.limit;
    }
    if (!fine) continue;
    std::int64_t all = 0, cost = 0;
    std::vector<std::int64_t> part(16, 0);
    if (!p.capacity.empty()) all = shared_out(p, mask, part);
    for (int j = 0; j < p.demands() && p.capacity.empty(); ++j) {
      int unit = 0;
      for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
        if (open(p.column[e])) unit = std::max(unit, p.unit[e]);
      all += unit * p.weight[j];
      part[p.part[j]] += unit * p.weight[j];
    }
    for (const auto& f : p.floors) {
      std::int64_t sum = 0;
      for (int k = 0; k < 16; ++k) sum += f.counts(k) ? part[k] : 0;
      fine = fine && sum >= f.least;
    }
    for (int i = 0; i < p.columns; ++i) cost += open(i) ? p.cost[i] : 0;
    if (fine && (!best.first || p.people_factor * all - cost > best.second))
      best = {true, p.people_factor * all - cost};
  }
  return best;
}

void expect_solved(const Program& p, const char* what) {
  Options options;
  options.search_moves = 3;                             // leave work for the exact part
  const auto plan = solve(p, options);
  ASSERT_TRUE(plan) << what;
  const auto [feasible, value] = brute(p);
  ASSERT_EQ(plan->feasible, feasible) << what;
  EXPECT_TRUE(plan->finished) << what;
  if (feasible) {
    EXPECT_EQ(plan->value, value) << what;
    EXPECT_EQ(plan->bound, value) << what;
  }
  const auto verdict = verify(p, *plan);
  EXPECT_TRUE(verdict.good) << what << ": " << verdict.why;
  options.many = 0;                                     // the way of large programs, on a small one
  const auto other = solve(p, options);
  ASSERT_TRUE(other) << what;
  ASSERT_EQ(other->feasible, feasible) << what;
  if (feasible) {
    EXPECT_EQ(other->value, value) << what;
    EXPECT_EQ(other->bound, value) << what;
  }
  const auto second = verify(p, *other);
  EXPECT_TRUE(second.good) << what << ": " << second.why;
}

TEST(Covering, MaximalWithEverySideRuleEqualsBruteForce) {
  std::mt19937 dice(1);
  for (int round = 0; round < 60; ++round) {
    auto q = random_question(dice, 11, 40);
    if (round % 2) q.count = 3;
    else q.budget = 14;
    if (round % 3 == 0) q.quotas = {{0, 1, 2}, {1, 0, 1}};
    if (round % 4 == 0) q.apart = {{0, 1}, {2, 5}};
    if (round % 5 == 0) q.floors = {{0, 150}, {1, 120}};
    if (round % 7 == 0) q.bands = {{300, 1000}, {600, 600}, {900, 300}};
    expect_solved(*maximal(q), "maximal");
  }
}

TEST(Covering, SetCoverAndPartialEqualBruteForce) {
  std::mt19937 dice(2);
  for (int round = 0; round < 40; ++round) {
    const auto q = random_question(dice, 12, 25);
    expect_solved(*set_cover(q), "set cover");
    std::int64_t all = 0;
    for (auto w : q.people) all += w;
    expect_solved(*partial_cover(q, all * 8 / 10), "partial");
  }
}

TEST(Covering, MedianAndCentreEqualBruteForce) {
  std::mt19937 dice(3);
  for (int round = 0; round < 30; ++round) {
    auto q = random_question(dice, 10, 14);
    q.state.clear();
    q.count = 3;
    expect_solved(*median(q, 1000), "median");
    const auto c = centre(q);
    ASSERT_TRUE(c);
    int best = -1;
    for (std::uint32_t mask = 0; mask < 1024; ++mask) {
      if (__builtin_popcount(mask) > 3) continue;
      std::vector<int> near(14, 1 << 30);
      for (int i = 0; i < 10; ++i)
        for (auto e = q.matrix.start[i]; (mask >> i & 1) && e < q.matrix.start[i + 1]; ++e)
          near[q.matrix.demand[e]] = std::min(near[q.matrix.demand[e]], q.matrix.seconds[e]);
      int worst = 0;
      for (int j = 0; j < 14; ++j)
        if (q.people[j] > 0) worst = std::max(worst, near[j]);
      if (worst < (1 << 30) && (best < 0 || worst < best)) best = worst;
    }
    EXPECT_EQ(c->seconds, best);
  }
}

TEST(Covering, CapacitiesEqualBruteForce) {
  std::mt19937 dice(7);
  for (int round = 0; round < 40; ++round) {
    auto q = random_question(dice, 10, 25);
    q.county.assign(q.people.size(), 0);
    for (int i = 0; i < 10; ++i) q.capacity.push_back(dice() % 5 == 0 ? -1 : dice() % 200);
    if (round % 2) q.count = 3;
    else q.budget = 14;
    if (round % 4 == 0) q.apart = {{0, 1}, {1, 2}, {0, 2}};
    expect_solved(*maximal(q), "capacity");
    std::int64_t all = 0;
    for (auto w : q.people) all += w;
    q.count = q.budget = -1;
    expect_solved(*partial_cover(q, all * 6 / 10), "capacity, cheapest");
  }
}

TEST(Covering, ACentreIsProvenOneRadiusBelow) {
  std::mt19937 dice(8);
  int below = 0;
  for (int round = 0; round < 20; ++round) {
    Question q;
    q.matrix.demands = 20;
    q.people.assign(20, 1);
    for (int i = 0; i < 9; ++i) {
      for (int j = 0; j < 20; ++j) q.matrix.demand.push_back(j), q.matrix.seconds.push_back(static_cast<int>(dice() % 900));
      q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
    }
    q.count = 2;
    const auto c = *centre(q);
    EXPECT_TRUE(c.proven);
    EXPECT_LE(-c.plan.value, q.count);
    EXPECT_TRUE(verify(c.cover, c.plan).good);
    if (c.cover_below.columns == 0) continue;
    ++below;
    const auto verdict = verify(c.cover_below, c.below);
    EXPECT_TRUE(verdict.good) << verdict.why;
    EXPECT_TRUE(c.below.bound == INT64_MIN || -c.below.bound > q.count);
  }
  EXPECT_GT(below, 5);
}

TEST(Covering, MergingFromTheMatrixEqualsMergingRows) {
  std::mt19937 dice(9);
  for (int round = 0; round < 20; ++round) {
    auto q = random_question(dice, 6, 200);
    if (round % 2) q.bands = {{300, 1000}, {600, 600}, {900, 300}};
    const auto plain = *maximal(q);
    const auto rows = merge(plain);
    const auto fast = *maximal_classes(q);
    Merger merger;
    for (int j = 0; j < plain.demands(); ++j) {
      const auto b = static_cast<std::size_t>(plain.start[j]), k = static_cast<std::size_t>(plain.start[j + 1]) - b;
      const auto units = q.bands.empty() ? std::span<const std::int32_t>{} : std::span(plain.unit).subspan(b, k);
      EXPECT_EQ(merger.add(std::span(plain.column).subspan(b, k), units, plain.weight[j], plain.part[j]), rows.class_of[j]);
    }
    const auto passed = merger.take();
    EXPECT_EQ(passed.weight, rows.program.weight);
    EXPECT_EQ(passed.column, rows.program.column);
    EXPECT_EQ(passed.unit, rows.program.unit);
    std::int64_t reached = 0, all = 0;
    for (int j = 0; j < fast.program.demands(); ++j) {
      all += fast.program.weight[j];
      if (fast.program.start[j] < fast.program.start[j + 1]) ++reached;
    }
    EXPECT_EQ(reached, rows.program.demands());
    EXPECT_EQ(all, std::accumulate(q.people.begin(), q.people.end(), std::int64_t{0}));
    for (int j = 0; j < plain.demands(); ++j) {
      const auto k = fast.class_of[j];
      if (plain.weight[j] == 0) continue;
      ASSERT_EQ(plain.start[j + 1] - plain.start[j], fast.program.start[k + 1] - fast.program.start[k]);
      EXPECT_TRUE(std::equal(plain.column.begin() + plain.start[j], plain.column.begin() + plain.start[j + 1], fast.program.column.begin() + fast.program.start[k]));
      EXPECT_TRUE(std::equal(plain.unit.begin() + plain.start[j], plain.unit.begin() + plain.start[j + 1], fast.program.unit.begin() + fast.program.start[k]));
      EXPECT_EQ(plain.part[j], fast.program.part[k]);
    }
  }
}

TEST(Covering, FairFloorsAndDistances) {
  std::mt19937 dice(10);
  auto q = random_question(dice, 10, 40);
  q.state.clear();
  q.count = 4;
  const auto fair = fair_floors(q, 400);
  ASSERT_EQ(fair.floors.size(), 2u);
  EXPECT_TRUE(fair.short_of.empty());
  q.floors = fair.floors;
  expect_solved(*maximal(q), "fair");
  const auto near = nearer_than({{0, 0}, {100, 0}, {0, 99}, {-1, -1}}, 100);
  EXPECT_EQ(near, (std::vector<std::pair<std::int32_t, std::int32_t>>{{0, 2}, {0, 3}}));
}

TEST(Covering, ALevelPlanKeepsCountsQuotasAndFloorsOverTheYears) {
  std::mt19937 dice(11);
  for (int round = 0; round < 6; ++round) {
    Levels levels;
    levels.level.push_back(random_question(dice, 4, 20));
    auto upper = random_question(dice, 4, 20);
    upper.people = levels.level[0].people;
    levels.level.push_back(upper);
    levels.yearly = {9, 9};
    levels.stands = {1, -1, -1, -1};
    auto& base = levels.level[0];
    base.state.assign(4, State::free);
    base.count = 2;
    base.quotas = {{1, 1, 1}};
    base.apart = {{2, 3}};
    base.floors = {{levels.part(1, 0), 30}, {levels.part(1), 120, levels.part(1, 1)}};
    if (round % 2) {
      base.county.assign(base.people.size(), 0);
      base.capacity = {100, 60, 80, -1};
      levels.level[1].capacity = {150, 60, -1, -1};
      base.floors = {};
    }
    expect_solved(*years(levels), "levels");
  }
}

TEST(Covering, YearsAndLevelsEqualBruteForce) {
  std::mt19937 dice(4);
  for (int round = 0; round < 12; ++round) {
    Levels levels;
    levels.level.push_back(random_question(dice, 4, 20));
    auto upper = random_question(dice, 4, 20);
    upper.people = levels.level[0].people;
    levels.level.push_back(upper);
    levels.yearly = {6, 8};
    expect_solved(*years(levels), "years");
  }
}

TEST(Covering, TheCheckerCatchesAFalsePlanAndAFalseBound) {
  std::mt19937 dice(5);
  auto q = random_question(dice, 12, 60);
  q.count = 3;
  const auto p = *maximal(q);
  const auto good = *solve(p);
  ASSERT_TRUE(verify(p, good).good);
  auto more = good;
  ++more.value;
  EXPECT_FALSE(verify(p, more).good);
  auto lower = good;
  --lower.bound;
  EXPECT_FALSE(verify(p, lower).good);
  auto none = good;
  none.certificate.nodes.clear();
  EXPECT_FALSE(verify(p, none).good);
  auto everything = good;
  for (auto& y : everything.open) y = 1;
  EXPECT_FALSE(verify(p, everything).good);
}

TEST(Covering, WhatIfCountsAsAFreshCountDoes) {
  std::mt19937 dice(6);
  auto q = random_question(dice, 12, 60);
  q.bands = {{300, 1000}, {900, 300}};
  const auto p = *maximal(q);
  std::vector<std::int8_t> open(12, 0);
  WhatIf live(p, open);
  for (int step = 0; step < 200; ++step) {
    const auto i = static_cast<int>(dice() % 12);
    const auto expected = open[i] ? -live.if_closed(i) : live.if_opened(i);
    const auto before = live.reached();
    open[i] = !open[i];
    EXPECT_EQ(open[i] ? live.open(i) : live.close(i), before + expected);
    std::vector<People> part(2, 0), people(2, 0);
    for (int j = 0; j < p.demands(); ++j) {
      int unit = 0;
      for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
        if (open[p.column[e]]) unit = std::max(unit, p.unit[e]);
      part[p.part[j]] += unit * p.weight[j];
      people[p.part[j]] += p.weight[j];
      if (p.weight[j] > 0) {
        EXPECT_EQ(live.unit_of(j), unit);
      }
    }
    EXPECT_EQ(live.by_part(), part);
    EXPECT_EQ(live.people_of(), people);
    EXPECT_EQ(live.reached(), part[0] + part[1]);
  }
}

// Points and sites on a plane, many more classes than Clp is asked to hold: the bound comes from prices found without it.
TEST(Covering, ManyClassesAreBoundedByPricesAndTheProofHolds) {
  std::mt19937 dice(12);
  const auto place = [&] { return std::pair{static_cast<double>(dice() % 20'000) / 1e3, static_cast<double>(dice() % 20'000) / 1e3}; };
  Question q;
  std::vector<std::pair<double, double>> at, of;
  for (int i = 0; i < 250; ++i) at.push_back(place()), q.town.push_back(i % 5);
  for (int j = 0; j < 30'000; ++j) of.push_back(place()), q.people.push_back(1 + dice() % 100);
  q.matrix.demands = 30'000;
  for (int i = 0; i < 250; ++i) {
    for (int j = 0; j < 30'000; ++j)
      if (std::hypot(at[i].first - of[j].first, at[i].second - of[j].second) < 2) q.matrix.demand.push_back(j);
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
  q.count = 20;
  q.quotas = {{0, 0, 3}, {1, 5, -1}};
  q.apart = nearer_than(at, 0.8);
  const auto merged = *maximal_classes(q);
  Options options;
  options.many = 2'000;
  ASSERT_GT(merged.program.demands(), options.many);
  int asked = 0;
  bool priced = false;                                  // a bound within 3 % before the first node is done
  options.progress = [&](const Progress& now) {
    priced = priced || (now.nodes <= 1 && now.feasible && now.bound - now.value < now.value * 3 / 100);
    return ++asked < 2'000 && !(priced && now.nodes > 1);
  };
  const auto plan = *solve(merged.program, options);
  EXPECT_TRUE(plan.feasible);
  EXPECT_TRUE(priced);
  const auto verdict = verify(merged.program, plan);
  EXPECT_TRUE(verdict.good) << verdict.why;
}

// Twelve rings of three or five classes, each site reaching two neighbours, and money for half of the sites. Halves reach
// everybody, whole sites do not: odd sets say so, without Clp and without branching. Triples say nothing about rings of five.
TEST(Covering, ManyClassesAreBoundedByOddSets) {
  for (const int ring : {3, 5}) {
    Question q;
    q.matrix.demands = 12 * ring;
    q.people.assign(static_cast<std::size_t>(12 * ring), 10);
    for (int i = 0; i < 12 * ring; ++i) {
      for (const int k : {i % ring, (i + 1) % ring}) q.matrix.demand.push_back(i - i % ring + k);
      std::sort(q.matrix.demand.end() - 2, q.matrix.demand.end());
      q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
      q.cost.push_back(2);
    }
    q.budget = 12 * ring;
    Options options;
    options.many = 0;
    const auto program = *maximal(q);
    const auto plan = *solve(program, options);
    EXPECT_EQ(plan.value, 12 * 10 * ring - 6 * 10);     // in half of the rings one class is left out
    EXPECT_EQ(plan.bound, plan.value);
    EXPECT_EQ(plan.rounds, 0);                          // Clp was not asked
    EXPECT_EQ(plan.nodes, 1);
    ASSERT_FALSE(plan.certificate.derived.empty());
    EXPECT_EQ(plan.certificate.derived[0].reach.size(), static_cast<std::size_t>(ring));
    const auto verdict = verify(program, plan);
    EXPECT_TRUE(verdict.good) << verdict.why;
    auto bent = plan;
    bent.certificate.derived[0].one.pop_back();
    EXPECT_FALSE(verify(program, bent).good);
  }
}

TEST(Covering, RefusesWhatIsNoQuestion) {
  Question q;
  q.matrix.demands = 1;
  q.people = {-5};
  EXPECT_EQ(maximal(q).error().field, "people");
  q.people = {5};
  q.apart = {{0, 0}};
  EXPECT_EQ(maximal(q).error().field, "apart");
}

}  // namespace
}  // namespace tx::covering
