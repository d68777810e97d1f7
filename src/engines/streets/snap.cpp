// Putting places on streets: a grid of cells over the pieces of all edges, searched in rings around the place.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engines/streets/parallel.h"
#include "engines/streets/streets.h"

namespace tx::streets {
namespace {

constexpr double cell_metres = 130;

// Calls give(cell) for every cell that the piece may touch; long pieces are walked in steps of a cell.
template <class Give>
void cells_of(const Graph& graph, Position from, Position to, const Give& give) {
  const auto& grid = graph.grid;
  const double north = static_cast<double>(to.lat) - from.lat, east = static_cast<double>(to.lon) - from.lon;
  const auto steps = static_cast<std::int64_t>(
      std::ceil(std::max({1.0, std::abs(north) / grid.step_lat, std::abs(east) / grid.step_lon})));
  const auto cell_at = [](double value, std::int32_t low, std::int32_t step, std::int32_t count) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>((value - low) / step), 0, count - 1);
  };
  const auto column = [&](double lon) { return cell_at(lon, graph.box.low.lon, grid.step_lon, grid.columns); };
  const auto row = [&](double lat) { return cell_at(lat, graph.box.low.lat, grid.step_lat, grid.rows); };
  std::int64_t last[4] = {-1, -1, -1, -1};
  for (std::int64_t i = 0; i < steps; ++i) {
    const double begin = static_cast<double>(i) / static_cast<double>(steps);
    const double end = static_cast<double>(i + 1) / static_cast<double>(steps);
    const auto [r0, r1] = std::minmax({row(from.lat + north * begin), row(from.lat + north * end)});
    const auto [c0, c1] = std::minmax({column(from.lon + east * begin), column(from.lon + east * end)});
    std::int64_t now[4] = {-1, -1, -1, -1};
    int count = 0;
    for (std::int64_t r = r0; r <= r1; ++r) {
      for (std::int64_t c = c0; c <= c1 && count < 4; ++c) {
        const std::int64_t cell = r * grid.columns + c;
        now[count++] = cell;
        if (std::find(std::begin(last), std::end(last), cell) == std::end(last)) give(static_cast<std::size_t>(cell));
      }
    }
    std::copy(std::begin(now), std::end(now), std::begin(last));
  }
}

struct Foot { std::uint32_t piece = none; double square = std::numeric_limits<double>::infinity(), part = 0; };

// Nearest point of a piece, in metres on a plane around the place.
Foot foot_on(const Graph& graph, std::uint32_t piece, Position at, Scale scale) {
  const Position from = graph.shape[piece], to = graph.shape[piece + 1];
  const double x = (static_cast<double>(from.lon) - at.lon) * scale.lon;
  const double y = (static_cast<double>(from.lat) - at.lat) * scale.lat;
  const double dx = (static_cast<double>(to.lon) - from.lon) * scale.lon;
  const double dy = (static_cast<double>(to.lat) - from.lat) * scale.lat;
  const double square = dx * dx + dy * dy;
  const double part = square > 0 ? std::clamp(-(x * dx + y * dy) / square, 0.0, 1.0) : 0;
  const double px = x + part * dx, py = y + part * dy;
  return {piece, px * px + py * py, part};
}

class Snapper {
 public:
  Snapper(const Graph& graph, Position at, const SnapRule& rule)
      : graph_(graph), at_(at), rule_(rule), scale_(scale_at(latitude(at))) {}

  Place run() {
    search();
    const double limit = rule_.limit_metres * rule_.limit_metres;
    const Foot* foot = network_.square <= limit ? &network_ : fragment_.square <= limit ? &fragment_ : nullptr;
    if (foot) return stand_on(*foot);
    Place place;
    const bool would_fit = inside({at_.lon, at_.lat});
    place.standing = inside(at_) ? Standing::too_far : would_fit ? Standing::swapped : Standing::outside;
    return place;
  }

