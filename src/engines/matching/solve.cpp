// The whole region at once: candidates from the region index, an auction for a plan and first prices, a subgradient search
// for lower ones, and the certificate. Lists are cut at the K best; raising a cut list's price to its smallest weight makes
// the bound hold over every eligible pair all the same, since whoever was left out is then worth nothing. Lists whose price
// had to be raised are lengthened and everything is done once more.
#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "engines/matching/graph.h"
#include "engines/matching/parallel.h"
#include "engines/matching/region.h"
#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

struct List {
  std::vector<Candidate> best;
  bool cut = false;
  std::size_t wanted = 0;     // how long it may be
};

// Lists of the given slots, on all cores.
void fill(const Region& region, std::span<const Slot> slots, const std::vector<std::size_t>& which, std::vector<List>& lists) {
  const auto workers = workers_for(which.size(), 64);
  in_parallel(workers, [&](std::size_t worker) {
    for (std::size_t i = worker; i < which.size(); i += workers) {
      auto& list = lists[which[i]];
      list.best = region.top(slots[which[i]], list.wanted, &list.cut);
    }
  });
}

class Problem {
 public:
  Problem(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const std::vector<List>& lists)
      : volunteers_(volunteers), dense_(volunteers.size(), ~0u) {
    const auto earliest = std::min_element(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.from < b.from; });
    const auto start = slots.empty() ? 0 : day_of(earliest->from) * kDayMinutes;
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const auto& slot = slots[s];
      Graph::SlotRow row{static_cast<std::int32_t>(slot.from - start), static_cast<std::int32_t>(slot.to - start), static_cast<std::int32_t>(slot.x_m),
                         static_cast<std::int32_t>(slot.y_m), static_cast<std::int32_t>(day_of(slot.from) - day_of(start)),
                         static_cast<std::int32_t>(week_of(slot.from) - week_of(start)), slot.heads, 0};
      if (lists[s].cut && !lists[s].best.empty()) row.floor = lists[s].best.back().score;
      graph.slots.push_back(row);
      for (const auto& candidate : lists[s].best) add(candidate, slot);
      graph.first.push_back(static_cast<std::uint32_t>(graph.who.size()));
    }
    graph.people = static_cast<std::uint32_t>(person_.size());
    graph.travel = true;
    add_apart();
    graph.index();
  }

  Graph graph;
  std::size_t person(std::uint32_t dense) const { return person_[dense]; }

 private:
  void add(const Candidate& candidate, const Slot& slot) {
    auto& dense = dense_[candidate.volunteer];
    if (dense == ~0u) {
      dense = static_cast<std::uint32_t>(person_.size());
      person_.push_back(candidate.volunteer);
    }
    const auto& v = volunteers_[candidate.volunteer];
    const auto busy = v.busy.empty() ? BusyMinutes{} : busy_minutes(v, slot);
    graph.who.push_back(dense);
    graph.weight.push_back(candidate.score);
    graph.day_room.push_back(static_cast<std::uint16_t>(std::clamp<std::int64_t>(v.day_minutes - busy.day, 0, 65535)));
    graph.week_room.push_back(static_cast<std::uint16_t>(std::clamp<std::int64_t>(v.week_minutes - busy.week, 0, 65535)));
  }
  void add_apart() {
    std::unordered_map<std::int64_t, std::uint32_t> by_id;
    for (const auto v : person_)
      if (!volunteers_[v].not_with.empty()) {
        for (std::uint32_t dense = 0; dense < person_.size(); ++dense) by_id[volunteers_[person_[dense]].id] = dense;
        break;
      }
    if (by_id.empty()) return;
    for (std::uint32_t dense = 0; dense < person_.size(); ++dense)
      for (const auto other : volunteers_[person_[dense]].not_with)
        if (const auto found = by_id.find(other); found != by_id.end()) {
          graph.apart.emplace_back(dense, found->second);
          graph.apart.emplace_back(found->second, dense);
        }
    std::sort(graph.apart.begin(), graph.apart.end());
    graph.apart.erase(std::unique(graph.apart.begin(), graph.apart.end()), graph.apart.end());
  }

  std::span<const Volunteer> volunteers_;
  std::vector<std::uint32_t> dense_;
  std::vector<std::size_t> person_;
};

// Slots that may not go ahead with so few, or with one unchecked person alone, give their people back.
void close_short(const Problem& problem, std::span<const Volunteer> volunteers, std::span<const Slot> slots, Market& market) {
  const auto& graph = problem.graph;
  const auto short_of = [&](std::uint32_t s) {
    const int filled = market.filled(s);
    if (filled == 0 || filled >= slots[s].heads) return false;
    if (filled < slots[s].least_heads) return true;
    if (!slots[s].pair_unless_checked || filled > 1) return false;
    for (auto arc = graph.first[s]; arc < graph.first[s + 1]; ++arc)
      if (market.held(arc)) return volunteers[problem.person(graph.who[arc])].checked_until < slots[s].to;
    return false;
  };
  for (int round = 0; round < 8; ++round) {
    bool any = false;
    for (std::uint32_t s = 0; s < slots.size(); ++s)
      if (short_of(s)) {
        market.close(s);
        any = true;
      }
    if (!any) return;
    if (round < 7) market.improve();
  }
}

}  // namespace

Plan solve(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const SolveOptions& options) {
  Plan plan;
  plan.prices.assign(slots.size(), 0);
  bool stopped = false;
  const auto go_on = [&](int done) {
    if (!stopped && options.progress && !options.progress(done, options.rounds)) stopped = true;
    return !stopped;
  };
  Region region(weights, now);
  for (const auto& v : volunteers) region.add(v);
  region.build();
  std::vector<List> lists(slots.size());
  std::vector<std::size_t> which(slots.size());
  std::iota(which.begin(), which.end(), std::size_t{0});
  for (std::size_t s = 0; s < slots.size(); ++s) lists[s].wanted = static_cast<std::size_t>(options.candidates + 2 * slots[s].heads);
  for (int pass = 0;; ++pass) {
    fill(region, slots, which, lists);
    const Problem problem(volunteers, slots, lists);
    const auto& graph = problem.graph;
    Market market(graph);
    market.run(1, [&] { return !go_on(0); });
    const auto first = market.prices();
    which.clear();
    if (pass < options.passes && !stopped)
      for (std::size_t s = 0; s < slots.size(); ++s)
        if (graph.slots[s].floor > first[s]) {
          which.push_back(s);
          lists[s].wanted *= 4;
        }
    if (!which.empty()) continue;
    market.improve();
    close_short(problem, volunteers, slots, market);
    plan.value = market.value();
    plan.arcs = graph.arcs();
    for (const auto arc : market.plan()) plan.assignments.push_back({graph.slot_of[arc], problem.person(graph.who[arc]), graph.weight[arc]});
    auto prices = lower(graph, first, plan.value, options.rounds, go_on);
    plan.prices = std::move(prices.best);
    plan.bound = prices.bound;
    break;
  }
  plan.cancelled = stopped;
  std::sort(plan.assignments.begin(), plan.assignments.end(), [](const Assignment& a, const Assignment& b) {
    return std::tie(a.slot, a.volunteer) < std::tie(b.slot, b.volunteer);
  });
  return plan;
}

}  // namespace tx::matching
