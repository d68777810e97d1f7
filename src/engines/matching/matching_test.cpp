// The engine against brute force, its checker against tampering, and every hard rule once.
#include "engines/matching/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tx::matching {
namespace {

constexpr std::int64_t kDay = 24 * 60, kMonday = 20'000 / 7 * 7 * kDay + 4 * kDay;   // a Monday, 00:00

Volunteer anybody(std::int64_t id = 1) {
  Volunteer v;
  v.id = id;
  v.hours = {~0ull, ~0ull, ~0ull};
  v.birth_day = kMonday / kDay - 30 * 365;
  v.week_minutes = 1200;
  return v;
}
Slot morning(std::int64_t id = 1) {
  Slot s;
  s.id = s.recipient = id;
  s.from = kMonday + 9 * 60;
  s.to = kMonday + 10 * 60;
  return s;
}
std::string only_barrier(const Volunteer& v, const Slot& s) {
  const auto found = barriers(v, s);
  return found.size() == 1 ? found[0].rule : "(" + std::to_string(found.size()) + ")";
}

TEST(Rules, EachHardRuleBars) {
  EXPECT_TRUE(eligible(anybody(), morning()));
  auto v = anybody();
  auto s = morning();
  s.x_m = 3001;
  EXPECT_EQ(only_barrier(v, s), "match.too_far");
  s = morning();
  v.hours = {};
  EXPECT_EQ(only_barrier(v, s), "match.not_available");
  v.hours[0] = 1ull << 9;   // Monday 09:00 alone is enough
  EXPECT_TRUE(eligible(v, s));
  s.to += 1;                // a minute of the next hour is not
  EXPECT_EQ(only_barrier(v, s), "match.not_available");
  v = anybody();
  s = morning();
  s.skills = 4;
  EXPECT_EQ(only_barrier(v, s), "match.skill_missing");
  s.skills = 0;
  s.languages = 4;
  EXPECT_EQ(only_barrier(v, s), "match.language_missing");
  s = morning();
  v.birth_day = kMonday / kDay - 17 * 365;
  s.adults_only = true;
  EXPECT_EQ(only_barrier(v, s), "match.too_young");
  v = anybody();
  s = morning();
  s.checked_only = true;
  EXPECT_EQ(only_barrier(v, s), "match.not_checked");
  v.checked_until = s.to;
  EXPECT_TRUE(eligible(v, s));
  v = anybody();
  s = morning();
  s.pair_unless_checked = true;
  EXPECT_EQ(only_barrier(v, s), "match.alone_unchecked");
  s.heads = 2;
  EXPECT_TRUE(eligible(v, s));
  s = morning();
  v.busy = {{s.to, s.to + 60, 1000, 0}};   // next door in time, a quarter of an hour away on foot
  EXPECT_EQ(only_barrier(v, s), "match.overlap");
  v = anybody();
  v.busy = {{s.from + 300, s.from + 300 + 430, 0, 0}};
  EXPECT_EQ(only_barrier(v, s), "match.day_cap");
  v = anybody();
  v.week_minutes = 59;
  EXPECT_EQ(only_barrier(v, s), "match.week_cap");
  v = anybody();
  v.not_with = {s.recipient};
  EXPECT_EQ(only_barrier(v, s), "match.excluded");
}

struct Town {
  std::vector<Volunteer> volunteers;
  std::vector<Slot> slots;
};
Town town(unsigned seed, int people, int needs) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Town t;
  for (int i = 0; i < people; ++i) {
    auto v = anybody(100 + i);
    v.x_m = below(6000);
    v.y_m = below(6000);
    v.skills = static_cast<std::uint64_t>(below(8));
    v.reliability = below(1001);
    v.load_minutes = below(600);
    v.week_minutes = 120 + below(300);
    v.checked_until = below(2) ? kMonday + 30 * kDay : 0;
    t.volunteers.push_back(v);
  }
  for (int i = 0; i < needs; ++i) {
    auto s = morning(1 + i);
    s.x_m = below(6000);
    s.y_m = below(6000);
    s.from += 30 * below(16);
    s.to = s.from + 30 + 30 * below(4);
    s.heads = 1 + below(2);
    s.urgency = below(4);
    s.skills = below(3) ? 0 : 1 + static_cast<std::uint64_t>(below(7));
    s.pair_unless_checked = below(4) == 0;
    t.slots.push_back(s);
  }
  return t;
}

