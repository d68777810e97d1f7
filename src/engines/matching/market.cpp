#include "engines/matching/market.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace tx::matching {
namespace {

constexpr std::uint32_t kNone = ~0u;
constexpr int kMostDisplaced = 64;

}  // namespace

Market::Market(const Graph& graph)
    : graph_(graph), bid_(graph.arcs(), 0), next_(graph.arcs(), kNone), head_(graph.people, kNone), filled_(graph.slots.size(), 0),
      away_(graph.people, 0), closed_(graph.slots.size(), 0), picky_(graph.apart.empty() ? 0 : graph.people, 0) {
  for (const auto& [person, other] : graph.apart) picky_[person] = 1;
  for (std::uint32_t slot = 0; slot < graph.slots.size(); ++slot) queue_.push_back(slot);
}

bool Market::barred(std::uint32_t slot, std::uint32_t person) const {
  if (picky_.empty() || !picky_[person]) return false;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
    if (bid_[arc] > 0 && std::binary_search(graph_.apart.begin(), graph_.apart.end(), std::pair{person, graph_.who[arc]})) return true;
  return false;
}

// Bids (or weights) of what this arc would push out of its person's hands; `count` of them, -1 when it cannot be fitted in.
std::int64_t Market::price(std::uint32_t arc, std::uint32_t* displaced, int& count, bool by_weight) const {
  const auto person = graph_.who[arc];
  const auto slot = graph_.slot_of[arc];
  const auto cost = [&](std::uint32_t held) -> std::int64_t {
    if (!by_weight) return bid_[held];
    const auto of = graph_.slot_of[held];
    return graph_.weight[held] + (filled_[of] == 1 ? graph_.slots[of].bonus : 0);
  };
  count = 0;
  std::int64_t sum = 0;
  std::uint32_t kept[kMostDisplaced];
  int left = 0;
  const auto fixed = [&](std::uint32_t held) { return !told_.empty() && told_[held]; };
  for (auto held = head_[person]; held != kNone; held = next_[held]) {
    if (graph_.conflict(slot, graph_.slot_of[held], person)) {
      if (count == kMostDisplaced || fixed(held)) return count = -1;
      sum += cost(held);
      displaced[count++] = held;
    } else if (left < kMostDisplaced) {
      kept[left++] = held;
    }
  }
  // Caps: while one is broken, the cheapest of those that count against it goes too.
  const auto push_cheapest = [&](auto counts) {
    int cheapest = -1;
    for (int i = 0; i < left; ++i)
      if (counts(kept[i]) && !fixed(kept[i]) && (cheapest < 0 || cost(kept[i]) < cost(kept[cheapest]))) cheapest = i;
    if (cheapest < 0 || count == kMostDisplaced) return false;
    sum += cost(kept[cheapest]);
    displaced[count++] = kept[cheapest];
    kept[cheapest] = kept[--left];
    return true;
  };
  if (!graph_.most.empty())
    while (left + 1 > graph_.most[person])
      if (!push_cheapest([](std::uint32_t) { return true; })) return count = -1;
  if (!graph_.day_room.empty()) {
    const auto& row = graph_.slots[slot];
    const auto minutes = [&](std::uint32_t held) { return graph_.slots[graph_.slot_of[held]].to - graph_.slots[graph_.slot_of[held]].from; };
    const auto same_day = [&](std::uint32_t held) { return graph_.slots[graph_.slot_of[held]].day == row.day; };
    const auto same_week = [&](std::uint32_t held) { return graph_.slots[graph_.slot_of[held]].week == row.week; };
    const auto over = [&](auto same, int room) {
      int sum_minutes = row.to - row.from;
      for (int i = 0; i < left; ++i)
        if (same(kept[i])) sum_minutes += minutes(kept[i]);
      return sum_minutes > room;
    };
    while (over(same_day, graph_.day_room[arc]))
      if (!push_cheapest(same_day)) return count = -1;
    while (over(same_week, graph_.week_room[arc]))
      if (!push_cheapest(same_week)) return count = -1;
  }
  return sum;
}

