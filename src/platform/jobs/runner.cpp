// The threads that run jobs and timed work.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "platform/jobs/rows.h"
#include "platform/storage/record_sql.h"

namespace tx::jobs {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
constexpr auto kReportEvery = std::chrono::milliseconds(250);
constexpr auto kLookEvery = std::chrono::seconds(1);
constexpr std::int64_t kKeepFinished = 30 * kDay;   // inputs may hold personal data: not kept longer than useful

// Writes progress at most four times a second, and asks the row at the same rate whether to stop.
class RowProgress final : public Progress {
 public:
  RowProgress(storage::Store& store, JobRow row, const std::atomic<bool>& stopping)
      : store_(store), row_(std::move(row)), stopping_(stopping) {}

  void report(std::int64_t done, std::int64_t of, const std::string& stage_key) override {
    row_.progress_done = done;
    row_.progress_of = of;
    const bool new_stage = !stage_key.empty() && stage_key != row_.stage;
    if (new_stage) row_.stage = stage_key;
    const auto now = std::chrono::steady_clock::now();
    if (!new_stage && now - written_ < kReportEvery) return;
    written_ = now;
    (void)store_.write([this](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "update job set progress_done = $2, progress_of = $3, stage = $4 where id = $1", row_.id,
                       row_.progress_done, row_.progress_of, row_.stage);
      tx.after_commit([id = row_.id, owner = row_.owner, done = row_.progress_done, of = row_.progress_of] {
        publish({owner}, id, done, of, "running");
      });
      return Json();
    });
  }

  bool cancelled() const override {
    if (stopping_) told_ = true;
    if (told_) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - asked_ < kReportEvery) return false;
    asked_ = now;
    told_ = storage::scalar<std::int64_t>(*store_.read(), "select cancel_asked from job where id = $1", row_.id)
                .value_or(0) != 0;
    return told_;
  }

  bool told() const { return told_; }
  const JobRow& row() const { return row_; }

 private:
  storage::Store& store_;
  JobRow row_;
  const std::atomic<bool>& stopping_;
  SteadyTime written_{};
  mutable SteadyTime asked_{};
  mutable bool told_ = false;
};

struct Timed {
  std::string name;
  std::int64_t interval = 0;
  std::function<void(storage::Store&)> work;
  Instant next;
  bool kept() const { return interval >= kMinute; }
};

class Runner final : public Jobs, private Waker {
 public:
  Runner(storage::Store& store, const Clock& clock, int threads) : store_(store), clock_(clock), threads_(threads) {
    every(kDay, "jobs.clean", [this](storage::Store& s) { clean(s); });
    add_waker(this);
  }
  ~Runner() override {
    stop();
    remove_waker(this);
  }

  void add(JobKind kind) override {
    std::string id = kind.id;
    const bool is_new = kinds_.emplace(std::move(id), std::move(kind)).second;
    TX_ASSERT(is_new && workers_.empty());
  }
  void every(std::int64_t interval_us, std::string name, std::function<void(storage::Store&)> work) override {
    TX_ASSERT(interval_us > 0 && workers_.empty());
    timed_.push_back({std::move(name), interval_us, std::move(work), {}});
  }

