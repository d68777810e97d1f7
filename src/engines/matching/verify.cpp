// The independent checker. It shares no function with the engine: every rule, every score and the bound are written again
// here, plainly and slowly, in integers where the engine uses integers. A reader need not trust solve.cpp.
#include <algorithm>
#include <cmath>
#include <map>
#include <limits>
#include <set>
#include <tuple>

#include "engines/matching/matching.h"

namespace tx::matching {
namespace {

std::int64_t metres(std::int64_t ax, std::int64_t ay, std::int64_t bx, std::int64_t by) {
  return std::llround(std::hypot(static_cast<double>(ax - bx), static_cast<double>(ay - by)));
}
std::int64_t minutes_between(std::int64_t m, Mode mode) {
  const std::int64_t road = m * 13 / 10 * 60;
  switch (mode) {
    case Mode::foot: return road / 4000;
    case Mode::cycle: return road / 12000;
    case Mode::car: return road / 30000 + 10;
    case Mode::any: break;
  }
  return m < 2000 ? road / 4000 : road / 20000 + 5;
}

// From the home to the slot: as listed, but never below the straight line; not listed: longer by the slot's factor.
std::int64_t way(const Volunteer& v, const Slot& s) {
  const auto line = metres(v.x_m, v.y_m, s.x_m, s.y_m);
  std::size_t low = 0, high = s.ways.size();
  while (low < high) {
    const auto middle = (low + high) / 2;
    if (s.ways[middle].volunteer == v.id) return s.ways[middle].metres > line ? s.ways[middle].metres : line;
    if (s.ways[middle].volunteer < v.id) low = middle + 1;
    else high = middle;
  }
  return s.detour > 1000 ? line * s.detour / 1000 : line;
}

bool allowed(const Volunteer& v, const Slot& s) {
  if (std::max(std::abs(v.x_m - s.x_m), std::abs(v.y_m - s.y_m)) > v.radius_m) return false;   // the next line says it exactly
  if (way(v, s) > v.radius_m) return false;
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
  std::uint64_t papers = 0;
  for (const auto& paper : v.papers)
    if (paper.valid_until >= s.to) papers |= paper.which;
  return (papers & s.papers) == s.papers;
}

int points(const Volunteer& v, const Slot& s, const Weights& w, std::int64_t now) {
  std::int64_t p = w.base + std::int64_t{w.urgency} * s.urgency;
  const auto far = way(v, s);
  p += w.near * (far < v.radius_m ? v.radius_m - far : 0) / (v.radius_m > 1 ? v.radius_m : 1);
  if (s.skills & v.skills) p += w.skill;
  if (s.prefers & v.skills) p += w.preferred;
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
      const auto way = minutes_between(metres(all[i].x_m, all[i].y_m, all[j].x_m, all[j].y_m), v.mode);
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

std::int64_t bonus_of(const Slot& s, const Weights& w) { return s.small ? w.first_seat : 0; }

// What one person, or a team that moves as one, could do: slots in order of their end, each with its gain at the prices.
struct Chances {
  struct One {
    const Slot* slot;
    std::int64_t gain, day_room, week_room;
  };
  std::vector<One> by_end;
  std::map<std::tuple<std::size_t, std::int64_t, std::int64_t>, std::int64_t> known;
  const std::vector<const Volunteer*>* people = nullptr;

  bool reaches(const Slot& a, const Slot& b) const {
    const auto way = metres(a.x_m, a.y_m, b.x_m, b.y_m);
    for (const auto* v : *people)
      if (b.from < a.to + minutes_between(way, v->mode)) return false;
    return true;
  }
  // The best that can follow, this one included, with so many minutes spent before on its day and in its week.
  std::int64_t from(std::size_t i, std::int64_t day, std::int64_t week) {
    const auto& one = by_end[i];
    const auto length = one.slot->to - one.slot->from, today = one.slot->from / 1440, this_week = (today + 3) / 7;
    day += length;
    week += length;
    if (day > one.day_room || week > one.week_room) return std::numeric_limits<std::int64_t>::min();
    const auto key = std::tuple{i, day, week};
    if (const auto found = known.find(key); found != known.end()) return found->second;
    std::int64_t after = 0;
    for (std::size_t j = i + 1; j < by_end.size(); ++j) {
      const auto& next = *by_end[j].slot;
      if (!reaches(*one.slot, next)) continue;
      const auto next_day = next.from / 1440;
      after = std::max(after, from(j, next_day == today ? day : 0, (next_day + 3) / 7 == this_week ? week : 0));
    }
    return known[key] = one.gain + after;
  }
  std::int64_t best() {
    std::int64_t most = 0;
    for (std::size_t i = 0; i < by_end.size(); ++i) most = std::max(most, from(i, 0, 0));
    return most;
  }
};

// What these people, one or a team, could earn at these prices. `near`: slots that may be within the radius, by end.
std::int64_t best_profit(const std::vector<const Volunteer*>& people, std::span<const Slot> slots, const std::vector<std::size_t>& near,
                         const Weights& w, std::int64_t now, const std::vector<std::int64_t>& prices) {
  Chances chances;
  chances.people = &people;
  for (const auto s : near) {
    const auto& slot = slots[s];
    if (static_cast<int>(people.size()) > slot.heads) continue;
    std::int64_t gain = 0, day_room = 1'000'000, week_room = 1'000'000;
    bool all = true;
    for (const auto* v : people) {
      if (!allowed(*v, slot) || !promises_hold(*v, {&slot})) {
        all = false;
        break;
      }
      gain += points(*v, slot, w, now) - prices[s];
      std::int64_t day = v->day_minutes, week = v->week_minutes;
      for (const auto& b : v->busy) {
        if (b.from / 1440 == slot.from / 1440) day -= b.to - b.from;
        if ((b.from / 1440 + 3) / 7 == (slot.from / 1440 + 3) / 7) week -= b.to - b.from;
      }
      day_room = std::min(day_room, day);
      week_room = std::min(week_room, week);
    }
    if (all && gain > 0) chances.by_end.push_back({&slot, gain, day_room, week_room});
  }
  return chances.best();
}

// slots by squares of two kilometres, so that a whole region can be checked; each list by end time.
class Squares {
 public:
  explicit Squares(std::span<const Slot> slots) {
    std::vector<std::size_t> by_end(slots.size());
    for (std::size_t s = 0; s < slots.size(); ++s) by_end[s] = s;
    std::stable_sort(by_end.begin(), by_end.end(), [&](auto a, auto b) { return slots[a].to < slots[b].to; });
    for (std::size_t place = 0; place < by_end.size(); ++place) {
      const auto& slot = slots[by_end[place]];
      squares_[{square(slot.x_m), square(slot.y_m)}].push_back({place, by_end[place]});
    }
  }
  std::vector<std::size_t> around(const Volunteer& v) const {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (auto x = square(v.x_m - v.radius_m - 1); x <= square(v.x_m + v.radius_m + 1); ++x)
      for (auto y = square(v.y_m - v.radius_m - 1); y <= square(v.y_m + v.radius_m + 1); ++y)
        if (const auto at = squares_.find({x, y}); at != squares_.end()) found.insert(found.end(), at->second.begin(), at->second.end());
    std::sort(found.begin(), found.end());
    std::vector<std::size_t> slots;
    for (const auto& each : found) slots.push_back(each.second);
    return slots;
  }

 private:
  static std::int64_t square(std::int64_t m) { return m >= 0 ? m / 2000 : -((-m + 1999) / 2000); }
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::pair<std::size_t, std::size_t>>> squares_;
};

}  // namespace

std::string verify(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights,
                   std::int64_t now, const Plan& plan) {
  std::vector<int> seats(slots.size(), 0);
  std::map<std::size_t, std::vector<const Slot*>> held;
  std::set<std::pair<std::size_t, std::size_t>> seen;
  std::int64_t value = 0;
  for (const auto& s : slots)
    for (std::size_t i = 1; i < s.ways.size(); ++i)
      if (s.ways[i].volunteer <= s.ways[i - 1].volunteer) return "ways are not in order";
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
  std::map<std::int64_t, std::vector<const Volunteer*>> teams;
  for (const auto& v : volunteers)
    if (v.team != 0) teams[v.team].push_back(&v);
  for (const auto& [s, people] : company) {
    if (static_cast<int>(people.size()) < slots[s].least_heads) return "fewer people than a slot needs";
    if (people.size() == 1 && slots[s].pair_unless_checked && volunteers[people[0]].checked_until < slots[s].to)
      return "an unchecked person alone";
    std::map<std::int64_t, std::size_t> together;
    for (const auto one : people) {
      for (const auto other : people)
        for (const auto id : volunteers[one].not_with)
          if (one != other && id == volunteers[other].id) return "two people together who must not be";
      if (volunteers[one].team != 0) ++together[volunteers[one].team];
    }
    for (const auto& [team, count] : together)
      if (count != teams[team].size()) return "a team is torn apart";
    value += bonus_of(slots[s], weights);
  }
  if (value != plan.value) return "the value is wrong";
  if (plan.prices.size() != slots.size()) return "no certificate";
  std::int64_t bound = 0;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    // What the seats are worth at the price: none, the first alone, or all of them.
    const auto price = plan.prices[s], bonus = bonus_of(slots[s], weights);
    if (price < -bonus) return "a price below what a seat can cost";
    bound += std::max({std::int64_t{0}, bonus + price, bonus + slots[s].heads * price});
  }
  const Squares squares(slots);
  for (const auto& v : volunteers)
    if (v.team == 0) bound += best_profit({&v}, slots, squares.around(v), weights, now, plan.prices);
  for (const auto& [team, people] : teams) bound += best_profit(people, slots, squares.around(*people[0]), weights, now, plan.prices);
  if (bound != plan.bound) return "the bound is not what the prices prove";
  if (bound < value) return "the bound lies below the value";
  return {};
}

}  // namespace tx::matching
