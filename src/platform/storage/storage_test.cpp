#include <gtest/gtest.h>
#include <filesystem>
#include "platform/storage/record_sql.h"
using namespace tx; using namespace tx::storage;
TEST(Smoke, Works) {
  std::filesystem::remove_all("/tmp/tx-smoke"); 
  auto store = Store::open({.location = "/tmp/tx-smoke/a.db", .migrations = {{50, "t", "create table t (id bigint primary key, v text);"}}}).value();
  auto r = store->write([](Tx& tx) -> Result<Json> { execute(tx, "insert into t (id, v) values ($1, $2)", tx.new_id(), "x"); return Json(1); });
  ASSERT_TRUE(r); auto reader = store->read(); EXPECT_EQ(*scalar<std::string>(*reader, "select v from t"), "x");
}
