// What a room may rely on, the same on both engines.
#include "platform/storage/testing.h"

#include <future>
#include <latch>
#include <limits>
#include <random>
#include <thread>

namespace tx::storage {
namespace {

std::vector<Migration> schema() {
  return {{50, "trial",
           "create table thing (id bigint primary key, name text not null unique, amount bigint not null default 0"
           " check (amount >= 0));"}};
}

Result<Json> put(Tx& tx, const std::string& name, std::int64_t amount = 0) {
  execute(tx, "insert into thing (id, name, amount) values ($1, $2, $3)", tx.new_id(), name, amount);
  return Json(name);
}

Command keyed(std::string key, std::uint64_t fingerprint, std::function<Result<Json>(Tx&)> decide,
              std::string scope = "account 1") {
  return {std::move(scope), std::move(key), fingerprint, std::move(decide)};
}

class StorageTest : public trial::StoreTest {
 protected:
  std::int64_t count(trial::TestStore& store) {
    return scalar<std::int64_t>(*store->read(), "select count(*) from thing").value();
  }
  // Holds the sequencer inside a command, so that everything submitted meanwhile ends up in one batch.
  struct Held {
    explicit Held(Store& store) {
      Command wait;
      wait.decide = [this](Tx&) -> Result<Json> {
        entered.set_value();
        go.get_future().wait();
        return Json();
      };
      store.submit(std::move(wait), [this](Outcome) { over.set_value(); });
      entered.get_future().wait();
    }
    void release() {
      go.set_value();
      over.get_future().wait();
    }
    std::promise<void> entered, go, over;
  };
};

TEST_P(StorageTest, AnsweredMeansThereAfterReopening) {
  auto store = fresh(schema());
  for (int i = 0; i < 20; ++i) {
    const auto answer = (*store)->write([&](Tx& tx) { return put(tx, "n" + std::to_string(i)); });
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text(), "n" + std::to_string(i));
  }
  store->close();
  store->open(schema());
  EXPECT_EQ(count(*store), 20);
}

TEST_P(StorageTest, ReaderKeepsItsSnapshot) {
  auto store = fresh(schema());
  auto before = (*store)->read();
  ASSERT_TRUE((*store)->write([](Tx& tx) { return put(tx, "late"); }));
  EXPECT_EQ(scalar<std::int64_t>(*before, "select count(*) from thing"), 0);
  EXPECT_EQ(count(*store), 1);
}

TEST_P(StorageTest, ReadersCannotWrite) {
  auto store = fresh(schema());
  EXPECT_THROW((*store)->read()->query("insert into thing (id, name) values (1, 'x')"), StorageFailure);
  EXPECT_EQ(count(*store), 0);
}

TEST_P(StorageTest, RefusalUndoesItsOwnCommandOnly) {
  auto store = fresh(schema());
  Held held(**store);
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 30; ++i) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    outcomes.push_back(promise->get_future());
    Command command;
    command.decide = [i](Tx& tx) -> Result<Json> {
      auto answer = put(tx, "n" + std::to_string(i));
      if (i % 3 == 0) return refuse(Kind::full, "thing.full", "name", {{"number", std::to_string(i)}});
      if (i % 3 == 1) throw std::runtime_error("bug");
      return answer;
    };
    (*store)->submit(std::move(command), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  }
  held.release();
  for (int i = 0; i < 30; ++i) {
    const Outcome outcome = outcomes[i].get();
    ASSERT_EQ(outcome.answer.has_value(), i % 3 == 2) << i;
    if (i % 3 == 0) {
      EXPECT_EQ(outcome.answer.error().rule, "thing.full");
    }
    if (i % 3 == 1) {
      EXPECT_EQ(outcome.answer.error().rule, "storage.failed");
    }
  }
  EXPECT_EQ(count(*store), 10);
  EXPECT_EQ((*store)->metrics().batches, 2u);
}

