// All open needs of some regions as one matching problem: lists from the pool, the people on them with everything that
// matters, the plan checked by the engine's independent checker, and a bound that holds over everybody of the region, also
// those on no list. Used by the batch, the comparison of two weight tables and the price of fairness.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "engines/matching/standing.h"
#include "systems/supply/dispatch/bridge.h"

namespace tx::supply {

struct Problem {
  std::vector<Need> needs;
  std::vector<matching::Slot> slots;     // of the needs, in their order; then of activities (add_activities)
  std::vector<matching::Volunteer> people;
  struct Kept {                    // decided already: takes a seat and the person's time
    NeedId need;
    std::int64_t volunteer = 0;
  };
  std::vector<Kept> kept;
  std::set<std::pair<std::int64_t, std::int64_t>> dropped;   // need, volunteer: not to be proposed
};
// Needs of these region prefixes that wait for people and have not begun.
Problem open_problem(storage::Reader& reader, const std::vector<std::string>& regions, Instant now);
// And the free places of published activities of the next week. Small: an organisation of at most twenty members.
void add_activities(storage::Reader& reader, const std::vector<std::string>& regions, Problem& problem, Instant now);
inline constexpr int kSmallMembers = 20;
// Everybody who is among the best of a slot by one of these pools: for reports, which need no proof.
void gather(storage::Reader& reader, std::initializer_list<Pool*> pools, Problem& problem, Instant now);

// A plan that goes on. The tables stay where they are: the engine's standing plan refers to them.
struct Solved {
  Problem problem;
  matching::Weights weights;
  std::int64_t now = 0;                  // minute
  std::vector<bool> cut;                 // by need: somebody eligible is on no list
  std::vector<matching::Slot> open;      // slots that have a seat left …
  std::vector<std::size_t> place;        // … and the needs that they belong to
  std::unique_ptr<matching::Standing> standing;
  std::int64_t bound = 0;                // no plan over all eligible people is worth more than this and what was kept
  std::optional<std::size_t> open_of(std::int64_t need) const;
  std::optional<std::size_t> person_of(std::int64_t volunteer) const;
  std::mutex mutex;                      // held by whoever asks the standing plan anything
  std::atomic<bool> in_doubt = false;    // a change of it was not committed: of no use any more
};
// Refuses with batch.not_proven when the checker finds a fault.
Result<std::shared_ptr<Solved>> solve_all(storage::Reader& reader, Pool& pool, Problem problem, const matching::SolveOptions& options, Instant now);

// The plans of the last few batches, in memory: a decision on a line costs milliseconds, and "why not" knows the prices of
// the whole region. After a restart a batch must be matched again before it can follow a change.
class Plans {
 public:
  void keep(std::int64_t run, std::shared_ptr<Solved> plan);
  std::shared_ptr<Solved> find(std::int64_t run) const;

 private:
  static constexpr std::size_t kMost = 6;
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Solved>> plans_;   // by run, which rise
};

}  // namespace tx::supply
