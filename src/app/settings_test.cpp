// The operator's numbers: within limits, never without a reason, and what was counted with the old one is counted anew.
#include "app/trial.h"

namespace tx::app {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using SettingsTest = storage::trial::StoreTest;

TEST_P(SettingsTest, ANumberBehindTheFigures) {
  WholeHouse house(GetParam());
  const auto admin = house.person("Admin", {{"system_admin", access::ScopeKind::everywhere, ""}});
  const auto officer = house.person("Officer", {{"federation_officer", access::ScopeKind::region, "64"}});
  const auto set = [&](const identity::trial::SignedIn& who, const char* setting, int amount, const char* reason) {
    return house.send(who.post("/settings/number", Json::of({{"setting", setting}, {"amount", amount}, {"reason", reason}})));
  };
  const auto reached = [&] {
    return answer_of(house.send(officer.post("/map/ningxia/what-if", Json::of({{"profile", "walk"}}))))["reached"].integer();
  };
  const auto before = reached();
  EXPECT_EQ(set(officer, "station.detour_percent", 200, "x").status, 403);
  EXPECT_EQ(rule_of(set(admin, "station.detour_percent", 99, "x")), "settings.number_range");
  EXPECT_EQ(rule_of(set(admin, "station.detour_percent", 400, "")), "flow.reason_missing");
  EXPECT_EQ(rule_of(set(admin, "station.unknown", 200, "x")), "settings.unknown");
  EXPECT_EQ(reached(), before);
  ASSERT_EQ(set(admin, "station.detour_percent", 400, "hills").status, 200);
  EXPECT_LT(reached(), before);
  const auto page = house.send(admin.get("/settings"));
  ASSERT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("value=\"400\""), std::string::npos);
}

TX_ON_BOTH_ENGINES(SettingsTest);

}  // namespace
}  // namespace tx::app