TEST_P(StorageTest, FailedStatementFailsTheCommandEvenWhenIgnored) {
  auto store = fresh(schema());
  ASSERT_TRUE((*store)->write([](Tx& tx) { return put(tx, "same"); }));
  const auto answer = (*store)->write([](Tx& tx) -> Result<Json> {
    put(tx, "other");
    try {
      put(tx, "same");
    } catch (const StorageFailure&) {
    }
    return Json("as if nothing had been");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().rule, "storage.failed");
  EXPECT_EQ(count(*store), 1);
  EXPECT_FALSE((*store)->write([](Tx& tx) -> Result<Json> {
    execute(tx, "this is not sql");
    return Json();
  }));
  EXPECT_TRUE((*store)->write([](Tx& tx) { return put(tx, "third"); }));
}

TEST_P(StorageTest, SameKeyOneEffectOneAnswer) {
  auto store = fresh(schema());
  int decided = 0;
  const auto command = [&](std::uint64_t fingerprint, std::string scope = "account 1") {
    return keyed("k1", fingerprint, [&](Tx& tx) { return put(tx, "n" + std::to_string(++decided)); }, scope);
  };
  const Outcome first = (*store)->run(command(7));
  const Outcome again = (*store)->run(command(7));
  EXPECT_FALSE(first.replayed);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(*first.answer, *again.answer);
  const Outcome other_content = (*store)->run(command(8));
  ASSERT_FALSE(other_content.answer);
  EXPECT_EQ(other_content.answer.error().rule, "idempotency.reused");
  EXPECT_EQ(other_content.answer.error().kind, Kind::conflict);
  EXPECT_FALSE((*store)->run(command(7, "account 2")).replayed);
  store->close();
  store->open(schema());
  EXPECT_TRUE((*store)->run(command(7)).replayed);
  EXPECT_EQ(decided, 2);
  EXPECT_EQ(count(*store), 2);
}

TEST_P(StorageTest, RefusalIsRememberedWhole) {
  auto store = fresh(schema());
  bool open = false;
  const auto command = [&] {
    return keyed("k", 1, [&](Tx& tx) -> Result<Json> {
      if (!open) return refuse(Kind::too_late, "thing.closed", "name", {{"day", "2026-11-24"}, {"n", "3"}});
      return put(tx, "x");
    });
  };
  ASSERT_FALSE((*store)->run(command()).answer);
  open = true;
  const Outcome again = (*store)->run(command());
  EXPECT_TRUE(again.replayed);
  ASSERT_FALSE(again.answer);
  const Refusal& refusal = again.answer.error();
  EXPECT_EQ(refusal.kind, Kind::too_late);
  EXPECT_EQ(refusal.rule, "thing.closed");
  EXPECT_EQ(refusal.field, "name");
  EXPECT_EQ(refusal.args, (std::vector<std::pair<std::string, std::string>>{{"day", "2026-11-24"}, {"n", "3"}}));
}

TEST_P(StorageTest, FailureOfTheStoreIsNotRemembered) {
  auto store = fresh(schema());
  bool broken = true;
  const auto command = [&] {
    return keyed("k", 1, [&](Tx& tx) -> Result<Json> {
      if (broken) throw std::runtime_error("bug");
      return put(tx, "x");
    });
  };
  EXPECT_FALSE((*store)->run(command()).answer);
  broken = false;
  const Outcome again = (*store)->run(command());
  EXPECT_TRUE(again.answer);
  EXPECT_FALSE(again.replayed);
}

TEST_P(StorageTest, SameKeyManyTimesInOneBatch) {
  auto store = fresh(schema());
  Held held(**store);
  std::atomic<int> decided = 0, replayed = 0, answered = 0;
  std::latch all(64);
  for (int i = 0; i < 64; ++i)
    (*store)->submit(keyed("double click", 5, [&](Tx& tx) { return put(tx, "n" + std::to_string(++decided)); }),
                     [&](Outcome outcome) {
                       replayed += outcome.replayed;
                       answered += outcome.answer && outcome.answer->text() == "n1";
                       all.count_down();
                     });
  held.release();
  all.wait();
  EXPECT_EQ(decided, 1);
  EXPECT_EQ(replayed, 63);
  EXPECT_EQ(answered, 64);
  EXPECT_EQ(count(*store), 1);
}

TEST_P(StorageTest, FullQueueRefusesAtOnce) {
  auto store = fresh(schema());
  store->close();
  Options options = store->options(schema());
  options.queue_limit = 10;
  auto small = Store::open(options).value();
  Held held(*small);
  std::atomic<int> busy = 0;
  std::latch done(10);
  for (int i = 0; i < 15; ++i) {
    Command command;
    command.decide = [](Tx&) -> Result<Json> { return Json(); };
    small->submit(std::move(command), [&](Outcome outcome) {
      if (outcome.answer) return done.count_down();
      EXPECT_EQ(outcome.answer.error().rule, "storage.busy");
      EXPECT_EQ(outcome.answer.error().kind, Kind::unavailable);
      ++busy;
    });
  }
  EXPECT_EQ(busy, 5);
  EXPECT_EQ(small->metrics().queue_length, 10u);
  held.release();
  done.wait();
  EXPECT_EQ(small->metrics().busy_refusals, 5u);
}

TEST_P(StorageTest, EffectsRunAfterTheCommitAndNotAfterARefusal) {
  auto store = fresh(schema());
  std::vector<std::string> seen;
  std::promise<void> answered;
  Command command;
  command.decide = [&](Tx& tx) {
    tx.after_commit([&] { seen.push_back("effect sees " + std::to_string(count(*store))); });
    return put(tx, "x");
  };
  (*store)->submit(std::move(command), [&](Outcome) {
    seen.push_back("done");
    answered.set_value();
  });
  answered.get_future().wait();
  ASSERT_FALSE((*store)->write([&](Tx& tx) -> Result<Json> {
    tx.after_commit([&] { seen.push_back("effect of a refused command"); });
    return refuse(Kind::invalid, "thing.no");
  }));
  ASSERT_FALSE((*store)->write([&](Tx& tx) -> Result<Json> {
    tx.after_commit([&] { seen.push_back("effect of a failed command"); });
    throw std::runtime_error("bug");
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"effect sees 1", "done"}));
}

TEST_P(StorageTest, IdentifiersGrowWhateverTheClockDoes) {
  ManualClock clock(instant_of(Date::of(2026, 11, 24), 9, 0));
  auto store = fresh(schema(), &clock);
  std::vector<std::int64_t> ids;
  const auto take = [&](int how_many) {
    ASSERT_TRUE((*store)->write([&](Tx& tx) -> Result<Json> {
      for (int i = 0; i < how_many; ++i) ids.push_back(tx.new_id());
      return Json();
    }));
  };
  take(1000);
  clock.advance(-2 * kHour);
  take(1000);
  store->close();
  clock.advance(-kDay);
  store->open(schema());
  take(1000);
  clock.set(Instant{0});
  take(10);
  clock.set(instant_of(Date::of(2027, 1, 1), 0, 0));
  take(1);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  EXPECT_GT(ids.front(), 0);
  EXPECT_EQ(ids.back() >> 22, clock.now().us / 1000 - 1'704'067'200'000);
}

TEST_P(StorageTest, ValuesComeBackAsTheyWent) {
  auto store = fresh({{50, "values",
                       "create table v (n integer primary key, i bigint, r double precision, t text, b bytea);"}});
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const std::string all_bytes = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes;
  }();
  const std::vector<std::vector<Value>> rows = {
      {std::int64_t{1}, kLeast, 0.1, std::string("王芳 𠮷 '\"\\"), Blob{all_bytes}},
      {std::int64_t{2}, kMost, -1.7976931348623157e308, std::string(), Blob{}},
      {std::int64_t{3}, Value(), Value(), Value(), Value()},
      {std::int64_t{4}, std::int64_t{0}, 5e-324, std::string(100'000, 'x'), Blob{std::string(100'000, '\0')}}};
  ASSERT_TRUE((*store)->write([&](Tx& tx) -> Result<Json> {
    for (const auto& row : rows) tx.execute("insert into v (n, i, r, t, b) values ($1, $2, $3, $4, $5)", row);
    return Json();
  }));
  const Rows back = (*store)->read()->query("select n, i, r, t, b from v order by n");
  EXPECT_EQ(back.rows, rows);
  EXPECT_EQ(back.column("t"), 3);
  EXPECT_EQ(back.column("absent"), -1);
}

