// Inside the whole check: what was read from the log, and the tables that are held against it.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "engines/ledger/tree.h"
#include "systems/support/book/rows.h"

namespace tx::support {

struct Log {
  std::map<std::pair<std::string, std::int64_t>, std::string> records;   // (type, object) -> what was logged last; empty: erased
  std::set<std::int64_t> blank, erased;                                  // leaves without a record; those an erasure names
  ledger::Frontier frontier;
  std::map<std::uint64_t, ledger::Hash> root_at;                         // of the sizes that heads kept elsewhere name
};

// Cases, doubts, honours, star schemes, spot checks and the time bank, row by row; deposits and holds against their postings.
std::optional<Fault> check_tables(storage::Reader& reader, const Log& log);

}  // namespace tx::support
