// The graph against oracles that share nothing with it: a plain Dijkstra over a graph in which every place is a
// junction of its own, a look at every piece of street for snapping, sums over pairs for heat.
#include "engines/streets/streets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <random>

#include "engines/streets/search.h"
#include "engines/streets/test_map.h"

using namespace tx::streets;
using tx::streets::testing::MapWriter;

namespace {

constexpr double lat0 = 38.47, lon0 = 106.23;     // Yinchuan, roughly
constexpr double step = 0.001;                    // 111 m north

Graph graph_of(const MapWriter& map, const Profile& profile) {
  const auto extract = read_extract(map.write());
  EXPECT_TRUE(extract) << extract.error().rule;
  auto graph = build(*extract, profile);
  EXPECT_TRUE(graph) << graph.error().rule;
  return *std::move(graph);
}

// A crooked town: side x side crossings, some streets missing, some one-way, some with bends, steps and footways.
MapWriter crooked_town(unsigned seed, int side) {
  std::mt19937 random(seed);
  MapWriter map;
  std::int64_t next = 1000;
  const auto at = [&](int r, int c) { return std::int64_t{1} + r * side + c; };
  std::uniform_real_distribution<double> off(-0.3, 0.3);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c)
      map.nodes.push_back({at(r, c), lat0 + (r + off(random)) * step, lon0 + (c + off(random)) * step, {}});
  std::int64_t way = 1;
  const auto street = [&](std::int64_t from, std::int64_t to) {
    if (random() % 5 == 0) return;
    std::vector<std::int64_t> nodes{from};
    const auto& a = map.nodes[static_cast<std::size_t>(from - 1)];
    const auto& b = map.nodes[static_cast<std::size_t>(to - 1)];
    for (unsigned bend = 1, bends = random() % 3; bend <= bends; ++bend) {
      const double part = bend / (bends + 1.0);
      const double lat = a.lat + (b.lat - a.lat) * part + off(random) * step / 4;
      const double lon = a.lon + (b.lon - a.lon) * part + off(random) * step / 4;
      map.nodes.push_back({next, lat, lon, {}});
      nodes.push_back(next++);
    }
    nodes.push_back(to);
    static const char* const kinds[] = {"residential", "footway", "steps", "service", "tertiary"};
    tx::streets::testing::Tags tags{{"highway", kinds[random() % 5]}, {"name", "s" + std::to_string(way % 7)}};
    if (random() % 3 == 0) tags.emplace_back("oneway", random() % 2 ? "yes" : "-1");
    if (random() % 4 == 0) tags.emplace_back("bicycle", "yes");
    map.ways.push_back({way++, nodes, tags});
  };
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      if (c + 1 < side) street(at(r, c), at(r, c + 1));
      if (r + 1 < side) street(at(r, c), at(r + 1, c));
    }
  return map;
}

std::vector<Place> random_places(const Graph& graph, std::mt19937& random, int count) {
  std::vector<Place> places;
  for (int i = 0; i < count; ++i) {
    Place place;
    place.edge = static_cast<std::uint32_t>(random() % graph.edges());
    place.offset = static_cast<Units>(random() % (graph.edge[place.edge].time + 1));
    place.leg = static_cast<Units>(random() % 300);
    place.standing = Standing::street;
    places.push_back(place);
  }
  return places;
}

