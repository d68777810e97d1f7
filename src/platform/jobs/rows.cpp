#include "platform/jobs/rows.h"

#include <algorithm>
#include <mutex>

#include "platform/storage/record_sql.h"

namespace tx::jobs {
namespace {

std::mutex mutex;                     // guards the two below
std::vector<Waker*> wakers;
http::EventHub* event_hub = nullptr;

void wake_all() {
  std::lock_guard lock(mutex);
  for (Waker* waker : wakers) waker->wake();
}

}  // namespace

void add_waker(Waker* waker) {
  std::lock_guard lock(mutex);
  wakers.push_back(waker);
}
void remove_waker(Waker* waker) {
  std::lock_guard lock(mutex);
  std::erase(wakers, waker);
}
void set_event_hub(http::EventHub* hub) {
  std::lock_guard lock(mutex);
  event_hub = hub;
}
void publish(access::AccountId owner, JobId id, std::int64_t done, std::int64_t of, const std::string& state) {
  std::lock_guard lock(mutex);
  if (!event_hub || !owner) return;
  event_hub->publish(owner, "job.progress",
                     Json::of({{"job", id.text()}, {"done", done}, {"of", of}, {"state", state}}));
}

JobId enqueue(storage::Tx& tx, std::string kind, Json input, access::AccountId owner) {
  const JobId id{tx.new_id()};
  storage::execute(tx,
                   "insert into job (id, kind, state, owner, progress_done, progress_of, stage, input, answer, created, "
                   "started, finished, cancel_asked) values ($1, $2, 'waiting', $3, 0, 0, '', $4, 'null', $5, 0, 0, 0)",
                   id, kind, owner, input, tx.now());
  tx.after_commit(wake_all);
  return id;
}

std::optional<JobRow> find_job(storage::Reader& reader, JobId id) {
  return storage::find<JobRow>(reader,
                               "select id, kind, state, owner, progress_done, progress_of, stage, input, answer, "
                               "created, finished from job where id = $1",
                               id);
}

Result<std::string> ask_cancel(storage::Tx& tx, JobId id) {
  const auto row = find_job(tx, id);
  if (!row) return refuse(Kind::not_found, "http.not_found");
  if (row->state == "waiting") {
    storage::execute(tx, "update job set state = 'cancelled', cancel_asked = $2, finished = $2 where id = $1", id,
                     tx.now());
    return std::string("cancelled");
  }
  if (row->state != "running") return refuse(Kind::conflict, "job.over");
  storage::execute(tx, "update job set cancel_asked = $2 where id = $1", id, tx.now());
  return std::string("running");
}

Result<JobId> start_anew(storage::Tx& tx, JobId id) {
  const auto row = find_job(tx, id);
  if (!row) return refuse(Kind::not_found, "http.not_found");
  if (row->state != "interrupted" && row->state != "cancelled" && row->state != "refused")
    return refuse(Kind::conflict, "job.not_over");
  return enqueue(tx, row->kind, row->input, {row->owner});
}

}  // namespace tx::jobs
