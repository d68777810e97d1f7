#include "platform/storage/sequencer.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <future>

#include "base/log.h"
#include "platform/storage/batch_end.h"
#include "platform/storage/record_sql.h"

namespace tx::storage {
namespace {

constexpr std::int64_t kIdEpochMs = 1'704'067'200'000;  // 2024-01-01T00:00:00Z
constexpr int kCounterBits = 22;
constexpr std::int64_t kCeilingStepMs = 10'000;
constexpr std::int64_t kKeepAnswers = 7 * kDay;
constexpr auto kPurgeEvery = std::chrono::seconds(5);

std::int64_t id_milliseconds(Instant at) { return std::max<std::int64_t>(at.us / 1000 - kIdEpochMs, 1); }

std::string hash_of_key(const Command& command) {
  unsigned char hash[16];
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, sizeof hash);
  const auto add = [&](const std::string& part) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  };
  add(command.scope);
  add(std::string(1, '\0'));
  add(command.key);
  crypto_generichash_final(&state, hash, sizeof hash);
  return {reinterpret_cast<const char*>(hash), sizeof hash};
}

std::uint64_t prefix_of(const std::string& key_hash) {
  std::uint64_t prefix;
  std::memcpy(&prefix, key_hash.data(), sizeof prefix);
  return prefix;
}

std::string text_of(const Result<Json>& answer) {
  if (answer) return Json::of({{"done", *answer}}).dump();
  const Refusal& refusal = answer.error();
  Json args = Json::array();
  for (const auto& [name, value] : refusal.args) args.push(Json::array().push(name).push(value));
  return Json::of({{"kind", static_cast<int>(refusal.kind)},
                   {"rule", refusal.rule},
                   {"field", refusal.field},
                   {"args", args}})
      .dump();
}

Result<Json> answer_of(const std::string& text) {
  const auto stored = Json::parse(text);
  if (!stored) throw StorageFailure("unreadable stored answer");
  if (const Json* done = stored->find("done")) return *done;
  Refusal refusal{static_cast<Kind>((*stored)["kind"].integer()), (*stored)["rule"].text(), (*stored)["field"].text(),
                  {}};
  for (const Json& pair : (*stored)["args"].items())
    refusal.args.emplace_back(pair.items()[0].text(), pair.items()[1].text());
  return tl::unexpected(std::move(refusal));
}

Outcome failed_outcome() { return {refuse(Kind::unavailable, "storage.failed"), false}; }

void call_guarded(const char* what, const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& failure) {
    log::error("storage.callback_failed", {{"what", what}, {"text", failure.what()}});
  }
}

std::function<void(Tx&)>& end_of_batch() {
  static std::function<void(Tx&)> work;
  return work;
}

[[noreturn]] void stop_process(const char* what) {
  // Never retried: after a failed fsync the kernel may have dropped the pages and would report success next time.
  log::error("storage.fatal", {{"text", what}});
  std::abort();
}

}  // namespace

void at_end_of_batch(std::function<void(Tx&)> work) { end_of_batch() = std::move(work); }

// ---- identifiers

std::int64_t Identifiers::first_at(Instant at) { return id_milliseconds(at) << kCounterBits; }

void Identifiers::resume(std::int64_t ceiling_ms) {
  last_ms_ = ceiling_ms_ = ceiling_ms;
  counter_ = std::int64_t{1} << kCounterBits;  // the next id starts a new millisecond
}

std::int64_t Identifiers::next(Instant now) {
  const std::int64_t ms = id_milliseconds(now);
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ = 0;
  } else if (++counter_ >> kCounterBits) {
    ++last_ms_;
    counter_ = 0;
  }
  return last_ms_ << kCounterBits | counter_;
}

std::int64_t Identifiers::raise_ceiling() {
  ceiling_ms_ = last_ms_ + kCeilingStepMs;
  return ceiling_ms_;
}

// ---- answered keys

