#include "engines/matching/prices.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "engines/matching/parallel.h"

namespace tx::matching {

std::int64_t seats_worth(const Graph::SlotRow& slot, std::int64_t price) {
  return std::max<std::int64_t>(0, slot.bonus + (price >= 0 ? slot.heads * price : price));
}

Prices::Prices(const Graph& graph, std::vector<std::int64_t> prices)
    : graph_(graph), prices_(std::move(prices)), profit_(graph.people, 0), wanted_(graph.slots.size(), 0), wants_(graph.arcs(), 0),
      away_(graph.people, 0), queued_(graph.slots.size(), 0), worker_(graph) {
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

void Prices::choose(std::uint32_t person, Worker& worker) {
  if (away_[person]) return;
  worker.chosen.clear();
  const auto profit = worker.choice.best(person, prices_, &worker.chosen);
  worker.chose.push_back(person);
  worker.gain += profit - profit_[person];
  profit_[person] = profit;
  const int seats = graph_.seats_of(person);
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place)
    if (wants_[place]) {
      wants_[place] = 0;
      wanted_[graph_.offers[place].slot] -= seats;
      worker.touched.push_back(graph_.offers[place].slot);
    }
  for (const auto place : worker.chosen) {
    wants_[place] = 1;
    wanted_[graph_.offers[place].slot] += seats;
    worker.touched.push_back(graph_.offers[place].slot);
  }
}

void Prices::leave(std::uint32_t person, std::vector<std::uint32_t>& touched) {
  away_[person] = 1;
  if (profit_[person] == 0) return;        // wanted nothing
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place)
    if (wants_[place]) {
      wants_[place] = 0;
      wanted_[graph_.offers[place].slot] -= graph_.seats_of(person);
      touched.push_back(graph_.offers[place].slot);
    }
  bound_ -= profit_[person];
  profit_[person] = 0;
}

void Prices::set(std::uint32_t slot, std::int64_t price) {
  set(slot, price, worker_, false);
  bound_ += std::exchange(worker_.gain, 0);
}

// `known`: worker.each holds the dearest price at which each of the first people of the list would still want the slot;
// all behind them would not at this price. Who goes on wanting it earns as much more as it is cheaper.
void Prices::set(std::uint32_t slot, std::int64_t price, Worker& worker, bool known) {
  const auto before = prices_[slot];
  if (price == before) return;
  worker.gain += seats_worth(graph_.slots[slot], price) - seats_worth(graph_.slots[slot], before);
  prices_[slot] = price;
  const auto least_price = std::min(price, before);
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] >= least_price; ++arc) {   // who wants it may gain nothing by it
    const auto person = graph_.who[arc];
    const bool wants = wants_[graph_.place_of[arc]] != 0;
    if (price > before && !wants) continue;
    if (known && graph_.seats_of(person) == 1) {
      const auto at = arc - graph_.first[slot];
      const auto threshold = at < worker.each.size() ? worker.each[at] : std::min<std::int64_t>(price, graph_.weight[arc]) - 1;
      if (!wants && threshold <= price) continue;
      if (wants && threshold >= price) {
        profit_[person] += before - price;
        worker.gain += before - price;
        continue;
      }
    }
    choose(person, worker);
  }
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

// A price at which one more than the slot's seats would want it for certain: whoever fits earns with it alone what it is cheaper
// than its weight, and wants it once that is more than all that is held otherwise.
std::int64_t Prices::surely(std::uint32_t slot, Worker& worker) const {
  worker.at_least.clear();
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
    const auto person = graph_.who[arc];
    if (away_[person] || wants_[graph_.place_of[arc]] || graph_.seats_of(person) > 1 || !worker.choice.fits(person, graph_.place_of[arc])) continue;
    worker.at_least.push_back(graph_.weight[arc] - profit_[person]);
  }
  const auto beyond = static_cast<std::size_t>(graph_.slots[slot].heads - wanted_[slot]);   // of them, so that one is too many
  if (worker.at_least.size() <= beyond) return std::numeric_limits<std::int64_t>::min();
  std::nth_element(worker.at_least.begin(), worker.at_least.begin() + static_cast<std::ptrdiff_t>(beyond), worker.at_least.end(), std::greater<>());
  return std::min(prices_[slot], worker.at_least[beyond]);
}

