#include "engines/matching/region.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kOdd = 1u << 31;

std::int32_t narrow(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}
std::uint16_t minutes16(int minutes) { return static_cast<std::uint16_t>(std::clamp(minutes, 0, 65535)); }

}  // namespace

// What one question gathers: the K best so far as a heap with the worst on top.
struct Region::Best {
  const std::vector<std::int64_t>& ids;
  std::size_t count;
  std::int64_t constant = 0;               // points of the slot alone
  bool cut = false;
  int least_age = 0;
  std::vector<Candidate> heap = {};
  std::vector<std::uint32_t> done = {};    // odd people already considered
  std::vector<int> hours = {}, skills = {}, languages = {};
  std::vector<std::uint64_t> alive = {};

  bool better(const Candidate& a, const Candidate& b) const { return a.score != b.score ? a.score > b.score : ids[a.volunteer] < ids[b.volunteer]; }
  bool full() const { return heap.size() >= count; }
  void add(Candidate candidate) {
    const auto order = [this](const Candidate& a, const Candidate& b) { return better(a, b); };
    if (!full()) {
      heap.push_back(candidate);
      std::push_heap(heap.begin(), heap.end(), order);
      return;
    }
    cut = true;
    if (!better(candidate, heap.front())) return;
    std::pop_heap(heap.begin(), heap.end(), order);
    heap.back() = candidate;
    std::push_heap(heap.begin(), heap.end(), order);
  }
  // Whether somebody worth at most this could still be among the best.
  bool hopeless(std::int64_t at_most) const { return full() && std::max<std::int64_t>(1, at_most) < heap.front().score; }
};

Region::Region(const Weights& weights, std::int64_t now, std::int64_t cell_m) : weights_(weights), now_(now), cell_m_(cell_m) {}

void Region::add(const Volunteer& v) {
  auto index = static_cast<std::uint32_t>(rows_.size());
  const bool odd = !v.busy.empty() || !v.not_with.empty() || !v.served.empty();
  if (odd) {
    odd_.emplace(index, v);
    auto recipients = v.served;
    std::sort(recipients.begin(), recipients.end());
    recipients.erase(std::unique(recipients.begin(), recipients.end()), recipients.end());
    for (const auto recipient : recipients) served_[recipient].push_back(index);
  }
  rows_.push_back({narrow(v.x_m), narrow(v.y_m), narrow(v.radius_m), static_cast<std::int32_t>(merit_of(v, weights_, now_).sum()), narrow(v.birth_day), narrow(v.checked_until),
                   minutes16(v.day_minutes), minutes16(v.week_minutes), index | (odd ? kOdd : 0)});
  ids_.push_back(v.id);
  added_.push_back({v.hours, v.skills, v.languages});
}

