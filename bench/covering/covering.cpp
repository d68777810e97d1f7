// Figures of the covering engine, each beside its target:
//   bench_covering FOLDER [WORD]     FOLDER holds mclp/, orlib/ and osm/; only cases whose name contains WORD
// Every line: value, bound, gap, classes, nodes, wall and processor time, and whether both checkers agree.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include <sys/resource.h>

#include "engines/covering/plan_file.h"
#include "instances.h"

using namespace tx::covering;

namespace {

double processor() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
double wall() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Watch {
  double start_wall = wall(), start_cpu = processor();
  double cpu() const { return processor() - start_cpu; }
  std::string text() const {
    char out[80];
    std::snprintf(out, sizeof out, "wall %8.3f s cpu %8.3f s", wall() - start_wall, cpu());
    return out;
  }
};

std::string folder, word;
bool wanted(const std::string& name) { return word.empty() || name.find(word) != std::string::npos; }

// What the program says that shares no code (src/verify); it reads both as text.
std::string independent(const Program& program, const Plan& plan) {
  std::string name = (std::filesystem::temp_directory_path() / "bench-covering-XXXXXX").string();
  const std::filesystem::path place = mkdtemp(name.data());
  {
    std::ofstream first(place / "program"), second(place / "plan");
    write_program(first, program);
    write_plan(second, plan);
  }
  const double start = wall();
  const int status = std::system((TX_VERIFY_PLAN " " + (place / "program").string() + " " + (place / "plan").string() + " >&2").c_str());
  const auto size = static_cast<double>(std::filesystem::file_size(place / "plan")) / 1e6;
  std::filesystem::remove_all(place);
  char out[80];
  std::snprintf(out, sizeof out, "%s (%.1f MB, wall %.1f s)", status == 0 ? "holds" : "DOES NOT HOLD", size, wall() - start);
  return out;
}

// Stops after so many seconds of processor time; says when the gap first fell below `mark`.
struct Limit {
  Watch watch{};
  double seconds = 60;
  double mark = 0, marked = -1;
  std::function<bool(const Progress&)> hook() {
    return [this](const Progress& p) {
      if (std::getenv("SHOW")) {
        static double last = 0;
        if (watch.cpu() - last > 1 || watch.cpu() < last)
          last = watch.cpu(), std::printf("    %7.2f s value %lld bound %lld nodes %lld\n", watch.cpu(), static_cast<long long>(p.value),
                                          static_cast<long long>(p.bound), static_cast<long long>(p.nodes)), std::fflush(stdout);
      }
      if (marked < 0 && p.feasible && static_cast<double>(p.bound - p.value) <= mark * std::abs(static_cast<double>(p.bound))) marked = watch.cpu();
      return watch.cpu() < seconds;
    };
  }
};

void run(const std::string& name, const tx::Result<Program>& program, double seconds, const char* target, double mark = 0,
         std::int64_t offset = 0, int sign = 1) {
  if (!program) std::printf("%s: no program\n", name.c_str()), std::exit(1);
  Limit limit{{}, seconds, mark};
  Options options;
  options.progress = limit.hook();
  if (const char* s = std::getenv("SEED")) options.seed = static_cast<std::uint64_t>(std::atoll(s));
  const auto plan = solve(*program, options);
  const auto used = limit.watch.text();
  if (!plan) std::printf("%s: refused\n", name.c_str()), std::exit(1);
  const Watch checking;
  const auto verdict = verify(*program, *plan);
  std::printf("%-28s value %lld bound %lld gap %.4f %% %s classes %d nodes %lld rounds %lld %s", name.c_str(),
              static_cast<long long>(offset + sign * plan->value), static_cast<long long>(offset + sign * plan->bound),
              plan->gap() * 100, plan->proven() ? "PROVEN" : plan->feasible ? "open" : "no plan", plan->classes,
              static_cast<long long>(plan->nodes), static_cast<long long>(plan->rounds), used.c_str());
  if (mark > 0 && limit.marked >= 0) std::printf(" (%.2f %% after %.2f s)", mark * 100, limit.marked);
  std::printf(" check %s %.2f s, independent %s target %s\n", verdict.good ? "holds" : verdict.why.c_str(), checking.cpu(),
              independent(*program, *plan).c_str(), target);
  std::fflush(stdout);
}

// Millions of demands: merged straight from the matrix, and that is part of the time. The plan is counted again over every demand.
void run_large(const std::string& name, Question q, double seconds, const char* target, double mark = 0) {
  const Watch watch;
  const auto classes = maximal_classes(q);
  if (!classes) std::printf("%s: refused\n", name.c_str()), std::exit(1);
  const auto merging = watch.text();
  std::printf("%-28s %d demands in %d classes, merging %s\n", name.c_str(), q.matrix.demands, classes->program.demands(), merging.c_str());
  Limit limit{watch, seconds, mark};
  Options options;
  options.progress = limit.hook();
  if (const char* k = std::getenv("GROUPS")) options.groups = std::atoi(k);
  const auto plan = solve(classes->program, options);
  const auto used = limit.watch.text();
  if (!plan) std::exit(1);
  std::vector<std::int8_t> reached(q.people.size(), 0);
  std::int64_t people = 0;
  for (std::int32_t i = 0; i < q.matrix.sites(); ++i)
    for (auto e = q.matrix.start[i]; plan->open[i] && e < q.matrix.start[i + 1]; ++e)
      if (!std::exchange(reached[q.matrix.demand[e]], 1)) people += q.people[q.matrix.demand[e]];
  const Watch checking;
  const auto verdict = verify(classes->program, *plan);
  std::printf("%-28s value %lld bound %lld gap %.4f %% %s nodes %lld %s", name.c_str(), static_cast<long long>(plan->value),
              static_cast<long long>(plan->bound), plan->gap() * 100, plan->proven() ? "PROVEN" : "open",
              static_cast<long long>(plan->nodes), used.c_str());
  if (mark > 0 && limit.marked >= 0) std::printf(" (%.2f %% after %.2f s)", mark * 100, limit.marked);
  std::printf(" recount %s check %s %.2f s, independent %s target %s\n", people == plan->value ? "equal" : "DIFFERENT",
              verdict.good ? "holds" : verdict.why.c_str(), checking.cpu(), independent(classes->program, *plan).c_str(), target);
  std::fflush(stdout);
}

// Cordeau's generator: the points pass by once and are merged as they come; a second pass counts the plan again.
void run_stream(const std::string& name, std::int32_t points) {
  const Watch watch;
  Merger merger;
  bench::cordeau(100, points, 6, 1, [&](std::span<const std::int32_t> sites, std::int64_t people) { merger.add(sites, {}, people); });
  Question q;
  q.matrix.start.assign(101, 0);
  q.count = 10;
  const auto program = maximal_of(q, std::move(merger));
  if (!program) std::printf("%s: refused\n", name.c_str()), std::exit(1);
  const auto merging = watch.text();
  Limit limit{watch, 120};
  Options options;
  options.progress = limit.hook();
  const auto plan = solve(*program, options);
  const auto used = watch.text();
  if (!plan) std::exit(1);
  std::int64_t people = 0;
  bench::cordeau(100, points, 6, 1, [&](std::span<const std::int32_t> sites, std::int64_t weight) {
    if (std::any_of(sites.begin(), sites.end(), [&](auto i) { return plan->open[i] != 0; })) people += weight;
  });
  const auto verdict = verify(*program, *plan);
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  std::printf("%-28s %d points in %d classes: %s; value %lld bound %lld %s nodes %lld, all %s; recount %s, check %s, independent %s, %ld MB, target 1e6: 5 s; 2 s. 2e7: 60 s; 30 s\n",
              name.c_str(), points, program->demands(), merging.c_str(), static_cast<long long>(plan->value), static_cast<long long>(plan->bound),
              plan->proven() ? "PROVEN" : "open", static_cast<long long>(plan->nodes), used.c_str(), people == plan->value ? "equal" : "DIFFERENT",
              verdict.good ? "holds" : verdict.why.c_str(), independent(*program, *plan).c_str(), use.ru_maxrss / 1024);
  std::fflush(stdout);
}

void maximal_cases() {
  for (const int p : {50, 100, 200})
    if (const auto name = "porto1k p=" + std::to_string(p); wanted(name)) {
      auto q = bench::read_coverage(folder + "/mclp/porto1k.cov.gz").question;
      q.count = p;
      run(name, maximal(q), 120, "p=100: 5 s; 2 s");
    }
  for (const int p : {10, 20, 40})
    if (const auto name = "poa p=" + std::to_string(p); wanted(name)) {
      auto q = bench::read_coverage(folder + "/mclp/poa.cov.gz").question;
      q.count = p;
      run(name, maximal(q), p == 40 ? 60 : 120, p == 40 ? "0.5 % in 60 s; proven" : "p=20: 10 s; 3 s", 0.005);
    }
  if (wanted("porto3k p=100")) {
    auto q = bench::junctions(folder + "/osm/porto_portugal.osm.pbf", 3000, 5);
    q.count = 100;
    run("porto3k p=100", maximal(q), 100, "0.1 % in 15 s; 5 s", 0.001);
  }
  for (const int p : {20, 50})
    if (const auto name = "clustered p=" + std::to_string(p); wanted(name)) {
      auto q = bench::clustered(1000, 1'000'000, 1.25, 1);
      q.count = p;
      run_large(name, std::move(q), 60, p == 20 ? "0.1 % in 10 s; 5 s" : "0.5 % in 60 s; 0.1 %", p == 20 ? 0.001 : 0.005);
    }
  for (const int points : {100'000, 1'000'000, 20'000'000})
    if (const auto name = "cordeau " + std::to_string(points); wanted(name)) run_stream(name, points);
}

void cover_cases() {
  if (wanted("cover poa")) run("cover poa", set_cover(bench::read_coverage(folder + "/mclp/poa.cov.gz").question), 60, "64 in 20 s; 5 s", 0, 0, -1);
  if (wanted("cover porto1k")) run("cover porto1k", set_cover(bench::read_coverage(folder + "/mclp/porto1k.cov.gz").question), 60, "636", 0, 0, -1);
  if (wanted("cover porto3k"))
    run("cover porto3k", set_cover(bench::junctions(folder + "/osm/porto_portugal.osm.pbf", 3000, 5)), 60, "0.5 s; 0.1 s", 0, 0, -1);
  std::ifstream list(folder + "/orlib/scp/OPTIMA.csv");
  std::string line;
  std::getline(list, line);
  while (std::getline(list, line)) {
    std::stringstream fields(line);
    std::string name, best;
    std::getline(fields, name, ',');
    for (int k = 0; k < 3; ++k) std::getline(fields, best, ',');
    if (wanted(name)) run(name, set_cover(bench::read_scp(folder + "/orlib/scp/" + name + ".txt.gz", name.starts_with("rail"))), 60, best.c_str(), 0, 0, -1);
  }
}

void median_cases() {
  std::ifstream list(folder + "/orlib/pmed/OPTIMA.csv");
  std::string line;
  std::getline(list, line);
  while (std::getline(list, line)) {
    std::stringstream fields(line);
    std::string name, best;
    std::getline(fields, name, ',');
    for (int k = 0; k < 4; ++k) std::getline(fields, best, ',');
    if (!wanted(name)) continue;
    const auto q = bench::read_pmed(folder + "/orlib/pmed/" + name + ".txt.gz");
    std::int64_t most = 0;
    for (const auto s : q.matrix.seconds) most = std::max<std::int64_t>(most, s);
    const auto beyond = static_cast<std::int32_t>(most + 1);
    run(name, median(q, beyond), 60, best.c_str(), 0, beyond * static_cast<std::int64_t>(q.people.size()), -1);
  }
}

// Open and close stations one after another on about 1e5 classes.
void what_if_case() {
  if (!wanted("what-if")) return;
  auto q = bench::clustered(2000, 1'000'000, 1.25, 3);
  const auto classes = maximal_classes(q);
  std::vector<std::int8_t> open(2000, 0);
  for (int i = 0; i < 2000; i += 20) open[i] = 1;
  const Watch building;
  WhatIf live(classes->program, open);
  std::printf("what-if: %d classes, built in %s\n", live.classes(), building.text().c_str());
  double worst = 0;
  std::int64_t sum = 0;
  const Watch watch;
  for (int i = 0; i < 2000; ++i) {
    const double start = processor();
    sum += live.if_opened(i) + live.if_closed(i);
    if (live.is_open(i)) live.close(i), live.open(i);
    else live.open(i), live.close(i);
    worst = std::max(worst, processor() - start);
  }
  std::printf("what-if: a look, a change and the change back, %.4f ms on average, %.4f ms at worst (sum %lld), target 1 ms; 0.1 ms\n",
              watch.cpu() / 2000 * 1000, worst * 1000, static_cast<long long>(sum));
}

// The figure for people: greedy against the best, on Porto Alegre.
void greedy_case() {
  if (!wanted("greedy")) return;
  for (const int p : {10, 20, 40}) {
    auto q = bench::read_coverage(folder + "/mclp/poa.cov.gz").question;
    q.count = p;
    const auto program = *maximal(q);
    Options options;
    Limit limit{{}, 20};
    options.progress = limit.hook();
    const auto best = *solve(program, options);
    const auto quick = greedy(program);
    std::printf("greedy, poa p=%d: %lld people, best %lld, bound %lld (+%.2f %%)\n", p, static_cast<long long>(quick.value),
                static_cast<long long>(best.value), static_cast<long long>(best.bound),
                100.0 * static_cast<double>(best.value - quick.value) / static_cast<double>(quick.value));
  }
}

void centre_case() {
  if (!wanted("centre")) return;
  for (const int number : {1, 6, 11}) {
    auto q = bench::read_pmed(folder + "/orlib/pmed/pmed" + std::to_string(number) + ".txt.gz");
    const Watch watch;
    const auto found = *centre(q);
    std::printf("centre of pmed%d: radius %d %s, plan %s, below %s, %s\n", number, found.seconds, found.proven ? "PROVEN" : "open",
                verify(found.cover, found.plan).good ? "holds" : "does not hold",
                found.cover_below.columns == 0 || verify(found.cover_below, found.below).good ? "holds" : "does not hold", watch.text().c_str());
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fputs("bench_covering FOLDER [WORD]\n", stderr), 2;
  folder = words[1];
  if (count > 2) word = words[2];
  maximal_cases();
  cover_cases();
  median_cases();
  centre_case();
  greedy_case();
  what_if_case();
}
