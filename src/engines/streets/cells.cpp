// Circles in a graph cut into cells. A cell is a clump of some dozens of junctions with few streets out of it, and a table of
// the ways between any two of its junctions that stay inside. Every shortest way is a row of such ways and of streets from cell
// to cell, so a search visits cells and not junctions: one addition and one minimum for sixteen labels at once bring a whole
// cell up to date from a junction at its edge. Labels are those of a plain Dijkstra. Only functions marked here use AVX2, and
// only after cells_work() said that they may.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <new>
#include <numeric>
#include <queue>
#include <utility>

#include "engines/streets/search.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TX_VECTORS __attribute__((target("avx2")))
#endif

namespace tx::streets {
namespace {

constexpr std::uint32_t cell_most = 128;     // 64: half as slow again, tables of 8 MB for Porto; 128: 15 MB; 192: a little faster, 22 MB
constexpr std::uint32_t edge_most = 64;      // junctions at the edge of a cell: one bit each
constexpr std::uint16_t far = 0xFFFF;

std::uint16_t short_time(Units time) { return static_cast<std::uint16_t>(std::min<Units>(time, far)); }

// Calls give(from, to) for every arc.
template <class Give>
void each_arc(const Graph& graph, const Give& give) {
  for (std::uint32_t u = 0; u < graph.junctions(); ++u)
    for (std::uint32_t i = graph.out.start[u]; i < graph.out.start[u + 1]; ++i) give(u, graph.out.arc[i].to & ~dead_end);
}

// Clumps, by merging again and again the two that hold together most for their size, as PUNCH assembles its cells (Delling,
// Goldberg, Razenshteyn, Werneck 2011). Returns the clump of each junction, named by one of its junctions.
class Clumps {
 public:
  explicit Clumps(const Graph& graph) : leader_(graph.junctions()), size_(graph.junctions(), 1), near_(graph.junctions()),
                                        seen_(graph.junctions(), none), place_(graph.junctions()) {
    std::iota(leader_.begin(), leader_.end(), 0u);
    each_arc(graph, [&](std::uint32_t a, std::uint32_t b) {
      near_[a].push_back({b, 1});
      near_[b].push_back({a, 1});
    });
    for (std::uint32_t c = 0; c < leader_.size(); ++c) tidy(c);
    for (std::uint32_t c = 0; c < leader_.size(); ++c)
      for (const auto& one : near_[c])
        if (c < one.clump) offer(c, one);
    while (!offers_.empty()) {
      const Offer best = offers_.top();
      offers_.pop();
      if (leader_[best.a] == best.a && leader_[best.b] == best.b && size_[best.a] == best.size_a && size_[best.b] == best.size_b)
        merge(best.a, best.b);
    }
  }
  std::uint32_t of(std::uint32_t junction) {
    while (leader_[junction] != junction) junction = leader_[junction] = leader_[leader_[junction]];
    return junction;
  }

 private:
  struct Near { std::uint32_t clump, streets; };
  struct Offer {
    float worth;
    std::uint32_t a, b, size_a, size_b;
    bool operator<(const Offer& other) const { return worth < other.worth; }
  };
  void offer(std::uint32_t a, const Near& to) {
    if (size_[a] + size_[to.clump] > cell_most) return;
    const auto share = [&](std::uint32_t clump) { return 1 / std::sqrt(static_cast<float>(size_[clump])); };
    offers_.push({static_cast<float>(to.streets) * (share(a) + share(to.clump)), a, to.clump, size_[a], size_[to.clump]});
  }
  void merge(std::uint32_t a, std::uint32_t b) {
    if (near_[a].size() < near_[b].size()) std::swap(a, b);
    leader_[b] = a;
    size_[a] += size_[b];
    near_[a].insert(near_[a].end(), near_[b].begin(), near_[b].end());
    near_[b] = {};
    tidy(a);
    for (const auto& one : near_[a]) offer(a, one);
  }
  void tidy(std::uint32_t clump) {           // each neighbour once, by its present name
    auto& list = near_[clump];
    std::uint32_t count = 0;
    for (const Near one : list) {
      const std::uint32_t other = of(one.clump);
      if (other == clump) continue;
      if (seen_[other] == clump) {
        list[place_[other]].streets += one.streets;
        continue;
      }
      seen_[other] = clump;
      place_[other] = count;
      list[count++] = {other, one.streets};
    }
    list.resize(count);
    for (const Near& one : list) seen_[one.clump] = none;
  }