void Region::build() {
  const auto n = rows_.size();
  std::int64_t x1 = 0, y1 = 0;
  std::uint64_t skills = 0, languages = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& row = rows_[i];
    x0_ = i ? std::min<std::int64_t>(x0_, row.x_m) : row.x_m;
    y0_ = i ? std::min<std::int64_t>(y0_, row.y_m) : row.y_m;
    x1 = i ? std::max<std::int64_t>(x1, row.x_m) : row.x_m;
    y1 = i ? std::max<std::int64_t>(y1, row.y_m) : row.y_m;
    most_radius_ = std::max<std::int64_t>(most_radius_, row.radius_m);
    merit_most_ = i ? std::max(merit_most_, row.merit) : row.merit;
    skills |= added_[i].skills;
    languages |= added_[i].languages;
  }
  // A few people far away must not cost millions of empty cells.
  const auto cells_at = [&](std::int64_t m) { return ((x1 - x0_) / m + 1) * ((y1 - y0_) / m + 1); };
  while (cells_at(cell_m_) > static_cast<std::int64_t>(4 * n + 1024)) cell_m_ *= 2;
  nx_ = static_cast<int>((x1 - x0_) / cell_m_ + 1);
  ny_ = static_cast<int>((y1 - y0_) / cell_m_ + 1);
  skill_column_.assign(64, -1);
  language_column_.assign(64, -1);
  for (int bit = 0; bit < 64; ++bit) {
    if (skills >> bit & 1) skill_column_[static_cast<std::size_t>(bit)] = columns_++;
    if (languages >> bit & 1) language_column_[static_cast<std::size_t>(bit)] = columns_++;
  }
  const auto cell_of = [&](const Row& row) {
    return static_cast<std::uint32_t>((row.y_m - y0_) / cell_m_ * nx_ + (row.x_m - x0_) / cell_m_);
  };
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order(n);   // cell, merit downwards
  for (std::size_t i = 0; i < n; ++i)
    order[i] = {static_cast<std::uint64_t>(cell_of(rows_[i])) << 32 | (static_cast<std::uint32_t>(merit_most_ - rows_[i].merit)), static_cast<std::uint32_t>(i)};
  std::sort(order.begin(), order.end());
  std::vector<Row> sorted(n);
  cells_.assign(static_cast<std::size_t>(nx_) * static_cast<std::size_t>(ny_), {});
  for (std::size_t i = 0; i < n; ++i) {
    sorted[i] = rows_[order[i].second];
    auto& cell = cells_[order[i].first >> 32];
    if (cell.count++ == 0) cell.first = static_cast<std::uint32_t>(i);
  }
  std::uint64_t words = 0;
  for (auto& cell : cells_) {
    cell.bits = words;
    words += static_cast<std::uint64_t>((cell.count + 63) / 64) * static_cast<std::uint64_t>(columns_);
  }
  bits_.assign(words, 0);
  for (const auto& cell : cells_) {
    const std::uint64_t width = (cell.count + 63) / 64;
    for (std::uint32_t i = 0; i < cell.count; ++i) {
      const auto& from = added_[sorted[cell.first + i].index & ~kOdd];
      std::uint64_t* word = &bits_[cell.bits + i / 64];
      const std::uint64_t bit = std::uint64_t{1} << (i % 64);
      for (std::size_t part = 0; part < 3; ++part)
        for (auto rest = from.hours[part]; rest; rest &= rest - 1)
          if (const auto hour = part * 64 + static_cast<std::size_t>(std::countr_zero(rest)); hour < 168) word[hour * width] |= bit;
      for (auto rest = from.skills; rest; rest &= rest - 1)
        word[static_cast<std::uint64_t>(skill_column_[static_cast<std::size_t>(std::countr_zero(rest))]) * width] |= bit;
      for (auto rest = from.languages; rest; rest &= rest - 1)
        word[static_cast<std::uint64_t>(language_column_[static_cast<std::size_t>(std::countr_zero(rest))]) * width] |= bit;
    }
  }
  rows_ = std::move(sorted);
  added_ = {};
}

std::size_t Region::bytes() const {
  return rows_.size() * sizeof(Row) + ids_.size() * 8 + bits_.size() * 8 + cells_.size() * sizeof(Cell);
}

void Region::consider(const Row& row, const Slot& slot, Best& best) const {
  const auto dx = slot.x_m - row.x_m, dy = slot.y_m - row.y_m, reach = static_cast<std::int64_t>(row.radius_m) + 1;
  if (dx * dx + dy * dy > reach * reach) return;
  const auto index = row.index & ~kOdd;
  if (row.index & kOdd) {
    if (std::binary_search(best.done.begin(), best.done.end(), index)) return;
    const auto& whole = odd_.at(index);
    if (eligible(whole, slot)) best.add({index, score(whole, slot, weights_, now_)});
    return;
  }
  const auto distance = distance_m(row.x_m, row.y_m, slot.x_m, slot.y_m);
  if (distance > row.radius_m) return;
  const auto minutes = slot.to - slot.from;
  if (minutes > row.day_minutes || minutes > row.week_minutes) return;
  if (age_at(row.birth_day, slot.from) < best.least_age) return;
  if (needs_check(slot) && row.checked_until < slot.to) return;
  const auto points = best.constant + near_points(weights_, distance, row.radius_m) + row.merit;
  best.add({index, static_cast<int>(std::max<std::int64_t>(1, points))});
}

