// Figures of the streets engine, each beside its target. The extracts are given on the command line:
//   bench_streets PORTO.osm.pbf PORTO_ALEGRE.osm.pbf PORTO_ALEGRE_HEXGRID.csv
//   bench_streets compare PORTO.osm.pbf FOLDER     (called by against_pgrouting.sh)
// Every figure prints wall and processor time, because a busy machine makes the two differ; each is the best of the
// runs. Rates per second and core are of processor time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <numeric>
#include <queue>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "engines/streets/search.h"
#include "engines/streets/streets.h"

using namespace tx::streets;

namespace {

struct Spent { double wall = 0, cpu = 0; };

double processor() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Work>
Spent best_of(int runs, const Work& work) {
  Spent best{1e9, 1e9};
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = processor();
    work();
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double used = processor() - cpu;
    best = {std::min(best.wall, wall), std::min(best.cpu, used)};
  }
  return best;
}

void line(const std::string& what, const std::string& result, const Spent& spent, const char* target) {
  std::printf("%-62s %-30s wall %8.4f s  cpu %8.4f s  target %s\n", what.c_str(), result.c_str(), spent.wall, spent.cpu,
              target);
  std::fflush(stdout);
}

template <class T>
T must(tx::Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s", result.error().rule.c_str());
  for (const auto& [name, value] : result.error().args) std::fprintf(stderr, " %s=%s", name.c_str(), value.c_str());
  std::fprintf(stderr, "\n");
  std::exit(1);
}

// The oracle: Dijkstra with a binary heap on the same integers.
std::vector<Units> dijkstra(const Graph& graph, std::uint32_t from, Units bound, std::vector<Units>& label) {
  std::vector<Units> touched;
  std::priority_queue<std::pair<Units, std::uint32_t>, std::vector<std::pair<Units, std::uint32_t>>, std::greater<>> queue;
  label[from] = 0;
  queue.emplace(0, from);
  touched.push_back(from);
  while (!queue.empty()) {
    const auto [time, u] = queue.top();
    queue.pop();
    if (time != label[u]) continue;
    for (std::uint32_t i = graph.out.start[u]; i < graph.out.start[u + 1]; ++i) {
      const std::uint32_t v = graph.out.arc[i].to & ~dead_end;
      const std::uint64_t next = std::uint64_t{time} + graph.out.arc[i].time;
      if (next > bound || next >= label[v]) continue;
      if (label[v] == never) touched.push_back(v);
      label[v] = static_cast<Units>(next);
      queue.emplace(label[v], v);
    }
  }
  return touched;
}

std::string rate(double count, const Spent& spent) {
  char out[80];
  std::snprintf(out, sizeof out, "%.0f /s", count / spent.cpu);
  return out;
}

void circles(const Graph& graph, Units bound, const char* name, const char* cells_target, const char* scalar_target) {
  const auto count = static_cast<double>(graph.junctions());
  const std::string all = std::string(name) + " circles, one core, ";
  std::uint64_t labels = 0;
  const auto every = [&](auto&& search) {     // every junction, in its order on the curve
    return best_of(5, [&] {
      labels = 0;
      for (std::uint32_t source = 0; source < graph.junctions(); ++source) search.run_from_junction(source, bound), labels += search.touched().size();
    });
  };
  Spent spent = every(Searcher(graph, false));
  line(all + "scalar", rate(count, spent), spent, scalar_target);
  std::printf("  junctions in a circle: %.1f\n", static_cast<double>(labels) / count);
  if (cells_work()) {
    std::shared_ptr<const tx::streets::Cells> cells;
    spent = best_of(3, [&] { cells = std::make_shared<const tx::streets::Cells>(graph, false); });
    line(std::string(name) + ": cells made", std::to_string(cells->count()) + " cells, " + std::to_string(cells->bytes() / 1000) + " kB", spent, "-");
    spent = every(CellSearcher(graph, cells, false));
    line(all + "by cells", rate(count, spent), spent, cells_target);
  }
  std::vector<Units> label(graph.junctions(), never);
  spent = best_of(1, [&] {
    for (std::uint32_t source = 0; source < graph.junctions(); ++source)
      for (const auto junction : dijkstra(graph, source, bound, label)) label[junction] = never;
  });
  line(all + "binary heap, the oracle", rate(count, spent), spent, "-");
}

