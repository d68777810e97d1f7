// The room put together.
#include "systems/stations/stations.h"

#include "platform/storage/record_sql.h"
#include "systems/stations/duty/duty.h"
#include "systems/stations/rooms.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/stations/flow.h"

namespace tx::stations {

std::vector<const workflow::Flow*> flows() { return {&kStationFlow, &six::kCheckFlow}; }

void register_routes(http::Router& router, const Services& services) {
  add_board_routes(router, services);
  add_desk_routes(router, services);
  add_station_routes(router, services);
  add_check_routes(router, services);
  add_inspection_routes(router, services);
  add_criteria_routes(router, services);
  add_programme_routes(router, services);
  add_coverage_routes(router, services);
}

void add_timed_work(jobs::Jobs& jobs, const Clock&) {
  jobs.every(10 * kMinute, "stations.duty", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(end_forgotten_duty(tx)); });
  });
}

}  // namespace tx::stations
