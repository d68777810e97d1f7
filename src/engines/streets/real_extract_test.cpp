// The golden case: real people of Porto Alegre on real streets (data/streets/README.md), and a whole small country.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "engines/streets/streets.h"

using namespace tx::streets;

namespace {

struct Cells { std::vector<Position> at; std::vector<std::int64_t> people; };

Cells cells() {
  std::ifstream file("data/streets/porto_alegre_hexgrid.csv");
  std::string row, id, lon, lat, people;
  std::getline(file, row);
  Cells cells;
  while (std::getline(file, row)) {
    std::stringstream fields(row);
    for (std::string* field : {&id, &lon, &lat, &people}) std::getline(fields, *field, ',');
    cells.at.push_back(*position(std::stod(lat), std::stod(lon)));
    cells.people.push_back(std::llround(std::stod(people)));
  }
  return cells;
}

}  // namespace

TEST(RealExtract, PortoAlegreReachesWhomItReaches) {
  const auto extract = load_extract("data/streets/porto_alegre.osm.pbf");
  ASSERT_TRUE(extract) << extract.error().rule;
  EXPECT_EQ(extract->nodes_in_file, 43'264u);
  EXPECT_EQ(extract->ways_in_file, 16'032u);
  EXPECT_EQ(extract->missing_nodes, 0u);
  const auto graph = build(*extract, walking());
  ASSERT_TRUE(graph);
  EXPECT_NEAR(graph->component[0].junctions, 16'726, 300);   // libosmium's import, with rules of its own
  const Cells hexagons = cells();
  ASSERT_EQ(hexagons.at.size(), 1227u);
  const auto places = snap(*graph, hexagons.at);
  std::vector<Place> sites;
  for (const Place& place : places)
    if (place.placed()) sites.push_back(place);
  const Reach by_cells = reach(*graph, sites, places, {.cells = ReachOptions::Cells::yes});
  const Reach plain = reach(*graph, sites, places, {.cells = ReachOptions::Cells::no});
  EXPECT_EQ(by_cells.start, plain.start);
  EXPECT_EQ(by_cells.demand, plain.demand);
  EXPECT_EQ(by_cells.seconds, plain.seconds);
  const Coverage all = coverage(by_cells, places, hexagons.people);
  EXPECT_EQ(all.people, 812'935);
  EXPECT_EQ(all.people, all.reached + all.missed + all.on_islands + all.too_far + all.outside);
  EXPECT_EQ(all.reached, all.people);                        // a site in every hexagon reaches at least its own
  // Walking is slower for elders: fewer people in every circle.
  const auto slow_graph = build(*extract, slow_walking());
  const auto slow_places = snap(*slow_graph, hexagons.at);
  const Coverage slow = coverage(reach(*slow_graph, slow_places, slow_places), slow_places, hexagons.people);
  std::int64_t normal_sum = 0, slow_sum = 0, straight_sum = 0;
  for (const auto people : all.by_site) normal_sum += people;
  for (const auto people : slow.by_site) slow_sum += people;
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::size_t k = 0; places[i].placed() && k < places.size(); ++k)
      if (metres(hexagons.at[i], hexagons.at[k]) <= 1250) straight_sum += hexagons.people[k];
  EXPECT_LT(slow_sum * 2, normal_sum);
  EXPECT_GT(straight_sum * 10, normal_sum * 17);             // straight-line circles overstate by 70 % and more
}

TEST(RealExtract, LiechtensteinHasOneNetworkAndOneDatum) {
  const auto extract = load_extract("data/streets/liechtenstein.osm.pbf");
  ASSERT_TRUE(extract) << extract.error().rule;
  for (const Profile& profile : {walking(), cycling(), driving()}) {
    const auto graph = build(*extract, profile);
    ASSERT_TRUE(graph);
    const Summary summary = describe(*graph);
    EXPECT_GT(summary.main_permille, 800) << static_cast<int>(profile.mode);
    EXPECT_EQ(summary.one_way_edges > 100, profile.mode != Mode::walk);
  }
  const auto graph = build(*extract, driving());
  const Place vaduz = snap(*graph, *position(47.1397, 9.5219)), balzers = snap(*graph, *position(47.0667, 9.5022));
  ASSERT_TRUE(vaduz.placed() && balzers.placed());
  const auto seconds = times(*graph, vaduz, std::span(&balzers, 1), 3600)[0];
  EXPECT_GT(seconds, 8 * 60);                                // 9 km along the valley
  EXPECT_LT(seconds, 20 * 60);
  EXPECT_EQ(snap(*graph, *position(9.5219, 47.1397)).standing, Standing::swapped);
}
