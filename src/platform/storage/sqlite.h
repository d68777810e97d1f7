// The SQLite engine (amalgamation, WAL). One connection does all writes and all checkpoints; readers never checkpoint
// (docs/decisions/sqlite.md). The settings exist for the crash simulator (tests/crash), which replaces the file system
// below SQLite and proves that weaker settings lose data.
#pragma once
#include "platform/storage/engine.h"

namespace tx::storage {

struct SqliteSettings {
  std::string path;
  std::string vfs;                  // empty: the operating system's
  const char* synchronous = "FULL"; // anything weaker loses acknowledged commands at a power cut (measured)
  bool exclusive = false;           // no shared memory file: one connection only
  int checkpoint_frames = 10000;    // WAL pages after which the writer checkpoints between two batches (40 MB)
};

Result<std::unique_ptr<Engine>> open_sqlite(SqliteSettings settings);
std::unique_ptr<Connection> open_sqlite_writer(const SqliteSettings& settings);
Result<void> backup_sqlite(const std::string& location, const std::string& file);  // reads beside a serving program
Result<void> restore_sqlite(const std::string& file, const std::string& location);

}  // namespace tx::storage
