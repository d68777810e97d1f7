// Reading: what the encoder of the tests writes comes back; whatever is broken is refused by name and never crashes.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "engines/streets/streets.h"
#include "engines/streets/test_map.h"

using namespace tx::streets;
using tx::streets::testing::MapWriter;

namespace {

MapWriter small_map() {
  MapWriter map;
  map.nodes = {{10, 38.4, 106.2, {}},
               {11, 38.401, 106.2, {{"barrier", "bollard"}}},
               {7, 38.401, 106.201, {{"shop", "tea"}}},
               {12, -33.9, -70.5, {}}};
  map.ways = {{5, {10, 11, 7}, {{"highway", "residential"}, {"name", "Street"}, {"maxspeed", "40"}}},
              {6, {7, 99, 10}, {{"highway", "footway"}}},
              {7, {10, 7}, {{"building", "yes"}}}};
  return map;
}

std::string rule_of(const std::string& bytes, const PbfLimits& limits = {}) {
  const auto extract = read_extract(bytes, Datum::wgs84, limits);
  return extract ? "" : extract.error().rule;
}

WayRules rules(tx::streets::testing::Tags tags) {
  std::vector<Tag> list;
  for (const auto& [key, value] : tags) list.push_back({key, value});
  return way_rules(list);
}
std::array<int, 3> may(tx::streets::testing::Tags tags) {
  const auto found = rules(std::move(tags)).may;
  return {found[0], found[1], found[2]};
}
using May = std::array<int, 3>;

}  // namespace

TEST(Pbf, EveryEncodingGivesTheSameExtract) {
  for (const bool dense : {true, false})
    for (const bool zipped : {true, false}) {
      MapWriter map = small_map();
      map.dense = dense;
      map.zipped = zipped;
      const auto extract = read_extract(map.write());
      ASSERT_TRUE(extract) << extract.error().rule;
      EXPECT_EQ(extract->nodes_in_file, 4u);
      EXPECT_EQ(extract->ways_in_file, 3u);
      EXPECT_EQ(extract->way.size(), 2u);
      EXPECT_EQ(extract->missing_nodes, 1u);
      ASSERT_EQ(extract->refs.size(), 6u);
      EXPECT_EQ(extract->node[extract->refs[0]], *position(38.4, 106.2));
      EXPECT_EQ(extract->node[extract->refs[2]], *position(38.401, 106.201));
      EXPECT_EQ(extract->barrier[extract->refs[1]], 4);   // stops cars only
      EXPECT_EQ(extract->names[extract->way[0].name], "Street");
      EXPECT_EQ(extract->way[0].rules.drive_kmh, 30);
      EXPECT_EQ(extract->way[1].name, 0u);
      const auto graph = build(*extract, walking());
      ASSERT_TRUE(graph);
      EXPECT_EQ(graph->edges(), 1u);                      // the footway lost its middle
    }
}

TEST(Pbf, AnExtractInGcj02IsMovedBack) {
  MapWriter map = small_map();
  const auto extract = read_extract(map.write(), Datum::gcj02);
  ASSERT_TRUE(extract);
  const Position moved = extract->node[extract->refs[0]];
  EXPECT_GT(metres(moved, *position(38.4, 106.2)), 100);
  EXPECT_LT(metres(to_gcj02(moved), *position(38.4, 106.2)), 0.05);
}

TEST(Pbf, WhatIsBrokenIsRefusedByName) {
  const std::string good = small_map().write();
  EXPECT_EQ(rule_of(good), "");
  EXPECT_EQ(rule_of(""), "streets.not_pbf");
  EXPECT_EQ(rule_of("<?xml version=\"1.0\"?><osm version=\"0.6\"></osm>"), "streets.not_pbf");
  EXPECT_EQ(rule_of(good.substr(0, good.size() - 3)), "streets.pbf_broken");
  MapWriter history = small_map();
  history.feature = "HistoricalInformation";
  EXPECT_EQ(rule_of(history.write()), "streets.pbf_feature");
  MapWriter off_the_globe = small_map();
  off_the_globe.nodes[0].lat = 91;
  EXPECT_EQ(rule_of(off_the_globe.write()), "streets.pbf_coordinates");
  MapWriter no_streets = small_map();
  no_streets.ways.resize(3), no_streets.ways.erase(no_streets.ways.begin(), no_streets.ways.begin() + 2);
  EXPECT_EQ(rule_of(no_streets.write()), "streets.no_streets");
  PbfLimits few;
  few.objects = 5;
  EXPECT_EQ(rule_of(good, few), "streets.pbf_large");
  PbfLimits small;
  small.block_bytes = 20;
  EXPECT_EQ(rule_of(good, small), "streets.pbf_large");
  PbfLimits short_file;
  short_file.file_bytes = good.size() - 1;
  EXPECT_EQ(rule_of(good, short_file), "streets.pbf_large");
  std::string body, frame;                                 // a block packed with zstd
  protozero::pbf_writer(body).add_bytes(7, "not really");
  frame = MapWriter::frame("OSMHeader", "", false);
  std::string head;
  protozero::pbf_writer writer(head);
  writer.add_string(1, "OSMData");
  writer.add_int32(3, static_cast<std::int32_t>(body.size()));
  frame += std::string(3, '\0') + static_cast<char>(head.size()) + head + body;
  EXPECT_EQ(rule_of(frame), "streets.pbf_compression");
  EXPECT_EQ(load_extract("/no/such/file.osm.pbf").error().rule, "streets.file_missing");
}