  std::vector<std::uint32_t> leader_, size_;
  std::vector<std::vector<Near>> near_;
  std::vector<std::uint32_t> seen_, place_;  // while a list is made tidy
  std::priority_queue<Offer> offers_;
};

}  // namespace

#if defined(__x86_64__)

namespace {

std::uint64_t edge_of(const Cells::Cell& cell) { return cell.edge == edge_most ? ~0ull : (1ull << cell.edge) - 1; }

TX_VECTORS inline std::uint32_t bits_of(__m256i mask) {      // one bit for each 16-bit number
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(_mm256_castsi256_si128(mask), _mm256_extracti128_si256(mask, 1))));
}
// Of eight numbers those whose bit is set move to the front.
constexpr auto forward = [] {
  std::array<std::array<std::uint8_t, 8>, 256> orders{};
  for (std::size_t bits = 0; bits < 256; ++bits)
    for (std::uint8_t from = 0, to = 0; from < 8; ++from)
      if (bits >> from & 1) orders[bits][to++] = from;
  return orders;
}();
inline __m256i* registers(std::uint16_t* numbers) { return reinterpret_cast<__m256i*>(numbers); }
inline const __m256i* registers(const std::uint16_t* numbers) { return reinterpret_cast<const __m256i*>(numbers); }

// All ways inside a cell from its arcs (Floyd and Warshall), sixteen at once.
TX_VECTORS void close_table(std::uint16_t* table, std::uint32_t count, std::uint32_t width) {
  for (std::uint32_t k = 0; k < count; ++k) {
    const __m256i* by = registers(table + std::size_t{k} * width);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint16_t time = table[std::size_t{i} * width + k];
      if (time == far) continue;
      const __m256i way = _mm256_set1_epi16(static_cast<short>(time));
      __m256i* row = registers(table + std::size_t{i} * width);
      for (std::uint32_t v = 0; v < width / 16; ++v)
        _mm256_store_si256(row + v, _mm256_min_epu16(_mm256_load_si256(row + v), _mm256_adds_epu16(way, _mm256_load_si256(by + v))));
    }
  }
}

}  // namespace

bool cells_work() {
  static const bool work = __builtin_cpu_supports("avx2");
  return work;
}

Cells::Cells(const Graph& graph, bool reversed) : place_(graph.junctions()) {
  const std::uint32_t junctions = graph.junctions();
  std::vector<std::uint32_t> of(junctions);
  std::vector<std::vector<std::uint32_t>> members;
  {
    Clumps clumps(graph);
    std::vector<std::uint32_t> number(junctions, none);      // in the order of the curve: near in number, near on the ground
    for (std::uint32_t j = 0; j < junctions; ++j) {
      auto& cell = number[clumps.of(j)];
      if (cell == none) cell = static_cast<std::uint32_t>(members.size()), members.emplace_back();
      members[of[j] = cell].push_back(j);
    }
  }
  std::vector<std::uint8_t> at_edge(junctions, 0);
  const auto mark_edges = [&] {
    std::fill(at_edge.begin(), at_edge.end(), 0);
    each_arc(graph, [&](std::uint32_t a, std::uint32_t b) {
      if (of[a] != of[b]) at_edge[a] = at_edge[b] = 1;
    });
  };
  mark_edges();
  for (std::uint32_t c = 0; c < members.size(); ++c) {       // hardly ever: a cell with too many streets out of it becomes two
    if (std::count_if(members[c].begin(), members[c].end(), [&](auto j) { return at_edge[j] != 0; }) <= edge_most) continue;
    const auto half = members[c].begin() + static_cast<std::ptrdiff_t>(members[c].size() / 2);
    std::vector<std::uint32_t> rest(half, members[c].end());
    members[c].erase(half, members[c].end());
    for (const auto j : rest) of[j] = static_cast<std::uint32_t>(members.size());
    members.push_back(std::move(rest));
    mark_edges();
  }
  lay_out(members, at_edge);
  fill(graph.arcs(reversed), members, of);
}

