// The life of a station from proposal to closing, by whom and with which reasons.
#include <fstream>
#include <sstream>

#include "platform/storage/record_sql.h"
#include "systems/stations/stations/actions.h"
#include "systems/stations/stations/flow.h"
#include "systems/stations/stations/rules.h"
#include "systems/stations/trial.h"

namespace tx::stations {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using StationLifeTest = storage::trial::StoreTest;

TEST(StationRules, TheTableIsSoundAndEveryTextIsThere) {
  EXPECT_EQ(kStationFlow.fault(), "");
  const auto words = language::Catalogue::load("web/locales").value();
  for (const auto& key : kStationFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
  for (const auto& step : kStationSteps) {
    if (step.from.empty()) continue;
    EXPECT_TRUE(words.has("station.hint." + std::string(step.action))) << step.action;
    EXPECT_TRUE(words.has("audit.action.station." + std::string(step.action))) << step.action;
    EXPECT_FALSE(step.permission.id.empty()) << step.action << " may be taken by anybody";
  }
  for (const auto& state : kStationStates)
    EXPECT_TRUE(state.id == "proposed" || words.has("notice.station." + std::string(state.id))) << state.id;
}

TEST(StationRules, TheReadmeDrawsTheTables) {
  std::ifstream in("src/systems/stations/README.md");
  std::stringstream text;
  text << in.rdbuf();
  for (const auto* flow : flows()) {
    EXPECT_EQ(flow->fault(), "");
    EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
  }
}

TEST(StationRules, HoursAreReadStrictly) {
  const auto hours = rules::read_hours("09:00-17:30");
  ASSERT_TRUE(hours);
  EXPECT_EQ(hours->minutes(), 510);
  for (const char* bad : {"", "9:00-17:30", "09:00-09:00", "17:00-09:00", "25:00-26:00", "09:00\u201317:30",
                          "09:60-10:00", "09:00-24:30"})
    EXPECT_FALSE(rules::read_hours(bad)) << bad;
  EXPECT_TRUE(rules::read_hours("00:00-24:00"));
  Station station;
  station.open_days = "1111100";
  EXPECT_TRUE(rules::opens_on(station, Date::of(2026, 11, 27)));  // a Friday
  EXPECT_FALSE(rules::opens_on(station, Date::of(2026, 11, 28)));
}

struct Proposal {
  static Json of(const std::string& region) {
    return Json::of({{"name", "Riverside"},
                     {"level", "station"},
                     {"region", region},
                     {"hours", "09:00-17:00"},
                     {"why", "many elders"}});
  }
};

TEST_P(StationLifeTest, FromProposalToOpenWithTwoPairsOfHands) {
  Stations house(GetParam());
  const std::string region = house.word(
      "select code from region r where level = 5 and code like '6401%' and not exists "
      "(select 1 from station s where s.region = r.code) order by code limit 1");
  ASSERT_FALSE(region.empty()) << "the demonstration leaves gaps";
  // Out of one's region; a keeper proposes nothing.
  EXPECT_EQ(rule_of(house.post("far_officer", "/desk/stations/new", Proposal::of(region))), "station.not_your_region");
  EXPECT_EQ(house.post("keeper", "/desk/stations/new", Proposal::of(region)).status, 403);
  // A centre does not stand in a community.
  auto wrong = Proposal::of(region);
  EXPECT_EQ(rule_of(house.post("officer", "/desk/stations/new", wrong.set("level", "centre"))), "station.level_place");
  EXPECT_EQ(rule_of(house.post("officer", "/desk/stations/new", wrong.set("level", "mobile"))), "station.level_place");
  auto mobile = Proposal::of("640104");                // goes round a county, and covers no community by itself
  const auto without = house.count("select count(*) from station where region = '640104' and level = 'mobile'");
  EXPECT_EQ(house.post("officer", "/desk/stations/new", mobile.set("level", "mobile")).status, 200);
  EXPECT_EQ(house.count("select count(*) from station where region = '640104' and level = 'mobile'"), without + 1);
  const auto made = house.post("officer", "/desk/stations/new", Proposal::of(region));
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string id = answer_of(made)["station"].text(), path = "/stations/" + id;
  EXPECT_EQ(house.at(id).state, "proposed");
  EXPECT_GT(house.at(id).due.us, 0);
  EXPECT_EQ(house.get("", path).status, 404) << "nobody's address before it opens";
  EXPECT_EQ(house.get("officer", path + "/file").status, 200);
  EXPECT_EQ(rule_of(house.post("officer", path + "/approve", Json::object())), "station.own_proposal");
  EXPECT_EQ(house.post("far_officer", path + "/approve", Json::object()).status, 403);
  ASSERT_EQ(house.post("other_officer", path + "/approve", Json::object()).status, 200);
  ASSERT_EQ(house.post("officer", path + "/prepare", Json::object()).status, 200);
  EXPECT_EQ(rule_of(house.post("officer", path + "/open", Json::object())), "station.address_missing");
  house.store->write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update station set address = 'No. 1' where id = $1", id_value(id).value());
    return Json();
  });
  EXPECT_EQ(rule_of(house.post("officer", path + "/open", Json::object())), "station.keeper_missing");
  house.store->write([&](storage::Tx& tx) -> Result<Json> {
    TX_TRY(identity::create_account(tx, house.vault, {"newkeeper", "Keeper", "x", region, "en"}));
    return Json();
  });
  EXPECT_EQ(rule_of(house.post("officer", path + "/appoint", Json::of({{"login", "nobody"}}))),
            "station.login_unknown");
  ASSERT_EQ(house.post("officer", path + "/appoint", Json::of({{"login", "newkeeper"}})).status, 200);
  EXPECT_EQ(house.count("select count(*) from account_grant where role = 'station_keeper' and scope = '" + id + "'"),
            1);
  ASSERT_EQ(house.post("officer", path + "/open", Json::object()).status, 200);
  EXPECT_EQ(house.at(id).state, "open");
  EXPECT_EQ(house.get("", path).status, 200);
  // The audit trail tells every step once, with the station.
  EXPECT_EQ(house.count("select count(*) from audit_entry where object = 'station:" + id + "' and outcome = 'done'"),
            4);
  EXPECT_TRUE(workflow::verify(*house.store->read(), "station", "station").empty());
}