// Dijkstra over the graph with every place as a junction: edges are split at the offsets, closed parts are left out.
class SplitOracle {
 public:
  SplitOracle(const Graph& graph, const std::vector<Place>& places) : places_(places) {
    next_.resize(graph.junctions() + places.size());
    for (std::uint32_t e = 0; e < graph.edges(); ++e) {
      const Edge& edge = graph.edge[e];
      std::vector<std::pair<Units, std::uint32_t>> stops{{0, edge.a}, {edge.time, edge.b}};
      for (std::uint32_t p = 0; p < places.size(); ++p)
        if (places[p].edge == e) stops.emplace_back(places[p].offset, graph.junctions() + p);
      std::sort(stops.begin() + 2, stops.end());
      std::rotate(stops.begin() + 1, stops.begin() + 2, stops.end());
      for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
        const auto [from, u] = stops[i];
        const auto [to, v] = stops[i + 1];
        const bool shut = std::any_of(graph.closed.begin(), graph.closed.end(), [&](const Graph::Closure& one) {
          return one.edge == e && from <= one.to && to >= one.from;
        });
        if (shut) continue;
        const bool same_point = from == to;       // nobody drives against a one-way street of no length
        if (same_point || (edge.may & ahead)) next_[u].emplace_back(v, to - from);
        if (same_point || (edge.may & back)) next_[v].emplace_back(u, to - from);
      }
    }
    first_ = graph.junctions();
  }
  // Units from one place to another, legs included.
  std::vector<std::uint64_t> from(std::size_t place) const {
    std::vector<std::uint64_t> label(next_.size(), never);
    std::priority_queue<std::pair<std::uint64_t, std::uint32_t>, std::vector<std::pair<std::uint64_t, std::uint32_t>>,
                        std::greater<>> queue;
    label[first_ + place] = places_[place].leg;
    queue.emplace(places_[place].leg, static_cast<std::uint32_t>(first_ + place));
    while (!queue.empty()) {
      const auto [time, u] = queue.top();
      queue.pop();
      if (time != label[u]) continue;
      for (const auto& [v, way] : next_[u])
        if (time + way < label[v]) queue.emplace(label[v] = time + way, v);
    }
    std::vector<std::uint64_t> result;
    for (std::size_t p = 0; p < places_.size(); ++p)
      result.push_back(label[first_ + p] == never ? never : label[first_ + p] + places_[p].leg);
    return result;
  }

 private:
  const std::vector<Place>& places_;
  std::vector<std::vector<std::pair<std::uint32_t, Units>>> next_;
  std::size_t first_ = 0;
};

using Pairs = std::map<std::pair<int, int>, int>;
int wanted_time(const Pairs& pairs, int p, int q) {
  const auto found = pairs.find({p, q});
  return found == pairs.end() ? -1 : found->second;
}

Pairs pairs_of(const Reach& reach) {
  Pairs pairs;
  for (int s = 0; s < reach.sites(); ++s) {
    int last = -1;
    for (auto i = static_cast<std::size_t>(reach.start[s]); i < static_cast<std::size_t>(reach.start[s + 1]); ++i) {
      EXPECT_LT(last, reach.demand[i]);
      last = reach.demand[i];
      pairs[{s, reach.demand[i]}] = reach.seconds[i];
    }
  }
  return pairs;
}

void compare_with_oracle(const Graph& graph, std::mt19937& random, std::int32_t bound) {
  std::vector<Place> places = random_places(graph, random, 60);
  places[7] = places[3];                          // two at one point
  places[8].edge = places[9].edge = places[3].edge;
  places[8].offset = 0;
  places[9].offset = graph.edge[places[9].edge].time;
  const SplitOracle oracle(graph, places);
  Pairs wanted_from, wanted_to;
  const std::span<const Place> all(places);
  const auto sites = all.subspan(0, 21), demands = all.subspan(0, 60);
  for (int p = 0; p < 60; ++p) {
    const auto units = oracle.from(static_cast<std::size_t>(p));
    for (int q = 0; q < 60; ++q) {
      if (p == q || units[static_cast<std::size_t>(q)] > static_cast<std::uint64_t>(bound) * 10) continue;
      const int seconds = static_cast<int>((units[static_cast<std::size_t>(q)] + 9) / 10);
      if (p < 21) wanted_from[{p, q}] = seconds;
      if (q < 21) wanted_to[{q, p}] = seconds;
    }
  }
  for (const auto cells : {ReachOptions::Cells::no, ReachOptions::Cells::pay, ReachOptions::Cells::yes})
    for (const Way way : {Way::from_site, Way::to_site}) {
      auto got = pairs_of(reach(graph, sites, demands, {bound, way, 2, cells}));
      std::erase_if(got, [](const auto& one) { return one.first.first == one.first.second; });
      EXPECT_EQ(got, way == Way::from_site ? wanted_from : wanted_to) << static_cast<int>(cells);
    }
  for (int p = 0; p < 21; ++p) {
    const auto row = times(graph, places[static_cast<std::size_t>(p)], demands, bound);
    const auto back_row = times(graph, places[static_cast<std::size_t>(p)], demands, bound, Way::to_site);
    for (int q = 0; q < 60; ++q) {
      if (p == q) continue;
      const auto one = demands.subspan(static_cast<std::size_t>(q), 1);
      const auto single = times(graph, places[static_cast<std::size_t>(p)], one, bound);
      EXPECT_EQ(row[static_cast<std::size_t>(q)], single[0]);
      EXPECT_EQ(row[static_cast<std::size_t>(q)], wanted_time(wanted_from, p, q));
      EXPECT_EQ(back_row[static_cast<std::size_t>(q)], wanted_time(wanted_to, p, q));
    }
  }
}

}  // namespace

