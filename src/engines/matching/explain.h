// Why not: for any volunteer and slot the hard rules that bar, each with the nearest change that would lift it, or what it
// would cost to force the pair into the plan, by its prices. And where people are missing.
#pragma once
#include <span>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

struct WhyNot {
  // Every hard rule that bars. The change that lifts it has the catalogue key rule + ".change"; where it is a number, it is
  // the step from `value` to `limit` (metres, years, minutes).
  std::vector<Barrier> barriers;
  bool planned = false;                // is in the plan
  std::int64_t regret = 0;             // by so much the bound falls when the pair is forced; a team's whole, for one of a team
  std::int64_t loss = 0;               // and so much at least this plan loses by it: regret less gap, never below 0
};
WhyNot why_not(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
               const Plan& plan, std::size_t volunteer, std::size_t slot);

struct Missing {
  std::size_t slot = 0;
  int empty = 0;                       // seats
  std::int64_t worth = 0;              // points that one more helper would add: free, fitting, of middling reliability, half-way
};
// Slots with empty seats, where one more helper is worth most first.
std::vector<Missing> missing(std::span<const Slot> slots, const Weights& weights, const Plan& plan);

}  // namespace tx::matching
