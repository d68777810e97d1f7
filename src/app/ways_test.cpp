// A river in the demonstration's county, with real streets on both banks: whoever lives near by the crow but far by the bridge
// is not proposed before somebody of this bank, in the single search, in the batch, on the pages and for the nearest station.
#include <filesystem>
#include <fstream>

#include "app/trial.h"
#include "engines/streets/test_map.h"
#include "systems/stations/circles/circles.h"
#include "systems/supply/dispatch/problem.h"
#include "systems/supply/dispatch/search.h"
#include "systems/supply/dispatch/why.h"

namespace tx::app {
namespace {

using identity::trial::SignedIn;
using trial::answer_of;
using trial::kHome;
using trial::WholeHouse;
using WaysTest = storage::trial::StoreTest;

// Streets around a place: the bank of the place along y = 0 from 2,000 m west to 100 m east; the other bank from 200 m to
// 1,200 m east; the only bridge 2,000 m north.
std::string river(teams::Position at) {
  streets::testing::MapWriter map;
  const std::pair<int, int> points[] = {{-2000, 0}, {-900, 0}, {0, 0}, {100, 0}, {100, 2000}, {200, 2000}, {200, 0}, {300, 0}, {1200, 0}};
  streets::testing::MapWay way{1, {}, {{"highway", "residential"}}};
  for (std::int64_t i = 0; const auto& [x, y] : points) {
    const auto degrees = stations::circles::lonlat_of({at.x_m + x, at.y_m + y});
    map.nodes.push_back({++i, degrees.lat, degrees.lon, {}});
    way.nodes.push_back(i);
  }
  map.ways.push_back(way);
  return map.write();
}

struct Riverside {
  explicit Riverside(storage::trial::Engine engine) : house(engine) {
    house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
    at = *teams::region_position(*house->store().read(), kHome);
    desk = house.person("Dispatcher", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
    const auto sent = house.send(identity::trial::anonymous().post(
        "/ask", Json::of({{"service", "shopping"}, {"words", "Stairs."}, {"region", kHome}, {"day", "2026-11-26"}, {"from", "10:00"}, {"minutes", 60},
                          {"door", "1"}, {"name", "Wang"}, {"phone", "13912345678"}, {"risk", Json::Array{"stairs"}}, {"truth", true}})));
    EXPECT_EQ(sent.status, 200) << sent.body;
    need = answer_of(sent)["need"].text();
    EXPECT_EQ(house.send(desk.post("/desk/needs/" + need + "/accept", Json::of({{"how", "phone"}}))).status, 200);
    change([&](storage::Tx& tx) {   // nobody but two, who differ in nothing but where they live
      const auto ids = storage::query(tx, "select id from volunteer where state = 'active' and id not in (select volunteer from signup) and id not in "
                                          "(select volunteer from need_helper) and id not in (select volunteer from attendance) order by id limit 2");
      storage::from_value(ids.rows[0][0], beyond);
      storage::from_value(ids.rows[1][0], on_this_bank);
      storage::execute(tx, "update need set state = 'withdrawn' where id <> $1", id_value(need).value());
      storage::execute(tx, "update volunteer set state = 'paused' where state = 'active' and id not in ($1,$2)", beyond, on_this_bank);
      for (const auto& [id, x] : {std::pair{beyond, 300}, {on_this_bank, -900}})
        storage::execute(tx, "update volunteer set x_m = $2, y_m = $3, radius_m = 5000, hours = $4, skills = -1, languages = 15, week_minutes = 600, "
                             "asked_at = 0, checked_until = $5, birth = $6 where id = $1",
                         id, at.x_m + x, at.y_m, std::string(168, '1'), tx.now().plus(400 * kDay), Date::of(1980, 1, 1));
    });
  }
  void change(const std::function<void(storage::Tx&)>& what) {
    ASSERT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
      what(tx);
      return Json();
    }));
  }
  void lay_streets() {
    std::filesystem::create_directories(house.streets_folder());
    std::ofstream(house.streets_folder() + "/river.osm.pbf", std::ios::binary) << river(at);
    stations::circles::StreetRegion region;
    region.id = "river";
    region.name_zh = region.name_en = "River";
    const auto low = stations::circles::lonlat_of({at.x_m - 3000, at.y_m - 3000}), high = stations::circles::lonlat_of({at.x_m + 3000, at.y_m + 3000});
    region.west = low.lon, region.south = low.lat, region.east = high.lon, region.north = high.lat;
    region.extract_file = "river.osm.pbf";
    change([&](storage::Tx& tx) {
      region.created = region.changed = tx.now();
      storage::insert(tx, "street_region", region);
    });
  }
  supply::Need row() { return *supply::find_need(*house->store().read(), {id_value(need).value()}); }
  supply::bridge::Best best() {
    supply::Pool pool;
    return supply::bridge::best_of(*house->store().read(), pool, row(), 5, house.clock.now());
  }
  std::int64_t proposed() {   // by the batch, proven by the checker
    supply::Pool pool;
    auto reader = house->store().read();
    const auto solved = supply::solve_all(*reader, pool, supply::open_problem(*reader, {"640104"}, house.clock.now()), {}, house.clock.now());
    if (!solved) return ADD_FAILURE() << solved.error().rule, 0;
    const auto slot = (*solved)->open_of(id_value(need).value());
    for (const auto& a : (*solved)->standing->plan().assignments)
      if (a.slot == *slot) return (*solved)->problem.people[a.volunteer].id;
    return 0;
  }
  std::string why(std::int64_t volunteer) {
    supply::Pool pool;
    const supply::ViewContext view{house->words(), language::Language::en, house.clock.now()};
    return supply::why_view(*house->store().read(), pool, nullptr, row(), volunteer, view).dump();
  }

