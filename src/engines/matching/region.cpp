#include "engines/matching/region.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "engines/matching/parallel.h"
#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kOdd = 1u << 31;
constexpr int kHours = 168, kChecked = kHours, kPapers = kHours + 1, kRadius = kHours + 2;   // columns; skills and languages follow
constexpr std::size_t kThrifty = 2'000'000;   // with more people memory counts for more than the time of building

std::int32_t narrow(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}
std::uint16_t minutes16(int minutes) { return static_cast<std::uint16_t>(std::clamp(minutes, 0, 65535)); }
bool is_odd(const Volunteer& v) { return !v.busy.empty() || !v.not_with.empty() || !v.served.empty(); }

}  // namespace

void* large_pages(std::size_t bytes) {
  constexpr std::size_t kPage = std::size_t{1} << 21;
  void* memory = nullptr;
  if (bytes < 2 * kPage) {
    memory = std::malloc(bytes);
  } else {
    memory = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
    if (memory) madvise(memory, bytes, MADV_HUGEPAGE);
  }
  if (!memory) throw std::bad_alloc();
  return memory;
}

// What one question gathers: the K best so far as a heap with the worst on top.
struct Region::Best {
  const Region& region;
  std::size_t count;
  std::int64_t constant = 0;               // points of the slot alone
  std::int64_t welcome_most = 0;           // and of a welcome skill
  bool cut = false;
  int least_age = 0;
  std::vector<Candidate> heap = {};
  std::vector<std::uint32_t> done = {};    // odd people already considered
  std::vector<std::pair<const Cell*, std::int64_t>> ring = {};   // cells so far away as the ring now looked at, with their distance
  std::vector<int> all = {}, skills = {}, languages = {}, welcome = {};   // columns: each of these, any of these

