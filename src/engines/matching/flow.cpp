// Successive shortest paths. Every seat, one after another, takes the cheapest alternating path to a person with room, or to
// a seat (perhaps its own) that is worth least and gives up. Lists are heaviest first and prices are never negative, so a
// list is read only as far as its next arc could still matter.
#include <algorithm>

#include "engines/matching/graph.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kNone = ~0u;

class Paths {
 public:
  explicit Paths(const Graph& graph)
      : graph_(graph), slots_(static_cast<std::uint32_t>(graph.slots.size())), distance_(slots_ + graph.people), stamp_(slots_ + graph.people, 0),
        by_(slots_ + graph.people, kNone), head_(graph.people, kNone), next_(graph.arcs(), kNone), load_(graph.people, 0),
        filled_(slots_, 0), held_(graph.arcs(), 0) {
    flow_.slot_price.assign(slots_, 0);
    flow_.person_price.assign(graph.people, 0);
  }

  Flow run() {
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      std::int64_t price = 0;
      for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] > price; ++arc)
        price = std::max(price, graph_.weight[arc] - flow_.person_price[graph_.who[arc]]);
      flow_.slot_price[slot] = price;
      for (int seat = 0; seat < graph_.slots[slot].heads && flow_.slot_price[slot] > 0; ++seat) augment(slot);
    }
    for (std::uint32_t arc = 0; arc < held_.size(); ++arc)
      if (held_[arc]) {
        flow_.arcs.push_back(arc);
        flow_.value += graph_.weight[arc];
      }
    return std::move(flow_);
  }

 private:
  struct Entry {
    std::int64_t distance;
    std::uint32_t node;
    bool operator<(const Entry& other) const { return distance > other.distance; }
  };

  void reach(std::uint32_t node, std::int64_t distance, std::uint32_t arc) {
    if (distance >= end_distance_ || (stamp_[node] == round_ && distance_[node] <= distance)) return;
    stamp_[node] = round_;
    distance_[node] = distance;
    by_[node] = arc;
    heap_.push_back({distance, node});
    std::push_heap(heap_.begin(), heap_.end());
  }

  void augment(std::uint32_t start) {
    auto &slot_price = flow_.slot_price, &person_price = flow_.person_price;
    ++round_;
    heap_.clear();
    done_.clear();
    end_distance_ = slot_price[start];   // giving up at once
    std::uint32_t end = start;
    stamp_[start] = round_;
    distance_[start] = 0;
    by_[start] = kNone;
    heap_.push_back({0, start});
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const auto [distance, node] = heap_.back();
      heap_.pop_back();
      if (distance >= end_distance_) break;
      if (distance != distance_[node] || stamp_[node] != round_) continue;
      done_.push_back(node);
      if (node < slots_) {
        const auto base = distance + slot_price[node];
        if (base < end_distance_) {
          end_distance_ = base;
          end = node;
        }
        for (auto arc = graph_.first[node]; arc < graph_.first[node + 1] && base - graph_.weight[arc] < end_distance_; ++arc) {
          if (held_[arc]) continue;
          const auto person = graph_.who[arc];
          const auto to = base + person_price[person] - graph_.weight[arc];
          if (to >= end_distance_) continue;
          reach(slots_ + person, to, arc);
          if (load_[person] < most(person)) {   // its price is zero
            end_distance_ = to;
            end = slots_ + person;
          }
        }
      } else {
        const auto person = node - slots_;
        for (auto arc = head_[person]; arc != kNone; arc = next_[arc])
          reach(graph_.slot_of[arc], distance + graph_.weight[arc] - slot_price[graph_.slot_of[arc]] - person_price[person], arc);
      }
    }
    for (const auto node : done_) {
      const auto change = end_distance_ - distance_[node];
      if (change <= 0) continue;
      if (node < slots_) slot_price[node] -= change;
      else person_price[node - slots_] += change;
    }
    // Swap the arcs along the path, from its end.
    if (end < slots_) {
      if (end == start) return;
      --filled_[end];
    } else {
      ++load_[end - slots_];
    }
    for (auto node = end; node != start;) {
      const auto arc = by_[node];
      if (node < slots_) {            // the slot lets this person go
        unlink(arc);
        node = slots_ + graph_.who[arc];
      } else {                        // the slot takes this person
        link(arc);
        node = graph_.slot_of[arc];
      }
    }
    ++filled_[start];
  }

  int most(std::uint32_t person) const { return graph_.most.empty() ? 1 : graph_.most[person]; }
  void link(std::uint32_t arc) {
    held_[arc] = 1;
    next_[arc] = head_[graph_.who[arc]];
    head_[graph_.who[arc]] = arc;
  }
  void unlink(std::uint32_t arc) {
    held_[arc] = 0;
    auto* at = &head_[graph_.who[arc]];
    while (*at != arc) at = &next_[*at];
    *at = next_[arc];
  }

  const Graph& graph_;
  const std::uint32_t slots_;
  Flow flow_;
  std::vector<std::int64_t> distance_;
  std::vector<std::uint32_t> stamp_, by_, head_, next_;
  std::vector<std::int32_t> load_, filled_;
  std::vector<std::uint8_t> held_;
  std::vector<Entry> heap_;
  std::vector<std::uint32_t> done_;
  std::uint32_t round_ = 0;
  std::int64_t end_distance_ = 0;
};

}  // namespace

Flow flow_core(const Graph& graph) { return Paths(graph).run(); }

bool proves(const Graph& graph, const Flow& flow) {
  std::vector<std::uint8_t> held(graph.arcs(), 0);
  std::vector<int> filled(graph.slots.size(), 0), load(graph.people, 0);
  std::int64_t value = 0, duals = 0;
  for (const auto arc : flow.arcs) {
    held[arc] = 1;
    ++filled[graph.slot_of[arc]];
    ++load[graph.who[arc]];
    value += graph.weight[arc];
  }
  for (std::uint32_t arc = 0; arc < graph.arcs(); ++arc) {
    const auto left = graph.weight[arc] - flow.slot_price[graph.slot_of[arc]] - flow.person_price[graph.who[arc]];
    if (held[arc] ? left < 0 : left > 0) return false;
    if (held[arc]) duals += left;
  }
  for (std::size_t s = 0; s < graph.slots.size(); ++s) {
    if (flow.slot_price[s] < 0 || filled[s] > graph.slots[s].heads) return false;
    duals += flow.slot_price[s] * graph.slots[s].heads;
  }
  for (std::uint32_t v = 0; v < graph.people; ++v) {
    const int most = graph.most.empty() ? 1 : graph.most[v];
    if (flow.person_price[v] < 0 || load[v] > most) return false;
    duals += flow.person_price[v] * most;
  }
  return value == flow.value && duals == value;
}

}  // namespace tx::matching
