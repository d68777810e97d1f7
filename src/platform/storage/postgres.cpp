#include <libpq-fe.h>

#include <charconv>
#include <cstring>
#include <unordered_map>

#include "base/log.h"
#include "platform/storage/engine.h"
#include "platform/storage/postgres_copy.h"

namespace tx::storage {
namespace {

constexpr std::size_t kCachedStatements = 1024;
constexpr std::size_t kRowsPerTrip = 128;  // keeps both socket buffers from filling up towards each other

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
struct ResultDelete {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDelete>;

// Parameters as libpq wants them: text, except bytes. The server infers the types from the statement.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values) {
    texts_.reserve(values.size());
    for (const Value& value : values) std::visit([&](const auto& v) { add(v); }, value);
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(std::monostate) { push(nullptr, 0, 0); }
  template <class N>
  void add_number(N number) {
    char buffer[32];
    texts_.emplace_back(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
    push(texts_.back().c_str(), static_cast<int>(texts_.back().size()), 0);
  }
  void add(std::int64_t number) { add_number(number); }
  void add(double number) { add_number(number); }
  void add(const std::string& text) {
    if (std::memchr(text.data(), 0, text.size())) throw StorageFailure("text with a zero byte");
    push(text.c_str(), static_cast<int>(text.size()), 0);
  }
  void add(const Blob& blob) { push(blob.bytes.data(), static_cast<int>(blob.bytes.size()), 1); }
  void push(const char* pointer, int length, int format) {
    pointers_.push_back(pointer);
    lengths_.push_back(length);
    formats_.push_back(format);
  }
  std::vector<std::string> texts_;  // reserved: its strings do not move
  std::vector<const char*> pointers_;
  std::vector<int> lengths_, formats_;
};

Value value_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return {};
  const char* data = PQgetvalue(result, row, column);
  const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
  const std::string_view text(data, length);
  const auto real = [&] {
    double number = 0;
    std::from_chars(data, data + length, number);
    return number;
  };
  switch (PQftype(result, column)) {
    case 16: return std::int64_t{text == "t"};  // boolean
    case 20: case 21: case 23: case 26: case 1700: {  // bigint, smallint, integer, oid, numeric (sum of bigint)
      std::int64_t number = 0;
      const auto parsed = std::from_chars(data, data + length, number);
      if (parsed.ec == std::errc() && parsed.ptr == data + length) return number;
      return real();
    }
    case 700: case 701: return real();
    case 17: {  // bytea, \x…
      std::size_t size = 0;
      unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(data), &size);
      Blob blob{std::string(reinterpret_cast<char*>(bytes), size)};
      PQfreemem(bytes);
      return blob;
    }
    default: return std::string(text);
  }
}

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(const std::string& address, bool writer) : writer_(writer) {
    const char* keys[] = {"dbname", "client_encoding", "connect_timeout", "application_name", nullptr};
    const char* values[] = {address.c_str(), "UTF8", "5", "tongxin", nullptr};
    connection_ = PQconnectdbParams(keys, values, 1);
    if (PQstatus(connection_) != CONNECTION_OK) {
      const std::string message = PQerrorMessage(connection_);
      PQfinish(connection_);
      throw StorageFailure("cannot connect to PostgreSQL: " + message);
    }
    prepare_session();
  }
  ~PostgresConnection() override { PQfinish(connection_); }

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    const ResultPtr result = run(sql, parameters);
    Rows rows;
    const int columns = PQnfields(result.get()), count = PQntuples(result.get());
    std::vector<std::string> names;
    for (int c = 0; c < columns; ++c) names.emplace_back(PQfname(result.get(), c));
    rows.columns = std::make_shared<const std::vector<std::string>>(std::move(names));
    rows.rows.resize(static_cast<std::size_t>(count));
    for (int r = 0; r < count; ++r) {
      rows.rows[r].reserve(static_cast<std::size_t>(columns));
      for (int c = 0; c < columns; ++c) rows.rows[r].push_back(value_of(result.get(), r, c));
    }
    return rows;
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return std::atoll(PQcmdTuples(run(sql, parameters).get()));
  }
  void execute_many(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    for (std::size_t at = 0; at < rows.size(); at += kRowsPerTrip) {
      Trip trip(*this);
      trip.pending();
      for (const auto& row : rows.subspan(at, std::min(kRowsPerTrip, rows.size() - at))) trip.statement(sql, row);
      trip.finish(sql);
    }
  }
  void script(const std::string& sql) override {
    if (!pending_.empty()) {
      Trip trip(*this);
      trip.pending();
      trip.finish("begin");
    }
    const ResultPtr result(PQexec(connection_, sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
      fail(result.get(), sql);
  }

  void begin() override {
    reconnect_if_lost();
    trim_statements();
    pending_ = {"begin isolation level read committed"};
    open_ = true;
  }
  void commit() override {
    warned_ = false;
    open_ = false;
    Trip trip(*this);
    trip.pending();
    trip.utility("commit");
    ResultPtr result;
    try {
      result = trip.finish("commit");
    } catch (const TransactionLost& lost) {
      // The connection broke after COMMIT may have reached the server.
      throw OutcomeUnknown(std::string("commit: ") + lost.what());
    } catch (const StorageFailure& failure) {  // the server answered: it did not commit
      rollback();
      throw TransactionLost(std::string("commit: ") + failure.what());
    }
    // "The transaction has already committed locally, but might not have been replicated to the standby": a success
    // that a failover can take back (measured: research on failover). COMMIT gives no other warning.
    if (warned_) throw OutcomeUnknown("commit: the standby may not have it");
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0) throw TransactionLost("the server rolled back");
  }
  void rollback() noexcept override {
    pending_.clear();
    command_ = savepoint_ = open_ = false;
    if (PQstatus(connection_) != CONNECTION_OK || PQtransactionStatus(connection_) == PQTRANS_IDLE) return;
    PQclear(PQexec(connection_, "rollback"));
  }
  void begin_snapshot() override {
    reconnect_if_lost();
    trim_statements();
    try {
      take_snapshot();
    } catch (const TransactionLost&) {  // a connection that died while it was not in use
      reconnect_if_lost();
      take_snapshot();
    }
  }

  void start_command() override { command_ = true; }
  void keep_command() override {
    if (savepoint_) pending_.push_back("release savepoint command");
    command_ = savepoint_ = false;
  }
  void undo_command() override {
    if (savepoint_) {
      pending_.push_back("rollback to savepoint command");
      pending_.push_back("release savepoint command");
    }
    command_ = savepoint_ = false;
  }

  void maintain(bool) override {}

 private:
  // Statements that travel together: one round trip however many (savepoint + first statement + …).
  class Trip {
   public:
    explicit Trip(PostgresConnection& owner) : owner_(owner) { check(PQenterPipelineMode(owner_.connection_)); }
    ~Trip() {
      if (!finished_) drain();
      PQexitPipelineMode(owner_.connection_);
    }
    Trip(const Trip&) = delete;
    Trip& operator=(const Trip&) = delete;

    void pending() {
      for (const char* text : owner_.pending_) utility(text);
      owner_.pending_.clear();
    }
    void utility(const char* text) {
      check(PQsendQueryParams(owner_.connection_, text, 0, nullptr, nullptr, nullptr, nullptr, 0));
      sent_.push_back({});
    }
    void statement(std::string_view sql, std::span<const Value> values) {
      const Parameters parameters(values);
      auto found = owner_.statements_.find(sql);
      std::string name;
      if (found != owner_.statements_.end()) {
        name = found->second;
      } else if (sql == preparing_) {
        name = preparing_name_;
      } else {
        name = "s" + std::to_string(++owner_.statement_number_);
        preparing_ = sql;
        preparing_name_ = name;
        check(PQsendPrepare(owner_.connection_, name.c_str(), preparing_.c_str(), 0, nullptr));
        sent_.push_back({true});
      }
      check(PQsendQueryPrepared(owner_.connection_, name.c_str(), parameters.count(), parameters.pointers(),
                                parameters.lengths(), parameters.formats(), 0));
      sent_.push_back({});
    }
    // The last statement's result; throws for the first that failed.
    ResultPtr finish(std::string_view sql) {
      check(PQpipelineSync(owner_.connection_));
      finished_ = true;
      ResultPtr last, failed;
      for (const Sent& sent : sent_) {
        ResultPtr result(PQgetResult(owner_.connection_));
        if (!result) break;  // the connection is gone
        const auto status = PQresultStatus(result.get());
        const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (good && sent.prepare) owner_.statements_.emplace(preparing_, preparing_name_);
        if (!good && !failed) failed = std::move(result);
        else if (good) last = std::move(result);
        while (ResultPtr more{PQgetResult(owner_.connection_)}) {
          if (PQstatus(owner_.connection_) != CONNECTION_OK) break;
        }
        if (PQstatus(owner_.connection_) != CONNECTION_OK) break;
      }
      while (PQstatus(owner_.connection_) == CONNECTION_OK) {
        const ResultPtr sync(PQgetResult(owner_.connection_));
        if (sync && PQresultStatus(sync.get()) == PGRES_PIPELINE_SYNC) break;
      }
      if (failed || PQstatus(owner_.connection_) != CONNECTION_OK) owner_.fail(failed.get(), sql);
      return last;
    }

   private:
    struct Sent {
      bool prepare = false;
    };
    void check(int succeeded) {
      if (!succeeded) owner_.fail(nullptr, "send");
    }
    void drain() noexcept {  // building the trip failed half way: let the server forget what it got
      if (PQstatus(owner_.connection_) != CONNECTION_OK || !PQpipelineSync(owner_.connection_)) return;
      while (PQstatus(owner_.connection_) == CONNECTION_OK) {
        const ResultPtr result(PQgetResult(owner_.connection_));
        if (result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
      }
    }
    PostgresConnection& owner_;
    std::vector<Sent> sent_;
    std::string preparing_, preparing_name_;
    bool finished_ = false;
  };

  ResultPtr run(std::string_view sql, std::span<const Value> parameters) {
    if (command_ && !savepoint_) {
      pending_.push_back("savepoint command");
      savepoint_ = true;
    }
    Trip trip(*this);
    trip.pending();
    trip.statement(sql, parameters);
    return trip.finish(sql);
  }

  void take_snapshot() {
    // The first statement takes the snapshot of a REPEATABLE READ transaction; both travel together.
    pending_ = {"begin isolation level repeatable read read only"};
    open_ = true;
    run("select 1", {});
  }

  void prepare_session() {
    PQsetNoticeReceiver(
        connection_,
        [](void* self, const PGresult* notice) {
          const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
          if (severity && std::strcmp(severity, "WARNING") == 0) static_cast<PostgresConnection*>(self)->warned_ = true;
        },
        this);
    if (!writer_) return;
    const Rows durable = query("select setting from pg_settings where name in ('synchronous_commit', 'fsync')", {});
    for (const auto& row : durable.rows) {
      if (row[0] != Value("off") && row[0] != Value("local")) continue;
      // An answer before the commit is durable would break the promise of storage.h.
      script("set synchronous_commit = on");
      log::warning("storage.durability_setting", {{"value", std::get<std::string>(row[0])}});
    }
  }

  void reconnect_if_lost() {
    if (PQstatus(connection_) == CONNECTION_OK) return;
    statements_.clear();
    pending_.clear();
    command_ = savepoint_ = open_ = false;
    PQreset(connection_);
    if (PQstatus(connection_) != CONNECTION_OK)
      throw TransactionLost(std::string("PostgreSQL is away: ") + PQerrorMessage(connection_));
    prepare_session();
    log::info("storage.reconnected");
  }

  void trim_statements() {
    if (statements_.size() < kCachedStatements) return;
    script("deallocate all");
    statements_.clear();
  }

  [[noreturn]] void fail(const PGresult* result, std::string_view sql) {
    std::string message = result ? PQresultErrorMessage(result) : PQerrorMessage(connection_);
    while (!message.empty() && message.back() == '\n') message.pop_back();
    message += " in: " + std::string(sql);
    if (PQstatus(connection_) != CONNECTION_OK) throw TransactionLost(message);
    throw StorageFailure(message);
  }

  PGconn* connection_ = nullptr;
  bool writer_;
  bool open_ = false, command_ = false, savepoint_ = false, warned_ = false;
  int statement_number_ = 0;
  std::vector<const char*> pending_;  // travels in front of the next statement
  std::unordered_map<std::string, std::string, StringHash, std::equal_to<>> statements_;
};

class PostgresEngine final : public Engine {
 public:
  explicit PostgresEngine(std::string address) : address_(std::move(address)) {}
  const char* name() const override { return "postgresql"; }
  std::unique_ptr<Connection> open_writer() override { return std::make_unique<PostgresConnection>(address_, true); }
  std::unique_ptr<Connection> open_reader() override { return std::make_unique<PostgresConnection>(address_, false); }
  Result<void> backup(const std::string& file) override { return dump_postgres(address_, file); }

 private:
  std::string address_;
};

}  // namespace

Result<std::unique_ptr<Engine>> open_postgres(const std::string& location) {
  return std::make_unique<PostgresEngine>(location);
}

}  // namespace tx::storage
