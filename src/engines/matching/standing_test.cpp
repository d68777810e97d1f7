// What stands around the batch: plans that go on, teams, papers, the first-seat bonus, why not, the comparison of two tables and
// the report on fairness, on random towns that use every field.
#include "engines/matching/standing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "engines/matching/compare.h"
#include "engines/matching/explain.h"
#include "engines/matching/prices.h"
#include "engines/matching/problem.h"
#include "engines/matching/testing_town.h"

namespace tx::matching {
namespace {

constexpr std::int64_t kMonday = testing::kMonday;

bool holds(const Plan& plan, std::int64_t volunteer) {
  return std::any_of(plan.assignments.begin(), plan.assignments.end(), [&](const Assignment& a) { return static_cast<std::int64_t>(a.volunteer) == volunteer; });
}

TEST(Standing, EveryRuleHoldsInTownsThatUseEveryField) {
  std::size_t judged = 0, teams = 0, small = 0, papers = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const auto t = testing::town(seed, 40, 20);
    Weights weights;
    weights.first_seat = seed % 3 ? 0 : 300;
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    ASSERT_EQ(verify(t.volunteers, t.slots, weights, kMonday, plan), "") << seed;
    judged += plan.assignments.size();
    for (const auto& a : plan.assignments) {
      teams += t.volunteers[a.volunteer].team != 0;
      small += t.slots[a.slot].small;
      papers += t.slots[a.slot].papers != 0;
    }
  }
  EXPECT_GT(judged, 1000u);
  EXPECT_GT(teams, 30u);    // otherwise nothing was tried
  EXPECT_GT(small, 30u);
  EXPECT_GT(papers, 10u);
}

TEST(Standing, AnyPricesBoundTheBestPlan) {
  std::mt19937 random(3);
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const auto t = testing::town(seed, 30, 12);
    const Weights weights;
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    Region region(weights, kMonday);
    region.keep_ids();
    region.add(t.volunteers);
    region.build();
    Problem problem(t.volunteers, t.slots, weights, kMonday);
    std::vector<std::uint32_t> all;
    for (std::uint32_t s = 0; s < t.slots.size(); ++s) all.push_back(s), problem.lists[s].wanted = 1000;
    problem.fill(region, all);
    problem.build();
    problem.graph.index();
    for (int i = 0; i < 25; ++i) {
      std::vector<std::int64_t> prices(t.slots.size());
      for (auto& price : prices) price = static_cast<std::int64_t>(random() % 2500);
      EXPECT_GE(bound_of(problem.graph, prices), plan.value) << seed;
    }
    std::vector<std::int64_t> prices(t.slots.size());
    for (std::uint32_t s = 0; s < t.slots.size(); ++s) prices[s] = plan.prices[problem.place(s)];
    EXPECT_EQ(bound_of(problem.graph, prices), plan.bound) << seed;   // over all eligible pairs
  }
}

// The value of a fresh plan that keeps these people where they are and leaves out the slots called off.
std::int64_t keeping(const std::vector<Volunteer>& volunteers, const std::vector<Slot>& slots, const std::vector<Assignment>& told, const std::set<std::size_t>& off) {
  auto people = volunteers;
  auto seats = slots;
  std::int64_t sum = 0;
  for (const auto& a : told) {
    auto& slot = seats[a.slot];
    people[a.volunteer].busy.push_back({slot.from, slot.to, slot.x_m, slot.y_m});
    slot.least_heads = std::max(1, slot.least_heads - 1);
    slot.pair_unless_checked = false;
    --slot.heads;
    sum += a.score;
  }
  for (const auto s : off) seats[s].heads = 0;
  std::erase_if(seats, [](const Slot& slot) { return slot.heads == 0; });
  return sum + solve(people, seats, {}, kMonday).value;
}

TEST(Standing, WhoeverIsToldStaysAndOthersMoveOnlyWhereSomebodyLeft) {
  std::size_t told = 0, called_off = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const auto t = testing::town(seed, 120, 40);
    const Weights weights;
    Standing standing(t.volunteers, t.slots, weights, kMonday);
    const auto first = standing.plan();
    ASSERT_GT(first.assignments.size(), 5u);
    Changes changes;
    std::set<std::size_t> left;
    std::set<std::int64_t> teams;
    for (std::size_t i = 0; i < first.assignments.size(); ++i) {
      const auto& a = first.assignments[i];
      if (i % 7 == 0 && left.insert(a.volunteer).second) changes.left.push_back(a.volunteer);
      if (i % 2 == 0) changes.told.push_back(a);
    }
    for (const auto v : left)
      if (t.volunteers[v].team) teams.insert(t.volunteers[v].team);
    const auto& plan = solve(standing, changes);
    for (const auto v : left) EXPECT_FALSE(holds(plan, static_cast<std::int64_t>(v))) << seed;
    // By the checker's word, in the town without them.
    auto without = t.volunteers;
    for (std::size_t v = 0; v < without.size(); ++v)
      if (left.count(v) || teams.count(without[v].team)) without[v].hours = {};
    ASSERT_EQ(verify(without, t.slots, weights, kMonday, plan), "") << seed;
    std::vector<Assignment> stay;
    std::set<std::size_t> off;
    for (const auto& a : changes.told) {
      if (left.count(a.volunteer) || teams.count(t.volunteers[a.volunteer].team)) continue;
      const auto there = std::ranges::count(plan.assignments, a.slot, &Assignment::slot);
      if (there == 0) off.insert(a.slot);   // too few are left: it does not take place
      else stay.push_back(a);
    }
    called_off += off.size();
    told += stay.size();
    for (const auto& a : stay)   // where others come, so does who was told
      EXPECT_TRUE(std::ranges::any_of(plan.assignments, [&](const Assignment& b) { return b.slot == a.slot && b.volunteer == a.volunteer; })) << seed;
    // As good as a fresh plan that keeps them too; what keeping them costs is not the plan's fault.
    EXPECT_GE(static_cast<double>(plan.value), 0.98 * static_cast<double>(keeping(without, t.slots, stay, off))) << seed;
    const auto scratch = solve(without, t.slots, weights, kMonday);
    EXPECT_GE(plan.bound, scratch.value) << seed;
  }
  EXPECT_GT(told, 600u);
  EXPECT_LT(called_off, told / 20);
}

