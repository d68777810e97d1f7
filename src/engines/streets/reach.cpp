// From searches to answers: demands found from the ends of their edges, many sites or one at a time, on every core.
#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>

#include "engines/streets/parallel.h"
#include "engines/streets/search.h"
#include "engines/streets/streets.h"

namespace tx::streets {
namespace {

using Entry = std::uint64_t;                 // demand in the high half, seconds in the low one
using Row = std::vector<Entry>;

Entry entry(std::uint32_t demand, Units time) {
  return std::uint64_t{demand} << 32 | (time + per_second - 1) / per_second;
}

// Ascending by demand, byte by byte: rows are short and many, and comparing costs more.
void sort_row(Row& row, Row& room, std::uint32_t demands) {
  if (row.size() < 64) {
    std::sort(row.begin(), row.end());
    return;
  }
  room.resize(row.size());
  for (int shift = 32; demands >> (shift - 32) != 0 && shift < 64; shift += 8) {
    std::array<std::uint32_t, 257> at{};
    for (const Entry one : row) ++at[(one >> shift & 0xFF) + 1];
    std::partial_sum(at.begin(), at.end(), at.begin());
    for (const Entry one : row) room[at[one >> shift & 0xFF]++] = one;
    row.swap(room);
  }
}

Units bound_of(const ReachOptions& options) {
  return static_cast<Units>(std::clamp<std::int64_t>(std::int64_t{options.seconds} * per_second, 0, never - 1));
}
// Which groups of demands a search has come near to; each group once for each search.
class Stamps {
 public:
  explicit Stamps(std::size_t groups) : stamp_(groups, 0) {}
  void next() { ++now_; }
  bool fresh(std::uint32_t group) { return stamp_[group] != now_ ? (stamp_[group] = now_, true) : false; }

 private:
  std::vector<std::uint32_t> stamp_;
  std::uint32_t now_ = 0;
};

// Calls give(group) once for every group at the touched junctions.
template <class Touched, class Give>
void groups_near(const DemandIndex& index, const Touched& touched, Stamps& stamps, const Give& give) {
  for (const std::uint32_t junction : touched)
    for (std::uint32_t i = index.start[junction]; i < index.start[junction + 1]; ++i)
      if (stamps.fresh(index.group[i])) give(index.group[i]);
}

struct Task {
  const Graph& graph;
  std::span<const Place> sites, demands;
  const DemandIndex& index;
  Units bound;
  bool to_site;
  std::vector<std::uint32_t> order;          // sites, near ones together
  std::vector<Row>& rows;

  Units straight(const Place& site, const Place& demand) const {
    return to_site ? direct(graph, demand, site) : direct(graph, site, demand);
  }
};

template <class Search>
std::size_t run_one(const Task& task, Search& search, Stamps& stamps, Row& room, std::uint32_t s) {
  const Place& site = task.sites[s];
  Row& row = task.rows[s];
  search.run(site, task.bound);
  stamps.next();
  const auto look = [&](std::uint32_t group, bool same_edge) {
    const Edge& edge = task.graph.edge[task.index.group_edge[group]];
    const Units at_a = search.label(edge.a), at_b = search.label(edge.b);
    for (std::uint32_t i = task.index.group_start[group]; i < task.index.group_start[group + 1]; ++i) {
      const auto& item = task.index.item[i];
      std::uint64_t best = never;
      if (at_a != never && item.a != never) best = std::min<std::uint64_t>(best, std::uint64_t{at_a} + item.a);
      if (at_b != never && item.b != never) best = std::min<std::uint64_t>(best, std::uint64_t{at_b} + item.b);
      if (same_edge) best = std::min<std::uint64_t>(best, task.straight(site, task.demands[item.demand]));
      if (best <= task.bound) row.push_back(entry(item.demand, static_cast<Units>(best)));
    }
  };
  if (const std::uint32_t own = site.placed() ? task.index.group_of_edge[site.edge] : none; own != none) {
    stamps.fresh(own);
    look(own, true);
  }
  groups_near(task.index, search.touched(), stamps, [&](std::uint32_t group) { look(group, false); });
  sort_row(row, room, task.index.item.empty() ? 0 : static_cast<std::uint32_t>(task.demands.size() - 1));
  return search.touched().size();
}

// The cells to search by; null: plainly. `labels`: junctions that all searches together will reach, as far as is known.
std::shared_ptr<const Cells> cells_for(const Graph& graph, const ReachOptions& options, double labels) {
  const bool to_site = options.way == Way::to_site;
  if (options.cells == ReachOptions::Cells::no || bound_of(options) > cells_limit || !cells_work()) return nullptr;
  return options.cells == ReachOptions::Cells::yes ? graph.shelf->make(graph, to_site) : graph.shelf->take(graph, to_site, labels);
}

Reach join(const std::vector<Row>& rows, std::size_t demands) {
  Reach reach;
  reach.demands = static_cast<std::int32_t>(demands);
  for (const Row& row : rows) reach.start.push_back(reach.start.back() + static_cast<std::int64_t>(row.size()));
  reach.demand.reserve(static_cast<std::size_t>(reach.start.back()));
  reach.seconds.reserve(static_cast<std::size_t>(reach.start.back()));
  for (const Row& row : rows) {
    for (const Entry one : row) {
      reach.demand.push_back(static_cast<std::int32_t>(one >> 32));
      reach.seconds.push_back(static_cast<std::int32_t>(one & 0xFFFF'FFFF));
    }
  }
  return reach;
}

}  // namespace

namespace {
constexpr double labels_a_junction = 50;     // so many plain labels take as long as the cells need for each junction, and more than by cells
}

std::shared_ptr<const Cells> CellShelf::make(const Graph& graph, bool reversed) {
  const std::lock_guard lock(mutex_);
  auto& cells = cells_[reversed && !graph.symmetric];
  if (!cells) cells = std::make_shared<const Cells>(graph, reversed);
  return cells;
}

std::shared_ptr<const Cells> CellShelf::take(const Graph& graph, bool reversed, double labels) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto& cells = cells_[reversed && !graph.symmetric]) return cells;
    if ((spent_ += labels) < labels_a_junction * graph.junctions()) return nullptr;
  }
  return make(graph, reversed);
}

