// Is the work spread fairly? Figures of the last thirty days by district, the exposure of small organisations, and what more
// fairness would cost (a job). And two tables of weights on the same day: what would change. The engine counts (compare.h);
// here rows become its terms. Reports only; nothing here changes who is asked. Not here: pages.
#pragma once
#include "platform/jobs/jobs.h"
#include "systems/supply/dispatch/pool.h"
#include "systems/supply/dispatch/weights.h"
#include "systems/supply/supply.h"

namespace tx::supply {

struct District {
  std::string region;              // county code; "" all together
  std::int64_t people = 0, served = 0;   // active volunteers; those who served in the last thirty days
  std::int64_t asked = 0;          // those asked in that time
  double gini = 0, top = 0;        // of the minutes of those who served; share of the busiest hundredth of them
};
std::vector<District> load_by_district(storage::Reader& reader, const std::vector<std::string>& regions, Instant now);   // all first

struct Exposure {                  // organisations by members: small to 20, middle to 100, large
  std::string size;
  std::int64_t organisations = 0, seats = 0, taken = 0;   // of activities that began in the last thirty days or will
};
std::vector<Exposure> exposure(storage::Reader& reader, const std::vector<std::string>& regions, Instant now);

// Jobs supply.compare {regions, lines} and supply.fairness {regions}: answers as the pages show them.
void add_fairness_jobs(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool);

}  // namespace tx::supply
