// Open rules that say how much an entry of hours deserves a second look. They rest on evidence about counter-parties
// (who entered for whom, who confirmed, who was really seen), since thresholds alone teach how to stay below them. A high
// score freezes nothing and deletes nothing: a person decides. Pure: no clock, no SQL. Cases behind each rule:
// research on fraud (television report of 2025, press 2017-2022).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace tx::support::fraud {

struct Entry {
  std::int64_t id = 0;
  std::int64_t volunteer = 0, organisation = 0;
  std::int64_t from = 0, to = 0;             // minutes since 1970, local
  bool by_hand = false;
  bool shown = false;                        // came and left by code or kiosk
  bool by_recipient = false;                 // confirmed by whoever was served
  std::int64_t enterer = 0, approver = 0;    // who wrote it down or confirmed it; who agreed
  std::int64_t entered = 0, approved = 0;    // minutes; 0: not
  std::int64_t device = 0;                   // what the check-in came from; 0: unknown
  std::int64_t place = 0;                    // shift or need; 0: none
  std::int32_t x_m = 0, y_m = 0;
  bool placed = false;                       // x, y are known
};

enum class Rule : std::uint8_t {
  stranger,        // entered by hand for somebody who was never seen in this organisation
  many_strangers,  // one person enters for many such
  burst,           // many entries by hand within ten minutes
  waved_through,   // agreed within five minutes, again and again by the same two
  two_places,      // overlaps another entry of the same person
  too_fast,        // faster than 120 km/h between two places
  one_device,      // four people or more from one device on one day
  head_count,      // more people confirmed at a place than were seen there, by a wide margin
  nobody_served,   // all of a person's hours confirmed by one and the same, never by anybody served
  night,           // mostly between 23:00 and 05:00
  count
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::count);
std::string_view name_of(Rule rule);
int points_of(Rule rule);

struct Risk {
  std::size_t entry = 0;      // index into the entries
  int score = 0;
  std::uint16_t rules = 0;    // bit of each rule that speaks
  bool has(Rule rule) const { return rules >> static_cast<int>(rule) & 1; }
};
// One risk for each entry, in the order of the entries.
std::vector<Risk> assess(const std::vector<Entry>& entries);

}  // namespace tx::support::fraud
