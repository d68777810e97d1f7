#include "platform/jobs/jobs.h"

#include <chrono>
#include <future>
#include <thread>

#include "platform/jobs/rows.h"
#include "platform/storage/testing.h"

namespace tx::jobs {
namespace {

const access::AccountId kOwner{5};

class Ears final : public http::EventHub {
 public:
  void publish(access::AccountId account, std::string_view event, const Json& data) override {
    std::lock_guard lock(mutex_);
    heard_.push_back({account.value, std::string(event), data});
  }
  void publish_topic(std::string_view, std::string_view, const Json&) override {}
  struct Heard {
    std::int64_t account;
    std::string event;
    Json data;
  };
  std::vector<Heard> heard() {
    std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::vector<Heard> heard_;
};

class JobsTest : public storage::trial::StoreTest {
 protected:
  ManualClock clock{instant_of(Date::of(2026, 11, 24), 9, 0)};
  static JobId queue(storage::Store& store, const char* kind, Json input = Json::object()) {
    JobId id;
    EXPECT_TRUE(store.write([&](storage::Tx& tx) -> Result<Json> {
      id = enqueue(tx, kind, input, kOwner);
      return Json();
    }));
    return id;
  }
  static JobRow row(storage::Store& store, JobId id) { return find_job(*store.read(), id).value(); }
  static bool becomes(storage::Store& store, JobId id, const std::string& state) {
    for (int i = 0; i < 500; ++i) {
      if (row(store, id).state == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  static std::string cancel(storage::Store& store, JobId id) {
    auto answer = store.write([&](storage::Tx& tx) -> Result<Json> { return Json(TX_TRY(ask_cancel(tx, id))); });
    return answer ? answer->text() : answer.error().rule;
  }
};

TEST_P(JobsTest, AJobRunsWithItsInputReportsProgressAndKeepsItsAnswer) {
  auto store = fresh(migrations(), &clock);
  Ears ears;
  set_event_hub(&ears);
  auto jobs = Jobs::create(**store, clock);
  jobs->add({"trial.double", [](storage::Store&, const Json& input, Progress& progress) -> Result<Json> {
               progress.report(1, 2, "trial.stage");
               progress.report(2, 2);
               return Json::of({{"twice", input["n"].integer() * 2}});
             }});
  const JobId id = queue(**store, "trial.double", Json::of({{"n", 21}}));
  EXPECT_EQ(row(**store, id).state, "waiting");
  jobs->run_due_now();
  set_event_hub(nullptr);
  const JobRow done = row(**store, id);
  EXPECT_EQ(done.state, "done");
  EXPECT_EQ(done.answer["twice"].integer(), 42);
  EXPECT_EQ(done.progress_done, 2);
  EXPECT_EQ(done.stage, "trial.stage");
  EXPECT_EQ(done.finished, clock.now());
  const auto heard = ears.heard();
  ASSERT_GE(heard.size(), 2u);
  EXPECT_EQ(heard.front().account, kOwner.value);
  EXPECT_EQ(heard.front().event, "job.progress");
  EXPECT_EQ(heard.back().data["state"].text(), "done");
}

TEST_P(JobsTest, ARefusalAnExceptionAndAnUnknownKindEndAsRefused) {
  auto store = fresh(migrations(), &clock);
  auto jobs = Jobs::create(**store, clock);
  jobs->add({"trial.no", [](storage::Store&, const Json&, Progress&) -> Result<Json> {
               return refuse(Kind::invalid, "trial.rule", "file", {{"n", "3"}});
             }});
  jobs->add({"trial.throws", [](storage::Store&, const Json&, Progress&) -> Result<Json> {
               throw std::runtime_error("disk");
             }});
  const JobId no = queue(**store, "trial.no"), throws = queue(**store, "trial.throws"), odd = queue(**store, "odd");
  jobs->run_due_now();
  EXPECT_EQ(row(**store, no).state, "refused");
  EXPECT_EQ(row(**store, no).answer["rule"].text(), "trial.rule");
  EXPECT_EQ(row(**store, no).answer["args"]["n"].text(), "3");
  EXPECT_EQ(row(**store, throws).answer["rule"].text(), "job.failed");
  EXPECT_EQ(row(**store, odd).answer["rule"].text(), "job.unknown_kind");
}

TEST_P(JobsTest, AWaitingJobIsCancelledAtOnceAndARunningOneWhenItAsks) {
  auto store = fresh(migrations(), &clock);
  auto jobs = Jobs::create(**store, clock);
  std::promise<void> begun;
  jobs->add({"trial.long", [&](storage::Store&, const Json&, Progress& progress) -> Result<Json> {
               begun.set_value();
               while (!progress.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
               return refuse(Kind::conflict, "job.cancelled");
             }});
  const JobId waiting = queue(**store, "trial.long");
  EXPECT_EQ(cancel(**store, waiting), "cancelled");
  jobs->start();
  const JobId running = queue(**store, "trial.long");
  ASSERT_EQ(begun.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(cancel(**store, running), "running");
  EXPECT_TRUE(becomes(**store, running, "cancelled"));
  EXPECT_EQ(cancel(**store, running), "job.over");
  jobs->stop();
  EXPECT_EQ(row(**store, waiting).state, "cancelled");
}

TEST_P(JobsTest, StoppingInterruptsARunningJobAndItCanBeStartedAnew) {
  auto store = fresh(migrations(), &clock);
  JobId id;
  {
    auto jobs = Jobs::create(**store, clock);
    std::promise<void> begun;
    jobs->add({"trial.long", [&](storage::Store&, const Json&, Progress& progress) -> Result<Json> {
                 begun.set_value();
                 while (!progress.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
                 return refuse(Kind::conflict, "job.cancelled");
               }});
    jobs->start();
    id = queue(**store, "trial.long", Json::of({{"n", 1}}));
    begun.get_future().wait();
  }
  EXPECT_EQ(row(**store, id).state, "interrupted");
  const auto again = (*store)->write([&](storage::Tx& tx) -> Result<Json> {
    return Json(TX_TRY(start_anew(tx, id)).text());
  });
  ASSERT_TRUE(again);
  const JobRow fresh_row = row(**store, *JobId::parse(again->text()));
  EXPECT_EQ(fresh_row.state, "waiting");
  EXPECT_EQ(fresh_row.input["n"].integer(), 1);
  EXPECT_EQ(fresh_row.owner, kOwner.value);
}

TEST_P(JobsTest, AJobLeftRunningByACrashIsInterruptedAtTheNextStart) {
  auto store = fresh(migrations(), &clock);
  const JobId id = queue(**store, "trial.lost");
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    tx.execute("update job set state = 'running'", {});
    return Json();
  }));
  auto jobs = Jobs::create(**store, clock);
  jobs->start();
  EXPECT_EQ(row(**store, id).state, "interrupted");
}

TEST_P(JobsTest, TimedWorkKeepsItsNextRunOverARestartAndSurvivesAnException) {
  auto store = fresh(migrations(), &clock);
  std::atomic<int> runs{0};
  const auto session = [&](int wanted) {
    auto jobs = Jobs::create(**store, clock);
    jobs->every(kHour, "trial.hourly", [&](storage::Store&) {
      ++runs;
      throw std::runtime_error("once");
    });
    jobs->start();
    for (int i = 0; i < 300 && runs < wanted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (runs == wanted) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    jobs->stop();
    return runs.load();
  };
  EXPECT_EQ(session(1), 1);        // at the first start at once
  clock.advance(30 * kMinute);
  EXPECT_EQ(session(1), 1);        // not due yet after the restart
  clock.advance(31 * kMinute);
  EXPECT_EQ(session(2), 2);
}

TEST_P(JobsTest, EndedJobsAreDeletedAfterThirtyDays) {
  auto store = fresh(migrations(), &clock);
  auto jobs = Jobs::create(**store, clock);
  const JobId id = queue(**store, "odd");
  jobs->run_due_now();
  clock.advance(29 * kDay);
  jobs->run_due_now();
  EXPECT_TRUE(find_job(*(*store)->read(), id));
  clock.advance(2 * kDay);
  jobs->run_due_now();
  EXPECT_FALSE(find_job(*(*store)->read(), id));
}

TX_ON_BOTH_ENGINES(JobsTest);

}  // namespace
}  // namespace tx::jobs
