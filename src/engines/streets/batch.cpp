// Many searches at once. A junction's label is a row of 16-bit times, one lane a search; an arc is one addition and one minimum
// for all of them. The queue is keyed by the smallest lane that improved since the junction was last passed on. Rows
// start at bound + 1, so the minimum itself drops whatever lies beyond the bound, and saturating additions cannot wrap.
// Only functions marked here use AVX2, and only after batches_work() said that they may.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engines/streets/search.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TX_LANES __attribute__((target("avx2")))
#endif

namespace tx::streets {

#if defined(__x86_64__)

namespace {
std::uint16_t short_time(Units time) { return static_cast<std::uint16_t>(time > 0xFFFF ? 0xFFFF : time); }
}  // namespace

bool batches_work() {
  static const bool work = __builtin_cpu_supports("avx2");
  return work;
}

Batch::Batch(const Graph& graph, bool reversed, Units bound)
    : graph_(graph), arcs_(graph.arcs(reversed)), reversed_(reversed), bound_(static_cast<std::uint16_t>(bound)),
      pending_(graph.junctions(), 0xFFFF), touched_(graph.junctions()), pool_(1024),
      bucket_((bound >> 4) + 1, none), filled_(((bound >> 4) + 64) / 64, 0) {
  TX_ASSERT(bound <= batch_limit);
  const std::size_t bytes = std::max<std::size_t>(1, graph.junctions()) * lanes * sizeof(std::uint16_t);
  label_ = static_cast<std::uint16_t*>(std::aligned_alloc(64, bytes));
  if (!label_) throw std::bad_alloc();
  std::fill_n(label_, std::size_t{graph.junctions()} * lanes, static_cast<std::uint16_t>(bound_ + 1));
}

Batch::~Batch() { std::free(label_); }

void Batch::begin() {
  for (const std::uint32_t junction : touched())
    std::fill_n(label_ + std::size_t{junction} * lanes, lanes, static_cast<std::uint16_t>(bound_ + 1));
  touched_count_ = pool_count_ = 0;
}

void Batch::seed_junction(std::size_t lane, std::uint32_t junction, Units time) {
  if (time > bound_) return;
  std::uint16_t* row = label_ + std::size_t{junction} * lanes;
  if (std::all_of(row, row + lanes, [&](std::uint16_t one) { return one == bound_ + 1; }))
    touched_[touched_count_++] = junction;
  const auto value = static_cast<std::uint16_t>(time);
  row[lane] = std::min(row[lane], value);
  if (value >= pending_[junction]) return;
  pending_[junction] = value;
  const std::size_t bucket = value >> 4;
  filled_[bucket / 64] |= 1ull << (bucket % 64);
  if (pool_.size() <= pool_count_) pool_.resize(pool_.size() * 2);
  pool_[pool_count_] = {junction, bucket_[bucket]};
  bucket_[bucket] = static_cast<std::uint32_t>(pool_count_++);
}

void Batch::seed(std::size_t lane, const Place& site) {
  if (!site.placed()) return;
  const Ends start = ends(graph_, site, !reversed_);
  seed_junction(lane, graph_.edge[site.edge].a, start.a);
  seed_junction(lane, graph_.edge[site.edge].b, start.b);
}

void Batch::run() { spread(); }

namespace {

constexpr std::size_t vectors = lanes / 16;  // a row is this many registers

TX_LANES inline bool all_set(__m256i mask) { return _mm256_testc_si256(mask, _mm256_set1_epi16(-1)) != 0; }
TX_LANES inline std::uint16_t least_of(__m256i times) {
  const __m128i half = _mm_min_epu16(_mm256_castsi256_si128(times), _mm256_extracti128_si256(times, 1));
  return static_cast<std::uint16_t>(_mm_extract_epi16(_mm_minpos_epu16(half), 0));
}

// What an arc did to the row it leads to.
struct Change { bool better, first; std::uint16_t least; };

// row + time into the row at `place`. least: smallest lane that became better.
TX_LANES inline Change pass_on(const __m256i* row, std::uint16_t time, __m256i* place, __m256i fresh) {
  const __m256i way = _mm256_set1_epi16(static_cast<short>(time));
  __m256i old[vectors], now[vectors], same[vectors];
  __m256i unchanged = _mm256_set1_epi16(-1), untouched = unchanged, better = unchanged;
  for (std::size_t v = 0; v < vectors; ++v) {
    old[v] = _mm256_load_si256(place + v);
    now[v] = _mm256_min_epu16(old[v], _mm256_adds_epu16(row[v], way));
    same[v] = _mm256_cmpeq_epi16(now[v], old[v]);
    unchanged = _mm256_and_si256(unchanged, same[v]);
  }
  if (all_set(unchanged)) return {false, false, 0};
  for (std::size_t v = 0; v < vectors; ++v) {
    _mm256_store_si256(place + v, now[v]);
    untouched = _mm256_and_si256(untouched, _mm256_cmpeq_epi16(old[v], fresh));
    better = _mm256_min_epu16(better, _mm256_or_si256(now[v], same[v]));
  }
  return {true, all_set(untouched), least_of(better)};
}

}  // namespace

TX_LANES void Batch::spread() {
  std::uint16_t* const label = label_;
  std::uint16_t* const pending = pending_.data();
  std::uint32_t* const touched = touched_.data();
  std::uint32_t* const bucket = bucket_.data();
  std::uint64_t* const filled = filled_.data();
  const std::uint32_t* const start = arcs_.start.data();
  const Arc* const arcs = arcs_.arc.data();
  Entry* pool = pool_.data();
  std::size_t pool_count = pool_count_, room = pool_.size(), touched_count = touched_count_;
  const __m256i fresh = _mm256_set1_epi16(static_cast<short>(bound_ + 1));
  const std::size_t words = filled_.size();
  for (std::size_t word = 0; word < words; ++word) {
    while (filled[word] != 0) {
      const int bit = std::countr_zero(filled[word]);
      const std::size_t at = word * 64 + static_cast<std::size_t>(bit);
      const std::uint32_t head = bucket[at];
      if (head == none) {
        filled[word] &= ~(1ull << bit);
        continue;
      }
      const std::uint32_t u = pool[head].junction;
      bucket[at] = pool[head].next;
      if (pending[u] == 0xFFFF) continue;   // passed on already, from an earlier bucket
      pending[u] = 0xFFFF;
      __m256i row[vectors];
      for (std::size_t v = 0; v < vectors; ++v)
        row[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(label + std::size_t{u} * lanes) + v);
      for (std::uint32_t i = start[u]; i < start[u + 1]; ++i) {
        const std::uint32_t to = arcs[i].to & ~dead_end;
        const Change change = pass_on(row, short_time(arcs[i].time),
                                      reinterpret_cast<__m256i*>(label + std::size_t{to} * lanes), fresh);
        if (!change.better) continue;
        if (change.first) touched[touched_count++] = to;
        if ((arcs[i].to & dead_end) || change.least >= pending[to]) continue;
        const std::size_t goes = change.least >> 4;
        const bool waiting = pending[to] != 0xFFFF && pending[to] >> 4 == goes;
        pending[to] = change.least;
        if (waiting) continue;              // already in this bucket
        if (pool_count == room) {
          pool_.resize(room = room * 2);
          pool = pool_.data();
        }
        pool[pool_count] = {to, bucket[goes]};
        bucket[goes] = static_cast<std::uint32_t>(pool_count++);
        filled[goes / 64] |= 1ull << (goes % 64);
      }
    }
  }
  touched_count_ = touched_count;
  pool_count_ = pool_count;
}

namespace {

// One register of a demand's times: the shorter way from the two ends of its edge.
TX_LANES inline __m256i lane_times(const std::uint16_t* at_a, const std::uint16_t* at_b, Units to_a, Units to_b) {
  const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(at_a));
  const __m256i b = _mm256_load_si256(reinterpret_cast<const __m256i*>(at_b));
  return _mm256_min_epu16(_mm256_adds_epu16(a, _mm256_set1_epi16(static_cast<short>(short_time(to_a)))),
                          _mm256_adds_epu16(b, _mm256_set1_epi16(static_cast<short>(short_time(to_b)))));
}

TX_LANES inline __m256i within_bound(__m256i times, std::uint16_t bound) {
  return _mm256_cmpeq_epi16(_mm256_min_epu16(times, _mm256_set1_epi16(static_cast<short>(bound))), times);
}

}  // namespace

