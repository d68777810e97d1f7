#include "engines/matching/graph.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "engines/matching/matching.h"

namespace tx::matching {
bool Graph::follows(std::uint32_t earlier, std::uint32_t slot, std::uint32_t person) const {
  const auto &a = slots[earlier], &b = slots[slot];
  const std::int32_t between = b.from - a.to;
  if (!travel || between < 0) return between >= 0;
  // Nearly always there is time enough for the slowest way round two sides of a square.
  const std::int64_t sides = std::abs(std::int64_t{a.x_m} - b.x_m) + std::abs(std::int64_t{a.y_m} - b.y_m);
  if (between >= travel_minutes(sides, Mode::foot) + 10) return true;
  const auto way = distance_m(a.x_m, a.y_m, b.x_m, b.y_m);
  if (modes.empty() || modes[person] <= 1) return between >= travel_minutes(way);
  for (int mode = 0; mode < 4; ++mode)
    if (modes[person] >> mode & 1 && between < travel_minutes(way, static_cast<Mode>(mode))) return false;
  return true;
}

void Graph::add_list(std::vector<std::pair<std::int32_t, std::uint32_t>> list) {
  std::sort(list.rbegin(), list.rend());
  for (const auto& [arc_weight, person] : list) {
    who.push_back(person);
    weight.push_back(arc_weight);
  }
  first.push_back(static_cast<std::uint32_t>(who.size()));
}

void Graph::name_slots() {
  slot_of.resize(arcs());
  for (std::uint32_t s = 0; s + 1 < first.size(); ++s) std::fill(slot_of.begin() + first[s], slot_of.begin() + first[s + 1], s);
}

void Graph::index() {
  name_slots();
  person_first.assign(people + 1, 0);
  for (const auto person : who) ++person_first[person + 1];
  std::partial_sum(person_first.begin(), person_first.end(), person_first.begin());
  std::vector<std::uint32_t> by_end(slots.size());
  std::iota(by_end.begin(), by_end.end(), 0u);
  std::stable_sort(by_end.begin(), by_end.end(), [&](auto a, auto b) { return slots[a].to < slots[b].to; });
  offers.resize(arcs());
  place_of.resize(arcs());
  auto at = person_first;
  for (const auto s : by_end)
    for (auto arc = first[s]; arc < first[s + 1]; ++arc) {
      const auto place = at[who[arc]]++;
      offers[place] = {s, weight[arc], arc, day_room.empty() ? std::uint16_t{0} : day_room[arc], week_room.empty() ? std::uint16_t{0} : week_room[arc]};
      place_of[arc] = place;
    }
}

}  // namespace tx::matching
