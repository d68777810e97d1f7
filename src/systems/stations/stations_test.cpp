// Stations as keepers and neighbours meet them, on both databases.
#include "systems/stations/stations.h"

#include "systems/stations/trial.h"

namespace tx::stations {
namespace {

using trial::kHome;
using trial::rule_of;
using trial::Stations;
using StationsTest = storage::trial::StoreTest;

TEST_P(StationsTest, AStationIsOpenOnlyWhileSomebodyIsThere) {
  Stations house(GetParam());
  ASSERT_EQ(house.post("keeper", "/stations/" + house.home + "/duty", Json::of({{"direction", "out"}})).status, 200);
  EXPECT_FALSE(house.is_open());
  EXPECT_NE(house.get("", "/stations/" + house.home).body.find("Nobody there now"), std::string::npos);
  ASSERT_EQ(house.post("keeper", "/stations/" + house.home + "/duty", Json::of({{"direction", "in"}})).status, 200);
  EXPECT_TRUE(house.is_open());
  // Nobody tells for another station, and no neighbour for any.
  const auto other = station_of_community(*house.store->read(), "640104001003")->id.text();
  EXPECT_EQ(house.post("keeper", "/stations/" + other + "/duty", Json::of({{"direction", "in"}})).status, 403);
  EXPECT_EQ(house.post("anna", "/stations/" + house.home + "/duty", Json::of({{"direction", "out"}})).status, 403);
}

TEST_P(StationsTest, NearestOpenStationSkipsTheClosedOnes) {
  Stations house(GetParam());
  const auto at = *teams::region_position(*house.store->read(), kHome);
  house.post("keeper", "/stations/" + house.home + "/duty", Json::of({{"direction", "in"}}));
  EXPECT_EQ(nearest_open_station(*house.store->read(), at, 1000)->region, kHome);
  house.post("keeper", "/stations/" + house.home + "/duty", Json::of({{"direction", "out"}}));
  const auto next = nearest_open_station(*house.store->read(), at, 20'000);
  ASSERT_TRUE(next.has_value());
  EXPECT_NE(next->region, kHome);
  // No other open station is nearer: measured one by one.
  const auto far = teams::distance_m(at, *teams::region_position(*house.store->read(), next->region));
  const auto open = storage::query(*house.store->read(), "select region from station where on_duty_since > 0");
  for (const auto& row : open.rows)
    ASSERT_GE(teams::distance_m(at, *teams::region_position(*house.store->read(), std::get<std::string>(row[0]))), far);
  EXPECT_FALSE(nearest_open_station(*house.store->read(), {9'000'000, 9'000'000}, 1000).has_value());
}

TEST_P(StationsTest, VisitorsAreCountedByPurposeOnly) {
  Stations house(GetParam());
  const std::string path = "/stations/" + house.home + "/visitor";
  for (const char* purpose : {"need", "need", "advice"})
    ASSERT_EQ(house.post("keeper", path, Json::of({{"purpose", purpose}})).status, 200);
  EXPECT_EQ(rule_of(house.post("keeper", path, Json::of({{"purpose", "wang"}}))), "form.unreadable");
  EXPECT_EQ(house.post("anna", path, Json::of({{"purpose", "need"}})).status, 403);
  EXPECT_EQ(house.count("select count(*) from station_visit where noted_by = 5"), 3);
  const auto list = house.get("anna", "/stations");
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(list.body.find("[["), std::string::npos);
  const auto found = house.get("", "/stations?q=chongan");
  EXPECT_NE(found.body.find("/stations/"), std::string::npos);
}

TX_ON_BOTH_ENGINES(StationsTest);

}  // namespace
}  // namespace tx::stations
