// What the planning charts show, computed on a real street extract with real people:
//   bench_plans EXTRACT HEXGRID [SECONDS-A-PLAN] > data/covering/porto_alegre_plans.csv
// For each number of stations p: whom greedy reaches, whom the best known plan reaches and the most that any plan can;
// what straight-line circles promise for their own best plan, and whom that plan really reaches on the streets.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "engines/covering/covering.h"
#include "engines/streets/streets.h"

using namespace tx::covering;

namespace {

constexpr std::int32_t kSeconds = 900, kMetresAnHour = 5000;   // a quarter of an hour at walking pace

struct Cell { double lat = 0, lon = 0; std::int64_t people = 0; };

std::vector<Cell> read_cells(const std::string& path) {
  std::ifstream file(path);
  std::string row;
  std::getline(file, row);
  std::vector<Cell> out;
  while (std::getline(file, row)) {
    std::stringstream fields(row);
    std::string id, lon, lat, people;
    std::getline(fields, id, ','), std::getline(fields, lon, ','), std::getline(fields, lat, ','), std::getline(fields, people, ',');
    out.push_back({std::stod(lat), std::stod(lon), std::llround(std::stod(people))});
  }
  return out;
}

double metres(const Cell& a, const Cell& b) {     // great circle
  const double rad = std::acos(-1.0) / 180;
  const double u = std::sin((b.lat - a.lat) * rad / 2), v = std::sin((b.lon - a.lon) * rad / 2);
  return 2 * 6'371'008.8 * std::asin(std::sqrt(u * u + std::cos(a.lat * rad) * std::cos(b.lat * rad) * v * v));
}

double processor() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::int64_t reached(const Question& q, const std::vector<std::int8_t>& open) {
  std::vector<bool> seen(q.people.size(), false);
  std::int64_t sum = 0;
  for (std::int32_t i = 0; i < q.matrix.sites(); ++i)
    for (auto e = q.matrix.start[i]; open[i] && e < q.matrix.start[i + 1]; ++e)
      if (const auto j = q.matrix.demand[e]; !seen[j]) seen[j] = true, sum += q.people[j];
  return sum;
}

double average_circle(const Question& q) {
  double sum = 0;
  for (const auto j : q.matrix.demand) sum += static_cast<double>(q.people[j]);
  return sum / q.matrix.sites();
}

Plan best(const Program& program, double seconds) {
  Options options;
  const double start = processor();
  options.progress = [&](const Progress&) { return processor() - start < seconds; };
  auto plan = *solve(program, options);
  if (!verify(program, plan).good) std::fprintf(stderr, "a plan does not hold\n"), std::exit(1);
  return plan;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return std::fputs("bench_plans EXTRACT HEXGRID [SECONDS-A-PLAN]\n", stderr), 2;
  const double seconds = count > 3 ? std::atof(words[3]) : 8;
  const auto cells = read_cells(words[2]);
  const auto extract = tx::streets::load_extract(words[1]);
  if (!extract) return std::fputs("cannot read the extract\n", stderr), 1;
  const auto graph = tx::streets::build(*extract, tx::streets::walking());
  if (!graph) return 1;
  std::vector<tx::streets::Position> at;
  for (const auto& c : cells) at.push_back(*tx::streets::position(c.lat, c.lon));
  const auto places = tx::streets::snap(*graph, at);
  std::vector<tx::streets::Place> sites;
  std::vector<Cell> site_cells;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i].placed()) sites.push_back(places[i]), site_cells.push_back(cells[i]);

  Question street, line;                          // the same sites and the same people
  std::int64_t everybody = 0;
  for (const auto& c : cells) street.people.push_back(c.people), everybody += c.people;
  line.people = street.people;
  auto found = tx::streets::reach(*graph, sites, places, {.seconds = kSeconds});
  street.matrix.demands = line.matrix.demands = static_cast<std::int32_t>(cells.size());
  street.matrix.start = std::move(found.start);
  street.matrix.demand = std::move(found.demand);
  const double radius = static_cast<double>(kMetresAnHour) * kSeconds / 3600;
  for (const auto& s : site_cells) {
    for (std::size_t j = 0; j < cells.size(); ++j)
      if (metres(s, cells[j]) <= radius) line.matrix.demand.push_back(static_cast<std::int32_t>(j));
    line.matrix.start.push_back(static_cast<std::int64_t>(line.matrix.demand.size()));
  }
  std::printf("# %zu candidate sites, %lld people; an average circle holds %.0f people on streets, %.0f in a straight line\n",
              sites.size(), static_cast<long long>(everybody), average_circle(street), average_circle(line));
  std::printf("stations,people,greedy,best,bound,circles_promise,circles_plan_on_streets,best_in_circles\n");
  for (const int p : {5, 10, 15, 20, 25, 30, 40, 50, 60}) {
    street.count = line.count = p;
    const auto program = *maximal(street);
    const auto quick = greedy(program);
    const auto plan = best(program, seconds);
    const auto promise = best(*maximal(line), seconds / 2);
    std::printf("%d,%lld,%lld,%lld,%lld,%lld,%lld,%lld\n", p, static_cast<long long>(everybody), static_cast<long long>(quick.value),
                static_cast<long long>(plan.value), static_cast<long long>(plan.bound), static_cast<long long>(promise.value),
                static_cast<long long>(reached(street, promise.open)), static_cast<long long>(reached(line, plan.open)));
    std::fflush(stdout);
  }
}
