#include "systems/stations/circles/shapes.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tx::stations::circles {
namespace {

constexpr int kCells = 96;                 // across the widest circle
constexpr double kLeastCell = 14, kAround = 32;   // metres
constexpr double kPi = 3.14159265358979;

struct Point {
  double x = 0, y = 0;                     // in cells
};
using Ring = std::vector<Point>;

struct Sheet {                             // cells around the centre
  double west = 0, south = 0, cell = 1, lon_m = 1, lat_m = 1;   // metres in a degree
  int columns = 0, rows = 0;
  std::vector<std::uint8_t> on;
  bool at(int x, int y) const {
    return x >= 0 && y >= 0 && x < columns && y < rows && on[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x)] != 0;
  }
  Point point(streets::Position p) const {
    return {(streets::longitude(p) - west) * lon_m / cell, (streets::latitude(p) - south) * lat_m / cell};
  }
  Json degrees(Point p) const {
    const auto short_number = [](double value) { return std::round(value * 1e6) / 1e6; };
    return Json(Json::Array{Json(short_number(west + p.x * cell / lon_m)), Json(short_number(south + p.y * cell / lat_m))});
  }
};

Sheet sheet_for(std::span<const streets::ReachedLine> lines, LonLat centre) {
  Sheet sheet;
  sheet.lat_m = 111'000;
  sheet.lon_m = 111'320 * std::max(0.05, std::cos(centre.lat * kPi / 180));
  double west = centre.lon, east = centre.lon, south = centre.lat, north = centre.lat;
  for (const auto& line : lines)
    for (const auto& p : {line.from, line.to}) {
      west = std::min(west, streets::longitude(p)), east = std::max(east, streets::longitude(p));
      south = std::min(south, streets::latitude(p)), north = std::max(north, streets::latitude(p));
    }
  const double wide = std::max((east - west) * sheet.lon_m, (north - south) * sheet.lat_m);
  sheet.cell = std::max(kLeastCell, wide / kCells);
  const double edge = std::max(kAround, sheet.cell) + 2 * sheet.cell;
  sheet.west = west - edge / sheet.lon_m;
  sheet.south = south - edge / sheet.lat_m;
  sheet.columns = static_cast<int>(((east - west) * sheet.lon_m + 2 * edge) / sheet.cell) + 1;
  sheet.rows = static_cast<int>(((north - south) * sheet.lat_m + 2 * edge) / sheet.cell) + 1;
  return sheet;
}

// Every cell whose middle lies near the piece.
void paint(Sheet& sheet, Point a, Point b, double around) {
  const double reach = std::max(around / sheet.cell, 0.75), dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const int x0 = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach)), x1 = std::min(sheet.columns - 1, static_cast<int>(std::max(a.x, b.x) + reach));
  const int y0 = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach)), y1 = std::min(sheet.rows - 1, static_cast<int>(std::max(a.y, b.y) + reach));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      const double px = x + 0.5 - a.x, py = y + 0.5 - a.y;
      const double t = length > 0 ? std::clamp((px * dx + py * dy) / length, 0.0, 1.0) : 0;
      if (std::hypot(px - t * dx, py - t * dy) <= reach) sheet.on[static_cast<std::size_t>(y) * static_cast<std::size_t>(sheet.columns) + static_cast<std::size_t>(x)] = 1;
    }
}

// What lies closed in by reached streets and is small (a block of houses) belongs to the shape.
void fill_small(Sheet& sheet) {
  const int most = static_cast<int>(std::pow(220 / sheet.cell, 2));
  std::vector<std::uint8_t> seen(sheet.on.size(), 0);
  std::vector<std::size_t> pool;
  const auto columns = static_cast<std::size_t>(sheet.columns);
  for (std::size_t start = 0; start < sheet.on.size(); ++start) {
    if (sheet.on[start] || seen[start]) continue;
    pool.assign(1, start);
    seen[start] = 1;
    bool open = false;
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const int x = static_cast<int>(pool[i] % columns), y = static_cast<int>(pool[i] / columns);
      for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        if (x + dx < 0 || y + dy < 0 || x + dx >= sheet.columns || y + dy >= sheet.rows) { open = true; continue; }
        const auto next = static_cast<std::size_t>(y + dy) * columns + static_cast<std::size_t>(x + dx);
        if (!sheet.on[next] && !seen[next]) seen[next] = 1, pool.push_back(next);
      }
    }
    if (!open && static_cast<int>(pool.size()) <= most)
      for (const auto cell : pool) sheet.on[cell] = 1;
  }
}

