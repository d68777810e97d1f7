// Background and timed work with progress that people can see and cancel: imports, batch matching, reports, escalation
// of late deadlines, the outbox. Jobs survive a restart (a running job is marked interrupted and can be started anew).
// Not here: what the work is, and its rules. One process runs the jobs of a database.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/storage/storage.h"

namespace tx::jobs {

namespace permission {
inline constexpr access::Permission read{"job.read"};    // see and cancel other people's jobs (technical staff)
}

struct JobTag;
using JobId = Id<JobTag>;

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void report(std::int64_t done, std::int64_t of, const std::string& stage_key = {}) = 0;  // rate-limited inside
  // Ask now and then. Once it has said yes, the job should undo what is half done and return soon, at best with the
  // refusal job.cancelled; whatever it returns, the row then says cancelled (or interrupted, when the program stops).
  virtual bool cancelled() const = 0;
};
struct JobKind {
  std::string id;                                        // "teams.import"; catalogue key job.<id>
  // The answer may hold "link": where the person goes to see the result.
  std::function<Result<Json>(storage::Store&, const Json& input, Progress&)> run;
};

class Jobs {
 public:
  virtual ~Jobs() = default;                             // asks running jobs to stop, waits
  virtual void add(JobKind kind) = 0;                    // before start
  // The next run of works of a minute and more is kept over a restart.
  virtual void every(std::int64_t interval_us, std::string name, std::function<void(storage::Store&)> work) = 0;
  virtual void start() = 0;
  virtual void stop() = 0;
  virtual void run_due_now() = 0;                        // tests: runs every timed work and waiting job once, in place
  static std::unique_ptr<Jobs> create(storage::Store& store, const Clock& clock, int threads = 1);
};
// Queues a job in the same Tx as its cause.
JobId enqueue(storage::Tx& tx, std::string kind, Json input, access::AccountId owner);
struct JobRow {
  JobId id;
  std::string kind, state;                               // waiting, running, done, refused, cancelled, interrupted
  std::int64_t owner = 0, progress_done = 0, progress_of = 0;
  std::string stage;                                     // catalogue key, may be empty
  Json input, answer;                                    // answer of a refused job: {rule, field, args}
  Instant created, finished;
};
BOOST_DESCRIBE_STRUCT(JobRow, (), (id, kind, state, owner, progress_done, progress_of, stage, input, answer, created,
                                   finished))
std::optional<JobRow> find_job(storage::Reader& reader, JobId id);
std::vector<storage::Migration> migrations();            // block 30-39
void add_routes(http::Router& router);                   // /jobs/{job} page with live progress, cancel, start anew
void set_event_hub(http::EventHub* hub);                 // live "job.progress" {job, done, of, state} to the owner

}  // namespace tx::jobs
