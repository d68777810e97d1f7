// Inside the streets engine only: bounded searches over a Graph. Searcher is the plain one (any bound); CellSearcher goes by
// cells with tables where the processor has AVX2 and the bound is at most 6,500 s. Both give the same labels, and those of a
// plain Dijkstra on the same integers.
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engines/streets/streets.h"

namespace tx::streets {

// An arc into a junction from which every way leads straight back has this bit: the junction gets its label, but there
// is nothing to look for behind it.
inline constexpr std::uint32_t dead_end = 0x8000'0000;
void rebuild_arcs(Graph& graph);             // from edges and closures

// From a place to the ends of its edge (leaving), or from the ends to the place (not leaving); legs included.
struct Ends { Units a = never, b = never; };
Ends ends(const Graph& graph, const Place& place, bool leaving);
// Along the edge that both stand on, without touching its ends; never where that cannot be. Legs included.
Units direct(const Graph& graph, const Place& from, const Place& to);

class Searcher {
 public:
  Searcher(const Graph& graph, bool reversed);
  void run(const Place& site, Units bound);  // labels of junctions from the site, or to it if reversed
  void run_to(const Place& site, Units bound, std::span<const std::uint32_t> until);  // may stop when these are settled
  void run_from_junction(std::uint32_t junction, Units bound);
  Units label(std::uint32_t junction) const { return label_[junction]; }
  const std::vector<std::uint32_t>& touched() const { return touched_; }

 private:
  struct Entry { std::uint32_t junction; Units label; std::uint32_t next; };
  void begin(Units bound);
  void seed(std::uint32_t junction, Units label, Units bound);
  void push(std::uint32_t junction, Units label);
  void spread(Units bound, std::span<const std::uint32_t> until);
  const Graph& graph_;
  const Arcs& arcs_;
  bool reversed_;
  int shift_ = 7;
  std::vector<Units> label_;
  std::vector<std::uint32_t> touched_;
  std::vector<Entry> pool_;                  // room; the first pool_count_ count
  std::size_t pool_count_ = 0;
  std::vector<std::uint32_t> bucket_;        // first entry of each
  std::vector<std::uint64_t> filled_;        // one bit for each bucket
};

// ---- by cells ----
inline constexpr Units cells_limit = 65'000; // the longest bound: labels have 16 bits
bool cells_work();                           // the processor has AVX2

// The graph cut into cells with their tables, for one direction; see cells.cpp. Made in about a microsecond a junction.
class Cells {
 public:
  struct Cell {
    std::uint32_t first, width;              // its labels, a multiple of 16; those at its edge come first
    std::uint32_t edge;                      // how many these are
    std::size_t table;                       // a row of `width` times for each junction
  };
  Cells(const Graph& graph, bool reversed);
  std::size_t bytes() const;
  std::size_t count() const { return cell_.size(); }

 private:
  friend class CellSearcher;
  struct WayOut { std::uint32_t to, cell; std::uint16_t time; };   // to: place of the label
  struct Free { void operator()(std::uint16_t* memory) const { std::free(memory); } };
  std::uint32_t labels() const { return static_cast<std::uint32_t>(junction_.size()); }
  void lay_out(std::vector<std::vector<std::uint32_t>>& members, const std::vector<std::uint8_t>& at_edge);
  void fill(const Arcs& arcs, const std::vector<std::vector<std::uint32_t>>& members, const std::vector<std::uint32_t>& of);

  std::vector<Cell> cell_;
  std::vector<std::uint32_t> place_;         // junction -> place of its label
  std::vector<std::uint32_t> junction_, cell_of_;   // the way back; none where a row is filled up
  std::unique_ptr<std::uint16_t[], Free> table_;
  std::size_t table_size_ = 0;
  std::vector<std::uint32_t> way_start_;     // by place
  std::vector<WayOut> way_;
};

// One site like Searcher, up to cells_limit: a fifth of its time.
class CellSearcher {
 public:
  CellSearcher(const Graph& graph, std::shared_ptr<const Cells> cells, bool reversed);
  void run(const Place& site, Units bound);
  void run_from_junction(std::uint32_t junction, Units bound);
  Units label(std::uint32_t junction) const {
    const std::uint16_t label = label_[cells_->place_[junction]];
    return label > bound_ ? never : label;
  }
  std::span<const std::uint32_t> touched() const { return {touched_.data(), touched_count_}; }
  std::span<const Units> times() const { return {times_.data(), touched_count_}; }   // their labels

 private:
  static constexpr int shift = 10;           // buckets of 102 seconds: 7 to 12 are nearly the same
  struct Entry { std::uint32_t cell, next; };
  void begin(Units bound);
  void seed(std::uint32_t junction, Units time);
  void leave(std::uint32_t cell, std::uint64_t junctions);
  void await(std::uint32_t cell, std::uint32_t junction, std::uint16_t time);
  void reach(std::uint32_t cell);
  void visit(std::uint32_t cell, std::uint64_t junctions);
  void spread();
  void gather();
  const Graph& graph_;
  std::shared_ptr<const Cells> cells_;
  bool reversed_;
  std::uint16_t bound_ = 0;
  std::unique_ptr<std::uint16_t[], Cells::Free> label_;   // 0xFFFF where a cell was not reached
  std::vector<std::uint64_t> waiting_;       // of each cell: better labels at its edge, not yet passed on
  std::vector<std::uint16_t> least_;         // of these; 0xFFFF: not waiting
  std::vector<std::uint32_t> seen_, reached_;
  std::uint32_t run_ = 0;
  std::vector<std::uint32_t> touched_;       // room; the first touched_count_ count
  std::vector<Units> times_;
  std::size_t touched_count_ = 0;
  std::vector<Entry> pool_;
  std::size_t pool_count_ = 0;
  std::array<std::uint32_t, 64> bucket_{};
  std::uint64_t filled_ = 0;
};

// The cells of one graph, made once they pay: when plain searches have cost, or the coming ones would cost, what making them
// costs. rebuild_arcs puts up an empty shelf. Thread-safe.
class CellShelf {
 public:
  // labels: junctions that the coming searches will reach. Null: plain searches, please.
  std::shared_ptr<const Cells> take(const Graph& graph, bool reversed, double labels);
  std::shared_ptr<const Cells> make(const Graph& graph, bool reversed);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Cells> cells_[2];
  double spent_ = 0;
};

// ---- demands, grouped by edge and found from the junctions at its ends ----
struct DemandIndex {
  struct Item { std::uint32_t demand; Units a, b; };       // ways from (or to) the ends, legs included
  std::vector<std::uint32_t> group_edge, group_start;      // groups + 1; items of one edge
  std::vector<Item> item;
  std::vector<std::uint32_t> start, group;                 // junction -> groups at its edges
  std::vector<std::uint32_t> group_of_edge;                // none: no demand there
  DemandIndex(const Graph& graph, std::span<const Place> demands, bool leaving);
  std::size_t groups() const { return group_edge.size(); }
};

}  // namespace tx::streets
