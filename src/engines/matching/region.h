// All volunteers of a region laid out for one question: who are the best K for this slot? A square grid; inside a cell the
// people by merit, best first, and one bit column for every hour of the week, specialty and language, so that 64 people are
// tested by a few AND. Cells are visited outwards; a block of 64 that could not beat the K-th best is skipped.
// Answers exactly what testing everybody with eligible() and score() would (matching_test.cpp compares).
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <unordered_map>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

// Memory for large arrays in large pages, so that a far jump costs one miss and not two.
void* large_pages(std::size_t bytes);
template <class T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <class U>
  LargePages(const LargePages<U>&) {}   // NOLINT: as the standard's own
  T* allocate(std::size_t n) { return static_cast<T*>(large_pages(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) { std::free(memory); }
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {   // without a value nothing is written, so that pages come one by one
    if constexpr (sizeof...(Args) == 0) ::new (static_cast<void*>(at)) U;
    else ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
  }
  template <class U>
  bool operator==(const LargePages<U>&) const { return true; }
};
template <class T>
using Large = std::vector<T, LargePages<T>>;

class Region {
 public:
  Region(const Weights& weights, std::int64_t now, std::int64_t cell_m = 1000);
  void keep_ids() { keep_ids_ = true; }    // before the first add, where slots will list ways: 8 bytes a person
  void add(const Volunteer& volunteer);    // the index in the answers is the order of adding
  void add(std::span<const Volunteer> all);   // on all cores
  void build();                            // after the last add, before the first question
  // The best `count`, best first, ties by id. `cut`: set when somebody eligible was left out.
  std::vector<Candidate> top(const Slot& slot, std::size_t count, bool* cut = nullptr) const;
  std::size_t size() const { return count_; }
  std::size_t bytes() const;

 private:
  struct Row {
    std::int32_t x_m, y_m, radius_m, merit, birth_day, checked_until;
    std::uint16_t day_minutes, week_minutes;
    std::uint32_t index;                   // highest bit: has promises, exclusions or history, kept whole in odd_
  };
  struct Added {                           // until build()
    Row row;
    std::array<std::uint64_t, 3> hours;
    std::uint64_t skills, languages;
  };
  struct Cell {
    std::uint32_t first = 0, count = 0;    // rows
    std::uint64_t bits = 0;                // first word of its columns
    std::uint32_t block = 0;               // first of its blocks of 64
  };
  struct Paper {
    std::uint32_t index;
    std::uint64_t which;
    std::int64_t valid_until;
  };
  struct Best;
  static constexpr std::size_t kChunk = std::size_t{1} << 14, kRadii = 8;
  Added& added(std::size_t i) { return chunks_[i / kChunk][i % kChunk]; }
  Added in_short(const Volunteer& volunteer) const;
  void keep_whole(const Volunteer& volunteer, std::size_t index);
  void measure();
  std::vector<std::uint32_t> sort_into_cells();
  void permute(std::vector<std::uint32_t>& order);
  void fill(std::size_t from_cell, std::size_t to_cell, const std::vector<std::uint32_t>& order, bool in_place);
  void send_for(const Cell& cell, const Best& best) const;
  void visit(const Cell& cell, const Slot& slot, std::int64_t near_bound, std::int64_t distance, Best& best) const;
  void consider(const Row& row, const Slot& slot, bool preferred, Best& best) const;
  bool has_papers(std::uint32_t index, const Slot& slot) const;
  std::int64_t id_of(std::size_t index) const { return ids_.empty() ? static_cast<std::int64_t>(index) : ids_[index]; }

  Weights weights_;
  std::int64_t now_, cell_m_, x0_ = 0, y0_ = 0, most_radius_ = 0;
  int nx_ = 0, ny_ = 0, merit_most_ = 0;
  std::size_t count_ = 0;
  std::vector<std::unique_ptr<Added[]>> chunks_;
  Large<Row> rows_;                        // by cell, then by merit
  Large<std::uint64_t> bits_;
  std::vector<std::int32_t> block_merit_;  // of the first, and best, of each block
  std::vector<std::int64_t> ids_;          // by index; empty: they rise with the index, which then decides between equals
  std::int64_t first_id_ = 0, last_id_ = 0;
  bool keep_ids_ = false;
  std::vector<Cell> cells_;
  std::vector<int> skill_column_, language_column_;   // mask bit -> column, -1: nobody has it
  std::array<std::int32_t, kRadii> radii_{};          // column kRadius + k: radius at least so many metres
  int columns_ = 0;
  std::vector<Paper> papers_;              // by index
  std::unordered_map<std::uint32_t, Volunteer> odd_;
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> served_;   // recipient -> people who served there
};

}  // namespace tx::matching