// The best plan by trying everything: for each seat in turn, nobody or anyone who still may.
std::int64_t best_by_force(const Town& t, std::vector<std::vector<std::size_t>>& held, std::vector<int>& left, std::size_t arc,
                           const std::vector<std::pair<std::size_t, std::size_t>>& arcs, const Weights& w) {
  if (arc == arcs.size()) {
    for (std::size_t s = 0; s < t.slots.size(); ++s) {   // nobody unchecked alone
      if (!t.slots[s].pair_unless_checked || t.slots[s].heads - left[s] != 1) continue;
      for (std::size_t v = 0; v < held.size(); ++v)
        if (std::count(held[v].begin(), held[v].end(), s) && t.volunteers[v].checked_until < t.slots[s].to) return -1'000'000;
    }
    return 0;
  }
  auto best = best_by_force(t, held, left, arc + 1, arcs, w);
  const auto [v, s] = arcs[arc];
  if (left[s] == 0) return best;
  Volunteer with = t.volunteers[v];
  for (const auto other : held[v]) with.busy.push_back({t.slots[other].from, t.slots[other].to, t.slots[other].x_m, t.slots[other].y_m});
  if (!eligible(with, t.slots[s])) return best;
  held[v].push_back(s);
  --left[s];
  best = std::max(best, score(t.volunteers[v], t.slots[s], w, kMonday) + best_by_force(t, held, left, arc + 1, arcs, w));
  ++left[s];
  held[v].pop_back();
  return best;
}

TEST(Solve, ValueOptimumAndBoundStandInOrderAndTheCheckerAgrees) {
  const Weights weights;
  int exact = 0, tried = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    const Town t = town(seed, 4, 3);
    std::vector<std::pair<std::size_t, std::size_t>> arcs;
    for (std::size_t v = 0; v < t.volunteers.size(); ++v)
      for (std::size_t s = 0; s < t.slots.size(); ++s)
        if (eligible(t.volunteers[v], t.slots[s])) arcs.emplace_back(v, s);
    if (arcs.size() > 12) continue;
    std::vector<std::vector<std::size_t>> held(t.volunteers.size());
    std::vector<int> left;
    for (const auto& s : t.slots) left.push_back(s.heads);
    const auto optimum = best_by_force(t, held, left, 0, arcs, weights);
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    EXPECT_LE(plan.value, optimum) << seed;
    EXPECT_GE(plan.bound, optimum) << seed;
    EXPECT_EQ(verify(t.volunteers, t.slots, weights, kMonday, plan), "") << seed;
    ++tried;
    exact += plan.value == optimum;
  }
  EXPECT_GT(tried, 250);
  EXPECT_GT(exact * 100, tried * 95);   // the repair finds the optimum of nearly every small town
}

TEST(Solve, LargerTownsHoldAllRulesAndTheGapIsSmall) {
  const Weights weights;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Town t = town(seed, 200, 60);
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    EXPECT_EQ(verify(t.volunteers, t.slots, weights, kMonday, plan), "") << seed;
    EXPECT_LT(plan.gap(), 0.02) << seed;
    EXPECT_GT(plan.arcs, 0u);
  }
}

TEST(Solve, CancelKeepsTheBestPlanSoFar) {
  const Town t = town(3, 60, 60);
  SolveOptions options;
  options.progress = [](int, int) { return false; };
  const auto plan = solve(t.volunteers, t.slots, {}, kMonday, options);
  EXPECT_EQ(verify(t.volunteers, t.slots, {}, kMonday, plan), "");
}

TEST(Verify, FindsEveryKindOfTampering) {
  const Weights weights;
  const Town t = town(11, 40, 12);
  const auto good = solve(t.volunteers, t.slots, weights, kMonday);
  ASSERT_EQ(verify(t.volunteers, t.slots, weights, kMonday, good), "");
  ASSERT_GE(good.assignments.size(), 3u);
  const auto broken = [&](auto change) {
    Plan plan = good;
    change(plan);
    return verify(t.volunteers, t.slots, weights, kMonday, plan);
  };
  EXPECT_NE(broken([](Plan& p) { ++p.value; }), "");
  EXPECT_NE(broken([](Plan& p) { --p.bound; }), "");
  EXPECT_NE(broken([](Plan& p) { p.prices.pop_back(); }), "");
  EXPECT_NE(broken([](Plan& p) { p.prices[0] = -1; }), "");
  EXPECT_NE(broken([](Plan& p) { p.prices[0] += 7; }), "");
  EXPECT_NE(broken([](Plan& p) { p.assignments[0].score += 1; p.value += 1; }), "");
  EXPECT_NE(broken([](Plan& p) { p.assignments.push_back(p.assignments[0]); }), "");
  EXPECT_NE(broken([](Plan& p) { p.value -= p.assignments.back().score; }), "");
  EXPECT_NE(broken([](Plan& p) { p.assignments[0].volunteer = 9999; }), "");
  Town far = t;
  far.volunteers[good.assignments[0].volunteer].radius_m = 1;
  far.volunteers[good.assignments[0].volunteer].x_m = 100'000;
  EXPECT_NE(verify(far.volunteers, far.slots, weights, kMonday, good), "");
}

