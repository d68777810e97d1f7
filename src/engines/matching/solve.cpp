// The whole region at once. Slots have prices; at given prices every volunteer's best set of slots is a weighted interval
// scheduling problem (overlaps with travel, the engine's only coupling that is kept exactly in the bound) solved by dynamic
// programming. Sum of those profits plus sum of seats x price bounds every plan (Lagrangean duality), so a subgradient
// search over prices gives a certificate; each round a plan is repaired from the volunteers' wishes and the best is kept.
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "engines/matching/matching.h"

namespace tx::matching {
namespace {

struct Arc {
  std::size_t slot;
  std::int64_t score;
};

bool collide(const Slot& a, const Slot& b) {
  const auto travel = travel_minutes(distance_m(a.x_m, a.y_m, b.x_m, b.y_m));
  return a.from < b.to + travel && b.from < a.to + travel;
}

// Relaxed collision for the bound: overlap of the bare intervals only. Fewer conflicts, so the bound stays a bound, and
// the sets stay intervals on a line, which is what makes the dynamic program exact.
std::int64_t best_set(const std::vector<Arc>& arcs, std::span<const Slot> slots, const std::vector<std::int64_t>& prices,
                      std::vector<std::size_t>& chosen) {
  chosen.clear();
  std::vector<std::pair<std::size_t, std::int64_t>> worth;   // arcs come sorted by the slot's end
  for (const auto& arc : arcs)
    if (arc.score > prices[arc.slot]) worth.emplace_back(arc.slot, arc.score - prices[arc.slot]);
  if (worth.empty()) return 0;
  std::vector<std::int64_t> best(worth.size() + 1, 0);
  std::vector<int> before(worth.size());
  for (std::size_t i = 0; i < worth.size(); ++i) {
    std::size_t low = 0, high = i;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (slots[worth[middle].first].to <= slots[worth[i].first].from) low = middle + 1;
      else high = middle;
    }
    before[i] = static_cast<int>(low);
    best[i + 1] = std::max(best[i], best[low] + worth[i].second);
  }
  for (std::size_t i = worth.size(); i > 0;) {
    if (best[i] == best[i - 1]) {
      --i;
    } else {
      chosen.push_back(worth[i - 1].first);
      i = static_cast<std::size_t>(before[i - 1]);
    }
  }
  return best.back();
}

class Planner {
 public:
  Planner(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now)
      : volunteers_(volunteers), slots_(slots), arcs_(volunteers.size()) {
    std::vector<std::size_t> by_end(slots.size());
    std::iota(by_end.begin(), by_end.end(), 0);
    std::sort(by_end.begin(), by_end.end(), [&](auto a, auto b) { return slots[a].to < slots[b].to; });
    for (std::size_t v = 0; v < volunteers.size(); ++v)
      for (const auto s : by_end)
        if (eligible(volunteers[v], slots[s])) {
          arcs_[v].push_back({s, score(volunteers[v], slots[s], weights, now)});
          ++count_;
        }
  }
  std::size_t arcs() const { return count_; }

  // Upper bound at these prices; counts how many volunteers want each slot.
  std::int64_t bound(const std::vector<std::int64_t>& prices, std::vector<int>& wanted) {
    std::fill(wanted.begin(), wanted.end(), 0);
    std::int64_t sum = 0;
    for (std::size_t s = 0; s < slots_.size(); ++s) sum += slots_[s].heads * prices[s];
    std::vector<std::size_t> chosen;
    for (const auto& arcs : arcs_) {
      sum += best_set(arcs, slots_, prices, chosen);
      for (const auto s : chosen) ++wanted[s];
    }
    return sum;
  }

