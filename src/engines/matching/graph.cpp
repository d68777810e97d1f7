#include "engines/matching/graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engines/matching/matching.h"
#include "engines/matching/parallel.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kNone = ~0u;
constexpr int kMostDisplaced = 64;

// The best set of one person at given prices. Arcs come by the slot's end. Chosen slots are appended.
class Chooser {
 public:
  explicit Chooser(const Graph& graph) : graph_(graph) {}

  std::int64_t best(const std::uint32_t* begin, const std::uint32_t* end, const std::vector<std::int64_t>& prices, int most,
                    std::vector<std::uint32_t>* chosen, std::uint32_t clear_of = kNone) {
    rows_.clear();
    for (auto at = begin; at != end; ++at) {
      const auto slot = graph_.slot_of[*at];
      const std::int64_t gain = graph_.weight[*at] - prices[slot];
      if (gain <= 0) continue;
      if (clear_of != kNone && (slot == clear_of || (!graph_.overlaps_allowed && overlap(slot, clear_of)))) continue;
      const auto& row = graph_.slots[slot];
      rows_.push_back({gain, slot, row.from, row.to, row.week, graph_.week_room.empty() ? 0 : graph_.week_room[*at]});
    }
    if (rows_.empty() || most <= 0) return 0;
    if (graph_.week_room.empty()) return one_group(rows_.data(), rows_.size(), most, chosen);
    // Caps are by the week, so each week is chosen by itself (an overlap across the turn of the week is let pass).
    const auto by_week = [](const Row& a, const Row& b) { return a.week < b.week; };
    if (rows_.front().week != rows_.back().week || !std::is_sorted(rows_.begin(), rows_.end(), by_week)) std::stable_sort(rows_.begin(), rows_.end(), by_week);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < rows_.size();) {
      auto end_of = i;
      while (end_of < rows_.size() && rows_[end_of].week == rows_[i].week) ++end_of;
      sum += one_week(&rows_[i], end_of - i, chosen);
      i = end_of;
    }
    return sum;
  }

 private:
  struct Row {
    std::int64_t gain;
    std::uint32_t slot;
    std::int32_t from, to, week, room;
  };
  struct Found {
    std::int64_t gain;
    int count, minutes;
  };
  bool overlap(std::uint32_t a, std::uint32_t b) const {
    return graph_.slots[a].from < graph_.slots[b].to && graph_.slots[b].from < graph_.slots[a].to;
  }
  std::int64_t one_group(Row* rows, std::size_t n, int most, std::vector<std::uint32_t>* chosen) {
    if (graph_.overlaps_allowed) return heaviest(rows, n, most, chosen);
    return capped(rows, n, [&](const Found& found) { return found.count <= most; }, most, [](const Row&) { return 1; }, chosen);
  }
  // Minutes in quarters of an hour, rounded down: whatever keeps to the cap keeps to it in these units too.
  std::int64_t one_week(Row* rows, std::size_t n, std::vector<std::uint32_t>* chosen) {
    const int room = rows[0].room;
    return capped(rows, n, [&](const Found& found) { return found.minutes <= room; }, room / 15,
                  [](const Row& row) { return (row.to - row.from) / 15; }, chosen);
  }
  // The free choice where it keeps to the cap, which is nearly always; else the one with a purse.
  template <class Fits, class Cost>
  std::int64_t capped(const Row* rows, std::size_t n, Fits fits, int purse, Cost cost, std::vector<std::uint32_t>* chosen) {
    if (n == 1) {
      if (chosen) chosen->push_back(rows[0].slot);
      return rows[0].gain;
    }
    const auto mark = chosen ? chosen->size() : 0;
    const auto found = intervals(rows, n, chosen);
    if (fits(found)) return found.gain;
    if (chosen) chosen->resize(mark);
    return limited(rows, n, purse, cost, chosen);
  }
  std::int64_t heaviest(Row* rows, std::size_t n, int most, std::vector<std::uint32_t>* chosen) {
    const auto taken = std::min<std::size_t>(n, static_cast<std::size_t>(most));
    std::partial_sort(rows, rows + taken, rows + n, [](const Row& a, const Row& b) { return a.gain > b.gain; });
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < taken; ++i) {
      sum += rows[i].gain;
      if (chosen) chosen->push_back(rows[i].slot);
    }
    return sum;
  }
  static std::size_t last_before(const Row* rows, std::size_t i) {   // rows 0 .. result-1 end before row i begins
    std::size_t low = 0, high = i;
    while (low < high) {
      const auto middle = (low + high) / 2;
      if (rows[middle].to <= rows[i].from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  Found intervals(const Row* rows, std::size_t n, std::vector<std::uint32_t>* chosen) {
    gain_.assign(n + 1, 0);
    before_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      before_[i] = last_before(rows, i);
      gain_[i + 1] = std::max(gain_[i], gain_[before_[i]] + rows[i].gain);
    }
    Found found{gain_[n], 0, 0};
    for (std::size_t i = n; i > 0;) {
      if (gain_[i] == gain_[i - 1]) {
        --i;
        continue;
      }
      ++found.count;
      found.minutes += rows[i - 1].to - rows[i - 1].from;
      if (chosen) chosen->push_back(rows[i - 1].slot);
      i = before_[i - 1];
    }
    return found;
  }
  // The same with a purse: every row costs so much, and no more than `purse` may be spent. After intervals() on these rows.
  template <class Cost>
  std::int64_t limited(const Row* rows, std::size_t n, int purse, Cost cost, std::vector<std::uint32_t>* chosen) {
    const auto width = n + 1;
    gain_.assign(width * static_cast<std::size_t>(purse + 1), 0);
    for (int k = 0; k <= purse; ++k) {
      auto* line = &gain_[static_cast<std::size_t>(k) * width];
      for (std::size_t i = 0; i < n; ++i) {
        line[i + 1] = line[i];
        if (const int c = cost(rows[i]); c <= k)
          line[i + 1] = std::max(line[i + 1], gain_[static_cast<std::size_t>(k - c) * width + before_[i]] + rows[i].gain);
      }
    }
    int k = purse;
    const auto result = gain_[static_cast<std::size_t>(k) * width + n];
    for (std::size_t i = n; chosen && i > 0;) {
      const auto* line = &gain_[static_cast<std::size_t>(k) * width];
      if (line[i] == line[i - 1]) {
        --i;
        continue;
      }
      chosen->push_back(rows[i - 1].slot);
      k -= cost(rows[i - 1]);
      i = before_[i - 1];
    }
    return result;
  }

  const Graph& graph_;
  std::vector<Row> rows_;
  std::vector<std::int64_t> gain_;
  std::vector<std::size_t> before_;
};

int most_of(const Graph& graph, std::uint32_t person) { return graph.most.empty() ? 1 << 20 : graph.most[person]; }

}  // namespace

