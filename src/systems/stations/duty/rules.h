// The open/closed truth: what a station promised (days and hours) against when somebody really was there. Pure.
#pragma once
#include "systems/stations/duty/duty.h"

namespace tx::stations::rules {

struct DayTruth {
  Date day;
  int promised = 0, kept = 0;  // minutes; kept: of the promised ones
};
struct Truth {
  int promised = 0, kept = 0;
  std::vector<DayTruth> days;
};
// Days from..until, both included; what lies after `now` is not promised yet. Overlapping stays count once.
Truth truth(const Station& station, const std::vector<DutyLog>& logs, Date from, Date until, Instant now);
// A planned shift counts as kept when somebody was there for half of it or more.
bool kept(const DutyShift& shift, const std::vector<DutyLog>& logs, Instant now);
// Minutes of [from, until) during which at least one of the stays ran.
std::int64_t covered_minutes(const std::vector<DutyLog>& logs, Instant from, Instant until, Instant now);

}  // namespace tx::stations::rules
