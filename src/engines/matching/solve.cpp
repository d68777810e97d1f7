// The whole region at once: candidates from the region index, an auction for a plan and first prices, a search for the
// prices of the lowest bound, and a better plan from these prices. Lists are cut at the K best; raising a cut list's price to
// its smallest weight makes the bound hold over every eligible pair all the same, since whoever was left out is then worth
// nothing. Lists whose price would have to be raised are lengthened and bid for once more.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "engines/matching/market.h"
#include "engines/matching/prices.h"
#include "engines/matching/problem.h"
#include "engines/matching/shake.h"

namespace tx::matching {
Plan solve(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const SolveOptions& options) {
  Plan plan;
  bool stopped = false;
  const auto go_on = [&](int done) {
    if (!stopped && options.progress && !options.progress(done, options.rounds)) stopped = true;
    return !stopped;
  };
  Region region(weights, now);
  for (const auto& v : volunteers) region.add(v);
  region.build();
  Problem problem(volunteers, slots, weights, now);
  const auto& graph = problem.graph;
  std::vector<std::uint32_t> which(slots.size());
  std::iota(which.begin(), which.end(), 0u);
  for (std::uint32_t s = 0; s < slots.size(); ++s) problem.lists[s].wanted = static_cast<std::size_t>(options.candidates + 2 * problem.slot(s).heads);
  for (int pass = 0;; ++pass) {
    problem.fill(region, which);
    problem.build();
    Market market(graph);
    for (const auto person : problem.torn()) market.withdraw(person);
    market.run(1, [&] { return !go_on(0); });
    const auto first = market.prices();
    which.clear();
    if (pass < options.passes && !stopped)
      for (std::uint32_t s = 0; s < slots.size(); ++s)
        if (graph.slots[s].floor > first[s]) {
          which.push_back(s);
          problem.lists[s].wanted *= 4;
        }
    if (!which.empty()) continue;
    market.improve();
    problem.graph.index();
    Prices prices(graph, first);
    prices.lower(0, options.rounds, go_on);
    const auto short_of = [&](std::uint32_t s) { return problem.short_of(s, market.filled(s), [&](std::uint32_t arc) { return market.held(arc); }); };
    std::vector<std::uint32_t> all(slots.size());
    std::iota(all.begin(), all.end(), 0u);
    Shake shake(graph, market, prices, short_of);
    market.mark();
    shake.settle(all);
    auto value = market.value();
    for (int round = 0; round < options.rounds && value < prices.bound() && go_on(round); ++round) value += shake.round(2);
    plan.value = market.value();
    plan.arcs = graph.arcs();
    for (const auto arc : market.plan())
      for (const auto v : problem.members(graph.who[arc])) plan.assignments.push_back({problem.place(graph.slot_of[arc]), v, score(volunteers[v], problem.slot(graph.slot_of[arc]), weights, now)});
    plan.prices.assign(slots.size(), 0);
    for (std::uint32_t s = 0; s < slots.size(); ++s) plan.prices[problem.place(s)] = prices.all()[s];
    plan.bound = prices.bound();
    break;
  }
  plan.cancelled = stopped;
  std::sort(plan.assignments.begin(), plan.assignments.end(), [](const Assignment& a, const Assignment& b) {
    return std::tie(a.slot, a.volunteer) < std::tie(b.slot, b.volunteer);
  });
  return plan;
}

}  // namespace tx::matching
