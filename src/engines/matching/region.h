// All volunteers of a region laid out for one question: who are the best K for this slot? A square grid; inside a cell the
// people by merit, best first, and one bit column for every hour of the week, specialty and language, so that 64 people are
// tested by a few AND. Cells are visited outwards; a block of 64 that could not beat the K-th best is skipped.
// Answers exactly what testing everybody with eligible() and score() would (matching_test.cpp compares).
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

class Region {
 public:
  Region(const Weights& weights, std::int64_t now, std::int64_t cell_m = 1000);
  void add(const Volunteer& volunteer);    // the index in the answers is the order of adding
  void build();                            // after the last add, before the first question
  // The best `count`, best first, ties by id. `cut`: set when somebody eligible was left out.
  std::vector<Candidate> top(const Slot& slot, std::size_t count, bool* cut = nullptr) const;
  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const;

 private:
  struct Row {
    std::int32_t x_m, y_m, radius_m, merit, birth_day, checked_until;
    std::uint16_t day_minutes, week_minutes;
    std::uint32_t index;                   // highest bit: has promises, exclusions or history, kept whole in odd_
  };
  struct Cell {
    std::uint32_t first = 0, count = 0;    // rows
    std::uint64_t bits = 0;                // first word of its columns
  };
  struct Added {
    std::array<std::uint64_t, 3> hours;
    std::uint64_t skills, languages;
  };
  struct Best;
  void visit(const Cell& cell, const Slot& slot, std::int64_t near_bound, Best& best) const;
  void consider(const Row& row, const Slot& slot, Best& best) const;

  Weights weights_;
  std::int64_t now_, cell_m_, x0_ = 0, y0_ = 0, most_radius_ = 0;
  int nx_ = 0, ny_ = 0, merit_most_ = 0;
  std::vector<Row> rows_;
  std::vector<std::int64_t> ids_;          // by index
  std::vector<Added> added_;               // until build()
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> bits_;
  std::vector<int> skill_column_, language_column_;   // mask bit -> column, -1: nobody has it
  int columns_ = 168;
  std::unordered_map<std::uint32_t, Volunteer> odd_;
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> served_;   // recipient -> people who served there
};

}  // namespace tx::matching
