// From streets to graph: pieces of way between two map nodes, chains of pieces joined where nothing branches off or
// changes, junctions numbered along a Hilbert curve, networks told apart.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "engines/streets/search.h"
#include "engines/streets/streets.h"

namespace tx::streets {

void make_grid(Graph& graph);                // snap.cpp

namespace {

constexpr double ferry_metres_an_hour = 10'000;
constexpr double longest_ms = 4e9;

struct Piece {
  std::uint32_t u = 0, v = 0, way = 0;
  std::uint8_t may = 0;                      // ahead: u to v
  bool ferry = false, snaps = true, used = false;
  double ms = 0, metres = 0;
};

class Builder {
 public:
  Builder(const Extract& extract, const Profile& profile) : extract_(extract), profile_(profile) {
    graph_.profile = profile;
  }

  Result<Graph> run() {
    cut_into_pieces();
    if (pieces_.empty()) return refuse(Kind::invalid, "streets.no_streets");
    list_pieces_at_points();
    choose_junctions();
    join_chains();
    name_ways();
    tell_networks_apart();
    for (const Edge& edge : graph_.edge) graph_.symmetric &= edge.may == (ahead | back);
    rebuild_arcs(graph_);
    make_grid(graph_);
    return std::move(graph_);
  }

 private:
  std::size_t mode() const { return static_cast<std::size_t>(profile_.mode); }

  double metres_an_hour(const WayRules& rules) const {
    if (rules.kind == WayKind::ferry) return profile_.ferries ? ferry_metres_an_hour : 0;
    if (rules.kind == WayKind::steps) return profile_.metres_an_hour / 1000.0 * profile_.steps_permille;
    return profile_.mode == Mode::drive ? rules.drive_kmh * 1000.0 : profile_.metres_an_hour;
  }

  void cut_into_pieces() {
    point_ = extract_.node;
    for (std::uint32_t w = 0; w < extract_.way.size(); ++w) {
      const auto& way = extract_.way[w];
      const double pace = metres_an_hour(way.rules);
      if (way.rules.may[mode()] == 0 || pace <= 0) continue;
      const std::size_t first = pieces_.size();
      double length = 0;
      for (std::uint32_t i = 0; i + 1 < way.count; ++i) {
        const std::uint32_t u = extract_.refs[way.first + i], v = extract_.refs[way.first + i + 1];
        if (u == v || extract_.barrier[u] == 0xFF || extract_.barrier[v] == 0xFF) continue;
        Piece piece{end_of(u), end_of(v), w, way.rules.may[mode()]};
        piece.ferry = way.rules.kind == WayKind::ferry;
        piece.snaps = !piece.ferry && way.rules.kind != WayKind::motorway;
        piece.metres = metres(extract_.node[u], extract_.node[v]);
        piece.ms = piece.metres * 3'600'000 / pace;
        length += piece.metres;
        pieces_.push_back(piece);
      }
      if (way.rules.ferry_seconds == 0 || length <= 0) continue;
      for (std::size_t i = first; i < pieces_.size(); ++i)
        pieces_[i].ms = pieces_[i].metres / length * way.rules.ferry_seconds * 1000;
    }
  }

  // Where a barrier stops this mode, every piece gets an end of its own there, joined to nothing.
  std::uint32_t end_of(std::uint32_t node) {
    if ((extract_.barrier[node] >> mode() & 1) == 0) return node;
    point_.push_back(extract_.node[node]);
    return static_cast<std::uint32_t>(point_.size() - 1);
  }

  void list_pieces_at_points() {
    start_.assign(point_.size() + 1, 0);
    for (const Piece& piece : pieces_) ++start_[piece.u + 1], ++start_[piece.v + 1];
    std::partial_sum(start_.begin(), start_.end(), start_.begin());
    at_.resize(pieces_.size() * 2);
    auto fill = start_;
    for (std::uint32_t i = 0; i < pieces_.size(); ++i) at_[fill[pieces_[i].u]++] = i, at_[fill[pieces_[i].v]++] = i;
  }

