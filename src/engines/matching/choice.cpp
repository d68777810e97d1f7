#include "engines/matching/choice.h"

#include <algorithm>
#include <limits>

namespace tx::matching {
namespace {

constexpr std::int64_t kForced = std::int64_t{1} << 40;   // more than any set is worth
constexpr std::int32_t kPlenty = std::numeric_limits<std::int32_t>::max();

}  // namespace

Choice::Purse Choice::purse(const Row& row) const {
  const auto& slot = graph_.slots[row.slot];
  const auto minutes = slot.to - slot.from;
  const auto arc = graph_.offers[row.place].arc;
  const std::int32_t day_room = graph_.day_room.empty() ? kPlenty : graph_.day_room[arc];
  if (!graph_.most.empty()) return {minutes, 1, day_room, graph_.most[person_]};
  return {minutes, minutes, day_room, graph_.week_room.empty() ? kPlenty : graph_.week_room[arc]};
}
bool Choice::same_day(const Row& a, const Row& b) const { return graph_.slots[a.slot].day == graph_.slots[b.slot].day; }
bool Choice::same_week(const Row& a, const Row& b) const {
  return !graph_.most.empty() || graph_.slots[a.slot].week == graph_.slots[b.slot].week;
}

std::int64_t Choice::best(std::uint32_t person, const std::vector<std::int64_t>& prices, std::vector<std::uint32_t>* chosen,
                          std::uint32_t forced, std::uint32_t without) {
  person_ = person;
  rows_.clear();
  const std::int64_t seats = graph_.seats_of(person);
  for (auto place = graph_.person_first[person]; place < graph_.person_first[person + 1]; ++place) {
    const auto& offer = graph_.offers[place];
    std::int64_t gain = offer.weight - seats * prices[offer.slot];
    if (place == forced) gain += kForced;
    if (gain > 0 && place != without) rows_.push_back({gain, place, offer.slot});
  }
  const std::int64_t less = forced == kNone ? 0 : kForced;
  if (rows_.empty()) return -less;
  if (graph_.overlaps_allowed) return heaviest(chosen, graph_.most.empty() ? 1 : graph_.most[person]) - less;
  if (rows_.size() == 1) {
    if (const auto p = purse(rows_[0]); p.day_cost > p.day_room || p.week_cost > p.week_room) return -less;
    if (chosen) chosen->push_back(rows_[0].place);
    return rows_[0].gain - less;
  }
  const auto mark = chosen ? chosen->size() : 0;
  bool fits = true;
  const auto gain = chain(chosen, fits);
  if (fits) return gain - less;
  if (chosen) chosen->resize(mark);
  return capped(chosen) - less;
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

// Caps let pass; `fits` tells whether the best chain keeps to them all the same, which it nearly always does.
std::int64_t Choice::chain(std::vector<std::uint32_t>* chosen, bool& fits) {
  const auto n = rows_.size();
  gain_.resize(n);
  before_.resize(n);
  std::size_t last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::int64_t most = 0;
    before_[i] = -1;
    for (std::size_t j = 0; j < i; ++j)
      if (gain_[j] > most && graph_.follows(rows_[j].slot, rows_[i].slot, person_)) {
        most = gain_[j];
        before_[i] = static_cast<std::int32_t>(j);
      }
    gain_[i] = most + rows_[i].gain;
    if (gain_[i] > gain_[last]) last = i;
  }
  std::int32_t day = 0, week = 0;
  for (auto i = static_cast<std::int32_t>(last), later = -1; i >= 0; later = i, i = before_[static_cast<std::size_t>(i)]) {
    const auto& row = rows_[static_cast<std::size_t>(i)];
    const auto p = purse(row);
    if (later < 0 || !same_day(row, rows_[static_cast<std::size_t>(later)])) day = 0;
    if (later < 0 || !same_week(row, rows_[static_cast<std::size_t>(later)])) week = 0;
    day += p.day_cost;
    week += p.week_cost;
    if (day > p.day_room || week > p.week_room) fits = false;
    if (chosen) chosen->push_back(row.place);
  }
  return gain_[last];
}

// Keeps the labels from `first` on that no other label beats in gain and in what is left of day and week.
void Choice::thin_out(std::size_t first) {
  const auto begin = labels_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, labels_.end(), [](const Label& a, const Label& b) {
    return a.gain != b.gain ? a.gain > b.gain : a.day != b.day ? a.day < b.day : a.week < b.week;
  });
  auto kept = begin;
  for (auto at = begin; at != labels_.end(); ++at)
    if (std::none_of(begin, kept, [&](const Label& other) { return other.day <= at->day && other.week <= at->week; })) *kept++ = *at;
  labels_.erase(kept, labels_.end());
}

std::int64_t Choice::capped(std::vector<std::uint32_t>* chosen) {
  labels_.clear();
  label_first_.clear();
  std::int32_t best = -1;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto first = labels_.size();
    label_first_.push_back(first);
    const auto& row = rows_[i];
    const auto p = purse(row);
    const auto add = [&](std::int64_t gain, std::int32_t day, std::int32_t week, std::int32_t before) {
      if (day + p.day_cost <= p.day_room && week + p.week_cost <= p.week_room)
        labels_.push_back({gain + row.gain, day + p.day_cost, week + p.week_cost, before, static_cast<std::uint32_t>(i)});
    };
    add(0, 0, 0, -1);
    for (std::size_t j = 0; j < i; ++j) {
      if (!graph_.follows(rows_[j].slot, row.slot, person_)) continue;
      const bool day = same_day(rows_[j], row), week = same_week(rows_[j], row);
      for (auto at = label_first_[j]; at < label_first_[j + 1]; ++at) {
        const auto label = labels_[at];
        add(label.gain, day ? label.day : 0, week ? label.week : 0, static_cast<std::int32_t>(at));
        if (!day && !week) break;   // the first is worth most, and nothing spent counts any more
      }
    }
    thin_out(first);
    for (auto at = first; at < labels_.size(); ++at)
      if (best < 0 || labels_[at].gain > labels_[static_cast<std::size_t>(best)].gain) best = static_cast<std::int32_t>(at);
  }
  if (best < 0) return 0;
  const auto gain = labels_[static_cast<std::size_t>(best)].gain;
  for (; chosen && best >= 0; best = labels_[static_cast<std::size_t>(best)].before)
    chosen->push_back(rows_[labels_[static_cast<std::size_t>(best)].row].place);
  return gain;
}

}  // namespace tx::matching
