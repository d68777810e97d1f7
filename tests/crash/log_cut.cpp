// Power cuts under the tamper-evident log: the real book (postings, Merkle log, both signatures) on the real sequencer's core
// and SQLite, on a disk that drops, keeps or tears what was not synced. After every cut: nothing acknowledged is missing,
// sums are zero, the whole check is good, and every head that was ever signed and acknowledged is a head of the log that
// stands now: no two signed heads disagree.
//   test_log_cut [cuts, default 2000] [first seed, default 1] [workers, each a process, default 1] [seconds at the most]
#include <sodium.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/log.h"
#include "platform/audit/audit.h"
#include "platform/storage/batch_end.h"
#include "platform/storage/migrations.h"
#include "platform/storage/record_sql.h"
#include "platform/storage/sequencer.h"
#include "platform/storage/sqlite.h"
#include "power_cut_disk.h"
#include "systems/support/support.h"

namespace tx::crash {
namespace {

using storage::Batcher;
using storage::Job;
using support::Unit;
using Clock = std::chrono::steady_clock;

class Snapshot final : public storage::Reader {
 public:
  explicit Snapshot(storage::Connection& connection) : connection_(connection) {}
  storage::Rows query(std::string_view sql, std::span<const storage::Value> parameters) override { return connection_.query(sql, parameters); }

 private:
  storage::Connection& connection_;
};

// Only the tables of the book; the check looks at records and certificates, too. Left out is what alters another room's table.
constexpr int kComplaints = 285;
std::vector<storage::Migration> schema() {
  auto all = audit::migrations();
  for (const auto& one : support::migrations())
    if (one.number != kComplaints) all.push_back(one);
  return all;
}

class Machine {
 public:
  Machine(const support::Book& book, std::uint64_t seed, const char* synchronous) : book_(book), random_(seed), synchronous_(synchronous) {
    disk().reset(seed);
    boot();
  }
  static PowerCutDisk& disk() { return PowerCutDisk::instance(); }

  void boot() {
    shut_down();
    storage::SqliteSettings settings;
    settings.path = "simulated.db";
    settings.vfs = "powercut";
    settings.synchronous = synchronous_;
    settings.exclusive = true;
    settings.checkpoint_frames = 40;
    connection_ = storage::open_sqlite_writer(settings);
    const auto migrated = storage::migrate(*connection_, false, schema(), clock_.now());
    if (!migrated) throw storage::StorageFailure(migrated.error().rule);
    batcher_.emplace(*connection_, clock_, false);
  }
  // What the log of the store holds goes into the database file, as the first quiet moment after a start would do it.
  void fold_wal() {
    Snapshot reader(*connection_);
    storage::query(reader, "pragma wal_checkpoint(restart)");
  }
  void shut_down() {
    batcher_.reset();
    connection_.reset();
  }
  // One to eight postings, one of six refused after it had written. False: the process would have stopped here.
  bool batch() {
    std::vector<Job> jobs(1 + random_() % 8);
    std::vector<std::int64_t> done;
    for (Job& job : jobs) {
      const std::int64_t number = ++last_;
      job.command.scope = "crash";
      job.command.key = std::to_string(number);
      job.command.decide = [this, number](storage::Tx& tx) -> Result<Json> {
        const auto posting = book_.post(tx, "crash", Unit::points, {{"a" + std::to_string(number % 7), number % 97 + 1}, {"pool", -(number % 97) - 1}}, number);
        if (number % 6 == 0) return refuse(Kind::invalid, "crash.refused");
        return Json(posting);
      };
      job.done = [&done](storage::Outcome outcome) {
        if (outcome.answer) done.push_back(outcome.answer->integer());
      };
    }
    try {
      batcher_->run(jobs);
      connection_->maintain(false);
    } catch (const storage::OutcomeUnknown&) {
      return false;
    }
    if (disk().dead() && done.empty()) return false;
    acknowledged_.insert(done.begin(), done.end());
    if (!done.empty()) remember_head();
    return true;
  }
  // What the world may have seen by now.
  void remember_head() {
    Snapshot reader(*connection_);
    try {
      const auto opened = ledger::open_note(support::head(reader).note, {book_.key()});
      if (!opened) throw std::runtime_error("an unsigned head was acknowledged");
      const auto [at, fresh] = heads_.emplace(opened->checkpoint.size, opened->checkpoint.root);
      if (!fresh && at->second != opened->checkpoint.root) throw std::runtime_error("two heads of one size");
    } catch (const storage::StorageFailure&) {   // the power went while we looked
    }
  }
  std::string judge() {
    Snapshot reader(*connection_);
    if (const auto integrity = storage::scalar<std::string>(reader, "pragma quick_check"); integrity != "ok") return "corrupt: " + integrity.value_or("?");
    if (const auto fault = support::check(reader, book_)) return "wrong " + fault->what + " " + std::to_string(fault->id);
    std::set<std::int64_t> present;
    for (const auto& row : storage::query(reader, "select id from posting").rows) present.insert(std::get<std::int64_t>(row[0]));
    for (const auto posting : acknowledged_)
      if (!present.contains(posting)) return "lost posting " + std::to_string(posting);
    if (storage::scalar<std::int64_t>(reader, "select coalesce(sum(amount), 0) from posting_line") != 0) return "the sum is not zero";
    return heads_agree(reader);
  }
  std::mt19937_64& random() { return random_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }
  std::size_t heads() const { return heads_.size(); }

