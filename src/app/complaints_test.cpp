// F5: complaints from anybody, jurisdiction and its notice, whoever is complained of keeps away, the complainant is protected,
// an answer may be appealed against and another person judges.
#include "app/trial.h"
#include "systems/support/complaints/complaints.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::anonymous;
using identity::trial::SignedIn;
using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using ComplaintTest = storage::trial::StoreTest;

TEST(ComplaintRules, KindsConflictAndSmallNumbers) {
  using namespace support::complaint_rules;
  EXPECT_EQ(kind_of("forced_assignment"), support::ComplaintKind::forced);
  EXPECT_FALSE(kind_of("weather"));
  EXPECT_TRUE(needs_authority(support::ComplaintKind::fee));
  EXPECT_FALSE(needs_authority(support::ComplaintKind::time));
  EXPECT_FALSE(conflict({}));
  EXPECT_TRUE(conflict({.of_the_organisation = true}));
  EXPECT_EQ(published_count(0), "0");
  EXPECT_EQ(published_count(2), "1–2");
  EXPECT_EQ(published_count(3), "3");
}

struct Sent {
  std::string number, desk, appeals;
  std::int64_t id = 0;
};
Sent complain(WholeHouse& house, const SignedIn& by, const Json& fields, const char* path = "/complain") {
  const auto answer = house.send(by.post(path, fields));
  EXPECT_EQ(answer.status, 200) << answer.body;
  Sent sent;
  sent.number = answer_of(answer)["number"].text();
  sent.id = house.count("select id from complaint where number = $1", sent.number);
  sent.desk = "/desk/complaints/" + id_text(sent.id);
  sent.appeals = "/desk/appeals/" + id_text(sent.id);
  return sent;
}
SignedIn federation(WholeHouse& house, const char* name) { return house.person(name, {{"federation_officer", ScopeKind::region, "64"}}); }

TEST_P(ComplaintTest, WhoeverIsComplainedOfKeepsAway) {
  WholeHouse house(GetParam());
  const auto activity = house.count("select id from activity where state = 'published' order by starts limit 1");
  const auto organisation = house.count("select organisation from activity where id = $1", activity);
  const auto officer = federation(house, "Officer");
  const auto member = house.person("Member", {{"federation_officer", ScopeKind::region, "64"}, {"team_leader", ScopeKind::organisation, id_text(organisation)}});
  const auto sent = complain(house, anonymous(), Json::of({{"kind", "project"}, {"words", "The ladder was broken."}, {"about", "activity:" + id_text(activity)}, {"contact", "13900001111"}}));
  EXPECT_EQ(house.count("select about_organisation from complaint where id = $1", sent.id), organisation);
  EXPECT_EQ(rule_of(house.send(member.post(sent.desk + "/answer", Json::of({{"answer", "It was fine."}})))), "complaint.conflict");
  EXPECT_EQ(house.send(member.get(sent.desk)).status, 403);
  EXPECT_EQ(house.send(member.get("/desk/complaints")).body.find(sent.desk), std::string::npos);
  EXPECT_NE(house.send(officer.get("/desk/complaints")).body.find(sent.desk), std::string::npos);
  // The person complained of, by number; an officer who complained himself.
  const auto person = house.count("select min(id) from volunteer where account = 0");
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", officer.account, person);
    return Json();
  }).value();
  const auto about_him = complain(house, anonymous(), Json::of({{"kind", "person"}, {"words", "He was rude."}, {"against", house.text("select volunteer_no from volunteer where id = $1", person)}}));
  EXPECT_EQ(rule_of(house.send(officer.post(about_him.desk + "/answer", Json::of({{"answer", "No."}})))), "complaint.conflict");
  const auto own = complain(house, member, Json::of({{"kind", "time"}, {"words", "An hour is missing."}}));
  EXPECT_EQ(rule_of(house.send(member.post(own.desk + "/answer", Json::of({{"answer", "Granted."}})))), "complaint.conflict");
  // Who complained is not shown; the contact only with a reason, on record.
  EXPECT_EQ(house.send(federation(house, "Second").get(sent.desk)).body.find("13900001111"), std::string::npos);
  const auto third = federation(house, "Third");
  EXPECT_EQ(rule_of(house.send(third.post(sent.desk + "/contact", Json::of({{"reason", ""}})))), "identity.reason_missing");
  ASSERT_EQ(house.send(third.post(sent.desk + "/contact", Json::of({{"reason", "Asking which ladder"}}))).status, 200);
  EXPECT_NE(house.send(third.get(sent.desk)).body.find("13900001111"), std::string::npos);
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'complaint.contact_read'"), 1);
  EXPECT_EQ(house.count("select count(*) from complaint where contact_sealed like '%13900001111%'"), 0);
}