// Outlines along the cells' sides, painted cells on the left: outer rings turn left, holes turn right.
std::vector<Ring> outlines(const Sheet& sheet) {
  const int width = sheet.columns + 1;
  const auto key = [&](int x, int y) { return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x); };
  // Bits of the sides that begin at a corner: 1 east, 2 north, 4 west, 8 south.
  std::vector<std::uint8_t> side(static_cast<std::size_t>(width) * static_cast<std::size_t>(sheet.rows + 1), 0);
  for (int y = 0; y < sheet.rows; ++y)
    for (int x = 0; x < sheet.columns; ++x) {
      if (!sheet.at(x, y)) continue;
      if (!sheet.at(x, y - 1)) side[key(x, y)] |= 1;
      if (!sheet.at(x + 1, y)) side[key(x + 1, y)] |= 2;
      if (!sheet.at(x, y + 1)) side[key(x + 1, y + 1)] |= 4;
      if (!sheet.at(x - 1, y)) side[key(x, y + 1)] |= 8;
    }
  constexpr int kX[] = {1, 0, -1, 0}, kY[] = {0, 1, 0, -1};
  std::vector<Ring> rings;
  for (std::size_t start = 0; start < side.size(); ++start)
    while (side[start]) {
      Ring ring;
      int x = static_cast<int>(start % static_cast<std::size_t>(width)), y = static_cast<int>(start / static_cast<std::size_t>(width));
      int way = 0;
      while (!(side[start] >> way & 1)) ++way;
      do {
        side[key(x, y)] = static_cast<std::uint8_t>(side[key(x, y)] & ~(1 << way));
        ring.push_back({static_cast<double>(x), static_cast<double>(y)});
        x += kX[way], y += kY[way];
        // Left first: cells that only touch at a corner stay apart.
        for (const int turn : {1, 0, 3})
          if (side[key(x, y)] >> ((way + turn) % 4) & 1) {
            way = (way + turn) % 4;
            break;
          }
      } while (key(x, y) != start && (side[key(x, y)] >> way & 1));
      if (ring.size() > 3) rings.push_back(std::move(ring));
    }
  return rings;
}

Ring smoothed(const Ring& ring, int times) {
  Ring now = ring;
  for (int round = 0; round < times; ++round) {
    Ring next;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const Point &a = now[i], &b = now[(i + 1) % now.size()];
      next.push_back({a.x * 0.75 + b.x * 0.25, a.y * 0.75 + b.y * 0.25});
      next.push_back({a.x * 0.25 + b.x * 0.75, a.y * 0.25 + b.y * 0.75});
    }
    now = std::move(next);
  }
  Ring thin;                                // what lies on the straight between its neighbours says nothing
  for (std::size_t i = 0; i < now.size(); ++i) {
    const Point &before = thin.empty() ? now.back() : thin.back(), &at = now[i], &after = now[(i + 1) % now.size()];
    const double cross = (at.x - before.x) * (after.y - at.y) - (at.y - before.y) * (after.x - at.x);
    if (std::abs(cross) > 0.02) thin.push_back(at);
  }
  return thin.size() > 3 ? thin : now;
}

