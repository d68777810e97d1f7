#include "engines/matching/choice.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tx::matching {
namespace {

constexpr std::int64_t kForced = std::int64_t{1} << 40;   // more than any set is worth
constexpr std::int32_t kPlenty = std::numeric_limits<std::int32_t>::max();

}  // namespace

Choice::Row Choice::row(std::uint32_t person, std::uint32_t place) const {
  const auto& offer = graph_.offers[place];
  const auto& slot = graph_.slots[offer.slot];
  const auto minutes = slot.to - slot.from;
  Row row{0, place, offer.slot, minutes, minutes, kPlenty, kPlenty, slot.day, slot.week, 0, true, true};
  if (!graph_.day_room.empty()) row.day_room = offer.day_room;
  if (!graph_.most.empty()) row.week = 0, row.week_cost = 1, row.week_room = graph_.most[person];
  else if (!graph_.week_room.empty()) row.week_room = offer.week_room;
  return row;
}
bool Choice::fits(std::uint32_t person, std::uint32_t place) const {
  const auto only = row(person, place);
  return graph_.overlaps_allowed || (only.day_cost <= only.day_room && only.week_cost <= only.week_room);
}
std::int64_t Choice::best(std::uint32_t person, const std::vector<std::int64_t>& prices, std::vector<std::uint32_t>* chosen,
                          std::uint32_t forced, std::uint32_t without, std::int64_t most) {
  person_ = person;
  rows_.clear();
  const std::int64_t seats = graph_.seats_of(person);
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place) {
    const auto& offer = graph_.offers[place];
    std::int64_t gain = offer.weight - seats * prices[offer.slot];
    if (place == forced) gain += kForced;
    if (gain <= 0 || place == without) continue;
    auto next = row(person, place);
    next.gain = gain;
    next.at = static_cast<std::uint32_t>(rows_.size());
    if (graph_.overlaps_allowed || (next.day_cost <= next.day_room && next.week_cost <= next.week_room)) rows_.push_back(next);
  }
  const std::int64_t less = forced == kNone ? 0 : kForced;
  if (rows_.empty()) return -less;
  if (graph_.overlaps_allowed) return heaviest(chosen, graph_.most.empty() ? 1 : graph_.most[person]) - less;
  if (rows_.size() == 1) {
    if (chosen) chosen->push_back(rows_[0].place);
    return rows_[0].gain - less;
  }
  width_ = rows_.size();
  reaches_.assign(width_ * width_, 0);
  const auto mark = chosen ? chosen->size() : 0;
  bool fits = true;
  const auto gain = chain(chosen, fits);
  if (fits || gain - less <= most) return gain - less;
  if (chosen) chosen->resize(mark);
  return capped(chosen, most + less) - less;
}

std::int64_t Choice::heaviest(std::vector<std::uint32_t>* chosen, int most) {
  const auto taken = std::min<std::size_t>(rows_.size(), static_cast<std::size_t>(std::max(0, most)));
  std::partial_sort(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(taken), rows_.end(), [](const Row& a, const Row& b) { return a.gain > b.gain; });
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < taken; ++i) {
    sum += rows_[i].gain;
    if (chosen) chosen->push_back(rows_[i].place);
  }
  return sum;
}

// Caps let pass; `fits` tells whether the best chain keeps to them all the same.
std::int64_t Choice::chain(std::vector<std::uint32_t>* chosen, bool& fits) {
  const auto n = rows_.size();
  gain_.resize(n);
  before_.resize(n);
  std::size_t last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::int64_t most = 0;
    before_[i] = -1;
    for (std::size_t j = 0; j < i; ++j)
      if (gain_[j] > most && reaches(j, i)) {
        most = gain_[j];
        before_[i] = static_cast<std::int32_t>(j);
      }
    gain_[i] = most + rows_[i].gain;
    if (gain_[i] > gain_[last]) last = i;
  }
  std::int32_t day = 0, week = 0;
  for (auto i = static_cast<std::int32_t>(last), later = -1; i >= 0; later = i, i = before_[static_cast<std::size_t>(i)]) {
    const auto& row = rows_[static_cast<std::size_t>(i)];
    if (later < 0 || !same_day(row, rows_[static_cast<std::size_t>(later)])) day = 0;
    if (later < 0 || !same_week(row, rows_[static_cast<std::size_t>(later)])) week = 0;
    day += row.day_cost;
    week += row.week_cost;
    if (day > row.day_room || week > row.week_room) fits = false;
    if (chosen) chosen->push_back(row.place);
  }
  return gain_[last];
}

// A good set to begin with: the dearest rows first, each that still fits.
std::int64_t Choice::greedy() {
  greedy_.clear();
  order_.resize(rows_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [this](auto a, auto b) { return rows_[a].gain > rows_[b].gain; });
  std::int64_t sum = 0;
  for (const auto i : order_) {
    const auto& row = rows_[i];
    const auto at = std::lower_bound(greedy_.begin(), greedy_.end(), i);
    if ((at != greedy_.begin() && !reaches(*(at - 1), i)) || (at != greedy_.end() && !reaches(i, *at))) continue;
    std::int64_t day = row.day_cost, week = row.week_cost;
    auto day_room = row.day_room, week_room = row.week_room;
    for (const auto held : greedy_) {
      const auto& other = rows_[held];
      if (same_day(row, other)) day += other.day_cost, day_room = std::min(day_room, other.day_room);
      if (same_week(row, other)) week += other.week_cost, week_room = std::min(week_room, other.week_room);
    }
    if (day > day_room || week > week_room) continue;
    greedy_.insert(at, i);
    sum += row.gain;
  }
  greedy_places_.clear();
  for (const auto held : greedy_) greedy_places_.push_back(rows_[held].place);
  return sum;
}