void Cells::lay_out(std::vector<std::vector<std::uint32_t>>& members, const std::vector<std::uint8_t>& at_edge) {
  std::uint32_t labels = 0;
  std::size_t table = 0;
  for (auto& cell : members) {
    const auto inner = std::stable_partition(cell.begin(), cell.end(), [&](auto j) { return at_edge[j] != 0; });
    const auto count = static_cast<std::uint32_t>(cell.size()), width = (count + 15) / 16 * 16;
    cell_.push_back({labels, width, static_cast<std::uint32_t>(inner - cell.begin()), table});
    for (std::uint32_t k = 0; k < count; ++k) place_[cell[k]] = labels + k;
    labels += width;
    table += std::size_t{count} * width;
  }
  junction_.assign(labels, none);
  cell_of_.assign(labels, none);
  for (std::uint32_t c = 0; c < members.size(); ++c)
    for (const auto j : members[c]) junction_[place_[j]] = j, cell_of_[place_[j]] = c;
  table_size_ = table;
  table_.reset(static_cast<std::uint16_t*>(std::aligned_alloc(64, (table * sizeof(std::uint16_t) + 64) / 64 * 64)));
  if (!table_) throw std::bad_alloc();
  std::fill_n(table_.get(), table, far);
}

void Cells::fill(const Arcs& arcs, const std::vector<std::vector<std::uint32_t>>& members, const std::vector<std::uint32_t>& of) {
  way_start_.assign(labels() + 1, 0);
  for (std::uint32_t c = 0; c < members.size(); ++c) {
    const Cell& cell = cell_[c];
    std::uint16_t* table = table_.get() + cell.table;
    for (std::uint32_t k = 0; k < cell.width; ++k) {
      if (k < members[c].size()) {
        std::uint16_t* row = table + std::size_t{k} * cell.width;
        row[k] = 0;
        const std::uint32_t u = members[c][k];
        for (std::uint32_t i = arcs.start[u]; i < arcs.start[u + 1]; ++i) {
          const std::uint32_t v = arcs.arc[i].to & ~dead_end;
          const std::uint16_t time = short_time(arcs.arc[i].time);
          if (of[v] != c) way_.push_back({place_[v], of[v], time});
          else row[place_[v] - cell.first] = std::min(row[place_[v] - cell.first], time);
        }
      }
      way_start_[cell.first + k + 1] = static_cast<std::uint32_t>(way_.size());
    }
    close_table(table, static_cast<std::uint32_t>(members[c].size()), cell.width);
  }
}

std::size_t Cells::bytes() const {
  return table_size_ * sizeof(std::uint16_t) + cell_.size() * sizeof(Cell) + way_.size() * sizeof(WayOut) +
         (place_.size() + junction_.size() + cell_of_.size() + way_start_.size()) * sizeof(std::uint32_t);
}

CellSearcher::CellSearcher(const Graph& graph, std::shared_ptr<const Cells> cells, bool reversed)
    : graph_(graph), cells_(std::move(cells)), reversed_(reversed), waiting_(cells_->cell_.size(), 0),
      least_(cells_->cell_.size(), far), seen_(cells_->cell_.size(), 0), pool_(1024) {
  static_assert(cells_limit >> shift < 64);  // one bit for each bucket
  const std::size_t bytes = (std::size_t{cells_->labels()} * sizeof(std::uint16_t) + 64) / 64 * 64;
  label_.reset(static_cast<std::uint16_t*>(std::aligned_alloc(64, bytes)));
  if (!label_) throw std::bad_alloc();
  std::fill_n(label_.get(), bytes / sizeof(std::uint16_t), far);
  reached_.reserve(256);
}

