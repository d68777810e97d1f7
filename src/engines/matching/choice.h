// Inside the matching engine only: the best set of slots of one person at given prices. A set is a chain in time in which
// everyone reaches each slot from the one before, and which keeps to the caps of each day and week, in exact minutes. (Two
// slots that are not next to each other are compared through those between them; the plan itself compares all pairs.)
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "engines/matching/graph.h"

namespace tx::matching {

class Choice {
 public:
  static constexpr std::uint32_t kNone = ~0u;
  explicit Choice(const Graph& graph) : graph_(graph) {}
  // Weight less price of the best set. `chosen`: places in Graph::offers, appended. `forced` must be in the set (the result
  // is very negative when it cannot be), `without` must not. Where nothing is worth more than `most`, the result may be
  // anything from the truth to `most`, and nothing is chosen.
  static constexpr std::int64_t kAnything = std::numeric_limits<std::int64_t>::min() / 2;
  std::int64_t best(std::uint32_t person, const std::vector<std::int64_t>& prices, std::vector<std::uint32_t>* chosen,
                    std::uint32_t forced = kNone, std::uint32_t without = kNone, std::int64_t most = kAnything);
  // Whether the person could hold this alone, within the caps.
  bool fits(std::uint32_t person, std::uint32_t place) const;

 private:
  struct Row {
    std::int64_t gain;
    std::uint32_t place, slot;
    std::int32_t day_cost, week_cost, day_room, week_room, day, week;
    std::uint32_t at;                  // in reaches_, whichever rows have been left out since
    bool day_counts, week_counts;      // whether all wanted of that day or week would be too much
  };
  struct Label {                       // one way to arrive at a row
    std::int64_t gain;
    std::int32_t day, week;            // spent
    std::int32_t before;               // label, -1: none
    std::uint32_t row;
  };
  Row row(std::uint32_t person, std::uint32_t place) const;
  static bool same_day(const Row& a, const Row& b) { return a.day == b.day; }
  static bool same_week(const Row& a, const Row& b) { return a.week == b.week; }
  bool reaches(std::size_t from, std::size_t to) {
    auto& known = reaches_[rows_[from].at * width_ + rows_[to].at];
    if (known == 0) known = graph_.follows(rows_[from].slot, rows_[to].slot, person_) ? 2 : 1;
    return known == 2;
  }
  std::int64_t heaviest(std::vector<std::uint32_t>* chosen, int most);
  std::int64_t chain(std::vector<std::uint32_t>* chosen, bool& fits);
  std::int64_t capped(std::vector<std::uint32_t>* chosen, std::int64_t most);
  std::int64_t greedy();
  void leave_out(std::int64_t most);
  std::int64_t room_for(std::int64_t week, std::size_t behind) const;
  void look_ahead();
  void keep(std::size_t first, const Label& label);

  const Graph& graph_;
  std::uint32_t person_ = 0;
  std::vector<Row> rows_;
  std::vector<std::int64_t> gain_, after_;
  std::vector<std::int32_t> before_;
  std::vector<std::uint8_t> keeps_;
  std::vector<std::uint8_t> reaches_;  // row x row: 0 not asked yet, 1 no, 2 yes
  std::size_t width_ = 0;
  std::vector<Label> labels_;
  std::vector<std::size_t> label_first_, greedy_, order_;
  std::vector<std::uint32_t> greedy_places_;
};

}  // namespace tx::matching
