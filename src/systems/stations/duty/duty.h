// Duty: who is planned when, who swaps with whom, and who really was there. A station is open exactly while somebody is
// on duty; the log of comings and goings, laid over the promised hours, is the open/closed truth of its public page.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

struct DutyLog {
  std::int64_t id = 0, station = 0;
  access::AccountId account;
  std::int64_t volunteer = 0;
  Instant came, left_at;  // left_at 0: still there
  std::string left_by;    // self, auto
};
BOOST_DESCRIBE_STRUCT(DutyLog, (), (id, station, account, volunteer, came, left_at, left_by))

struct DutyShift {  // who is planned
  std::int64_t id = 0, station = 0;
  Date day;
  int from_minute = 0, until_minute = 0;
  std::int64_t volunteer = 0;  // 0: the keeper
  access::AccountId account;   // of the volunteer; may be 0
  std::string who;             // as the roster shows it
  Instant created;
};
BOOST_DESCRIBE_STRUCT(DutyShift, (), (id, station, day, from_minute, until_minute, volunteer, account, who, created))

struct PlanInput {
  std::string day, from = "09:00", until = "12:00", volunteer_no;
};
BOOST_DESCRIBE_STRUCT(PlanInput, (), (day, from, until, volunteer_no))

// Rules: duty.day, duty.hours, duty.volunteer_unknown, duty.overlap
Result<DutyShift> plan_duty(storage::Tx& tx, const Station& station, const PlanInput& input);
Result<void> drop_duty(storage::Tx& tx, const Station& station, std::int64_t shift);
// Every shift of the week before, seven days later, where nobody is double-booked. The number of shifts.
int copy_week(storage::Tx& tx, const Station& station, Date monday);
// A volunteer hands an own shift to another, who must agree. Rules: duty.not_yours, duty.past, duty.swap_gone
Result<void> offer_duty(storage::Tx& tx, std::int64_t shift, access::AccountId from, const std::string& volunteer_no);
Result<void> answer_duty(storage::Tx& tx, std::int64_t swap, access::AccountId by, bool yes);
std::vector<DutyShift> shifts_of(storage::Reader& reader, const Station& station, Date from, Date until);
std::vector<DutyLog> logs_of(storage::Reader& reader, const Station& station, Instant from, Instant until);

// Rules: station.doors_closed (the life cycle says it does not serve now)
Result<void> come_on_duty(storage::Tx& tx, Station& station, access::AccountId by);
Result<void> go_off_duty(storage::Tx& tx, Station& station, const std::string& how);
// Ends what somebody forgot to end, two hours after closing time, at most so many at a time. The number of stations.
int end_forgotten_duty(storage::Tx& tx, int most);

}  // namespace tx::stations