TX_LANES std::uint32_t batch_times(const std::uint16_t* at_a, const std::uint16_t* at_b, Units to_a, Units to_b,
                                   std::uint16_t bound, std::uint16_t* out) {
  std::uint32_t reached = 0;
  for (std::size_t v = 0; v < vectors; ++v) {
    const __m256i times = lane_times(at_a + v * 16, at_b + v * 16, to_a, to_b);
    const __m256i within = within_bound(times, bound);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out) + v, times);
    const __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(within), _mm256_extracti128_si256(within, 1));
    reached |= static_cast<std::uint32_t>(_mm_movemask_epi8(packed)) << (v * 16);
  }
  return reached;
}

TX_LANES void batch_add(const std::uint16_t* at_a, const std::uint16_t* at_b, Units to_a, Units to_b,
                        std::uint16_t bound, std::uint32_t people, std::uint32_t* sums) {
  const __m256i weight = _mm256_set1_epi32(static_cast<int>(people));
  for (std::size_t v = 0; v < vectors; ++v) {
    const __m256i within = within_bound(lane_times(at_a + v * 16, at_b + v * 16, to_a, to_b), bound);
    auto* low = reinterpret_cast<__m256i*>(sums) + 2 * v;
    const __m256i low_mask = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(within));
    const __m256i high_mask = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(within, 1));
    _mm256_storeu_si256(low, _mm256_add_epi32(_mm256_loadu_si256(low), _mm256_and_si256(weight, low_mask)));
    _mm256_storeu_si256(low + 1, _mm256_add_epi32(_mm256_loadu_si256(low + 1), _mm256_and_si256(weight, high_mask)));
  }
}

#else

bool batches_work() { return false; }
Batch::Batch(const Graph& graph, bool reversed, Units bound)
    : graph_(graph), arcs_(graph.arcs(reversed)), reversed_(reversed), bound_(static_cast<std::uint16_t>(bound)) {}
Batch::~Batch() = default;
void Batch::begin() {}
void Batch::seed(std::size_t, const Place&) {}
void Batch::seed_junction(std::size_t, std::uint32_t, Units) {}
void Batch::run() { TX_ASSERT(false); }
void Batch::spread() {}
std::uint32_t batch_times(const std::uint16_t*, const std::uint16_t*, Units, Units, std::uint16_t, std::uint16_t*) {
  return 0;
}
void batch_add(const std::uint16_t*, const std::uint16_t*, Units, Units, std::uint16_t, std::uint32_t, std::uint32_t*) {}

#endif

}  // namespace tx::streets
