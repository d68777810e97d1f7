// What the sequencer, the migrations and the readers need of a database engine: one Connection class per engine
// (sqlite.cpp, postgres.cpp) and an Engine that opens them. Internal to platform/storage and its tests; rooms use
// storage.h only.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "platform/storage/storage.h"

namespace tx::storage {

// The open transaction is gone and surely not durable (connection lost before COMMIT, disk full, …).
struct TransactionLost : StorageFailure {
  using StorageFailure::StorageFailure;
};
// Nobody can say whether the transaction is durable (fsync failed, connection lost during COMMIT, writer fenced off).
// The only safe continuation is to stop the process and let recovery decide; callers retry with their keys.
struct OutcomeUnknown : StorageFailure {
  using StorageFailure::StorageFailure;
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual Rows query(std::string_view sql, std::span<const Value> parameters) = 0;
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> parameters) = 0;
  // The same statement for many parameter rows, results ignored (PostgreSQL: one round trip).
  virtual void execute_many(std::string_view sql, std::span<const std::vector<Value>> rows) = 0;
  virtual void script(const std::string& sql) = 0;  // several statements, no parameters

  virtual void begin() = 0;           // a write transaction
  virtual void commit() = 0;          // throws OutcomeUnknown, or TransactionLost when surely undone
  virtual void rollback() noexcept = 0;
  virtual void begin_snapshot() = 0;  // a read transaction whose snapshot is taken now; ended by rollback()

  // One command inside the write transaction. The engine opens its savepoint as late as it can: a command that is
  // refused before it writes then costs nothing.
  virtual void start_command() = 0;
  virtual void keep_command() = 0;
  virtual void undo_command() = 0;    // throws TransactionLost when only the whole transaction can be undone

  // Called by the sequencer between transactions (SQLite: checkpoint). `idle`: nothing is queued.
  virtual void maintain(bool idle) = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual const char* name() const = 0;
  virtual std::unique_ptr<Connection> open_writer() = 0;
  virtual std::unique_ptr<Connection> open_reader() = 0;
  virtual Result<void> backup(const std::string& file) = 0;
};

bool is_postgres(std::string_view location);
Result<std::unique_ptr<Engine>> open_postgres(const std::string& location);
Result<void> restore_postgres(const std::string& file, const std::string& location);

}  // namespace tx::storage
