#include "engines/matching/problem.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <numeric>

#include "engines/matching/parallel.h"
#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

constexpr std::uint32_t kNone = ~0u;
std::uint16_t room16(std::int64_t minutes) { return static_cast<std::uint16_t>(std::clamp<std::int64_t>(minutes, 0, 65535)); }

}  // namespace

Problem::Problem(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now)
    : lists(slots.size()), volunteers_(volunteers), slots_(slots), order_(slots.size()), number_(volunteers.size(), kNone) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  const auto square = [](std::int64_t m) { return m >> 11; };   // two kilometres
  std::sort(order_.begin(), order_.end(), [&](auto a, auto b) {
    const auto ay = square(slots[a].y_m), by = square(slots[b].y_m), ax = square(slots[a].x_m), bx = square(slots[b].x_m);
    return ay != by ? ay < by : ax != bx ? ax < bx : a < b;
  });
  std::int64_t start = std::numeric_limits<std::int64_t>::max();
  for (const auto& slot : slots) start = std::min(start, day_of(slot.from) * kDayMinutes);
  for (std::uint32_t s = 0; s < slots.size(); ++s) {
    const auto& of = slot(s);
    graph.slots.push_back({static_cast<std::int32_t>(of.from - start), static_cast<std::int32_t>(of.to - start), static_cast<std::int32_t>(of.x_m),
                           static_cast<std::int32_t>(of.y_m), static_cast<std::int32_t>(day_of(of.from) - day_of(start)),
                           static_cast<std::int32_t>(week_of(of.from) - week_of(start)), of.heads, 0, of.small ? weights.first_seat : 0});
  }
  graph.travel = true;
  find_teams(weights, now);
}

void Problem::fill(const Region& region, const std::vector<std::uint32_t>& which) {
  const auto workers = workers_for(which.size(), 64);
  std::atomic<std::size_t> next = 0;
  in_parallel(workers, [&](std::size_t) {
    constexpr std::size_t kTogether = 32;
    for (std::size_t from; (from = next.fetch_add(kTogether)) < which.size();)
      for (auto i = from; i < std::min(from + kTogether, which.size()); ++i) {
        auto& list = lists[which[i]];
        list.best = region.top(slot(which[i]), list.wanted, &list.cut);
      }
  });
}

// Few teams and all slots: every pair is tried, and no list of theirs is ever cut.
void Problem::find_teams(const Weights& weights, std::int64_t now) {
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> by_id;
  for (std::uint32_t v = 0; v < volunteers_.size(); ++v)
    if (volunteers_[v].team != 0) by_id[volunteers_[v].team].push_back(v);
  for (auto& [id, members] : by_id)
    if (members.size() > 1) teams_.push_back(std::move(members));
  std::sort(teams_.begin(), teams_.end());
  for (std::uint32_t team = 0; team < teams_.size(); ++team) {
    for (const auto v : teams_[team]) {
      number_[v] = kNone - 1;
      team_of_[v] = team;
    }
    for (std::uint32_t s = 0; s < slots_.size(); ++s) {
      const auto& of = slot(s);
      if (of.heads < static_cast<int>(teams_[team].size())) continue;
      std::int64_t sum = 0;
      if (std::all_of(teams_[team].begin(), teams_[team].end(), [&](auto v) { return eligible(volunteers_[v], of); })) {
        for (const auto v : teams_[team]) sum += score(volunteers_[v], of, weights, now);
        team_offers_.push_back({s, team, static_cast<std::int32_t>(sum)});
      }
    }
  }
  std::stable_sort(team_offers_.begin(), team_offers_.end(), [](const TeamOffer& a, const TeamOffer& b) { return a.slot < b.slot; });
  team_number_.assign(teams_.size(), kNone);
}

std::uint32_t Problem::number_of(std::uint32_t volunteer) {
  auto& number = number_[volunteer];
  if (number == kNone) {
    number = static_cast<std::uint32_t>(member_first_.size() - 1);
    members_.push_back(volunteer);
    member_first_.push_back(static_cast<std::uint32_t>(members_.size()));
  }
  return number;
}

std::optional<std::uint32_t> Problem::person(std::size_t volunteer) const {
  auto number = number_[volunteer];
  if (number == kNone - 1) number = team_number_[team_of_.at(volunteer)];
  return number == kNone ? std::nullopt : std::optional(number);
}