TEST(Pbf, APackedBlockThatClaimsToBeLargerIsRefused) {
  std::string body, head;
  protozero::pbf_writer blob(body);
  blob.add_int32(2, 1'000'000);
  blob.add_bytes(3, "x");
  protozero::pbf_writer writer(head);
  writer.add_string(1, "OSMData");
  writer.add_int32(3, static_cast<std::int32_t>(body.size()));
  EXPECT_EQ(rule_of(MapWriter::frame("OSMHeader", "", false) + std::string(3, '\0') + static_cast<char>(head.size()) +
                    head + body),
            "streets.pbf_broken");
}

TEST(Pbf, NoDamageCrashes) {
  std::mt19937 random(21);
  int refused = 0, read = 0;
  for (const bool zipped : {true, false}) {
    MapWriter map = small_map();
    map.zipped = zipped;
    const std::string good = map.write();
    const auto attempt = [&](const std::string& bytes) {
      const auto extract = read_extract(bytes);
      if (!extract) {
        EXPECT_TRUE(extract.error().rule.starts_with("streets."));
        ++refused;
        return;
      }
      ++read;
      for (const Profile& profile : {walking(), driving()}) (void)build(*extract, profile);
    };
    for (std::size_t length = 0; length < good.size(); ++length) attempt(good.substr(0, length));
    for (int i = 0; i < 3000; ++i) {
      std::string bad = good;
      for (unsigned k = 0; k <= random() % 4; ++k) bad[random() % bad.size()] = static_cast<char>(random());
      attempt(bad);
    }
  }
  EXPECT_GT(refused, 2000);
  EXPECT_GT(read, 300);
}