 private:
  bool inside(Position at) const {
    return at.lat >= graph_.box.low.lat && at.lat <= graph_.box.high.lat && at.lon >= graph_.box.low.lon &&
           at.lon <= graph_.box.high.lon;
  }

  void search() {
    const auto& grid = graph_.grid;
    const double cell = std::min(grid.step_lat * scale_.lat, grid.step_lon * scale_.lon);
    const auto floor_div = [](double value, std::int32_t step) {
      return static_cast<std::int64_t>(std::floor(value / step));
    };
    const std::int64_t row = floor_div(static_cast<double>(at_.lat) - graph_.box.low.lat, grid.step_lat);
    const std::int64_t column = floor_div(static_cast<double>(at_.lon) - graph_.box.low.lon, grid.step_lon);
    const auto rings = static_cast<std::int64_t>(rule_.limit_metres / std::max(cell, 1e-3)) + 1;
    const std::int64_t outside = std::max({-row, row - (grid.rows - 1), -column, column - (grid.columns - 1)});
    if (outside > rings) return;
    const std::int64_t farthest = std::max({row, grid.rows - row, column, grid.columns - column});
    for (std::int64_t ring = std::max<std::int64_t>(0, outside); ring <= std::min(rings, farthest); ++ring) {
      const std::int64_t first = std::max<std::int64_t>(0, row - ring);
      const std::int64_t last = std::min<std::int64_t>(grid.rows - 1, row + ring);
      for (std::int64_t r = first; r <= last; ++r) {
        const bool full = r == row - ring || r == row + ring;
        const std::int64_t step = full ? 1 : std::max<std::int64_t>(1, 2 * ring);
        for (std::int64_t c = column - ring; c <= column + ring; c += step)
          if (c >= 0 && c < grid.columns) look_into(static_cast<std::size_t>(r * grid.columns + c));
      }
      const double sure = static_cast<double>(ring) * cell;   // whatever lies in later rings is farther than this
      if (network_.square <= sure * sure) return;
    }
  }

  void look_into(std::size_t cell) {
    for (std::uint32_t i = graph_.grid.start[cell]; i < graph_.grid.start[cell + 1]; ++i) {
      const std::uint32_t piece = graph_.grid.piece[i];
      const Foot foot = foot_on(graph_, piece, at_, scale_);
      const std::uint32_t network = graph_.component_of[graph_.edge[graph_.shape_edge[piece]].a];
      Foot& best = network == 0 || graph_.component[network].metres >= rule_.fragment_metres ? network_ : fragment_;
      if (foot.square < best.square || (foot.square == best.square && piece < best.piece)) best = foot;
    }
  }