TEST(Streets, EqualsDijkstraOnTheGraphSplitAtEveryPlace) {
  std::mt19937 random(11);
  int one_ways = 0;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const MapWriter map = crooked_town(seed, 9);
    for (const Profile& profile : {walking(), slow_walking(), cycling(), driving()}) {
      const Graph graph = graph_of(map, profile);
      one_ways += graph.symmetric ? 0 : 1;
      compare_with_oracle(graph, random, 100 + static_cast<int>(random() % 500));
    }
  }
  EXPECT_GE(one_ways, 24);                        // cycling and driving
}

TEST(Streets, ClosedRoadsEqualTheOracleAndOpenAgain) {
  std::mt19937 random(12);
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Graph graph = graph_of(crooked_town(seed, 8), seed % 2 ? walking() : cycling());
    const Arcs before = graph.out;
    std::vector<std::uint32_t> closed;
    for (int i = 0; i < 12; ++i) {
      const auto edge = static_cast<std::uint32_t>(random() % graph.edges());
      const Units time = graph.edge[edge].time, from = static_cast<Units>(random() % (time + 1));
      i % 3 ? close_road(graph, edge, from, from + static_cast<Units>(random() % 50)) : close_road(graph, edge);
      closed.push_back(edge);
    }
    compare_with_oracle(graph, random, 600);
    for (const std::uint32_t edge : closed) open_road(graph, edge);
    EXPECT_TRUE(graph.closed.empty());
    EXPECT_EQ(graph.out.start, before.start);
    EXPECT_EQ(graph.out.edge, before.edge);
  }
}

// Five hundred crossings joined to others anywhere: no clump has few streets out of it.
MapWriter tangle(unsigned seed) {
  std::mt19937 random(seed);
  MapWriter map;
  constexpr std::int64_t crossings = 500;
  const auto off = [&] { return static_cast<double>(random() % 1000) / 1000 * 20 * step; };
  for (std::int64_t i = 1; i <= crossings; ++i) map.nodes.push_back({i, lat0 + off(), lon0 + off(), {}});
  for (std::int64_t way = 1; way <= 4 * crossings; ++way) {
    const std::int64_t from = 1 + random() % crossings, to = 1 + random() % crossings;
    if (from != to) map.ways.push_back({way, {from, to}, {{"highway", "residential"}, {"oneway", random() % 4 ? "no" : "yes"}}});
  }
  return map;
}

