// Random towns that use every field, solved and judged by the independent checker, in several processes.
//   bench_fuzzed rules ASSIGNMENTS [PROCESSES [SEED]]   until so many assignments were judged; then a day of changes, judged too
//   bench_fuzzed why PAIRS                              eligible pairs forced in: the loss against the stated regret less the gap
//   bench_fuzzed prices TOWNS                           random prices: never a bound below the best plan
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "engines/matching/explain.h"
#include "engines/matching/prices.h"
#include "engines/matching/problem.h"
#include "engines/matching/standing.h"
#include "engines/matching/testing_town.h"

namespace {

using namespace tx::matching;
constexpr auto kMonday = testing::kMonday;

struct Tally {
  std::atomic<std::uint64_t> towns, assignments, changed, wrong;
};

void judge(unsigned seed, Tally& tally) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto t = testing::town(seed, 1 + below(80), 1 + below(40), below(4) > 0);
  Weights weights;
  if (below(3) == 0) weights.first_seat = below(1000);
  if (below(3) == 0) weights.near = below(3000) - 300;
  if (below(3) == 0) weights.load = -below(900);
  if (below(4) == 0) weights.base = below(1500) - 400;
  SolveOptions options;
  options.candidates = 2 + below(30);   // lists are cut, so the bound must hold beyond them
  Standing standing(t.volunteers, t.slots, weights, kMonday, options);
  const auto wrong = [&](const std::string& what) {
    if (what.empty()) return;
    std::printf("seed %u: %s\n", seed, what.c_str());
    std::fflush(stdout);                   // the process may leave without
    ++tally.wrong;
  };
  wrong(verify(t.volunteers, t.slots, weights, kMonday, standing.plan()));
  ++tally.towns;
  tally.assignments += standing.plan().assignments.size();
  auto left = t.volunteers;
  for (int change = 0; change < 3; ++change) {   // some leave, some are told
    Changes changes;
    std::set<std::int64_t> teams;
    for (const auto& a : standing.plan().assignments) {
      if (below(8) == 0) changes.left.push_back(a.volunteer);
      if (below(4) == 0) changes.told.push_back(a);
    }
    for (const auto v : changes.left) {
      left[v].hours = {};
      if (left[v].team) teams.insert(left[v].team);
    }
    for (auto& v : left)
      if (teams.count(v.team)) v.hours = {};
    wrong(verify(left, t.slots, weights, kMonday, standing.solve(changes)));
    tally.changed += standing.plan().assignments.size();
  }
}

int rules(std::uint64_t wanted, int processes, unsigned seed) {
  auto* tally = static_cast<Tally*>(mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < processes; ++i)
    if (fork() == 0) {
      for (unsigned at = seed + static_cast<unsigned>(i); tally->assignments < wanted; at += static_cast<unsigned>(processes)) judge(at, *tally);
      _exit(0);
    }
  for (int status = 0, running = processes; running > 0;) {   // a line every ten seconds
    sleep(1);
    while (running > 0 && waitpid(-1, &status, WNOHANG) > 0) {
      --running;
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++tally->wrong;   // one that fell over has found something
    }
    if (const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start).count(); seconds % 10 == 9)
      std::fprintf(stderr, "%lld s: %llu assignments judged\n", static_cast<long long>(seconds), static_cast<unsigned long long>(tally->assignments));
  }
  std::printf("%llu towns, %llu assignments judged, and %llu after changes: %llu found wrong; %.1f s in %d processes\n",
              static_cast<unsigned long long>(tally->towns), static_cast<unsigned long long>(tally->assignments),
              static_cast<unsigned long long>(tally->changed), static_cast<unsigned long long>(tally->wrong),
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), processes);
  return tally->wrong != 0;
}

int why(int pairs) {
  std::mt19937 random(5);
  int tried = 0, held = 0, positive = 0;
  std::int64_t stated = 0, lost = 0;
  for (unsigned seed = 1; tried < pairs; ++seed) {
    const auto t = testing::town(seed, 200, 80, false);
    const auto plan = solve(t.volunteers, t.slots, {}, kMonday);
    for (int i = 0, of_town = 0; i < 2000 && of_town < 20 && tried < pairs; ++i) {
      const auto v = random() % t.volunteers.size(), s = random() % t.slots.size();
      const auto found = why_not(t.volunteers, t.slots, {}, kMonday, plan, v, s);
      if (!found.barriers.empty() || found.planned) continue;
      ++of_town, ++tried;
      const auto loss = plan.value - testing::forced(t, {}, v, s);
      held += loss >= found.regret - (plan.bound - plan.value);
      positive += found.loss > 0;
      stated += found.loss, lost += loss;
    }
  }
  std::printf("%d eligible pairs forced in: loss at least regret less gap in %d; a loss is stated for %d, %.0f points of the %.0f lost\n", tried, held,
              positive, static_cast<double>(stated) / tried, static_cast<double>(lost) / tried);
  return held != tried;
}

int any_prices(unsigned towns) {
  std::mt19937 random(7);
  std::uint64_t tried = 0, below = 0;
  for (unsigned seed = 1; seed <= towns; ++seed) {
    const auto t = testing::town(seed, 60, 30);
    const Weights weights;
    const auto plan = solve(t.volunteers, t.slots, weights, kMonday);
    Region region(weights, kMonday);
    region.keep_ids();
    region.add(t.volunteers);
    region.build();
    Problem problem(t.volunteers, t.slots, weights, kMonday);
    std::vector<std::uint32_t> all;
    for (std::uint32_t s = 0; s < t.slots.size(); ++s) all.push_back(s), problem.lists[s].wanted = t.volunteers.size();
    problem.fill(region, all);
    problem.build();
    problem.graph.index();
    for (int i = 0; i < 100; ++i, ++tried) {
      std::vector<std::int64_t> prices(t.slots.size());
      for (std::uint32_t s = 0; s < t.slots.size(); ++s)   // near the best prices as well as anywhere
        prices[s] = i % 2 ? static_cast<std::int64_t>(random() % 2500) : std::max<std::int64_t>(0, plan.prices[problem.place(s)] + static_cast<std::int64_t>(random() % 41) - 20);
      below += bound_of(problem.graph, prices) < plan.value;
    }
  }
  std::printf("%llu random prices: a bound below the best plan %llu times\n", static_cast<unsigned long long>(tried), static_cast<unsigned long long>(below));
  return below != 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string what = argv[1];
  const auto n = std::strtoull(argv[2], nullptr, 10);
  if (what == "rules") return rules(n, argc > 3 ? std::atoi(argv[3]) : 1, argc > 4 ? static_cast<unsigned>(std::atoi(argv[4])) : 1);
  if (what == "why") return why(static_cast<int>(n));
  if (what == "prices") return any_prices(static_cast<unsigned>(n));
  return 2;
}
