#include "systems/supply/dispatch/room.h"

#include "systems/supply/dispatch/batch.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/fairness.h"
#include "systems/supply/dispatch/problem.h"
#include "systems/supply/dispatch/search.h"

namespace tx::supply {

DeskMemory make_desk_memory() { return {std::make_shared<Pool>(), std::make_shared<Plans>()}; }

void register_desk(http::Router& router, const Services& services, const DeskMemory& memory) {
  const Desk desk{services, memory.pool, memory.plans};
  add_desk_routes(router, desk);
  add_asked_routes(router, desk);
}

void add_desk_work(jobs::Jobs& jobs, const Clock& clock, const DeskMemory& memory) {
  const auto pool = memory.pool;
  add_batch_job(jobs, clock, pool, memory.plans);
  add_fairness_jobs(jobs, clock, pool);
  jobs.every(2 * kSecond, "supply.searches", [pool, &clock](storage::Store& store) { run_searches(store, *pool, clock.now()); });
  jobs.every(20 * kSecond, "supply.pool", [pool, &clock](storage::Store& store) { pool->refresh(store, clock.now()); });
  jobs.every(30 * kSecond, "supply.memory", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(learn_from_searches(tx)); });
  });
}

}  // namespace tx::supply
