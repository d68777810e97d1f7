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
  nobody_there,    // such a stranger, and nobody of the organisation was seen anywhere at that time
  only_types,      // such a stranger, and whoever entered it never confirmed anybody's check-ins
  many_strangers,  // one person enters for many such
  burst,           // many entries by hand within ten minutes
  waved_through,   // agreed within five minutes: again and again by the same two, or for a stranger
  two_places,      // overlaps another entry of the same person
  too_fast,        // faster than 120 km/h between two places
  one_device,      // four people or more from one device on one day
  head_count,      // at a place where more people were confirmed than seen, by a wide margin
  nobody_served,   // all of a person's hours confirmed by one and the same, never by anybody served
  night,           // between 23:00 and 04:00, shown by no check-in and confirmed by nobody served
  count
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::count);
std::string_view name_of(Rule rule);
int points_of(Rule rule);
Rule loudest(std::uint32_t rules);   // the one with most points among them

struct Risk {
  std::size_t entry = 0;      // index into the entries
  int score = 0;
  std::uint32_t rules = 0;    // bit of each rule that speaks
  bool has(Rule rule) const { return rules >> static_cast<int>(rule) & 1; }
};
// One risk for each entry, in the order of the entries.
std::vector<Risk> assess(const std::vector<Entry>& entries);

// Time-bank minutes that go round among two to five people and come back: each gives about what he gets, again and again.
struct Transfer {
  std::int64_t from = 0, to = 0, minutes = 0;
};
struct Ring {
  std::vector<std::int64_t> people;   // in the order of the round, smallest first
  std::int64_t minutes = 0;           // of the weakest link
  int times = 0;                      // rounds: of the rarest link
};
inline constexpr int kRingPeople = 5, kRingTimes = 3;
std::vector<Ring> rings(const std::vector<Transfer>& transfers);

}  // namespace tx::support::fraud