// No set of the rows behind `behind` is worth more within so much of the week: the dearest for their length first, the last in part.
std::int64_t Choice::room_for(std::int64_t week, std::size_t behind) const {
  std::int64_t sum = 0;
  for (const auto i : order_) {
    const auto& row = rows_[i];
    if (i < behind) continue;
    if (row.week_cost >= week) return sum + row.gain * week / std::max(1, row.week_cost);
    sum += row.gain;
    week -= row.week_cost;
  }
  return sum;
}

// Rows that could not stand in a set worth more than `most`.
void Choice::leave_out(std::int64_t most) {
  const auto by_length = [&] {
    order_.resize(rows_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(), [this](auto a, auto b) { return rows_[a].gain * rows_[b].week_cost > rows_[b].gain * rows_[a].week_cost; });
  };
  by_length();
  keeps_.clear();
  for (const auto& row : rows_) keeps_.push_back(row.gain + room_for(row.week_room - row.week_cost, 0) > most);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < keeps_.size(); ++i)
    if (keeps_[i]) rows_[kept++] = rows_[i];
  rows_.resize(kept);
  by_length();
}

// For every row: the best chain behind it, caps let pass; and whether its day or week can be too full at all.
void Choice::look_ahead() {
  const auto n = rows_.size();
  after_.assign(n, 0);
  for (std::size_t i = n; i-- > 0;) {
    auto& row = rows_[i];
    std::int64_t day = 0, week = 0;
    auto day_room = row.day_room, week_room = row.week_room;
    for (std::size_t j = 0; j < n; ++j) {
      const auto& other = rows_[j];
      if (same_day(row, other)) day += other.day_cost, day_room = std::min(day_room, other.day_room);
      if (same_week(row, other)) week += other.week_cost, week_room = std::min(week_room, other.week_room);
      if (j > i && rows_[j].gain + after_[j] > after_[i] && reaches(i, j)) after_[i] = rows_[j].gain + after_[j];
    }
    row.day_counts = day > day_room;
    row.week_counts = week > week_room;
  }
}

// Among the labels from `first` on, unless another is as good in gain and in what is left of day and week.
void Choice::keep(std::size_t first, const Label& label) {
  for (auto at = first; at < labels_.size();) {
    const auto& other = labels_[at];
    if (other.gain >= label.gain && other.day <= label.day && other.week <= label.week) return;
    if (other.gain <= label.gain && other.day >= label.day && other.week >= label.week) {
      labels_[at] = labels_.back();
      labels_.pop_back();
    } else {
      ++at;
    }
  }
  labels_.push_back(label);
}

std::int64_t Choice::capped(std::vector<std::uint32_t>* chosen, std::int64_t most) {
  most = std::max(most, greedy());
  // Where all lies in one week with room for so many minutes, what fits into these minutes bounds every set.
  const bool one_week = std::all_of(rows_.begin(), rows_.end(), [&](const Row& row) { return same_week(row, rows_[0]) && row.week_room == rows_[0].week_room; });
  if (one_week) leave_out(most);
  look_ahead();
  labels_.clear();
  label_first_.clear();
  std::int32_t best = -1;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto first = labels_.size();
    label_first_.push_back(first);
    const auto& row = rows_[i];
    const auto add = [&](std::int64_t gain, std::int32_t day, std::int32_t week, std::int32_t before) {
      day += row.day_cost, week += row.week_cost;
      if (day > row.day_room || week > row.week_room) return;
      gain += row.gain;
      if (gain + after_[i] > most && (!one_week || gain + room_for(row.week_room - week, i + 1) > most))
        keep(first, {gain, row.day_counts ? day : 0, row.week_counts ? week : 0, before, static_cast<std::uint32_t>(i)});
    };
    add(0, 0, 0, -1);
    for (std::size_t j = 0; j < i; ++j) {
      const auto end = label_first_[j + 1];
      if (label_first_[j] == end || !reaches(j, i)) continue;
      const bool day = same_day(rows_[j], row), week = same_week(rows_[j], row);
      for (auto at = label_first_[j]; at < end; ++at) {
        const auto label = labels_[at];
        add(label.gain, day ? label.day : 0, week ? label.week : 0, static_cast<std::int32_t>(at));
      }
    }
    for (auto at = first; at < labels_.size(); ++at)
      if (labels_[at].gain > most) most = labels_[at].gain, best = static_cast<std::int32_t>(at);
  }
  if (!chosen) return most;
  if (best < 0) chosen->insert(chosen->end(), greedy_places_.begin(), greedy_places_.end());
  for (; best >= 0; best = labels_[static_cast<std::size_t>(best)].before) chosen->push_back(rows_[labels_[static_cast<std::size_t>(best)].row].place);
  return most;
}

}  // namespace tx::matching