void Market::take(std::uint32_t arc, std::int32_t bid) {
  const auto person = graph_.who[arc];
  if (marked_) journal_.push_back({arc, bid_[arc]});
  bid_[arc] = bid;
  next_[arc] = head_[person];
  head_[person] = arc;
  count(arc, 1);
}

void Market::drop(std::uint32_t arc) {
  auto* link = &head_[graph_.who[arc]];
  while (*link != arc) link = &next_[*link];
  *link = next_[arc];
  if (marked_) journal_.push_back({arc, bid_[arc]});
  bid_[arc] = 0;
  count(arc, -1);
}

void Market::count(std::uint32_t arc, int sign) {
  const auto slot = graph_.slot_of[arc];
  const bool held = filled_[slot] > 0;
  filled_[slot] += sign * graph_.seats_of(graph_.who[arc]);
  value_ += sign * graph_.weight[arc];
  if (held != (filled_[slot] > 0)) value_ += sign * graph_.slots[slot].bonus;
}

void Market::withdraw(std::uint32_t person) {
  away_[person] = 1;
  while (head_[person] != kNone) {
    const auto arc = head_[person];
    drop(arc);
    queue_.push_back(graph_.slot_of[arc]);
  }
}

// One empty seat looks down its list: best and second best gain, abandoned where even a free person could not beat the
// second; it bids so much that the second best becomes as good.
bool Market::seat(std::uint32_t slot) {
  if (closed_[slot] || filled_[slot] >= graph_.slots[slot].heads) return false;
  std::uint32_t best = kNone, best_displaced[kMostDisplaced], displaced[kMostDisplaced];
  int best_count = 0, count = 0;
  std::int64_t first = 0, second = 0;
  const auto extra = bonus(slot);
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
    const auto weight = graph_.weight[arc] + extra;
    if (weight <= second) break;
    const auto person = graph_.who[arc];
    if (bid_[arc] > 0 || away_[person] || graph_.seats_of(person) > 1) continue;
    std::int64_t gain = weight;
    count = 0;
    if (head_[person] != kNone) {
      gain -= price(arc, displaced, count, false);
      if (count < 0) continue;
    }
    if (gain <= second || barred(slot, person)) continue;
    if (gain > first) {
      second = first;
      first = gain;
      best = arc;
      best_count = count;
      std::copy(displaced, displaced + count, best_displaced);
    } else {
      second = gain;
    }
  }
  if (best == kNone) return false;   // wants nobody at these prices
  for (int i = 0; i < best_count; ++i) {
    drop(best_displaced[i]);
    queue_.push_back(graph_.slot_of[best_displaced[i]]);
  }
  take(best, static_cast<std::int32_t>(graph_.weight[best] + extra - second + epsilon_));
  return true;
}

bool Market::run(std::int32_t epsilon, const std::function<bool()>& stop) {
  epsilon_ = epsilon;
  // Bundles make prices fall now and then, so the auction need not end by itself: a generous number of bids ends it.
  std::size_t bids = 0;
  const std::size_t most = 2000 + 400 * (queue_.size() + graph_.slots.size());
  while (!queue_.empty() && ++bids < most) {
    if (stop && bids % 4096 == 0 && stop()) return false;
    const auto slot = queue_.back();
    queue_.pop_back();
    if (seat(slot) && filled_[slot] < graph_.slots[slot].heads) queue_.push_back(slot);
  }
  queue_.clear();
  return true;
}

std::int64_t Market::improve() {
  std::vector<std::uint32_t> open;
  for (std::uint32_t slot = 0; slot < graph_.slots.size(); ++slot)
    if (filled_[slot] < graph_.slots[slot].heads) open.push_back(slot);
  return improve(std::move(open));
}

