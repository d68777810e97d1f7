// A region comes in: what is wrong is named by row, nothing is kept before it is good, the new edition replaces the old in one piece.
#include "systems/stations/circles/import.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engines/streets/test_map.h"
#include "systems/stations/circles/command.h"
#include "systems/stations/map/atlas.h"
#include "systems/stations/trial.h"

namespace tx::stations::circles {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using ImportTest = storage::trial::StoreTest;

const Told kOn = [](std::int64_t, std::int64_t, const char*) { return true; };

struct Files {
  std::string folder = (std::filesystem::temp_directory_path() / ("tongxin-import-" + std::to_string(::getpid()))).string();
  Files() { std::filesystem::create_directories(folder); }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::string put(const std::string& name, const std::string& bytes) {
    std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
    return folder + "/" + name;
  }
};

std::vector<std::string> rules_of(const std::vector<Problem>& problems) {
  std::vector<std::string> rules;
  for (const auto& one : problems) rules.push_back(std::to_string(one.row) + " " + one.rule);
  return rules;
}

TEST(RegionTables, EveryFaultNamesItsRow) {
  const auto table = read_table("\xE7\xBC\x96\xE5\x8F\xB7,name,lon,lat,\xE4\xBA\xBA\xE5\x8F\xA3,elders\n"   // the Chinese words for code and people
                                "1,A,106.2,38.4,100,20\n1,B,106.2,38.4,5,1\n2,C,38.4,106.2,5,1\n3,D,106.2,38.4,-5,0\n4,E,106.2,38.4,5,9\n"
                                "5,F,east,38.4,5,1\n,,106.2,38.4,5,1\n6,G,106.2,38.4,many,1\n",
                                "a.csv");
  ASSERT_TRUE(table);
  std::vector<Problem> problems;
  const auto rows = demand_rows(*table, problems);
  EXPECT_EQ(rules_of(problems), (std::vector<std::string>{"3 region.row_twice", "4 region.row_swapped", "5 region.row_negative", "6 region.row_elders",
                                                          "7 region.row_position", "8 region.row_name", "9 region.row_number"}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].people, 100);
}

TEST(RegionTables, GeoJsonPointsOnly) {
  const auto good = read_geojson(R"({"type":"FeatureCollection","features":[{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[106.2,38.4]},"properties":{"name":"A","population":12,"colour":"red"}}]})");
  ASSERT_TRUE(good);
  std::vector<Problem> problems;
  EXPECT_EQ(demand_rows(*good, problems).at(0).people, 12);
  EXPECT_EQ(good->unknown, std::vector<std::string>{"colour"});
  const auto line = read_geojson(R"({"type":"FeatureCollection","features":[{"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]})");
  EXPECT_EQ(line.error().rule, "region.geojson_points");
  EXPECT_EQ(line.error().args.at(0).second, "1");
  EXPECT_EQ(read_geojson("{").error().rule, "region.geojson_broken");
  EXPECT_EQ(read_table("name,people\nA,3\n", "a.csv").error().rule, "region.columns_missing");
}

// A crossroads near Yinchuan.
std::string crossroads() {
  streets::testing::MapWriter map;
  map.nodes = {{1, 38.4800, 106.2200, {}}, {2, 38.4800, 106.2300, {}}, {3, 38.4800, 106.2400, {}}, {4, 38.4700, 106.2300, {}}, {5, 38.4900, 106.2300, {}}};
  map.ways = {{10, {1, 2, 3}, {{"highway", "residential"}}}, {11, {4, 2, 5}, {{"highway", "residential"}}}};
  return map.write();
}