TEST(Streets, CellsGiveTheLabelsOfThePlainSearch) {
  if (!cells_work()) GTEST_SKIP() << "no AVX2";
  std::size_t cells_seen = 0, labels = 0;
  for (const Profile& profile : {walking(), cycling(), driving()})
    for (const MapWriter& map : {crooked_town(21, 45), tangle(22)}) {
      const Graph graph = graph_of(map, profile);
      for (const bool reversed : {false, true}) {
        const auto cells = std::make_shared<const Cells>(graph, reversed);
        cells_seen += cells->count();
        CellSearcher by_cells(graph, cells, reversed);
        Searcher plain(graph, reversed);
        std::mt19937 random(23);
        const auto places = random_places(graph, random, 60);
        for (std::size_t i = 0; i < places.size(); ++i) {
          const Units bound = i % 3 == 0 ? 900 : i % 3 == 1 ? 6'000 : cells_limit;
          by_cells.run(places[i], bound);
          plain.run(places[i], bound);
          std::vector<std::uint32_t> wanted = plain.touched(), got(by_cells.touched().begin(), by_cells.touched().end());
          for (std::size_t k = 0; k < got.size(); ++k) ASSERT_EQ(by_cells.times()[k], plain.label(got[k]));
          std::sort(wanted.begin(), wanted.end());
          std::sort(got.begin(), got.end());
          ASSERT_EQ(got, wanted);
          for (std::uint32_t j = 0; j < graph.junctions(); ++j) ASSERT_EQ(by_cells.label(j), plain.label(j));
          labels += got.size();
        }
      }
    }
  EXPECT_GT(cells_seen, 150u);
  EXPECT_GT(labels, 100'000u);
}

// Nothing is made for a few searches; for many, or after many, the cells stand, and a closed road throws them away.
TEST(Streets, CellsAreMadeWhenTheyPay) {
  if (!cells_work()) GTEST_SKIP() << "no AVX2";
  Graph graph = graph_of(crooked_town(24, 30), walking());
  std::mt19937 random(25);
  const auto places = random_places(graph, random, 400);
  const std::span<const Place> all(places);
  const auto stands = [&] { return graph.shelf->take(graph, true, 0) != nullptr; };
  reach(graph, all.first(2), all, {.seconds = 300});
  EXPECT_FALSE(stands());
  const auto plain = reach(graph, all, all, {.seconds = 900, .cells = ReachOptions::Cells::no});
  EXPECT_FALSE(stands());
  const auto first = reach(graph, all, all, {.seconds = 900});
  EXPECT_TRUE(stands());
  EXPECT_EQ(first.seconds, plain.seconds);
  EXPECT_EQ(first.demand, plain.demand);
  close_road(graph, 5);
  EXPECT_FALSE(stands());
}

TEST(Streets, HeatIsTheSumOverEverybodyReached) {
  std::mt19937 random(13);
  for (const Profile& profile : {walking(), cycling()}) {
    const Graph graph = graph_of(crooked_town(3, 10), profile);
    const auto demands = random_places(graph, random, 200);
    std::vector<std::int64_t> people;
    for (std::size_t i = 0; i < demands.size(); ++i) people.push_back(static_cast<std::int64_t>(random() % 900));
    std::vector<Place> sites;
    for (std::uint32_t j = 0; j < graph.junctions(); ++j) sites.push_back(at_junction(graph, j));
    for (const Way way : {Way::to_site, Way::from_site}) {
      const auto covered = coverage(reach(graph, sites, demands, {200, way}), demands, people);
      for (const auto cells : {ReachOptions::Cells::no, ReachOptions::Cells::yes})
        EXPECT_EQ(heat(graph, demands, people, {200, way, 2, cells}), covered.by_site);
    }
    people[0] = 5'000'000'000;                    // too many for 32 bits: still exact
    const auto many = coverage(reach(graph, sites, demands), demands, people);
    EXPECT_EQ(heat(graph, demands, people), many.by_site);
  }
}

TEST(Streets, SnapsToTheNearestPointOfAnyStreet) {
  std::mt19937 random(14);
  const Graph graph = graph_of(crooked_town(5, 10), walking());
  std::uniform_real_distribution<double> off(-0.004, 0.014);
  int placed = 0, far = 0;
  for (int i = 0; i < 2000; ++i) {
    const Position at = *position(lat0 + off(random), lon0 + off(random));
    double nearest = 1e9;
    for (std::uint32_t e = 0; e < graph.edges(); ++e)
      for (std::uint32_t p = graph.shape_start[e]; p + 1 < graph.shape_start[e + 1]; ++p)
        for (int k = 0; i % 20 == 0 && k <= 200; ++k) {
          const double part = k / 200.0;
          const auto between = [&](std::int32_t x, std::int32_t y) {
            return static_cast<std::int32_t>(x + (y - x) * part);
          };
          const Position on{between(graph.shape[p].lat, graph.shape[p + 1].lat),
                            between(graph.shape[p].lon, graph.shape[p + 1].lon)};
          nearest = std::min(nearest, metres(at, on));
        }
    const Place place = snap(graph, at, {300, 0});
    if (place.placed()) {
      ++placed;
      EXPECT_NEAR(metres(at, where(graph, place)), place.metres, 0.3);
      EXPECT_NEAR(place.leg, place.metres * 7.2, 0.6);
      if (i % 20 == 0) { EXPECT_NEAR(place.metres, nearest, 0.4); }
    } else {
      ++far;
      if (i % 20 == 0) { EXPECT_GT(nearest, 299.5); }
    }
  }
  EXPECT_GT(placed, 1000);
  EXPECT_GT(far, 100);
}

TEST(Streets, AMidpointOfALongStreetCounts) {
  MapWriter map;                                  // one street of 1,110 m with a junction at either end only
  map.nodes = {{1, lat0, lon0, {}}, {2, lat0 + 0.01, lon0, {}}, {3, lat0, lon0 + step, {}},
               {4, lat0 + 0.01, lon0 + step, {}}};
  map.ways = {{1, {3, 1, 2, 4}, {{"highway", "residential"}}}};
  const Graph graph = graph_of(map, walking());
  ASSERT_EQ(graph.edges(), 1u);
  const Position beside = *position(lat0 + 0.0045, lon0 + 0.0001), on = *position(lat0 + 0.0045, lon0);
  const Position north = *position(lat0 + 0.0055, lon0);
  const std::vector<Place> places = snap(graph, std::vector{beside, north});
  ASSERT_TRUE(places[0].placed());
  const double wanted_seconds = (metres(on, north) + metres(on, beside)) / (5000.0 / 3600);
  EXPECT_NEAR(times(graph, places[0], std::span(places).subspan(1), 900)[0], wanted_seconds, 1.0);
  const auto lines = reached_lines(graph, places[0], 120);
  double length = 0;
  for (const auto& line : lines) length += metres(line.from, line.to);
  EXPECT_NEAR(length, 2 * (120 - places[0].leg / 10.0) * 5000 / 3600, 1.0);
}

TEST(Streets, ReachedLinesCarryTheTimesOfTheirEnds) {
  std::mt19937 random(15);
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Graph graph = graph_of(crooked_town(seed, 7), seed % 2 ? walking() : cycling());
    if (seed > 4) close_road(graph, 5), close_road(graph, 9, 3, 12);
    const auto places = random_places(graph, random, 400);
    const std::int32_t bound = seed % 2 ? 400 : 130;
    const Place site = places[0];
    for (const Way way : {Way::to_site, Way::from_site}) {
      const auto lines = reached_lines(graph, site, bound, way);
      for (const auto& line : lines) {
        EXPECT_GE(std::min(line.from_seconds, line.to_seconds), 0);
        EXPECT_LE(std::max(line.from_seconds, line.to_seconds), bound);
      }
      // A place without a leg is reached exactly where a line passes under it with its time.
      for (std::size_t i = 1; i < places.size(); ++i) {
        Place place = places[i];
        place.leg = 0;
        const auto seconds = times(graph, site, std::span(&place, 1), bound + 5, way)[0];
        const Position at = where(graph, place);
        bool drawn = false;
        for (const auto& line : lines) {
          const double whole = metres(line.from, line.to), first = metres(line.from, at), second = metres(at, line.to);
          if (first + second > whole + 0.05) continue;
          const double part = whole > 0 ? first / whole : 0;
          const double shown = line.from_seconds + (line.to_seconds - line.from_seconds) * part;
          drawn |= seconds >= 0 && std::abs(shown - seconds) <= 2.5;
        }
        if (seconds >= 0 && seconds < bound - 2) { EXPECT_TRUE(drawn) << seed << ' ' << i << ' ' << seconds; }
      }
    }
  }
}

