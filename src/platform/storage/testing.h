// For tests only: a fresh, empty database per test, on SQLite always and on PostgreSQL when TONGXIN_TEST_POSTGRES holds
// a postgresql:// address (script/with_postgres sets it). A room's suite runs on both with two lines:
//   using NeedTest = tx::storage::trial::StoreTest;  // TEST_P(NeedTest, …) { auto store = fresh(migrations()); }
//   TX_ON_BOTH_ENGINES(NeedTest);
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "platform/storage/engine.h"
#include "platform/storage/record_sql.h"

namespace tx::storage::trial {

enum class Engine { sqlite, postgres };

inline const char* postgres_address() { return std::getenv("TONGXIN_TEST_POSTGRES"); }

// Both are always listed, so that a run without PostgreSQL says SKIPPED instead of looking complete.
inline std::vector<Engine> engines() { return {Engine::sqlite, Engine::postgres}; }
inline bool available(Engine engine) { return engine == Engine::sqlite || postgres_address() != nullptr; }

inline std::string name_of(Engine engine) { return engine == Engine::sqlite ? "sqlite" : "postgres"; }

// Owns the database: a temporary folder, or a PostgreSQL database of its own. Use like a pointer to Store.
class TestStore {
 public:
  TestStore(Engine engine, std::vector<Migration> migrations, const Clock* clock = nullptr) : clock_(clock) {
    make(engine, nullptr);
    open(std::move(migrations));
  }
  // Closed: as `model`, which is closed too, was left. Copying takes a fraction of what making the same again takes.
  TestStore(Engine engine, const TestStore& model, const Clock* clock) : clock_(clock) { make(engine, &model); }
  ~TestStore() {
    close();
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    if (!database_.empty()) postgres("drop database if exists " + database_ + " with (force)");
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  Store* operator->() { return store_.get(); }
  Store& operator*() { return *store_; }
  const std::string& location() const { return location_; }
  Options options(std::vector<Migration> migrations) const {
    Options options;
    options.location = location_;
    options.readers = 2;
    options.clock = clock_;
    options.migrations = std::move(migrations);
    return options;
  }
  void close() { store_.reset(); }
  void open(std::vector<Migration> migrations) {  // again, after close(): what a restart sees
    auto opened = Store::open(options(std::move(migrations)));
    if (!opened) throw StorageFailure("cannot open the test store: " + opened.error().rule);
    store_ = std::move(*opened);
  }
  void empty() {  // PostgreSQL, closed: as if nothing had ever been there
    if (database_.empty()) return;
    postgres("drop database " + database_ + " with (force)");
    postgres("create database " + database_);
  }

 private:
  static void postgres(const std::string& sql) {
    open_postgres(postgres_address()).value()->open_writer()->script(sql);
  }
  void make(Engine engine, const TestStore* model) {
    if (engine == Engine::sqlite) {
      std::string pattern = (std::filesystem::temp_directory_path() / "tongxin-test-XXXXXX").string();
      if (!::mkdtemp(pattern.data())) throw StorageFailure("no temporary folder");
      folder_ = pattern;
      location_ = folder_ + "/test.db";
      if (model) std::filesystem::copy_file(model->location_, location_);
    } else {
      static int number = 0;
      database_ = "t" + std::to_string(::getpid()) + "_" + std::to_string(++number);
      const std::string address = postgres_address();
      postgres("create database " + database_ + (model ? " template " + model->database_ : ""));
      location_ = address + (address.find('?') == std::string::npos ? "?" : "&") + "dbname=" + database_;
    }
  }
  const Clock* clock_;
  std::string folder_, database_, location_;
  std::unique_ptr<Store> store_;
};

class StoreTest : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!available(GetParam())) GTEST_SKIP() << "PostgreSQL: run inside script/with_postgres";
  }
  std::unique_ptr<TestStore> fresh(std::vector<Migration> migrations, const Clock* clock = nullptr) {
    return std::make_unique<TestStore>(GetParam(), std::move(migrations), clock);
  }
  bool postgres() const { return GetParam() == Engine::postgres; }
};

}  // namespace tx::storage::trial

#define TX_ON_BOTH_ENGINES(Suite)                                                                \
  INSTANTIATE_TEST_SUITE_P(Engines, Suite, ::testing::ValuesIn(::tx::storage::trial::engines()), \
                           [](const auto& tested) { return ::tx::storage::trial::name_of(tested.param); })
