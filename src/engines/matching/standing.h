// A plan that goes on: solved once, then kept while people leave, slots are called off and people are told. What was learned
// (lists, bids, prices) stays, so a change costs milliseconds and moves only those whom it concerns. The tables must live as
// long as this and keep their order. Not here: new people and new slots, which want a fresh solve().
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

struct Changes {
  std::vector<std::size_t> left;        // volunteers who can hold nothing any more (a team goes with any of its members)
  std::vector<std::size_t> cancelled;   // slots that want nobody any more
  std::vector<Assignment> told;         // of the plan: these people move no more, unless they leave or too few are left for the slot
};

class Standing {
 public:
  Standing(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const SolveOptions& options = {});
  ~Standing();
  Standing(Standing&&) noexcept;
  const Plan& plan() const;
  // The bound stands over the people who are left, every slot as before. `came`, `went`: what is different from the plan before.
  const Plan& solve(const Changes& changes);
  const std::vector<Assignment>& came() const;
  const std::vector<Assignment>& went() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// The same by the name of the first solve().
inline const Plan& solve(Standing& standing, const Changes& changes) { return standing.solve(changes); }

}  // namespace tx::matching