TEST(Streets, NobodyIsDroppedSilently) {
  MapWriter map;
  map.nodes = {{1, lat0, lon0, {}},           {2, lat0, lon0 + 0.02, {}}, {3, lat0 + 0.02, lon0, {}},
               {4, lat0 + 0.02, lon0 + 0.02, {}}, {5, lat0, lon0 + 0.01, {}}, {6, lat0 + 0.001, lon0 + 0.01, {}}};
  map.ways = {{1, {1, 5, 2}, {{"highway", "residential"}}},
              {2, {3, 4}, {{"highway", "residential"}}},
              {3, {5, 6}, {{"highway", "footway"}}}};
  const Graph graph = graph_of(map, walking());
  ASSERT_EQ(graph.component.size(), 2u);
  EXPECT_EQ(graph.component[0].junctions, 4u);
  const std::vector<Position> at{*position(lat0, lon0 + 0.001),        *position(lat0 + 0.0201, lon0 + 0.01),
                                 *position(lat0 + 0.01, lon0 + 0.015), *position(lat0 + 1, lon0),
                                 {}, *position(lat0, lon0 + 0.0195)};
  std::vector<Position> places(at);
  places[4] = {places[2].lon, places[2].lat};     // latitude and longitude changed places
  const auto snapped = snap(graph, places);
  EXPECT_EQ(snapped[0].standing, Standing::street);
  EXPECT_EQ(snapped[1].standing, Standing::island);
  EXPECT_EQ(snapped[2].standing, Standing::too_far);
  EXPECT_EQ(snapped[3].standing, Standing::outside);
  EXPECT_EQ(snapped[4].standing, Standing::swapped);
  EXPECT_EQ(snapped[5].standing, Standing::street);
  const std::vector<std::int64_t> people{1, 20, 300, 4000, 50000, 600000};
  const auto found = coverage(reach(graph, std::span(snapped).subspan(0, 1), snapped, {600}), snapped, people);
  EXPECT_EQ(found.people, 654321);
  EXPECT_EQ(found.reached, 1);
  EXPECT_EQ(found.on_islands, 20);
  EXPECT_EQ(found.too_far, 300);
  EXPECT_EQ(found.outside, 54000);
  EXPECT_EQ(found.missed, 600000);
  EXPECT_EQ(found.nearest[0], 0);
  const auto own = coverage(reach(graph, std::span(snapped).subspan(1, 1), snapped, {600}), snapped, people);
  EXPECT_EQ(own.reached, 20);                     // a station on the island serves the island
  EXPECT_EQ(own.on_islands, 0);
}

