// F3: signing up is being covered; nothing dangerous is published or begun without a policy; the list freezes at the start;
// an accident goes from the card to the insurer's money.
#include "app/trial.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/support/insurance/insurance.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::SignedIn;
using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using InsuranceTest = storage::trial::StoreTest;

struct Team {
  std::int64_t organisation = 0, volunteer = 0;
  std::string id;
  SignedIn leader, officer, member;
};
Team team_of(WholeHouse& house) {
  Team team;
  team.organisation = house.count("select id from organisation where state = 'approved' and region like '6401%' order by id limit 1");
  team.id = id_text(team.organisation);
  team.leader = house.person("Leader", {{"team_leader", ScopeKind::organisation, team.id}});
  team.officer = house.person("Officer", {{"federation_officer", ScopeKind::region, "64"}});
  team.member = house.person("Member");
  team.volunteer = house.count("select min(id) from volunteer where account = 0 and state = 'active' and birth < 9000 and id not in (select volunteer from signup)");
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1, birth = 5000 where id = $2", team.member.account, team.volunteer);
    storage::execute(tx, "update policy set state = 'ended'");   // the demonstration's own
    return Json();
  }).value();
  return team;
}
std::string publish(WholeHouse& house, const Team& team, bool danger = true) {
  const auto sent = house.send(team.leader.post("/desk/activities/new", Json::of({{"organisation", team.id}, {"title", "Clearing snow from roofs"}, {"summary", "On ladders"}, {"category", "0006"},
      {"region", std::string(trial::kHome)}, {"place", "The old lane"}, {"day", "2026-11-27"}, {"from", "09:00"}, {"to", "11:00"}, {"role", "Helper"}, {"places", 5}, {"least_age", 18},
      {"risks", "Falls"}, {"danger", danger}, {"insurance", danger ? "to be bought" : ""}, {"person_in_charge", "Leader"}, {"not_excluded", Json::Array{"1", "2", "3", "4", "5", "6"}}})));
  EXPECT_EQ(sent.status, 200) << sent.body;
  return answer_of(sent)["activity"].text();
}
http::Request policy(const Team& team, const SignedIn& by, const Json& more = Json::object()) {
  Json fields = Json::of({{"number", "PA-2026-77"}, {"insurer", "An insurer"}, {"cover", "Death, disability, treatment"}, {"phone", "95500"}, {"scope", "organisation"}, {"organisation", team.id},
                          {"from_day", "2026-11-25"}, {"until_day", "2027-11-24"}});
  for (const auto& [name, value] : more.members()) fields.set(name, value);
  auto request = by.post("/desk/insurance/new", fields);
  request.uploads.push_back({"file", "policy.pdf", "application/pdf", "%PDF-1.4 a policy"});
  return request;
}

