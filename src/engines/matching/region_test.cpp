// The region index against testing everybody, the flow core against its own duals and brute force, regret against forcing.
#include "engines/matching/region.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engines/matching/market.h"
#include "engines/matching/prices.h"

namespace tx::matching {
namespace {

constexpr std::int64_t kDay = 24 * 60, kMonday = 20'000 / 7 * 7 * kDay + 4 * kDay;

std::vector<Volunteer> crowd(std::mt19937& random, int n, int width) {
  const auto below = [&](int m) { return static_cast<int>(random() % static_cast<unsigned>(m)); };
  std::vector<Volunteer> all;
  for (int i = 0; i < n; ++i) {
    Volunteer v;
    v.id = 5000 - i;
    v.x_m = below(width) - width / 2;
    v.y_m = below(width) - width / 2;
    v.radius_m = 500 + below(4000);
    for (auto& part : v.hours) part = (static_cast<std::uint64_t>(random()) << 32 | random()) | (static_cast<std::uint64_t>(random()) << 32 | random());
    v.skills = static_cast<std::uint64_t>(below(16));
    v.languages = 1 + static_cast<std::uint64_t>(below(4));
    v.birth_day = kMonday / kDay - (10 + below(70)) * 365;
    v.checked_until = below(2) ? kMonday + below(7) * kDay : 0;
    v.week_minutes = 60 + below(300);
    v.day_minutes = 60 + below(200);
    v.load_minutes = below(2000);
    v.reliability = below(1001);
    v.asked_at = below(2) ? 0 : kMonday - below(40) * kDay;
    if (below(5) == 0) v.busy = {{kMonday + 8 * 60, kMonday + 9 * 60 + below(300), below(width), below(width)}};
    if (below(5) == 0) v.served = {1 + below(20), 1 + below(20)};
    if (below(9) == 0) v.not_with = {1 + below(20)};
    all.push_back(v);
  }
  return all;
}
Slot some_slot(std::mt19937& random, int i, int width) {
  const auto below = [&](int m) { return static_cast<int>(random() % static_cast<unsigned>(m)); };
  Slot s;
  s.id = i;
  s.recipient = 1 + below(20);
  s.x_m = below(2 * width) - width;   // some lie outside of everybody's cells
  s.y_m = below(2 * width) - width;
  s.from = kMonday + below(5 * 24 * 60);
  s.to = s.from + 20 + below(200);
  s.skills = below(2) ? 0 : static_cast<std::uint64_t>(below(64));
  s.languages = below(2) ? 0 : static_cast<std::uint64_t>(below(16));
  s.heads = 1 + below(2);
  s.urgency = below(4);
  s.least_age = 8 + below(20);
  s.adults_only = below(3) == 0;
  s.checked_only = below(4) == 0;
  s.pair_unless_checked = below(4) == 0;
  return s;
}

TEST(Region, AnswersWhatTestingEverybodyAnswers) {
  std::mt19937 random(7);
  int answers = 0, cut_seen = 0;
  for (int town = 0; town < 12; ++town) {
    const int width = town % 3 == 0 ? 800 : 9000;
    Weights weights;
    if (town % 4 == 1) weights.near = -200;
    if (town % 4 == 2) weights = {.base = -500, .reliability = 0, .load = -900};
    const auto people = crowd(random, 1 + 150 * town, width);
    Region region(weights, kMonday);
    if (town % 2) region.keep_ids();
    for (const auto& v : people) region.add(v);
    region.build();
    for (int i = 0; i < 60; ++i) {
      auto slot = some_slot(random, i, width);
      if (i % 4) slot.detour = 1000 + 50 * i;
      if (town % 2 && i % 2)   // streets: people across a river have far to go, whoever is not listed goes by the factor
        for (const auto& v : people)
          if (random() % 3) slot.ways.push_back({v.id, distance_m(v.x_m, v.y_m, slot.x_m, slot.y_m) * (v.x_m > 0 ? 3 : 1)});
      std::sort(slot.ways.begin(), slot.ways.end(), [](const Way& a, const Way& b) { return a.volunteer < b.volunteer; });
      const std::size_t count = i % 3 == 0 ? 3 : i % 3 == 1 ? 16 : 100'000;
      bool cut = false;
      const auto quick = region.top(slot, count, &cut);
      const auto slow = top(people, slot, count, weights, kMonday);
      ASSERT_EQ(quick.size(), slow.size()) << town << " " << i;
      for (std::size_t k = 0; k < quick.size(); ++k) {
        EXPECT_EQ(quick[k].volunteer, slow[k].volunteer) << town << " " << i;
        EXPECT_EQ(quick[k].score, slow[k].score);
      }
      answers += static_cast<int>(quick.size());
      const auto all = top(people, slot, people.size(), weights, kMonday).size();
      EXPECT_TRUE(cut || all <= count);
      cut_seen += cut;
    }
  }
  EXPECT_GT(answers, 2000);
  EXPECT_GT(cut_seen, 50);
}

Graph random_graph(std::mt19937& random, int most_slots, int most_people) {
  Graph graph;
  graph.people = 1 + random() % static_cast<unsigned>(most_people);
  graph.slots.resize(1 + random() % static_cast<unsigned>(most_slots));
  graph.most.resize(graph.people);
  for (auto& most : graph.most) most = static_cast<std::uint16_t>(1 + random() % 2);
  for (auto& slot : graph.slots) {
    slot.heads = 1 + static_cast<int>(random() % 2);
    slot.from = static_cast<int>(random() % 6) * 30;
    slot.to = slot.from + 30 + static_cast<int>(random() % 3) * 30;
    std::vector<std::pair<std::int32_t, std::uint32_t>> list;
    for (std::uint32_t v = 0; v < graph.people; ++v)
      if (random() % 2) list.emplace_back(1 + random() % 30, v);
    graph.add_list(std::move(list));
  }
  graph.index();
  return graph;
}

std::int64_t by_force(const Graph& graph, std::uint32_t arc, std::vector<std::uint32_t>& held, std::uint32_t forced) {
  if (arc == graph.arcs()) return 0;
  const auto slot = graph.slot_of[arc], person = graph.who[arc];
  std::int64_t best = arc == forced ? -1'000'000 : by_force(graph, arc + 1, held, forced);
  int filled = 0, load = 0;
  for (const auto other : held) {
    filled += graph.slot_of[other] == slot;
    load += graph.who[other] == person;
    if (graph.who[other] == person && graph.conflict(slot, graph.slot_of[other], person)) return best;
  }
  if (filled >= graph.slots[slot].heads || load >= graph.most[person]) return best;
  held.push_back(arc);
  best = std::max(best, graph.weight[arc] + by_force(graph, arc + 1, held, forced));
  held.pop_back();
  return best;
}

TEST(Flow, IsOptimalAndItsDualsProveIt) {
  std::mt19937 random(11);
  for (int i = 0; i < 1000; ++i) {
    auto graph = random_graph(random, 12, 16);
    graph.overlaps_allowed = true;
    EXPECT_TRUE(proves(graph, flow_core(graph))) << i;
    if (graph.arcs() > 12) continue;
    std::vector<std::uint32_t> held;
    EXPECT_EQ(flow_core(graph).value, by_force(graph, 0, held, ~0u)) << i;
  }
}

// The same without patience for paths: the auctions begin after the first slot.
TEST(Flow, IsOptimalAfterAuctions) {
  std::mt19937 random(12);
  for (int i = 0; i < 1000; ++i) {
    auto graph = random_graph(random, 12, 16);
    graph.overlaps_allowed = true;
    graph.most.assign(graph.people, 1);
    const auto by_paths = flow_core(graph);
    std::vector<std::uint32_t> held;
    if (graph.arcs() <= 12) {
      EXPECT_EQ(by_paths.value, by_force(graph, 0, held, ~0u)) << i;
    }
    graph.most.clear();
    const auto by_auctions = flow_core(graph, 0);
    EXPECT_EQ(by_auctions.value, by_paths.value) << i;
    EXPECT_TRUE(proves(graph, by_auctions)) << i;
  }
  // Two seats wanted for every person, weights close together and far apart.
  for (const int spread : {3, 300, 100'000}) {
    Graph graph;
    graph.people = 400;
    graph.overlaps_allowed = true;
    for (int s = 0; s < 400; ++s) {
      graph.slots.push_back({});
      graph.slots.back().heads = 1 + static_cast<int>(random() % 3);
      std::vector<std::pair<std::int32_t, std::uint32_t>> list;
      for (std::uint32_t v = 0; v < graph.people; ++v)
        if (random() % 20 == 0) list.emplace_back(1 + static_cast<std::int32_t>(random() % static_cast<unsigned>(spread)), v);
      graph.add_list(std::move(list));
    }
    graph.index();
    const auto by_auctions = flow_core(graph, 0), by_paths = flow_core(graph, ~0u);
    EXPECT_EQ(by_auctions.value, by_paths.value) << spread;
    EXPECT_TRUE(proves(graph, by_auctions)) << spread;
    EXPECT_TRUE(proves(graph, by_paths)) << spread;
  }
}

// The best set of one person against every subset: caps of day and week, the way between two places, forced and left out.
TEST(Choice, IsTheBestOfAllSets) {
  std::mt19937 random(29);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int capped = 0, several = 0;
  for (int i = 0; i < 4000; ++i) {
    Graph graph;
    graph.people = 1;
    graph.travel = true;
    graph.modes = {static_cast<std::uint8_t>(1u << below(4))};
    const int n = 1 + below(9), day_room = 60 + below(400), week_room = 60 + below(700), days = 1 + below(9);
    for (int s = 0; s < n; ++s) {
      Graph::SlotRow row;
      row.day = below(days);
      row.week = row.day / 5;
      row.from = row.day * 1440 + 480 + 30 * below(20);
      row.to = row.from + 30 * (1 + below(5));
      row.x_m = below(6000), row.y_m = below(6000);
      graph.slots.push_back(row);
      graph.add_list({{50 + below(1000), 0}});
    }
    graph.day_room.assign(graph.arcs(), static_cast<std::uint16_t>(day_room));
    graph.week_room.assign(graph.arcs(), static_cast<std::uint16_t>(week_room));
    graph.index();
    std::vector<std::int64_t> prices;
    for (int s = 0; s < n; ++s) prices.push_back(below(2) ? 0 : below(600));
    const auto forced = static_cast<std::uint32_t>(below(n)), without = static_cast<std::uint32_t>(below(n));
    std::int64_t best = 0, best_without = 0, best_forced = -1;
    bool any_capped = false;
    for (unsigned set = 0; set < 1u << n; ++set) {   // places stand by the slot's end, as the chain does
      std::int64_t sum = 0;
      std::vector<std::uint32_t> slots;
      for (int at = 0; at < n; ++at)
        if (set >> at & 1) slots.push_back(graph.offers[static_cast<std::size_t>(at)].slot), sum += graph.offers[static_cast<std::size_t>(at)].weight - prices[slots.back()];
      bool fits = true, in_time = true;
      for (std::size_t k = 0; k < slots.size(); ++k) {
        in_time = in_time && (k == 0 || graph.follows(slots[k - 1], slots[k], 0));
        int day = 0, week = 0;
        for (const auto other : slots) {
          const int minutes = graph.slots[other].to - graph.slots[other].from;
          if (graph.slots[other].day == graph.slots[slots[k]].day) day += minutes;
          if (graph.slots[other].week == graph.slots[slots[k]].week) week += minutes;
        }
        fits = fits && day <= day_room && week <= week_room;
      }
      any_capped = any_capped || (in_time && !fits && sum > best);
      if (!fits || !in_time) continue;
      best = std::max(best, sum);
      if (!(set >> without & 1)) best_without = std::max(best_without, sum);
      if (set >> forced & 1) best_forced = std::max(best_forced, sum);
    }
    Choice choice(graph);
    std::vector<std::uint32_t> chosen;
    ASSERT_EQ(choice.best(0, prices, &chosen), best) << i;
    std::int64_t sum = 0;
    for (const auto place : chosen) sum += graph.offers[place].weight - prices[graph.offers[place].slot];
    EXPECT_EQ(sum, best) << i;
    EXPECT_EQ(choice.best(0, prices, nullptr, Choice::kNone, without), best_without) << i;
    if (best_forced >= 0) {
      EXPECT_EQ(choice.best(0, prices, nullptr, forced), best_forced) << i;
    }
    capped += any_capped;
    several += chosen.size() > 2;
  }
  EXPECT_GT(capped, 1000);
  EXPECT_GT(several, 500);
}

TEST(Market, StaysBelowTheBoundAndRegretIsNeverTooLarge) {
  std::mt19937 random(13);
  int exact = 0, tried = 0, forced = 0;
  for (int i = 0; i < 1500; ++i) {
    const auto graph = random_graph(random, 5, 5);
    if (graph.arcs() > 13 || graph.arcs() == 0) continue;
    Market market(graph);
    ASSERT_TRUE(market.run(1));
    const auto prices = market.prices();
    market.improve();
    std::vector<std::uint32_t> held;
    const auto optimum = by_force(graph, 0, held, ~0u);
    const auto bound = bound_of(graph, prices);
    EXPECT_LE(market.value(), optimum);
    EXPECT_GE(bound, optimum);
    exact += market.value() == optimum;
    ++tried;
    const auto arc = static_cast<std::uint32_t>(random() % graph.arcs());
    const auto with = by_force(graph, 0, held, arc);
    EXPECT_LE(with, bound - regret_of(graph, prices, arc)) << i;   // what "why not" states is a true bound on the loss
    ++forced;
    // Any prices at all bound the optimum.
    std::vector<std::int64_t> any(graph.slots.size());
    for (auto& price : any) price = static_cast<std::int64_t>(random() % 40);
    EXPECT_GE(bound_of(graph, any), optimum);
    // Somebody leaves: whoever stays keeps to the rules, and the value is again below the optimum without them.
    const auto leaver = graph.who[arc];
    market.withdraw(leaver);
    market.run(1);
    market.improve();
    for (const auto kept : market.plan()) EXPECT_NE(graph.who[kept], leaver);
  }
  EXPECT_GT(tried, 500);
  EXPECT_GT(forced, 500);
  EXPECT_GT(exact * 100, tried * 93) << exact << " of " << tried;
}

TEST(Solve, MinimumHeadsAndPeopleKeptApart) {
  std::mt19937 random(17);
  Weights weights;
  for (int i = 0; i < 60; ++i) {
    auto people = crowd(random, 40, 3000);
    std::vector<Slot> slots;
    for (int s = 0; s < 25; ++s) {
      auto slot = some_slot(random, s, 1500);
      slot.heads = 1 + static_cast<int>(random() % 4);
      slot.least_heads = 1 + static_cast<int>(random() % static_cast<unsigned>(slot.heads));
      slots.push_back(slot);
    }
    for (auto& v : people)
      for (int k = 0; k < 6; ++k) v.not_with.push_back(5000 - static_cast<std::int64_t>(random() % 40));
    const auto plan = solve(people, slots, weights, kMonday);
    EXPECT_EQ(verify(people, slots, weights, kMonday, plan), "") << i;
  }
}

}  // namespace
}  // namespace tx::matching
