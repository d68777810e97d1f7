#include "engines/matching/prices.h"

#include <algorithm>
#include <functional>

#include "engines/matching/parallel.h"

namespace tx::matching {

std::int64_t seats_worth(const Graph::SlotRow& slot, std::int64_t price) {
  return std::max<std::int64_t>(0, slot.bonus + (price >= 0 ? slot.heads * price : price));
}

Prices::Prices(const Graph& graph, std::vector<std::int64_t> prices)
    : graph_(graph), choice_(graph), prices_(std::move(prices)), profit_(graph.people, 0), wanted_(graph.slots.size(), 0),
      wants_(graph.arcs(), 0), away_(graph.people, 0) {
  for (std::uint32_t s = 0; s < prices_.size(); ++s) {
    prices_[s] = std::max(prices_[s], least(s));
    bound_ += seats_worth(graph.slots[s], prices_[s]);
  }
  const auto workers = workers_for(graph.people, 20'000);
  std::vector<std::int64_t> parts(workers, 0);
  in_parallel(workers, [&](std::size_t worker) {
    Choice choice(graph);
    std::vector<std::uint32_t> chosen;
    const auto from = graph.people * worker / workers, to = graph.people * (worker + 1) / workers;
    for (auto person = static_cast<std::uint32_t>(from); person < to; ++person) {
      chosen.clear();
      profit_[person] = choice.best(person, prices_, &chosen);
      parts[worker] += profit_[person];
      for (const auto place : chosen) wants_[place] = 1;
    }
  });
  for (const auto part : parts) bound_ += part;
  for (std::uint32_t person = 0; person < graph.people; ++person)
    for (auto place = graph.person_first[person]; profit_[person] && place < graph.person_first[person + 1]; ++place)
      if (wants_[place]) wanted_[graph.offers[place].slot] += graph.seats_of(person);
}

std::int64_t Prices::least(std::uint32_t slot) const {
  const auto& row = graph_.slots[slot];
  return row.floor > 0 ? row.floor : -static_cast<std::int64_t>(row.bonus);
}

void Prices::choose(std::uint32_t person) {
  if (away_[person]) return;
  chosen_.clear();
  const auto profit = choice_.best(person, prices_, &chosen_);
  bound_ += profit - profit_[person];
  profit_[person] = profit;
  const int seats = graph_.seats_of(person);
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place)
    if (wants_[place]) {
      wants_[place] = 0;
      wanted_[graph_.offers[place].slot] -= seats;
      touched_.push_back(graph_.offers[place].slot);
    }
  for (const auto place : chosen_) {
    wants_[place] = 1;
    wanted_[graph_.offers[place].slot] += seats;
    touched_.push_back(graph_.offers[place].slot);
  }
}

void Prices::leave(std::uint32_t person) {
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place)
    if (wants_[place]) {
      wants_[place] = 0;
      wanted_[graph_.offers[place].slot] -= graph_.seats_of(person);
    }
  bound_ -= profit_[person];
  profit_[person] = 0;
  away_[person] = 1;
}

void Prices::set(std::uint32_t slot, std::int64_t price) {
  const auto before = prices_[slot];
  if (price == before) return;
  bound_ += seats_worth(graph_.slots[slot], price) - seats_worth(graph_.slots[slot], before);
  prices_[slot] = price;
  const auto least_price = std::min(price, before);
  // A dearer slot concerns only those who want it; a cheaper one all who could gain by it.
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] > least_price; ++arc)
    if (price < before || wants_[graph_.place_of[arc]]) choose(graph_.who[arc]);
}

// Whether the slot's price could be better, all others staying.
bool Prices::amiss(std::uint32_t slot) const {
  const auto& row = graph_.slots[slot];
  const auto price = prices_[slot];
  const int wanted = wanted_[slot];
  if (price > 0) return wanted > row.heads || (wanted < row.heads && price > least(slot));
  if (row.bonus == 0) return wanted > row.heads;
  return price == 0 ? wanted > row.heads || wanted < 1 : wanted > 1 || (wanted < 1 && price > least(slot));
}

