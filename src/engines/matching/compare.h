// What would change: two tables of weights on the same day. And the report on fairness of a plan.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

struct Moved {                         // a slot that would be held by others
  std::size_t slot = 0;
  std::vector<std::size_t> go, come;   // volunteers, a -> b
};
struct Term {                          // one name of the table of weights, summed over each plan
  std::string name;
  std::string unit;                    // of what is counted: seats, steps, fits, metres, services, thousandths, hours, people, slots
  std::int64_t count_a = 0, count_b = 0;
  std::int64_t points_a = 0, points_b = 0;   // plan a by weights a, plan b by weights b
};
struct Comparison {
  Plan a, b;
  std::vector<Moved> moved;            // where, in the order of the slots
  std::vector<Term> terms;             // in the order of the table
  std::int64_t b_by_a = 0;             // plan b counted by weights a: its difference from a.value is what the change costs by a
};
Comparison compare(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& a, const Weights& b,
                   std::int64_t now, const SolveOptions& options = {});
std::int64_t value_by(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
                      std::span<const Assignment> assignments);

struct DistrictLoad {
  std::int64_t district = 0;
  std::size_t people = 0, never = 0;   // volunteers; those of them without any minutes, the plan's included
  double gini = 0;                     // of minutes: the last 30 days and the plan's
  double top_share = 0;                // of the minutes, held by the busiest hundredth of the people (at least one)
};
struct Exposure {                      // of organisations
  std::size_t slots = 0, reached = 0;  // with at least one seat filled
  std::size_t seats = 0, filled = 0;
};
struct Fairness {
  DistrictLoad all;                    // district 0
  std::vector<DistrictLoad> districts;
  Exposure small, others;
};
Fairness fairness(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Plan& plan);

struct Price {                         // one point of the curve: what fairness costs
  int first_seat = 0, load = 0;        // the weights it was solved with
  std::int64_t value = 0;              // of the plan, counted by the given weights with no bonus
  double lost = 0;                     // share of the best such value
  double small_reached = 0, others_reached = 0, gini = 0, top_share = 0;
};
// First the bonus for first seats alone at each of these values, then load alone.
std::vector<Price> price_of_fairness(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights,
                                     std::int64_t now, std::span<const int> first_seats, std::span<const int> loads, const SolveOptions& options = {});
// The curve as a picture, and as lines of comma separated numbers.
std::string picture(std::span<const Price> curve);
std::string lines(std::span<const Price> curve);

}  // namespace tx::matching
