// The audit trail: append-only, hash-chained rows written in the same transaction as what they tell of. Every command
// leaves exactly one entry (http::Router writes it), and so does every sensitive read (a full phone number, a minor's
// record, an export). The database refuses update and delete on the table; verify() recomputes the chain.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/storage/storage.h"

namespace tx::audit {

struct Entry {
  std::int64_t seq = 0;
  Instant at;
  std::int64_t account = 0;      // 0: anonymous or the system
  std::string action;            // route or command name: "need.dispatch", "volunteer.unmask"
  std::string object;            // "need:01h…", may be empty
  std::string region;            // scope for reading the trail
  std::string rule;              // rule that allowed it: "access.grant county_dispatcher@640104"
  std::string outcome;           // "done" or the refusing rule id
  std::string reason;            // stated by the person, where one is demanded
  Json details;                  // never plain personal data
  std::string prev, hash;        // hex SHA-256 chain
};
BOOST_DESCRIBE_STRUCT(Entry, (), (seq, at, account, action, object, region, rule, outcome, reason, details, prev, hash))

void append(storage::Tx& tx, Entry entry);  // fills seq, at, prev, hash
// First entry whose hash does not follow, or nullopt when the whole chain holds.
std::optional<std::int64_t> first_broken(storage::Reader& reader);
std::vector<storage::Migration> migrations();  // block 10-19

}  // namespace tx::audit
