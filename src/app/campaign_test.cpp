// Units, campaigns and reporting on the wired house, on both databases.
#include "app/trial.h"

namespace tx::app {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using CampaignTest = storage::trial::StoreTest;

TEST_P(CampaignTest, AUnitCommitsAMemberJoinsAndDemandComesFirst) {
  WholeHouse house(GetParam());
  const auto officer = house.person("Officer", {{"federation_officer", access::ScopeKind::region, "64"}});
  const auto member = house.person("Member"), second = house.person("Second"), keeper = house.person("Keeper");
  const auto post = [&](const auto& who, const std::string& path, const Json& fields = Json::object()) { return house.send(who.post(path, fields)); };
  const auto give = [&](const identity::trial::SignedIn& who) {
    const auto id = house.count("select id from volunteer where state = 'active' and account = 0 and region like '640104%' and birth < $1 order by id limit 1", Date::of(2000, 1, 1));
    EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "update volunteer set account = $1 where id = $2", who.account, id);
      return Json();
    }).has_value());
    return id;
  };
  const auto volunteer = give(member);
  give(second);
  EXPECT_EQ(rule_of(post(officer, "/desk/units", Json::of({{"name", "Rider hub"}, {"kind", "cloud"}, {"region", "640104"}}))), "unit.kind");
  const auto made = post(officer, "/desk/units", Json::of({{"name", "Rider hub"}, {"kind", "new_employment"}, {"region", "640104"}, {"keeper", keeper.login}}));
  ASSERT_EQ(made.status, 200) << made.body;
  const auto unit = answer_of(made)["unit"].text();
  EXPECT_EQ(rule_of(post(officer, "/desk/units", Json::of({{"name", "Rider hub"}, {"kind", "new_employment"}, {"region", "640104"}}))), "unit.twice");
  EXPECT_EQ(rule_of(post(keeper, "/units/" + unit + "/scheme", Json::of({{"scheme", "Rules for riders"}, {"scheme_owner", "Office"}, {"scheme_day", "2026-05-01"}}))), "unit.scheme_file");
  EXPECT_EQ(post(member, "/units/" + unit + "/scheme").status, 403);

  const auto planned = post(officer, "/desk/campaigns", Json::of({{"title", "Winter month"}, {"words", "Visit the old, clear the snow."}, {"region", "640104"}, {"from_day", "2026-11-25"},
                                                                   {"to_day", "2026-12-25"}, {"target_people", 50}}));
  ASSERT_EQ(planned.status, 200) << planned.body;
  const auto campaign = answer_of(planned)["campaign"].text();
  EXPECT_EQ(house.send(identity::trial::anonymous().get("/campaigns/" + campaign)).status, 404);   // not yet public
  EXPECT_EQ(rule_of(post(keeper, "/units/" + unit + "/commit", Json::of({{"campaign", campaign}, {"people", 5}, {"hours", 10}}))), "campaign.not_open");
  EXPECT_EQ(post(officer, "/desk/campaigns/" + campaign + "/open").status, 200);
  const auto committed = post(keeper, "/units/" + unit + "/commit", Json::of({{"campaign", campaign}, {"people", 5}, {"hours", 10}}));
  ASSERT_EQ(committed.status, 200) << committed.body;
  const auto code = answer_of(committed)["code"].text();
  EXPECT_EQ(answer_of(post(keeper, "/units/" + unit + "/commit", Json::of({{"campaign", campaign}, {"people", 8}, {"hours", 10}})))["code"].text(), code);   // the link stays
  EXPECT_EQ(post(member, "/join/" + code).status, 200);
  EXPECT_EQ(rule_of(post(member, "/join/" + code)), "campaign.joined");
  EXPECT_EQ(post(keeper, "/join/" + code).status, 403);   // no volunteer
  EXPECT_EQ(house.count("select count(*) from campaign_member where volunteer = $1", volunteer), 1);
  // When there is nothing to do, joining pauses and the page shows what is needed nearby instead.
  EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update shift set taken = places");
    storage::execute(tx, "update need set state = 'asked' where state = 'open'");
    storage::execute(tx, "delete from signup");
    return Json();
  }).has_value());
  EXPECT_EQ(rule_of(post(second, "/join/" + code)), "campaign.paused");
  EXPECT_EQ(house.send(second.get("/join/" + code)).status, 200);
  EXPECT_EQ(house.send(identity::trial::anonymous().get("/campaigns/" + campaign)).status, 200);
  // One member is a person: the public page says "fewer than five".
  EXPECT_NE(house.send(identity::trial::anonymous().get("/statistics/participation?region=640104")).body.find("5"), std::string::npos);
}

TEST_P(CampaignTest, PartyMembersReportOnTheirOwnConsentAndTakeItBack) {
  WholeHouse house(GetParam());
  const auto person = house.person("Person");
  const auto id = house.count("select id from volunteer where state = 'active' and account = 0 and region like '640104%' and birth < $1 order by id limit 1", Date::of(2000, 1, 1));
  EXPECT_EQ(house.send(person.post("/me/party", Json::of({{"consent", Json::Array{"on"}}}))).status, 403);   // no volunteer yet
  EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", person.account, id);
    return Json();
  }).has_value());
  EXPECT_EQ(rule_of(house.send(person.post("/me/party", Json::object()))), "party.no_consent");
  EXPECT_EQ(house.send(person.post("/me/party", Json::of({{"consent", Json::Array{"on"}}}))).status, 200);
  EXPECT_EQ(house.count("select count(*) from party_report where volunteer = $1 and consent = 1", id), 1);
  EXPECT_EQ(house.send(person.post("/me/party/withdraw", Json::object())).status, 200);
  EXPECT_EQ(house.count("select count(*) from party_report"), 0);
}

TX_ON_BOTH_ENGINES(CampaignTest);

}  // namespace
}  // namespace tx::app