void AnsweredKeys::add(std::uint64_t hash, std::int64_t id) {
  if (slots_.size() * 2 <= used_ * 3) grow();
  std::size_t i = hash & (slots_.size() - 1);
  while (slots_[i].id != 0) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = {hash, id};
  ++used_;
}

void AnsweredKeys::grow() {
  std::vector<Slot> before = std::move(slots_);
  const auto kept = static_cast<std::size_t>(
      std::count_if(before.begin(), before.end(), [&](const Slot& slot) { return slot.id != 0 && slot.id >= oldest_; }));
  slots_.assign(std::bit_ceil(std::max<std::size_t>(1024, kept * 3)), {});
  used_ = 0;
  for (const Slot& slot : before)
    if (slot.id != 0 && slot.id >= oldest_) add(slot.hash, slot.id);
}

// ---- one command

class Batcher::CommandTx final : public Tx {
  template <class F>
  auto guarded(F&& call) {
    try {
      return call();
    } catch (const StorageFailure&) {
      failed_ = true;  // PostgreSQL would refuse every further statement: the command has failed even if it goes on
      throw;
    }
  }

 public:
  CommandTx(Batcher& batcher, std::vector<std::function<void()>>& effects)
      : batcher_(batcher), effects_(effects), now_(batcher.clock_.now()) {}

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    return guarded([&] { return batcher_.connection_.query(sql, parameters); });
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return guarded([&] { return batcher_.connection_.execute(sql, parameters); });
  }
  Instant now() const override { return now_; }
  std::int64_t new_id() override { return batcher_.identifiers_.next(now_); }
  void after_commit(std::function<void()> effect) override { effects_.push_back(std::move(effect)); }
  bool failed() const { return failed_; }

 private:
  Batcher& batcher_;
  std::vector<std::function<void()>>& effects_;
  Instant now_;
  bool failed_ = false;
};

Outcome Batcher::decide_new(Command& command, std::vector<std::function<void()>>& effects) {
  connection_.start_command();
  CommandTx tx(*this, effects);
  Outcome outcome = failed_outcome();
  std::string failure;
  try {
    outcome.answer = command.decide(tx);
    if (tx.failed()) failure = "a failed statement was ignored";
  } catch (const TransactionLost&) {
    throw;
  } catch (const OutcomeUnknown&) {
    throw;
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  }
  if (!failure.empty()) {
    log::error("storage.command_failed", {{"scope", command.scope}, {"text", failure}});
    outcome = failed_outcome();
  }
  if (outcome.answer) {
    connection_.keep_command();
    return outcome;
  }
  effects.clear();
  connection_.undo_command();
  return outcome;
}

Batcher::Decided Batcher::decide(Command& command) {
  Decided decided{failed_outcome(), {}};
  ++counters.commands;
  if (command.key.empty()) {
    decided.outcome = decide_new(command, decided.effects);
  } else {
    const std::string key = hash_of_key(command);
    const auto fingerprint = static_cast<std::int64_t>(command.fingerprint);
    const std::optional<Remembered> known = answered(key);
    if (known && known->fingerprint != fingerprint) {
      decided.outcome = {refuse(Kind::conflict, "idempotency.reused"), false};
    } else if (known) {
      decided.outcome = {answer_of(known->answer), true};
      ++counters.replayed;
    } else {
      decided.outcome = decide_new(command, decided.effects);
      // A failure of the store is not an answer: the same key may try again.
      const auto& answer = decided.outcome.answer;
      if (answer || answer.error().rule != "storage.failed") remember(key, command, answer);
    }
  }
  if (!decided.outcome.answer) ++counters.refused;
  return decided;
}

std::optional<Batcher::Remembered> Batcher::answered(const std::string& key_hash) {
  if (auto found = fresh_.find(key_hash); found != fresh_.end()) return found->second;
  std::optional<Remembered> known;
  answered_.each(prefix_of(key_hash), [&](std::int64_t id) {
    const Value parameters[] = {id, Blob{key_hash}};
    const Rows rows = connection_.query(
        "select fingerprint, answer from idempotency where id = $1 and key_hash = $2", parameters);
    if (!rows.empty())
      known = Remembered{std::get<std::int64_t>(rows.rows[0][0]), std::get<std::string>(rows.rows[0][1])};
  });
  return known;
}