TEST_P(ImportTest, DryRunThenTakenOver) {
  Stations house(GetParam());
  Files files;
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  input.extract = files.put("map.osm.pbf", crossroads());
  input.communities = files.put("c.csv", "code,name,lon,lat,people,elders,community\nw,West,106.2205,38.48,300,60,640104001002\ne,East,106.2395,38.48,200,20,\n");
  input.stations = files.put("s.csv", "code,name,lon,lat\ns,Corner,106.2215,38.48\n");
  input.candidates = files.put("k.csv", "code,name,lon,lat,cost\nk,Other end,106.2395,38.48,7\n");
  auto checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked) << checked.error().rule;
  EXPECT_TRUE(checked->report.good) << (checked->report.problems.empty() ? "" : checked->report.problems[0].rule);
  EXPECT_EQ(checked->report.people, 500);
  EXPECT_EQ(checked->report.on_streets, 500);
  EXPECT_EQ(house.count("select count(*) from street_region"), 0);   // nothing is kept
  ASSERT_TRUE(take_import(*house.store, files.folder + "/streets", *checked, {}, kOn));
  Circles circles(files.folder + "/streets", "data");
  const auto ground = circles.ground(*house.store->read(), "crossing");
  ASSERT_TRUE(ground);
  const auto net = (*ground)->net(Gait::walk);
  ASSERT_TRUE(net) << net.error().rule;
  const auto report = (*ground)->report(**net);
  EXPECT_EQ(report.reached().people, 300);                           // the east is 1.6 km from the corner: 19 minutes
  EXPECT_EQ(report.missed.people, 200);
  EXPECT_EQ((*ground)->candidates.at(0).cost, 7);
  // The same id again replaces it in one piece; the ground in memory follows.
  input.communities = files.put("c.csv", "code,name,lon,lat,people\nw,West,106.2205,38.48,1\n");
  ASSERT_TRUE(take_import(*house.store, files.folder + "/streets", *check_import(*house.store->read(), input, kOn), {}, kOn));
  EXPECT_EQ(house.count("select count(*) from demand_point"), 1);
  EXPECT_EQ((*circles.ground(*house.store->read(), "crossing"))->demand.size(), 1u);
}

TEST_P(ImportTest, BadInputIsNamed) {
  Stations house(GetParam());
  Files files;
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  input.extract = files.put("broken.osm.pbf", crossroads().substr(0, 60) + "xx");
  input.communities = files.put("c.csv", "code,name,lon,lat,people\n1,A,106.2205,38.48,300\n");
  auto checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_FALSE(checked->report.good);
  EXPECT_EQ(checked->report.problems.at(0).table, "extract");
  input.extract = files.put("map.osm.pbf", crossroads());
  input.communities = files.put("c.csv", "code,name,lon,lat,people,community\n1,A,106.2205,38.48,300,\n2,B,38.48,106.22,300,\n3,C,107.5,38.48,300,\n4,D,106.2205,38.48,-1,\n"
                                         "5,E,106.2205,38.48,1,999999999999\n");
  checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_FALSE(checked->report.good);
  EXPECT_EQ(rules_of(checked->report.problems), (std::vector<std::string>{"3 region.row_swapped", "4 region.row_outside", "5 region.row_negative", "6 region.row_community"}));
  input.lenient = true;
  EXPECT_TRUE(check_import(*house.store->read(), input, kOn)->report.good);
  input.id = "Bad Id";
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().rule, "region.id");
}