void CellSearcher::run(const Place& site, Units bound) {
  begin(bound);
  if (site.placed()) {
    const Ends start = ends(graph_, site, !reversed_);
    seed(graph_.edge[site.edge].a, start.a);
    seed(graph_.edge[site.edge].b, start.b);
  }
  spread();
}

void CellSearcher::run_from_junction(std::uint32_t junction, Units bound) {
  begin(bound);
  seed(junction, 0);
  spread();
}

TX_VECTORS void CellSearcher::begin(Units bound) {
  TX_ASSERT(bound <= cells_limit);
  bound_ = static_cast<std::uint16_t>(bound);
  for (const std::uint32_t c : reached_) {
    __m256i* row = registers(label_.get() + cells_->cell_[c].first);
    for (std::uint32_t v = 0; v < cells_->cell_[c].width / 16; ++v) _mm256_store_si256(row + v, _mm256_set1_epi16(-1));
  }
  reached_.clear();
  touched_count_ = pool_count_ = 0;
  if (++run_ == 0) std::fill(seen_.begin(), seen_.end(), 0), run_ = 1;
}

TX_VECTORS void CellSearcher::seed(std::uint32_t junction, Units time) {
  if (time > bound_) return;
  const std::uint32_t at = cells_->place_[junction], c = cells_->cell_of_[at];
  const Cells::Cell& cell = cells_->cell_[c];
  reach(c);
  const __m256i way = _mm256_set1_epi16(static_cast<short>(time));
  const __m256i* from = registers(cells_->table_.get() + cell.table + std::size_t{at - cell.first} * cell.width);
  __m256i* row = registers(label_.get() + cell.first);
  for (std::uint32_t v = 0; v < cell.width / 16; ++v)
    _mm256_store_si256(row + v, _mm256_min_epu16(_mm256_load_si256(row + v), _mm256_adds_epu16(way, _mm256_load_si256(from + v))));
  leave(c, edge_of(cell));
}

// Out of a cell by the streets of these junctions at its edge.
inline void CellSearcher::leave(std::uint32_t c, std::uint64_t junctions) {
  const std::uint32_t first = cells_->cell_[c].first;
  for (; junctions != 0; junctions &= junctions - 1) {
    const std::uint32_t at = first + static_cast<std::uint32_t>(std::countr_zero(junctions));
    const std::uint32_t label = label_[at];
    if (label > bound_) continue;
    for (std::uint32_t i = cells_->way_start_[at]; i < cells_->way_start_[at + 1]; ++i) {
      const Cells::WayOut& way = cells_->way_[i];
      const std::uint32_t time = label + way.time;
      if (time > bound_ || time >= label_[way.to]) continue;
      label_[way.to] = static_cast<std::uint16_t>(time);
      await(way.cell, way.to - cells_->cell_[way.cell].first, static_cast<std::uint16_t>(time));
    }
  }
}

// A junction at the edge of a cell has a better label: the cell is to be visited, by the least of these.
inline void CellSearcher::await(std::uint32_t c, std::uint32_t junction, std::uint16_t time) {
  reach(c);
  waiting_[c] |= 1ull << junction;
  if (time >= least_[c]) return;
  const std::size_t goes = time >> shift;
  const bool there = least_[c] != far && least_[c] >> shift == goes;
  least_[c] = time;
  if (there) return;
  if (pool_count_ == pool_.size()) pool_.resize(2 * pool_.size());
  pool_[pool_count_] = {c, (filled_ >> goes & 1) != 0 ? bucket_[goes] : none};
  bucket_[goes] = static_cast<std::uint32_t>(pool_count_++);
  filled_ |= 1ull << goes;
}

