// Inside the streets engine only: bounded searches over a Graph. Searcher is the plain one (one site, any bound);
// Batch runs 32 sites at once in 16-bit lanes where the processor has AVX2 and the bound is below 6,500 s. Both
// give the same labels, and those of a plain Dijkstra on the same integers.
#pragma once
#include <cstdint>
#include <memory>
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

// ---- many at once ----
inline constexpr std::size_t lanes = 32;   // a multiple of 16; 32 fill a cache line and were a quarter faster
inline constexpr Units batch_limit = 65'000;
bool batches_work();                         // the processor has AVX2

class Batch {
 public:
  Batch(const Graph& graph, bool reversed, Units bound);
  ~Batch();
  void begin();
  void seed(std::size_t lane, const Place& site);
  void seed_junction(std::size_t lane, std::uint32_t junction, Units time = 0);
  void run();
  std::span<const std::uint32_t> touched() const { return {touched_.data(), touched_count_}; }
  // lanes labels of a junction; bound + 1 means: not within the bound
  const std::uint16_t* labels(std::uint32_t junction) const { return label_ + std::size_t{junction} * lanes; }

 private:
  void spread();
  const Graph& graph_;
  const Arcs& arcs_;
  bool reversed_;
  std::uint16_t bound_;
  std::uint16_t* label_ = nullptr;
  std::vector<std::uint16_t> pending_;       // smallest lane not yet passed on; 0xFFFF: none
  struct Entry { std::uint32_t junction, next; };
  std::vector<std::uint32_t> touched_;       // room for all; the first touched_count_ count
  std::size_t touched_count_ = 0;
  std::vector<Entry> pool_;
  std::size_t pool_count_ = 0;
  std::vector<std::uint32_t> bucket_;
  std::vector<std::uint64_t> filled_;
};

// Cuts sites, given in the order of their edges, into runs for one Batch each; a run of one goes to a Searcher. A batch
// pays where its circles overlap: it costs by the junctions that any of them reaches, each some four times a plain label.
struct Run { std::uint32_t first = 0, count = 0; };
std::vector<Run> runs_of(const Graph& graph, std::span<const Place> sites, std::span<const std::uint32_t> order,
                         Units bound, bool batches);

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

// Lanes within the bound: writes their times to `out` and returns a bit for each lane. (AVX2)
std::uint32_t batch_times(const std::uint16_t* at_a, const std::uint16_t* at_b, Units to_a, Units to_b,
                          std::uint16_t bound, std::uint16_t* out);
// Adds `people` to the sums of all lanes in which the demand is reached. (AVX2)
void batch_add(const std::uint16_t* at_a, const std::uint16_t* at_b, Units to_a, Units to_b, std::uint16_t bound,
               std::uint32_t people, std::uint32_t* sums);

}  // namespace tx::streets
