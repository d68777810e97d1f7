// Duty: who is planned when, who swaps with whom, and who really was there. A station is open exactly while somebody is
// on duty; the log of comings and goings, laid over the promised hours, is the open/closed truth of its public page.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

struct DutyLog {
  std::int64_t id = 0, station = 0;
  access::AccountId account;
  std::int64_t volunteer = 0;
  Instant came, left_at;       // left_at 0: still there
  std::string left_by;         // self, auto
};
BOOST_DESCRIBE_STRUCT(DutyLog, (), (id, station, account, volunteer, came, left_at, left_by))

// Rules: station.doors_closed (the life cycle says it does not serve now)
Result<void> come_on_duty(storage::Tx& tx, Station& station, access::AccountId by);
Result<void> go_off_duty(storage::Tx& tx, Station& station, const std::string& how);
// Ends what somebody forgot to end: two hours after closing time. The number of stations.
int end_forgotten_duty(storage::Tx& tx);

}  // namespace tx::stations