TEST_P(StorageTest, PlaceholdersAreNumberedNotCounted) {
  auto store = fresh(schema());
  auto reader = (*store)->read();
  const Rows rows = query(*reader,
                          "select cast($2 as text) as second, cast($1 as bigint) as first, cast($2 as text) as again",
                          11, "two");
  EXPECT_EQ(rows.rows[0], (std::vector<Value>{std::string("two"), std::int64_t{11}, std::string("two")}));
  EXPECT_EQ(scalar<std::int64_t>(*reader, "select sum(amount) from thing"), std::nullopt);
  EXPECT_EQ(scalar<bool>(*reader, "select 1 = 1"), true);
}

TEST_P(StorageTest, SumsOfLargeNumbersAreIntegers) {
  auto store = fresh(schema());
  ASSERT_TRUE((*store)->write([](Tx& tx) -> Result<Json> {
    put(tx, "a", 4'000'000'000'000);
    return put(tx, "b", 5'000'000'000'000);
  }));
  auto reader = (*store)->read();
  EXPECT_EQ(reader->query("select sum(amount) from thing").rows[0][0], Value(std::int64_t{9'000'000'000'000}));
  EXPECT_EQ(scalar<double>(*reader, "select avg(amount) from thing"), 4.5e12);
}

TEST_P(StorageTest, ManyThreadsNeverOversell) {
  auto store = fresh(schema());
  ASSERT_TRUE((*store)->write([](Tx& tx) { return put(tx, "places", 50); }));
  std::atomic<int> granted = 0, refused = 0;
  std::vector<std::thread> crowd;
  for (int t = 0; t < 8; ++t)
    crowd.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const auto answer = (*store)->write([](Tx& tx) -> Result<Json> {
          if (!execute(tx, "update thing set amount = amount - 1 where name = 'places' and amount > 0"))
            return refuse(Kind::full, "thing.full");
          return Json();
        });
        ++(answer ? granted : refused);
      }
    });
  for (auto& thread : crowd) thread.join();
  EXPECT_EQ(granted, 50);
  EXPECT_EQ(refused, 150);
  EXPECT_EQ(scalar<std::int64_t>(*(*store)->read(), "select amount from thing"), 0);
}

