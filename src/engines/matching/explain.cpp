#include "engines/matching/explain.h"

#include <algorithm>

#include "engines/matching/choice.h"
#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

// One person, or a team, and every slot that could matter at the prices, as a graph.
class Single {
 public:
  Single(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const Plan& plan,
         std::size_t volunteer, std::size_t slot) {
    std::vector<const Volunteer*> people;
    for (const auto& v : volunteers)
      if (&v == &volunteers[volunteer] || (v.team != 0 && v.team == volunteers[volunteer].team)) people.push_back(&v);
    graph_.people = 1;
    graph_.travel = true;
    graph_.seats = {static_cast<std::uint16_t>(people.size())};
    graph_.modes = {0};
    for (const auto* v : people) graph_.modes[0] = static_cast<std::uint8_t>(graph_.modes[0] | 1u << static_cast<unsigned>(v->mode));
    const auto start = day_of(slots[slot].from) * kDayMinutes - 2'000 * kDayMinutes;
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const auto& of = slots[s];
      if (of.heads < static_cast<int>(people.size()) || !std::all_of(people.begin(), people.end(), [&](auto* v) { return eligible(*v, of); })) continue;
      std::int64_t sum = 0, day = 65535, week = 65535;
      for (const auto* v : people) {
        const auto busy = busy_minutes(*v, of);
        sum += score(*v, of, weights, now);
        day = std::min(day, v->day_minutes - busy.day);
        week = std::min(week, v->week_minutes - busy.week);
      }
      if (s != slot && sum <= static_cast<std::int64_t>(people.size()) * plan.prices[s]) continue;
      if (s == slot) arc_ = static_cast<std::uint32_t>(graph_.who.size());
      graph_.slots.push_back({static_cast<std::int32_t>(of.from - start), static_cast<std::int32_t>(of.to - start), static_cast<std::int32_t>(of.x_m),
                              static_cast<std::int32_t>(of.y_m), static_cast<std::int32_t>(day_of(of.from) - day_of(start)),
                              static_cast<std::int32_t>(week_of(of.from) - week_of(start)), of.heads, 0, 0});
      graph_.who.push_back(0);
      graph_.weight.push_back(static_cast<std::int32_t>(sum));
      graph_.day_room.push_back(static_cast<std::uint16_t>(day));
      graph_.week_room.push_back(static_cast<std::uint16_t>(week));
      graph_.first.push_back(static_cast<std::uint32_t>(graph_.who.size()));
      prices_.push_back(plan.prices[s]);
    }
    graph_.index();
  }
  bool can() const { return arc_ != Choice::kNone; }
  std::int64_t regret() const { return regret_of(graph_, prices_, arc_); }

 private:
  Graph graph_;
  std::vector<std::int64_t> prices_;
  std::uint32_t arc_ = Choice::kNone;
};

}  // namespace

WhyNot why_not(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
               const Plan& plan, std::size_t volunteer, std::size_t slot) {
  WhyNot why;
  why.barriers = barriers(volunteers[volunteer], slots[slot]);
  if (!why.barriers.empty()) return why;
  why.planned = std::any_of(plan.assignments.begin(), plan.assignments.end(),
                            [&](const Assignment& a) { return a.slot == slot && a.volunteer == volunteer; });
  const Single single(volunteers, slots, weights, now, plan, volunteer, slot);
  if (!single.can()) {   // the others of the team cannot
    why.barriers.push_back({"match.team", 0, 0});
    return why;
  }
  why.regret = single.regret();
  why.loss = std::max<std::int64_t>(0, why.regret - (plan.bound - plan.value));
  return why;
}

std::vector<Missing> missing(std::span<const Slot> slots, const Weights& w, const Plan& plan) {
  std::vector<int> filled(slots.size(), 0);
  for (const auto& a : plan.assignments) ++filled[a.slot];
  std::vector<Missing> found;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    const auto& of = slots[s];
    if (filled[s] >= of.heads) continue;
    const std::int64_t points = w.base + std::int64_t{w.urgency} * of.urgency + (of.skills ? w.skill : 0) + (of.languages ? w.language : 0) +
                                w.near / 2 + w.reliability / 2 + (of.small && filled[s] == 0 ? w.first_seat : 0);
    found.push_back({s, of.heads - filled[s], std::max<std::int64_t>(0, points - std::max<std::int64_t>(0, plan.prices[s]))});
  }
  std::stable_sort(found.begin(), found.end(), [](const Missing& a, const Missing& b) { return a.worth > b.worth; });
  return found;
}

}  // namespace tx::matching