  WholeHouse house;
  teams::Position at;
  SignedIn desk;
  std::string need;
  std::int64_t beyond = 0, on_this_bank = 0;
};

TEST_P(WaysTest, TheNearerByTheCrowAcrossTheRiverComesSecond) {
  Riverside shore(GetParam());
  const auto crow = shore.best();
  ASSERT_EQ(crow.people.size(), 2u);
  EXPECT_EQ(crow.people[0].id, shore.beyond);       // without streets nobody knows of the river
  EXPECT_EQ(matching::way_m(crow.people[0], crow.slot), 420);   // 300 m times 1.4
  EXPECT_EQ(shore.proposed(), shore.beyond);
  EXPECT_NE(shore.why(shore.beyond).find("About 0.4 km away"), std::string::npos) << shore.why(shore.beyond);

  shore.lay_streets();
  const auto best = shore.best();
  ASSERT_EQ(best.people.size(), 2u);
  EXPECT_EQ(best.people[0].id, shore.on_this_bank);
  EXPECT_NEAR(static_cast<double>(matching::way_m(best.people[0], best.slot)), 900, 5);
  EXPECT_NEAR(static_cast<double>(matching::way_m(best.people[1], best.slot)), 4300, 15);
  EXPECT_GT(best.scores[0], best.scores[1]);
  EXPECT_EQ(shore.proposed(), shore.on_this_bank);
  EXPECT_NE(shore.why(shore.on_this_bank).find("0.9 km by street"), std::string::npos);
  EXPECT_NE(shore.why(shore.beyond).find("4.3 km by street (0.3 km in a straight line)"), std::string::npos) << shore.why(shore.beyond);

  // The page of the need shows the same ways, with the walk and how it is all measured.
  const auto page = shore.house.send(shore.desk.get("/desk/needs/" + shore.need)).body;
  const auto first = page.find("0.9 km by street"), second = page.find("4.3 km by street (0.3 km in a straight line)");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_NE(page.find("11 min on foot"), std::string::npos);
  EXPECT_NE(page.find("× 1.4"), std::string::npos);

  // Whoever goes no further than three kilometres is too far away, and it is said why.
  shore.change([&](storage::Tx& tx) { storage::execute(tx, "update volunteer set radius_m = 3000 where id = $1", shore.beyond); });
  EXPECT_EQ(shore.best().people.size(), 1u);
  EXPECT_NE(shore.why(shore.beyond).find("Too far: 4.3 km by street, though 0.3 km in a straight line; at most 3.0 km"), std::string::npos) << shore.why(shore.beyond);
  const auto refused = shore.house.send(shore.desk.post("/desk/needs/" + shore.need + "/ask", Json::of({{"volunteer", Json::Array{id_text(shore.beyond)}}})));
  EXPECT_EQ(trial::rule_of(refused), "match.too_far") << refused.body;
}

TEST_P(WaysTest, ASearchAsksThisBankFirstAndRemembersTheWay) {
  Riverside shore(GetParam());
  shore.lay_streets();
  ASSERT_EQ(shore.house.send(shore.desk.post("/desk/needs/" + shore.need + "/search", Json::of({{"deadline", "2026-11-25 20:00"}, {"pace", "calm"}}))).status, 200);
  shore.house->jobs().run_due_now();
  const auto first = shore.house.count("select volunteer from ask where need = $1 order by score desc, id limit 1", id_value(shore.need).value());
  EXPECT_EQ(first, shore.on_this_bank);
  EXPECT_NEAR(static_cast<double>(shore.house.count("select metres from ask_facts where volunteer = $1", shore.on_this_bank)), 900, 5);
}

// Two open stations: one 300 m away across the river, one 900 m away on this side.
TEST_P(WaysTest, TheNearestOpenStationIsTheOneThatFeetReachFirst) {
  Riverside shore(GetParam());
  std::string across, here;
  shore.change([&](storage::Tx& tx) {
    storage::execute(tx, "update station set on_duty_since = 0");
    const auto rows = storage::query(tx, "select id, region from station where state = 'open' and region <> $1 order by id limit 2", std::string(kHome));
    for (std::size_t i = 0; i < 2; ++i) {
      std::int64_t id = 0;
      std::string region;
      storage::from_value(rows.rows[i][0], id);
      storage::from_value(rows.rows[i][1], region);
      (i == 0 ? across : here) = id_text(id);
      storage::execute(tx, "update region set x_m = $2, y_m = $3 where code = $1", region, shore.at.x_m + (i == 0 ? 300 : -900), shore.at.y_m);
      storage::execute(tx, "update station set on_duty_since = $2 where id = $1", id, tx.now());
    }
  });
  const auto nearest = [&] { return stations::nearest_open_station(*shore.house->store().read(), shore.at, 5000)->id.text(); };
  const auto form = [&] { return shore.house.send(identity::trial::anonymous().get("/ask?service=shopping&region=" + std::string(kHome))).body; };
  EXPECT_EQ(nearest(), across);
  EXPECT_NE(form().find("about 6 min on foot"), std::string::npos);
  shore.lay_streets();
  EXPECT_EQ(nearest(), here);
  const auto page = form();
  EXPECT_NE(page.find("/stations/" + here), std::string::npos);
  EXPECT_NE(page.find("11 min on foot"), std::string::npos);   // the same number as for a helper who lives there
}

TX_ON_BOTH_ENGINES(WaysTest);

}  // namespace
}  // namespace tx::app