TEST(Streets, AFragmentIsTakenOnlyWhereNothingElseIsNear) {
  MapWriter map;
  map.nodes = {{1, lat0, lon0, {}}, {2, lat0, lon0 + 0.05, {}}, {3, lat0 + 0.0005, lon0 + 0.01, {}},
               {4, lat0 + 0.0005, lon0 + 0.0101, {}}};
  map.ways = {{1, {1, 2}, {{"highway", "residential"}}}, {2, {3, 4}, {{"highway", "footway"}}}};
  const Graph graph = graph_of(map, walking());
  const Position beside = *position(lat0 + 0.0006, lon0 + 0.01);
  EXPECT_EQ(snap(graph, beside).standing, Standing::street);
  EXPECT_EQ(snap(graph, beside, {300, 0}).standing, Standing::island);
  EXPECT_EQ(snap(graph, beside, {50, 1000}).standing, Standing::island);
}

TEST(Streets, ContractionKeepsWhatMatters) {
  MapWriter map;
  for (int i = 0; i < 12; ++i) map.nodes.push_back({i + 1, lat0 + i * step, lon0, {}});
  map.nodes.push_back({20, lat0 + 2 * step, lon0 + step, {}});
  map.nodes[7].tags = {{"barrier", "gate"}, {"access", "private"}};
  map.ways = {{1, {1, 2, 3}, {{"highway", "residential"}, {"name", "one"}}},
              {2, {3, 4, 5, 6}, {{"highway", "residential"}, {"name", "two"}}},
              {3, {6, 7, 8, 9, 10, 11, 12}, {{"highway", "footway"}}},
              {4, {3, 20}, {{"highway", "residential"}}}};
  const Graph graph = graph_of(map, walking());
  // 1-3, 3-8 through two ways, 3-20, and beyond the gate 8-12
  EXPECT_EQ(graph.edges(), 4u);
  EXPECT_EQ(graph.junctions(), 6u);
  EXPECT_EQ(graph.component.size(), 2u);
  ASSERT_EQ(edges_of_way(graph, 2).size(), 1u);
  EXPECT_EQ(edges_of_way(graph, 3).size(), 2u);
  EXPECT_TRUE(edges_of_way(graph, 99).empty());
  const Summary summary = describe(graph);
  EXPECT_EQ(summary.islands, 1u);
  EXPECT_NEAR(summary.kilometres, 11 * 0.111 + 0.087, 0.01);
  EXPECT_NE(text(summary).find("edges 4\n"), std::string::npos);
  const Graph car = graph_of(map, driving());
  EXPECT_EQ(car.edges(), 3u);                     // no footway
}