std::int64_t Market::improve(std::vector<std::uint32_t> open) {
  std::int64_t gained = 0;
  std::uint32_t displaced[kMostDisplaced];
  int count = 0;
  std::size_t looks = 0;
  const std::size_t most = 1000 + 50 * open.size();
  while (!open.empty() && ++looks < most) {
    const auto slot = open.back();
    open.pop_back();
    if (closed_[slot] || filled_[slot] >= graph_.slots[slot].heads) continue;
    std::int64_t best_gain = 0;
    std::uint32_t best = kNone;
    const auto extra = bonus(slot);
    for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] + extra > best_gain; ++arc) {
      if (bid_[arc] > 0 || away_[graph_.who[arc]] || graph_.seats_of(graph_.who[arc]) > 1) continue;
      const auto gain = graph_.weight[arc] + extra - price(arc, displaced, count, true);
      if (count >= 0 && gain > best_gain && !barred(slot, graph_.who[arc])) {
        best_gain = gain;
        best = arc;
      }
    }
    if (best == kNone) continue;
    price(best, displaced, count, true);
    for (int i = 0; i < count; ++i) {
      drop(displaced[i]);
      open.push_back(graph_.slot_of[displaced[i]]);
    }
    take(best, graph_.weight[best]);
    gained += best_gain;
    open.push_back(slot);
  }
  return gained;
}

bool Market::force(std::uint32_t arc, std::int32_t bid, std::uint32_t chance) {
  if (bid_[arc] > 0) return false;
  const auto slot = graph_.slot_of[arc];
  std::uint32_t displaced[kMostDisplaced];
  int count = 0;
  price(arc, displaced, count, false);
  if (count < 0 || closed_[slot] || away_[graph_.who[arc]]) return false;
  const int seats = graph_.seats_of(graph_.who[arc]);
  while (filled_[slot] + seats > graph_.slots[slot].heads) {
    const auto loose = [&](std::uint32_t at) { return bid_[at] > 0 && (told_.empty() || !told_[at]); };
    auto held = graph_.first[slot];
    for (auto skip = chance % static_cast<std::uint32_t>(graph_.slots[slot].heads); held < graph_.first[slot + 1]; ++held)
      if (loose(held) && skip-- == 0) break;
    if (held == graph_.first[slot + 1])   // fewer people than seats: teams among them, or some told
      for (held = graph_.first[slot]; held < graph_.first[slot + 1] && !loose(held);) ++held;
    if (held == graph_.first[slot + 1]) return false;
    drop(held);
    queue_.push_back(slot);
  }
  if (barred(slot, graph_.who[arc])) return false;
  for (int i = 0; i < count; ++i) {
    drop(displaced[i]);
    queue_.push_back(graph_.slot_of[displaced[i]]);
  }
  take(arc, std::max(1, bid));
  return true;
}

void Market::reprice(const std::vector<std::int64_t>& prices) {
  for (std::uint32_t arc = 0; arc < bid_.size(); ++arc)
    if (bid_[arc] > 0) reprice(arc, prices);
}
void Market::reprice(std::uint32_t arc, const std::vector<std::int64_t>& prices) {
  bid_[arc] = static_cast<std::int32_t>(std::clamp<std::int64_t>(graph_.weight[arc] - prices[graph_.slot_of[arc]], 1, graph_.weight[arc]));
}

void Market::mark() {
  marked_ = true;
  journal_.clear();
  closing_.clear();
  if (seen_.empty()) seen_.assign(graph_.arcs(), 0);
  if (root_.empty()) root_.resize(graph_.slots.size() + graph_.people);
}

std::uint32_t Market::root(std::uint32_t at) {
  while (root_[at] != at) at = root_[at] = root_[root_[at]];
  return at;
}