TEST_P(InsuranceTest, NothingDangerousBeginsWithoutAPolicy) {
  WholeHouse house(GetParam());
  const Team team = team_of(house);
  const auto activity = publish(house, team);
  // Before publication, and nobody may insure what is not his.
  EXPECT_EQ(rule_of(house.send(team.officer.post("/activities/" + activity + "/publish", Json::object()))), "insurance.none_covers");
  const auto other = house.person("Other", {{"team_leader", ScopeKind::organisation, "0000000000001"}});
  EXPECT_EQ(rule_of(house.send(policy(team, other))), "insurance.not_yours");
  EXPECT_EQ(rule_of(house.send(policy(team, team.leader, Json::of({{"scope", "region"}, {"region", "6401"}})))), "insurance.not_yours");
  EXPECT_EQ(rule_of(house.send(policy(team, team.leader, Json::of({{"until_day", "2026-11-24"}})))), "insurance.days_wrong");
  EXPECT_EQ(rule_of(house.send(team.leader.post("/desk/insurance/new", Json::of({{"number", "PA-2026-78"}, {"insurer", "An insurer"}, {"cover", "Death, treatment"}, {"phone", "95500"},
            {"scope", "organisation"}, {"organisation", team.id}, {"from_day", "2026-11-25"}, {"until_day", "2027-11-24"}})))), "insurance.file_missing");
  const auto entered = house.send(policy(team, team.leader));
  ASSERT_EQ(entered.status, 200) << entered.body;
  EXPECT_EQ(rule_of(house.send(policy(team, team.leader))), "insurance.number_twice");
  ASSERT_EQ(house.send(team.officer.post("/activities/" + activity + "/publish", Json::object())).status, 200);
  EXPECT_EQ(house.text("select insurance from activity where id = $1", id_value(activity).value()), "PA-2026-77");
  // Whoever signs up is covered, and is told by whom.
  const auto shift = house.count("select id from shift where activity = $1", id_value(activity).value());
  ASSERT_EQ(house.send(team.member.post("/shifts/" + id_text(shift) + "/sign-up", Json::object())).status, 200);
  const auto page = house.send(team.member.get("/activities/" + activity)).body;
  EXPECT_NE(page.find("PA-2026-77"), std::string::npos);
  EXPECT_NE(page.find("95500"), std::string::npos);
  EXPECT_NE(house.send(team.member.get("/me/insurance")).body.find("PA-2026-77"), std::string::npos);
  // The policy is ended before the day: nobody is let in.
  const auto come = [&] {
    return house->store().write([&](storage::Tx& tx) -> Result<Json> {
      TX_TRY(supply::record_presence(tx, "shift", shift, team.volunteer, true, supply::Proof::leader, tx.now(), false, 0));
      return Json();
    });
  };
  house.clock.set(instant_of(Date::of(2026, 11, 27), 8, 50));
  const auto id = answer_of(entered)["policy"].text();
  ASSERT_EQ(house.send(team.leader.post("/desk/insurance/" + id + "/end", Json::of({{"reason", "Bought in error"}}))).status, 200);
  const auto refused = come();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().rule, "insurance.none_covers");
  ASSERT_EQ(house.send(policy(team, team.leader, Json::of({{"number", "PA-2026-79"}}))).status, 200);
  EXPECT_TRUE(come().has_value());
}