// tongxin region import: whoever scripts it reads which row of which list is wrong, and nothing is kept.
TEST_P(ImportTest, TheCommandNamesTheRow) {
  Stations house(GetParam());
  Files files;
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  const auto said = [&] {
    std::ostringstream out;
    EXPECT_EQ(import_command(*house.store, files.folder + "/streets", input, false, house.words, out), 1);
    EXPECT_NE(out.str().find("NOT GOOD: nothing was kept"), std::string::npos) << out.str();
    EXPECT_EQ(house.count("select count(*) from street_region"), 0);
    return out.str();
  };
  const std::string head = "code,name,lon,lat,people\n1,A,106.2205,38.48,300\n";
  input.communities = files.put("c.csv", head);
  input.extract = files.put("broken.osm.pbf", crossroads().substr(0, 60) + "xx");
  EXPECT_NE(said().find("FAULT extract"), std::string::npos);
  EXPECT_NE(said().find("(streets."), std::string::npos) << "the file's own rule";
  input.extract = files.put("map.osm.pbf", crossroads());
  const auto with = [&](const char* row) {
    input.communities = files.put("c.csv", head + row);
    return said();
  };
  EXPECT_NE(with("2,B,38.48,106.22,300\n").find("FAULT communities row 3 lat \"106.22\": "), std::string::npos);     // swapped
  EXPECT_NE(with("2,B,107.5,38.48,300\n").find("FAULT communities row 3 lon \"107.500000, 38.480000\": "), std::string::npos);   // outside
  EXPECT_NE(with("2,B,106.2205,38.48,-7\n").find("FAULT communities row 3 people \"-7\": "), std::string::npos);     // negative
  input.communities = files.put("c.geojson", R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[106.2205,38.48]},"properties":{"name":"A","people":1}},
    {"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":{"name":"B"}}]})");
  EXPECT_NE(said().find("FAULT communities row 2: "), std::string::npos);
}

TEST_P(ImportTest, TheDatumIsFoundByTheTestPoint) {
  Stations house(GetParam());
  Files files;
  const auto shifted = streets::to_gcj02(position_of({106.2205, 38.48}));
  const auto text = [](streets::Position at) { return std::to_string(streets::longitude(at)) + "," + std::to_string(streets::latitude(at)); };
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  input.extract = files.put("map.osm.pbf", crossroads());
  std::string rows = "name,lon,lat,people\n";
  for (int i = 0; i < 6; ++i) rows += "P" + std::to_string(i) + "," + text(streets::to_gcj02(position_of({106.2215 + i * 0.003, 38.48}))) + ",10\n";
  input.communities = files.put("c.csv", rows);
  auto checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_EQ(rules_of(checked->report.doubts), (std::vector<std::string>{"0 region.doubt_gcj02"}));
  input.test_file = text(shifted);
  input.test_gps = "106.2205,38.48";
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().rule, "region.datum_differs");
  input.datum = "test";
  checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->report.datum, "gcj02");
  EXPECT_NEAR(checked->demand.at(0).lon, 106.2215, 1e-5);
  // Lists of different making: the stations come from a GPS receiver.
  input.stations = files.put("s.csv", "code,name,lon,lat\ns,Corner,106.2215,38.48\n");
  checked = check_import(*house.store->read(), input, kOn);
  EXPECT_EQ(checked->report.stations_datum, "gcj02");   // as the communities, when nothing is said
  EXPECT_GT(std::abs(checked->stations.at(0).lon - 106.2215), 1e-4);
  input.stations_datum = "wgs84";
  checked = check_import(*house.store->read(), input, kOn);
  EXPECT_NEAR(checked->stations.at(0).lon, 106.2215, 1e-9);
  EXPECT_EQ(checked->report.datum, "gcj02");
}

// The same place in the extract says in which datum the streets are drawn.
TEST_P(ImportTest, TheDatumOfTheExtractIsFoundByTheTestPointToo) {
  Stations house(GetParam());
  Files files;
  const auto text = [](streets::Position at) { return std::to_string(streets::longitude(at)) + "," + std::to_string(streets::latitude(at)); };
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  input.extract = files.put("map.osm.pbf", crossroads());
  input.communities = files.put("c.csv", "name,lon,lat,people\nA,106.2205,38.48,10\n");
  input.extract_datum = "test";
  EXPECT_EQ(check_asked(*house.store->read(), input).error().field, "test_extract");   // said on the form, before a file is read
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().field, "test_extract");
  input.test_gps = "106.2205,38.48";
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().rule, "region.test_point");
  input.test_extract = "106.2205,38.48";
  EXPECT_EQ(check_import(*house.store->read(), input, kOn)->report.extract_datum, "wgs84");
  input.test_extract = text(streets::to_gcj02(position_of({106.2205, 38.48})));
  const auto checked = check_import(*house.store->read(), input, kOn);
  EXPECT_EQ(checked->region.extract_datum, "gcj02");
  EXPECT_EQ(checked->report.datum, "wgs84");            // the list's own choice stands
  input.extract_datum = "wgs84";
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().rule, "region.datum_differs");
  EXPECT_EQ(check_import(*house.store->read(), input, kOn).error().field, "extract_datum");
}

