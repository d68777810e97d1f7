#include "systems/stations/duty/rules.h"

#include <algorithm>

#include "systems/stations/stations/rules.h"

namespace tx::stations::rules {

std::int64_t covered_minutes(const std::vector<DutyLog>& logs, Instant from, Instant until, Instant now) {
  std::vector<std::pair<std::int64_t, std::int64_t>> stays;
  for (const auto& log : logs) {
    const auto begin = std::max(log.came.us, from.us),
               end = std::min(log.left_at.us ? log.left_at.us : now.us, until.us);
    if (begin < end) stays.emplace_back(begin, end);
  }
  std::sort(stays.begin(), stays.end());
  std::int64_t covered = 0, reached = from.us;
  for (const auto& [begin, end] : stays) {
    covered += std::max<std::int64_t>(0, end - std::max(begin, reached));
    reached = std::max(reached, end);
  }
  return covered / kMinute;
}

Truth truth(const Station& station, const std::vector<DutyLog>& logs, Date from, Date until, Instant now) {
  Truth result;
  const auto hours = read_hours(station.hours);
  for (Date day = from; day <= until; ++day.days) {
    DayTruth one{day};
    if (hours && opens_on(station, day)) {
      const Instant begin = start_of(day).plus(hours->from * kMinute);
      const Instant end = std::min(start_of(day).plus(hours->until * kMinute), now);
      if (begin < end) {
        one.promised = static_cast<int>((end.us - begin.us) / kMinute);
        one.kept = static_cast<int>(covered_minutes(logs, begin, end, now));
      }
    }
    result.promised += one.promised;
    result.kept += one.kept;
    result.days.push_back(one);
  }
  return result;
}

bool kept(const DutyShift& shift, const std::vector<DutyLog>& logs, Instant now) {
  const Instant begin = start_of(shift.day).plus(shift.from_minute * kMinute),
                end = start_of(shift.day).plus(shift.until_minute * kMinute);
  return covered_minutes(logs, begin, end, now) * 2 >= shift.until_minute - shift.from_minute;
}

}  // namespace tx::stations::rules
