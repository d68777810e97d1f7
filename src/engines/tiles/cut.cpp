// Cutting to a box and leaving out what nobody would see, in whole numbers.
#include <algorithm>
#include <cmath>

#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

// Square of the distance of p from the line piece a-b.
double off(At p, At a, At b) {
  const double dx = static_cast<double>(b.x - a.x), dy = static_cast<double>(b.y - a.y);
  double px = static_cast<double>(p.x - a.x), py = static_cast<double>(p.y - a.y);
  const double length = dx * dx + dy * dy;
  if (length > 0) {
    const double t = std::clamp((px * dx + py * dy) / length, 0.0, 1.0);
    px -= t * dx;
    py -= t * dy;
  }
  return px * px + py * py;
}

void mark(const Path& path, std::size_t from, std::size_t until, double limit, std::vector<char>& keep) {
  std::vector<std::pair<std::size_t, std::size_t>> open{{from, until}};
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    double most = limit;
    std::size_t at = 0;
    for (std::size_t i = a + 1; i < b; ++i)
      if (const double d = off(path[i], path[a], path[b]); d > most) most = d, at = i;
    if (at == 0) continue;
    keep[at] = 1;
    open.emplace_back(a, at);
    open.emplace_back(at, b);
  }
}

std::int64_t between(std::int64_t a, std::int64_t b, double t) {
  return a + std::llround(static_cast<double>(b - a) * t);
}

// One side of the box: keeps what lies on the good side of `edge`.
template <class Inside, class Cross>
Path cut_side(const Path& ring, const Inside& in, const Cross& cross) {
  Path out;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const At here = ring[i], next = ring[(i + 1) % ring.size()];
    if (in(here)) out.push_back(here);
    if (in(here) != in(next)) out.push_back(cross(here, next));
  }
  return out;
}
At at_x(At a, At b, std::int64_t x) {
  return {x, between(a.y, b.y, static_cast<double>(x - a.x) / static_cast<double>(b.x - a.x))};
}
At at_y(At a, At b, std::int64_t y) {
  return {between(a.x, b.x, static_cast<double>(y - a.y) / static_cast<double>(b.y - a.y)), y};
}

Box box_of(const Path& path) {
  Box box;
  for (const At p : path) box.add(p.x, p.y);
  return box;
}
bool holds(const Box& outer, const Box& inner) {
  return outer.x0 <= inner.x0 && inner.x1 <= outer.x1 && outer.y0 <= inner.y0 && inner.y1 <= outer.y1;
}

// The piece of a-b inside the box as two parameters (Liang-Barsky); false: none.
bool visible(At a, At b, const Box& box, double& from, double& until) {
  from = 0;
  until = 1;
  const double dx = static_cast<double>(b.x - a.x), dy = static_cast<double>(b.y - a.y);
  const double p[] = {-dx, dx, -dy, dy};
  const double q[] = {static_cast<double>(a.x - box.x0), static_cast<double>(box.x1 - a.x),
                      static_cast<double>(a.y - box.y0), static_cast<double>(box.y1 - a.y)};
  for (int i = 0; i < 4; ++i) {
    if (p[i] == 0) {
      if (q[i] < 0) return false;
      continue;
    }
    const double t = q[i] / p[i];
    if (p[i] < 0) from = std::max(from, t);
    else until = std::min(until, t);
    if (from > until) return false;
  }
  return true;
}

}  // namespace

void Box::add(std::int64_t x, std::int64_t y) {
  x0 = std::min(x0, x);
  x1 = std::max(x1, x);
  y0 = std::min(y0, y);
  y1 = std::max(y1, y);
}
void Box::add(const Box& other) {
  if (other.empty()) return;
  add(other.x0, other.y0);
  add(other.x1, other.y1);
}

double doubled_area(const Path& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const At a = ring[i], b = ring[(i + 1) % ring.size()];
    sum += static_cast<double>(a.x - ring[0].x) * static_cast<double>(b.y - ring[0].y) -
           static_cast<double>(b.x - ring[0].x) * static_cast<double>(a.y - ring[0].y);
  }
  return sum;
}

// A closed path does not repeat its first point at the end.
void simplify(Path& path, std::int64_t tolerance, bool closed) {
  path.erase(std::unique(path.begin(), path.end()), path.end());
  if (closed && path.size() > 1 && path.front() == path.back()) path.pop_back();
  if (tolerance <= 0 || path.size() < (closed ? 4u : 3u)) return;
  std::vector<char> keep(path.size() + 1, 0);
  const double limit = static_cast<double>(tolerance) * static_cast<double>(tolerance);
  keep[0] = 1;
  if (closed) {
    std::size_t far = 0;
    double most = 0;
    for (std::size_t i = 1; i < path.size(); ++i)
      if (const double d = off(path[i], path[0], path[0]); d > most) most = d, far = i;
    if (far == 0) return;
    keep[far] = 1;
    path.push_back(path.front());
    mark(path, 0, far, limit, keep);
    mark(path, far, path.size() - 1, limit, keep);
    path.pop_back();
  } else {
    keep[path.size() - 1] = 1;
    mark(path, 0, path.size() - 1, limit, keep);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < path.size(); ++i)
    if (keep[i]) path[kept++] = path[i];
  path.resize(kept);
}

std::vector<Path> cut_line(const Path& line, const Box& box) {
  if (holds(box, box_of(line))) return {line};
  std::vector<Path> out;
  bool running = false;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    double from = 0, until = 1;
    const At a = line[i], b = line[i + 1];
    if (!visible(a, b, box, from, until)) {
      running = false;
      continue;
    }
    const At begin{between(a.x, b.x, from), between(a.y, b.y, from)}, end{between(a.x, b.x, until), between(a.y, b.y, until)};
    if (!running || from > 0) out.push_back({begin});
    if (end != out.back().back()) out.back().push_back(end);
    running = until >= 1;
  }
  std::erase_if(out, [](const Path& piece) { return piece.size() < 2; });
  return out;
}

Path cut_ring(const Path& ring, const Box& box) {
  const Box whole = box_of(ring);
  if (holds(box, whole)) return ring;
  if (!box.meets(whole)) return {};
  Path out = cut_side(ring, [&](At p) { return p.x >= box.x0; }, [&](At a, At b) { return at_x(a, b, box.x0); });
  if (!out.empty()) out = cut_side(out, [&](At p) { return p.x <= box.x1; }, [&](At a, At b) { return at_x(a, b, box.x1); });
  if (!out.empty()) out = cut_side(out, [&](At p) { return p.y >= box.y0; }, [&](At a, At b) { return at_y(a, b, box.y0); });
  if (!out.empty()) out = cut_side(out, [&](At p) { return p.y <= box.y1; }, [&](At a, At b) { return at_y(a, b, box.y1); });
  return out;
}

bool inside(const Path& ring, At p) {
  bool in = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const At a = ring[i], b = ring[j];
    if ((a.y > p.y) == (b.y > p.y)) continue;
    const double x = static_cast<double>(a.x) + static_cast<double>(p.y - a.y) * static_cast<double>(b.x - a.x) / static_cast<double>(b.y - a.y);
    if (static_cast<double>(p.x) < x) in = !in;
  }
  return in;
}

}  // namespace tx::tiles