  Place stand_on(const Foot& foot) const {
    Place place;
    place.edge = graph_.shape_edge[foot.piece];
    const Edge& edge = graph_.edge[place.edge];
    const double from = graph_.shape_ms[foot.piece], to = graph_.shape_ms[foot.piece + 1];
    place.offset = std::min<Units>(edge.time, static_cast<Units>(std::lround((from + (to - from) * foot.part) / 100)));
    place.metres = static_cast<float>(std::sqrt(foot.square));
    place.leg = static_cast<Units>(std::lround(place.metres * 36'000 / graph_.profile.leg_metres_an_hour));
    place.standing = graph_.component_of[edge.a] == 0 ? Standing::street : Standing::island;
    return place;
  }

  const Graph& graph_;
  Position at_;
  const SnapRule& rule_;
  Scale scale_;
  Foot network_, fragment_;
};

}  // namespace

void make_grid(Graph& graph) {
  Position low = graph.shape[0], high = graph.shape[0];
  for (const Position at : graph.shape) {
    low = {std::min(low.lat, at.lat), std::min(low.lon, at.lon)};
    high = {std::max(high.lat, at.lat), std::max(high.lon, at.lon)};
  }
  graph.box = {low, high};
  const Scale scale = scale_at((latitude(low) + latitude(high)) / 2);
  const double tall = static_cast<double>(high.lat) - low.lat, wide = static_cast<double>(high.lon) - low.lon;
  const double most = std::max<double>(1024, 4.0 * static_cast<double>(graph.shape.size()));
  auto& grid = graph.grid;
  for (double size = cell_metres;; size *= 1.4) {            // no more cells than streets deserve
    const double step_lat = size / scale.lat, step_lon = size / std::max(scale.lon, 1e-6);
    if (step_lat > 1e9 || step_lon > 1e9 || (tall / step_lat + 1) * (wide / step_lon + 1) <= most) {
      grid.step_lat = static_cast<std::int32_t>(std::min(step_lat, 1e9));
      grid.step_lon = static_cast<std::int32_t>(std::min(step_lon, 1e9));
      break;
    }
  }
  grid.rows = static_cast<std::int32_t>(tall / grid.step_lat) + 1;
  grid.columns = static_cast<std::int32_t>(wide / grid.step_lon) + 1;
  grid.start.assign(static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns) + 1, 0);
  const auto each = [&](const auto& give) {
    for (std::uint32_t e = 0; e < graph.edges(); ++e) {
      if (!graph.edge[e].snaps) continue;
      for (std::uint32_t i = graph.shape_start[e]; i + 1 < graph.shape_start[e + 1]; ++i)
        cells_of(graph, graph.shape[i], graph.shape[i + 1], [&](std::size_t cell) { give(cell, i); });
    }
  };
  each([&](std::size_t cell, std::uint32_t) { ++grid.start[cell + 1]; });
  std::partial_sum(grid.start.begin(), grid.start.end(), grid.start.begin());
  grid.piece.resize(grid.start.back());
  auto at = grid.start;
  each([&](std::size_t cell, std::uint32_t piece) { grid.piece[at[cell]++] = piece; });
}

Place snap(const Graph& graph, Position at, const SnapRule& rule) { return Snapper(graph, at, rule).run(); }

std::vector<Place> snap(const Graph& graph, std::span<const Position> places, const SnapRule& rule, int threads) {
  std::vector<Place> result(places.size());
  constexpr std::size_t slice = 512;
  in_parallel((places.size() + slice - 1) / slice, 2, threads, [&](auto& next) {
    for (std::size_t part = 0; next(part);)
      for (std::size_t i = part * slice; i < std::min(places.size(), (part + 1) * slice); ++i)
        result[i] = snap(graph, places[i], rule);
  });
  return result;
}

Place at_junction(const Graph& graph, std::uint32_t junction) {
  // The first edge that ends here; a junction always has one, but a closed road may have taken its arcs.
  Place place;
  const Arcs& arcs = graph.arcs(graph.out.start[junction] == graph.out.start[junction + 1]);
  if (arcs.start[junction] < arcs.start[junction + 1]) {
    place.edge = arcs.edge[arcs.start[junction]];
  } else {
    for (std::uint32_t e = 0; e < graph.edges() && place.edge == none; ++e)
      if (graph.edge[e].a == junction || graph.edge[e].b == junction) place.edge = e;
  }
  place.offset = graph.edge[place.edge].a == junction ? 0 : graph.edge[place.edge].time;
  place.standing = graph.component_of[junction] == 0 ? Standing::street : Standing::island;
  return place;
}

Position where(const Graph& graph, const Place& place) {
  const std::uint32_t first = graph.shape_start[place.edge], last = graph.shape_start[place.edge + 1] - 1;
  const double ms = place.offset * 100.0;
  std::uint32_t i = first;
  while (i + 2 <= last && graph.shape_ms[i + 1] < ms) ++i;
  const double from = graph.shape_ms[i], to = graph.shape_ms[i + 1];
  const double part = to > from ? std::clamp((ms - from) / (to - from), 0.0, 1.0) : 0;
  const auto between = [&](std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(std::lround(a + (static_cast<double>(b) - a) * part));
  };
  return {between(graph.shape[i].lat, graph.shape[i + 1].lat), between(graph.shape[i].lon, graph.shape[i + 1].lon)};
}

}  // namespace tx::streets