  static std::uint8_t turned(std::uint8_t may) {
    return static_cast<std::uint8_t>((may & ahead ? back : 0) | (may & back ? ahead : 0));
  }
  std::uint8_t may_from(const Piece& piece, std::uint32_t point) const {
    return piece.u == point ? piece.may : turned(piece.may);
  }

  bool passes_through(std::uint32_t point) const {
    if (start_[point + 1] - start_[point] != 2) return false;
    const Piece& one = pieces_[at_[start_[point]]];
    const Piece& other = pieces_[at_[start_[point] + 1]];
    if (&one == &other) return false;
    return one.ferry == other.ferry && one.snaps == other.snaps &&
           turned(may_from(one, point)) == may_from(other, point);
  }

  static std::uint64_t along_hilbert(std::uint32_t x, std::uint32_t y) {
    std::uint64_t distance = 0;
    for (std::uint32_t side = 1u << 31; side > 0; side >>= 1) {
      const std::uint32_t right = (x & side) != 0, up = (y & side) != 0;
      distance = distance * 4 + ((3 * right) ^ up);
      if (up == 0) {
        if (right == 1) x = ~x, y = ~y;
        std::swap(x, y);
      }
    }
    return distance;
  }

  void choose_junctions() {
    std::vector<std::uint8_t> is_junction(point_.size(), 0);
    for (std::uint32_t p = 0; p < point_.size(); ++p) is_junction[p] = start_[p + 1] > start_[p] && !passes_through(p);
    mark_rings(is_junction);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    for (std::uint32_t p = 0; p < point_.size(); ++p) {
      if (!is_junction[p]) continue;
      const auto lifted = [](std::int32_t value) { return static_cast<std::uint32_t>(value) + 0x8000'0000u; };
      order.emplace_back(along_hilbert(lifted(point_[p].lon), lifted(point_[p].lat)), p);
    }
    std::sort(order.begin(), order.end());
    number_.assign(point_.size(), none);
    for (const auto& [key, p] : order) {
      number_[p] = graph_.junctions();
      graph_.junction.push_back(point_[p]);
      junction_point_.push_back(p);
    }
  }

  // A ring without any junction gets one.
  void mark_rings(std::vector<std::uint8_t>& is_junction) {
    std::vector<std::uint8_t> met(pieces_.size(), 0);
    const auto follow = [&](std::uint32_t piece, std::uint32_t point) {
      while (!met[piece]) {
        met[piece] = 1;
        point = pieces_[piece].u == point ? pieces_[piece].v : pieces_[piece].u;
        if (is_junction[point]) return;
        piece = at_[start_[point]] == piece ? at_[start_[point] + 1] : at_[start_[point]];
      }
    };
    for (std::uint32_t p = 0; p < point_.size(); ++p)
      for (std::uint32_t i = start_[p]; is_junction[p] && i < start_[p + 1]; ++i) follow(at_[i], p);
    for (std::uint32_t i = 0; i < pieces_.size(); ++i) {
      if (met[i]) continue;
      is_junction[pieces_[i].u] = 1;
      follow(i, pieces_[i].u);
    }
  }

  void join_chains() {
    graph_.shape_start.push_back(0);
    for (std::uint32_t j = 0; j < graph_.junctions(); ++j) {
      const std::uint32_t p = junction_point_[j];
      for (std::uint32_t i = start_[p]; i < start_[p + 1]; ++i)
        if (!pieces_[at_[i]].used) join_chain(j, p, at_[i]);
    }
  }

  void join_chain(std::uint32_t a, std::uint32_t point, std::uint32_t at) {
    Edge edge{a};
    edge.may = may_from(pieces_[at], point);
    edge.ferry = pieces_[at].ferry;
    edge.snaps = pieces_[at].snaps;
    double ms = 0, length = 0;
    const auto note = [&](std::uint32_t way) {
      graph_.shape.push_back(point_[point]);
      graph_.shape_ms.push_back(static_cast<std::uint32_t>(std::lround(ms)));
      graph_.shape_way.push_back(way);
      graph_.shape_edge.push_back(graph_.edges());
    };
    while (true) {
      Piece& piece = pieces_[at];
      note(piece.way);
      piece.used = true;
      ms = std::min(longest_ms, ms + piece.ms);
      length += piece.metres;
      point = piece.u == point ? piece.v : piece.u;
      if (number_[point] != none) break;
      at = at_[start_[point]] == at ? at_[start_[point] + 1] : at_[start_[point]];
    }
    note(graph_.shape_way.back());
    edge.b = number_[point];
    edge.time = static_cast<Units>(std::lround(ms / 100));
    graph_.edge.push_back(edge);
    edge_metres_.push_back(length);
    graph_.shape_start.push_back(static_cast<std::uint32_t>(graph_.shape.size()));
  }

  // Ways are numbered anew so that the graph carries those it uses and no others.
  void name_ways() {
    std::vector<std::uint32_t> way_number(extract_.way.size(), none), name_number(extract_.names.size(), none);
    graph_.names.emplace_back();
    name_number[0] = 0;
    for (std::uint32_t& way : graph_.shape_way) {
      std::uint32_t& number = way_number[way];
      if (number == none) {
        number = static_cast<std::uint32_t>(graph_.way_id.size());
        std::uint32_t& name = name_number[extract_.way[way].name];
        if (name == none) {
          name = static_cast<std::uint32_t>(graph_.names.size());
          graph_.names.push_back(extract_.names[extract_.way[way].name]);
        }
        graph_.way_id.push_back(extract_.way[way].id);
        graph_.way_name.push_back(name);
      }
      way = number;
    }
  }

  void tell_networks_apart() {
    std::vector<std::uint32_t> root(graph_.junctions());
    std::iota(root.begin(), root.end(), 0u);
    const auto find = [&](std::uint32_t x) {
      while (root[x] != x) x = root[x] = root[root[x]];
      return x;
    };
    for (const Edge& edge : graph_.edge) {
      const std::uint32_t a = find(edge.a), b = find(edge.b);
      root[std::max(a, b)] = std::min(a, b);
    }
    std::vector<Component> by_root(graph_.junctions());
    for (std::uint32_t j = 0; j < graph_.junctions(); ++j) ++by_root[find(j)].junctions;
    for (std::uint32_t e = 0; e < graph_.edges(); ++e) {
      Component& component = by_root[find(graph_.edge[e].a)];
      ++component.edges;
      component.metres += edge_metres_[e];
    }
    std::vector<std::uint32_t> order;
    for (std::uint32_t j = 0; j < graph_.junctions(); ++j)
      if (by_root[j].junctions > 0) order.push_back(j);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
      return by_root[x].junctions > by_root[y].junctions;
    });
    std::vector<std::uint32_t> number(graph_.junctions(), none);
    for (const std::uint32_t j : order) {
      number[j] = static_cast<std::uint32_t>(graph_.component.size());
      graph_.component.push_back(by_root[j]);
    }
    graph_.component_of.resize(graph_.junctions());
    for (std::uint32_t j = 0; j < graph_.junctions(); ++j) graph_.component_of[j] = number[find(j)];
  }