  bool better(const Candidate& a, const Candidate& b) const { return a.score != b.score ? a.score > b.score : region.id_of(a.volunteer) < region.id_of(b.volunteer); }
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

Region::Added Region::in_short(const Volunteer& v) const {
  return {{narrow(v.x_m), narrow(v.y_m), narrow(v.radius_m), static_cast<std::int32_t>(merit_of(v, weights_, now_).sum()), narrow(v.birth_day),
           narrow(v.checked_until), minutes16(v.day_minutes), minutes16(v.week_minutes), is_odd(v) ? kOdd : 0},
          v.hours, v.skills, v.languages};
}

// Until build() the index field holds the step from the id before, so that ids cost nothing while they rise.
void Region::keep_whole(const Volunteer& v, std::size_t index) {
  if (!is_odd(v)) return;
  odd_.emplace(static_cast<std::uint32_t>(index), v);
  auto recipients = v.served;
  std::sort(recipients.begin(), recipients.end());
  recipients.erase(std::unique(recipients.begin(), recipients.end()), recipients.end());
  for (const auto recipient : recipients) served_[recipient].push_back(static_cast<std::uint32_t>(index));
}

void Region::add(const Volunteer& v) { add(std::span(&v, 1)); }

void Region::add(std::span<const Volunteer> all) {
  if (all.empty()) return;
  const auto start = count_;
  count_ += all.size();
  while (chunks_.size() * kChunk < count_) chunks_.push_back(std::make_unique_for_overwrite<Added[]>(kChunk));
  if (start == 0) last_id_ = all[0].id - 1;
  std::atomic<bool> rising = ids_.empty() && !keep_ids_;
  const auto workers = workers_for(all.size(), 20'000);
  in_parallel(workers, [&](std::size_t worker) {
    const auto to = all.size() * (worker + 1) / workers;
    for (auto i = all.size() * worker / workers; i < to; ++i) {
      auto& in = added(start + i) = in_short(all[i]);
      const auto step = all[i].id - (i ? all[i - 1].id : last_id_);
      if (step <= 0 || step >= kOdd) rising = false;
      else in.row.index |= static_cast<std::uint32_t>(step);
    }
  });
  if (!rising) {
    auto id = first_id_;
    for (auto i = ids_.size(); i < start; ++i) ids_.push_back(id += added(i).row.index & ~kOdd);
    for (const auto& v : all) ids_.push_back(v.id);
  }
  if (start == 0) first_id_ = all[0].id - 1;
  last_id_ = all.back().id;
  for (std::size_t i = 0; i < all.size(); ++i) {
    keep_whole(all[i], start + i);
    for (const auto& paper : all[i].papers) papers_.push_back({static_cast<std::uint32_t>(start + i), paper.which, paper.valid_until});
  }
}

// The extent of everything, which columns there are, and where people begin to have no reach.
void Region::measure() {
  std::int64_t x1 = 0, y1 = 0;
  std::uint64_t skills = 0, languages = 0;
  std::vector<std::int32_t> radii;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto& in = added(i);
    const auto& row = in.row;
    x0_ = i ? std::min<std::int64_t>(x0_, row.x_m) : row.x_m;
    y0_ = i ? std::min<std::int64_t>(y0_, row.y_m) : row.y_m;
    x1 = i ? std::max<std::int64_t>(x1, row.x_m) : row.x_m;
    y1 = i ? std::max<std::int64_t>(y1, row.y_m) : row.y_m;
    most_radius_ = std::max<std::int64_t>(most_radius_, row.radius_m);
    merit_most_ = i ? std::max(merit_most_, row.merit) : row.merit;
    skills |= in.skills;
    languages |= in.languages;
    if (i % (count_ / 4096 + 1) == 0) radii.push_back(row.radius_m);
  }
  // A few people far away must not cost millions of empty cells.
  const auto cells_at = [&](std::int64_t m) { return ((x1 - x0_) / m + 1) * ((y1 - y0_) / m + 1); };
  while (cells_at(cell_m_) > static_cast<std::int64_t>(4 * count_ + 1024)) cell_m_ *= 2;
  nx_ = static_cast<int>((x1 - x0_) / cell_m_ + 1);
  ny_ = static_cast<int>((y1 - y0_) / cell_m_ + 1);
  std::sort(radii.begin(), radii.end());
  for (std::size_t k = 0; k < kRadii; ++k) radii_[k] = radii[std::min(radii.size() - 1, (k + 1) * radii.size() / (kRadii + 1))];
  columns_ = kRadius + static_cast<int>(kRadii);
  skill_column_.assign(64, -1);
  language_column_.assign(64, -1);
  for (int bit = 0; bit < 64; ++bit) {
    if (skills >> bit & 1) skill_column_[static_cast<std::size_t>(bit)] = columns_++;
    if (languages >> bit & 1) language_column_[static_cast<std::size_t>(bit)] = columns_++;
  }
}

// Row -> index of adding, by cell; inside a cell in the order of adding.
std::vector<std::uint32_t> Region::sort_into_cells() {
  const auto cell_of = [&](const Row& row) { return static_cast<std::size_t>((row.y_m - y0_) / cell_m_ * nx_ + (row.x_m - x0_) / cell_m_); };
  cells_.assign(static_cast<std::size_t>(nx_) * static_cast<std::size_t>(ny_), {});
  std::vector<std::uint32_t> cell(count_), order(count_);
  for (std::size_t i = 0; i < count_; ++i) ++cells_[cell[i] = static_cast<std::uint32_t>(cell_of(added(i).row))].count;
  std::uint32_t rows = 0, blocks = 0;
  std::uint64_t words = 0;
  for (auto& each : cells_) {
    each.first = rows;
    each.block = blocks;
    each.bits = words;
    const auto width = (each.count + 63) / 64;
    rows += std::exchange(each.count, 0);
    blocks += width;
    words += std::uint64_t{width} * static_cast<std::uint64_t>(columns_);
  }
  for (std::uint32_t i = 0; i < count_; ++i) {
    auto& to = cells_[cell[i]];
    order[to.first + to.count++] = i;
  }
  block_merit_.resize(blocks);
  bits_.resize(words);
  rows_.resize(count_);
  return order;
}

void Region::permute(std::vector<std::uint32_t>& order) {
  for (std::uint32_t start = 0; start < count_; ++start) {
    if (order[start] == start) continue;
    const auto first = added(start);
    auto at = start;
    while (order[at] != start) {
      added(at) = added(order[at]);
      at = std::exchange(order[at], at);
    }
    added(at) = first;
    order[at] = at;
  }
}

void Region::fill(std::size_t from_cell, std::size_t to_cell, const std::vector<std::uint32_t>& order, bool in_place) {
  std::vector<std::pair<std::int32_t, std::uint32_t>> by_merit;
  std::size_t freed = cells_[from_cell].first / kChunk + 1;
  for (auto c = from_cell; c < to_cell; ++c) {
    const auto& cell = cells_[c];
    const std::uint64_t width = (cell.count + 63) / 64;
    std::fill_n(bits_.begin() + static_cast<std::ptrdiff_t>(cell.bits), width * static_cast<std::uint64_t>(columns_), 0);
    by_merit.clear();
    for (auto i = cell.first; i < cell.first + cell.count; ++i) by_merit.emplace_back(-added(order[i]).row.merit, order[i]);
    std::sort(by_merit.begin(), by_merit.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : (added(a.second).row.index & ~kOdd) < (added(b.second).row.index & ~kOdd);
    });
    for (std::uint32_t i = 0; i < cell.count; ++i) {
      const auto& in = added(by_merit[i].second);
      rows_[cell.first + i] = in.row;
      if (i % 64 == 0) block_merit_[cell.block + i / 64] = in.row.merit;
      std::uint64_t* word = &bits_[cell.bits + i / 64];
      const std::uint64_t bit = std::uint64_t{1} << (i % 64);
      const auto set = [&](int column) { word[static_cast<std::uint64_t>(column) * width] |= bit; };
      for (std::size_t part = 0; part < 3; ++part)
        for (auto rest = in.hours[part]; rest; rest &= rest - 1)
          if (const auto hour = static_cast<int>(part * 64) + std::countr_zero(rest); hour < kHours) set(hour);
      for (auto rest = in.skills; rest; rest &= rest - 1) set(skill_column_[static_cast<std::size_t>(std::countr_zero(rest))]);
      for (auto rest = in.languages; rest; rest &= rest - 1) set(language_column_[static_cast<std::size_t>(std::countr_zero(rest))]);
      if (in.row.checked_until > 0) set(kChecked);
      for (std::size_t k = 0; k < kRadii && in.row.radius_m >= radii_[k]; ++k) set(kRadius + static_cast<int>(k));
      if (!papers_.empty()) {
        const auto index = in.row.index & ~kOdd;
        const auto found = std::lower_bound(papers_.begin(), papers_.end(), index, [](const Paper& paper, std::uint32_t x) { return paper.index < x; });
        if (found != papers_.end() && found->index == index) set(kPapers);
      }
    }
    for (; in_place && (freed + 1) * kChunk <= cell.first + cell.count; ++freed) chunks_[freed].reset();
  }
}