bool Graph::conflict(std::uint32_t slot, std::uint32_t other) const {
  if (overlaps_allowed) return false;
  const auto &a = slots[slot], &b = slots[other];
  if (!travel) return a.from < b.to && b.from < a.to;
  if (a.day > b.day + 1 || b.day > a.day + 1) return false;
  const auto way = static_cast<std::int32_t>(travel_minutes(distance_m(a.x_m, a.y_m, b.x_m, b.y_m)));
  return a.from < b.to + way && b.from < a.to + way;
}

void Graph::add_list(std::vector<std::pair<std::int32_t, std::uint32_t>> list) {
  std::sort(list.rbegin(), list.rend());
  for (const auto& [arc_weight, person] : list) {
    who.push_back(person);
    weight.push_back(arc_weight);
  }
  first.push_back(static_cast<std::uint32_t>(who.size()));
}

void Graph::index() {
  slot_of.resize(arcs());
  person_first.assign(people + 1, 0);
  for (std::uint32_t s = 0; s + 1 < first.size(); ++s)
    for (auto arc = first[s]; arc < first[s + 1]; ++arc) {
      slot_of[arc] = s;
      ++person_first[who[arc] + 1];
    }
  std::partial_sum(person_first.begin(), person_first.end(), person_first.begin());
  std::vector<std::uint32_t> by_end(slots.size());
  std::iota(by_end.begin(), by_end.end(), 0u);
  std::stable_sort(by_end.begin(), by_end.end(), [&](auto a, auto b) { return slots[a].to < slots[b].to; });
  person_arc.resize(arcs());
  auto at = person_first;
  for (const auto s : by_end)
    for (auto arc = first[s]; arc < first[s + 1]; ++arc) person_arc[at[who[arc]]++] = arc;
}