TEST(Dispatch, BestFirstAndWavesStopWhenItIsLikelyEnough) {
  const Town t = town(5, 80, 1);
  auto slot = t.slots[0];
  slot.skills = 0;
  slot.pair_unless_checked = false;
  const auto best = top(t.volunteers, slot, 10, {}, kMonday);
  ASSERT_GE(best.size(), 5u);
  EXPECT_TRUE(std::is_sorted(best.begin(), best.end(), [](auto& a, auto& b) { return a.score > b.score; }));
  const std::int64_t noon = kMonday + 12 * 60, night = kMonday + 23 * 60;
  const auto one = wave(best, t.volunteers, 1, 0, noon), two = wave(best, t.volunteers, 2, 0, noon);
  EXPECT_GE(one.size(), 2u);
  EXPECT_GE(two.size(), one.size());
  EXPECT_TRUE(wave(best, t.volunteers, 1, 0, night).empty());      // quiet hours
  EXPECT_FALSE(wave(best, t.volunteers, 1, 3, night).empty());     // unless it is now or never
}

TEST(Ways, AListedWayChoosesAndTheCheckerHoldsToIt) {
  // A river: the first lives 300 m away on the other side, 4 km by the bridge; the second 900 m away on this side.
  std::vector<Volunteer> people{anybody(1), anybody(2)};
  auto slot = morning(1);
  people[0].x_m = slot.x_m + 300, people[0].y_m = slot.y_m;
  people[1].x_m = slot.x_m - 900, people[1].y_m = slot.y_m;
  for (auto& v : people) v.radius_m = 5000;
  const Weights weights;
  EXPECT_EQ(top(people, slot, 2, weights, kMonday)[0].volunteer, 0u);
  auto plan = solve(people, {&slot, 1}, weights, kMonday);
  EXPECT_EQ(plan.assignments.at(0).volunteer, 0u);

  slot.ways = {{1, 4000}, {2, 1100}};
  EXPECT_EQ(way_m(people[0], slot), 4000);
  const auto best = top(people, slot, 2, weights, kMonday);
  EXPECT_EQ(best[0].volunteer, 1u);
  const auto why = reasons(people[1], slot, weights, kMonday);
  EXPECT_EQ(why.at(0).rule, "match.near");
  EXPECT_EQ(why.at(0).value, 1100);
  EXPECT_EQ(why.at(0).straight, 900);
  EXPECT_NE(verify(people, {&slot, 1}, weights, kMonday, plan), "");   // the plan of straight lines does not pass by streets
  plan = solve(people, {&slot, 1}, weights, kMonday);
  EXPECT_EQ(plan.assignments.at(0).volunteer, 1u);
  EXPECT_EQ(verify(people, {&slot, 1}, weights, kMonday, plan), "");

  people[0].radius_m = 3999;
  EXPECT_EQ(barriers(people[0], slot).at(0).value, 4000);
  EXPECT_EQ(barriers(people[0], slot).at(0).straight, 300);
  slot.ways = {{2, 100}};                          // a way is never shorter than the straight line
  EXPECT_EQ(way_m(people[1], slot), 900);
  slot.detour = 1400;                              // nobody's streets are known: longer by the factor
  EXPECT_EQ(way_m(people[0], slot), 420);
  EXPECT_EQ(reasons(people[0], slot, weights, kMonday).at(0).straight, -1);
  slot.ways = {{2, 1}, {1, 1}};
  EXPECT_EQ(verify(people, {&slot, 1}, weights, kMonday, plan), "ways are not in order");
}

TEST(Weights, AreReadFromTextAndUnknownNamesAreSaid) {
  Weights w;
  EXPECT_EQ(Weights::parse("near 10 # metres\nload -5\n", w), "");
  EXPECT_EQ(w.near, 10);
  EXPECT_EQ(w.load, -5);
  EXPECT_NE(Weights::parse("nearness 3\n", w), "");
  EXPECT_EQ(w.table().size(), 11u);
  Weights again;
  EXPECT_EQ(Weights::parse(w.text(), again), "");   // what is written with its units can be read
  EXPECT_EQ(again.text(), w.text());
  EXPECT_EQ(Weights::parse("near 5\nload much\n", w), "line 2: no number after load");
  EXPECT_EQ(Weights::parse("\n# all of them\nfirst_seat -1 points\n", w), "line 3: first_seat is out of range");
  EXPECT_EQ(w.near, 10);                            // nothing of a bad table is taken over
}

}  // namespace
}  // namespace tx::matching