void Region::visit(const Cell& cell, const Slot& slot, std::int64_t near_bound, Best& best) const {
  const std::uint64_t width = (cell.count + 63) / 64;
  const std::uint64_t* bits = &bits_[cell.bits];
  for (std::uint64_t w = 0; w < width; ++w) {
    // By merit downwards: the first of the block bounds the block, and all blocks after it.
    if (best.hopeless(best.constant + near_bound + rows_[cell.first + w * 64].merit)) {
      best.cut = true;   // perhaps somebody eligible; only the certificate asks, and may be told so
      return;
    }
    std::uint64_t alive = ~std::uint64_t{0};
    for (const int hour : best.hours) alive &= bits[static_cast<std::uint64_t>(hour) * width + w];
    if (!best.skills.empty() && alive) {
      std::uint64_t any = 0;
      for (const int column : best.skills) any |= bits[static_cast<std::uint64_t>(column) * width + w];
      alive &= any;
    }
    if (!best.languages.empty() && alive) {
      std::uint64_t any = 0;
      for (const int column : best.languages) any |= bits[static_cast<std::uint64_t>(column) * width + w];
      alive &= any;
    }
    for (; alive; alive &= alive - 1) {
      const auto at = w * 64 + static_cast<std::uint64_t>(std::countr_zero(alive));
      if (at < cell.count) consider(rows_[cell.first + at], slot, best);
    }
  }
}

std::vector<Candidate> Region::top(const Slot& slot, std::size_t count, bool* cut) const {
  Best best{.ids = ids_, .count = count};
  if (rows_.empty() || count == 0) return {};
  best.least_age = least_age_of(slot);
  best.constant = weights_.base + static_cast<std::int64_t>(weights_.urgency) * slot.urgency + (slot.skills ? weights_.skill : 0) +
                  (slot.languages ? weights_.language : 0);
  const auto columns = [](std::uint64_t mask, const std::vector<int>& column, std::vector<int>& out) {
    for (; mask; mask &= mask - 1)
      if (const int found = column[static_cast<std::size_t>(std::countr_zero(mask))]; found >= 0) out.push_back(found);
  };
  columns(slot.skills, skill_column_, best.skills);
  columns(slot.languages, language_column_, best.languages);
  if ((slot.skills && best.skills.empty()) || (slot.languages && best.languages.empty())) return {};
  for (auto minute = slot.from - slot.from % 60; minute < slot.to && best.hours.size() < 168; minute += 60) best.hours.push_back(week_hour(minute));
  best.heap.reserve(count);
  if (slot.recipient)   // whoever served this recipient before may be worth more than any bound below knows
    if (const auto found = served_.find(slot.recipient); found != served_.end())
      for (const auto index : found->second) {
        const auto& whole = odd_.at(index);
        if (eligible(whole, slot)) best.add({index, score(whole, slot, weights_, now_)});
        best.done.push_back(index);
      }
  const auto home_x = (slot.x_m - x0_) / cell_m_ - (slot.x_m < x0_), home_y = (slot.y_m - y0_) / cell_m_ - (slot.y_m < y0_);
  const auto bound_at = [&](std::int64_t distance) {
    return weights_.near > 0 ? near_points(weights_, distance, most_radius_) : 0;
  };
  for (std::int64_t ring = 0;; ++ring) {
    const auto ring_distance = std::max<std::int64_t>(0, (ring - 1) * cell_m_);
    if (ring_distance > most_radius_) break;
    if (best.hopeless(best.constant + bound_at(ring_distance) + merit_most_)) {
      best.cut = true;
      break;
    }
    for (auto y = home_y - ring; y <= home_y + ring; ++y) {
      if (y < 0 || y >= ny_) continue;
      const bool edge = y == home_y - ring || y == home_y + ring;
      for (auto x = home_x - ring; x <= home_x + ring; x += edge || ring == 0 ? 1 : 2 * ring) {
        if (x < 0 || x >= nx_) continue;
        const auto& cell = cells_[static_cast<std::size_t>(y * nx_ + x)];
        if (cell.count == 0) continue;
        const auto left = x0_ + x * cell_m_, low = y0_ + y * cell_m_;
        const auto dx = std::max<std::int64_t>({0, left - slot.x_m, slot.x_m - (left + cell_m_ - 1)});
        const auto dy = std::max<std::int64_t>({0, low - slot.y_m, slot.y_m - (low + cell_m_ - 1)});
        const auto distance = static_cast<std::int64_t>(std::sqrt(static_cast<double>(dx * dx + dy * dy)));
        if (distance > most_radius_) continue;
        visit(cell, slot, bound_at(distance), best);
      }
    }
  }
  std::sort(best.heap.begin(), best.heap.end(), [&](const Candidate& a, const Candidate& b) { return best.better(a, b); });
  if (cut) *cut = best.cut;
  return std::move(best.heap);
}

}  // namespace tx::matching