std::vector<std::uint32_t> Market::touched() const {
  std::vector<std::uint32_t> slots;
  for (const auto& change : journal_) slots.push_back(graph_.slot_of[change.arc]);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

std::vector<Market::Change> Market::changes() {
  ++round_;
  std::vector<Change> changes;
  for (const auto& change : journal_) {
    if (seen_[change.arc] == round_) continue;
    seen_[change.arc] = round_;
    if ((change.before > 0) != (bid_[change.arc] > 0)) changes.push_back(change);
  }
  return changes;
}

std::int64_t Market::keep_gains(std::vector<std::uint32_t>& moved, const std::vector<std::uint32_t>& spoiled) {
  marked_ = false;
  const auto changed = changes();
  const auto people_from = static_cast<std::uint32_t>(graph_.slots.size());
  const auto slot_node = [&](const Change& change) { return graph_.slot_of[change.arc]; };
  const auto person_node = [&](const Change& change) { return people_from + graph_.who[change.arc]; };
  for (const auto& change : changed) {
    root_[slot_node(change)] = slot_node(change);
    root_[person_node(change)] = person_node(change);
  }
  for (const auto& change : changed) root_[root(slot_node(change))] = root(person_node(change));
  std::unordered_map<std::uint32_t, std::int64_t> gain;   // of a piece, by its root
  std::unordered_map<std::uint32_t, int> more;            // slot with a bonus -> seats filled since
  for (const auto& change : changed) {
    const auto slot = slot_node(change);
    gain[root(slot)] += change.before > 0 ? -graph_.weight[change.arc] : graph_.weight[change.arc];
    if (graph_.slots[slot].bonus) more[slot] += graph_.seats_of(graph_.who[change.arc]) * (change.before > 0 ? -1 : 1);
  }
  for (const auto& [slot, seats] : more) gain[root(slot)] += graph_.slots[slot].bonus * ((filled_[slot] > 0) - (filled_[slot] - seats > 0));
  if (!spoiled.empty())
    for (const auto& change : changed)
      if (std::find(spoiled.begin(), spoiled.end(), slot_node(change)) != spoiled.end()) gain[root(slot_node(change))] = 0;
  std::int64_t gained = 0;
  for (const auto& each : gain) gained += std::max<std::int64_t>(0, each.second);
  const auto undone = [&](const Change& change) { return gain[root(slot_node(change))] <= 0; };
  for (const auto& change : changed)
    if (change.before == 0 && undone(change)) drop(change.arc);
  for (const auto& change : changed)
    if (change.before > 0 && undone(change)) take(change.arc, change.before);
  for (const auto& change : changed)
    if (!undone(change)) moved.push_back(change.arc);
  for (const auto slot : closing_)
    if (filled_[slot] > 0) open(slot);
  return gained;
}

void Market::tell(std::uint32_t slot, std::uint32_t person) {
  if (told_.empty()) told_.assign(graph_.arcs(), 0);
  for (auto arc = head_[person]; arc != kNone; arc = next_[arc])
    if (graph_.slot_of[arc] == slot) told_[arc] = 1;
}

bool Market::holds_told(std::uint32_t slot) const {
  if (told_.empty()) return false;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
    if (bid_[arc] > 0 && told_[arc]) return true;
  return false;
}

void Market::call_off(std::uint32_t slot) {
  close(slot);
  closed_[slot] |= kCalledOff;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) told_[arc] = 0;
}

void Market::changed_arcs(std::vector<std::uint32_t>& arcs) {
  for (const auto& change : changes()) arcs.push_back(change.arc);
}

void Market::close(std::uint32_t slot, bool for_good) {
  if (marked_ && !closed_[slot] && !for_good) closing_.push_back(slot);
  closed_[slot] |= for_good ? kForGood : kShut;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
    if (bid_[arc] > 0) drop(arc);
}

std::int64_t Market::profit(std::uint32_t person, const std::vector<std::int64_t>& prices) const {
  std::int64_t sum = 0;
  for (auto arc = head_[person]; arc != kNone; arc = next_[arc]) sum += graph_.weight[arc] - graph_.seats_of(person) * prices[graph_.slot_of[arc]];
  return sum;
}

std::vector<std::uint32_t> Market::plan() const {
  std::vector<std::uint32_t> arcs;
  for (std::uint32_t arc = 0; arc < bid_.size(); ++arc)
    if (bid_[arc] > 0) arcs.push_back(arc);
  return arcs;
}

std::vector<std::int64_t> Market::prices() const {
  std::vector<std::int64_t> prices(graph_.slots.size(), 0);
  for (std::uint32_t slot = 0; slot < graph_.slots.size(); ++slot) {
    if (filled_[slot] < graph_.slots[slot].heads) continue;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
      if (bid_[arc] > 0) least = std::min<std::int64_t>(least, std::max(0, graph_.weight[arc] - bid_[arc]));
    prices[slot] = least;
  }
  return prices;
}

}  // namespace tx::matching
