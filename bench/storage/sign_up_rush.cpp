// How many durable sign-ups a second does the store decide? Each is a keyed command with four further rows: a place is
// taken (conditional update), the sign-up and an outbox row are inserted, and the audit trail gets its entry (insert
// and head). Plus the stored answer. Prints one JSON line a run.
//   bench_storage [seconds] [clients in flight] [location]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <semaphore>
#include <thread>

#include "platform/audit/audit.h"
#include "platform/storage/record_sql.h"

using namespace tx;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int kActivities = 200;

std::vector<storage::Migration> schema() {
  auto migrations = audit::migrations();
  migrations.push_back({900, "rush", R"sql(
    create table activity (id bigint primary key, places bigint not null, taken bigint not null,
      check (taken <= places));
    create table sign_up (id bigint primary key, activity bigint not null references activity (id),
      volunteer bigint not null, at bigint not null, unique (activity, volunteer));
    create table outbox (id bigint primary key, kind text not null, body text not null);
  )sql"});
  return migrations;
}

Result<Json> sign_up(storage::Tx& tx, std::int64_t activity, std::int64_t volunteer, bool audited) {
  if (!storage::execute(tx, "update activity set taken = taken + 1 where id = $1 and taken < places", activity))
    return refuse(Kind::full, "activity.full");
  const std::int64_t id = tx.new_id();
  storage::execute(tx, "insert into sign_up (id, activity, volunteer, at) values ($1, $2, $3, $4)", id, activity,
                   volunteer, tx.now());
  storage::execute(tx, "insert into outbox (id, kind, body) values ($1, $2, $3)", tx.new_id(), "signed_up",
                   Json::of({{"sign_up", id}, {"volunteer", volunteer}}));
  if (audited)
    audit::append(tx, {.account = volunteer,
                       .action = "activity.sign_up",
                       .object = "activity:" + std::to_string(activity),
                       .region = "640104",
                       .rule = "access.signed_in",
                       .outcome = "done"});
  return Json::of({{"sign_up", id}});
}

struct Run {
  double seconds;
  int in_flight;
  bool keyed, audited;
};

void measure(storage::Store& store, const Run& run, std::int64_t& volunteer) {
  std::counting_semaphore<> slots(run.in_flight);
  std::vector<double> waits;  // only touched on the sequencer's thread
  waits.reserve(1 << 20);
  const auto before = store.metrics();
  const auto start = SteadyClock::now();
  const auto end = start + std::chrono::duration<double>(run.seconds);
  std::int64_t failed = 0;
  while (SteadyClock::now() < end) {
    slots.acquire();
    const std::int64_t who = ++volunteer;
    storage::Command command;
    if (run.keyed) {
      command.scope = "account " + std::to_string(who) + " sign_up";
      command.key = "key-" + std::to_string(who * 2654435761u);
      command.fingerprint = static_cast<std::uint64_t>(who);
    }
    command.decide = [who, audited = run.audited](storage::Tx& tx) {
      return sign_up(tx, who % kActivities + 1, who, audited);
    };
    const auto sent = SteadyClock::now();
    store.submit(std::move(command), [&, sent](storage::Outcome outcome) {
      failed += !outcome.answer;
      waits.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - sent).count());
      slots.release();
    });
  }
  for (int i = 0; i < run.in_flight; ++i) slots.acquire();
  const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
  const auto after = store.metrics();
  std::sort(waits.begin(), waits.end());
  const auto quantile = [&](double q) { return waits[static_cast<std::size_t>(q * (waits.size() - 1))]; };
  std::printf("{\"engine\":\"%s\",\"keyed\":%s,\"audited\":%s,\"in_flight\":%d,\"commands_per_second\":%.0f,"
              "\"commands_per_batch\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"failed\":%lld}\n",
              store.engine(), run.keyed ? "true" : "false", run.audited ? "true" : "false", run.in_flight,
              static_cast<double>(waits.size()) / took,
              static_cast<double>(after.commands - before.commands) /
                  static_cast<double>(after.batches - before.batches),
              quantile(0.5), quantile(0.99), waits.back(), static_cast<long long>(failed));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5;
  const int in_flight = argc > 2 ? std::atoi(argv[2]) : 1024;
  const std::string folder = std::filesystem::temp_directory_path() / "tongxin-bench-storage";
  storage::Options options;
  options.location = argc > 3 ? argv[3] : folder + "/rush.db";
  options.migrations = schema();
  if (argc <= 3) std::filesystem::remove_all(folder);
  auto store = storage::Store::open(options);
  if (!store) {
    std::fprintf(stderr, "cannot open: %s\n", store.error().rule.c_str());
    return 1;
  }
  const auto ready = (*store)->write([](storage::Tx& tx) -> Result<Json> {
    for (int i = 1; i <= kActivities; ++i)
      storage::execute(tx, "insert into activity (id, places, taken) values ($1, $2, 0)", i, 1'000'000'000);
    return Json();
  });
  if (!ready) return 1;
  std::int64_t volunteer = 0;
  measure(**store, {seconds, in_flight, false, false}, volunteer);
  measure(**store, {seconds, in_flight, true, false}, volunteer);
  measure(**store, {seconds, in_flight, true, true}, volunteer);
  measure(**store, {seconds, 1, true, true}, volunteer);
  store->reset();
  if (argc <= 3) std::filesystem::remove_all(folder);
}
