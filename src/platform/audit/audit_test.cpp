#include <gtest/gtest.h>
#include "platform/audit/audit.h"
#include "platform/storage/record_sql.h"
#include <filesystem>
using namespace tx;
TEST(AuditSmoke, Works) {
  std::filesystem::remove_all("/tmp/tx-smoke2"); 
  auto store = storage::Store::open({.location = "/tmp/tx-smoke2/a.db", .migrations = audit::migrations()}).value();
  for (int i = 0; i < 5; ++i) (void)store->write([](storage::Tx& tx) -> Result<Json> { audit::append(tx, {.action = "x", .details = Json::of({{"a", 1.5}})}); return Json(1); });
  EXPECT_FALSE(audit::first_broken(*store->read()));
  auto r = store->write([](storage::Tx& tx) -> Result<Json> { storage::execute(tx, "update audit_entry set action = 'y' where seq = 3"); return Json(1); });
  EXPECT_FALSE(r);
  (void)store->write([](storage::Tx& tx) -> Result<Json> { storage::execute(tx, "drop trigger audit_entry_no_update"); storage::execute(tx, "update audit_entry set action = 'y' where seq = 3"); return Json(1); });
  EXPECT_EQ(audit::first_broken(*store->read()), 3);
}
