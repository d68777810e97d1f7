#include "engines/matching/shake.h"

#include <algorithm>

namespace tx::matching {

Shake::Shake(const Graph& graph, Market& market, const Prices& prices, std::function<bool(std::uint32_t)> short_of)
    : graph_(graph), market_(market), prices_(prices), short_of_(std::move(short_of)), listed_(graph.people, 0) {
  market_.reprice(prices.all());
  for (std::uint32_t person = 0; person < graph.people; ++person) look(person);
}

void Shake::look(std::uint32_t person) {
  if (listed_[person] || prices_.profit(person) <= market_.profit(person, prices_.all())) return;
  listed_[person] = 1;
  losers_.push_back(person);
}

void Shake::forget() {
  for (const auto person : losers_) listed_[person] = 0;
  losers_.clear();
}

void Shake::look(const std::vector<std::uint32_t>& arcs) {
  for (const auto arc : arcs) {
    if (market_.held(arc)) market_.reprice(arc, prices_.all());
    look(graph_.who[arc]);
  }
}

void Shake::settle(std::vector<std::uint32_t> slots) {
  for (int round = 0; round < 8; ++round) {
    bool any = false;
    for (const auto slot : slots)
      if (short_of_(slot) && !market_.holds_told(slot)) {
        market_.close(slot);
        any = true;
      }
    if (!any) return;
    if (round < 7) market_.improve(slots);
    slots = market_.touched();
  }
}

std::vector<std::uint32_t> Shake::short_where_told() const {
  auto slots = market_.touched();
  std::erase_if(slots, [this](auto slot) { return !short_of_(slot) || !market_.holds_told(slot); });
  return slots;
}

std::int64_t Shake::round(unsigned share, std::vector<std::uint32_t>* changed) {
  market_.mark();
  const auto& prices = prices_.all();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < losers_.size(); ++i) {
    const auto person = losers_[i];
    if (prices_.profit(person) <= market_.profit(person, prices)) {
      listed_[person] = 0;
      continue;
    }
    losers_[kept++] = person;
    if (random_() % share) continue;
    for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place) {
      if (!prices_.wants(place)) continue;
      const auto& offer = graph_.offers[place];
      if (market_.closed(offer.slot)) market_.open(offer.slot);
      market_.force(offer.arc, static_cast<std::int32_t>(offer.weight - graph_.seats_of(person) * prices[offer.slot]) + 1, static_cast<std::uint32_t>(random_()));
    }
  }
  losers_.resize(kept);
  market_.run(1);
  auto slots = market_.touched();
  market_.improve(slots);
  settle(market_.touched());
  std::vector<std::uint32_t> moved;
  const auto gained = market_.keep_gains(moved, short_where_told());   // no gain is worth somebody's word
  look(moved);
  if (changed) changed->insert(changed->end(), moved.begin(), moved.end());
  return gained;
}

}  // namespace tx::matching
