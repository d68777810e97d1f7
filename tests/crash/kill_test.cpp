// A real process, real files, SIGKILL at any instant: what it acknowledged is there, nothing is there twice.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "base/log.h"
#include "workload.h"

extern char** environ;

namespace tx::crash {

std::unique_ptr<storage::Store> open_store(const std::string& file) {
  storage::Options options;
  options.location = file;
  options.migrations = schema();
  return storage::Store::open(options).value();
}

// The child: four clients at work until it is killed; each acknowledged number goes to standard output.
int run_child(const std::string& file, std::int64_t first) {
  log::set_level(log::Level::error);
  auto store = open_store(file);
  std::atomic<std::int64_t> next = first;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&] {
      while (true) {
        const std::int64_t number = next++;
        const auto outcome = store->run(transfer(number));
        const std::int64_t line[2] = {number, outcome.answer.has_value()};
        if (::write(STDOUT_FILENO, line, sizeof line) != sizeof line) std::_Exit(3);
      }
    });
  for (auto& client : clients) client.join();
  return 0;
}

namespace {

constexpr std::int64_t kPerCycle = 1'000'000;

void read_acknowledged(int pipe, Account& account) {
  std::int64_t line[2];
  while (::read(pipe, line, sizeof line) == static_cast<ssize_t>(sizeof line))
    (line[1] ? account.acknowledged : account.refused).insert(line[0]);
}

TEST(Kill, TwentyCyclesLoseNothing) {
  const auto folder = std::filesystem::temp_directory_path() / ("tongxin-kill-" + std::to_string(::getpid()));
  const std::string file = (folder / "kill.db").string();
  log::set_level(log::Level::error);
  ASSERT_TRUE(open_store(file)->write(prepare));
  Account account;
  std::mt19937_64 random(20261124);
  std::int64_t unanswered = 0;
  for (std::int64_t cycle = 1; cycle <= 20; ++cycle) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::string program = "/proc/self/exe", mode = "--child", where = file, first = std::to_string(cycle * kPerCycle);
    char* argv[] = {program.data(), mode.data(), where.data(), first.data(), nullptr};
    pid_t child = 0;
    ASSERT_EQ(::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    pollfd first_answer{ends[0], POLLIN, 0};
    ASSERT_EQ(::poll(&first_answer, 1, 20'000), 1) << "the child never answered";
    // Some of its life beyond the first answer; a full pipe would stop it, so keep it short.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto before = account.acknowledged.size() + account.refused.size();
    read_acknowledged(ends[0], account);
    ::close(ends[0]);
    ASSERT_GT(account.acknowledged.size() + account.refused.size(), before);

    auto store = open_store(file);
    auto reader = store->read();
    // Sent and unanswered is allowed to be there: error is not "not done".
    for (const auto& row : reader->query("select distinct command from posting").rows) {
      const auto number = std::get<std::int64_t>(row[0]);
      ASSERT_LT(number, (cycle + 1) * kPerCycle);
      account.attempted.insert(number);
      unanswered += number >= cycle * kPerCycle && !account.acknowledged.contains(number);
    }
    ASSERT_EQ(verdict(*reader, account), "") << "cycle " << cycle;
    reader.reset();
    if (account.acknowledged.empty()) continue;
    const auto again = store->run(transfer(*account.acknowledged.rbegin()));
    EXPECT_TRUE(again.replayed);
    EXPECT_TRUE(again.answer);
  }
  EXPECT_GE(account.acknowledged.size(), 20u);
  std::printf("kill -9: 20 cycles, %zu acknowledged, %lld durable without an answer\n", account.acknowledged.size(),
              static_cast<long long>(unanswered));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tx::crash
