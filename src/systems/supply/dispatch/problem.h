// All open needs of some regions as one matching problem: lists from the pool, the people on them with everything that
// matters, the solution checked by the engine's independent checker, and a bound that holds over everybody of the region, also
// those on no list. Used by the batch, the comparison of two weight tables and the fairness curve.
#pragma once
#include <set>

#include "systems/supply/dispatch/bridge.h"

namespace tx::supply {

struct Problem {
  std::vector<Need> needs;
  std::vector<matching::Slot> slots;
  std::vector<Pool::Near> near;
  std::vector<matching::Volunteer> people;
  matching::Weights weights;
  struct Kept {                    // decided already: takes a seat and the person's time
    NeedId need;
    std::int64_t volunteer = 0;
  };
  std::vector<Kept> kept;
  std::set<std::pair<std::int64_t, std::int64_t>> dropped;   // need, volunteer: not to be proposed
};
// Needs of these region prefixes that wait for people and have not begun.
Problem open_problem(storage::Reader& reader, const std::vector<std::string>& regions, const matching::Weights& weights, Instant now);

struct Solved {
  matching::Plan plan;
  std::int64_t bound = 0;          // no plan over all eligible people is worth more
};
// Refuses with batch.not_proven when the checker finds a fault.
Result<Solved> solve_all(storage::Reader& reader, Pool& pool, Problem& problem, const matching::SolveOptions& options, Instant now);

}  // namespace tx::supply