TEST(Standing, ACancelledSlotWantsNobody) {
  const auto t = testing::town(5, 80, 30);
  Standing standing(t.volunteers, t.slots, {}, kMonday);
  const auto slot = standing.plan().assignments.front().slot;
  Changes changes;
  changes.cancelled = {slot};
  for (const auto& a : standing.solve(changes).assignments) EXPECT_NE(a.slot, slot);
  EXPECT_FALSE(standing.went().empty());
}

TEST(Explain, ForcingAPairCostsAtLeastWhatIsSaid) {
  std::mt19937 random(9);
  int tried = 0, positive = 0;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const auto t = testing::town(seed, 60, 25, false);
    const Weights weights;
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    for (int i = 0; i < 200 && tried < static_cast<int>(seed) * 10; ++i) {
      const auto v = random() % t.volunteers.size(), s = random() % t.slots.size();
      const auto why = why_not(t.volunteers, t.slots, weights, kMonday, plan, v, s);
      EXPECT_EQ(why.barriers.empty(), eligible(t.volunteers[v], t.slots[s]));
      if (!why.barriers.empty() || why.planned) continue;
      ++tried;
      positive += why.loss > 0;
      EXPECT_LE(testing::forced(t, weights, v, s), plan.bound - why.regret) << seed;
    }
  }
  EXPECT_EQ(tried, 120);
  EXPECT_GT(positive, 60);
}

TEST(Explain, MissingHelpersAreWorthMostWhereItIsUrgent) {
  auto t = testing::town(3, 5, 30, false);
  const auto plan = solve(t.volunteers, t.slots, {}, kMonday);
  const auto found = missing(t.slots, {}, plan);
  ASSERT_GT(found.size(), 5u);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](const Missing& a, const Missing& b) { return a.worth > b.worth; }));
  EXPECT_GT(found.front().worth, found.back().worth);
}

TEST(Compare, SaysWhoWhereAndWhatForAndNothingForTheSameTable) {
  const auto t = testing::town(4, 150, 50);
  Weights near;
  near.near = 4000;
  const auto same = compare(t.volunteers, t.slots, {}, {}, kMonday);
  EXPECT_TRUE(same.moved.empty());
  EXPECT_EQ(same.b_by_a, same.a.value);
  const auto found = compare(t.volunteers, t.slots, {}, near, kMonday);
  ASSERT_FALSE(found.moved.empty());
  EXPECT_LE(found.b_by_a, found.a.bound);
  std::int64_t points_a = 0, points_b = 0;
  for (const auto& term : found.terms) {
    points_a += term.points_a;
    points_b += term.points_b;
    if (term.name == "near") {
      EXPECT_LT(term.count_b, term.count_a);   // people come from nearer
    }
  }
  EXPECT_EQ(points_a, found.a.value);   // the terms explain the whole value
  EXPECT_EQ(points_b, found.b.value);
}

TEST(Fairness, ABonusForFirstSeatsReachesMoreSmallOrganisations) {
  const auto t = testing::town(6, 60, 80, false);
  const int bonuses[] = {0, 2000}, loads[] = {0, -1500};
  const auto curve = price_of_fairness(t.volunteers, t.slots, {}, kMonday, bonuses, loads);
  ASSERT_EQ(curve.size(), 4u);
  EXPECT_GT(curve[1].small_reached, curve[0].small_reached);
  EXPECT_LE(curve[3].gini, curve[2].gini);
  for (const auto& point : curve) EXPECT_GE(point.lost, 0);
  EXPECT_NE(picture(curve).find("<circle"), std::string::npos);
  EXPECT_EQ(std::ranges::count(lines(curve), '\n'), 5);
  const auto report = fairness(t.volunteers, t.slots, solve(t.volunteers, t.slots, {}, kMonday));
  EXPECT_EQ(report.small.slots + report.others.slots, t.slots.size());
  EXPECT_GT(report.all.gini, 0);
  EXPECT_EQ(report.districts.size(), 3u);
  // A hundred people with equal minutes; then one of them with all.
  std::vector<Volunteer> hundred(100);
  for (auto& v : hundred) v.load_minutes = 60;
  EXPECT_NEAR(fairness(hundred, {}, {}).all.gini, 0, 1e-9);
  for (auto& v : hundred) v.load_minutes = 0;
  hundred[5].load_minutes = 600;
  EXPECT_NEAR(fairness(hundred, {}, {}).all.gini, 0.99, 1e-9);
  EXPECT_NEAR(fairness(hundred, {}, {}).all.top_share, 1, 1e-9);
  EXPECT_EQ(fairness(hundred, {}, {}).all.never, 99u);
}

}  // namespace
}  // namespace tx::matching
