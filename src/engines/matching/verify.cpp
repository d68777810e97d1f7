// The independent checker. It shares no function with the engine: every rule, every score and the bound are written again
// here, plainly and slowly, in integers where the engine uses integers. A reader need not trust solve.cpp.
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "engines/matching/matching.h"

namespace tx::matching {
namespace {

std::int64_t metres(std::int64_t ax, std::int64_t ay, std::int64_t bx, std::int64_t by) {
  return std::llround(std::hypot(static_cast<double>(ax - bx), static_cast<double>(ay - by)));
}
std::int64_t minutes_between(std::int64_t m) { return m < 2000 ? m * 13 / 10 * 60 / 4000 : m * 13 / 10 * 60 / 20000 + 5; }

bool allowed(const Volunteer& v, const Slot& s) {
  if (metres(v.x_m, v.y_m, s.x_m, s.y_m) > v.radius_m) return false;
  for (std::int64_t hour = s.from / 60; hour * 60 < s.to; ++hour) {
    const std::int64_t of_week = (hour + 72) % 168;
    if (((v.hours[static_cast<std::size_t>(of_week / 64)] >> (of_week % 64)) & 1) == 0) return false;
  }
  if (s.skills != 0 && (s.skills & v.skills) == 0) return false;
  if (s.languages != 0 && (s.languages & v.languages) == 0) return false;
  const std::int64_t age = (s.from / 1440 - v.birth_day) * 10000 / 3652425;
  if (age < s.least_age) return false;
  if ((s.adults_only || s.checked_only) && age < 18) return false;
  if (s.checked_only && v.checked_until < s.to) return false;
  if (s.pair_unless_checked && s.heads == 1 && v.checked_until < s.to) return false;
  for (const auto other : v.not_with)
    if (other != 0 && other == s.recipient) return false;
  return true;
}

int points(const Volunteer& v, const Slot& s, const Weights& w, std::int64_t now) {
  std::int64_t p = w.base + std::int64_t{w.urgency} * s.urgency;
  const auto far = metres(v.x_m, v.y_m, s.x_m, s.y_m);
  p += w.near * (far < v.radius_m ? v.radius_m - far : 0) / (v.radius_m > 1 ? v.radius_m : 1);
  if (s.skills & v.skills) p += w.skill;
  if (s.languages & v.languages) p += w.language;
  std::int64_t times = 0;
  for (const auto id : v.served) times += s.recipient != 0 && id == s.recipient;
  p += w.continuity * (times > 2 ? 2 : times);
  p += std::int64_t{w.reliability} * v.reliability / 1000;
  p += std::int64_t{w.load} * v.load_minutes / 600;
  if (v.asked_at == 0 || now - v.asked_at > 20160) p += w.rested;
  return static_cast<int>(p > 1 ? p : 1);
}

bool promises_hold(const Volunteer& v, const std::vector<const Slot*>& slots) {
  std::vector<Busy> all = v.busy;
  for (const auto* s : slots) all.push_back({s->from, s->to, s->x_m, s->y_m});
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = std::max(i + 1, v.busy.size()); j < all.size(); ++j) {
      const auto way = minutes_between(metres(all[i].x_m, all[i].y_m, all[j].x_m, all[j].y_m));
      if (all[i].from < all[j].to + way && all[j].from < all[i].to + way) return false;
    }
  std::map<std::int64_t, std::int64_t> day, week;
  for (const auto& b : all) {
    day[b.from / 1440] += b.to - b.from;
    week[(b.from / 1440 + 3) / 7] += b.to - b.from;
  }
  for (const auto* s : slots)
    if (day[s->from / 1440] > v.day_minutes || week[(s->from / 1440 + 3) / 7] > v.week_minutes) return false;
  return true;
}

// Best set of non-overlapping intervals at these prices, by the textbook recurrence over distinct end times.
std::int64_t best_profit(const Volunteer& v, std::span<const Slot> slots, const Weights& w, std::int64_t now,
                         const std::vector<std::int64_t>& prices) {
  std::map<std::int64_t, std::int64_t> best{{std::numeric_limits<std::int64_t>::min(), 0}};
  std::multimap<std::int64_t, std::size_t> by_end;
  for (std::size_t s = 0; s < slots.size(); ++s) by_end.emplace(slots[s].to, s);
  for (const auto& [end, s] : by_end) {
    if (!allowed(v, slots[s])) continue;
    bool busy = false;
    for (const auto& b : v.busy) {
      const auto way = minutes_between(metres(b.x_m, b.y_m, slots[s].x_m, slots[s].y_m));
      busy = busy || (b.from < slots[s].to + way && slots[s].from < b.to + way);
    }
    if (busy || !promises_hold(v, {&slots[s]})) continue;
    const auto gain = points(v, slots[s], w, now) - prices[s];
    if (gain <= 0) continue;
    const auto before = std::prev(best.upper_bound(slots[s].from))->second;
    best[end] = std::max(best.rbegin()->second, before + gain);
  }
  return best.rbegin()->second;
}

}  // namespace

std::string verify(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights,
                   std::int64_t now, const Plan& plan) {
  std::vector<int> seats(slots.size(), 0);
  std::map<std::size_t, std::vector<const Slot*>> held;
  std::set<std::pair<std::size_t, std::size_t>> seen;
  std::int64_t value = 0;
  for (const auto& a : plan.assignments) {
    if (a.slot >= slots.size() || a.volunteer >= volunteers.size()) return "unknown slot or volunteer";
    if (!seen.emplace(a.slot, a.volunteer).second) return "the same person twice in one slot";
    if (!allowed(volunteers[a.volunteer], slots[a.slot])) return "a hard rule is broken";
    if (points(volunteers[a.volunteer], slots[a.slot], weights, now) != a.score) return "a score is wrong";
    if (++seats[a.slot] > slots[a.slot].heads) return "more people than seats";
    held[a.volunteer].push_back(&slots[a.slot]);
    value += a.score;
  }
  for (const auto& [v, of] : held)
    if (!promises_hold(volunteers[v], of)) return "overlap or cap broken";
  std::map<std::size_t, std::vector<std::size_t>> company;
  for (const auto& a : plan.assignments) company[a.slot].push_back(a.volunteer);
  for (const auto& [s, people] : company) {
    if (static_cast<int>(people.size()) < slots[s].least_heads) return "fewer people than a slot needs";
    if (people.size() == 1 && slots[s].pair_unless_checked && volunteers[people[0]].checked_until < slots[s].to)
      return "an unchecked person alone";
    for (const auto one : people)
      for (const auto other : people)
        for (const auto id : volunteers[one].not_with)
          if (one != other && id == volunteers[other].id) return "two people together who must not be";
  }
  if (value != plan.value) return "the value is wrong";
  if (plan.prices.size() != slots.size()) return "no certificate";
  std::int64_t bound = 0;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    if (plan.prices[s] < 0) return "a price below zero";
    bound += plan.prices[s] * slots[s].heads;
  }
  for (const auto& v : volunteers) bound += best_profit(v, slots, weights, now, plan.prices);
  if (bound != plan.bound) return "the bound is not what the prices prove";
  if (bound < value) return "the bound lies below the value";
  return {};
}

}  // namespace tx::matching
