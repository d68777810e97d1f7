// The combinatorial core on instances with known optima (format: S V M; S x heads from to; V x most; M x slot person weight).
//   bench_instances FOLDER...   reads own/*.txt.gz and assign/*.txt.gz, beside LEMON's NetworkSimplex on the same graph
//   bench_instances --only ours|lemon FILE   one solver, for callgrind
//   bench_instances --scarce PEOPLE SLOTS SEED FILE.lp [OPTIMUM]   half a person a seat; the integer program for cbc or HiGHS
//   bench_instances --large PEOPLE SLOTS K   a made-up graph, K arcs a slot, both solvers once (LEMON takes minutes)
#include <lemon/list_graph.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>

#include "engines/matching/market.h"
#include "engines/matching/prices.h"
#include "engines/matching/shake.h"

namespace {

using namespace tx::matching;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double processor() {   // seconds; one thread works here
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::string unpacked(const std::string& file) {
  FILE* pipe = popen(("zcat '" + file + "'").c_str(), "r");
  std::string text;
  char buffer[65536];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  pclose(pipe);
  return text;
}

Graph read_own(const std::string& text) {
  Graph graph;
  std::istringstream in(text);
  std::size_t slots = 0, people = 0, arcs = 0;
  in >> slots >> people >> arcs;
  graph.slots.resize(slots);
  for (auto& slot : graph.slots) {
    in >> slot.heads >> slot.from >> slot.to;
    slot.from *= 60, slot.to *= 60;
  }
  graph.people = static_cast<std::uint32_t>(people);
  graph.most.resize(people);
  for (auto& most : graph.most) in >> most;
  std::vector<std::vector<std::pair<std::int32_t, std::uint32_t>>> lists(slots);
  for (std::size_t i = 0; i < arcs; ++i) {
    std::size_t slot = 0;
    std::uint32_t person = 0;
    std::int32_t weight = 0;
    in >> slot >> person >> weight;
    lists[slot].emplace_back(weight, person);
  }
  for (auto& list : lists) graph.add_list(std::move(list));
  graph.index();
  return graph;
}

Graph read_assign(const std::string& text, std::int64_t& offset) {
  std::istringstream in(text);
  std::size_t n = 0;
  in >> n;
  std::vector<std::int32_t> cost(n * n);
  std::int32_t largest = 0;
  for (auto& c : cost) {
    in >> c;
    largest = std::max(largest, c);
  }
  const std::int32_t base = largest * static_cast<std::int32_t>(n) + 1;   // so large that nobody stays free
  offset = static_cast<std::int64_t>(base) * static_cast<std::int64_t>(n);
  Graph graph;
  graph.slots.resize(n);
  graph.people = static_cast<std::uint32_t>(n);
  for (std::size_t s = 0; s < n; ++s) {
    std::vector<std::pair<std::int32_t, std::uint32_t>> list;
    for (std::size_t v = 0; v < n; ++v) list.emplace_back(base - cost[s * n + v], v);
    graph.add_list(std::move(list));
  }
  graph.index();
  return graph;
}

std::int64_t lemon_value(const Graph& graph) {
  using namespace lemon;
  SmartDigraph g;
  g.reserveNode(static_cast<int>(graph.slots.size() + graph.people + 2));
  g.reserveArc(static_cast<int>(graph.arcs() + graph.slots.size() * 2 + graph.people));
  const auto sink = g.addNode();   // seats are supplies at the slots: the form in which the simplex is quickest
  SmartDigraph::NodeMap<std::int64_t> supply(g, 0);
  SmartDigraph::ArcMap<std::int64_t> capacity(g), cost(g);
  std::vector<SmartDigraph::Node> people, slots;
  std::int64_t seats = 0;
  for (const auto& row : graph.slots) {
    slots.push_back(g.addNode());
    supply[slots.back()] = row.heads;
    const auto empty = g.addArc(slots.back(), sink);
    capacity[empty] = row.heads, cost[empty] = 0;
    seats += row.heads;
  }
  for (std::uint32_t v = 0; v < graph.people; ++v) {
    people.push_back(g.addNode());
    const auto arc = g.addArc(people.back(), sink);
    capacity[arc] = graph.most.empty() ? 1 : graph.most[v], cost[arc] = 0;
  }
  for (std::uint32_t a = 0; a < graph.arcs(); ++a) {
    const auto arc = g.addArc(slots[graph.slot_of[a]], people[graph.who[a]]);
    capacity[arc] = 1, cost[arc] = -graph.weight[a];
  }
  supply[sink] = -seats;
  NetworkSimplex<SmartDigraph, std::int64_t, std::int64_t> simplex(g);
  simplex.upperMap(capacity).costMap(cost).supplyMap(supply);
  simplex.run();
  return -simplex.totalCost();
}

// Auction, prices, subgradient: value and bound of the problem with time conflicts and caps.
void real_problem(const Graph& graph, const std::string& name, double optimum) {
  const auto start = Clock::now();
  Market market(graph);
  market.run(1);
  const auto first = market.prices();
  market.improve();
  Prices prices(graph, first);
  const auto first_bound = prices.bound();
  prices.lower(market.value(), 60, [](int) { return true; });
  Shake shake(graph, market, prices, [](std::uint32_t) { return false; });
  for (int round = 0; round < 100 && market.value() < prices.bound(); ++round) shake.round(2);
  const auto value = market.value(), least = prices.bound();
  std::printf("%-28s C %10ld value/optimum %.6f  bound %ld (first %ld)  gap %.4f %%  %.3f s\n", name.c_str(), static_cast<long>(value),
              optimum > 0 ? static_cast<double>(value) / optimum : 0.0, static_cast<long>(least), static_cast<long>(first_bound),
              100.0 * static_cast<double>(least - value) / static_cast<double>(least), since(start));
}

// One in a thousand leaves after the plan stands; the seats they held bid again from the prices that stand.
void churn(const Graph& graph, const std::string& name) {
  Market market(graph);
  market.run(1);
  market.improve();
  std::mt19937 random(7);
  std::vector<std::uint32_t> leavers;
  for (std::uint32_t i = 0; i < std::max(1u, graph.people / 1000); ++i) leavers.push_back(static_cast<std::uint32_t>(random() % graph.people));
  const auto start = Clock::now();
  for (const auto person : leavers) market.withdraw(person);
  market.run(1);
  const auto seconds = since(start);
  market.improve();
  // From scratch, without those who left.
  Market again(graph);
  for (const auto person : leavers) again.withdraw(person);
  again.run(1);
  again.improve();
  std::printf("%-28s churn: %zu leave, %.3f ms; value after / from scratch %.6f\n", name.c_str(), leavers.size(), seconds * 1e3,
              static_cast<double>(market.value()) / static_cast<double>(again.value()));
}

void compare(Graph& graph, const std::string& name, std::int64_t offset, bool quiet = false) {
  graph.overlaps_allowed = true;
  double ours = 1e9, theirs = 1e9;
  std::int64_t value = 0, oracle = 0;
  bool proven = false;
  for (int round = 0; round < (quiet ? 1 : 5); ++round) {
    auto start = Clock::now();
    const auto flow = flow_core(graph);
    ours = std::min(ours, since(start));
    value = flow.value;
    proven = proves(graph, flow);
    start = Clock::now();
    oracle = lemon_value(graph);
    theirs = std::min(theirs, since(start));
  }
  if (quiet) {
    if (graph.most.empty()) {   // the auctions too, which paths with patience would not leave anything to
      const auto flow = flow_core(graph, 0);
      proven = proven && flow.value == value && proves(graph, flow);
    }
    if (value != oracle || !proven) std::printf("DIFFERS %ld %ld proven %d\n", static_cast<long>(value), static_cast<long>(oracle), proven);
    return;
  }
  std::printf("%-28s %10ld lemon %10ld %s proven %d  %.4f s, lemon %.4f s, ratio %.1f\n", name.c_str(), static_cast<long>(offset ? offset - value : value),
              static_cast<long>(offset ? offset - oracle : oracle), value == oracle ? "EQUAL" : "DIFFERENT", proven, ours, theirs, theirs / ours);
}

Graph random_graph(std::mt19937& random) {
  Graph graph;
  graph.people = 1 + random() % 14;
  graph.slots.resize(1 + random() % 10);
  graph.most.resize(graph.people);
  for (auto& most : graph.most) most = static_cast<std::uint16_t>(1 + random() % 3);
  for (auto& slot : graph.slots) {
    slot.heads = 1 + static_cast<int>(random() % 3);
    std::vector<std::pair<std::int32_t, std::uint32_t>> list;
    for (std::uint32_t v = 0; v < graph.people; ++v)
      if (random() % 2) list.emplace_back(1 + random() % 30, v);
    graph.add_list(std::move(list));
  }
  graph.index();
  return graph;
}

// Slots on a map, each with its K nearest people, who take one slot each.
Graph large_graph(std::uint32_t people, std::uint32_t slots, std::size_t k) {
  std::mt19937_64 random(2026);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto side = static_cast<std::uint32_t>(std::max(1.0, std::sqrt(people / 40.0)));
  std::vector<std::vector<std::uint32_t>> cells(std::size_t{side} * side);
  std::vector<std::pair<double, double>> at(people);
  for (std::uint32_t v = 0; v < people; ++v) {
    at[v] = {uniform() * side, uniform() * side};
    cells[static_cast<std::size_t>(at[v].second) * side + static_cast<std::size_t>(at[v].first)].push_back(v);
  }
  Graph graph;
  graph.people = people;
  graph.overlaps_allowed = true;
  for (std::uint32_t s = 0; s < slots; ++s) {
    graph.slots.push_back({});
    graph.slots.back().heads = 1 + static_cast<int>(random() % 3);
    const double x = uniform() * side, y = uniform() * side;
    std::vector<std::pair<std::int32_t, std::uint32_t>> list;
    for (int dy = -2; dy <= 2; ++dy)
      for (int dx = -2; dx <= 2; ++dx) {
        const auto cx = static_cast<std::int64_t>(x) + dx, cy = static_cast<std::int64_t>(y) + dy;
        if (cx < 0 || cy < 0 || cx >= side || cy >= side) continue;
        for (const auto v : cells[static_cast<std::size_t>(cy * side + cx)])
          list.emplace_back(1000 + static_cast<int>(random() % 900) + static_cast<int>(400 * std::max(0.0, 1 - std::hypot(at[v].first - x, at[v].second - y) / 2.5)), v);
      }
    std::sort(list.rbegin(), list.rend());
    list.resize(std::min(list.size(), k));
    graph.add_list(std::move(list));
  }
  graph.index();
  return graph;
}

// Half a person for every seat and less: slots of one to four hours in a week, each with its dozen nearest people, who take one to
// three of them. The same as an integer program, with a row for every set of slots of one person that overlap, for any solver.
Graph very_scarce(std::uint32_t people, std::uint32_t slots, unsigned seed, const std::string& program) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Graph graph;
  graph.people = people;
  std::vector<std::pair<int, int>> at;
  for (std::uint32_t v = 0; v < people; ++v) {
    at.emplace_back(below(10'000), below(10'000));
    graph.most.push_back(static_cast<std::uint16_t>(1 + below(3)));
  }
  for (std::uint32_t s = 0; s < slots; ++s) {
    graph.slots.push_back({});
    auto& row = graph.slots.back();
    row.heads = 1 + below(3);
    row.from = 60 * (24 * below(7) + 8 + below(12));
    row.to = row.from + 60 * (1 + below(4));
    const int x = below(10'000), y = below(10'000);
    std::vector<std::pair<int, std::uint32_t>> near;
    for (std::uint32_t v = 0; v < people; ++v)
      if (below(3) == 0) near.emplace_back(static_cast<int>(std::hypot(at[v].first - x, at[v].second - y)), v);
    std::sort(near.begin(), near.end());
    near.resize(std::min<std::size_t>(near.size(), 12));
    const int urgency = 300 * below(4);
    std::vector<std::pair<std::int32_t, std::uint32_t>> list;
    for (const auto& [metres, v] : near) list.emplace_back(1000 + urgency + std::max(0, 400 - metres / 10) + below(300), v);
    graph.add_list(std::move(list));
  }
  graph.index();
  std::ofstream out(program);
  out << "Maximize\n value:";
  for (std::uint32_t arc = 0; arc < graph.arcs(); ++arc) out << " + " << graph.weight[arc] << " x" << arc << (arc % 8 == 7 ? "\n" : "");
  out << "\nSubject To\n";
  const auto row = [&](const std::vector<std::uint32_t>& arcs, int most) {
    if (static_cast<int>(arcs.size()) <= most) return;
    for (std::size_t i = 0; i < arcs.size(); ++i) out << " + x" << arcs[i] << (i % 8 == 7 ? "\n" : "");
    out << " <= " << most << "\n";
  };
  for (std::uint32_t s = 0; s < slots; ++s) {
    std::vector<std::uint32_t> arcs;
    for (auto arc = graph.first[s]; arc < graph.first[s + 1]; ++arc) arcs.push_back(arc);
    row(arcs, graph.slots[s].heads);
  }
  for (std::uint32_t v = 0; v < people; ++v) {
    std::vector<std::uint32_t> all;
    for (auto place = graph.person_first[v]; place < graph.person_first[v + 1]; ++place) all.push_back(graph.offers[place].arc);
    row(all, graph.most[v]);
    for (const auto first : all) {   // of every set of slots that overlap some begins last: all that are on at that minute
      std::vector<std::uint32_t> on;
      for (const auto arc : all)
        if (graph.slots[graph.slot_of[arc]].from <= graph.slots[graph.slot_of[first]].from && graph.slots[graph.slot_of[first]].from < graph.slots[graph.slot_of[arc]].to) on.push_back(arc);
      row(on, 1);
    }
  }
  out << "Binary\n";
  for (std::uint32_t arc = 0; arc < graph.arcs(); ++arc) out << " x" << arc << (arc % 12 == 11 ? "\n" : "");
  out << "\nEnd\n";
  return graph;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 6 && std::string(argv[1]) == "--scarce") {
    const auto graph = very_scarce(static_cast<std::uint32_t>(std::atoi(argv[2])), static_cast<std::uint32_t>(std::atoi(argv[3])),
                                   static_cast<unsigned>(std::atoi(argv[4])), argv[5]);
    int seats = 0;
    for (const auto& slot : graph.slots) seats += slot.heads;
    std::printf("%u people, %d seats, %zu arcs\n", graph.people, seats, graph.arcs());
    real_problem(graph, "very scarce", argc > 6 ? std::atof(argv[6]) : 0);
    return 0;
  }
  if (argc == 5 && std::string(argv[1]) == "--large") {
    const auto graph = large_graph(static_cast<std::uint32_t>(std::atoi(argv[2])), static_cast<std::uint32_t>(std::atoi(argv[3])), static_cast<std::size_t>(std::atoi(argv[4])));
    double ours = 1e9, spent = 1e9;
    Flow flow;
    for (int i = 0; i < 3; ++i) {
      const auto start = Clock::now();
      const auto before = processor();
      flow = flow_core(graph);
      ours = std::min(ours, since(start)), spent = std::min(spent, processor() - before);
    }
    std::printf("%zu arcs, %zu seats held: ours %.3f s, %.3f s of processor, proven %d\n", graph.arcs(), flow.arcs.size(), ours, spent, proves(graph, flow));
    std::fflush(stdout);
    const auto start = Clock::now();
    const auto before = processor();
    const auto oracle = lemon_value(graph);
    const auto theirs = since(start), theirs_spent = processor() - before;
    std::printf("lemon %.2f s, %.2f s of processor, %s, ratio %.1f, of processor time %.1f\n", theirs, theirs_spent, oracle == flow.value ? "EQUAL" : "DIFFERENT",
                theirs / ours, theirs_spent / spent);
    return 0;
  }
  if (argc == 4 && std::string(argv[1]) == "--only") {
    auto graph = read_own(unpacked(argv[3]));
    graph.most.clear();
    graph.overlaps_allowed = true;
    std::cout << (std::string(argv[2]) == "none" ? 0 : std::string(argv[2]) == "ours" ? flow_core(graph).value : lemon_value(graph)) << "\n";
    return 0;
  }
  std::mt19937 random(2026);
  for (int i = 0; i < 1000; ++i) {
    auto graph = random_graph(random);
    compare(graph, "random", 0, true);
    graph.most.clear();
    compare(graph, "random", 0, true);
  }
  std::printf("2,000 small random problems compared with LEMON (differences are printed above)\n");
  const std::map<std::string, double> optimum{{"tx_tiny_s1", 4724763}, {"tx_scarce_s1", 16857803}, {"tx_ample_s1", 19378988}};
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const auto name = entry.path().filename().string();
      const auto text = unpacked(entry.path().string());
      if (name.starts_with("assign")) {
        std::int64_t offset = 0;
        auto graph = read_assign(text, offset);
        compare(graph, name, offset);
      } else if (name.starts_with("tx_")) {
        auto graph = read_own(text);
        real_problem(graph, name, optimum.at(name.substr(0, name.find('.'))));
        churn(graph, name);
        compare(graph, name + " B", 0);
        graph.most.clear();
        compare(graph, name + " A", 0);
      }
    }
}