void labels_equal(const Graph& graph, Units bound, const char* name) {
  std::vector<Units> label(graph.junctions(), never);
  Searcher search(graph, false);
  CellSearcher by_cells(graph, graph.shelf->make(graph, false), false);
  std::uint64_t checked = 0, wrong = 0;
  const Spent spent = best_of(1, [&] {
    for (std::uint32_t source = 0; source < graph.junctions(); source += 5) {
      const auto touched = dijkstra(graph, source, bound, label);
      search.run_from_junction(source, bound);
      by_cells.run_from_junction(source, bound);
      wrong += touched.size() != search.touched().size();
      wrong += touched.size() != by_cells.touched().size();
      for (const auto junction : touched) {
        ++checked;
        wrong += search.label(junction) != label[junction];
        wrong += by_cells.label(junction) != label[junction];
        label[junction] = never;
      }
    }
  });
  line(std::string("labels equal to plain Dijkstra (scalar and cells), ") + name, std::to_string(checked) + " checked, " +
       std::to_string(wrong) + " wrong", spent, "all");
}

struct Hexagons { std::vector<Position> at; std::vector<std::int64_t> people; };

Hexagons read_cells(const std::string& path) {
  std::ifstream file(path);
  std::string row;
  std::getline(file, row);
  Hexagons cells;
  while (std::getline(file, row)) {
    std::stringstream fields(row);
    std::string id, lon, lat, people;
    std::getline(fields, id, ','), std::getline(fields, lon, ','), std::getline(fields, lat, ','), std::getline(fields, people, ',');
    cells.at.push_back(*position(std::stod(lat), std::stod(lon)));
    cells.people.push_back(static_cast<std::int64_t>(std::llround(std::stod(people))));
  }
  return cells;
}

struct Report { Coverage coverage; std::int64_t pairs = 0; std::size_t sites = 0, unplaced_cells = 0; std::int64_t unplaced = 0; };

Report report(const Graph& graph, const Hexagons& cells, ReachOptions::Cells by) {
  const auto places = snap(graph, cells.at);
  std::vector<Place> sites;
  Report out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].placed()) sites.push_back(places[i]);
    if (places[i].placed() || cells.people[i] == 0) continue;
    ++out.unplaced_cells;
    out.unplaced += cells.people[i];
  }
  const Reach found = reach(graph, sites, places, {.cells = by});
  out.coverage = coverage(found, places, cells.people);
  out.pairs = found.start.back();
  out.sites = sites.size();
  return out;
}

void porto_alegre(const std::string& extract, const std::string& grid) {
  Report got;
  for (const auto by : {ReachOptions::Cells::pay, ReachOptions::Cells::yes}) {
    const Spent spent = best_of(5, [&] {
      const Hexagons cells = read_cells(grid);
      got = report(must(build(must(load_extract(extract)), walking())), cells, by);
    });
    line(std::string("poa: extract + cells + candidates -> report, cold, ") + (by == ReachOptions::Cells::pay ? "as they pay" : "by cells"),
         std::to_string(got.sites) + " sites, " + std::to_string(got.pairs) + " pairs", spent, "1 s; 0.5 s");
  }
  std::printf("  people %ld reached %ld missed %ld island %ld too far %ld outside %ld; unplaced cells %zu\n",
              static_cast<long>(got.coverage.people), static_cast<long>(got.coverage.reached),
              static_cast<long>(got.coverage.missed), static_cast<long>(got.coverage.on_islands),
              static_cast<long>(got.coverage.too_far), static_cast<long>(got.coverage.outside), got.unplaced_cells);
  double sum = 0;
  for (const auto people : got.coverage.by_site) sum += static_cast<double>(people);
  std::printf("  people in an average circle: %.0f\n", sum / static_cast<double>(got.sites));
}