// All others staying, the bound is least anywhere between the price at which one seat too few is wanted and the one at
// which one too many is: in the middle both neighbours have room.
void Prices::balance(std::uint32_t slot, Worker& worker) {
  const auto& row = graph_.slots[slot];
  const auto now = prices_[slot];
  // Whoever wants the slot would at least at its price, nobody else beyond it. So where too many want it only they matter,
  // and where too few do only the others; the rest need not choose again to be told apart.
  const bool crowded = row.bonus == 0 && wanted_[slot] > row.heads, lacking = row.bonus == 0 && wanted_[slot] < row.heads;
  const auto bottom = lacking ? std::max(least(slot), surely(slot, worker)) : least(slot);
  auto& thresholds = worker.thresholds;   // dearest first; so many as matter
  thresholds.clear();
  worker.each.clear();
  const auto heads = static_cast<std::size_t>(row.heads);
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
    const std::int64_t weight = graph_.weight[arc];
    const auto enough = thresholds.size() > heads ? thresholds[heads] : bottom;
    if (weight <= enough) break;
    const auto person = graph_.who[arc];
    const auto place = graph_.place_of[arc];
    const std::int64_t seats = graph_.seats_of(person);
    worker.each.push_back(bottom - 1);
    if (away_[person]) continue;
    const bool wants = wants_[place] != 0;
    auto at = now;
    if (wants) {
      if (!lacking) at += (profit_[person] - worker.choice.best(person, prices_, nullptr, Choice::kNone, place)) / seats;
    } else if (!crowded) {
      const auto with = profit_[person] == 0 && worker.choice.fits(person, place) ? weight - seats * now   // nothing else is worth while
                                                                                  : worker.choice.best(person, prices_, nullptr, place, Choice::kNone, seats == 1 ? profit_[person] - now + enough : Choice::kAnything);
      at -= (profit_[person] - with + seats - 1) / seats;
    }
    worker.each.back() = at;
    if (at <= enough || (crowded && !wants)) continue;
    for (std::int64_t k = 0; k < seats && thresholds.size() < 4 * heads + 8; ++k)
      thresholds.insert(std::upper_bound(thresholds.begin(), thresholds.end(), at, std::greater<>()), at);
    if (thresholds.size() > heads + 1) thresholds.resize(heads + 1);
  }
  const auto threshold = [&](std::size_t k) { return k < thresholds.size() ? thresholds[k] : bottom; };
  const auto zero = std::max<std::int64_t>(bottom, 0);
  std::int64_t price = zero;
  if (threshold(heads - 1) > 0 || row.bonus == 0) {
    const auto high = std::max(threshold(heads - 1), zero), low = std::max(threshold(heads), zero);
    if (thresholds.size() >= heads) price = low + (high - low) / 2;
  } else if (thresholds.empty()) {
    price = bottom;
  } else if (threshold(0) < 0) {
    price = std::max(bottom, threshold(1)) + (threshold(0) - std::max(bottom, threshold(1))) / 2;
  }
  set(slot, price, worker, true);
}

std::vector<std::uint32_t> Prices::balance(std::vector<std::uint32_t> slots, std::size_t looks) {
  worker_.chose.clear();
  balance(slots, looks, worker_, nullptr, 0);
  bound_ += std::exchange(worker_.gain, 0);
  return slots;
}

void Prices::balance(std::vector<std::uint32_t>& slots, std::size_t looks, Worker& worker, const std::vector<std::uint8_t>* part, std::uint8_t mine) {
  std::erase_if(slots, [this](auto slot) { return queued_[slot] || !amiss(slot) || !(queued_[slot] = 1); });
  std::size_t at = 0;
  for (; at < slots.size() && at < looks; ++at) {
    const auto slot = slots[at];
    queued_[slot] = 0;
    if (!amiss(slot)) continue;
    worker.touched.clear();
    balance(slot, worker);
    for (const auto other : worker.touched)   // whoever chose anew may have left or crowded these
      if ((!part || (*part)[other] == mine) && !queued_[other] && amiss(other)) {
        queued_[other] = 1;
        slots.push_back(other);
      }
  }
  for (; at < slots.size(); ++at) queued_[slots[at]] = 0;
}

// Slots stand in the order of their place, so halves of the list are halves of the map. A thread may move the slots of its
// part none of whose people knows a slot of another part: all that it reads and writes is then its own.
constexpr std::uint8_t kBorder = 255;
void Prices::divide() {
  const auto parts = workers_for(graph_.slots.size(), 5'000);
  const auto part_of = [&](std::uint32_t slot) { return static_cast<std::uint8_t>(slot * parts / graph_.slots.size()); };
  part_.resize(graph_.slots.size());
  std::vector<std::uint8_t> of_person(graph_.people, kBorder);
  for (std::uint32_t person = 0; person < graph_.people; ++person) {
    const auto from = graph_.person_first[person], to = graph_.person_first[person + 1];
    if (from == to) continue;
    const auto part = part_of(graph_.offers[from].slot);
    bool whole = true;
    for (auto place = from; place < to && whole; ++place) whole = part_of(graph_.offers[place].slot) == part;
    if (whole) of_person[person] = part;
  }
  for (std::uint32_t slot = 0; slot < graph_.slots.size(); ++slot) {
    part_[slot] = part_of(slot);
    for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
      if (of_person[graph_.who[arc]] == kBorder) {
        part_[slot] = kBorder;
        break;
      }
  }
}

void Prices::lower(std::int64_t value, int rounds, const std::function<bool(int)>& go_on) {
  const auto parts = workers_for(graph_.slots.size(), 5'000);
  if (parts > 1) divide();
  for (int round = 0; round < rounds && bound_ > value && go_on(round); ++round) {
    std::vector<std::vector<std::uint32_t>> slots(parts);
    std::vector<std::uint32_t> rest;
    for (std::uint32_t s = 0; s < graph_.slots.size(); ++s)
      if (amiss(s)) (parts > 1 && part_[s] != kBorder ? slots[part_[s]] : rest).push_back(s);
    const auto before = bound_;
    if (parts > 1) {
      std::vector<std::int64_t> gains(parts, 0);
      in_parallel(parts, [&](std::size_t mine) {
        Worker worker(graph_);
        const auto looks = 8 * slots[mine].size() + 1000;
        balance(slots[mine], looks, worker, &part_, static_cast<std::uint8_t>(mine));
        gains[mine] = worker.gain;
      });
      for (const auto gain : gains) bound_ += gain;
      for (std::uint32_t s = 0; s < graph_.slots.size(); ++s)
        if (part_[s] == kBorder && amiss(s)) rest.push_back(s);
      std::sort(rest.begin(), rest.end());
      rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
    }
    const auto looks = 8 * rest.size() + 1000;
    balance(std::move(rest), looks);
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
