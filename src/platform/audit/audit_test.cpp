#include "platform/audit/audit.h"

#include <random>
#include <thread>

#include "platform/storage/record_sql.h"
#include "platform/storage/testing.h"

namespace tx::audit {
namespace {

using storage::execute;
using storage::Tx;

class AuditTest : public storage::trial::StoreTest {
 protected:
  void fill(storage::trial::TestStore& store, int entries) {
    ASSERT_TRUE(store->write([&](Tx& tx) -> Result<Json> {
      for (int i = 0; i < entries; ++i)
        append(tx, {.account = i % 7,
                    .action = i % 2 ? "need.dispatch" : "volunteer.unmask",
                    .object = "need:" + std::to_string(i),
                    .region = "640104",
                    .rule = "access.grant county_dispatcher@640104",
                    .outcome = "done",
                    .reason = i % 3 ? "" : "家属来电核实",
                    .details = Json::of({{"number", i}, {"share", 0.25}})});
      return Json();
    }));
  }
  // What somebody with full rights on the database can do first: take the guards away.
  void disarm(storage::trial::TestStore& store) {
    ASSERT_TRUE(store->write([&](Tx& tx) -> Result<Json> {
      if (postgres()) {
        execute(tx, "alter table audit_entry disable trigger user");
      } else {
        for (const char* trigger : {"no_update", "no_delete", "no_replace"})
          execute(tx, std::string("drop trigger audit_entry_") + trigger);
      }
      return Json();
    }));
  }
};

TEST_P(AuditTest, ChainHoldsAndEntriesAreWhole) {
  ManualClock clock(instant_of(Date::of(2026, 11, 24), 9, 0));
  auto store = fresh(migrations(), &clock);
  EXPECT_EQ(first_broken(*(*store)->read()), std::nullopt);
  fill(*store, 2500);  // more than one page of the check
  EXPECT_EQ(first_broken(*(*store)->read()), std::nullopt);
  const auto second =
      storage::find<Entry>(*(*store)->read(), "select * from audit_entry where seq = $1", 2).value();
  EXPECT_EQ(second.action, "need.dispatch");
  EXPECT_EQ(second.at, clock.now());
  EXPECT_EQ(second.details["number"].integer(), 1);
  EXPECT_EQ(second.hash.size(), 64u);
  const auto first = storage::find<Entry>(*(*store)->read(), "select * from audit_entry where seq = $1", 1).value();
  EXPECT_EQ(second.prev, first.hash);
}

TEST_P(AuditTest, RefusedCommandLeavesNoEntryAndNoGap) {
  auto store = fresh(migrations());
  fill(*store, 3);
  ASSERT_FALSE((*store)->write([](Tx& tx) -> Result<Json> {
    append(tx, {.action = "a", .outcome = "done"});
    append(tx, {.action = "b", .outcome = "done"});
    return refuse(Kind::invalid, "no");
  }));
  fill(*store, 2);
  store->close();
  store->open(migrations());
  fill(*store, 1);
  EXPECT_EQ(storage::scalar<std::int64_t>(*(*store)->read(), "select count(*) from audit_entry"), 6);
  EXPECT_EQ(first_broken(*(*store)->read()), std::nullopt);
}

TEST_P(AuditTest, TheDatabaseRefusesEdits) {
  auto store = fresh(migrations());
  fill(*store, 5);
  for (const char* sql : {"update audit_entry set reason = 'x' where seq = 3", "delete from audit_entry where seq = 5",
                          "delete from audit_entry", "update audit_entry set seq = seq + 100"})
    EXPECT_FALSE((*store)->write([&](Tx& tx) -> Result<Json> {
      execute(tx, sql);
      return Json();
    })) << sql;
  const char* overwrite =
      postgres() ? "truncate audit_entry"
                 : "insert or replace into audit_entry select seq, at, account, 'forged', object, region, rule,"
                   " outcome, reason, details, prev, hash from audit_entry where seq = 2";
  EXPECT_FALSE((*store)->write([&](Tx& tx) -> Result<Json> {
    execute(tx, overwrite);
    return Json();
  }));
  EXPECT_EQ(storage::scalar<std::int64_t>(*(*store)->read(), "select count(*) from audit_entry"), 5);
  EXPECT_EQ(first_broken(*(*store)->read()), std::nullopt);
}

// A thousand random edits with the guards removed, each checked and taken back: every one is found, at its place.
TEST_P(AuditTest, EveryOfAThousandRawEditsIsFound) {
  constexpr std::int64_t kEntries = 60;
  auto store = fresh(migrations());
  fill(*store, kEntries);
  disarm(*store);
  std::mt19937_64 random(20261124);
  const char* const texts[] = {"action", "object", "region", "rule", "outcome", "reason", "details", "prev", "hash"};
  int found = 0;
  for (int edit = 0; edit < 1000; ++edit) {
    const std::int64_t seq = 1 + static_cast<std::int64_t>(random() % kEntries);
    std::string told;
    const auto answer = (*store)->write([&](Tx& tx) -> Result<Json> {
      std::int64_t expected = seq;
      switch (random() % 6) {
        case 0: {
          const std::string column = texts[random() % std::size(texts)];
          told = "text " + column;
          execute(tx, "update audit_entry set " + column + " = " + column + " || ' ' where seq = $1", seq);
          break;
        }
        case 1:
          told = "time";
          execute(tx, "update audit_entry set at = at + $1 where seq = $2", 1 + static_cast<int>(random() % 1000), seq);
          break;
        case 2:
          told = "account";
          execute(tx, "update audit_entry set account = account + 1 where seq = $1", seq);
          break;
        case 3:
          told = "deleted";
          execute(tx, "delete from audit_entry where seq = $1", seq);
          break;
        case 4: {
          told = "swapped";
          const std::int64_t other = seq % kEntries + 1;
          expected = std::min(seq, other);
          execute(tx, "update audit_entry set seq = -1 where seq = $1", seq);
          execute(tx, "update audit_entry set seq = $1 where seq = $2", seq, other);
          execute(tx, "update audit_entry set seq = $1 where seq = -1", other);
          break;
        }
        default:
          told = "inserted at the end";
          expected = kEntries + 1;
          execute(tx,
                  "insert into audit_entry select seq + 1, at, account, action, object, region, rule, outcome, reason,"
                  " details, hash, hash from audit_entry where seq = $1",
                  kEntries);
      }
      const auto broken = first_broken(tx);
      EXPECT_EQ(broken, std::optional<std::int64_t>(expected)) << told << " at " << seq;
      found += broken.has_value();
      return refuse(Kind::invalid, "undo");
    });
    ASSERT_EQ(answer.error().rule, "undo") << told;
  }
  EXPECT_EQ(found, 1000);
  EXPECT_EQ(first_broken(*(*store)->read()), std::nullopt);
}

TX_ON_BOTH_ENGINES(AuditTest);

}  // namespace
}  // namespace tx::audit
