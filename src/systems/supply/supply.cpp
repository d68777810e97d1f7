#include "systems/supply/supply.h"

#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/flow.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/offers/offers.h"

namespace tx::supply {

std::vector<const workflow::Flow*> flows() { return {&kNeedFlow, &kActivityFlow, &kFilingFlow, &kSearchFlow}; }

void register_routes(http::Router& router, const Services& services) {
  router.resolver("need", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto need = find_need(reader, {id_value(text).value_or(0)});
    if (!need) return std::nullopt;
    access::Place place;
    place.region = need->region;
    for (const auto account : {need->account, need->helper_account})
      if (account) place.owners.push_back(account);
    return place;
  });
  add_need_routes(router, services);
  add_offer_routes(router, services);
  add_activity_places(router);
  add_filing_routes(router);
  add_attendance_routes(router, services);
  add_evaluation_routes(router, services);
}

void add_timed_work(jobs::Jobs& jobs, const Clock&) {
  jobs.every(30 * kSecond, "supply.asks", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(expire_asks(tx)); });
  });
  jobs.every(5 * kMinute, "supply.activities", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(finish_ended_activities(tx)); });
  });
  jobs.every(5 * kMinute, "supply.filings", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(call_for_reports(tx)); });
  });
  // Residents who never rate: after the deadline the need closes by itself (operator setting need.rate_days).
  jobs.every(10 * kMinute, "supply.closing", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> {
      for (auto& need : storage::select<Need>(tx, "select * from need where state = 'confirmed' and due > 0 and due < $1 limit 200",
                                              tx.now()))
        TX_CHECK(move_need(tx, need, "close", {}));
      return Json::object();
    });
  });
}

}  // namespace tx::supply