 private:
  std::string heads_agree(storage::Reader& reader) {
    ledger::Frontier frontier;
    auto head = heads_.begin();
    for (const auto& row : storage::query(reader, "select leaf from log_leaf order by seq").rows) {
      ledger::append(frontier, ledger::leaf_hash(std::get<std::string>(row[0])), nullptr);
      if (head == heads_.end() || head->first != frontier.size) continue;
      if (head->second != ledger::root_of(frontier)) return "a head of size " + std::to_string(head->first) + " was signed for another log";
      ++head;
    }
    return head == heads_.end() ? "" : "a signed head of size " + std::to_string(head->first) + " is gone";
  }

  const support::Book& book_;
  std::mt19937_64 random_;
  const char* synchronous_;
  ManualClock clock_{instant_of(Date::of(2026, 11, 24), 9, 0)};
  std::int64_t last_ = 0;
  std::set<std::int64_t> acknowledged_;
  std::map<std::uint64_t, ledger::Hash> heads_;
  std::unique_ptr<storage::Connection> connection_;
  std::optional<Batcher> batcher_;
};

struct Tally {
  std::int64_t cuts = 0, in_recovery = 0, postings = 0, heads = 0;
  std::string wrong;
};

// Until it runs again; in one case of three the power fails once more while it recovers.
void recover(Machine& machine, Tally& tally) {
  auto& disk = Machine::disk();
  while (true) {
    machine.shut_down();
    disk.power_returns();
    ++tally.cuts;
    if (machine.random()() % 3 == 0) disk.cut_after(1 + static_cast<std::int64_t>(machine.random()() % 30));
    try {
      machine.boot();
      machine.fold_wal();
      if (!disk.dead()) break;
    } catch (const storage::StorageFailure&) {
      if (!disk.dead()) throw;
    }
    ++tally.in_recovery;
  }
  disk.never_fail();
}

void play(const support::Book& book, std::uint64_t seed, std::int64_t cuts, const char* synchronous, Tally& tally) {
  Machine machine(book, seed, synchronous);
  for (int round = 0; round < 20 && tally.cuts < cuts && tally.wrong.empty(); ++round) {
    // A batch takes some hundred steps of the disk: the power goes in the first or the next.
    Machine::disk().cut_after(1 + static_cast<std::int64_t>(machine.random()() % 160));
    try {
      for (int i = 0; i < 1000 && !Machine::disk().dead() && machine.batch(); ++i) {
      }
      recover(machine, tally);
      tally.wrong = machine.judge();
    } catch (const std::exception& failure) {
      tally.wrong = std::string("corrupt: ") + failure.what();
    }
    if (!tally.wrong.empty()) tally.wrong += " (seed " + std::to_string(seed) + ", round " + std::to_string(round) + ")";
  }
  tally.postings += static_cast<std::int64_t>(machine.acknowledged());
  tally.heads += static_cast<std::int64_t>(machine.heads());
}

// One worker: every `step`-th seed from `seed` on, until it has had its cuts or something is wrong.
Tally work(std::int64_t cuts, std::uint64_t seed, std::uint64_t step, Clock::time_point end, const char* synchronous = "FULL") {
  Tally tally;
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-log-XXXXXX").string();
  if (!mkdtemp(folder.data())) return tally.wrong = "no temporary folder", tally;
  if (auto book = support::Book::open(folder)) {
    book->sign_batches(true);
    for (; tally.cuts < cuts && tally.wrong.empty() && Clock::now() < end; seed += step) play(*book, seed, cuts, synchronous, tally);
    book->sign_batches(false);
  } else {
    tally.wrong = "no keys";
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return tally;
}

// The disk belongs to a process, so every worker is one. What it did comes back as a line; a worker that dies is wrong.
Tally work_side_by_side(std::int64_t cuts, std::uint64_t seed, int workers, Clock::time_point end) {
  std::vector<std::pair<pid_t, int>> running;
  for (int i = 0; i < workers; ++i) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    const pid_t child = fork();
    if (child < 0) std::abort();
    if (child == 0) {
      close(ends[0]);
      const auto done = work(cuts / workers + (i < cuts % workers), seed + static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(workers), end);
      dprintf(ends[1], "%lld %lld %lld %lld %s", static_cast<long long>(done.cuts), static_cast<long long>(done.in_recovery), static_cast<long long>(done.postings),
              static_cast<long long>(done.heads), done.wrong.c_str());
      _exit(0);
    }
    close(ends[1]);
    running.emplace_back(child, ends[0]);
  }
  Tally all;
  for (const auto& [child, end] : running) {
    std::string said;
    char part[512];
    for (ssize_t got; (got = read(end, part, sizeof part)) > 0;) said.append(part, static_cast<std::size_t>(got));
    close(end);
    int status = 0;
    waitpid(child, &status, 0);
    long long cuts_done = 0, in_recovery = 0, postings = 0, heads = 0;
    int read_to = 0;
    if (status != 0 || std::sscanf(said.c_str(), "%lld %lld %lld %lld %n", &cuts_done, &in_recovery, &postings, &heads, &read_to) < 4) {
      all.wrong = "a worker died";
      continue;
    }
    all.cuts += cuts_done, all.in_recovery += in_recovery, all.postings += postings, all.heads += heads;
    if (read_to > 0 && said.size() > static_cast<std::size_t>(read_to)) all.wrong = said.substr(static_cast<std::size_t>(read_to));
  }
  return all;
}

}  // namespace
}  // namespace tx::crash