TEST_P(StationLifeTest, RestSuspendUpgradeClose) {
  Stations house(GetParam());
  const std::string path = "/stations/" + house.home;
  house.post("keeper", path + "/duty", Json::of({{"direction", "in"}}));
  EXPECT_EQ(rule_of(house.post("keeper", path + "/rest", Json::object())), "flow.reason_missing");
  ASSERT_EQ(house.post("keeper", path + "/rest", Json::of({{"reason", "heating"}})).status, 200);
  EXPECT_FALSE(house.is_open()) << "nobody serves behind closed doors";
  EXPECT_EQ(rule_of(house.post("keeper", path + "/duty", Json::of({{"direction", "in"}}))), "station.doors_closed");
  EXPECT_EQ(house.post("keeper", path + "/close", Json::of({{"reason", "x"}})).status, 403);
  ASSERT_EQ(house.post("keeper", path + "/reopen", Json::object()).status, 200);
  ASSERT_EQ(house.post("officer", path + "/suspend", Json::of({{"reason", "fire door blocked"}})).status, 200);
  EXPECT_EQ(house.post("keeper", path + "/restore", Json::of({{"reason", "x"}})).status, 403)
      << "a keeper does not lift what was ordered";
  ASSERT_EQ(house.post("officer", path + "/restore", Json::of({{"reason", "cleared"}})).status, 200);
  EXPECT_EQ(rule_of(house.post("officer", path + "/upgrade", Json::of({{"reason", "x"}, {"next_level", "point"}}))),
            "station.level_lower");
  ASSERT_EQ(house.post("officer", path + "/upgrade", Json::of({{"reason", "more rooms"}, {"next_level", "sub_centre"}}))
                .status,
            200);
  EXPECT_EQ(house.post("keeper", path + "/duty", Json::of({{"direction", "in"}})).status, 200)
      << "it serves while it is upgraded";
  ASSERT_EQ(house.post("officer", path + "/finish_upgrade", Json::object()).status, 200);
  EXPECT_EQ(house.at(house.home).level, "sub_centre");
  ASSERT_EQ(house.post("officer", path + "/close", Json::of({{"reason", "moved"}})).status, 200);
  EXPECT_EQ(house.get("", path).status, 404);
  EXPECT_FALSE(station_of_community(*house.store->read(), trial::kHome).has_value());
  EXPECT_TRUE(workflow::verify(*house.store->read(), "station", "station").empty());
}