DemandIndex::DemandIndex(const Graph& graph, std::span<const Place> demands, bool leaving)
    : group_of_edge(graph.edges(), none) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t d = 0; d < demands.size(); ++d)
    if (demands[d].placed()) order.push_back(d);
  std::vector<std::uint32_t> count(graph.edges() + 1, 0);
  for (const std::uint32_t d : order) ++count[demands[d].edge + 1];
  for (std::uint32_t e = 0; e < graph.edges(); ++e) {
    if (count[e + 1] == 0) continue;
    group_of_edge[e] = static_cast<std::uint32_t>(group_edge.size());
    group_edge.push_back(e);
  }
  std::partial_sum(count.begin(), count.end(), count.begin());
  for (const std::uint32_t e : group_edge) group_start.push_back(count[e]);
  group_start.push_back(static_cast<std::uint32_t>(order.size()));
  item.resize(order.size());
  for (const std::uint32_t d : order) {
    const Ends way = ends(graph, demands[d], leaving);
    item[count[demands[d].edge]++] = {d, way.a, way.b};
  }
  start.assign(graph.junctions() + 1, 0);
  const auto each = [&](const auto& give) {
    for (std::uint32_t g = 0; g < group_edge.size(); ++g) {
      const Edge& edge = graph.edge[group_edge[g]];
      give(edge.a, g);
      if (edge.b != edge.a) give(edge.b, g);
    }
  };
  each([&](std::uint32_t junction, std::uint32_t) { ++start[junction + 1]; });
  std::partial_sum(start.begin(), start.end(), start.begin());
  group.resize(start.back());
  auto at = start;
  each([&](std::uint32_t junction, std::uint32_t g) { group[at[junction]++] = g; });
}

Reach reach(const Graph& graph, std::span<const Place> sites, std::span<const Place> demands,
            const ReachOptions& options) {
  const bool to_site = options.way == Way::to_site;
  const DemandIndex index(graph, demands, to_site);
  std::vector<Row> rows(sites.size());
  Task task{graph, sites, demands, index, bound_of(options), to_site, std::vector<std::uint32_t>(sites.size()), rows};
  std::iota(task.order.begin(), task.order.end(), 0u);
  std::stable_sort(task.order.begin(), task.order.end(), [&](std::uint32_t x, std::uint32_t y) {
    return sites[x].edge < sites[y].edge;   // edges are numbered along the curve
  });
  // A few searches, spread over the sites, say what all of them will cost.
  const std::size_t tried = options.cells == ReachOptions::Cells::pay && sites.size() >= 16 ? std::min<std::size_t>(8, sites.size() / 16) : 0;
  double labels = 0;
  if (tried > 0) {
    Stamps stamps(index.groups());
    Row room;
    Searcher search(graph, to_site);
    for (std::size_t i = 0; i < tried; ++i) std::swap(task.order[i], task.order[i * (sites.size() / tried)]);
    for (std::size_t i = 0; i < tried; ++i) labels += static_cast<double>(run_one(task, search, stamps, room, task.order[i]));
    labels *= static_cast<double>(sites.size()) / static_cast<double>(tried);
  }
  const auto cells = cells_for(graph, options, labels);
  in_parallel(sites.size() - tried, 64, options.threads, [&](auto& next) {
    Stamps stamps(index.groups());
    Row room;
    const auto all = [&](auto&& search) {
      for (std::size_t part = 0; next(part);) run_one(task, search, stamps, room, task.order[tried + part]);
    };
    cells ? all(CellSearcher(graph, cells, to_site)) : all(Searcher(graph, to_site));
  });
  return join(rows, demands.size());
}