int main(int argc, char** argv) {
  using namespace tx;
  const std::int64_t cuts = argc > 1 ? std::atoll(argv[1]) : 2000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const int workers = std::clamp(argc > 3 ? std::atoi(argv[3]) : 1, 1, 256);
  log::set_level(static_cast<log::Level>(static_cast<int>(log::Level::error) + 1));   // failures are the point here
  const auto start = crash::Clock::now(), end = start + std::chrono::seconds(argc > 4 ? std::atoi(argv[4]) : 86'400);
  const auto tally = workers == 1 ? crash::work(cuts, seed, 1, end) : crash::work_side_by_side(cuts, seed, workers, end);
  const double took = std::chrono::duration<double>(crash::Clock::now() - start).count();
  std::printf("log under power cuts: %lld cuts (%lld while recovering), %lld postings and %lld signed heads acknowledged and checked, %.1f s, %d workers: %s\n",
              static_cast<long long>(tally.cuts), static_cast<long long>(tally.in_recovery), static_cast<long long>(tally.postings),
              static_cast<long long>(tally.heads), took, workers, tally.wrong.empty() ? "good" : tally.wrong.c_str());
  const bool good = tally.wrong.empty() && tally.cuts >= cuts && tally.postings > tally.cuts && tally.heads > tally.cuts;
  if (!good) return std::puts("[  FAILED  ] the log under power cuts"), 1;
  // The control: a store that does not wait for the disk must be caught.
  const auto control = crash::work(cuts, seed, 1, end, "OFF");
  std::printf("without waiting for the disk: wrong after %lld cuts: %s\n", static_cast<long long>(control.cuts), control.wrong.c_str());
  if (control.wrong.empty()) return std::puts("[  FAILED  ] the control finds nothing: this test proves nothing"), 1;
  return std::puts("[  PASSED  ] 2 tests."), 0;   // in GoogleTest's words: script/test counts them
}