  // A feasible plan: arcs by score less price, each taken if every hard rule still holds together with what is taken.
  std::vector<Assignment> repaired(const std::vector<std::int64_t>& prices) const {
    struct Wish {
      std::int64_t profit;
      std::size_t slot, volunteer;
      int score;
    };
    std::vector<Wish> wishes;
    wishes.reserve(count_);
    for (std::size_t v = 0; v < arcs_.size(); ++v)
      for (const auto& arc : arcs_[v]) wishes.push_back({arc.score - prices[arc.slot], arc.slot, v, static_cast<int>(arc.score)});
    std::sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) {
      return std::tie(b.profit, a.slot, a.volunteer) < std::tie(a.profit, b.slot, b.volunteer);
    });
    std::vector<int> left(slots_.size());
    for (std::size_t s = 0; s < slots_.size(); ++s) left[s] = slots_[s].heads;
    std::vector<std::vector<std::size_t>> held(volunteers_.size());
    std::vector<Assignment> plan;
    for (const auto& wish : wishes) {
      if (left[wish.slot] == 0 || !fits(wish.volunteer, wish.slot, held[wish.volunteer])) continue;
      --left[wish.slot];
      held[wish.volunteer].push_back(wish.slot);
      plan.push_back({wish.slot, wish.volunteer, wish.score});
    }
    return plan;
  }

 private:
  bool fits(std::size_t v, std::size_t slot, const std::vector<std::size_t>& held) const {
    if (held.empty()) return true;
    Volunteer with = volunteers_[v];
    for (const auto other : held) {
      if (other == slot || collide(slots_[slot], slots_[other])) return false;
      with.busy.push_back({slots_[other].from, slots_[other].to, slots_[other].x_m, slots_[other].y_m});
    }
    return barriers(with, slots_[slot]).empty();   // caps per day and week
  }

  std::span<const Volunteer> volunteers_;
  std::span<const Slot> slots_;
  std::vector<std::vector<Arc>> arcs_;
  std::size_t count_ = 0;
};

std::int64_t worth(const std::vector<Assignment>& plan) {
  std::int64_t sum = 0;
  for (const auto& each : plan) sum += each.score;
  return sum;
}

}  // namespace

Plan solve(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
           const SolveOptions& options) {
  Planner planner(volunteers, slots, weights, now);
  Plan plan;
  plan.arcs = planner.arcs();
  std::vector<std::int64_t> prices(slots.size(), 0);
  std::vector<int> wanted(slots.size(), 0);
  plan.prices = prices;
  plan.bound = planner.bound(prices, wanted);
  plan.assignments = planner.repaired(prices);
  plan.value = worth(plan.assignments);
  double step = 1.0;
  int stale = 0;
  for (int round = 0; round < options.rounds && plan.bound > plan.value; ++round) {
    if (options.progress && !options.progress(round, options.rounds)) {
      plan.cancelled = true;
      break;
    }
    double norm = 0;
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const double over = wanted[s] - slots[s].heads;
      if (over > 0 || prices[s] > 0) norm += over * over;
    }
    if (norm == 0) break;   // everybody's wish fits: the prices are optimal
    const double length = step * static_cast<double>(plan.bound - plan.value) / norm;
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const double over = wanted[s] - slots[s].heads;
      prices[s] = std::max<std::int64_t>(0, prices[s] + static_cast<std::int64_t>(length * over + (over > 0 ? 0.999 : 0)));
    }
    const auto bound = planner.bound(prices, wanted);
    if (bound < plan.bound) {
      plan.bound = bound;
      plan.prices = prices;
      stale = 0;
    } else if (++stale == 5) {
      step /= 2;
      stale = 0;
    }
    if (round % 4 == 0 || round + 1 == options.rounds) {
      auto better = planner.repaired(prices);
      if (const auto value = worth(better); value > plan.value) {
        plan.value = value;
        plan.assignments = std::move(better);
      }
    }
  }
  std::sort(plan.assignments.begin(), plan.assignments.end(), [](const Assignment& a, const Assignment& b) {
    return std::tie(a.slot, a.volunteer) < std::tie(b.slot, b.volunteer);
  });
  return plan;
}

}  // namespace tx::matching
