// For tests and benches only: random towns that use every field of the tables, and a pair forced into the plan.
#pragma once
#include <random>

#include "engines/matching/matching.h"

namespace tx::matching::testing {

inline constexpr std::int64_t kDay = 24 * 60, kMonday = 20'000 / 7 * 7 * kDay + 4 * kDay;   // a Monday, 00:00

struct Town {
  std::vector<Volunteer> volunteers;
  std::vector<Slot> slots;
};

// `together`: with teams, minimum heads, pair rules and people kept apart.
inline Town town(unsigned seed, int people, int needs, bool together = true) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Town t;
  for (int i = 0; i < people; ++i) {
    Volunteer v;
    v.id = 100 + i;
    v.x_m = below(6000);
    v.y_m = below(6000);
    v.radius_m = 1500 + below(4000);
    for (auto& part : v.hours) part = (std::uint64_t{random()} << 32 | random()) | (std::uint64_t{random()} << 32 | random()) | (std::uint64_t{random()} << 32 | random());
    v.skills = static_cast<std::uint64_t>(below(8));
    v.languages = 1 + static_cast<std::uint64_t>(below(4));
    v.birth_day = kMonday / kDay - (14 + below(60)) * 365;
    v.checked_until = below(2) ? kMonday + below(30) * kDay : 0;
    v.week_minutes = 90 + below(400);
    v.day_minutes = 60 + below(300);
    v.load_minutes = below(2000);
    v.reliability = below(1001);
    v.asked_at = below(2) ? 0 : kMonday - below(40) * kDay;
    v.mode = static_cast<Mode>(below(4));
    v.district = 1 + below(3);
    if (below(4) == 0) v.papers = {{static_cast<std::uint64_t>(1 + below(3)), kMonday + below(8) * kDay}};
    if (below(6) == 0) v.busy = {{kMonday + 8 * 60, kMonday + 9 * 60 + below(200), below(6000), below(6000)}};
    if (below(5) == 0) v.served = {1 + below(needs), 1 + below(needs)};
    if (together && below(6) == 0) v.team = 1 + below(people / 8 + 1);
    if (together && below(5) == 0) v.not_with = {100 + below(people), 1 + below(needs)};
    t.volunteers.push_back(v);
  }
  for (int i = 0; i < needs; ++i) {
    Slot s;
    s.id = s.recipient = 1 + i;
    s.x_m = below(6000);
    s.y_m = below(6000);
    s.from = kMonday + below(2) * kDay + 8 * 60 + 15 * below(40);
    s.to = s.from + 20 + below(100);
    s.heads = 1 + below(4);
    s.urgency = below(4);
    s.skills = below(3) ? 0 : 1 + static_cast<std::uint64_t>(below(7));
    s.languages = below(3) ? 0 : 1 + static_cast<std::uint64_t>(below(3));
    s.prefers = static_cast<std::uint64_t>(below(8));
    s.papers = below(6) ? 0 : 1;
    s.least_age = 14 + below(6);
    s.adults_only = below(5) == 0;
    s.checked_only = below(8) == 0;
    s.organisation = 1 + below(needs);
    s.small = below(3) == 0;
    if (together) s.pair_unless_checked = below(4) == 0;
    if (together) s.least_heads = 1 + below(s.heads);
    t.slots.push_back(s);
  }
  if (seed % 2 == 0) return t;
  std::mt19937 walks(seed + 1);   // half the towns have streets: some ways are listed, some of them below the straight line
  for (auto& s : t.slots) {
    s.detour = 900 + static_cast<int>(walks() % 700);
    for (const auto& v : t.volunteers)
      if (walks() % 2) s.ways.push_back({v.id, distance_m(v.x_m, v.y_m, s.x_m, s.y_m) * (800 + static_cast<int>(walks() % 1400)) / 1000});
  }
  return t;
}

// The value of a plan in which this person holds this slot, as good as the engine finds one. Without teams and pair rules.
inline std::int64_t forced(const Town& t, const Weights& weights, std::size_t volunteer, std::size_t slot) {
  Town with = t;
  const auto& s = t.slots[slot];
  with.volunteers[volunteer].busy.push_back({s.from, s.to, s.x_m, s.y_m});
  if (--with.slots[slot].heads == 0) with.slots.erase(with.slots.begin() + static_cast<std::ptrdiff_t>(slot));
  return solve(with.volunteers, with.slots, weights, kMonday).value + score(t.volunteers[volunteer], s, weights, kMonday);
}

}  // namespace tx::matching::testing