TEST_P(StationLifeTest, AKeeperDescribesOnlyTheirOwn) {
  Stations house(GetParam());
  const std::string path = "/stations/" + house.home + "/about";
  const auto about = [](const char* hours) {
    return Json::of({{"address", "No. 3"},
                     {"phone", "0951-1"},
                     {"hours", hours},
                     {"open_days", Json::Array{"1", "2"}},
                     {"area_m2", 60}});
  };
  EXPECT_EQ(rule_of(house.post("keeper", path, about("nine to five"))), "station.hours_unreadable");
  ASSERT_EQ(house.post("keeper", path, about("08:00-12:00")).status, 200);
  EXPECT_EQ(house.at(house.home).open_days, "1100000");
  EXPECT_EQ(house.post("anna", path, about("08:00-12:00")).status, 403);
  EXPECT_EQ(house.post("officer", path, about("08:00-12:00")).status, 403);
  EXPECT_EQ(house.get("keeper", path).status, 200);
  EXPECT_EQ(house.get("keeper", "/desk/stations").status, 303) << "a keeper's desk is the own station";
  for (const char* tab : {"coming", "open", "resting", "ended"}) {
    const auto page = house.get("officer", std::string("/desk/stations?tab=") + tab);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body.find("[["), std::string::npos);
  }
  EXPECT_EQ(house.get("officer", "/desk/stations/new?q=tuanjie").status, 200);
}

TEST_P(StationLifeTest, StationsFromBeforeTheLifeCycleAreOpenOnes) {
  const auto all = teams::trial::House::schema(stations::migrations());
  auto before = all;
  std::erase_if(before, [](const auto& migration) { return migration.number >= 152 && migration.number < 200; });
  auto store = fresh(before);
  (*store)->write([](storage::Tx& tx) -> Result<Json> {
    for (const char* code : {"S1", "S2"})
      storage::execute(
          tx,
          "insert into station (id,code,name,level,region,address,phone,hours,state,on_duty_since,keeper,search) "
          "values ($1,$2,'Old','station','640104001002','','','09:00-17:30','running',0,0,'')",
          tx.new_id(), code);
    return Json();
  });
  store->close();
  store->open(all);
  auto reader = (*store)->read();
  EXPECT_EQ(storage::scalar<std::int64_t>(*reader, "select count(*) from station where state = 'open'").value_or(0), 2);
  EXPECT_TRUE(workflow::verify(*reader, "station", "station").empty());
  const auto old = *station_of_community(*reader, "640104001002");
  EXPECT_EQ(old.open_days, "1111111");
  // From here on it lives like any other.
  const auto rested = (*store)->write([&](storage::Tx& tx) -> Result<Json> {
    TX_TRY(step_station(tx, old.id.text(), "rest", {"heating", ""}, {5}));
    return Json();
  });
  EXPECT_TRUE(rested.has_value());
}

TX_ON_BOTH_ENGINES(StationLifeTest);

}  // namespace
}  // namespace tx::stations
