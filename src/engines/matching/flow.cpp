// Successive shortest paths. Every seat, one after another, takes the cheapest alternating path to a person with room, or to
// a seat (perhaps its own) that is worth least and gives up. Lists are heaviest first and prices are never negative, so a
// list is read only as far as its next arc could still matter. Where people are scarce the paths grow long, so auctions bring
// nearly all to their places and paths finish what is left.
#include <algorithm>
#include <limits>

#include "engines/matching/graph.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kNone = ~0u;

class Paths {
 public:
  Paths(const Graph& graph, unsigned patience)
      : graph_(graph), slots_(static_cast<std::uint32_t>(graph.slots.size())), distance_(slots_ + graph.people), stamp_(slots_ + graph.people, 0),
        by_(slots_ + graph.people, kNone), head_(graph.people, kNone), next_(graph.arcs(), kNone), load_(graph.people, 0),
        filled_(slots_, 0), held_(graph.arcs(), 0), patience_(patience) {
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
      spent_ += done_.size();   // nothing more where the list had no price
      done_.clear();
      if (graph_.most.empty() && spent_ > patience_ * (slot + std::uint64_t{100})) {
        bargain();
        break;
      }
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
          if (load_[person] < most(person)) {
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

  // For everybody else at once, where each person takes one slot: auctions in which a seat, or a person, may be worse off by a
  // margin than it could be, from an eighth of the largest weight down to one; what the last margin left wrong is let go, and
  // shortest paths, few and short by then, make the plan exact.
  void bargain() {
    std::int64_t margin = 8;
    for (const auto weight : graph_.weight) margin = std::max<std::int64_t>(margin, weight);
    for (margin /= 8; margin > 0; margin /= 4) {
      let_go(margin);
      seats_bid(margin);
      people_bid(margin);
    }
    let_go(0);
    for (std::uint32_t slot = 0; slot < slots_; ++slot)
      while (filled_[slot] < graph_.slots[slot].heads && flow_.slot_price[slot] > 0) augment(slot);
    for (std::uint32_t person = 0; person < graph_.people; ++person)
      if (!load_[person] && flow_.person_price[person] > 0) offer(person);
  }

  std::int64_t left(std::uint32_t arc) const { return graph_.weight[arc] - flow_.person_price[graph_.who[arc]]; }

  // Every slot is priced at the best of what it does not hold and lets go what is worse than that by more than the margin.
  void let_go(std::int64_t margin) {
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      std::int64_t price = 0;
      for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] > price; ++arc)
        if (!held_[arc]) price = std::max(price, left(arc));
      flow_.slot_price[slot] = price;
      for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
        if (!held_[arc] || left(arc) >= price - margin) continue;
        unlink(arc);
        --filled_[slot];
        load_[graph_.who[arc]] = 0;
      }
    }
  }

  // Every empty seat bids for the person that leaves it most, up to where the second choice is as good and the margin more.
  // The seat that is outbid bids again. Prices of people only rise.
  void seats_bid(std::int64_t margin) {
    std::vector<std::uint32_t> bidders;
    for (auto slot = slots_; slot-- > 0;)
      if (filled_[slot] < graph_.slots[slot].heads) bidders.push_back(slot);
    while (!bidders.empty()) {
      const auto slot = bidders.back();
      bidders.pop_back();
      while (filled_[slot] < graph_.slots[slot].heads) {
        std::int64_t best = 0, second = 0;
        std::uint32_t take = kNone;
        for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] > second; ++arc) {
          const auto worth = left(arc);
          if (worth <= second || held_[arc]) continue;
          if (worth > best) second = best, best = worth, take = arc;
          else second = worth;
        }
        if (take == kNone) break;
        const auto person = graph_.who[take];
        if (load_[person]) {
          const auto out = head_[person];
          unlink(out);
          --filled_[graph_.slot_of[out]];
          bidders.push_back(graph_.slot_of[out]);
        }
        link(take);
        ++filled_[slot];
        load_[person] = 1;
        flow_.person_price[person] += best - second + margin;
      }
    }
  }

  // What a slot's next person must beat: nothing where a seat is empty, else what its worst one (`out`) leaves.
  std::int64_t least(std::uint32_t slot, std::uint32_t& out) const {
    out = kNone;
    if (filled_[slot] < graph_.slots[slot].heads) return 0;
    auto price = std::numeric_limits<std::int64_t>::max();
    for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
      if (held_[arc] && left(arc) < price) price = left(arc), out = arc;
    return price;
  }

  // The mirror: whoever was let go, is still free and has a price lowers it to where the second choice among the slots is as
  // good, and the margin less. Whoever is pushed out goes on. Without it those few stay too dear and the paths grow long.
  void people_bid(std::int64_t margin) {
    auto &slot_price = flow_.slot_price, &person_price = flow_.person_price;
    std::uint32_t out = kNone;
    std::vector<std::uint32_t> bidders;
    for (std::uint32_t person = 0; person < graph_.people; ++person)
      if (!load_[person] && person_price[person] > 0) bidders.push_back(person);
    if (bidders.empty()) return;
    for (std::uint32_t slot = 0; slot < slots_; ++slot) slot_price[slot] = least(slot, out);
    while (!bidders.empty()) {
      const auto person = bidders.back();
      bidders.pop_back();
      std::int64_t best = 0, second = 0;
      const Graph::Offer* take = nullptr;
      for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place) {
        const auto& offer = graph_.offers[place];
        const auto worth = offer.weight - slot_price[offer.slot];
        if (worth <= second) continue;
        if (worth > best) second = best, best = worth, take = &offer;
        else second = worth;
      }
      person_price[person] = std::max<std::int64_t>(0, second - margin);
      if (!take) continue;
      least(take->slot, out);
      if (out == kNone) {
        ++filled_[take->slot];
      } else {
        unlink(out);
        load_[graph_.who[out]] = 0;
        if (person_price[graph_.who[out]] > 0) bidders.push_back(graph_.who[out]);
      }
      link(take->arc);
      load_[person] = 1;
      slot_price[take->slot] = least(take->slot, out);
    }
  }

  // The mirror of augment: a free person whose price is not zero takes the cheapest alternating path to an empty seat, or to a
  // person (perhaps the same) whose price falls to zero.
  void offer(std::uint32_t start) {
    auto &slot_price = flow_.slot_price, &person_price = flow_.person_price;
    ++round_;
    heap_.clear();
    done_.clear();
    end_distance_ = person_price[start];
    std::uint32_t end = start + slots_;
    stamp_[end] = round_;
    distance_[end] = 0;
    by_[end] = kNone;
    heap_.push_back({0, end});
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const auto [distance, node] = heap_.back();
      heap_.pop_back();
      if (distance >= end_distance_) break;
      if (distance != distance_[node] || stamp_[node] != round_) continue;
      done_.push_back(node);
      if (node < slots_) {
        for (auto arc = graph_.first[node]; arc < graph_.first[node + 1]; ++arc)
          if (held_[arc]) reach(slots_ + graph_.who[arc], distance + graph_.weight[arc] - slot_price[node] - person_price[graph_.who[arc]], arc);
      } else {
        const auto base = distance + person_price[node - slots_];
        if (base < end_distance_) {
          end_distance_ = base;
          end = node;
        }
        for (auto place = graph_.person_first[node - slots_]; place < graph_.person_first[node - slots_ + 1]; ++place) {
          const auto& [slot, weight, arc, day_room, week_room] = graph_.offers[place];
          const auto to = base + slot_price[slot] - weight;
          if (to >= end_distance_ || held_[arc]) continue;
          reach(slot, to, arc);
          if (filled_[slot] < graph_.slots[slot].heads) {
            end_distance_ = to;
            end = slot;
          }
        }
      }
    }
    for (const auto node : done_) {
      const auto change = end_distance_ - distance_[node];
      if (change <= 0) continue;
      if (node < slots_) slot_price[node] += change;
      else person_price[node - slots_] -= change;
    }
    if (end >= slots_) {
      if (end == slots_ + start) return;
      load_[end - slots_] = 0;
    } else {
      ++filled_[end];
    }
    for (auto node = end; node != slots_ + start;) {
      const auto arc = by_[node];
      if (node < slots_) {
        link(arc);
        node = slots_ + graph_.who[arc];
      } else {
        unlink(arc);
        node = graph_.slot_of[arc];
      }
    }
    load_[start] = 1;
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
  const std::uint64_t patience_;
  std::uint64_t spent_ = 0;   // nodes settled
  std::uint32_t round_ = 0;
  std::int64_t end_distance_ = 0;
};

}  // namespace

Flow flow_core(const Graph& graph, unsigned patience) { return Paths(graph, patience).run(); }

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
