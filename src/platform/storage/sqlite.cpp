#include "platform/storage/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <unordered_map>

#include "base/log.h"

namespace tx::storage {
namespace {

constexpr std::size_t kCachedStatements = 512;
constexpr int kRestartFrames = 65536;  // 256 MB of WAL: readers kept it from starting over, so now it waits for them
constexpr auto kCheckpointEvery = std::chrono::seconds(2);

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct Statement {
  sqlite3_stmt* handle = nullptr;
  bool reads_only = true;
  std::vector<int> places;            // places[i]: index of parameter $i+1, 0 when the text does not use it
  std::shared_ptr<const std::vector<std::string>> columns;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const SqliteSettings& settings, bool writer) : settings_(settings), writer_(writer) {
    const char* vfs = settings.vfs.empty() ? nullptr : settings.vfs.c_str();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(settings.path.c_str(), &db_, flags, vfs) != SQLITE_OK) {
      const std::string message = db_ ? sqlite3_errmsg(db_) : "out of memory";
      sqlite3_close(db_);
      throw StorageFailure("cannot open " + settings.path + ": " + message);
    }
    try {
      configure();
    } catch (...) {
      close();
      throw;
    }
  }
  ~SqliteConnection() override { close(); }

  sqlite3* handle() { return db_; }

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    Statement& statement = prepared(sql);
    Rows result;
    result.columns = statement.columns;
    run(statement, parameters, &result);
    return result;
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    run(prepared(sql), parameters, nullptr);
    return sqlite3_changes64(db_);
  }
  void execute_many(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    Statement& statement = prepared(sql);
    for (const auto& row : rows) run(statement, row, nullptr);
  }
  void script(const std::string& sql) override {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail("script");
  }

  void begin() override {
    trim_statements();
    execute("begin immediate", {});
  }
  void commit() override {
    const Statement& statement = prepared("commit");
    const int code = sqlite3_step(statement.handle);
    const std::string message = code == SQLITE_DONE ? "" : sqlite3_errmsg(db_);
    sqlite3_reset(statement.handle);
    if (code == SQLITE_DONE) return;
    // No space for the WAL: the commit frame was not written whole, so the transaction does not exist. Every other
    // failure (fsync above all) leaves the question open, and asking fsync again would lie.
    if ((code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_CONSTRAINT) {
      rollback();
      throw TransactionLost("commit: " + message);
    }
    throw OutcomeUnknown("commit: " + message);
  }
  void rollback() noexcept override {
    savepoint_ = command_ = false;
    if (!sqlite3_get_autocommit(db_)) sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
  }
  void begin_snapshot() override {
    trim_statements();
    execute("begin", {});
    query("select 1 from sqlite_schema limit 1", {});  // a deferred transaction takes its snapshot at the first read
  }

  void start_command() override { command_ = true; }
  void keep_command() override {
    command_ = false;
    if (savepoint_) execute("release command", {});
    savepoint_ = false;
  }
  void undo_command() override {
    command_ = false;
    if (sqlite3_get_autocommit(db_)) throw TransactionLost("the engine rolled the transaction back");
    if (savepoint_) {
      savepoint_ = false;
      execute("rollback to command", {});
      execute("release command", {});
    }
  }

  void maintain(bool idle) override {
    if (wal_frames_ == 0) return;
    const auto now = std::chrono::steady_clock::now();
    const bool due = wal_frames_ >= settings_.checkpoint_frames || (idle && now - checkpointed_ >= kCheckpointEvery);
    if (!due) return;
    const int mode = wal_frames_ >= kRestartFrames ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    checkpoint(mode);
    checkpointed_ = now;
  }

  void checkpoint(int mode) {
    int in_wal = 0, moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, mode, &in_wal, &moved);
    // A failed fsync of the database file: the pages may be gone from the cache without being on the disk.
    if ((code & 0xff) == SQLITE_IOERR) throw OutcomeUnknown(std::string("checkpoint: ") + sqlite3_errmsg(db_));
    if (code == SQLITE_OK && moved >= in_wal) wal_frames_ = 0;
    else if (code != SQLITE_OK && code != SQLITE_BUSY)
      log::warning("storage.checkpoint_failed", {{"text", sqlite3_errmsg(db_)}});
  }

 private:
  void configure() {
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, writer_ ? 1000 : 5000);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writer_ ? 0 : 1, nullptr);
    if (settings_.exclusive) script("pragma locking_mode=exclusive");  // before anything looks at the WAL
    script("pragma mmap_size=0; pragma temp_store=memory; pragma trusted_schema=off; pragma cell_size_check=on");
    script(writer_ ? "pragma cache_size=-65536" : "pragma cache_size=-16384");
    if (writer_) {
      const Rows mode = query("pragma journal_mode=wal", {});
      if (mode.empty() || std::get<std::string>(mode.rows[0][0]) != "wal") throw StorageFailure("WAL is not available");
    }
    script(std::string("pragma synchronous=") + settings_.synchronous + "; pragma foreign_keys=on");
    // Only the writer checkpoints, between batches: see maintain(). Set after WAL mode, which resets the default hook.
    script("pragma wal_autocheckpoint=0");
    if (writer_) {
      sqlite3_wal_hook(
          db_,
          [](void* self, sqlite3*, const char*, int frames) {
            static_cast<SqliteConnection*>(self)->wal_frames_ = frames;
            return SQLITE_OK;
          },
          this);
    } else {
      script("pragma query_only=on");
    }
  }

  void close() noexcept {
    clear_statements();
    sqlite3_close_v2(db_);
    db_ = nullptr;
  }
  void clear_statements() noexcept {
    for (auto& [text, statement] : statements_) sqlite3_finalize(statement.handle);
    statements_.clear();
  }

  void trim_statements() {  // only between transactions: run() holds references
    if (statements_.size() >= kCachedStatements) clear_statements();
  }

  Statement& prepared(std::string_view sql) {
    if (auto found = statements_.find(sql); found != statements_.end()) return found->second;
    Statement statement;
    const char* rest = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement.handle,
                           &rest) != SQLITE_OK)
      fail(sql);
    if (!statement.handle) throw StorageFailure("empty statement");
    if (std::string_view(rest, sql.data() + sql.size()).find_first_not_of(" \n\t;") != std::string_view::npos) {
      sqlite3_finalize(statement.handle);
      throw StorageFailure("one statement at a time: " + std::string(sql));
    }
    statement.reads_only = sqlite3_stmt_readonly(statement.handle) != 0;
    // SQLite numbers $1, $2 … by first appearance, so ask for each by name.
    const int count = sqlite3_bind_parameter_count(statement.handle);
    for (int number = 1, found = 0; found < count && number <= 999; ++number) {
      char name[8] = "$";
      *std::to_chars(name + 1, name + 7, number).ptr = 0;
      const int place = sqlite3_bind_parameter_index(statement.handle, name);
      statement.places.push_back(place);
      found += place > 0;
    }
    std::vector<std::string> names;
    for (int i = 0; i < sqlite3_column_count(statement.handle); ++i)
      names.emplace_back(sqlite3_column_name(statement.handle, i));
    statement.columns = std::make_shared<const std::vector<std::string>>(std::move(names));
    return statements_.emplace(std::string(sql), std::move(statement)).first->second;
  }

  void bind(const Statement& statement, std::span<const Value> parameters) {
    if (parameters.size() != statement.places.size())
      throw StorageFailure("wrong number of parameters: " + std::string(sqlite3_sql(statement.handle)));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const int place = statement.places[i];
      if (place == 0) continue;
      std::visit([&](const auto& value) { bind_one(statement.handle, place, value); }, parameters[i]);
    }
  }
  static void bind_one(sqlite3_stmt* s, int place, std::monostate) { sqlite3_bind_null(s, place); }
  static void bind_one(sqlite3_stmt* s, int place, std::int64_t v) { sqlite3_bind_int64(s, place, v); }
  static void bind_one(sqlite3_stmt* s, int place, double v) { sqlite3_bind_double(s, place, v); }
  // Static: the caller's values outlive the step, which ends before run() returns.
  static void bind_one(sqlite3_stmt* s, int place, const std::string& v) {
    sqlite3_bind_text64(s, place, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  static void bind_one(sqlite3_stmt* s, int place, const Blob& v) {
    sqlite3_bind_blob64(s, place, v.bytes.data() ? v.bytes.data() : "", v.bytes.size(), SQLITE_STATIC);
  }

  void run(Statement& statement, std::span<const Value> parameters, Rows* result) {
    if (command_ && !savepoint_ && !statement.reads_only) {
      command_ = false;  // the savepoint statement itself comes through here
      execute("savepoint command", {});
      command_ = savepoint_ = true;
    }
    bind(statement, parameters);
    sqlite3_stmt* handle = statement.handle;
    int code;
    while ((code = sqlite3_step(handle)) == SQLITE_ROW)
      if (result) result->rows.push_back(row_of(handle));
    if (code != SQLITE_DONE) {
      const std::string text = sqlite3_sql(handle);
      const std::string message = sqlite3_errmsg(db_);
      sqlite3_reset(handle);
      sqlite3_clear_bindings(handle);
      fail(text, message);
    }
    sqlite3_reset(handle);
    sqlite3_clear_bindings(handle);
  }

  static std::vector<Value> row_of(sqlite3_stmt* handle) {
    const int count = sqlite3_column_count(handle);
    std::vector<Value> row(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      const auto bytes = [&](const void* data) {
        return std::string(static_cast<const char*>(data ? data : ""), sqlite3_column_bytes(handle, i));
      };
      switch (sqlite3_column_type(handle, i)) {
        case SQLITE_INTEGER: row[i] = static_cast<std::int64_t>(sqlite3_column_int64(handle, i)); break;
        case SQLITE_FLOAT: row[i] = sqlite3_column_double(handle, i); break;
        case SQLITE_TEXT: row[i] = bytes(sqlite3_column_text(handle, i)); break;
        case SQLITE_BLOB: row[i] = Blob{bytes(sqlite3_column_blob(handle, i))}; break;
        default: break;
      }
    }
    return row;
  }

  [[noreturn]] void fail(std::string_view sql) { fail(sql, sqlite3_errmsg(db_)); }
  [[noreturn]] void fail(std::string_view sql, const std::string& message) {
    throw StorageFailure(message + " in: " + std::string(sql));
  }

  SqliteSettings settings_;
  bool writer_;
  sqlite3* db_ = nullptr;
  bool command_ = false, savepoint_ = false;
  int wal_frames_ = 0;
  std::chrono::steady_clock::time_point checkpointed_{};
  std::unordered_map<std::string, Statement, StringHash, std::equal_to<>> statements_;
};

// Two programs on one file would break "one connection does all writes and all checkpoints".
class FileLock {
 public:
  explicit FileLock(const std::string& file) : handle_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (handle_ < 0) throw StorageFailure("cannot create " + file);
    held_ = ::flock(handle_, LOCK_EX | LOCK_NB) == 0;
  }
  ~FileLock() { ::close(handle_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return held_; }

 private:
  int handle_;
  bool held_ = false;
};

class SqliteEngine final : public Engine {
 public:
  SqliteEngine(SqliteSettings settings, std::unique_ptr<FileLock> lock)
      : settings_(std::move(settings)), lock_(std::move(lock)) {}
  const char* name() const override { return "sqlite"; }
  std::unique_ptr<Connection> open_writer() override { return std::make_unique<SqliteConnection>(settings_, true); }
  std::unique_ptr<Connection> open_reader() override { return std::make_unique<SqliteConnection>(settings_, false); }
  Result<void> backup(const std::string& file) override;

 private:
  SqliteSettings settings_;
  std::unique_ptr<FileLock> lock_;
};

// Copies every page through SQLite's backup interface; the result is one file without WAL, flushed to the disk.
Result<void> copy_database(sqlite3* from, const std::string& file) {
  sqlite3* to = nullptr;
  if (sqlite3_open_v2(file.c_str(), &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) !=
      SQLITE_OK) {
    sqlite3_close(to);
    return refuse(Kind::unavailable, "storage.backup_failed", {}, {{"text", "cannot create " + file}});
  }
  int code = SQLITE_ERROR;
  if (sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main")) {
    code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  if (code == SQLITE_DONE) code = sqlite3_exec(to, "pragma journal_mode=delete", nullptr, nullptr, nullptr);
  const std::string message = sqlite3_errmsg(to);
  sqlite3_close(to);
  if (code == SQLITE_OK) return {};
  return refuse(Kind::unavailable, "storage.backup_failed", {}, {{"text", message}});
}

Result<void> SqliteEngine::backup(const std::string& file) {
  const std::string unfinished = file + ".part";
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  // Its own read snapshot: consistent, and neither the writer nor a reader waits for it.
  SqliteConnection source(settings_, false);
  source.begin_snapshot();
  auto copied = copy_database(source.handle(), unfinished);
  source.rollback();
  if (!copied) {
    std::filesystem::remove(unfinished, ignored);
    return copied;
  }
  std::error_code failed;
  std::filesystem::rename(unfinished, file, failed);
  if (failed) return refuse(Kind::unavailable, "storage.backup_failed", {}, {{"text", failed.message()}});
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> open_sqlite(SqliteSettings settings) {
  std::unique_ptr<FileLock> lock;
  if (settings.vfs.empty()) {
    const auto folder = std::filesystem::path(settings.path).parent_path();
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    lock = std::make_unique<FileLock>(settings.path + ".lock");
    if (!lock->held()) return refuse(Kind::conflict, "storage.in_use", {}, {{"file", settings.path}});
  }
  return std::make_unique<SqliteEngine>(std::move(settings), std::move(lock));
}

std::unique_ptr<Connection> open_sqlite_writer(const SqliteSettings& settings) {
  return std::make_unique<SqliteConnection>(settings, true);
}

Result<void> backup_sqlite(const std::string& location, const std::string& file) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(location, failed))
    return refuse(Kind::not_found, "storage.backup_failed", {}, {{"text", "no database " + location}});
  return SqliteEngine({.path = location}, nullptr).backup(file);
}

Result<void> restore_sqlite(const std::string& file, const std::string& location) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed))
    return refuse(Kind::not_found, "storage.backup_missing", {}, {{"file", file}});
  for (const char* suffix : {"", "-wal", "-shm"})
    if (std::filesystem::exists(location + suffix, failed) && std::filesystem::file_size(location + suffix, failed) > 0)
      return refuse(Kind::conflict, "storage.restore_not_empty", {}, {{"file", location}});
  const auto folder = std::filesystem::path(location).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);
  sqlite3* from = nullptr;
  if (sqlite3_open_v2(file.c_str(), &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    sqlite3_close(from);
    return refuse(Kind::invalid, "storage.backup_damaged", {}, {{"text", "cannot open"}});
  }
  auto copied = copy_database(from, location);
  sqlite3_close(from);
  const auto clean_up = [&] {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) std::filesystem::remove(location + suffix, failed);
  };
  if (!copied) {
    clean_up();
    return refuse(Kind::invalid, "storage.backup_damaged", {}, copied.error().args);
  }

  SqliteSettings settings;
  settings.path = location;
  std::string verdict = "unreadable";
  try {
    SqliteConnection restored(settings, true);
    const Rows rows = restored.query("pragma integrity_check", {});
    if (!rows.empty()) verdict = std::get<std::string>(rows.rows[0][0]);
    if (verdict == "ok" && !restored.query("pragma foreign_key_check", {}).empty()) verdict = "foreign keys";
  } catch (const StorageFailure& failure) {
    verdict = failure.what();
  }
  if (verdict == "ok") return {};
  clean_up();
  return refuse(Kind::invalid, "storage.backup_damaged", {}, {{"text", verdict}});
}

}  // namespace tx::storage
