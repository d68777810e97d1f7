// Below the interface: migrations, dialects, purge, fencing, lost connections, damaged backups.
#include <fstream>
#include <thread>

#include "platform/storage/migrations.h"
#include "platform/storage/sequencer.h"
#include "platform/storage/sqlite.h"
#include "platform/storage/testing.h"

namespace tx::storage {
namespace {

const char* kThing = "create table thing (id bigint primary key, name text);";

class EngineTest : public trial::StoreTest {
 protected:
  std::unique_ptr<Connection> writer(trial::TestStore& store) {
    if (postgres()) return open_postgres(store.location()).value()->open_writer();
    return open_sqlite_writer({.path = store.location()});
  }
};

TEST_P(EngineTest, OlderProgramRefusesANewerSchema) {
  auto store = fresh({{50, "thing", kThing}, {60, "more", "create table more (id bigint primary key);"}});
  store->close();
  EXPECT_EQ(Store::open(store->options({{50, "thing", kThing}})).error().rule, "storage.newer_schema");
}

TEST_P(EngineTest, EditedMigrationIsRefused) {
  auto store = fresh({{50, "thing", kThing}});
  store->close();
  const std::string edited = std::string(kThing) + " ";
  const auto refused = Store::open(store->options({{50, "thing", edited.c_str()}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "storage.changed_migration");
  EXPECT_EQ(refused.error().args[0].second, "50 thing");
}

TEST_P(EngineTest, LateMigrationOfALowerBlockIsApplied) {
  auto store = fresh({{60, "more", "create table more (id bigint primary key);"}});
  store->close();
  store->open({{50, "thing", kThing}, {60, "more", "create table more (id bigint primary key);"}});
  EXPECT_EQ(scalar<std::int64_t>(*(*store)->read(), "select count(*) from thing"), 0);
}

TEST_P(EngineTest, BrokenMigrationLeavesNothing) {
  auto store = fresh({});
  store->close();
  const char* half = "create table half (id bigint primary key); create table half (id bigint primary key);";
  EXPECT_THROW((void)Store::open(store->options({{50, "half", half}})), StorageFailure);
  store->open({{50, "half", "create table half (id bigint primary key);"}});
  EXPECT_EQ(scalar<std::int64_t>(*(*store)->read(), "select count(*) from schema_migration where number = 50"), 1);
}

TEST_P(EngineTest, AnswersAreForgottenAfterSevenDays) {
  ManualClock clock(instant_of(Date::of(2026, 11, 24), 9, 0));
  auto store = fresh({{50, "thing", kThing}}, &clock);
  store->close();
  auto connection = writer(*store);
  Batcher batcher(*connection, clock, postgres());
  int decided = 0;
  const auto ask = [&](const std::string& key) {
    Job job{{"s", key, 1, [&](Tx&) -> Result<Json> { return Json(++decided); }}, nullptr};
    bool replayed = false;
    job.done = [&](Outcome outcome) { replayed = outcome.replayed; };
    batcher.run({&job, 1});
    return replayed;
  };
  EXPECT_FALSE(ask("old"));
  clock.advance(6 * kDay);
  EXPECT_FALSE(ask("young"));
  batcher.purge_idempotency();
  EXPECT_TRUE(ask("old"));
  clock.advance(kDay + kMinute);
  batcher.purge_idempotency();
  EXPECT_FALSE(ask("old"));
  EXPECT_TRUE(ask("young"));
  const int before = decided;
  Batcher next(*connection, clock, postgres());   // another start of the program knows the answers
  bool replayed = false;
  Job job{{"s", "young", 1, [&](Tx&) -> Result<Json> { return Json(++decided); }},
          [&](Outcome outcome) { replayed = outcome.replayed; }};
  next.run({&job, 1});
  EXPECT_TRUE(replayed);
  EXPECT_EQ(decided, before);
}

TEST(AnsweredKeys, FindsEveryKeyAndForgetsTheOldWhenItGrows) {
  AnsweredKeys keys;
  const auto count = [&](std::uint64_t hash) {
    int found = 0;
    keys.each(hash, [&](std::int64_t) { ++found; });
    return found;
  };
  for (std::int64_t id = 1; id <= 5000; ++id) keys.add(id % 2500 * 4096, id);  // many share their low bits
  EXPECT_EQ(count(4096), 2);
  EXPECT_EQ(count(5), 0);
  keys.forget_before(2501);
  EXPECT_EQ(count(4096), 1);
  for (std::int64_t id = 5001; id <= 8000; ++id) keys.add(1, id);
  for (std::int64_t id = 8001; id <= 40000; ++id) keys.add(static_cast<std::uint64_t>(id) << 20, id);
  EXPECT_EQ(keys.size(), 40000u - 2500u);
  EXPECT_EQ(count(4096), 1);
  EXPECT_EQ(count(1), 3000);
}

TX_ON_BOTH_ENGINES(EngineTest);

TEST(Dialect, LinesForOneEngineAndPortableTypes) {
  const char* sql =
      "create table a (id bigint primary key, b bytea, mybytea text);\n"
      "-- @sqlite\nfor sqlite\n-- @end\n  -- @postgres\nfor postgres\n-- @end\nboth\n";
  EXPECT_EQ(dialect_of(sql, false),
            "create table a (id integer primary key, b blob, mybytea text);\nfor sqlite\nboth\n");
  EXPECT_EQ(dialect_of(sql, true),
            "create table a (id bigint primary key, b bytea, mybytea text);\nfor postgres\nboth\n");
}

TEST(Sqlite, OneProgramAtATime) {
  trial::TestStore store(trial::Engine::sqlite, {});
  EXPECT_EQ(Store::open(store.options({})).error().rule, "storage.in_use");
}

TEST(Sqlite, DamagedBackupIsNotRestored) {
  trial::TestStore store(trial::Engine::sqlite, {{50, "thing", "create table thing (id bigint primary key, name text);"
                                                               "create index thing_name on thing (name);"}});
  ASSERT_TRUE(store->write([](Tx& tx) -> Result<Json> {
    for (int i = 0; i < 2000; ++i)
      execute(tx, "insert into thing (id, name) values ($1, $2)", i, "name " + std::to_string(i * 7919 % 2000));
    return Json();
  }));
  const std::string file = store.location() + ".backup";
  ASSERT_TRUE(store->backup(file));
  ASSERT_TRUE(restore(file, store.location() + ".good"));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file));
  int refused = 0;
  for (std::int64_t page = 0; page < size / 4096; ++page) {
    const std::string damaged = file + ".damaged";
    std::filesystem::copy_file(file, damaged, std::filesystem::copy_options::overwrite_existing);
    std::fstream bytes(damaged, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(page * 4096);
    bytes << std::string(600, '\x5a');
    bytes.close();
    const std::string place = store.location() + ".restored";
    const auto restored = restore(damaged, place);
    if (restored) continue;
    EXPECT_EQ(restored.error().rule, "storage.backup_damaged");
    EXPECT_FALSE(std::filesystem::exists(place));
    ++refused;
  }
  EXPECT_EQ(refused, size / 4096);
}

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!trial::available(trial::Engine::postgres)) GTEST_SKIP() << "PostgreSQL: run inside script/with_postgres";
  }
  static std::unique_ptr<Connection> administrator() {
    return open_postgres(trial::postgres_address()).value()->open_reader();
  }
};

