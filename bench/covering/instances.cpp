#include "instances.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "engines/streets/streets.h"

namespace bench {
namespace {

struct Numbers {                             // whole numbers of a text, line ends do not matter
  std::string text;
  const char* at;
  explicit Numbers(std::string t) : text(std::move(t)), at(text.data()) {}
  std::int64_t next() {
    const char* end = text.data() + text.size();
    while (at < end && (*at < '0' || *at > '9') && *at != '-') ++at;
    std::int64_t value = 0;
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc()) std::fprintf(stderr, "a number is missing\n"), std::exit(1);
    at = read.ptr;
    return value;
  }
};

Question with_demands(std::int32_t demands) {
  Question q;
  q.matrix.demands = demands;
  q.people.assign(demands, 1);
  return q;
}

void put(Question& q, std::vector<std::vector<std::int32_t>>& by_site) {
  for (auto& row : by_site) {
    std::sort(row.begin(), row.end());
    q.matrix.demand.insert(q.matrix.demand.end(), row.begin(), row.end());
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
}

struct Point { double x, y; };

// Site -> points within the radius, by a grid of cells as wide as the radius.
Question within(const std::vector<Point>& sites, const std::vector<Point>& points, double side, double radius) {
  auto q = with_demands(static_cast<std::int32_t>(points.size()));
  const int cells = std::max(1, static_cast<int>(side / radius));
  const auto cell = [&](double v) { return std::clamp(static_cast<int>(v / side * cells), 0, cells - 1); };
  std::vector<std::int32_t> start(cells * cells + 1, 0), order(points.size());
  for (const auto& p : points) ++start[cell(p.y) * cells + cell(p.x) + 1];
  for (int c = 0; c < cells * cells; ++c) start[c + 1] += start[c];
  auto at = start;
  for (std::size_t j = 0; j < points.size(); ++j)
    order[at[cell(points[j].y) * cells + cell(points[j].x)]++] = static_cast<std::int32_t>(j);
  std::vector<std::int32_t> row;
  for (const auto& s : sites) {
    row.clear();
    for (int y = std::max(0, cell(s.y) - 1); y <= std::min(cells - 1, cell(s.y) + 1); ++y)
      for (int x = std::max(0, cell(s.x) - 1); x <= std::min(cells - 1, cell(s.x) + 1); ++x)
        for (auto k = start[y * cells + x]; k < start[y * cells + x + 1]; ++k) {
          const double dx = points[order[k]].x - s.x, dy = points[order[k]].y - s.y;
          if (dx * dx + dy * dy <= radius * radius) row.push_back(order[k]);
        }
    std::sort(row.begin(), row.end());
    q.matrix.demand.insert(q.matrix.demand.end(), row.begin(), row.end());
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
  return q;
}

}  // namespace

std::string read_gz(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) std::fprintf(stderr, "cannot open %s\n", path.c_str()), std::exit(1);
  std::string text;
  char buffer[1 << 16];
  for (int n; (n = gzread(file, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  gzclose(file);
  return text;
}

Coverage read_coverage(const std::string& path) {
  Numbers in(read_gz(path));
  const auto sites = static_cast<std::int32_t>(in.next()), classes = static_cast<std::int32_t>(in.next());
  Coverage out{with_demands(classes), in.next()};
  std::vector<std::vector<std::int32_t>> by_site(sites);
  for (std::int32_t j = 0; j < classes; ++j) {
    out.question.people[j] = in.next();
    for (auto k = in.next(); k > 0; --k) by_site[in.next()].push_back(j);
  }
  put(out.question, by_site);
  return out;
}

Question read_scp(const std::string& path, bool by_column) {
  Numbers in(read_gz(path));
  const auto rows = static_cast<std::int32_t>(in.next()), columns = static_cast<std::int32_t>(in.next());
  auto q = with_demands(rows);
  std::vector<std::vector<std::int32_t>> by_site(columns);
  if (by_column) {
    for (std::int32_t i = 0; i < columns; ++i) {
      q.cost.push_back(in.next());
      for (auto k = in.next(); k > 0; --k) by_site[i].push_back(static_cast<std::int32_t>(in.next()) - 1);
    }
  } else {
    for (std::int32_t i = 0; i < columns; ++i) q.cost.push_back(in.next());
    for (std::int32_t j = 0; j < rows; ++j)
      for (auto k = in.next(); k > 0; --k) by_site[in.next() - 1].push_back(j);
  }
  put(q, by_site);
  return q;
}

Question read_pmed(const std::string& path) {
  Numbers in(read_gz(path));
  const auto n = static_cast<std::int32_t>(in.next());
  const auto edges = in.next();
  auto q = with_demands(n);
  q.count = static_cast<std::int32_t>(in.next());
  std::vector<std::int32_t> d(static_cast<std::size_t>(n) * n, 1 << 28);
  for (std::int64_t e = 0; e < edges; ++e) {   // an edge that comes twice: the last value holds
    const auto a = in.next() - 1, b = in.next() - 1;
    d[a * n + b] = d[b * n + a] = static_cast<std::int32_t>(in.next());
  }
  for (std::int32_t i = 0; i < n; ++i) d[static_cast<std::size_t>(i) * n + i] = 0;
  for (std::int32_t k = 0; k < n; ++k)
    for (std::int32_t i = 0; i < n; ++i)
      for (std::int32_t j = 0; j < n; ++j) {
        auto& here = d[static_cast<std::size_t>(i) * n + j];
        here = std::min(here, d[static_cast<std::size_t>(i) * n + k] + d[static_cast<std::size_t>(k) * n + j]);
      }
  for (std::int32_t i = 0; i < n; ++i) {
    for (std::int32_t j = 0; j < n; ++j) {
      q.matrix.demand.push_back(j);
      q.matrix.seconds.push_back(d[static_cast<std::size_t>(i) * n + j]);
    }
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
  return q;
}

void cordeau(std::int32_t sites, std::int32_t points, double radius, std::uint64_t seed,
             const std::function<void(std::span<const std::int32_t>, std::int64_t)>& visit) {
  std::mt19937_64 dice(seed);
  std::uniform_real_distribution<double> place(0, 30);
  std::vector<double> x(sites), y(sites);
  for (std::int32_t i = 0; i < sites; ++i) x[i] = place(dice), y[i] = place(dice);
  auto weights = dice;                         // drawn after all points, so from a generator that is ahead of them
  weights.discard(2 * static_cast<std::uint64_t>(points));
  std::vector<std::int32_t> list(sites + 1);
  for (std::int32_t j = 0; j < points; ++j) {
    const double at = place(dice), up = place(dice);
    std::size_t count = 0;
    for (std::int32_t i = 0; i < sites; ++i) {
      const double dx = x[i] - at, dy = y[i] - up;
      list[count] = i;
      count += dx * dx + dy * dy <= radius * radius;
    }
    visit({list.data(), count}, 1 + static_cast<std::int64_t>(weights() % 100));
  }
}

Question clustered(std::int32_t sites, std::int32_t points, double radius, std::uint64_t seed) {
  std::mt19937_64 dice(seed);
  std::uniform_real_distribution<double> place(0, 20);
  std::normal_distribution<double> near(0, 1.5);
  std::vector<Point> centre(40), at(sites), of(points);
  for (auto& p : centre) p = {place(dice), place(dice)};
  const auto draw = [&](Point& p) {
    if (dice() % 5 == 0) return p = {place(dice), place(dice)}, void();
    const auto& c = centre[dice() % centre.size()];
    p = {std::clamp(c.x + near(dice), 0.0, 20.0), std::clamp(c.y + near(dice), 0.0, 20.0)};
  };
  for (auto& p : at) draw(p);
  for (auto& p : of) draw(p);
  auto q = within(at, of, 20, radius);
  for (auto& w : q.people) w = 1 + static_cast<std::int64_t>(dice() % 100);
  return q;
}

Question junctions(const std::string& extract, std::int32_t sites, std::uint64_t seed) {
  using namespace tx::streets;
  const auto loaded = load_extract(extract);
  if (!loaded) std::fprintf(stderr, "cannot read %s\n", extract.c_str()), std::exit(1);
  const auto graph = build(*loaded, walking());
  if (!graph) std::exit(1);
  std::mt19937 dice(static_cast<std::uint32_t>(seed));
  std::vector<Place> at, of;
  Question q;
  for (std::uint32_t e = 0; e < graph->edges(); ++e)
    for (std::uint32_t i = graph->shape_start[e]; i + 1 < graph->shape_start[e + 1]; ++i) {
      Place place{e, std::min<Units>(graph->edge[e].time, graph->shape_ms[i] / 100)};
      place.standing = Standing::street;
      of.push_back(place);
      q.people.push_back(1 + dice() % 100);
    }
  for (std::int32_t i = 0; i < sites; ++i) at.push_back(at_junction(*graph, dice() % graph->junctions()));
  auto found = reach(*graph, at, of);
  q.matrix.demands = found.demands;
  q.matrix.start = std::move(found.start);
  q.matrix.demand = std::move(found.demand);
  return q;
}

}  // namespace bench
