// Backup and restore of a PostgreSQL database through pg_dump and pg_restore. Not for moving data between engines.
#pragma once
#include <string>

#include "base/result.h"

namespace tx::storage {

// An address that names one schema (options=-csearch_path=x) dumps that schema only.
Result<void> dump_postgres(const std::string& address, const std::string& file);

}  // namespace tx::storage