void Problem::add_person(const Candidate& candidate, const Slot& slot) {
  const auto volunteer = static_cast<std::uint32_t>(candidate.volunteer);
  if (number_[volunteer] == kNone - 1) return;   // goes with a team
  const auto& v = volunteers_[volunteer];
  const auto busy = v.busy.empty() ? BusyMinutes{} : busy_minutes(v, slot);
  graph.who.push_back(number_of(volunteer));
  graph.weight.push_back(candidate.score);
  graph.day_room.push_back(room16(v.day_minutes - busy.day));
  graph.week_room.push_back(room16(v.week_minutes - busy.week));
}

void Problem::add_team(const TeamOffer& offer, const Slot& slot) {
  auto& number = team_number_[offer.team];
  if (number == kNone) {
    number = static_cast<std::uint32_t>(member_first_.size() - 1);
    members_.insert(members_.end(), teams_[offer.team].begin(), teams_[offer.team].end());
    member_first_.push_back(static_cast<std::uint32_t>(members_.size()));
  }
  std::int64_t day = 65535, week = 65535;
  for (const auto v : teams_[offer.team]) {
    const auto busy = busy_minutes(volunteers_[v], slot);
    day = std::min(day, volunteers_[v].day_minutes - busy.day);
    week = std::min(week, volunteers_[v].week_minutes - busy.week);
  }
  graph.who.push_back(number);
  graph.weight.push_back(offer.weight);
  graph.day_room.push_back(room16(day));
  graph.week_room.push_back(room16(week));
}

void Problem::build() {
  graph.who.clear();
  graph.weight.clear();
  graph.day_room.clear();
  graph.week_room.clear();
  graph.first.assign(1, 0);
  graph.apart.clear();
  std::size_t arcs = team_offers_.size();
  for (const auto& list : lists) arcs += list.best.size();
  graph.who.reserve(arcs);
  graph.weight.reserve(arcs);
  graph.day_room.reserve(arcs);
  graph.week_room.reserve(arcs);
  if (member_first_.empty()) member_first_.push_back(0);
  auto team = team_offers_.begin();
  for (std::uint32_t s = 0; s < lists.size(); ++s) {
    const auto& list = lists[s];
    graph.slots[s].floor = list.cut && !list.best.empty() ? list.best.back().score : 0;
    const auto mine = team;
    while (team != team_offers_.end() && team->slot == s) ++team;
    std::vector<TeamOffer> teams(mine, team);
    std::sort(teams.begin(), teams.end(), [](const TeamOffer& a, const TeamOffer& b) { return a.weight > b.weight; });
    auto next = teams.begin();
    for (const auto& candidate : list.best) {   // heaviest first, teams among them
      while (next != teams.end() && next->weight >= candidate.score) add_team(*next++, slot(s));
      add_person(candidate, slot(s));
    }
    while (next != teams.end()) add_team(*next++, slot(s));
    graph.first.push_back(static_cast<std::uint32_t>(graph.who.size()));
  }
  graph.people = static_cast<std::uint32_t>(member_first_.size() - 1);
  graph.seats.clear();
  graph.modes.assign(graph.people, 0);
  for (std::uint32_t person = 0; person < graph.people; ++person)
    for (const auto v : members(person)) graph.modes[person] = static_cast<std::uint8_t>(graph.modes[person] | 1u << static_cast<unsigned>(volunteers_[v].mode));
  if (!teams_.empty()) {
    graph.seats.assign(graph.people, 1);
    for (std::uint32_t team_at = 0; team_at < teams_.size(); ++team_at)
      if (team_number_[team_at] != kNone) graph.seats[team_number_[team_at]] = static_cast<std::uint16_t>(teams_[team_at].size());
  }
  add_apart();
  graph.name_slots();
}

void Problem::add_apart() {
  torn_.clear();
  bool any = false;
  for (const auto v : members_) any = any || !volunteers_[v].not_with.empty();
  if (!any) return;
  std::unordered_map<std::int64_t, std::uint32_t> by_id;
  for (std::uint32_t person = 0; person < graph.people; ++person)
    for (const auto v : members(person)) by_id[volunteers_[v].id] = person;
  for (std::uint32_t person = 0; person < graph.people; ++person)
    for (const auto v : members(person))
      for (const auto other : volunteers_[v].not_with) {
        const auto found = by_id.find(other);
        if (found == by_id.end()) continue;
        if (found->second == person) {
          if (other != volunteers_[v].id) torn_.push_back(person);
          continue;
        }
        graph.apart.emplace_back(person, found->second);
        graph.apart.emplace_back(found->second, person);
      }
  std::sort(graph.apart.begin(), graph.apart.end());
  graph.apart.erase(std::unique(graph.apart.begin(), graph.apart.end()), graph.apart.end());
}

}  // namespace tx::matching