std::vector<std::int32_t> times(const Graph& graph, const Place& from, std::span<const Place> targets,
                                std::int32_t bound_seconds, Way way) {
  std::vector<std::int32_t> result(targets.size(), -1);
  const bool to_site = way == Way::to_site;
  const Units bound = bound_of({bound_seconds, way});
  std::vector<std::uint32_t> until;
  for (const Place& target : targets) {
    if (!target.placed()) continue;
    until.push_back(graph.edge[target.edge].a);
    until.push_back(graph.edge[target.edge].b);
  }
  if (until.size() > 8) until.clear();
  Searcher search(graph, to_site);
  search.run_to(from, bound, until);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].placed()) continue;
    const Ends way_on = ends(graph, targets[i], to_site);
    const Edge& edge = graph.edge[targets[i].edge];
    std::uint64_t best = to_site ? direct(graph, targets[i], from) : direct(graph, from, targets[i]);
    for (const auto& [label, rest] : {std::pair{search.label(edge.a), way_on.a}, {search.label(edge.b), way_on.b}})
      if (label != never && rest != never) best = std::min(best, std::uint64_t{label} + rest);
    if (best <= bound) result[i] = static_cast<std::int32_t>((best + per_second - 1) / per_second);
  }
  return result;
}

std::vector<std::int64_t> heat(const Graph& graph, std::span<const Place> demands, std::span<const std::int64_t> people,
                               const ReachOptions& options) {
  TX_ASSERT(demands.size() == people.size());
  const bool to_site = options.way == Way::to_site;
  const DemandIndex index(graph, demands, to_site);
  const Units bound = bound_of(options);
  std::vector<std::int64_t> result(graph.junctions(), 0), heads(index.item.size());   // heads: people, in the order of the items
  for (std::size_t i = 0; i < heads.size(); ++i) heads[i] = people[index.item[i].demand];
  const auto single = [&](auto& search, Stamps& stamps, std::uint32_t junction) {
    search.run_from_junction(junction, bound);
    stamps.next();
    std::int64_t sum = 0;
    groups_near(index, search.touched(), stamps, [&](std::uint32_t group) {
      const Edge& edge = graph.edge[index.group_edge[group]];
      const std::uint64_t at_a = search.label(edge.a), at_b = search.label(edge.b);
      for (std::uint32_t i = index.group_start[group]; i < index.group_start[group + 1]; ++i) {
        const auto& item = index.item[i];
        sum += std::min(at_a + item.a, at_b + item.b) <= bound ? heads[i] : 0;
      }
    });
    result[junction] = sum;
  };
  // Every junction is searched from: cells pay wherever a circle holds more than a few junctions.
  const auto cells = cells_for(graph, options, labels_a_junction * graph.junctions());
  in_parallel(graph.junctions(), 256, options.threads, [&](auto& next) {
    Stamps stamps(index.groups());
    const auto all = [&](auto&& search) {
      for (std::size_t part = 0; next(part);) single(search, stamps, static_cast<std::uint32_t>(part));
    };
    cells ? all(CellSearcher(graph, cells, to_site)) : all(Searcher(graph, to_site));
  });
  return result;
}

Coverage coverage(const Reach& reach, std::span<const Place> demands, std::span<const std::int64_t> people) {
  TX_ASSERT(static_cast<std::size_t>(reach.demands) == demands.size() && demands.size() == people.size());
  Coverage coverage;
  coverage.nearest.assign(demands.size(), -1);
  coverage.by_site.assign(static_cast<std::size_t>(reach.sites()), 0);
  for (std::size_t site = 0; site < coverage.by_site.size(); ++site) {
    const auto end = static_cast<std::size_t>(reach.start[site + 1]);
    for (auto i = static_cast<std::size_t>(reach.start[site]); i < end; ++i) {
      const auto demand = static_cast<std::size_t>(reach.demand[i]);
      coverage.by_site[site] += people[demand];
      std::int32_t& nearest = coverage.nearest[demand];
      if (nearest < 0 || reach.seconds[i] < nearest) nearest = reach.seconds[i];
    }
  }
  for (std::size_t d = 0; d < demands.size(); ++d) {
    coverage.people += people[d];
    if (coverage.nearest[d] >= 0) {
      coverage.reached += people[d];
      continue;
    }
    switch (demands[d].standing) {
      case Standing::street: coverage.missed += people[d]; break;
      case Standing::island: coverage.on_islands += people[d]; break;
      case Standing::too_far: coverage.too_far += people[d]; break;
      case Standing::outside:
      case Standing::swapped: coverage.outside += people[d]; break;
    }
  }
  return coverage;
}

}  // namespace tx::streets
