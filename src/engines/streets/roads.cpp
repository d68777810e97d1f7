// Closing and opening roads, and the lines that a map draws for a circle.
#include <algorithm>
#include <cmath>
#include <vector>

#include "engines/streets/search.h"
#include "engines/streets/streets.h"

namespace tx::streets {

void close_road(Graph& graph, std::uint32_t edge, Units from, Units to) {
  TX_ASSERT(edge < graph.edges() && from <= to);
  std::erase_if(graph.closed, [&](const Graph::Closure& one) { return one.edge == edge; });
  const auto at = std::find_if(graph.closed.begin(), graph.closed.end(),
                               [&](const Graph::Closure& one) { return one.edge > edge; });
  graph.closed.insert(at, {edge, from, to});
  rebuild_arcs(graph);
}

void open_road(Graph& graph, std::uint32_t edge) {
  std::erase_if(graph.closed, [&](const Graph::Closure& one) { return one.edge == edge; });
  rebuild_arcs(graph);
}

std::vector<std::uint32_t> edges_of_way(const Graph& graph, std::int64_t way_id) {
  std::vector<std::uint32_t> edges;
  for (std::uint32_t i = 0; i < graph.shape.size(); ++i) {
    if (graph.way_id[graph.shape_way[i]] != way_id) continue;
    if (edges.empty() || edges.back() != graph.shape_edge[i]) edges.push_back(graph.shape_edge[i]);
  }
  return edges;
}

namespace {

// Time along an edge as seen from one side: base + slope * offset, where it holds.
struct Branch {
  double low, high, base, slope;
  double at(double offset) const { return base + slope * offset; }
  bool holds(double offset) const { return offset >= low && offset <= high; }
};

class EdgeLines {
 public:
  EdgeLines(const Graph& graph, std::uint32_t edge, double bound, std::vector<ReachedLine>& lines)
      : graph_(graph), edge_(graph.edge[edge]), bound_(bound), lines_(lines),
        first_(graph.shape_start[edge]), last_(graph.shape_start[edge + 1] - 1) {
    for (const auto& closure : graph.closed)
      if (closure.edge == edge) closed_from_ = closure.from, closed_to_ = closure.to, is_closed_ = true;
  }

  // upward: reached going from lower offsets to higher ones (or left that way, seen from the site).
  void reached_upward(double from, double base) {
    if (is_closed_ && from >= closed_from_ && from <= closed_to_) return;
    const double end = is_closed_ && from < closed_from_ ? closed_from_ : edge_.time;
    add({from, std::min(end, from + bound_ - base), base - from, 1});
  }
  void reached_downward(double from, double base) {
    if (is_closed_ && from >= closed_from_ && from <= closed_to_) return;
    const double end = is_closed_ && from > closed_to_ ? closed_to_ : 0;
    add({std::max(end, from - (bound_ - base)), from, base + from, -1});
  }

  void draw() {
    if (branches_.empty()) return;
    std::vector<double> cuts;
    for (std::uint32_t i = first_; i <= last_; ++i)
      cuts.push_back(std::min<double>(edge_.time, graph_.shape_ms[i] / 100.0));
    cuts.back() = edge_.time;
    for (const Branch& one : branches_) {
      cuts.push_back(one.low);
      cuts.push_back(one.high);
      for (const Branch& other : branches_) {
        if (one.slope <= other.slope) continue;
        const double meet = (other.base - one.base) / 2;
        if (meet > 0 && meet < edge_.time) cuts.push_back(meet);
      }
    }
    std::sort(cuts.begin(), cuts.end());
    std::uint32_t piece = first_;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const double from = cuts[i], to = cuts[i + 1], middle = (from + to) / 2;
      if (to - from < 1e-9) continue;
      while (piece + 1 < last_ && graph_.shape_ms[piece + 1] / 100.0 <= middle) ++piece;
      const Branch* best = nullptr;
      for (const Branch& one : branches_)
        if (one.holds(middle) && (!best || one.at(middle) < best->at(middle))) best = &one;
      if (!best) continue;
      const auto seconds = [&](double offset) {
        return static_cast<std::int32_t>(std::floor(best->at(offset) / per_second + 1e-9));
      };
      lines_.push_back({point(piece, from), point(piece, to), seconds(from), seconds(to), edge_.ferry});
    }
  }

 private:
  void add(const Branch& branch) {
    if (branch.high > branch.low) branches_.push_back(branch);
  }
  Position point(std::uint32_t piece, double offset) const {
    const double low = graph_.shape_ms[piece] / 100.0, high = graph_.shape_ms[piece + 1] / 100.0;
    const double part = high > low ? std::clamp((offset - low) / (high - low), 0.0, 1.0) : 0;
    const auto between = [&](std::int32_t a, std::int32_t b) {
      return static_cast<std::int32_t>(std::lround(a + (static_cast<double>(b) - a) * part));
    };
    const Position from = graph_.shape[piece], to = graph_.shape[piece + 1];
    return {between(from.lat, to.lat), between(from.lon, to.lon)};
  }

  const Graph& graph_;
  const Edge& edge_;
  double bound_;
  std::vector<ReachedLine>& lines_;
  std::uint32_t first_, last_;
  double closed_from_ = 0, closed_to_ = 0;
  bool is_closed_ = false;
  std::vector<Branch> branches_;
};

}  // namespace

std::vector<ReachedLine> reached_lines(const Graph& graph, const Place& from, std::int32_t seconds, Way way) {
  std::vector<ReachedLine> lines;
  if (!from.placed() || seconds < 0) return lines;
  const bool to_site = way == Way::to_site;
  const auto bound = static_cast<Units>(std::min<std::int64_t>(std::int64_t{seconds} * per_second, never - 1));
  Searcher search(graph, to_site);
  search.run(from, bound);
  const std::uint8_t up = to_site ? back : ahead, down = to_site ? ahead : back;
  for (std::uint32_t e = 0; e < graph.edges(); ++e) {
    const Edge& edge = graph.edge[e];
    const Units at_a = search.label(edge.a), at_b = search.label(edge.b);
    if (at_a == never && at_b == never && e != from.edge) continue;
    EdgeLines drawing(graph, e, bound, lines);
    if (at_a != never && (edge.may & up)) drawing.reached_upward(0, at_a);
    if (at_b != never && (edge.may & down)) drawing.reached_downward(edge.time, at_b);
    if (e == from.edge && from.leg <= bound) {
      if (edge.may & up) drawing.reached_upward(from.offset, from.leg);
      if (edge.may & down) drawing.reached_downward(from.offset, from.leg);
    }
    drawing.draw();
  }
  return lines;
}

}  // namespace tx::streets