TEST(Streets, RingsDeadEndsAndDoubleStreetsStand) {
  MapWriter map;
  map.nodes = {{1, lat0, lon0, {}}, {2, lat0, lon0 + step, {}}, {3, lat0 + step, lon0, {}},
               {4, lat0 + 3 * step, lon0, {}}, {5, lat0 + 3 * step, lon0 + step, {}},
               {6, lat0 + 3.5 * step, lon0 + 0.5 * step, {}}};
  map.ways = {{1, {1, 2, 3, 1}, {{"highway", "residential"}}},       // a ring of its own
              {2, {4, 5}, {{"highway", "residential"}}},
              {3, {4, 6, 5}, {{"highway", "footway"}}}};              // a second way between the same two
  const Graph graph = graph_of(map, walking());
  std::mt19937 random(16);
  EXPECT_EQ(graph.component.size(), 2u);
  compare_with_oracle(graph, random, 900);
}

TEST(Streets, FerriesStepsAndPaces) {
  MapWriter map;
  map.nodes = {{1, lat0, lon0, {}}, {2, lat0 + 0.01, lon0, {}}, {3, lat0 + 0.02, lon0, {}}, {4, lat0 + 0.03, lon0, {}},
               {5, lat0 + 0.0301, lon0, {}}, {6, lat0 + 0.0401, lon0, {}}};
  map.ways = {{1, {1, 2}, {{"highway", "residential"}}},
              {2, {2, 3}, {{"route", "ferry"}, {"duration", "00:10"}}},
              {3, {3, 4}, {{"highway", "motorway"}, {"foot", "yes"}}},
              {4, {4, 5}, {{"highway", "steps"}}},
              {5, {5, 6}, {{"highway", "footway"}}}};
  const Graph graph = graph_of(map, walking());
  EXPECT_EQ(graph.component.size(), 1u);
  const std::vector<Place> ends = snap(graph, std::vector{*position(lat0, lon0), *position(lat0 + 0.0401, lon0)});
  const double street = metres(*position(lat0, lon0), *position(lat0 + 0.01, lon0)) * 3 / (5000.0 / 3600);
  const double steps = 2 * metres(*position(lat0, lon0), *position(lat0 + 0.0001, lon0)) / (5000.0 / 3600);
  const auto seconds = times(graph, ends[0], std::span(ends).subspan(1), 7200);
  EXPECT_NEAR(seconds[0], street + steps + 600, 1.5);
  EXPECT_EQ(times(graph, ends[0], std::span(ends).subspan(1), seconds[0])[0], seconds[0]);
  EXPECT_EQ(times(graph, ends[0], std::span(ends).subspan(1), seconds[0] - 1)[0], -1);
  EXPECT_EQ(snap(graph, *position(lat0 + 0.015, lon0)).standing, Standing::too_far);   // not on the ferry line
  Profile dry = walking();
  dry.ferries = false;
  EXPECT_EQ(graph_of(map, dry).component.size(), 2u);
  Profile wheels = walking();
  wheels.steps_permille = 0;
  EXPECT_EQ(graph_of(map, wheels).component.size(), 2u);
  const Graph slow = graph_of(map, slow_walking());
  const std::vector<Place> pair = snap(slow, std::vector{*position(lat0, lon0), *position(lat0 + 0.01, lon0)});
  const auto slow_seconds = times(slow, pair[0], std::span(pair).subspan(1), 7200);
  EXPECT_NEAR(slow_seconds[0], metres(*position(lat0, lon0), *position(lat0 + 0.01, lon0)) / 0.8, 1.0);
  EXPECT_EQ(build(*read_extract(map.write()), {Mode::walk, 0}).error().rule, "streets.profile");
  EXPECT_EQ(build(*read_extract(map.write()), driving())->edges(), 2u);
}