void Region::build() {
  if (count_ == 0) return;
  measure();
  auto order = sort_into_cells();
  for (std::uint32_t i = 0; i < count_; ++i) added(i).row.index = (added(i).row.index & kOdd) | i;
  const bool thrifty = count_ > kThrifty;
  if (thrifty) permute(order);
  const auto workers = workers_for(count_, 20'000);
  in_parallel(workers, [&](std::size_t worker) {
    const auto cell_at = [&](std::size_t row) {   // the first cell that begins at or after this row
      return static_cast<std::size_t>(std::lower_bound(cells_.begin(), cells_.end(), row, [](const Cell& cell, std::size_t x) { return cell.first < x; }) - cells_.begin());
    };
    const auto from = worker == 0 ? 0 : cell_at(count_ * worker / workers), to = worker + 1 == workers ? cells_.size() : cell_at(count_ * (worker + 1) / workers);
    if (from < to) fill(from, to, order, thrifty);
  });
  chunks_.clear();
}

std::size_t Region::bytes() const {
  return rows_.size() * sizeof(Row) + ids_.size() * 8 + bits_.size() * 8 + cells_.size() * sizeof(Cell) + block_merit_.size() * 4 + papers_.size() * sizeof(Paper);
}

bool Region::has_papers(std::uint32_t index, const Slot& slot) const {
  std::uint64_t valid = 0;
  auto at = std::lower_bound(papers_.begin(), papers_.end(), index, [](const Paper& paper, std::uint32_t x) { return paper.index < x; });
  for (; at != papers_.end() && at->index == index; ++at)
    if (at->valid_until >= slot.to) valid |= at->which;
  return (slot.papers & ~valid) == 0;
}

void Region::consider(const Row& row, const Slot& slot, bool preferred, Best& best) const {
  const auto dx = slot.x_m - row.x_m, dy = slot.y_m - row.y_m, reach = static_cast<std::int64_t>(row.radius_m) + 1;
  if (dx * dx + dy * dy > reach * reach) return;
  const auto index = row.index & ~kOdd;
  if (row.index & kOdd) {
    if (std::binary_search(best.done.begin(), best.done.end(), index)) return;
    const auto& whole = odd_.at(index);
    if (eligible(whole, slot)) best.add({index, score(whole, slot, weights_, now_)});
    return;
  }
  const auto straight = distance_m(row.x_m, row.y_m, slot.x_m, slot.y_m);
  const auto distance = slot.ways.empty() ? detour_of(straight, slot) : way_of(id_of(index), straight, slot);
  if (distance > row.radius_m) return;
  const auto minutes = slot.to - slot.from;
  if (minutes > row.day_minutes || minutes > row.week_minutes) return;
  if (age_at(row.birth_day, slot.from) < best.least_age) return;
  if (needs_check(slot) && row.checked_until < slot.to) return;
  if (slot.papers && !has_papers(index, slot)) return;
  const auto points = best.constant + near_points(weights_, distance, row.radius_m) + row.merit + (preferred ? weights_.preferred : 0);
  best.add({index, static_cast<int>(std::max<std::int64_t>(1, points))});
}

// The columns of a cell lie apart in memory; they are sent for while the cell before is looked through.
void Region::send_for(const Cell& cell, const Best& best) const {
  const std::size_t width = (cell.count + 63) / 64;
  __builtin_prefetch(&block_merit_[cell.block]);
  for (const auto* columns : {&best.all, &best.skills, &best.languages, &best.welcome})
    for (const int column : *columns) __builtin_prefetch(&bits_[cell.bits + static_cast<std::size_t>(column) * width]);
}

void Region::visit(const Cell& cell, const Slot& slot, std::int64_t near_bound, std::int64_t distance, Best& best) const {
  constexpr std::size_t kTogether = 8;
  const std::size_t width = (cell.count + 63) / 64;
  const std::uint64_t* bits = &bits_[cell.bits];
  const auto line = [&](int column, std::size_t w) { return bits + static_cast<std::size_t>(column) * width + w; };
  int radius = -1;   // whoever lives in this cell needs at least that radius
  for (std::size_t k = 0; k < kRadii && radii_[k] <= distance; ++k) radius = kRadius + static_cast<int>(k);
  for (std::size_t w0 = 0; w0 < width; w0 += kTogether) {
    // By merit downwards: the first of the block bounds the block, and all blocks after it.
    const auto hopeless = [&](std::size_t w) { return best.hopeless(best.constant + best.welcome_most + near_bound + block_merit_[cell.block + w]); };
    if (hopeless(w0)) {
      best.cut = true;   // perhaps somebody eligible; only the certificate asks, and may be told so
      return;
    }
    const auto n = std::min(kTogether, width - w0);
    std::uint64_t alive[kTogether], any[kTogether], welcome[kTogether] = {};
    std::fill_n(alive, kTogether, ~std::uint64_t{0});
    const auto keep = [&](int column) {
      const auto* words = line(column, w0);
      for (std::size_t i = 0; i < n; ++i) alive[i] &= words[i];
    };
    const auto gather = [&](const std::vector<int>& columns, std::uint64_t* into) {
      std::fill_n(into, kTogether, 0);
      for (const int column : columns)
        for (std::size_t i = 0; i < n; ++i) into[i] |= line(column, w0)[i];
    };
    for (const int column : best.all) keep(column);
    if (radius >= 0) keep(radius);
    for (const auto* columns : {&best.skills, &best.languages}) {
      if (columns->empty()) continue;
      gather(*columns, any);
      for (std::size_t i = 0; i < n; ++i) alive[i] &= any[i];
    }
    if (!best.welcome.empty()) gather(best.welcome, welcome);
    for (std::size_t i = 0; i < n; ++i)   // those left lie far apart in memory: all are sent for before the first is looked at
      for (auto rest = alive[i]; rest; rest &= rest - 1)
        __builtin_prefetch(rows_.data() + cell.first + (w0 + i) * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    for (std::size_t i = 0; i < n; ++i) {
      if (i > 0 && alive[i] && hopeless(w0 + i)) {
        best.cut = true;
        return;
      }
      for (auto rest = alive[i]; rest; rest &= rest - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
        const auto at = (w0 + i) * 64 + bit;
        if (at < cell.count) consider(rows_[cell.first + at], slot, welcome[i] >> bit & 1, best);
      }
    }
  }
}

std::vector<Candidate> Region::top(const Slot& slot, std::size_t count, bool* cut) const {
  Best best{.region = *this, .count = count};
  if (rows_.empty() || count == 0) return {};
  if (!slot.ways.empty() && ids_.empty()) throw std::logic_error("a slot lists ways, but the region did not keep_ids()");
  best.least_age = least_age_of(slot);
  best.constant = weights_.base + static_cast<std::int64_t>(weights_.urgency) * slot.urgency + (slot.skills ? weights_.skill : 0) +
                  (slot.languages ? weights_.language : 0);
  const auto columns = [](std::uint64_t mask, const std::vector<int>& column, std::vector<int>& out) {
    for (; mask; mask &= mask - 1)
      if (const int found = column[static_cast<std::size_t>(std::countr_zero(mask))]; found >= 0) out.push_back(found);
  };
  columns(slot.skills, skill_column_, best.skills);
  columns(slot.languages, language_column_, best.languages);
  columns(slot.prefers, skill_column_, best.welcome);
  best.welcome_most = best.welcome.empty() ? 0 : std::max(0, weights_.preferred);
  if ((slot.skills && best.skills.empty()) || (slot.languages && best.languages.empty())) return {};
  for (auto minute = slot.from - slot.from % 60; minute < slot.to && best.all.size() < 168; minute += 60) best.all.push_back(week_hour(minute));
  if (needs_check(slot) && slot.to > 0) best.all.push_back(kChecked);
  if (slot.papers) best.all.push_back(kPapers);
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
  // No way is shorter than this straight line's; with listed ways only the straight line itself bounds them.
  const auto way_at = [&](std::int64_t straight) { return slot.ways.empty() ? detour_of(straight, slot) : straight; };
  for (std::int64_t ring = 0;; ++ring) {
    const auto ring_distance = way_at(std::max<std::int64_t>(0, (ring - 1) * cell_m_));
    if (ring_distance > most_radius_) break;
    if (best.hopeless(best.constant + best.welcome_most + bound_at(ring_distance) + merit_most_)) {
      best.cut = true;
      break;
    }
    best.ring.clear();
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
        const auto distance = way_at(static_cast<std::int64_t>(std::sqrt(static_cast<double>(dx * dx + dy * dy))));
        if (distance <= most_radius_) best.ring.emplace_back(&cell, distance);
      }
    }
    for (std::size_t i = 0; i < best.ring.size(); ++i) {
      if (i + 1 < best.ring.size()) send_for(*best.ring[i + 1].first, best);
      visit(*best.ring[i].first, slot, bound_at(best.ring[i].second), best.ring[i].second, best);
    }
  }
  std::sort(best.heap.begin(), best.heap.end(), [&](const Candidate& a, const Candidate& b) { return best.better(a, b); });
  if (cut) *cut = best.cut;
  return std::move(best.heap);
}

}  // namespace tx::matching
