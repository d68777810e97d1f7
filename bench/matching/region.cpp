// A made-up region of any size: index, dispatch answers, the whole batch with its certificate, churn.
//   bench_region PEOPLE SLOTS             solve(), then changes; verified when VERIFY is set. AMPLE: nobody asks for a skill
//   bench_region dispatch PEOPLE [BESIDE] index and K = 64 answers; while BESIDE people x a tenth of slots are solved elsewhere
//   bench_region fairness PEOPLE SLOTS    the curve: lines, then a picture
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <thread>

#include "engines/matching/compare.h"
#include "engines/matching/region.h"
#include "engines/matching/standing.h"

namespace {

using namespace tx::matching;
using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
constexpr std::int64_t kDay = 24 * 60, kMonday = 20'000 / 7 * 7 * kDay + 4 * kDay;

// People in clusters (towns) and between them; free on evenings, weekends or some working hours.
struct Maker {
  std::mt19937_64 random{2026};
  double side;
  bool ample = std::getenv("AMPLE") != nullptr;
  std::vector<std::pair<double, double>> towns;
  explicit Maker(std::size_t people) : side(std::sqrt(static_cast<double>(people) / 280.0) * 1000) {
    for (int i = 0; i < 40; ++i) towns.emplace_back(uniform() * side, uniform() * side);
  }
  double uniform() { return static_cast<double>(random() >> 11) * 0x1p-53; }
  int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  std::pair<std::int64_t, std::int64_t> place() {
    if (below(10) < 4) return {static_cast<std::int64_t>(uniform() * side), static_cast<std::int64_t>(uniform() * side)};
    const auto& town = towns[static_cast<std::size_t>(below(40))];
    const double radius = side / 12 * std::sqrt(uniform()), angle = uniform() * 6.283185;
    const auto clamp = [&](double x) { return static_cast<std::int64_t>(std::clamp(x, 0.0, side)); };
    return {clamp(town.first + radius * std::cos(angle)), clamp(town.second + radius * std::sin(angle))};
  }
  Volunteer volunteer(std::int64_t id) {
    Volunteer v;
    v.id = id;
    std::tie(v.x_m, v.y_m) = place();
    v.radius_m = 1000 + 500 * below(9);
    for (int day = 0; day < 7; ++day) {
      const int kind = below(4);
      const int from = kind == 0 ? 0 : kind == 1 ? 18 : kind == 2 ? 8 : 13, to = kind == 0 ? 0 : kind == 1 ? 22 : kind == 2 ? 12 : 18;
      for (int hour = from; hour < to; ++hour) v.hours[static_cast<std::size_t>((day * 24 + hour) / 64)] |= std::uint64_t{1} << ((day * 24 + hour) % 64);
    }
    for (int bit = 1; bit < 24; ++bit)
      if (below(8) == 0) v.skills |= std::uint64_t{1} << bit;
    v.languages = 1 + static_cast<std::uint64_t>(below(16) == 0) * 2 + static_cast<std::uint64_t>(below(3) == 0) * 8;
    v.birth_day = kMonday / kDay - (14 + below(66)) * 365;
    v.checked_until = below(3) == 0 ? kMonday + 300 * kDay : 0;
    v.week_minutes = 120 + 60 * below(8);
    v.load_minutes = below(1500);
    v.reliability = 300 + below(701);
    v.asked_at = below(2) ? 0 : kMonday - below(40) * kDay;
    return v;
  }
  Slot slot(std::int64_t id) {
    Slot s;
    s.id = s.recipient = id;
    std::tie(s.x_m, s.y_m) = place();
    s.from = kMonday + below(7) * kDay + (8 + below(12)) * 60 + 30 * below(2);
    s.to = s.from + 60 + 30 * below(4);
    s.heads = 1 + (below(3) == 0) * (1 + below(4));
    s.urgency = below(4);
    s.small = id % 5 == 0;
    s.skills = below(2) || ample ? 0 : std::uint64_t{1} << (1 + below(23));
    s.languages = below(4) ? 0 : 8;
    s.adults_only = below(5) == 0;
    s.checked_only = below(10) == 0;
    s.pair_unless_checked = below(5) == 0;
    return s;
  }
};

double processor(clockid_t of = CLOCK_PROCESS_CPUTIME_ID) {   // seconds, of all threads unless told otherwise
  timespec t{};
  clock_gettime(of, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e6;
}

// By the clock, and in processor time of the asking thread alone: what other programs take away shows in the first only.
void dispatch(const Region& region, Maker& maker, int questions) {
  std::vector<double> wall, spent;
  std::size_t found = 0;
  for (int i = 0; i < questions; ++i) {
    const auto slot = maker.slot(i);
    const auto start = Clock::now();
    const auto before = processor(CLOCK_THREAD_CPUTIME_ID);
    found += region.top(slot, 64).size();
    spent.push_back((processor(CLOCK_THREAD_CPUTIME_ID) - before) * 1e3);
    wall.push_back(since(start) * 1e3);
  }
  std::printf("dispatch K = 64, %d questions, %.1f found each", questions, static_cast<double>(found) / questions);
  for (auto* times : {&spent, &wall}) {
    std::sort(times->begin(), times->end());
    const auto at = [&](double p) { return (*times)[static_cast<std::size_t>(p * static_cast<double>(times->size() - 1))]; };
    std::printf("; %s p50 %.3f p90 %.3f p99 %.3f p99.9 %.3f most %.3f ms", times == &spent ? "processor" : "by the clock", at(0.5), at(0.9), at(0.99), at(0.999), at(1));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const Weights weights;
  if (std::string(argv[1]) == "dispatch") {
    const auto people = static_cast<std::size_t>(std::atoll(argv[2]));
    Maker maker(people);
    Region region(weights, kMonday);
    for (std::size_t i = 0; i < people; ++i) region.add(maker.volunteer(static_cast<std::int64_t>(i)));
    const auto start = Clock::now();
    region.build();
    std::printf("%zu people: index built in %.2f s, %.1f bytes a person, whole process at most %.2f GB\n", people, since(start),
                static_cast<double>(region.bytes()) / static_cast<double>(people), gigabytes());
    dispatch(region, maker, 5000);
    if (argc < 4) return 0;
    Maker other(static_cast<std::size_t>(std::atoll(argv[3])));
    std::vector<Volunteer> beside;
    std::vector<Slot> slots;
    for (long long i = 0; i < std::atoll(argv[3]); ++i) beside.push_back(other.volunteer(i));
    for (long long i = 0; i < std::atoll(argv[3]) / 10; ++i) slots.push_back(other.slot(i));
    bool done = false;
    std::thread batch([&] {
      SolveOptions options;
      options.progress = [&](int, int) { return !done; };
      while (!done) solve(beside, slots, weights, kMonday, options);
    });
    std::printf("beside a batch: ");
    dispatch(region, maker, 20'000);
    done = true;
    batch.join();
    return 0;
  }
  const bool curve = std::string(argv[1]) == "fairness";
  if (curve && argc < 4) return 2;
  const auto people = static_cast<std::size_t>(std::atoll(argv[curve ? 2 : 1])), needs = static_cast<std::size_t>(std::atoll(argv[curve ? 3 : 2]));
  Maker maker(people);
  std::vector<Volunteer> volunteers;
  volunteers.reserve(people);
  for (std::size_t i = 0; i < people; ++i) volunteers.push_back(maker.volunteer(static_cast<std::int64_t>(i)));
  std::vector<Slot> slots;
  std::size_t seats = 0;
  for (std::size_t i = 0; i < needs; ++i) {
    slots.push_back(maker.slot(1'000'000'000 + static_cast<std::int64_t>(i)));
    seats += static_cast<std::size_t>(slots.back().heads);
  }
  if (curve) {
    const int bonuses[] = {0, 50, 100, 200, 300, 500, 800, 1200}, loads[] = {0, -150, -300, -600, -1200};
    const auto points = price_of_fairness(volunteers, slots, weights, kMonday, bonuses, loads);
    std::printf("%s%s", lines(points).c_str(), picture(points).c_str());
    return 0;
  }
  auto start = Clock::now();
  const auto before = processor();
  Standing standing(volunteers, slots, weights, kMonday);
  const auto plan = standing.plan();
  std::printf("%zu people x %zu slots (%zu seats): %.2f s end to end, %.2f s of processor; %zu pairs kept, %zu seats filled, value %ld, bound %ld, gap over all eligible pairs %.4f %%; %.2f GB\n",
              people, needs, seats, since(start), processor() - before, plan.arcs, plan.assignments.size(), static_cast<long>(plan.value), static_cast<long>(plan.bound),
              100 * plan.gap(), gigabytes());
  std::fflush(stdout);
  if (std::getenv("VERIFY")) {
    start = Clock::now();
    const auto wrong = verify(volunteers, slots, weights, kMonday, plan);
    std::printf("independent checker: %s (%.1f s)\n", wrong.empty() ? "holds" : wrong.c_str(), since(start));
  }
  // One in a thousand leaves, whether or not they hold a seat; ten times.
  std::vector<std::uint8_t> gone(people, 0);
  double wall = 0, spent = 0, most = 0;
  std::size_t moved = 0, seats_left = 0;
  for (int round = 0; round < 10; ++round) {
    Changes changes;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, people / 1000); ++i) changes.left.push_back(static_cast<std::size_t>(maker.below(static_cast<int>(people))));
    for (const auto v : changes.left) gone[v] = 1;
    for (const auto& a : standing.plan().assignments) seats_left += gone[a.volunteer];
    start = Clock::now();
    const auto from = processor();
    standing.solve(changes);
    wall += since(start) / 10;
    most = std::max(most, since(start));
    spent += (processor() - from) / 10;
    moved += standing.came().size();
  }
  for (std::size_t v = 0; v < people; ++v)
    if (gone[v]) volunteers[v].hours = {};
  const auto scratch = solve(volunteers, slots, weights, kMonday);
  std::printf("one in a thousand leaves, ten times: %.2f ms each (%.2f ms of processor, at most %.2f ms), %zu seats left and %zu people given a seat; value / from scratch %.7f; bound still above by %.4f %%\n",
              wall * 1e3, spent * 1e3, most * 1e3, seats_left, moved, static_cast<double>(standing.plan().value) / static_cast<double>(scratch.value),
              100.0 * static_cast<double>(standing.plan().bound - scratch.value) / static_cast<double>(scratch.value));
}
