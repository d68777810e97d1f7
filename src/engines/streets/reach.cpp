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
bool in_batches(const ReachOptions& options, std::size_t sites) {
  return options.vectors && sites > 1 && bound_of(options) <= batch_limit && batches_work();
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

void run_single(const Task& task, Searcher& search, Stamps& stamps, Row& room, std::uint32_t s) {
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
}

void run_batch(const Task& task, Batch& batch, Stamps& stamps, Row& room, std::span<const std::uint32_t> sites) {
  batch.begin();
  for (std::size_t lane = 0; lane < sites.size(); ++lane) batch.seed(lane, task.sites[sites[lane]]);
  batch.run();
  stamps.next();
  alignas(32) std::array<std::uint16_t, lanes> times;
  const auto bound = static_cast<std::uint16_t>(task.bound);
  const auto give = [&](std::uint32_t lane, std::uint32_t demand, Units time) {
    task.rows[sites[lane]].push_back(entry(demand, time));
  };
  const auto look = [&](std::uint32_t group) {
    const Edge& edge = task.graph.edge[task.index.group_edge[group]];
    const std::uint16_t* at_a = batch.labels(edge.a);
    const std::uint16_t* at_b = batch.labels(edge.b);
    for (std::uint32_t i = task.index.group_start[group]; i < task.index.group_start[group + 1]; ++i) {
      const auto& item = task.index.item[i];
      auto reached = batch_times(at_a, at_b, item.a, item.b, bound, times.data());
      for (; reached != 0; reached &= reached - 1) {
        const auto lane = static_cast<std::uint32_t>(__builtin_ctz(reached));
        give(lane, item.demand, times[lane]);
      }
    }
  };
  // Demands on the very edge of a site: also along the edge itself. These groups are few.
  for (const std::uint32_t s : sites) {
    const std::uint32_t group = task.sites[s].placed() ? task.index.group_of_edge[task.sites[s].edge] : none;
    if (group == none || !stamps.fresh(group)) continue;
    const Edge& edge = task.graph.edge[task.index.group_edge[group]];
    for (std::uint32_t i = task.index.group_start[group]; i < task.index.group_start[group + 1]; ++i) {
      const auto& item = task.index.item[i];
      batch_times(batch.labels(edge.a), batch.labels(edge.b), item.a, item.b, bound, times.data());
      for (std::uint32_t lane = 0; lane < sites.size(); ++lane) {
        const Units straight = task.straight(task.sites[sites[lane]], task.demands[item.demand]);
        const Units best = std::min<Units>(times[lane], straight);
        if (best <= task.bound) give(lane, item.demand, best);
      }
    }
  }
  groups_near(task.index, batch.touched(), stamps, look);
  for (const std::uint32_t s : sites)
    sort_row(task.rows[s], room, task.index.item.empty() ? 0 : static_cast<std::uint32_t>(task.demands.size() - 1));
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

std::vector<Run> runs_of(const Graph& graph, std::span<const Place> sites, std::span<const std::uint32_t> order,
                         Units bound, bool batches) {
  const double reach_metres = std::max(1.0, graph.profile.metres_an_hour / 36'000.0 * bound);
  // The box that all circles of a run fill, in squares of their radius, against what as many single circles cost.
  const auto pays = [&](Run run) {
    if (!batches || run.count < 2) return false;
    Position low{std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max()};
    Position high{std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::min()};
    for (const std::uint32_t site : order.subspan(run.first, run.count)) {
      if (!sites[site].placed()) continue;
      const Position at = graph.junction[graph.edge[sites[site].edge].a];
      low = {std::min(low.lat, at.lat), std::min(low.lon, at.lon)};
      high = {std::max(high.lat, at.lat), std::max(high.lon, at.lon)};
    }
    if (low.lat > high.lat) return true;      // nobody is placed: nothing to do, in one go
    const Scale scale = scale_at(latitude(low));
    const double tall = (static_cast<double>(high.lat) - low.lat) * scale.lat / reach_metres;
    const double wide = (static_cast<double>(high.lon) - low.lon) * scale.lon / reach_metres;
    return (tall + 2) * (wide + 2) <= 0.85 * run.count;
  };
  std::vector<Run> runs, open;
  for (std::uint32_t first = 0; first < order.size(); first += lanes) {
    open.push_back({first, static_cast<std::uint32_t>(std::min<std::size_t>(lanes, order.size() - first))});
    while (!open.empty()) {
      const Run run = open.back();
      open.pop_back();
      if (run.count == 1 || pays(run)) {
        runs.push_back(run);
        continue;
      }
      const std::uint32_t half = run.count / 2;
      open.push_back({run.first + half, run.count - half});
      open.push_back({run.first, half});
    }
  }
  return runs;
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
  const auto runs = runs_of(graph, sites, task.order, task.bound, in_batches(options, sites.size()));
  in_parallel(runs.size(), 4, options.threads, [&](auto& next) {
    Stamps stamps(index.groups());
    Row room;
    std::optional<Batch> batch;
    std::optional<Searcher> search;
    for (std::size_t part = 0; next(part);) {
      const std::span<const std::uint32_t> order(task.order);
      const auto mine = order.subspan(runs[part].first, runs[part].count);
      if (mine.size() > 1) {
        if (!batch) batch.emplace(graph, to_site, task.bound);
        run_batch(task, *batch, stamps, room, mine);
      } else {
        if (!search) search.emplace(graph, to_site);
        run_single(task, *search, stamps, room, mine[0]);
      }
    }
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
  std::vector<std::int64_t> result(graph.junctions(), 0);
  const bool small = std::accumulate(people.begin(), people.end(), std::int64_t{0}) <=
                         std::numeric_limits<std::int32_t>::max() &&
                     std::all_of(people.begin(), people.end(), [](std::int64_t one) { return one >= 0; });
  const std::size_t size = small && in_batches(options, graph.junctions()) ? lanes : 1;
  std::vector<std::uint32_t> heads(size == 1 ? 0 : index.item.size());   // people, in the order of the items
  for (std::size_t i = 0; i < heads.size(); ++i) heads[i] = static_cast<std::uint32_t>(people[index.item[i].demand]);

  const auto single = [&](Searcher& search, Stamps& stamps, std::uint32_t junction) {
    search.run_from_junction(junction, bound);
    stamps.next();
    groups_near(index, search.touched(), stamps, [&](std::uint32_t group) {
      const Edge& edge = graph.edge[index.group_edge[group]];
      const std::uint64_t at_a = search.label(edge.a), at_b = search.label(edge.b);
      for (std::uint32_t i = index.group_start[group]; i < index.group_start[group + 1]; ++i) {
        const auto& item = index.item[i];
        if (std::min(at_a + item.a, at_b + item.b) <= bound) result[junction] += people[item.demand];
      }
    });
  };
  const auto together = [&](Batch& batch, Stamps& stamps, std::uint32_t first) {
    const std::uint32_t count = std::min<std::uint32_t>(lanes, graph.junctions() - first);
    batch.begin();
    for (std::uint32_t lane = 0; lane < count; ++lane) batch.seed_junction(lane, first + lane);
    batch.run();
    stamps.next();
    alignas(32) std::array<std::uint32_t, lanes> sums{};
    groups_near(index, batch.touched(), stamps, [&](std::uint32_t group) {
      const Edge& edge = graph.edge[index.group_edge[group]];
      const std::uint16_t* at_a = batch.labels(edge.a);
      const std::uint16_t* at_b = batch.labels(edge.b);
      for (std::uint32_t i = index.group_start[group]; i < index.group_start[group + 1]; ++i)
        batch_add(at_a, at_b, index.item[i].a, index.item[i].b, static_cast<std::uint16_t>(bound), heads[i],
                  sums.data());
    });
    for (std::uint32_t lane = 0; lane < count; ++lane) result[first + lane] = sums[lane];
  };
  in_parallel((graph.junctions() + size - 1) / size, 64, options.threads, [&](auto& next) {
    Stamps stamps(index.groups());
    std::optional<Batch> batch;
    std::optional<Searcher> search;
    if (size == 1)
      search.emplace(graph, to_site);
    else
      batch.emplace(graph, to_site, bound);
    for (std::size_t part = 0; next(part);)
      batch ? together(*batch, stamps, static_cast<std::uint32_t>(part * lanes))
            : single(*search, stamps, static_cast<std::uint32_t>(part));
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