Bound bound_of(const Graph& graph, const std::vector<std::int64_t>& prices) {
  struct Part {
    std::int64_t value = 0;
    std::vector<std::int32_t> wanted;
  };
  const auto workers = workers_for(graph.people, 20'000);
  std::vector<Part> parts(workers);
  in_parallel(workers, [&](std::size_t worker) {
    Part& part = parts[worker];
    part.wanted.assign(graph.slots.size(), 0);
    Chooser chooser(graph);
    std::vector<std::uint32_t> chosen;
    const auto from = graph.people * worker / workers, to = graph.people * (worker + 1) / workers;
    for (auto person = static_cast<std::uint32_t>(from); person < to; ++person) {
      chosen.clear();
      const auto* arcs = graph.person_arc.data();
      part.value += chooser.best(arcs + graph.person_first[person], arcs + graph.person_first[person + 1], prices, most_of(graph, person), &chosen);
      for (const auto slot : chosen) ++part.wanted[slot];
    }
  });
  Bound bound{0, std::move(parts[0].wanted)};
  for (std::size_t worker = 0; worker < workers; ++worker) {
    bound.value += parts[worker].value;
    if (worker)
      for (std::size_t s = 0; s < bound.wanted.size(); ++s) bound.wanted[s] += parts[worker].wanted[s];
  }
  for (std::size_t s = 0; s < graph.slots.size(); ++s) bound.value += graph.slots[s].heads * prices[s];
  return bound;
}

Prices lower(const Graph& graph, std::vector<std::int64_t> prices, std::int64_t value, int rounds, const std::function<bool(int)>& go_on) {
  const auto raise_to_floors = [&] {
    for (std::size_t s = 0; s < prices.size(); ++s) prices[s] = std::max<std::int64_t>(prices[s], graph.slots[s].floor);
  };
  raise_to_floors();
  auto bound = bound_of(graph, prices);
  Prices result{prices, bound.value};
  double step = 1;
  int stale = 0;
  std::int64_t before = result.bound;   // eight rounds ago
  for (int round = 0; round < rounds && result.bound > value; ++round) {
    if (!go_on(round)) break;
    if (round % 8 == 7) {               // little left to gain: the rest of the gap is not the prices'
      if ((before - result.bound) * 50 < result.bound - value) break;
      before = result.bound;
    }
    double norm = 0;
    for (std::size_t s = 0; s < prices.size(); ++s) {
      const double over = bound.wanted[s] - graph.slots[s].heads;
      if (over > 0 || prices[s] > graph.slots[s].floor) norm += over * over;
    }
    if (norm == 0) break;
    const double length = step * static_cast<double>(bound.value - value) / norm;
    for (std::size_t s = 0; s < prices.size(); ++s)
      prices[s] = std::max<std::int64_t>(0, prices[s] + std::llround(length * (bound.wanted[s] - graph.slots[s].heads)));
    raise_to_floors();
    bound = bound_of(graph, prices);
    if (bound.value < result.bound) {
      result = {prices, bound.value};
      stale = 0;
    } else if (++stale == 3) {
      step /= 2;
      stale = 0;
      prices = result.best;
      bound = bound_of(graph, prices);
    }
  }
  return result;
}

std::int64_t regret_of(const Graph& graph, const std::vector<std::int64_t>& prices, std::uint32_t arc) {
  Chooser chooser(graph);
  const auto person = graph.who[arc];
  const auto* begin = graph.person_arc.data() + graph.person_first[person];
  const auto* end = graph.person_arc.data() + graph.person_first[person + 1];
  const int most = most_of(graph, person);
  const auto free = chooser.best(begin, end, prices, most, nullptr);
  const auto slot = graph.slot_of[arc];
  return free - (graph.weight[arc] - prices[slot]) - chooser.best(begin, end, prices, most - 1, nullptr, slot);
}

// ---- the auction

Market::Market(const Graph& graph)
    : graph_(graph), bid_(graph.arcs(), 0), next_(graph.arcs(), kNone), head_(graph.people, kNone), filled_(graph.slots.size(), 0),
      away_(graph.people, 0), closed_(graph.slots.size(), 0), picky_(graph.apart.empty() ? 0 : graph.people, 0) {
  for (const auto& [person, other] : graph.apart) picky_[person] = 1;
  for (std::uint32_t slot = 0; slot < graph.slots.size(); ++slot)
    for (int seat = 0; seat < graph.slots[slot].heads; ++seat) queue_.push_back(slot);
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
  const auto cost = [&](std::uint32_t held) { return static_cast<std::int64_t>(by_weight ? graph_.weight[held] : bid_[held]); };
  count = 0;
  std::int64_t sum = 0;
  std::uint32_t kept[kMostDisplaced];
  int left = 0;
  for (auto held = head_[person]; held != kNone; held = next_[held]) {
    if (graph_.conflict(slot, graph_.slot_of[held])) {
      if (count == kMostDisplaced) return count = -1;
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
      if (counts(kept[i]) && (cheapest < 0 || cost(kept[i]) < cost(kept[cheapest]))) cheapest = i;
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
  bid_[arc] = bid;
  next_[arc] = head_[person];
  head_[person] = arc;
  ++filled_[graph_.slot_of[arc]];
}

void Market::drop(std::uint32_t arc) {
  auto* link = &head_[graph_.who[arc]];
  while (*link != arc) link = &next_[*link];
  *link = next_[arc];
  bid_[arc] = 0;
  --filled_[graph_.slot_of[arc]];
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
void Market::seat(std::uint32_t slot) {
  if (closed_[slot] || filled_[slot] >= graph_.slots[slot].heads) return;
  std::uint32_t best = kNone, best_displaced[kMostDisplaced], displaced[kMostDisplaced];
  int best_count = 0, count = 0;
  std::int64_t first = 0, second = 0;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc) {
    const auto weight = graph_.weight[arc];
    if (weight <= second) break;
    const auto person = graph_.who[arc];
    if (bid_[arc] > 0 || away_[person]) continue;
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
  if (best == kNone) return;   // wants nobody at these prices
  for (int i = 0; i < best_count; ++i) {
    drop(best_displaced[i]);
    queue_.push_back(graph_.slot_of[best_displaced[i]]);
  }
  take(best, static_cast<std::int32_t>(graph_.weight[best] - second + epsilon_));
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
    seat(slot);
  }
  queue_.clear();
  return true;
}

std::int64_t Market::improve() {
  std::int64_t gained = 0;
  std::vector<std::uint32_t> open;
  for (std::uint32_t slot = 0; slot < graph_.slots.size(); ++slot)
    if (!closed_[slot] && filled_[slot] < graph_.slots[slot].heads) open.push_back(slot);
  std::uint32_t displaced[kMostDisplaced];
  int count = 0;
  std::size_t looks = 0;
  const std::size_t most = 1000 + 50 * open.size();
  while (!open.empty() && ++looks < most) {
    const auto slot = open.back();
    open.pop_back();
    if (filled_[slot] >= graph_.slots[slot].heads) continue;
    std::int64_t best_gain = 0;
    std::uint32_t best = kNone;
    for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1] && graph_.weight[arc] > best_gain; ++arc) {
      if (bid_[arc] > 0 || away_[graph_.who[arc]]) continue;
      const auto gain = graph_.weight[arc] - price(arc, displaced, count, true);
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

void Market::close(std::uint32_t slot) {
  closed_[slot] = 1;
  for (auto arc = graph_.first[slot]; arc < graph_.first[slot + 1]; ++arc)
    if (bid_[arc] > 0) drop(arc);
}

std::vector<std::uint32_t> Market::plan() const {
  std::vector<std::uint32_t> arcs;
  for (std::uint32_t arc = 0; arc < bid_.size(); ++arc)
    if (bid_[arc] > 0) arcs.push_back(arc);
  return arcs;
}

std::int64_t Market::value() const {
  std::int64_t sum = 0;
  for (std::size_t arc = 0; arc < bid_.size(); ++arc)
    if (bid_[arc] > 0) sum += graph_.weight[arc];
  return sum;
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
