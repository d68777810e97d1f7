// Every plan against brute force, every certificate through the checker, and the checker against tampering.
#include "engines/covering/covering.h"

#include <gtest/gtest.h>

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
    std::vector<std::int64_t> part(8, 0);
    for (int j = 0; j < p.demands(); ++j) {
      int unit = 0;
      for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
        if (open(p.column[e])) unit = std::max(unit, p.unit[e]);
      all += unit * p.weight[j];
      part[p.part[j]] += unit * p.weight[j];
    }
    for (const auto& f : p.floors) fine = fine && (f.part < 0 ? all : part[f.part]) >= f.least;
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
