// Decides commands in order: Batcher does one durable transaction for a list of jobs (no thread, which is what the
// crash simulator drives); Sequencer puts the bounded queue and the one thread around it.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "platform/storage/engine.h"

namespace tx::storage {

struct Job {
  Command command;
  std::function<void(Outcome)> done;
};

// Identifiers: 41 bits milliseconds since 2024-01-01, 22 bits counter. Never goes back: not when the clock does (it
// stays on the last millisecond and counts), and not over a restart (a ceiling ahead of every id handed out is kept in
// the database, renewed in the batch that would pass it).
class Identifiers {
 public:
  static std::int64_t first_at(Instant at);  // smallest id of that millisecond
  void resume(std::int64_t ceiling_ms);
  std::int64_t next(Instant now);
  bool passes_ceiling() const { return last_ms_ >= ceiling_ms_; }
  std::int64_t raise_ceiling();              // returns the value to store
  std::int64_t last_ms() const { return last_ms_; }

 private:
  std::int64_t last_ms_ = 0, counter_ = 0, ceiling_ms_ = 0;
};

// Which keys have been answered. In memory, so that a new key costs no look-up and the table needs no index in random
// order (it cost a page of the log for every command); a known one leads to its row by id. 16 bytes a key, filled from
// the table when a writer starts. Only 64 bits of a key's hash are kept: the row tells whether it is the same key.
class AnsweredKeys {
 public:
  void add(std::uint64_t hash, std::int64_t id);
  void forget_before(std::int64_t id) { oldest_ = id; }  // their room is taken back when the table next grows
  template <class F>
  void each(std::uint64_t hash, F&& visit) const {       // ids of keys with this hash
    if (slots_.empty()) return;
    for (std::size_t i = hash & (slots_.size() - 1); slots_[i].id != 0; i = (i + 1) & (slots_.size() - 1))
      if (slots_[i].hash == hash && slots_[i].id >= oldest_) visit(slots_[i].id);
  }
  std::size_t size() const { return used_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::int64_t id = 0;
  };
  void grow();
  std::vector<Slot> slots_;   // open addressing, a power of two, at most two thirds full
  std::size_t used_ = 0;
  std::int64_t oldest_ = 0;
};

struct Counters {
  std::atomic<std::uint64_t> commands = 0, refused = 0, replayed = 0, batches = 0, busy_refusals = 0;
};

class Batcher {
 public:
  // `postgres`: takes the writer's lease (a new epoch), which every batch then asserts, so that a writer that lost its
  // place during a failover cannot write any more.
  Batcher(Connection& connection, const Clock& clock, bool postgres);

  // One transaction. Answers every job: after the commit, or with a refusal when the transaction was surely undone.
  // Throws OutcomeUnknown, answering nobody, when nobody can know.
  void run(std::span<Job> jobs);
  void purge_idempotency();   // a few hundred expired answers
  void close();               // writes the exact ceiling, so that a tidy restart leaves no gap

  Counters counters;

 private:
  class CommandTx;
  struct Decided {
    Outcome outcome;
    std::vector<std::function<void()>> effects;
  };
  Decided decide(Command& command);
  Outcome decide_new(Command& command, std::vector<std::function<void()>>& effects);
  void begin();
  void begin_leased();
  void finish();
  void remember(const std::string& key_hash, const Command& command, const Result<Json>& answer);
  void load_answered();

  Connection& connection_;
  const Clock& clock_;
  bool postgres_;
  std::int64_t epoch_ = 0;
  Identifiers identifiers_;
  struct Remembered {
    std::int64_t fingerprint;
    std::string answer;
  };
  std::optional<Remembered> answered(const std::string& key_hash);
  AnsweredKeys answered_;
  std::unordered_map<std::string, Remembered> fresh_;  // decided in this batch, not yet written
  std::vector<std::vector<Value>> answers_;            // rows of idempotency to write at the end of the batch
};

class Sequencer {
 public:
  Sequencer(std::unique_ptr<Connection> connection, const Clock& clock, bool postgres, const Options& options);
  ~Sequencer();
  std::unique_ptr<Connection> stop();  // drains the queue, then hands the connection back
  void submit(Command command, std::function<void(Outcome)> done);
  Metrics metrics() const;

 private:
  void loop();
  bool take(std::vector<Job>& batch);

  std::unique_ptr<Connection> connection_;
  Batcher batcher_;
  const std::size_t queue_limit_, batch_limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tx::storage