inline void CellSearcher::reach(std::uint32_t c) {
  if (seen_[c] != run_) seen_[c] = run_, reached_.push_back(c);
}

TX_VECTORS void CellSearcher::spread() {
  while (filled_ != 0) {
    const auto goes = static_cast<std::size_t>(std::countr_zero(filled_));
    const std::uint32_t head = bucket_[goes];
    if (head == none) {
      filled_ &= ~(1ull << goes);
      continue;
    }
    const std::uint32_t c = pool_[head].cell;
    bucket_[goes] = pool_[head].next;
    if (least_[c] == far) continue;          // visited already, from an earlier bucket
    least_[c] = far;
    visit(c, std::exchange(waiting_[c], 0));
  }
  gather();
}

// The cell's labels by the ways from these junctions at its edge; then out of it from all that became better.
TX_VECTORS void CellSearcher::visit(std::uint32_t c, std::uint64_t junctions) {
  constexpr std::size_t most = (cell_most + 15) / 16;
  const Cells::Cell& cell = cells_->cell_[c];
  const std::size_t vectors = cell.width / 16;
  __m256i* row = registers(label_.get() + cell.first);
  __m256i now[most];
  for (std::size_t v = 0; v < vectors; ++v) now[v] = _mm256_load_si256(row + v);
  std::uint64_t better = junctions;
  for (; junctions != 0; junctions &= junctions - 1) {
    const auto k = static_cast<std::uint32_t>(std::countr_zero(junctions));
    const __m256i way = _mm256_set1_epi16(static_cast<short>(label_[cell.first + k]));
    const __m256i* from = registers(cells_->table_.get() + cell.table + std::size_t{k} * cell.width);
    for (std::size_t v = 0; v < vectors; ++v) now[v] = _mm256_min_epu16(now[v], _mm256_adds_epu16(way, _mm256_load_si256(from + v)));
  }
  for (std::size_t v = 0; v < (cell.edge + 15) / 16; ++v)
    better |= std::uint64_t{bits_of(_mm256_cmpeq_epi16(now[v], _mm256_load_si256(row + v))) ^ 0xFFFFu} << (16 * v);
  for (std::size_t v = 0; v < vectors; ++v) _mm256_store_si256(row + v, now[v]);
  leave(c, better & edge_of(cell));
}

// Which junctions were reached within the bound, and when.
TX_VECTORS void CellSearcher::gather() {
  const __m256i bound = _mm256_set1_epi32(bound_);
  for (const std::uint32_t c : reached_) {
    const Cells::Cell& cell = cells_->cell_[c];
    if (touched_.size() < touched_count_ + cell.width) touched_.resize(2 * (touched_count_ + cell.width)), times_.resize(touched_.size());
    const std::uint16_t* label = label_.get() + cell.first;
    const std::uint32_t* junction = cells_->junction_.data() + cell.first;
    for (std::uint32_t k = 0; k < cell.width; k += 8) {
      const __m256i times = _mm256_cvtepu16_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(label + k)));
      const auto late = static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(times, bound))));
      const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(forward[late ^ 0xFFu].data())));
      const __m256i names = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(junction + k));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(touched_.data() + touched_count_), _mm256_permutevar8x32_epi32(names, order));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(times_.data() + touched_count_), _mm256_permutevar8x32_epi32(times, order));
      touched_count_ += static_cast<std::size_t>(8 - std::popcount(late));
    }
  }
}

#else

bool cells_work() { return false; }
Cells::Cells(const Graph& graph, bool) : place_(graph.junctions()) {}
std::size_t Cells::bytes() const { return 0; }
CellSearcher::CellSearcher(const Graph& graph, std::shared_ptr<const Cells> cells, bool reversed)
    : graph_(graph), cells_(std::move(cells)), reversed_(reversed) {
  TX_ASSERT(false);
}
void CellSearcher::run(const Place&, Units) {}
void CellSearcher::run_from_junction(std::uint32_t, Units) {}

#endif

}  // namespace tx::streets
