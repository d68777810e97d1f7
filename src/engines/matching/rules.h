// Inside the matching engine only: the arithmetic that rules, score and region index share.
#pragma once
#include <algorithm>

#include "engines/matching/matching.h"

namespace tx::matching {

inline constexpr std::int64_t kDayMinutes = 24 * 60, kRestedMinutes = 14 * kDayMinutes;
inline constexpr int kAdult = 18;

// Completed years, by the mean Gregorian year; exact to the day except around the birthday of some leap years.
inline int age_at(std::int64_t birth_day, std::int64_t minute) {
  return static_cast<int>((minute / kDayMinutes - birth_day) * 10'000 / 3'652'425);
}
// Hour of the week of a minute: 1970-01-01 was a Thursday, so three days are added to start at Monday.
inline int week_hour(std::int64_t minute) { return static_cast<int>((minute / 60 + 3 * 24) % 168); }
inline std::int64_t day_of(std::int64_t minute) { return minute / kDayMinutes; }
inline std::int64_t week_of(std::int64_t minute) { return (minute / kDayMinutes + 3) / 7; }
inline int least_age_of(const Slot& s) { return s.adults_only || s.checked_only ? std::max(s.least_age, kAdult) : s.least_age; }
inline bool needs_check(const Slot& s) { return s.checked_only || (s.pair_unless_checked && s.heads < 2); }

inline std::uint64_t papers_of(const Volunteer& v, std::int64_t minute) {   // valid at this minute
  std::uint64_t valid = 0;
  for (const auto& paper : v.papers)
    if (paper.valid_until >= minute) valid |= paper.which;
  return valid;
}

// The straight line as a way for whoever has no listed one; and the listed one.
inline std::int64_t detour_of(std::int64_t straight, const Slot& s) { return s.detour <= 1000 ? straight : straight * s.detour / 1000; }
inline const Way* listed_way(std::int64_t volunteer, const Slot& s) {
  if (s.ways.empty()) return nullptr;
  const auto found = std::lower_bound(s.ways.begin(), s.ways.end(), volunteer, [](const Way& way, std::int64_t id) { return way.volunteer < id; });
  return found != s.ways.end() && found->volunteer == volunteer ? &*found : nullptr;
}
inline std::int64_t way_of(std::int64_t volunteer, std::int64_t straight, const Slot& s) {
  const auto* listed = listed_way(volunteer, s);
  return listed ? std::max(straight, listed->metres) : detour_of(straight, s);
}

struct BusyMinutes {
  std::int64_t day = 0, week = 0;   // promised on the day and in the week of a slot
};
inline BusyMinutes busy_minutes(const Volunteer& volunteer, const Slot& slot) {
  BusyMinutes load;
  for (const auto& busy : volunteer.busy) {
    if (day_of(busy.from) == day_of(slot.from)) load.day += busy.to - busy.from;
    if (week_of(busy.from) == week_of(slot.from)) load.week += busy.to - busy.from;
  }
  return load;
}

// Points that do not depend on the slot; and near points of a distance within a radius.
struct Merit {
  std::int64_t reliability = 0, load = 0, rested = 0;
  std::int64_t sum() const { return reliability + load + rested; }
};
inline Merit merit_of(const Volunteer& v, const Weights& w, std::int64_t now) {
  return {static_cast<std::int64_t>(w.reliability) * v.reliability / 1000, static_cast<std::int64_t>(w.load) * v.load_minutes / 600,
          v.asked_at == 0 || now - v.asked_at > kRestedMinutes ? w.rested : 0};
}
inline std::int64_t near_points(const Weights& w, std::int64_t distance, std::int64_t radius) {
  return w.near * std::max<std::int64_t>(0, radius - distance) / std::max<std::int64_t>(1, radius);
}

}  // namespace tx::matching