TEST_P(ComplaintTest, JurisdictionNoticeAnswerAppeal) {
  WholeHouse house(GetParam());
  const auto officer = federation(house, "Officer"), judge = house.person("Judge", {{"region_official", ScopeKind::region, "64"}});
  EXPECT_EQ(rule_of(house.send(anonymous().post("/complain", Json::of({{"kind", "weather"}, {"words", "It rained."}})))), "complaint.kind_missing");
  EXPECT_EQ(rule_of(house.send(anonymous().post("/complain", Json::of({{"kind", "fee"}, {"words", "Hm"}})))), "complaint.words_missing");
  EXPECT_EQ(rule_of(house.send(anonymous().post("/complain", Json::of({{"kind", "fee"}, {"words", "They took money."}, {"region", "999999"}})))), "complaint.region_wrong");
  // Forced assignment is punished elsewhere: handed on with unit and address, or a word that this office holds the power.
  const auto forced = complain(house, anonymous(), Json::of({{"kind", "forced_assignment"}, {"words", "Everybody had to sign up."}, {"region", "640104"}}));
  EXPECT_EQ(rule_of(house.send(officer.post(forced.desk + "/answer", Json::of({{"answer", "Looked into."}})))), "complaint.not_ours");
  EXPECT_EQ(rule_of(house.send(officer.post(forced.desk + "/transfer", Json::of({{"answer", "Not ours."}, {"unit", "Discipline office"}})))), "complaint.unit_contact_missing");
  ASSERT_EQ(house.send(officer.post(forced.desk + "/transfer", Json::of({{"answer", "Discipline punishes it."}, {"unit", "Discipline office"}, {"unit_contact", "Station Road 1"}}))).status, 200);
  const auto notice = house.send(anonymous().get("/complain/" + forced.number)).body;
  for (const char* words : {"Discipline office", "Station Road 1", "Discipline punishes it."}) EXPECT_NE(notice.find(words), std::string::npos) << words;

  const auto hours = complain(house, anonymous(), Json::of({{"kind", "time"}, {"words", "An hour is missing."}, {"region", "640104"}}));
  const std::string mine = "/complain/" + hours.number;
  EXPECT_EQ(rule_of(house.send(anonymous().post(mine + "/appeal", Json::of({{"words", "Not yet answered."}})))), "flow.not_allowed");
  ASSERT_EQ(house.send(officer.post(hours.desk + "/answer", Json::of({{"answer", "The list says two hours."}}))).status, 200);
  ASSERT_EQ(house.send(anonymous().post(mine + "/appeal", Json::of({{"words", "The list was signed for me."}}))).status, 200);
  // Whoever answered does not judge.
  EXPECT_EQ(rule_of(house.send(officer.post(hours.appeals + "/uphold", Json::of({{"answer", "As before."}})))), "complaint.own_answer");
  EXPECT_NE(house.send(judge.get("/desk/appeals")).body.find(hours.appeals), std::string::npos);
  EXPECT_EQ(house.send(judge.get(hours.appeals)).status, 200);
  ASSERT_EQ(house.send(judge.post(hours.appeals + "/change", Json::of({{"answer", "The helper was asked: three hours."}}))).status, 200);
  EXPECT_NE(house.send(anonymous().get(mine)).body.find("three hours"), std::string::npos);
  // Nobody appeals in time: closed by itself, and then it is too late.
  const auto quiet = complain(house, anonymous(), Json::of({{"kind", "time"}, {"words", "Another hour is missing."}, {"region", "640104"}}));
  ASSERT_EQ(house.send(officer.post(quiet.desk + "/answer", Json::of({{"answer", "Put right."}}))).status, 200);
  house.clock.advance(16 * kDay);
  EXPECT_EQ(house.count("select count(*) from flow_deadline where flow = 'complaint' and object = $1 and escalated = 0", quiet.id), 0);   // nobody is told that he is late
  EXPECT_EQ(rule_of(house.send(anonymous().post("/complain/" + quiet.number + "/appeal", Json::of({{"words", "Too late now."}})))), "complaint.appeal_late");
  house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(support::close_answered(tx)); }).value();
  EXPECT_EQ(house.text("select state from complaint where id = $1", quiet.id), "closed");
  // Withdrawn by whoever holds the number.
  const auto gone = complain(house, anonymous(), Json::of({{"kind", "group"}, {"words", "They never answer."}}));
  ASSERT_EQ(house.send(anonymous().post("/complain/" + gone.number + "/withdraw", Json::object())).status, 200);
  EXPECT_EQ(house.text("select state from complaint where id = $1", gone.id), "withdrawn");
}

TEST_P(ComplaintTest, AtTheStationsDeskAndInTheFigures) {
  WholeHouse house(GetParam());
  const std::string station = id_text(house.count("select id from station where region = $1", std::string(trial::kHome)));
  const auto keeper = house.person("Keeper", {{"station_keeper", ScopeKind::station, station}});
  EXPECT_EQ(house.send(house.person("Nobody").get("/desk/complaints/new")).status, 403);
  const auto sent = complain(house, keeper, Json::of({{"kind", "project"}, {"words", "Told at the counter."}, {"region", "640104"}}), "/desk/complaints/new");
  EXPECT_EQ(house.text("select channel from complaint where id = $1", sent.id), "station");
  EXPECT_EQ(house.count("select by_account from complaint where id = $1", sent.id), 0);
  EXPECT_EQ(house.count("select taken_by from complaint where id = $1", sent.id), keeper.account.value);
  EXPECT_EQ(house.send(anonymous().get("/complain/" + sent.number)).status, 200);
  const auto form = house.send(anonymous().get("/complaints/new?kind=forced_assignment")).body;
  EXPECT_NE(form.find("value=\"forced_assignment\" checked"), std::string::npos);
  const auto figures = house.send(anonymous().get("/reports/complaints"));
  EXPECT_EQ(figures.status, 200);
  EXPECT_NE(figures.body.find("1–2"), std::string::npos);
}

TX_ON_BOTH_ENGINES(ComplaintTest);

}  // namespace
}  // namespace tx::app