TEST_F(Postgres, OldWriterIsFencedOff) {
  trial::TestStore store(trial::Engine::postgres, {{50, "thing", kThing}});
  store.close();
  const SystemClock clock;
  auto engine = open_postgres(store.location()).value();
  auto first = engine->open_writer(), second = engine->open_writer();
  Batcher old_writer(*first, clock, true);
  Batcher new_writer(*second, clock, true);
  const auto job = [](int number) {
    Job made;
    made.command.decide = [number](Tx& tx) -> Result<Json> {
      execute(tx, "insert into thing (id, name) values ($1, 'x')", number);
      return Json();
    };
    return made;
  };
  Job mine = job(1), theirs = job(2);
  bool answered = false;
  mine.done = [&](Outcome) { answered = true; };
  EXPECT_THROW(old_writer.run({&mine, 1}), OutcomeUnknown);
  EXPECT_FALSE(answered);
  first->rollback();
  new_writer.run({&theirs, 1});
  EXPECT_EQ(second->query("select id from thing", {}).rows, (std::vector<std::vector<Value>>{{std::int64_t{2}}}));
}

TEST_F(Postgres, LostConnectionsAreReplaced) {
  trial::TestStore store(trial::Engine::postgres, {{50, "thing", kThing}});
  const auto put = [&](int id) {
    return store->write([id](Tx& tx) -> Result<Json> {
      execute(tx, "insert into thing (id, name) values ($1, 'x')", id);
      return Json();
    });
  };
  ASSERT_TRUE(put(1));
  (void)administrator()->query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tongxin'"
      " and pid <> pg_backend_pid()", {});
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(put(2));
  EXPECT_EQ(scalar<std::int64_t>(*store->read(), "select count(*) from thing"), 2);
  EXPECT_EQ(scalar<std::int64_t>(*store->read(), "select count(*) from thing"), 2);
}

TEST_F(Postgres, ConnectionLostInsideABatchFailsThatBatch) {
  trial::TestStore store(trial::Engine::postgres, {{50, "thing", kThing}});
  const auto lost = store->write([](Tx& tx) -> Result<Json> {
    execute(tx, "insert into thing (id, name) values (1, 'x')");
    execute(tx, "select pg_terminate_backend(pg_backend_pid())");
    execute(tx, "insert into thing (id, name) values (2, 'x')");
    return Json();
  });
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().rule, "storage.failed");
  EXPECT_TRUE(store->write([](Tx& tx) -> Result<Json> {
    execute(tx, "insert into thing (id, name) values (3, 'x')");
    return Json();
  }));
  EXPECT_EQ(scalar<std::int64_t>(*store->read(), "select sum(id) from thing"), 3);
}

// A COMMIT that waits for a standby and is cancelled reports success with a warning; a failover may take it back.
TEST_F(Postgres, CommitWithoutItsStandbyIsUnknown) {
  trial::TestStore store(trial::Engine::postgres, {{50, "thing", kThing}});
  store.close();
  auto connection = open_postgres(store.location()).value()->open_writer();
  auto admin = administrator();
  const auto standby = [&](const char* name) {
    admin->script(std::string("alter system set synchronous_standby_names = '") + name + "'");
    admin->script("select pg_reload_conf()");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  };
  standby("nobody");
  connection->begin();
  connection->execute("insert into thing (id, name) values (1, 'x')", {});
  std::thread canceller([&] {
    for (int i = 0; i < 200; ++i) {
      const Rows waiting =
          admin->query("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'", {});
      if (!waiting.empty()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  EXPECT_THROW(connection->commit(), OutcomeUnknown);
  canceller.join();
  standby("");
}

}  // namespace
}  // namespace tx::storage
