// Inside the matching engine only: the best set of slots of one person at given prices. A set is a chain in time in which
// everyone reaches each slot from the one before, and which keeps to the caps of each day and week, in exact minutes. (Two
// slots that are not next to each other are compared through those between them; the plan itself compares all pairs.)
#pragma once
#include <cstdint>
#include <vector>

#include "engines/matching/graph.h"

namespace tx::matching {

class Choice {
 public:
  static constexpr std::uint32_t kNone = ~0u;
  explicit Choice(const Graph& graph) : graph_(graph) {}
  // Weight less price of the best set. `chosen`: places in Graph::offers, appended. `forced` must be in the set (the result
  // is very negative when it cannot be), `without` must not.
  std::int64_t best(std::uint32_t person, const std::vector<std::int64_t>& prices, std::vector<std::uint32_t>* chosen,
                    std::uint32_t forced = kNone, std::uint32_t without = kNone);

 private:
  struct Row {
    std::int64_t gain;
    std::uint32_t place, slot;
  };
  struct Label {                       // one way to arrive at a row
    std::int64_t gain;
    std::int32_t day, week;            // spent
    std::int32_t before;               // label, -1: none
    std::uint32_t row;
  };
  struct Purse {
    std::int32_t day_cost, week_cost, day_room, week_room;
  };
  Purse purse(const Row& row) const;
  bool same_day(const Row& a, const Row& b) const;
  bool same_week(const Row& a, const Row& b) const;
  std::int64_t heaviest(std::vector<std::uint32_t>* chosen, int most);
  std::int64_t chain(std::vector<std::uint32_t>* chosen, bool& fits);
  std::int64_t capped(std::vector<std::uint32_t>* chosen);
  void thin_out(std::size_t first);

  const Graph& graph_;
  std::uint32_t person_ = 0;
  std::vector<Row> rows_;
  std::vector<std::int64_t> gain_;
  std::vector<std::int32_t> before_;
  std::vector<Label> labels_;
  std::vector<std::size_t> label_first_;
};

}  // namespace tx::matching