  const Extract& extract_;
  const Profile& profile_;
  Graph graph_;
  std::vector<Position> point_;              // nodes of the extract, then the extra ends at barriers
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> start_, at_;    // point -> pieces
  std::vector<std::uint32_t> number_, junction_point_;
  std::vector<double> edge_metres_;
};

template <class T>
std::uint64_t bytes_of(const std::vector<T>& list) { return list.capacity() * sizeof(T); }

}  // namespace

Profile walking() { return {}; }
Profile slow_walking() { return {Mode::walk, 2880, 500, true, 2880}; }
Profile cycling() { return {Mode::cycle, 15'000, 0, true, 5000}; }
Profile driving() { return {Mode::drive, 40'000, 0, true, 5000}; }

Result<Graph> build(const Extract& extract, const Profile& profile) {
  if (profile.metres_an_hour <= 0 || profile.leg_metres_an_hour <= 0 || profile.steps_permille < 0)
    return refuse(Kind::invalid, "streets.profile");
  return Builder(extract, profile).run();
}

void rebuild_arcs(Graph& graph) {
  const auto fill = [&](Arcs& arcs, bool reversed) {
    arcs.start.assign(graph.junctions() + 1, 0);
    const auto each = [&](const auto& give) {
      auto closure = graph.closed.begin();
      for (std::uint32_t e = 0; e < graph.edges(); ++e) {
        const Edge& edge = graph.edge[e];
        while (closure != graph.closed.end() && closure->edge < e) ++closure;
        if (edge.a == edge.b || (closure != graph.closed.end() && closure->edge == e)) continue;
        if (edge.may & (reversed ? back : ahead)) give(edge.a, edge.b, e);
        if (edge.may & (reversed ? ahead : back)) give(edge.b, edge.a, e);
      }
    };
    each([&](std::uint32_t from, std::uint32_t, std::uint32_t) { ++arcs.start[from + 1]; });
    std::partial_sum(arcs.start.begin(), arcs.start.end(), arcs.start.begin());
    arcs.arc.resize(arcs.start.back());
    arcs.edge.resize(arcs.start.back());
    auto at = arcs.start;
    each([&](std::uint32_t from, std::uint32_t to, std::uint32_t e) {
      arcs.arc[at[from]] = {to, graph.edge[e].time};
      arcs.edge[at[from]++] = e;
    });
    for (std::uint32_t u = 0; u < graph.junctions(); ++u) {
      for (std::uint32_t i = arcs.start[u]; i < arcs.start[u + 1]; ++i) {
        const std::uint32_t v = arcs.arc[i].to & ~dead_end;
        bool leads_on = false;
        for (std::uint32_t k = arcs.start[v]; k < arcs.start[v + 1] && !leads_on; ++k)
          leads_on = (arcs.arc[k].to & ~dead_end) != u;
        if (!leads_on) arcs.arc[i].to = v | dead_end;
      }
    }
  };
  fill(graph.out, false);
  if (!graph.symmetric) fill(graph.in, true);
  graph.shelf = std::make_shared<CellShelf>();
}

Summary describe(const Graph& graph) {
  Summary summary;
  summary.junctions = graph.junctions();
  summary.edges = graph.edges();
  summary.shape_points = static_cast<std::uint32_t>(graph.shape.size());
  summary.box = graph.box;
  std::vector<std::uint32_t> degree(graph.junctions(), 0);
  for (const Edge& edge : graph.edge) {
    ++degree[edge.a], ++degree[edge.b];
    summary.one_way_edges += edge.may != (ahead | back);
    summary.ferry_edges += edge.ferry;
  }
  summary.dead_ends = static_cast<std::uint32_t>(std::count(degree.begin(), degree.end(), 1u));
  summary.islands = static_cast<std::uint32_t>(graph.component.size()) - 1;
  for (const Component& component : graph.component) summary.kilometres += component.metres / 1000;
  summary.main_permille = 1000.0 * graph.component[0].junctions / graph.junctions();
  summary.bytes = bytes_of(graph.junction) + bytes_of(graph.component_of) + bytes_of(graph.component) +
                  bytes_of(graph.edge) + bytes_of(graph.shape_start) + bytes_of(graph.shape) +
                  bytes_of(graph.shape_ms) + bytes_of(graph.shape_way) + bytes_of(graph.shape_edge) +
                  bytes_of(graph.way_id) + bytes_of(graph.way_name) + bytes_of(graph.names) +
                  bytes_of(graph.grid.start) + bytes_of(graph.grid.piece);
  for (const Arcs* arcs : {&graph.out, &graph.in})
    summary.bytes += bytes_of(arcs->start) + bytes_of(arcs->arc) + bytes_of(arcs->edge);
  return summary;
}

std::string text(const Summary& summary) {
  const auto line = [](const char* name, double value) {
    return std::string(name) + ' ' + std::to_string(std::llround(value)) + '\n';
  };
  return line("junctions", summary.junctions) + line("edges", summary.edges) +
         line("shape_points", summary.shape_points) + line("kilometres", summary.kilometres) +
         line("dead_ends", summary.dead_ends) + line("one_way_edges", summary.one_way_edges) +
         line("ferry_edges", summary.ferry_edges) + line("islands", summary.islands) +
         line("main_network_permille", summary.main_permille) + line("bytes", static_cast<double>(summary.bytes));
}

}  // namespace tx::streets