  void start() override {
    TX_ASSERT(workers_.empty());
    stopping_ = false;
    interrupt_left_over();
    read_next_runs();
    for (int i = 0; i < threads_; ++i) workers_.emplace_back([this] { job_loop(); });
    workers_.emplace_back([this] { timed_loop(); });
  }
  void stop() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    bell_.notify_all();
    for (auto& worker : workers_) worker.join();
    workers_.clear();
    stopping_ = false;
  }
  void run_due_now() override {
    for (auto& timed : timed_) run_timed(timed);
    while (run_next_job()) {}
  }

 private:
  void wake() override {
    {
      std::lock_guard lock(mutex_);
      ++calls_;
    }
    bell_.notify_all();
  }

  void interrupt_left_over() {
    (void)store_.write([](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "update job set state = 'interrupted', finished = $1 where state = 'running'", tx.now());
      return Json();
    });
  }

  void read_next_runs() {
    const auto reader = store_.read();
    for (auto& timed : timed_) {
      timed.next = clock_.now();
      if (!timed.kept()) continue;
      const auto kept = storage::scalar<Instant>(*reader, "select next_run from job_timed where name = $1", timed.name);
      // A clock that was set back must not silence a work for longer than its interval.
      if (kept) timed.next = std::min(*kept, clock_.now().plus(timed.interval));
    }
  }

  void job_loop() {
    while (!stopping_) {
      std::uint64_t seen;
      {
        std::lock_guard lock(mutex_);
        seen = calls_;
      }
      bool ran = false;
      try {
        ran = run_next_job();
      } catch (const std::exception& failure) {
        log::error("jobs.loop_failed", {{"text", failure.what()}});
      }
      if (ran) continue;
      std::unique_lock lock(mutex_);
      bell_.wait_for(lock, kLookEvery, [&] { return stopping_.load() || calls_ != seen; });
    }
  }

  void timed_loop() {
    while (!stopping_) {
      for (auto& timed : timed_) {
        if (stopping_) return;
        if (timed.next > clock_.now()) continue;
        run_timed(timed);
      }
      std::unique_lock lock(mutex_);
      bell_.wait_for(lock, kLookEvery, [&] { return stopping_.load(); });
    }
  }

  void run_timed(Timed& timed) {
    try {
      timed.work(store_);
    } catch (const std::exception& failure) {
      log::error("jobs.timed_failed", {{"name", timed.name}, {"text", failure.what()}});
    }
    timed.next = clock_.now().plus(timed.interval);
    if (!timed.kept()) return;
    (void)store_.write([&](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx,
                       "insert into job_timed (name, next_run) values ($1, $2) "
                       "on conflict (name) do update set next_run = excluded.next_run",
                       timed.name, timed.next);
      return Json();
    });
  }

  // Takes the oldest waiting job; false when there is none.
  bool run_next_job() {
    if (!storage::scalar<std::int64_t>(*store_.read(), "select id from job where state = 'waiting' limit 1"))
      return false;
    std::optional<JobRow> row;
    (void)store_.write([&](storage::Tx& tx) -> Result<Json> {
      const auto id =
          storage::scalar<std::int64_t>(tx, "select id from job where state = 'waiting' order by id limit 1");
      if (!id) return Json();
      storage::execute(tx, "update job set state = 'running', started = $2 where id = $1", *id, tx.now());
      row = find_job(tx, {*id});
      return Json();
    });
    if (!row) return false;
    RowProgress progress(store_, *row, stopping_);
    finish(progress, work(*row, progress));
    return true;
  }

  Result<Json> work(const JobRow& row, Progress& progress) {
    const auto kind = kinds_.find(row.kind);
    if (kind == kinds_.end()) return refuse(Kind::invalid, "job.unknown_kind");
    try {
      return kind->second.run(store_, row.input, progress);
    } catch (const std::exception& failure) {
      log::error("jobs.failed", {{"job", row.id.text()}, {"kind", row.kind}, {"text", failure.what()}});
      return refuse(Kind::unavailable, "job.failed");
    }
  }

  void finish(const RowProgress& progress, const Result<Json>& answer) {
    std::string state = answer ? "done" : "refused";
    if (progress.told()) state = stopping_ ? "interrupted" : "cancelled";
    Json kept = answer ? *answer : Json::object();
    if (!answer) {
      Json args = Json::object();
      for (const auto& [name, value] : answer.error().args) args.set(name, value);
      kept.set("rule", answer.error().rule).set("field", answer.error().field).set("args", args);
    }
    const JobRow& row = progress.row();
    (void)store_.write([&](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx,
                       "update job set state = $2, answer = $3, finished = $4, progress_done = $5, progress_of = $6, "
                       "stage = $7 where id = $1",
                       row.id, state, kept, tx.now(), row.progress_done, row.progress_of, row.stage);
      tx.after_commit([id = row.id, owner = row.owner, done = row.progress_done, of = row.progress_of, state] {
        publish({owner}, id, done, of, state);
      });
      return Json();
    });
  }

  static void clean(storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "delete from job where finished > 0 and finished < $1", tx.now().plus(-kKeepFinished));
      return Json();
    });
  }

  storage::Store& store_;
  const Clock& clock_;
  const int threads_;
  std::map<std::string, JobKind, std::less<>> kinds_;
  std::vector<Timed> timed_;
  std::vector<std::thread> workers_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable bell_;
  std::uint64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<Jobs> Jobs::create(storage::Store& store, const Clock& clock, int threads) {
  return std::make_unique<Runner>(store, clock, threads);
}

}  // namespace tx::jobs
