// Brings a database to the newest schema: forward only, each migration in its own transaction, each with the checksum
// of its text remembered, so that neither an older program nor an edited migration can run on it unnoticed.
#pragma once
#include <string>
#include <vector>

#include "platform/storage/engine.h"

namespace tx::storage {

std::vector<Migration> own_migrations();  // block 1-9: idempotency, identifiers, writer's lease

// The statements of `sql` meant for this engine. For SQLite the portable types are also rewritten where SQLite knows a
// better word: "bigint primary key" becomes "integer primary key" (the row id itself, one index less), bytea -> blob.
std::string dialect_of(std::string_view sql, bool postgres);

Result<void> migrate(Connection& connection, bool postgres, std::vector<Migration> migrations, Instant now);

}  // namespace tx::storage
