#include <cmath>

#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

bool free_at(const Volunteer& volunteer, std::int64_t from, std::int64_t to) {
  for (std::int64_t minute = from - from % 60; minute < to; minute += 60) {
    const int hour = week_hour(minute);
    if (!(volunteer.hours[hour / 64] >> (hour % 64) & 1)) return false;
  }
  return true;
}

}  // namespace

std::int64_t distance_m(std::int64_t x1, std::int64_t y1, std::int64_t x2, std::int64_t y2) {
  const double dx = static_cast<double>(x1 - x2), dy = static_cast<double>(y1 - y2);
  return static_cast<std::int64_t>(std::sqrt(dx * dx + dy * dy) + 0.5);
}

std::int64_t travel_minutes(std::int64_t metres, Mode mode) {
  const std::int64_t road = metres * 13 / 10;
  if (mode == Mode::foot) return road * 60 / 4000;
  if (mode == Mode::cycle) return road * 60 / 12'000;
  if (mode == Mode::car) return road * 60 / 30'000 + 10;
  return metres < 2000 ? road * 60 / 4000 : road * 60 / 20'000 + 5;
}

std::int64_t way_m(const Volunteer& v, const Slot& s) { return way_of(v.id, distance_m(v.x_m, v.y_m, s.x_m, s.y_m), s); }

std::vector<Barrier> barriers(const Volunteer& v, const Slot& s) {
  std::vector<Barrier> found;
  const auto bar = [&](const char* rule, std::int64_t value = 0, std::int64_t limit = 0) { found.push_back({rule, value, limit}); };
  const auto straight = distance_m(v.x_m, v.y_m, s.x_m, s.y_m);
  if (const auto way = way_of(v.id, straight, s); way > v.radius_m) {
    bar("match.too_far", way, v.radius_m);
    if (listed_way(v.id, s)) found.back().straight = straight;
  }
  if (!free_at(v, s.from, s.to)) bar("match.not_available");
  if (s.skills && !(s.skills & v.skills)) bar("match.skill_missing");
  if (s.languages && !(s.languages & v.languages)) bar("match.language_missing");
  if (s.papers & ~papers_of(v, s.to)) bar("match.paper_missing");
  const int age = age_at(v.birth_day, s.from);
  const int least = least_age_of(s);
  if (age < least) bar("match.too_young", age, least);
  const bool checked = v.checked_until >= s.to;
  if (s.checked_only && !checked) bar("match.not_checked");
  if (s.pair_unless_checked && s.heads < 2 && !checked) bar("match.alone_unchecked");
  for (const auto& busy : v.busy) {
    const auto travel = travel_minutes(distance_m(busy.x_m, busy.y_m, s.x_m, s.y_m), v.mode);
    if (busy.from < s.to + travel && s.from < busy.to + travel) {
      bar("match.overlap", travel);
      break;
    }
  }
  const auto load = busy_minutes(v, s);
  if (load.day + s.to - s.from > v.day_minutes) bar("match.day_cap", load.day + s.to - s.from, v.day_minutes);
  if (load.week + s.to - s.from > v.week_minutes) bar("match.week_cap", load.week + s.to - s.from, v.week_minutes);
  for (const auto other : v.not_with)
    if (other == s.recipient && other != 0) {
      bar("match.excluded");
      break;
    }
  return found;
}

bool eligible(const Volunteer& volunteer, const Slot& slot) {
  // The two cheap and selective rules first; the list is only built for the few that pass.
  const auto dx = volunteer.x_m - slot.x_m, dy = volunteer.y_m - slot.y_m;
  if (dx > volunteer.radius_m || -dx > volunteer.radius_m || dy > volunteer.radius_m || -dy > volunteer.radius_m) return false;
  if (slot.skills && !(slot.skills & volunteer.skills)) return false;
  return barriers(volunteer, slot).empty();
}

}  // namespace tx::matching
