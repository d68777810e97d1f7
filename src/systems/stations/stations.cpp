// The room put together.
#include "systems/stations/stations.h"

#include "platform/storage/record_sql.h"
#include "systems/stations/circles/circles.h"
#include "systems/stations/circles/routes.h"
#include "systems/stations/duty/duty.h"
#include "systems/stations/months/months.h"
#include "systems/stations/planning/planning.h"
#include "systems/stations/rooms.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/stations/flow.h"
#include "systems/stations/stock/stock.h"

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
  add_duty_routes(router, services);
  add_stock_routes(router, services);
  add_month_routes(router, services);
  const auto held = std::make_shared<circles::Circles>(services.streets, services.data);
  keep_circles(held);
  add_map_routes(router, held);
  add_plan_json_routes(router);
  add_map_pages(router, held);
  add_circle_routes(router, held);
  add_region_routes(router, held, services.jobs);
  add_planning_routes(router);
  planning::add_plan_job(services.jobs, held);
}

Json data_of(storage::Reader& reader, access::AccountId account) {
  Json list = Json::array();
  for (const auto& shift :
       storage::select<DutyShift>(reader, "select * from duty_shift where account = $1 order by day", account)) {
    const auto station = find_station(reader, shift.station);
    list.push(Json::of({{"station", station ? station->name : ""},
                        {"day", shift.day.text()},
                        {"from", minute_text(shift.from_minute)},
                        {"until", minute_text(shift.until_minute)}}));
  }
  return list.size() ? Json::of({{"duty", list}}) : Json();
}

// Duty ahead is nobody's any more; what is past stays as a shift without a name.
void close_person(storage::Tx& tx, access::AccountId account) {
  storage::execute(tx, "delete from duty_swap where from_account = $1 or to_account = $1", account);
  storage::execute(tx, "delete from duty_shift where account = $1 and day >= $2", account, local_date(tx.now()));
  storage::execute(tx, "update duty_shift set account = 0, volunteer = 0, who = '' where account = $1", account);
  storage::execute(tx, "update station set keeper = 0 where keeper = $1", account);
}

void add_timed_work(jobs::Jobs& jobs, const Clock&) {
  jobs.every(10 * kMinute, "stations.duty", [](storage::Store& store) {
    for (bool more = true; more;) {  // in small writes: on an evening of a whole region nobody else waits for it
      const auto ended = store.write([](storage::Tx& tx) -> Result<Json> { return Json(end_forgotten_duty(tx, 200)); });
      more = ended && ended->integer() == 200;
    }
  });
  jobs.every(kHour, "stations.stock", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(tell_overdue(tx) + forget_borrowers(tx)); });
  });
  // A few at a time, so that the first morning of a month holds nobody up.
  jobs.every(10 * kMinute, "stations.months", [](storage::Store& store) {
    for (int round = 0; round < 10; ++round) {
      const auto made = store.write([](storage::Tx& tx) -> Result<Json> { return Json(make_reports(tx, 50)); });
      if (!made || made->integer() < 50) return;
    }
  });
}

}  // namespace tx::stations
