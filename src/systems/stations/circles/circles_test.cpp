// The circle counts everybody once, on streets and on straight lines, and the answers for the map agree with the counting.
#include "systems/stations/circles/circles.h"

#include <cmath>

#include "systems/stations/circles/command.h"
#include "systems/stations/circles/what_if.h"
#include "systems/stations/trial.h"

namespace tx::stations::circles {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using CirclesTest = storage::trial::StoreTest;

struct Streeted : Stations {
  explicit Streeted(storage::trial::Engine engine) : Stations(engine) {
    EXPECT_TRUE(demonstrate_streets(*store, "data").has_value());
  }
  Json ask(const std::string& who, const std::string& path) { return answer_of(get(who, path)); }
};

TEST(CircleRules, EverybodyIsCountedOnceAndSharesAreOfAll) {
  using streets::Standing;
  std::vector<Demand> demand(6);
  for (std::size_t i = 0; i < demand.size(); ++i) demand[i].code = std::to_string(i), demand[i].people = 10 << i, demand[i].elders = 1 << i;
  const std::vector<std::int32_t> nearest{300, 301, 900, 901, -1, -1};
  const std::vector<Standing> standing{Standing::street, Standing::street, Standing::island, Standing::street, Standing::too_far, Standing::swapped};
  const auto report = count(demand, nearest, standing);
  EXPECT_EQ(report.within[0].people, 10);
  EXPECT_EQ(report.within[1].people, 30);
  EXPECT_EQ(report.reached().people, 70);          // whoever is reached on an island is reached
  EXPECT_EQ(report.reached().people + report.missed.people + report.island.people + report.too_far.people + report.outside.people, report.all.people);
  EXPECT_EQ(report.outside.elders, 32);
  EXPECT_EQ(gaps(demand, nearest, "people"), (std::vector<std::size_t>{5, 4, 3}));
  EXPECT_EQ(gaps(demand, nearest, "minutes"), (std::vector<std::size_t>{5, 4, 3}));
  EXPECT_EQ(at_least_percent(99'999, 100'000), "99.99 %");    // never rounded up to everybody
  EXPECT_EQ(at_most_percent(98'221, 100'000), "98.23 %");     // what cannot be more is never rounded down
  EXPECT_EQ(at_most_percent(100'000, 100'000), "100.00 %");
}

TEST(CircleRules, StraightLinesAgreeWithMeasuringOneByOne) {
  std::vector<LonLat> places;
  for (int i = 0; i < 120; ++i) places.push_back({106.0 + (i * 37 % 100) / 2500.0, 37.5 + (i * 53 % 100) / 2500.0});
  const double speed = Straight{}.metres_a_second(Gait::walk);
  const auto reach = straight_reach(places, places, speed, 900);
  std::size_t entries = 0;
  for (std::size_t site = 0; site < places.size(); ++site)
    for (std::size_t demand = 0; demand < places.size(); ++demand)
      entries += straight_seconds(places[site], places[demand], speed) <= 900;
  EXPECT_EQ(reach.demand.size(), entries);
  EXPECT_GT(entries, places.size());
  EXPECT_NEAR(Straight{}.metres_a_second(Gait::slow), 0.8 / 1.4, 1e-9);
}

TEST_P(CirclesTest, RealStreetsAndRealPeople) {
  Streeted house(GetParam());
  const auto regions = house.ask("", "/api/map/regions");
  ASSERT_EQ(regions.size(), 3u);
  for (const auto& region : regions.items()) {
    EXPECT_EQ(region["synthetic"].boolean(), region["id"].text() == "ningxia");
    EXPECT_EQ(region["attribution"].text().find("OpenStreetMap") != std::string::npos, region["extract"].boolean());
    EXPECT_FALSE(region["note"].text().empty());
  }

  const auto demand = house.ask("officer", "/api/map/porto_alegre/demand.geojson");
  ASSERT_EQ(demand["features"].size(), 1227u);
  std::int64_t people = 0, reached = 0;
  for (const auto& feature : demand["features"].items()) {
    const auto& one = feature["properties"];
    people += one["people"].integer();
    if (one["seconds"].is_integer() && one["seconds"].integer() <= 900) reached += one["people"].integer();
  }
  EXPECT_EQ(people, 812'935);
  EXPECT_EQ(house.ask("", "/api/map/porto_alegre/stations.geojson")["features"].size(), 16u);
  EXPECT_EQ(house.ask("officer", "/api/map/porto_alegre/candidates.geojson")["features"].size(), 1'211u);

  // What-if: nothing changed; one closed and opened again at its own place; one more.
  const std::string path = "/map/porto_alegre/what-if";
  const auto same = answer_of(house.post("officer", path, Json::object()));
  EXPECT_EQ(same["people"].integer(), people);
  EXPECT_EQ(same["reached"].integer(), reached);
  EXPECT_EQ(same["change"].integer(), 0);
  EXPECT_EQ(same["reached"].integer() + same["missed"].integer(), people);
  const auto station = house.ask("", "/api/map/porto_alegre/stations.geojson")["features"].items()[3];
  const auto id = station["properties"]["id"].text();
  const auto& at = station["geometry"]["coordinates"].items();
  const auto closed = answer_of(house.post("officer", path, Json::of({{"remove", Json::Array{Json(id)}}})));
  EXPECT_LT(closed["change"].integer(), 0);
  const auto moved = answer_of(house.post("officer", path, Json::of({{"move", Json::Array{Json::of({{"station", id}, {"lon", at[0]}, {"lat", at[1]}})}}})));
  EXPECT_EQ(moved["change"].integer(), 0);
  EXPECT_EQ(rule_of(house.post("officer", path, Json::of({{"remove", Json::Array{Json("nobody")}}}))), "circle.station_unknown");
  EXPECT_EQ(rule_of(house.post("officer", path, Json::of({{"add", Json::Array{Json::of({{"lon", 999}, {"lat", 0}})}}}))), "circle.place");
  EXPECT_EQ(house.post("anna", path, Json::object()).status, 403);

  const auto circle = house.ask("", "/api/map/porto_alegre/circle.geojson?lon=-51.1926&lat=-30.0437&minutes=5,15&profile=walk");
  ASSERT_EQ(circle["features"].size(), 2u);
  EXPECT_EQ(circle["features"].items()[0]["properties"]["minutes"].integer(), 15);   // the widest lies below
  EXPECT_GE(circle["features"].items()[0]["geometry"]["coordinates"].size(), 1u);
  EXPECT_EQ(house.get("", "/api/map/porto_alegre/circle.geojson?lon=x&lat=1").status, 422);
  EXPECT_EQ(house.get("", "/api/map/nowhere/stations.geojson").status, 404);
  EXPECT_EQ(house.get("anna", "/api/map/porto_alegre/demand.geojson").status, 403);
}

TEST_P(CirclesTest, TheRegistersOwnStationsMoveTheFigures) {
  Streeted house(GetParam());
  const std::string path = "/map/ningxia/what-if";
  const auto before = answer_of(house.post("officer", path, Json::object()));
  EXPECT_EQ(before["people"].integer(), house.count("select sum(people) from community_people"));
  const auto stations = house.ask("", "/api/map/ningxia/stations.geojson")["features"];
  bool open = false;
  for (const auto& station : stations.items())
    if (station["properties"]["id"].text() == house.home) open = station["properties"]["open_now"].boolean();
  EXPECT_EQ(open, house.is_open());
  // A station rests: the next answer counts without it.
  const auto revision = house.count("select revision from street_region where id = 'ningxia'");
  ASSERT_EQ(house.post("keeper", "/stations/" + house.home + "/rest", Json::of({{"reason", "repairs"}})).status, 200);
  EXPECT_GT(house.count("select revision from street_region where id = 'ningxia'"), revision);
  const auto slow = Json::of({{"profile", "walk"}});
  const auto after = answer_of(house.post("officer", path, slow));
  ASSERT_EQ(house.post("keeper", "/stations/" + house.home + "/reopen", Json::object()).status, 200);
  EXPECT_LE(after["reached"].integer(), answer_of(house.post("officer", path, slow))["reached"].integer());
  EXPECT_EQ(house.get("far_officer", "/api/map/ningxia/candidates.geojson").status, 200);
}

// A number of the operator's changes every figure that was counted with it, at once.
TEST_P(CirclesTest, ANewFactorIsCountedAnew) {
  Streeted house(GetParam());
  const auto reached = [&] { return answer_of(house.post("officer", "/map/ningxia/what-if", Json::of({{"profile", "walk"}})))["reached"].integer(); };
  const auto before = reached();
  house.store->write([](storage::Tx& tx) -> Result<Json> {
    workflow::set_setting(tx, "station.detour_percent", "", 400, "trial", {1});
    count_anew(tx);
    return Json();
  });
  const auto after = reached();
  EXPECT_LT(after, before);
  EXPECT_GT(after, 0);
}

TEST_P(CirclesTest, WalkingTimeSaysWhenItIsAGuess) {
  Streeted house(GetParam());
  const Walks walks(*house.store->read());
  const auto walk = walks.between({0, 0}, {1000, 0});
  EXPECT_TRUE(walk.about);
  EXPECT_EQ(walk.metres, 1400);
  EXPECT_EQ(walk.minutes(), 17);                   // 1,000 m times 1.4 at 5 km/h
  EXPECT_EQ(walk_text(house.words, language::Language::en, walk), "about 17 min on foot");
  EXPECT_FALSE(walks.on_streets({0, 0}));
  // Two places in Porto Alegre, told in the register's metres, are measured on its streets.
  const auto metres = [](double lon, double lat) {
    return teams::Position{std::llround((lon - 106) * 111'320 * std::cos(37.5 * 3.14159265358979 / 180)), std::llround((lat - 37.5) * 110'574)};
  };
  const auto from = metres(-51.1926, -30.0437), to = metres(-51.2000, -30.0400);
  EXPECT_TRUE(walks.on_streets(from));
  const auto real = walks.between(from, to);
  EXPECT_FALSE(real.about);
  EXPECT_GE(real.minutes(), 9);                    // 825 m as the crow flies
  EXPECT_LE(real.minutes(), 30);
  EXPECT_EQ(walk_text(house.words, language::Language::en, real), std::to_string(real.minutes()) + " min on foot");

  // Many homes and many places at once give the same numbers as one pair after the other.
  std::vector<teams::Position> places;
  std::vector<Walks::Home> homes;
  for (int i = 0; i < 40; ++i) homes.push_back({metres(-51.23 + 0.002 * (i * 7 % 40), -30.07 + 0.002 * (i * 11 % 40)), 500 * (1 + i % 8)});
  for (int i = 0; i < 12; ++i) places.push_back(metres(-51.22 + 0.004 * (i * 5 % 12), -30.06 + 0.004 * (i * 7 % 12)));
  places.push_back({0, 0});
  const auto known = walks.to(places, homes);
  int by_streets = 0, beyond = 0;
  for (std::size_t p = 0; p < places.size(); ++p) {
    std::size_t next = 0;
    for (std::uint32_t h = 0; h < homes.size(); ++h) {
      const auto one = walks.between(homes[h].at, places[p]);
      const bool near = teams::distance_m(homes[h].at, places[p]) <= homes[h].most_m;
      const bool named = next < known[p].size() && known[p][next].home == h;
      EXPECT_EQ(named, near && !one.about) << p << " " << h;
      if (!named) continue;
      const auto given = known[p][next++].metres;
      EXPECT_GE(given, teams::distance_m(homes[h].at, places[p]));
      const bool within = one.metres <= homes[h].most_m;
      if (within) EXPECT_EQ(given, one.metres) << p << " " << h;
      else EXPECT_GT(given, homes[h].most_m) << p << " " << h;
      ++(within ? by_streets : beyond);
    }
    EXPECT_EQ(next, known[p].size());
  }
  EXPECT_GT(by_streets, 50);
  EXPECT_GT(beyond, 10);
}

TX_ON_BOTH_ENGINES(CirclesTest);

}  // namespace
}  // namespace tx::stations::circles
