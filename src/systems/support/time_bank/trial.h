// For tests of the support room's corners that need no wired house: an empty database with the tables of all rooms, a book
// with a key of its own, a clock that the test moves.
#pragma once
#include <unistd.h>

#include <filesystem>

#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "platform/storage/testing.h"
#include "systems/stations/stations.h"
#include "systems/supply/supply.h"
#include "systems/support/incentives.h"
#include "systems/teams/teams.h"

namespace tx::support::trial {

struct Room {
  explicit Room(storage::trial::Engine engine) : store(engine, schema(), &clock) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tongxin-room-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    book = Book::open(folder).value();
  }
  ~Room() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  static std::vector<storage::Migration> schema() {
    std::vector<storage::Migration> all;
    for (auto block : {audit::migrations(), workflow::migrations(), jobs::migrations(), notices::migrations(), identity::migrations(),
                       teams::migrations(), stations::migrations(), supply::migrations(), support::migrations()})
      all.insert(all.end(), block.begin(), block.end());
    return all;
  }
  template <class F>
  auto write(F&& act) {
    using R = decltype(act(std::declval<storage::Tx&>()));
    std::optional<R> kept;
    store->write([&](storage::Tx& tx) -> Result<Json> {
      kept.emplace(act(tx));
      if constexpr (requires { kept->error(); })
        if (!*kept) return tl::unexpected(kept->error());
      return Json();
    });
    return std::move(*kept);
  }

  ManualClock clock{instant_of(Date::of(2026, 11, 24), 9, 0)};
  storage::trial::TestStore store;
  identity::Vault vault = identity::Vault::for_tests();
  std::string folder;
  Book book;
  std::int64_t serial = 100;
};

}  // namespace tx::support::trial
