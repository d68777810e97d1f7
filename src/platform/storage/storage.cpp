#include "platform/storage/storage.h"

#include <future>

#include "platform/storage/migrations.h"
#include "platform/storage/postgres_copy.h"
#include "platform/storage/sequencer.h"
#include "platform/storage/sqlite.h"

namespace tx::storage {
namespace {

const SystemClock system_clock;

// Lends reader connections; a lent one holds a snapshot until it comes back.
class ReaderPool {
 public:
  void add(std::unique_ptr<Connection> connection) { free_.push_back(std::move(connection)); }
  void clear() { free_.clear(); }
  std::unique_ptr<Connection> take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty(); });
    auto connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    {
      std::lock_guard lock(mutex_);
      free_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

class SnapshotReader final : public Reader {
 public:
  explicit SnapshotReader(ReaderPool& pool) : pool_(pool), connection_(pool.take()) {
    try {
      connection_->begin_snapshot();
    } catch (...) {
      pool_.give_back(std::move(connection_));
      throw;
    }
  }
  ~SnapshotReader() override {
    connection_->rollback();
    pool_.give_back(std::move(connection_));
  }
  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    return connection_->query(sql, parameters);
  }

 private:
  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
};

class EngineStore final : public Store {
 public:
  EngineStore(std::unique_ptr<Engine> engine, std::unique_ptr<Connection> writer, const Options& options)
      : engine_(std::move(engine)) {
    for (int i = 0; i < std::max(options.readers, 1); ++i) readers_.add(engine_->open_reader());
    const Clock& clock = options.clock ? *options.clock : system_clock;
    sequencer_.emplace(std::move(writer), clock, engine_->name() == std::string_view("postgresql"), options);
  }
  ~EngineStore() override {
    auto writer = sequencer_->stop();  // callbacks of the last commands may still read
    readers_.clear();                  // then the writer is the last connection, and SQLite folds the WAL in
  }
  void submit(Command command, std::function<void(Outcome)> done) override {
    sequencer_->submit(std::move(command), std::move(done));
  }
  std::unique_ptr<Reader> read() override { return std::make_unique<SnapshotReader>(readers_); }
  Metrics metrics() const override { return sequencer_->metrics(); }
  const char* engine() const override { return engine_->name(); }
  Result<void> backup(const std::string& file) override { return engine_->backup(file); }

 private:
  std::unique_ptr<Engine> engine_;
  ReaderPool readers_;
  std::optional<Sequencer> sequencer_;
};

}  // namespace

int Rows::column(std::string_view name, int guess) const {
  if (!columns) return -1;
  const auto& names = *columns;
  if (static_cast<std::size_t>(guess) < names.size() && names[guess] == name) return guess;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<int>(i);
  return -1;
}

Outcome Store::run(Command command) {
  std::promise<Outcome> answered;
  submit(std::move(command), [&](Outcome outcome) { answered.set_value(std::move(outcome)); });
  return answered.get_future().get();
}

Result<Json> Store::write(std::function<Result<Json>(Tx&)> decide) {
  Command command;
  command.decide = std::move(decide);
  return run(std::move(command)).answer;
}

bool is_postgres(std::string_view location) {
  return location.starts_with("postgresql://") || location.starts_with("postgres://");
}

Result<std::unique_ptr<Store>> Store::open(Options options) {
  const bool postgres = is_postgres(options.location);
  auto engine = TX_TRY(postgres ? open_postgres(options.location) : open_sqlite({.path = options.location}));
  auto writer = engine->open_writer();
  const Instant now = options.clock ? options.clock->now() : system_clock.now();
  TX_CHECK(migrate(*writer, postgres, options.migrations, now));
  return std::make_unique<EngineStore>(std::move(engine), std::move(writer), options);
}

Result<void> backup(const std::string& location, const std::string& file) {
  return is_postgres(location) ? dump_postgres(location, file) : backup_sqlite(location, file);
}

Result<void> restore(const std::string& file, const std::string& location) {
  return is_postgres(location) ? restore_postgres(file, location) : restore_sqlite(file, location);
}

}  // namespace tx::storage