// An extract drawn in GCJ-02: asked for by name it is turned, on the map and under the circles; not asked for, it is doubted.
TEST_P(ImportTest, AnExtractInGcj02IsTurned) {
  Stations house(GetParam());
  Files files;
  streets::testing::MapWriter map;
  const auto turned = [](double lat, double lon) { return streets::to_gcj02(position_of({lon, lat})); };
  std::int64_t id = 0;
  for (const auto& [lat, lon] : {std::pair{38.48, 106.22}, {38.48, 106.23}, {38.48, 106.24}})
    map.nodes.push_back({++id, streets::latitude(turned(lat, lon)), streets::longitude(turned(lat, lon)), {}});
  map.ways = {{10, {1, 2, 3}, {{"highway", "residential"}}}};
  ImportInput input;
  input.id = "crossing";
  input.name_zh = "Crossing";
  input.extract = files.put("map.osm.pbf", map.write());
  std::string rows = "name,lon,lat,people\n";
  for (int i = 0; i < 6; ++i) rows += "P" + std::to_string(i) + "," + std::to_string(106.2215 + i * 0.003) + ",38.48,10\n";
  input.communities = files.put("c.csv", rows);
  auto checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_EQ(rules_of(checked->report.doubts), (std::vector<std::string>{"0 region.doubt_extract"}));
  input.extract_datum = "gcj02";
  checked = check_import(*house.store->read(), input, kOn);
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->report.doubts.empty());
  EXPECT_NEAR(checked->region.west, 106.22, 1e-4);
  ASSERT_TRUE(take_import(*house.store, files.folder + "/streets", *checked, {}, kOn));
  const auto circles = std::make_shared<Circles>(files.folder + "/streets", "data");
  const auto ground = circles->ground(*house.store->read(), "crossing");
  ASSERT_TRUE(ground);
  EXPECT_EQ((*ground)->region.extract_datum, "gcj02");
  const auto* net = (*ground)->net(Gait::walk).value();
  for (const auto& place : net->demand) EXPECT_LT(place.metres, 2) << "the streets lie under the people";
  map::Atlas atlas(circles);
  const auto base = atlas.base((*ground)->region);
  ASSERT_TRUE(base) << base.error().rule;
  EXPECT_NEAR(tiles::longitude(static_cast<double>((*base)->points.front().x)), 106.22, 0.021) << "and so does the map";
  EXPECT_NEAR(tiles::latitude(static_cast<double>((*base)->points.front().y)), 38.48, 1e-4);
}

TEST_P(ImportTest, OfficersUploadAndSeeTheFaults) {
  Stations house(GetParam());
  const auto sent = house.upload("officer", "/desk/regions", "", "empty", {{"id", "crossing"}, {"name_zh", "Crossing"}, {"gait", "walk"}, {"datum", "wgs84"}});
  EXPECT_EQ(sent.status, 422);                                       // no file
  EXPECT_EQ(house.get("officer", "/desk/regions").status, 200);
  EXPECT_EQ(house.get("anna", "/desk/regions").status, 403);
  EXPECT_EQ(house.get("officer", "/desk/regions/sample.xlsx").status, 200);
}

TX_ON_BOTH_ENGINES(ImportTest);

}  // namespace
}  // namespace tx::stations::circles