void Batcher::load_answered() {
  constexpr std::size_t kPage = 10'000;
  std::int64_t last = 0;
  for (Rows page; last == 0 || page.size() == kPage;) {
    const Value parameters[] = {last, static_cast<std::int64_t>(kPage)};
    page = connection_.query("select id, key_hash from idempotency where id > $1 order by id limit $2", parameters);
    if (page.empty()) return;
    for (const auto& row : page.rows) {
      last = std::get<std::int64_t>(row[0]);
      answered_.add(prefix_of(std::get<Blob>(row[1]).bytes), last);
    }
  }
}

void Batcher::remember(const std::string& key_hash, const Command& command, const Result<Json>& answer) {
  const Instant now = clock_.now();
  std::string text = text_of(answer);
  const auto fingerprint = static_cast<std::int64_t>(command.fingerprint);
  answers_.push_back({identifiers_.next(now), Blob{key_hash}, fingerprint, text});
  fresh_[key_hash] = {fingerprint, std::move(text)};
}

// ---- one batch

Batcher::Batcher(Connection& connection, const Clock& clock, bool postgres)
    : connection_(connection), clock_(clock), postgres_(postgres) {
  TX_ASSERT(sodium_init() >= 0);
  const Rows rows = connection_.query("select value from storage_state where name = 'identifier_ceiling'", {});
  identifiers_.resume(std::get<std::int64_t>(rows.rows.at(0).at(0)));
  if (postgres_) {
    const Rows lease = connection_.query(
        "update storage_state set value = value + 1 where name = 'writer_epoch' returning value", {});
    epoch_ = std::get<std::int64_t>(lease.rows.at(0).at(0));
  }
  load_answered();  // after the lease: the writer before can add no more
}

void Batcher::begin() {
  fresh_.clear();
  answers_.clear();
  if (!postgres_) return connection_.begin();
  try {
    begin_leased();
  } catch (const TransactionLost&) {  // the connection died while it was idle: nothing has been decided yet
    connection_.rollback();
    begin_leased();
  }
}

void Batcher::begin_leased() {
  connection_.begin();
  // `for share` makes a new writer's lease wait for this batch, or this batch fail if the lease has gone.
  const Rows lease =
      connection_.query("select value from storage_state where name = 'writer_epoch' for share", {});
  if (lease.rows.at(0).at(0) != Value(epoch_)) throw OutcomeUnknown("another writer has taken the lease");
}

void Batcher::finish() {
  if (!answers_.empty())
    connection_.execute_many(
        "insert into idempotency (id, key_hash, fingerprint, answer) values ($1, $2, $3, $4)",
        answers_);
  if (identifiers_.passes_ceiling()) {
    const Value ceiling[] = {identifiers_.raise_ceiling()};
    connection_.execute("update storage_state set value = $1 where name = 'identifier_ceiling'", ceiling);
  }
  connection_.commit();
  for (const auto& answer : answers_)
    answered_.add(prefix_of(std::get<Blob>(answer[1]).bytes), std::get<std::int64_t>(answer[0]));
}

void Batcher::run(std::span<Job> jobs) {
  std::vector<Decided> decided;
  decided.reserve(jobs.size());
  std::vector<std::function<void()>> effects;   // of the end of the batch
  bool durable = false;
  const Identifiers identifiers_before = identifiers_;
  try {
    begin();
    for (Job& job : jobs) decided.push_back(decide(job.command));
    if (const auto& work = end_of_batch()) {
      CommandTx tx(*this, effects);
      work(tx);
    }
    finish();
    durable = true;
    ++counters.batches;
  } catch (const OutcomeUnknown&) {
    throw;
  } catch (const StorageFailure& failure) {
    log::error("storage.batch_failed", {{"commands", jobs.size()}, {"text", failure.what()}});
    connection_.rollback();
    // The ceiling was not stored; the identifiers themselves stay used, so that none is ever handed out twice.
    const std::int64_t last = identifiers_.last_ms();
    identifiers_ = identifiers_before;
    identifiers_.next(Instant{(last + 1 + kIdEpochMs) * 1000});
  }
  if (!durable) {
    for (Job& job : jobs)
      if (job.done) call_guarded("done", [&] { job.done(failed_outcome()); });
    return;
  }
  // Effects first: whoever gets an answer must find caches that already know of it.
  for (auto& one : decided)
    for (auto& effect : one.effects) call_guarded("after_commit", effect);
  for (auto& effect : effects) call_guarded("after_commit", effect);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (jobs[i].done) call_guarded("done", [&] { jobs[i].done(std::move(decided[i].outcome)); });
}

