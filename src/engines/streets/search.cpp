// The plain bounded search: buckets of 12.8 seconds and more, labels corrected inside a bucket, one bit for each bucket.
#include "engines/streets/search.h"

#include <algorithm>
#include <bit>

namespace tx::streets {
namespace {

Units plus(Units a, Units b) { return a == never || b == never ? never : a + std::min(b, never - 1 - a); }

const Graph::Closure* closure_of(const Graph& graph, std::uint32_t edge) {
  if (graph.closed.empty()) return nullptr;
  const auto found = std::lower_bound(graph.closed.begin(), graph.closed.end(), edge,
                                      [](const Graph::Closure& one, std::uint32_t e) { return one.edge < e; });
  return found != graph.closed.end() && found->edge == edge ? &*found : nullptr;
}

}  // namespace

Ends ends(const Graph& graph, const Place& place, bool leaving) {
  if (!place.placed()) return {};
  const Edge& edge = graph.edge[place.edge];
  Ends ends;
  // Who stands at the very end of an edge stands on the junction, one-way street or not.
  if (place.offset == 0 || (edge.may & (leaving ? back : ahead))) ends.a = plus(place.offset, place.leg);
  if (place.offset == edge.time || (edge.may & (leaving ? ahead : back)))
    ends.b = plus(edge.time - place.offset, place.leg);
  if (const auto* closure = closure_of(graph, place.edge)) {
    if (place.offset <= closure->to) ends.b = never;
    if (place.offset >= closure->from) ends.a = never;
  }
  return ends;
}

Units direct(const Graph& graph, const Place& from, const Place& to) {
  if (!from.placed() || from.edge != to.edge) return never;
  const std::uint8_t needed = from.offset < to.offset ? ahead : from.offset > to.offset ? back : 0;
  if ((graph.edge[from.edge].may & needed) != needed) return never;
  if (const auto* closure = closure_of(graph, from.edge)) {
    const auto [low, high] = std::minmax({from.offset, to.offset});
    if (low <= closure->to && high >= closure->from) return never;
  }
  return plus(plus(from.leg, to.leg), std::max(from.offset, to.offset) - std::min(from.offset, to.offset));
}

Searcher::Searcher(const Graph& graph, bool reversed)
    : graph_(graph), arcs_(graph.arcs(reversed)), reversed_(reversed), label_(graph.junctions(), never) {}

void Searcher::push(std::uint32_t junction, Units label) {
  if (pool_count_ == pool_.size()) pool_.resize(std::max<std::size_t>(1024, pool_.size() * 2));
  const std::size_t bucket = label >> shift_;
  std::uint64_t& word = filled_.data()[bucket / 64];
  const std::uint64_t bit = 1ull << (bucket % 64);
  std::uint32_t& first = bucket_.data()[bucket];
  pool_.data()[pool_count_] = {junction, label, (word & bit) != 0 ? first : none};
  word |= bit;
  first = static_cast<std::uint32_t>(pool_count_++);
}

void Searcher::seed(std::uint32_t junction, Units label, Units bound) {
  if (label > bound || label >= label_[junction]) return;
  if (label_[junction] == never) touched_.push_back(junction);
  label_[junction] = label;
  push(junction, label);
}

void Searcher::begin(Units bound) {
  for (const std::uint32_t junction : touched_) label_[junction] = never;
  touched_.clear();
  pool_count_ = 0;
  shift_ = 7;                                // 6: a tenth slower, 8: the same
  while (bound >> shift_ >= 65'536) ++shift_;
  const std::size_t buckets = (bound >> shift_) + 1;
  bucket_.resize(std::max(bucket_.size(), buckets));
  filled_.assign((buckets + 63) / 64, 0);
}

void Searcher::run(const Place& site, Units bound) { run_to(site, bound, {}); }

void Searcher::run_to(const Place& site, Units bound, std::span<const std::uint32_t> until) {
  bound = std::min(bound, never - 1);
  begin(bound);
  if (!site.placed()) return;
  const Ends start = ends(graph_, site, !reversed_);
  const Edge& edge = graph_.edge[site.edge];
  seed(edge.a, start.a, bound);
  seed(edge.b, start.b, bound);
  spread(bound, until);
}

void Searcher::run_from_junction(std::uint32_t junction, Units bound) {
  bound = std::min(bound, never - 1);
  begin(bound);
  seed(junction, 0, bound);
  spread(bound, {});
}

void Searcher::spread(Units bound, std::span<const std::uint32_t> until) {
  Units* const label = label_.data();
  const std::uint32_t* const start = arcs_.start.data();
  const Arc* const arcs = arcs_.arc.data();
  std::uint32_t* const first = bucket_.data();
  std::uint64_t* const filled = filled_.data();
  const std::size_t words = filled_.size();
  const int shift = shift_;
  Entry* pool = pool_.data();
  std::size_t count = pool_count_;
  for (std::size_t word = 0; word < words; ++word) {
    while (filled[word] != 0) {
      const std::size_t bucket = word * 64 + static_cast<std::size_t>(std::countr_zero(filled[word]));
      if (!until.empty()) {
        const Units least = static_cast<Units>(bucket << shift_);
        if (std::all_of(until.begin(), until.end(), [&](std::uint32_t j) { return label[j] < least; })) return;
      }
      while (first[bucket] != none) {
        const Entry entry = pool[first[bucket]];
        first[bucket] = entry.next;
        if (label[entry.junction] != entry.label) continue;
        const std::uint32_t end = start[entry.junction + 1];
        if (count + (end - start[entry.junction]) > pool_.size()) {
          pool_.resize(std::max<std::size_t>(1024, pool_.size() * 2 + end - start[entry.junction]));
          pool = pool_.data();
        }
        for (std::uint32_t i = start[entry.junction]; i < end; ++i) {
          const std::uint32_t to = arcs[i].to & ~dead_end;
          const std::uint64_t time = std::uint64_t{entry.label} + arcs[i].time;
          const Units old = label[to];
          if (time >= old || time > bound) continue;
          if (old == never) touched_.push_back(to);
          label[to] = static_cast<Units>(time);
          if ((arcs[i].to & dead_end) != 0) continue;
          __builtin_prefetch(arcs + start[to]);      // it is looked at soon: 5 % of the whole search
          const std::size_t at = static_cast<Units>(time) >> shift;
          std::uint64_t& bits = filled[at / 64];
          const std::uint64_t bit = 1ull << (at % 64);
          pool[count] = {to, static_cast<Units>(time), (bits & bit) != 0 ? first[at] : none};
          bits |= bit;
          first[at] = static_cast<std::uint32_t>(count++);
        }
      }
      filled[word] &= ~(1ull << (bucket % 64));
    }
  }
}

}  // namespace tx::streets
