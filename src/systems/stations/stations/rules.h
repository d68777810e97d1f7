// What must hold for a station and its steps: pure, no clock, no SQL. Every refusal has a stable rule id.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations::rules {

struct Hours {
  int from = 0, until = 0;  // minutes of the day
  int minutes() const { return until - from; }
};
// "09:00-17:30"; nullopt: unreadable, or the end is not after the beginning.
std::optional<Hours> read_hours(std::string_view text);
bool is_day_mask(std::string_view text);  // seven characters 0 or 1, Monday first, one at least
bool opens_on(const Station& station, Date day);

// The region a level stands in: a centre in a county (6 digits), a sub-centre in a township (9), others in a community (12).
std::size_t region_digits(std::string_view level);  // 0: no such level
int level_rank(std::string_view level);             // point 0, station 1, sub_centre 2, centre 3; mobile 4: becomes no other; -1 unknown

Result<void> proposal(const Station& station);
// Before the doors open: address, hours and a keeper are known.
Result<void> ready_to_open(const Station& station);
// What the step demands besides the table: other hands than the proposer's, a keeper, a higher level.
Result<void> step(const Station& station, std::string_view action, access::AccountId by, std::string_view next_level);

}  // namespace tx::stations::rules