double area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum / 2;
}
bool inside(Point p, const Ring& ring) {
  bool in = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
    if ((ring[i].y > p.y) != (ring[j].y > p.y) && p.x < (ring[j].x - ring[i].x) * (p.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
      in = !in;
  return in;
}

Json multipolygon(const Sheet& sheet) {
  std::vector<Ring> outer, holes;
  for (auto& ring : outlines(sheet)) (area(ring) > 0 ? outer : holes).push_back(std::move(ring));
  const auto closed = [&](const Ring& ring) {
    Json line = Json::array();
    const Ring smooth = smoothed(ring, 2);
    for (const auto& p : smooth) line.push(sheet.degrees(p));
    line.push(sheet.degrees(smooth.front()));
    return line;
  };
  std::vector<Json> polygons;
  for (const auto& ring : outer) polygons.push_back(Json(Json::Array{closed(ring)}));
  for (const auto& hole : holes) {
    const Point near{hole[0].x + (hole[1].x - hole[0].x) * 0.5, hole[0].y + (hole[1].y - hole[0].y) * 0.5};
    std::size_t best = outer.size();
    double least = 0;
    for (std::size_t i = 0; i < outer.size(); ++i)
      if (const double size = area(outer[i]); inside(near, outer[i]) && (best == outer.size() || size < least)) best = i, least = size;
    if (best < outer.size()) polygons[best].push(closed(hole));
  }
  return Json::of({{"type", "MultiPolygon"}, {"coordinates", Json(Json::Array(polygons.begin(), polygons.end()))}});
}

Json feature(Json geometry, int minutes) {
  return Json::of({{"type", "Feature"}, {"properties", Json::of({{"minutes", minutes}})}, {"geometry", std::move(geometry)}});
}
std::vector<int> widest_first(std::span<const int> minutes) {
  std::vector<int> order(minutes.begin(), minutes.end());
  std::sort(order.rbegin(), order.rend());
  return order;
}
Json collection(Json features) { return Json::of({{"type", "FeatureCollection"}, {"features", std::move(features)}}); }

}  // namespace

Json street_shapes(std::span<const streets::ReachedLine> lines, LonLat centre, std::span<const int> minutes) {
  Json features = Json::array();
  Sheet sheet = sheet_for(lines, centre);
  for (const int bound : widest_first(minutes)) {
    sheet.on.assign(static_cast<std::size_t>(sheet.columns) * static_cast<std::size_t>(sheet.rows), 0);
    for (const auto& line : lines) {
      const auto seconds = bound * 60;
      if (line.ferry || std::min(line.from_seconds, line.to_seconds) >= seconds) continue;
      Point a = sheet.point(line.from), b = sheet.point(line.to);
      const auto cut = [&](Point& far, Point near, int far_s, int near_s) {
        if (far_s <= seconds || far_s <= near_s) return;
        const double part = static_cast<double>(seconds - near_s) / (far_s - near_s);
        far = {near.x + (far.x - near.x) * part, near.y + (far.y - near.y) * part};
      };
      const Point from = a, to = b;
      cut(b, from, line.to_seconds, line.from_seconds);
      cut(a, to, line.from_seconds, line.to_seconds);
      paint(sheet, a, b, kAround);
    }
    fill_small(sheet);
    features.push(feature(multipolygon(sheet), bound));
  }
  return collection(std::move(features));
}

Json round_shapes(LonLat centre, double metres_a_second, std::span<const int> minutes) {
  Json features = Json::array();
  Sheet sheet;
  sheet.lat_m = 111'000;
  sheet.lon_m = 111'320 * std::max(0.05, std::cos(centre.lat * kPi / 180));
  sheet.west = centre.lon;
  sheet.south = centre.lat;
  for (const int bound : widest_first(minutes)) {
    Json line = Json::array();
    for (int i = 0; i <= 72; ++i) {
      const double turn = 2 * kPi * (i % 72) / 72, metres = metres_a_second * bound * 60;
      line.push(sheet.degrees({std::cos(turn) * metres, std::sin(turn) * metres}));
    }
    features.push(feature(Json::of({{"type", "MultiPolygon"}, {"coordinates", Json(Json::Array{Json(Json::Array{line})})}}), bound));
  }
  return collection(std::move(features));
}

}  // namespace tx::stations::circles