TEST_P(InsuranceTest, TheListFreezesAndAnAccidentGoesToItsMoney) {
  WholeHouse house(GetParam());
  const Team team = team_of(house);
  const auto activity = publish(house, team);
  ASSERT_EQ(house.send(policy(team, team.leader)).status, 200);
  ASSERT_EQ(house.send(team.officer.post("/activities/" + activity + "/publish", Json::object())).status, 200);
  const auto shift = house.count("select id from shift where activity = $1", id_value(activity).value());
  ASSERT_EQ(house.send(team.member.post("/shifts/" + id_text(shift) + "/sign-up", Json::object())).status, 200);
  const auto freeze = [&] {
    return house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(support::freeze_rosters(tx, house->book())); }).value().integer();
  };
  house.clock.set(instant_of(Date::of(2026, 11, 27), 8, 59));
  while (freeze() > 0) {}
  EXPECT_EQ(house.count("select count(*) from frozen_roster where activity = $1", id_value(activity).value()), 0);
  house.clock.set(instant_of(Date::of(2026, 11, 27), 9, 1));
  while (freeze() > 0) {}
  EXPECT_EQ(house.count("select people from frozen_roster where activity = $1", id_value(activity).value()), 1);
  EXPECT_EQ(house.count("select count(*) from log_leaf where type = 'insured_roster' and object = $1", id_value(activity).value()), 1);
  EXPECT_ANY_THROW(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from insured_person");
    return Json();
  }).value());
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
  // The list for the insurer leaves a trace; a leader of another team does not get it.
  const auto list = house.send(team.leader.get("/desk/insurance/roster/" + activity + "?as=csv"));
  EXPECT_EQ(list.status, 200);
  EXPECT_NE(list.body.find(house.text("select volunteer_no from volunteer where id = $1", team.volunteer)), std::string::npos);
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'insurance.export'"), 1);
  EXPECT_EQ(house.send(house.person("Other", {{"team_leader", ScopeKind::organisation, "0000000000001"}}).get("/desk/insurance/roster/" + activity)).status, 403);

  house.clock.set(instant_of(Date::of(2026, 11, 27), 9, 40));
  const Json card = Json::of({{"activity", activity}, {"day", "2026-11-27"}, {"time", "09:30"}, {"place", "The old lane"}, {"words", "Fell from the second rung"}, {"helped", true}});
  EXPECT_EQ(rule_of(house.send(house.person("Stranger").post("/accidents/new", card))), "accident.not_there");
  auto late = card;
  late.set("time", "10:30");
  EXPECT_EQ(rule_of(house.send(team.member.post("/accidents/new", late))), "accident.when_wrong");
  const auto dispatcher = house.person("Dispatcher", {{"county_dispatcher", ScopeKind::region, "640104"}});
  const auto sent = house.send(team.member.post("/accidents/new", card));
  ASSERT_EQ(sent.status, 200) << sent.body;
  const auto accident = answer_of(sent)["accident"].text();
  const std::string desk = "/desk/accidents/" + accident;
  EXPECT_EQ(house.count("select due from accident") / kHour, house.clock.now().plus(48 * kHour).us / kHour);
  EXPECT_EQ(house.count("select count(*) from accident where words_sealed like '%rung%'"), 0);
  EXPECT_EQ(house.count("select count(*) from notice where key = 'notice.accident_reported' and account = $1", dispatcher.account), 1);
  EXPECT_NE(house.send(team.member.get("/me/accidents/" + accident)).body.find("95500"), std::string::npos);
  EXPECT_EQ(house.send(house.person("Curious").get("/me/accidents/" + accident)).status, 403);
  // Health: read only with a reason, on record.
  EXPECT_EQ(house.send(team.leader.get(desk)).body.find("second rung"), std::string::npos);
  EXPECT_EQ(rule_of(house.send(team.leader.post(desk + "/open", Json::of({{"reason", ""}})))), "identity.reason_missing");
  ASSERT_EQ(house.send(team.leader.post(desk + "/open", Json::of({{"reason", "Calling the insurer"}}))).status, 200);
  EXPECT_NE(house.send(team.leader.get(desk)).body.find("second rung"), std::string::npos);
  house.clock.advance(11 * kMinute);
  EXPECT_EQ(house.send(team.leader.get(desk)).body.find("second rung"), std::string::npos);

  EXPECT_EQ(rule_of(house.send(team.leader.post(desk + "/claim", Json::of({{"reason", "x"}, {"amount", "10"}})))), "accident.papers_missing");
  EXPECT_EQ(rule_of(house.send(team.leader.post(desk + "/tell", Json::of({{"reason", "By telephone"}})))), "accident.insurer_no_missing");
  ASSERT_EQ(house.send(team.leader.post(desk + "/tell", Json::of({{"reason", "By telephone"}, {"insurer_no", "C-4711"}}))).status, 200);
  auto paper = team.leader.post(desk + "/papers", Json::of({{"kind", "bill"}}));
  EXPECT_EQ(rule_of(house.send(paper)), "insurance.file_missing");
  paper = team.leader.post(desk + "/papers", Json::of({{"kind", "bill"}}));
  paper.uploads.push_back({"file", "bill.pdf", "application/pdf", "%PDF-1.4 a bill"});
  ASSERT_EQ(house.send(paper).status, 200);
  EXPECT_EQ(rule_of(house.send(team.leader.post(desk + "/claim", Json::of({{"reason", "Sent"}, {"amount", "12.345"}})))), "accident.amount_wrong");
  ASSERT_EQ(house.send(team.leader.post(desk + "/claim", Json::of({{"reason", "Sent"}, {"amount", "1280.50"}}))).status, 200);
  ASSERT_EQ(house.send(team.leader.post(desk + "/refuse", Json::of({{"reason", "A paper is missing"}}))).status, 200);
  ASSERT_EQ(house.send(team.leader.post(desk + "/contest", Json::of({{"reason", "Sent again with it"}}))).status, 200);
  ASSERT_EQ(house.send(team.leader.post(desk + "/pay", Json::of({{"reason", "Paid in full"}, {"amount", "1,280.50"}}))).status, 200);
  EXPECT_EQ(house.count("select paid_fen from accident"), 128050);
  EXPECT_EQ(house.count("select count(*) from notice where key = 'notice.accident_paid' and account = $1", team.member.account), 1);
  EXPECT_NE(house.send(team.member.get("/me/accidents/" + accident)).body.find("1,280.50"), std::string::npos);
  EXPECT_EQ(answer_of(house.send(team.member.get("/me/data")))["records"]["insurance"]["accidents"].size(), 1u);
}

TX_ON_BOTH_ENGINES(InsuranceTest);

}  // namespace
}  // namespace tx::app
