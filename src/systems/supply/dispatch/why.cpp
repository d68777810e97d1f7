#include "systems/supply/dispatch/why.h"

#include <algorithm>
#include <cstdio>

#include "engines/matching/explain.h"

namespace tx::supply {
namespace {

// What taking this person would cost, by the engine's prices.
struct Cost {
  bool planned = false, region = false;   // region: to the plan of the whole region
  std::int64_t loss = 0;
};

// By the prices of the plan; nullopt: the need has no free seat in it, or the plan knows a reason against the pair.
std::optional<Cost> cost_to(Solved& plan, storage::Reader& reader, const Need& need, std::int64_t volunteer) {
  std::lock_guard lock(plan.mutex);
  const auto slot = plan.open_of(need.id.value);
  if (!slot || plan.in_doubt) return std::nullopt;
  const auto known = plan.person_of(volunteer);
  auto people = known ? std::vector{plan.problem.people[*known]} : bridge::people_of(reader, plan.problem.needs, {volunteer});
  if (people.empty()) return std::nullopt;
  if (!known) bridge::add_ways(stations::Walks(reader), plan.open, people);
  const auto& found = plan.standing->plan();
  Cost cost{false, true, 0};
  for (const auto& one : found.assignments) cost.planned |= one.slot == *slot && plan.problem.people[one.volunteer].id == volunteer;
  matching::Plan prices;   // of the plan the engine needs only these; the person stands alone in the table
  prices.prices = found.prices;
  prices.value = found.value;
  prices.bound = plan.bound;
  const auto why = matching::why_not(people, plan.open, plan.weights, plan.now, prices, 0, *slot);
  if (!why.barriers.empty()) return std::nullopt;
  cost.loss = cost.planned ? 0 : why.loss;
  return cost;
}

// To this need alone: its seats go to the best, and the last of them names the price.
Cost cost_to(const bridge::Best& best, const matching::Slot& slot, const matching::Weights& weights, const matching::Volunteer& person, std::int64_t now) {
  const auto heads = static_cast<std::size_t>(std::max(1, slot.heads));
  if (best.scores.size() < heads) return {};
  matching::Plan alone;
  alone.prices = {best.scores[heads - 1]};
  for (std::size_t i = 0; i < heads; ++i) alone.value += best.scores[i];
  alone.bound = alone.value;
  return {false, false, matching::why_not({&person, 1}, {&slot, 1}, weights, now, alone, 0, 0).loss};
}

// What makes most of the difference to the first of the list; "" when nothing does.
std::string most_of(const matching::Volunteer& person, const matching::Volunteer& first, const matching::Slot& slot, const matching::Weights& weights, std::int64_t now) {
  std::string most;
  int largest = 0;
  const auto own = matching::reasons(person, slot, weights, now);
  for (const auto& of_first : matching::reasons(first, slot, weights, now)) {
    int difference = of_first.points;
    for (const auto& one : own)
      if (one.rule == of_first.rule) difference -= one.points;
    if (difference > largest) largest = difference, most = of_first.rule;
  }
  for (const auto& one : own)   // what counts against this person and not against the first
    if (one.points < 0 && -one.points > largest) largest = -one.points, most = one.rule;
  return most.empty() ? "" : most.substr(most.find('.') + 1);
}

std::string standing(const matching::Volunteer& person, const bridge::Best& best, const Cost& cost, const matching::Slot& slot, const matching::Weights& weights,
                     const ViewContext& view) {
  const auto text = [&](const char* key, std::vector<std::pair<std::string, std::string>> args = {}) { return view.words.text(view.language, key, args); };
  std::string words;
  const auto say = [&](const std::string& sentence) { words += (words.empty() ? "" : " ") + sentence; };
  for (std::size_t i = 0; i < best.people.size(); ++i)
    if (best.people[i].id == person.id) say(text("why.place", {{"n", std::to_string(i + 1)}}));
  if (cost.planned) say(text("why.planned"));
  else if (cost.loss == 0) say(text(cost.region ? "why.even.region" : "why.even"));
  else say(text(cost.region ? "why.loss.region" : "why.loss", {{"n", std::to_string(cost.loss)}}));
  if (cost.loss > 0 && weights.near > 0) {   // points in metres: nearness falls from all its points at the door to none at the radius
    char km[24];
    std::snprintf(km, sizeof km, "%.1f", static_cast<double>(cost.loss) * static_cast<double>(person.radius_m) / weights.near / 1000);
    say(text("why.as_far", {{"km", km}}));
  }
  if (cost.loss > 0 && !best.people.empty())
    if (const auto most = most_of(person, best.people.front(), slot, weights, local_minute(view.now)); !most.empty()) say(text("why.mostly", {{"most", text(("why.part." + most).c_str())}}));
  return words;
}

// The nearest other time at which nothing would bar this person: within three days, by whole hours.
std::optional<std::int64_t> nearest_time(const matching::Volunteer& person, const matching::Slot& slot, std::int64_t now) {
  for (std::int64_t hours = 1; hours <= 72; ++hours)
    for (const auto shift : {hours * 60, -hours * 60}) {
      auto moved = slot;
      moved.from += shift;
      moved.to += shift;
      if (moved.from > now && matching::eligible(person, moved)) return moved.from;
    }
  return std::nullopt;
}

}  // namespace

Json why_view(storage::Reader& reader, Pool& pool, Solved* plan, const Need& need, std::int64_t volunteer, const ViewContext& view) {
  const auto people = bridge::people_of(reader, {&need, 1}, {volunteer});
  const stations::Walks walks(reader);
  auto slot = bridge::slot_of(walks, need);
  Json barriers = Json::array(), reasons = Json::array();
  std::string place, nearest;
  if (people.empty()) {
    barriers.push(Json::of({{"words", view.words.text(view.language, "match.elsewhere")}, {"change", ""}}));
    return Json::of({{"can", false}, {"barriers", barriers}, {"reasons", reasons}, {"standing", ""}, {"nearest", ""}});
  }
  bridge::add_ways(walks, {&slot, 1}, people);
  for (const auto& barrier : matching::barriers(people[0], slot))
    barriers.push(Json::of({{"words", bridge::sentence(barrier.rule, barrier.value, barrier.limit, barrier.straight, view)},
                            {"change", bridge::sentence(barrier.rule + ".change", barrier.value, barrier.limit, barrier.straight, view)}}));
  const auto now = local_minute(view.now);
  if (barriers.size() == 0) {
    const auto weights = pool.weights(reader, view.now);
    reasons = bridge::reason_views(matching::reasons(people[0], slot, weights, now), view);
    const auto best = bridge::best_of(reader, pool, need, 8, view.now);
    auto cost = plan ? cost_to(*plan, reader, need, volunteer) : std::nullopt;
    if (!cost) cost = cost_to(best, slot, weights, people[0], now);
    bridge::add_ways(walks, {&slot, 1}, best.people.empty() ? std::span<const matching::Volunteer>() : std::span(best.people).first(1));
    place = standing(people[0], best, *cost, slot, weights, view);
  } else if (const auto at = nearest_time(people[0], slot, now)) {
    nearest = view.words.text(view.language, "why.nearest", {{"when", language::date_text(view.language, {*at * kMinute - 8 * kHour})}});
  }
  return Json::of({{"can", barriers.size() == 0}, {"barriers", barriers}, {"reasons", reasons}, {"standing", place}, {"nearest", nearest}});
}

}  // namespace tx::supply
