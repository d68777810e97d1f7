// What the crash tests do to a store and how they judge it afterwards: keyed transfers between ten accounts, double
// entry, each with its audit entry. Works on a Batcher (simulator) and, through the same decide(), on a Store.
#pragma once
#include <map>
#include <set>

#include "platform/storage/storage.h"

namespace tx::crash {

inline constexpr int kAccounts = 10;

std::vector<storage::Migration> schema();
Result<Json> prepare(storage::Tx& tx);  // the ten accounts
// Command number n; every fifth is refused after having written.
storage::Command transfer(std::int64_t number);

struct Account {  // what the driver knows
  std::set<std::int64_t> attempted, acknowledged, refused;
  std::int64_t largest_id = 0;
};

// Empty: all is well. Otherwise what is wrong, beginning with "corrupt", "lost", "partial" or "ghost".
std::string verdict(storage::Reader& reader, const Account& account);

}  // namespace tx::crash