void porto(const std::string& path) {
  Extract extract;
  Graph graph;
  Spent spent = best_of(3, [&] { extract = must(load_extract(path)); });
  line("porto: read extract", std::to_string(extract.way.size()) + " streets", spent, "-");
  spent = best_of(3, [&] { graph = must(build(extract, walking())); });
  line("porto: build walking graph", std::to_string(graph.junctions()) + " junctions", spent, "-");
  std::printf("%s", text(describe(graph)).c_str());
  std::printf("main network: %u junctions %u edges\n", graph.component[0].junctions, graph.component[0].edges);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("largest resident size so far: %.1f MiB; extract and graph together\n", static_cast<double>(usage.ru_maxrss) / 1024);

  circles(graph, 9000, "15-min walking", "250k; 400k /s", "80k; 120k /s");
  labels_equal(graph, 9000, "walking");
  {
    const Graph cycle = must(build(extract, cycling()));
    circles(cycle, 9000, "15-min cycling", "-", "-");
  }
  {
    const Graph drive = must(build(extract, driving()));
    circles(drive, 6000, "10-min driving", "-", "-");
    labels_equal(drive, 6000, "driving");
  }

  // Everybody: one demand on every bend of every street, weights 1..100 (synthetic: Porto has no population here).
  std::vector<Place> demands;
  std::vector<std::int64_t> people;
  std::mt19937 random(5);
  for (std::uint32_t e = 0; e < graph.edges(); ++e)
    for (std::uint32_t i = graph.shape_start[e]; i + 1 < graph.shape_start[e + 1]; ++i) {
      Place place{e, std::min<Units>(graph.edge[e].time, graph.shape_ms[i] / 100)};
      place.standing = Standing::street;
      demands.push_back(place);
      people.push_back(1 + random() % 100);
    }
  for (const int threads : {0, 1}) {
    std::int64_t most = 0;
    spent = best_of(5, [&] {
      const auto map = heat(graph, demands, people, {.threads = threads});
      most = *std::max_element(map.begin(), map.end());
    });
    line(std::string("heat map of every junction, ") + (threads == 0 ? "every core" : "one core"),
         std::to_string(demands.size()) + " demands, most " + std::to_string(most), spent, "1 s; 0.3 s");
  }
  spent = best_of(1, [&] { heat(graph, demands, people, {.cells = ReachOptions::Cells::no}); });
  line("heat map of every junction, scalar", "", spent, "-");

  std::vector<Place> sites;
  for (int i = 0; i < 3000; ++i) sites.push_back(at_junction(graph, static_cast<std::uint32_t>(random() % graph.junctions())));
  Reach before, after;
  spent = best_of(5, [&] { before = reach(graph, sites, demands); });
  line("3,000 sites x every bend: reach", std::to_string(before.start.back()) + " pairs", spent, "-");
  const std::uint32_t closed = sites[0].edge;
  spent = best_of(5, [&] {
    open_road(graph, closed);
    close_road(graph, closed);
    after = reach(graph, sites, demands);
  });
  line("road closed (and one opened), full re-coverage", std::to_string(before.start.back() - after.start.back()) + " pairs lost",
       spent, "1 s; 0.3 s");
}

// The same graph for pgRouting (against_pgrouting.sh): one row an edge; 1,000 junctions all over the map, and 1,000
// neighbours; our rows and sums of labels for each.
int compare(const std::string& extract, const std::string& folder) {
  const Graph graph = must(build(must(load_extract(extract)), walking()));
  std::ofstream edges(folder + "/edges.csv");
  for (std::uint32_t e = 0; e < graph.edges(); ++e)
    edges << e << ',' << graph.edge[e].a << ',' << graph.edge[e].b << ',' << graph.edge[e].time << '\n';
  std::shared_ptr<const tx::streets::Cells> cells;
  const Spent made = best_of(3, [&] { cells = std::make_shared<const tx::streets::Cells>(graph, false); });
  std::printf("cells made once: wall %.6f s, processor %.6f s\n", made.wall, made.cpu);
  std::vector<std::uint32_t> all(graph.junctions());
  std::iota(all.begin(), all.end(), 0u);
  for (const bool neighbours : {false, true}) {
    if (!neighbours) std::shuffle(all.begin(), all.end(), std::mt19937(3));
    std::vector<std::uint32_t> chosen(all.begin(), all.begin() + 1000);
    std::sort(chosen.begin(), chosen.end());
    if (neighbours) std::iota(chosen.begin(), chosen.end(), graph.junctions() / 2);
    std::ofstream sources(folder + (neighbours ? "/neighbours.csv" : "/spread.csv"));
    for (const auto source : chosen) sources << source << '\n';
    const auto walk = [&](auto&& search, const char* how, const auto& read) {
      std::uint64_t rows = 0, sum = 0;
      const Spent spent = best_of(50, [&] {
        rows = sum = 0;
        for (const auto source : chosen) {
          search.run_from_junction(source, 9000);
          rows += search.touched().size();
          sum += read(search);
        }
      });
      std::printf("streets, %s, %s: rows %llu sum %llu, wall %.6f s, processor %.6f s (rows read and summed)\n",
                  neighbours ? "1,000 neighbours" : "1,000 all over the map", how, static_cast<unsigned long long>(rows),
                  static_cast<unsigned long long>(sum), spent.wall, spent.cpu);
    };
    walk(Searcher(graph, false), "scalar", [](const Searcher& search) {
      std::uint64_t sum = 0;
      for (const auto junction : search.touched()) sum += search.label(junction);
      return sum;
    });
    walk(CellSearcher(graph, cells, false), "by cells",
         [](const CellSearcher& search) { return std::accumulate(search.times().begin(), search.times().end(), std::uint64_t{0}); });
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 4 && std::string(words[1]) == "compare") return compare(words[2], words[3]);
  if (count < 4) return std::fputs("bench_streets PORTO.pbf PORTO_ALEGRE.pbf HEXGRID.csv\n", stderr), 2;
  porto(words[1]);
  porto_alegre(words[2], words[3]);
}