void Batcher::purge_idempotency() {
  const std::int64_t first_kept = Identifiers::first_at(clock_.now().plus(-kKeepAnswers));
  answered_.forget_before(first_kept);
  const Value oldest[] = {first_kept};
  try {
    if (connection_.query("select 1 from idempotency where id < $1 limit 1", oldest).empty()) return;
    begin();
    connection_.execute(
        "delete from idempotency where id in (select id from idempotency where id < $1 order by id limit 500)", oldest);
    connection_.commit();
  } catch (const OutcomeUnknown&) {
    throw;
  } catch (const StorageFailure& failure) {
    connection_.rollback();
    log::warning("storage.purge_failed", {{"text", failure.what()}});
  }
}

void Batcher::close() {
  try {
    begin();
    const Value ceiling[] = {identifiers_.last_ms()};
    connection_.execute("update storage_state set value = $1 where name = 'identifier_ceiling'", ceiling);
    connection_.commit();
  } catch (const StorageFailure& failure) {  // only costs a gap in the identifiers
    connection_.rollback();
    log::warning("storage.close_failed", {{"text", failure.what()}});
  }
}

// ---- the thread

Sequencer::Sequencer(std::unique_ptr<Connection> connection, const Clock& clock, bool postgres, const Options& options)
    : connection_(std::move(connection)),
      batcher_(*connection_, clock, postgres),
      queue_limit_(options.queue_limit),
      batch_limit_(std::max<std::size_t>(options.batch_limit, 1)),
      thread_([this] { loop(); }) {}

Sequencer::~Sequencer() { stop(); }

std::unique_ptr<Connection> Sequencer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return std::move(connection_);
}

void Sequencer::submit(Command command, std::function<void(Outcome)> done) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() < queue_limit_ && !stopping_) {
      queue_.push_back({std::move(command), std::move(done)});
      if (queue_.size() == 1) wake_.notify_one();
      return;
    }
  }
  ++batcher_.counters.busy_refusals;
  done({refuse(Kind::unavailable, "storage.busy"), false});
}

Metrics Sequencer::metrics() const {
  const Counters& c = batcher_.counters;
  Metrics metrics{c.commands, c.refused, c.replayed, c.batches, 0, c.busy_refusals};
  std::lock_guard lock(mutex_);
  metrics.queue_length = queue_.size();
  return metrics;
}

// False: stopping, and nothing is left. An empty batch means that nothing came for a while.
bool Sequencer::take(std::vector<Job>& batch) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::seconds(1), [&] { return stopping_ || !queue_.empty(); });
  while (!queue_.empty() && batch.size() < batch_limit_) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !(stopping_ && batch.empty());
}

void Sequencer::loop() {
  try {
    auto purged = std::chrono::steady_clock::now();
    std::vector<Job> batch;
    while (take(batch)) {
      const bool idle = batch.empty();
      if (!batch.empty()) batcher_.run(batch);
      batch.clear();
      connection_->maintain(idle);
      if (const auto now = std::chrono::steady_clock::now(); now - purged >= kPurgeEvery) {
        batcher_.purge_idempotency();
        purged = now;
      }
    }
    batcher_.close();
  } catch (const std::exception& failure) {
    stop_process(failure.what());
  }
}

}  // namespace tx::storage
