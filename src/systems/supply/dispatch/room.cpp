#include "systems/supply/dispatch/room.h"

#include "systems/supply/dispatch/batch.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/fairness.h"
#include "systems/supply/dispatch/search.h"

namespace tx::supply {

std::shared_ptr<Pool> make_pool() { return std::make_shared<Pool>(); }

void register_desk(http::Router& router, const Services& services, std::shared_ptr<Pool> pool) {
  const Desk desk{services, std::move(pool)};
  add_desk_routes(router, desk);
  add_asked_routes(router, desk);
}

void add_desk_work(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool) {
  add_batch_job(jobs, clock, pool);
  add_fairness_jobs(jobs, clock);
  jobs.every(2 * kSecond, "supply.searches", [pool, &clock](storage::Store& store) { run_searches(store, *pool, clock.now()); });
  jobs.every(20 * kSecond, "supply.pool", [pool, &clock](storage::Store& store) { pool->refresh(store, clock.now()); });
  jobs.every(30 * kSecond, "supply.memory", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(learn_from_searches(tx)); });
  });
}

}  // namespace tx::supply
