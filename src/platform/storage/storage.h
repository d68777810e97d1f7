// One write path, many readers. Every change is a Command handed to the sequencer: one thread decides commands in
// order inside one durable transaction per batch (at most 256, whatever is queued), and answers only after the commit.
// Reads run on their own connections and never wait for writes. SQLite (embedded) and PostgreSQL 15 stand behind the
// same interface; SQL is written once with $1 placeholders and the types bigint, integer, double precision, text,
// bytea. Source of the design: research/reliability.md §0, §2. Infrastructure failures throw StorageFailure; an fsync
// failure aborts the process (never retried).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace tx::storage {

struct StorageFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// Result rows, column-named. Cheap to move; the names belong to the prepared statement and are shared with it.
struct Rows {
  std::shared_ptr<const std::vector<std::string>> columns;
  std::vector<std::vector<Value>> rows;
  std::size_t size() const { return rows.size(); }
  bool empty() const { return rows.empty(); }
  int column(std::string_view name, int guess = 0) const;  // -1 when absent; looks at `guess` first
};

// Reads. A Reader sees one consistent snapshot for its life time; hold it briefly.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Rows query(std::string_view sql, std::span<const Value> parameters) = 0;
  Rows query(std::string_view sql) { return query(sql, std::span<const Value>()); }
  // query(sql, a, b, …) with C++ values, and select<R>/find<R>/scalar<T>: see storage/record_sql.h
};

class Tx : public Reader {
 public:
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> parameters) = 0;  // rows changed
  virtual Instant now() const = 0;      // one instant for the whole command
  virtual std::int64_t new_id() = 0;    // unique, time-ordered, > 0
  // Runs after the batch is durable, on the sequencer's thread: cache invalidation, live events. Must not block.
  virtual void after_commit(std::function<void()> effect) = 0;
};

// A change. `key` is the caller's idempotency key ("" for none), unique within `scope` (for example account + route);
// `fingerprint` is a hash of the request, so that the same key with other content is a conflict (idempotency.reused).
// The answer of a keyed command, refusals included, is stored in the same transaction and replayed for 7 days.
struct Command {
  std::string scope, key;
  std::uint64_t fingerprint = 0;
  std::function<Result<Json>(Tx&)> decide;  // a refusal rolls back this command only
};
struct Outcome {
  Result<Json> answer;
  bool replayed = false;  // the answer comes from an earlier command with the same key
};

struct Migration {
  int number;        // unique and ascending over the whole program; a room owns a block (see ARCHITECTURE.md)
  const char* name;
  const char* sql;   // statements; lines between "-- @sqlite" / "-- @postgres" and "-- @end" are for that engine only
};

struct Options {
  std::string location;             // "var/tongxin.db" (SQLite file) or "postgresql://…" (one setting)
  int readers = 4;
  std::size_t queue_limit = 8192;   // commands waiting; more are refused with storage.busy (unavailable)
  std::size_t batch_limit = 256;
  const Clock* clock = nullptr;     // default: system clock
  std::vector<Migration> migrations;
};

struct Metrics {
  std::uint64_t commands = 0, refused = 0, replayed = 0, batches = 0, queue_length = 0, busy_refusals = 0;
};

class Store {
 public:
  // Opens, migrates (forward only, one transaction each, checksummed) and starts the sequencer. Refuses with
  // "storage.newer_schema" when the database knows a migration this program does not.
  static Result<std::unique_ptr<Store>> open(Options options);
  virtual ~Store() = default;  // drains the queue

  // Hands over a command; `done` is called once, on the sequencer's thread, after the commit is durable (or at once
  // when the queue is full). It must not block.
  virtual void submit(Command command, std::function<void(Outcome)> done) = 0;
  Outcome run(Command command);                                     // submit and wait
  Result<Json> write(std::function<Result<Json>(Tx&)> decide);      // unkeyed, submit and wait (jobs, tests, loaders)

  // A reader on a snapshot taken now; waits when all readers are lent.
  virtual std::unique_ptr<Reader> read() = 0;

  virtual Metrics metrics() const = 0;
  virtual const char* engine() const = 0;                           // "sqlite" or "postgresql"
  // Writes a consistent copy while running (SQLite: online backup; PostgreSQL: pg_dump custom format).
  virtual Result<void> backup(const std::string& file) = 0;
};

// The same copy made by another program than the one that serves the database: takes neither its lock nor its lease.
Result<void> backup(const std::string& location, const std::string& file);

// Restores `file` into `location` (must be absent or empty) and checks integrity.
Result<void> restore(const std::string& file, const std::string& location);

}  // namespace tx::storage
