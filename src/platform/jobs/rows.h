// What the runner and the pages share: the rows of jobs, the wake-up call and the live event. Private to this room.
#pragma once
#include "platform/jobs/jobs.h"

namespace tx::jobs {

// Whoever runs jobs in this process is told at once that there is one; without it, it would look every second.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};
void add_waker(Waker* waker);
void remove_waker(Waker* waker);

void publish(access::AccountId owner, JobId id, std::int64_t done, std::int64_t of, const std::string& state);
// Rules: job.over (already finished). A waiting job is cancelled at once, a running one is asked to stop.
Result<std::string> ask_cancel(storage::Tx& tx, JobId id);
// Rule: job.not_over.
Result<JobId> start_anew(storage::Tx& tx, JobId id);

}  // namespace tx::jobs