TEST(Tags, WhoMayGoWhere) {
  EXPECT_EQ(may({{"highway", "residential"}}), (May{3, 3, 3}));
  EXPECT_EQ(may({{"highway", "residential"}, {"oneway", "yes"}}), (May{3, 1, 1}));
  EXPECT_EQ(may({{"highway", "residential"}, {"oneway", "-1"}, {"oneway:bicycle", "no"}}), (May{3, 3, 2}));
  EXPECT_EQ(may({{"highway", "residential"}, {"oneway", "yes"}, {"cycleway", "opposite_lane"}}), (May{3, 3, 1}));
  EXPECT_EQ(may({{"highway", "tertiary"}, {"junction", "roundabout"}}), (May{3, 1, 1}));
  EXPECT_EQ(may({{"highway", "motorway"}}), (May{0, 0, 1}));
  EXPECT_EQ(may({{"highway", "trunk"}, {"motorroad", "yes"}}), (May{0, 0, 3}));
  EXPECT_EQ(may({{"highway", "service"}, {"access", "private"}}), (May{0, 0, 0}));
  EXPECT_EQ(may({{"highway", "service"}, {"access", "private"}, {"foot", "yes"}}), (May{3, 0, 0}));
  EXPECT_EQ(may({{"highway", "service"}, {"access", "destination"}}), (May{3, 3, 3}));
  EXPECT_EQ(may({{"highway", "track"}, {"vehicle", "no"}, {"bicycle", "yes"}}), (May{3, 3, 0}));
  EXPECT_EQ(may({{"highway", "footway"}}), (May{3, 0, 0}));
  EXPECT_EQ(may({{"highway", "footway"}, {"motor_vehicle", "yes"}}), (May{3, 0, 0}));
  EXPECT_EQ(may({{"highway", "cycleway"}, {"foot", "no"}}), (May{0, 3, 0}));
  EXPECT_EQ(may({{"highway", "footway"}, {"conveying", "forward"}}), (May{1, 0, 0}));
  EXPECT_EQ(may({{"highway", "steps"}, {"oneway:foot", "-1"}}), (May{2, 0, 0}));
  EXPECT_EQ(may({{"highway", "construction"}}), (May{0, 0, 0}));
  EXPECT_EQ(may({{"waterway", "river"}}), (May{0, 0, 0}));
  EXPECT_EQ(may({{"route", "ferry"}}), (May{3, 3, 0}));
  EXPECT_EQ(may({{"route", "ferry"}, {"motor_vehicle", "yes"}, {"foot", "no"}}), (May{0, 3, 3}));
  EXPECT_EQ(rules({{"route", "ferry"}, {"duration", "1:10:00"}}).ferry_seconds, 4200u);
  EXPECT_EQ(rules({{"route", "ferry"}, {"duration", "25"}}).ferry_seconds, 1500u);
  EXPECT_EQ(rules({{"route", "ferry"}, {"duration", "PT30M"}}).ferry_seconds, 1800u);
  EXPECT_EQ(rules({{"route", "ferry"}, {"duration", "soon"}}).ferry_seconds, 0u);
  EXPECT_EQ(rules({{"highway", "primary"}, {"maxspeed", "30 mph"}}).drive_kmh, 36);
  EXPECT_EQ(rules({{"highway", "primary"}, {"maxspeed", "CN:urban"}}).drive_kmh, 45);
  const std::vector<Tag> gate{{"barrier", "gate"}}, private_gate{{"barrier", "gate"}, {"access", "private"}};
  const std::vector<Tag> stile{{"barrier", "stile"}}, opened{{"barrier", "bollard"}, {"motor_vehicle", "yes"}};
  EXPECT_EQ(barrier(gate), 0);
  EXPECT_EQ(barrier(private_gate), 7);
  EXPECT_EQ(barrier(stile), 6);
  EXPECT_EQ(barrier(opened), 0);
}

TEST(Datum, TheShiftAndItsInverse) {
  const Position shifted = to_gcj02(*position(39.915, 116.404));
  EXPECT_NEAR(latitude(shifted), 39.91640428150164, 1.1e-7);         // the published pair of coordtransform
  EXPECT_NEAR(longitude(shifted), 116.41024449916938, 1.1e-7);
  std::mt19937 random(22);
  for (int i = 0; i < 1000; ++i) {
    const double lat = 35.2 + static_cast<double>(random() % 4200) / 1000;
    const Position at = *position(lat, 104.3 + static_cast<double>(random() % 3400) / 1000);
    EXPECT_GT(metres(at, to_gcj02(at)), 50);
    EXPECT_LT(metres(at, to_wgs84(to_gcj02(at))), 0.03);
  }
  const Position porto = *position(41.15, -8.61);
  EXPECT_EQ(to_gcj02(porto), porto);
  EXPECT_FALSE(position(91, 0));
  EXPECT_FALSE(position(0, 180.1));
  EXPECT_FALSE(position(std::nan(""), 0));
}

TEST(Datum, ATestPointTellsWhichItIs) {
  const Position gps = *position(38.4872, 106.2309);
  EXPECT_EQ(test_datum(gps, gps)->datum, Datum::wgs84);
  const auto moved = test_datum(to_gcj02(gps), gps);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->datum, Datum::gcj02);
  EXPECT_GT(moved->metres_wgs84, 300);
  EXPECT_EQ(test_datum(*position(38.6, 106.2309), gps).error().rule, "streets.datum_unclear");
  EXPECT_EQ(test_datum(*position(41.15, -8.61), *position(41.15, -8.61)).error().rule, "streets.datum_unclear");
}

TEST(Places, MetresOnTheEllipsoid) {
  // Meridian and parallel degrees at 30 and 60 north (WGS-84 tables): 110,852.4; 96,486.3; 111,412.2; 55,800.2 m
  EXPECT_NEAR(metres(*position(29.5, 0), *position(30.5, 0)), 110852.4, 1);
  EXPECT_NEAR(metres(*position(30, 0), *position(30, 1)), 96486.3, 1);
  EXPECT_NEAR(metres(*position(59.5, 0), *position(60.5, 0)), 111412.2, 1);
  EXPECT_NEAR(metres(*position(60, 0), *position(60, 1)), 55800.2, 1);
}