// All others staying, the bound is least anywhere between the price at which one seat too few is wanted and the one at
// which one too many is: in the middle both neighbours have room.
bool Prices::balance(std::uint32_t slot) {
  const auto& row = graph_.slots[slot];
  const auto bottom = least(slot);
  thresholds_.clear();   // the dearest price at which each would still want it, dearest first; so many as matter
  const auto heads = static_cast<std::size_t>(row.heads);
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
    const std::int64_t weight = graph_.weight[arc];
    const auto enough = thresholds_.size() > heads ? thresholds_[heads] : bottom;
    if (weight <= enough) break;
    const auto person = graph_.who[arc];
    if (away_[person]) continue;
    const auto place = graph_.place_of[arc];
    const std::int64_t seats = graph_.seats_of(person);
    const auto at = wants_[place] ? prices_[slot] + (profit_[person] - choice_.best(person, prices_, nullptr, Choice::kNone, place)) / seats
                                  : prices_[slot] - (profit_[person] - choice_.best(person, prices_, nullptr, place) + seats - 1) / seats;
    if (at <= enough) continue;
    for (std::int64_t k = 0; k < seats && thresholds_.size() < 4 * heads + 8; ++k)
      thresholds_.insert(std::upper_bound(thresholds_.begin(), thresholds_.end(), at, std::greater<>()), at);
  }
  const auto threshold = [&](std::size_t k) { return k < thresholds_.size() ? thresholds_[k] : bottom; };
  std::int64_t price = 0;
  if (threshold(heads - 1) > 0 || row.bonus == 0) {
    const auto high = std::max<std::int64_t>(threshold(heads - 1), std::max<std::int64_t>(bottom, 0)), low = std::max<std::int64_t>(threshold(heads), std::max<std::int64_t>(bottom, 0));
    price = low + (high - low) / 2;
    if (thresholds_.size() < heads) price = std::max<std::int64_t>(bottom, 0);
  } else if (threshold(0) < 0 || thresholds_.empty()) {
    price = bottom;
    if (!thresholds_.empty()) price = std::max(bottom, threshold(1)) + (threshold(0) - std::max(bottom, threshold(1))) / 2;
  }
  if (price == prices_[slot]) return false;
  const auto before = bound_;
  set(slot, price);
  return bound_ < before;
}

void Prices::balance(std::vector<std::uint32_t> slots, std::size_t looks) {
  std::vector<std::uint8_t> queued(graph_.slots.size(), 0);
  for (const auto slot : slots) queued[slot] = 1;
  for (std::size_t at = 0; at < slots.size() && at < looks; ++at) {
    const auto slot = slots[at];
    queued[slot] = 0;
    if (!amiss(slot)) continue;
    touched_.clear();
    balance(slot);
    for (const auto other : touched_)          // whoever chose anew may have left or crowded these
      if (!queued[other] && amiss(other)) {
        queued[other] = 1;
        slots.push_back(other);
      }
  }
}

void Prices::lower(std::int64_t value, int rounds, const std::function<bool(int)>& go_on) {
  std::vector<std::uint32_t> slots;
  for (int round = 0; round < rounds && bound_ > value && go_on(round); ++round) {
    slots.clear();
    for (std::uint32_t s = 0; s < graph_.slots.size(); ++s)
      if (amiss(s)) slots.push_back(s);
    const auto before = bound_;
    balance(slots, 8 * slots.size() + 1000);
    if ((before - bound_) * 1'000'000 <= bound_) break;
  }
}

std::int64_t bound_of(const Graph& graph, const std::vector<std::int64_t>& prices) {
  Choice choice(graph);
  std::int64_t bound = 0;
  for (std::size_t s = 0; s < graph.slots.size(); ++s) bound += seats_worth(graph.slots[s], prices[s]);
  for (std::uint32_t person = 0; person < graph.people; ++person) bound += choice.best(person, prices, nullptr);
  return bound;
}

std::int64_t regret_of(const Graph& graph, const std::vector<std::int64_t>& prices, std::uint32_t arc) {
  Choice choice(graph);
  const auto person = graph.who[arc];
  return choice.best(person, prices, nullptr) - choice.best(person, prices, nullptr, graph.place_of[arc]);
}

}  // namespace tx::matching