TEST_P(StorageTest, BackupTakenDuringWritesRestoresConsistently) {
  auto store = fresh(schema());
  ASSERT_TRUE((*store)->write([](Tx& tx) -> Result<Json> {
    put(tx, "left", 1000);
    return put(tx, "right", 0);
  }));
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    while (!stop)
      (void)(*store)->write([](Tx& tx) -> Result<Json> {
        execute(tx, "update thing set amount = amount - 1 where name = 'left' and amount > 0");
        execute(tx, "update thing set amount = 1000 - (select amount from thing where name = 'left')"
                    " where name = 'right'");
        return Json();
      });
  });
  const auto folder = std::filesystem::temp_directory_path() / ("tongxin-backup-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "copy").string();
  const auto beside = backup(store->location(), file);   // as the command line does while a server runs
  EXPECT_TRUE(beside) << beside.error().rule;
  EXPECT_TRUE((*store)->write([](Tx& tx) { return put(tx, "the server still writes"); }));
  std::filesystem::remove(file);
  const auto made = (*store)->backup(file);
  stop = true;
  mover.join();
  ASSERT_TRUE(made) << made.error().args[0].second;
  EXPECT_EQ(restore(file, store->location()).error().rule, "storage.restore_not_empty");

  std::string place = store->location();
  store->close();
  if (postgres()) store->empty();
  else place = (folder / "restored.db").string();
  const auto restored = restore(file, place);
  ASSERT_TRUE(restored) << restored.error().rule;
  Options options = store->options(schema());
  options.location = place;
  {
    auto copy = Store::open(options).value();
    auto reader = copy->read();
    EXPECT_EQ(scalar<std::int64_t>(*reader, "select sum(amount) from thing"), 1000);
    EXPECT_TRUE(copy->write([](Tx& tx) { return put(tx, "the copy lives"); }));
  }
  EXPECT_EQ(restore((folder / "absent").string(), (folder / "x.db").string()).error().rule, "storage.backup_missing");
  std::filesystem::remove_all(folder);
}

TX_ON_BOTH_ENGINES(StorageTest);

}  // namespace
}  // namespace tx::storage
