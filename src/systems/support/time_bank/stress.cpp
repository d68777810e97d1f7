#include "systems/support/time_bank/stress.h"

#include <algorithm>

namespace tx::support::bank {

Run run_on(const Town& town, const Scenario& scenario) {
  Run run;
  const std::int64_t capacity = town.capacity * (100 - std::clamp(scenario.lost_percent, 0, 100)) / 100;
  std::int64_t asked = town.usable * std::clamp(scenario.come_percent, 0, 100) / 100 + town.pool, waiting = 0, fund = town.fund;
  for (int month = 1; month <= scenario.months; ++month) {
    Month now;
    now.asked = asked;
    const std::int64_t open = waiting + asked;
    now.served = std::min(open, capacity);
    now.bought = std::min(open - now.served, fund);
    fund -= now.bought;
    now.waiting = waiting = open - now.served - now.bought;
    if (month == 1) run.kept_percent = asked ? static_cast<int>((now.served + now.bought) * 100 / asked) : 100;
    if (waiting == 0 && run.cleared == 0) run.cleared = month;
    run.asked += now.asked;
    run.served += now.served;
    run.bought += now.bought;
    asked = now.served * std::clamp(scenario.inflow_percent, 0, 100) / 100;
    run.months.push_back(now);
  }
  run.unserved = waiting;
  return run;
}

std::int64_t months_promised(const Town& town) {
  const auto promised = town.promised + town.pool;
  if (promised <= 0) return 0;
  return town.capacity > 0 ? (promised + town.capacity - 1) / town.capacity : -1;
}

}  // namespace tx::support::bank
