// The stress test of the time bank, pure: what happens when many holders come at once ("a run on the bank"). A bank of time
// keeps its promise only with hours of people who serve; this counts month by month what is asked, what can be served and
// who waits. A question asked of the books, not a forecast.
#pragma once
#include <cstdint>
#include <vector>

namespace tx::support::bank {

struct Town {
  std::int64_t promised = 0;       // minutes that members hold for their own use
  std::int64_t pool = 0;           // minutes promised to lone elders from the pool
  std::int64_t usable = 0;         // of `promised`: held by members who may use them today
  std::int64_t capacity = 0;       // minutes a month that volunteers served of late
  std::int64_t fund = 0;           // minutes that a guarantee fund could buy, once
};
struct Scenario {
  int come_percent = 30;           // of the usable minutes are asked for in the first month
  int lost_percent = 0;            // of the capacity is gone
  int months = 24;                 // horizon
  int inflow_percent = 0;          // of what is served in a month is promised anew (helpers save what they serve)
};
struct Month {
  std::int64_t asked = 0, served = 0, bought = 0, waiting = 0;   // waiting: at the end of the month
};
struct Run {
  std::vector<Month> months;
  std::int64_t asked = 0, served = 0, bought = 0, unserved = 0;  // unserved: still waiting at the horizon
  int cleared = 0;                 // month in which nobody waits any more; 0: never within the horizon
  int kept_percent = 0;            // of what was asked in month 1, served within it: the promise kept at once
};
// Conserves: asked = served + bought + unserved, in every month and over all.
Run run_on(const Town& town, const Scenario& scenario);

// Months of present capacity that all promises would take; -1: nobody serves.
std::int64_t months_promised(const Town& town);

}  // namespace tx::support::bank
