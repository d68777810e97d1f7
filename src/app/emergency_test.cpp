// A drill on the wired house, on both databases: plan by one, in force by another, called, answered on the phone and on paper,
// mustered, paired, silent, stood down, accounted for, hours recorded, data about people destroyed with a certificate.
#include "app/trial.h"
#include "systems/support/book/book.h"
#include "platform/workflow/workflow.h"

namespace tx::app {
namespace {

using identity::trial::SignedIn;
using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using EmergencyTest = storage::trial::StoreTest;

struct Stage {
  explicit Stage(WholeHouse& of) : house(of) {
    writer = house.person("Writer", {{"federation_officer", access::ScopeKind::region, "64"}});
    command = house.person("Command", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
    hotline = house.person("Hotline", {{"hotline_operator", access::ScopeKind::region, "640104"}});
    team = house.count("select min(id) from organisation where state = 'approved' and region like '640104%'");
    policy = id_text(house.count("select min(id) from policy"));
    // Four adults of the county get accounts: they have telephones.
    for (int i = 0; i < 4; ++i) {
      phones.push_back(house.person("Phone " + std::to_string(i)));
      volunteers.push_back(house.count("select id from volunteer where state = 'active' and account = 0 and region like '640104%' and birth < $1 order by id limit 1", Date::of(2000, 1, 1)));
      write("update volunteer set account = $1 where id = $2", phones.back().account, volunteers.back());
    }
  }
  template <class... A>
  void write(const std::string& sql, const A&... a) {
    EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, sql, a...);
      return Json();
    }).has_value());
  }
  http::Response post(const SignedIn& who, const std::string& path, const Json& fields = Json::object()) { return house.send(who.post(path, fields)); }
  Json plan_fields() const {
    return Json::of({{"title", "Heavy snow"}, {"kind", "natural"}, {"region", "640104"}, {"organisation", id_text(team)}, {"purpose", "Clear pavements"}, {"command", "County command"},
                     {"risks", "Ice"}, {"role_name", Json::Array{"Shovel"}}, {"role_skill", Json::Array{"0"}}, {"role_card", Json::Array{""}}, {"role_heads", Json::Array{"2000"}},
                     {"point_name", Json::Array{"School"}}, {"point_address", Json::Array{"North Street"}}, {"point_region", Json::Array{""}}, {"report_minutes", 30}});
  }
  std::string plan_in_force() {
    const auto written = post(writer, "/desk/emergency/plans", plan_fields());
    EXPECT_EQ(written.status, 200) << written.body;
    const std::string plan = answer_of(written)["plan"].text();
    EXPECT_EQ(post(command, "/desk/emergency/plans/" + plan + "/approve").status, 200);
    return plan;
  }
  std::string started(const std::string& plan, bool drill = true) {
    const auto start = post(command, "/desk/emergency/plans/" + plan + "/start", Json::of({{"policy", policy}, {"hours", 6}, {"drill", drill}}));
    EXPECT_EQ(start.status, 200) << start.body;
    return answer_of(start)["operation"].text();
  }
  // A policy of the support room's register, in force from yesterday until `until`.
  std::string insured(const std::string& scope, const std::string& region, std::int64_t organisation = 0, Date until = Date::of(2027, 11, 1), const std::string& state = "open") {
    std::int64_t id = 0;
    EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
      id = tx.new_id();
      storage::execute(tx, "insert into policy (id, number, insurer, cover, phone, scope, region, organisation, activity, from_day, until_day, state, words, entered_by, created) "
                           "values ($1,$2,'An insurer','Death, treatment','95500',$3,$4,$5,0,$6,$7,$8,'',0,$9)",
                       id, "PA-" + id_text(id), scope, region, organisation, Date::of(2026, 11, 24), until, state, tx.now());
      return Json();
    }).has_value());
    return id_text(id);
  }
  std::string call_of(const std::string& operation, int who) {
    return id_text(house.count("select id from callout where operation = $1 and volunteer = $2", id_value(operation).value(), volunteers[static_cast<std::size_t>(who)]));
  }
  std::int64_t in_state(const std::string& operation, const std::string& state) {
    return house.count("select count(*) from callout where operation = $1 and state = $2", id_value(operation).value(), state);
  }
  WholeHouse& house;
  SignedIn writer, command, hotline;
  std::int64_t team = 0;
  std::string policy;
  std::vector<SignedIn> phones;
  std::vector<std::int64_t> volunteers;
};

TEST_P(EmergencyTest, ADrillFromThePlanToTheCertificate) {
  WholeHouse house(GetParam());
  Stage stage(house);
  // Nobody puts their own plan in force, and nothing starts from a draft.
  const auto draft = answer_of(stage.post(stage.writer, "/desk/emergency/plans", stage.plan_fields()))["plan"].text();
  EXPECT_EQ(stage.post(stage.command, "/desk/emergency/plans/" + draft + "/start", Json::of({{"policy", stage.policy}})).status, 409);
  const auto official = house.person("Official", {{"region_official", access::ScopeKind::region, "64"}});
  auto own = stage.plan_fields();
  const auto own_plan = answer_of(stage.post(official, "/desk/emergency/plans", own))["plan"].text();
  EXPECT_EQ(rule_of(stage.post(official, "/desk/emergency/plans/" + own_plan + "/approve")), "eplan.same_person");

  const auto plan = stage.plan_in_force();
  // Insured, or nobody is called: no policy, one of another county, of a single activity, over before the end, ended, not there yet.
  const auto start_with = [&](const std::string& policy, const std::string& day = "") {
    return rule_of(stage.post(stage.command, "/desk/emergency/plans/" + plan + "/start", Json::of({{"policy", policy}, {"day", day}, {"from", "20:00"}, {"hours", 6}, {"drill", true}})));
  };
  EXPECT_EQ(start_with(""), "operation.insurance");
  EXPECT_EQ(start_with(stage.insured("region", "640105")), "operation.insurance");
  EXPECT_EQ(start_with(stage.insured("activity", "640104")), "operation.insurance");
  EXPECT_EQ(start_with(stage.insured("region", "640104", 0, Date::of(2026, 11, 25)), "2026-11-25"), "operation.insurance");   // until two in the morning
  EXPECT_EQ(start_with(stage.insured("region", "640104", 0, Date::of(2027, 11, 1), "ended")), "operation.insurance");
  stage.write("update policy set from_day = $1 where id = $2", Date::of(2026, 11, 28), id_value(stage.insured("region", "640104")).value());
  EXPECT_EQ(start_with(id_text(house.count("select max(id) from policy"))), "operation.insurance");
  // The drill of the demonstration was covered on its day.
  EXPECT_EQ(house.count("select count(*) from operation o join policy p on p.id = o.policy where p.from_day <= $1 and p.until_day >= $1", Date::of(2026, 10, 16)), 1);
  const auto op = stage.started(plan);
  EXPECT_EQ(house.count("select count(*) from callout where operation = $1", id_value(op).value()), 0);   // nobody is told yet

  // One said beforehand: do not call me. Minors are never called.
  EXPECT_EQ(stage.post(stage.phones[3], "/me/calls/ready", Json::of({{"ready", false}})).status, 200);
  const std::string board = "/desk/operations/" + op;
  EXPECT_EQ(stage.post(stage.command, board + "/call", Json::of({{"everybody", true}})).status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, board + "/call")), "operation.calling_now");
  house->jobs().run_due_now();
  const auto called = house.count("select count(*) from callout where operation = $1", id_value(op).value());
  EXPECT_GT(called, 100);
  EXPECT_EQ(stage.call_of(op, 3), id_text(0));
  EXPECT_EQ(house.count("select count(*) from callout c join volunteer v on v.id = c.volunteer where c.operation = $1 and v.birth > $2", id_value(op).value(), Date::of(2008, 11, 25)), 0);
  EXPECT_EQ(house.count("select count(*) from callout c join volunteer v on v.id = c.volunteer where c.operation = $1 and v.region not like '640104%'", id_value(op).value()), 0);
  // The audit shows who asked, and the message says who asks, for what, where, until when, and that it is a drill.
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'operation.ask' and account = $1", stage.command.account), (called + 99) / 100);
  EXPECT_EQ(house.count("select count(*) from notice where account = $1 and key = 'notice.call_drill'", stage.phones[0].account), 1);

  // One action each; a NO changes no score. Somebody else's call is nobody's business.
  EXPECT_EQ(stage.post(stage.phones[1], "/calls/" + stage.call_of(op, 0) + "/come").status, 403);
  const auto memory = house.count("select count(*) from ask_record");
  for (const int who : {0, 1}) EXPECT_EQ(stage.post(stage.phones[static_cast<std::size_t>(who)], "/calls/" + stage.call_of(op, who) + "/come").status, 200);
  EXPECT_EQ(stage.post(stage.phones[2], "/calls/" + stage.call_of(op, 2) + "/cannot").status, 200);
  EXPECT_EQ(house.count("select count(*) from ask_record"), memory);
  // By telephone: the operator writes it down.
  const auto quiet = house.count("select volunteer from callout where operation = $1 and account = 0 and state = 'asked' order by id limit 1", id_value(op).value());
  EXPECT_EQ(stage.post(stage.hotline, board + "/answer", Json::of({{"number", house.text("select volunteer_no from volunteer where id = $1", quiet)}, {"answer", "come"}})).status, 200);
  EXPECT_EQ(stage.in_state(op, "coming"), 3);
  EXPECT_EQ(house.count("select noted_by from callout where operation = $1 and volunteer = $2", id_value(op).value(), quiet), stage.hotline.account.value);

  // Muster: by the code on the screen, and by the list for whoever has no phone.
  const auto code = answer_of(house.send(stage.command.get(board + "/code")))["code"].text();
  EXPECT_EQ(rule_of(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/here", Json::of({{"code", "000000"}}))), "attendance.code_wrong");
  EXPECT_EQ(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/here", Json::of({{"code", code}})).status, 200);
  EXPECT_EQ(stage.post(stage.command, board + "/muster", Json::of({{"what", "came"}, {"point", "0"}, {"volunteer", Json::Array{id_text(quiet)}}})).status, 200);
  EXPECT_EQ(stage.in_state(op, "here"), 2);
  EXPECT_EQ(answer_of(stage.post(stage.command, board + "/pair", Json::of({{"point", "0"}})))["paired"].integer(), 2);

  // Silence shows after the interval; a sign of life ends it.
  house.clock.advance(31 * kMinute);
  EXPECT_NE(house.send(stage.command.get(board)).body.find("silent-card"), std::string::npos);
  EXPECT_EQ(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/well", Json::of({{"words", "North gate, need salt"}})).status, 200);
  EXPECT_EQ(stage.post(stage.command, board + "/muster", Json::of({{"what", "well"}, {"point", "0"}, {"volunteer", Json::Array{id_text(quiet)}}})).status, 200);
  EXPECT_EQ(house.send(stage.command.get(board)).body.find("silent-card"), std::string::npos);
  EXPECT_EQ(house.count("select count(*) from callout where words_sealed like '%North%'"), 0);   // sealed

  // It cannot close while somebody is in the field or expected.
  house.clock.advance(90 * kMinute);
  EXPECT_EQ(stage.post(stage.command, board + "/stand_down", Json::of({{"reason", "Snow is cleared"}})).status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, board + "/close")), "operation.unaccounted");
  EXPECT_EQ(stage.post(stage.command, board + "/muster", Json::of({{"what", "left"}, {"point", "0"}, {"volunteer", Json::Array{id_text(quiet), id_text(stage.volunteers[0])}}})).status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, board + "/close")), "operation.unaccounted");
  EXPECT_EQ(stage.post(stage.command, board + "/muster", Json::of({{"what", "never_came"}, {"point", "0"}, {"volunteer", Json::Array{id_text(stage.volunteers[1])}}})).status, 200);
  EXPECT_EQ(stage.post(stage.command, board + "/close").status, 200);
  house->jobs().run_due_now();

  // Hours went the normal way: a record each, two hours and a minute, by the organisation of the plan.
  EXPECT_EQ(house.count("select sum(minutes) from service_record where kind = 'callout' and volunteer = $1", stage.volunteers[0]), 121);
  EXPECT_EQ(house.count("select organisation from service_record where kind = 'callout' and volunteer = $1", quiet), stage.team);

  // Destroyed by the clock after thirty days, with a certificate and a leaf; records and counts stay.
  EXPECT_GT(house.count("select count(*) from notice where link like '/calls/%'"), 0);
  house.clock.advance(31 * kDay);
  house->jobs().run_due_now();
  EXPECT_EQ(house.text("select state from operation where id = $1", id_value(op).value()), "destroyed");
  EXPECT_EQ(house.count("select count(*) from callout where operation = $1", id_value(op).value()), 0);
  EXPECT_EQ(house.count("select count(*) from notice where link like '/calls/%'"), 0);
  EXPECT_EQ(house.count("select count(*) from outbox where link like '/calls/%'"), 0);
  EXPECT_EQ(house.count("select asked from destruction where operation = $1", id_value(op).value()), called);
  EXPECT_EQ(house.count("select came from destruction where operation = $1", id_value(op).value()), 2);
  const auto number = house.text("select number from destruction where operation = $1", id_value(op).value());
  EXPECT_EQ(house.send(identity::trial::anonymous().get("/destruction/" + number)).status, 200);
  EXPECT_EQ(house.text("select state from operation where id = $1", id_value(op).value()), "destroyed");
  const auto gone = house.count("select id from destruction where operation = $1", id_value(op).value());
  auto reader = house->store().read();
  EXPECT_TRUE(support::leaf_seq(*reader, "destruction", gone).has_value());
  EXPECT_FALSE(support::check(*reader, house->book()).has_value());
  EXPECT_TRUE(workflow::verify(*reader, "operation", "operation").empty());
  EXPECT_GT(house.count("select count(*) from service_record where kind = 'callout'"), 0);
}

TEST_P(EmergencyTest, OnlyTheInsuredAreCalledAndWavesStopWhenThereAreEnough) {
  WholeHouse house(GetParam());
  Stage stage(house);
  // The organisation's own policy covers its members, whoever lives in the county besides.
  stage.write("delete from member where organisation = $1", stage.team);
  for (const int who : {0, 1})
    stage.write("insert into member (organisation, volunteer, role, state, consent, since) values ($1,$2,'member','member','self',0)", stage.team, stage.volunteers[static_cast<std::size_t>(who)]);
  stage.policy = stage.insured("organisation", house.text("select region from organisation where id = $1", stage.team), stage.team);
  auto fields = stage.plan_fields();
  fields.set("role_heads", Json::Array{"1"});
  const auto plan = answer_of(stage.post(stage.writer, "/desk/emergency/plans", fields))["plan"].text();
  EXPECT_EQ(stage.post(stage.command, "/desk/emergency/plans/" + plan + "/approve").status, 200);
  const auto op = stage.started(plan, false);
  EXPECT_EQ(stage.post(stage.command, "/desk/operations/" + op + "/call").status, 200);
  house->jobs().run_due_now();
  EXPECT_EQ(house.count("select count(*) from callout where operation = $1", id_value(op).value()), 2);
  EXPECT_EQ(house.count("select count(*) from notice where key = 'notice.call'"), 2);
  EXPECT_EQ(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/come").status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, "/desk/operations/" + op + "/call")), "operation.enough");
  // A NO after all is as free as the first answer.
  EXPECT_EQ(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/cannot").status, 200);
  EXPECT_EQ(stage.post(stage.command, "/desk/operations/" + op + "/call").status, 200);
  house->jobs().run_due_now();
  EXPECT_EQ(house.count("select count(*) from callout where operation = $1", id_value(op).value()), 2);   // nobody is asked twice
  // A restart in the middle of a wave: the mark stays behind, and the next wave may be called all the same.
  stage.write("update operation set calling = 1 where id = $1", id_value(op).value());
  EXPECT_EQ(stage.post(stage.command, "/desk/operations/" + op + "/call").status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, "/desk/operations/" + op + "/call")), "operation.calling_now");
  house->jobs().run_due_now();
  // Whoever left the organisation is not covered any more. Once the policy is ended nobody is called or sent; a NO stays free,
  // and what the person was told stays readable.
  stage.write("update member set state = 'left' where organisation = $1 and volunteer = $2", stage.team, stage.volunteers[1]);
  EXPECT_EQ(rule_of(stage.post(stage.phones[1], "/calls/" + stage.call_of(op, 1) + "/come")), "callout.not_insured");
  EXPECT_EQ(stage.post(stage.writer, "/desk/insurance/" + stage.policy + "/end", Json::of({{"reason", "Bought in error"}})).status, 200);
  EXPECT_EQ(rule_of(stage.post(stage.command, "/desk/operations/" + op + "/call")), "operation.policy_ended");
  EXPECT_EQ(rule_of(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/come")), "callout.not_insured");
  EXPECT_EQ(stage.post(stage.phones[0], "/calls/" + stage.call_of(op, 0) + "/cannot").status, 200);
  EXPECT_NE(house.send(stage.phones[0].get("/calls/" + stage.call_of(op, 0))).body.find("An insurer PA-" + stage.policy + " · Death, treatment · 95500"), std::string::npos);
  // "Somebody forces me" goes to the desk of the region.
  const auto complaint = stage.post(stage.phones[1], "/complain", Json::of({{"kind", "forced"}, {"about", "call:" + stage.call_of(op, 1)}, {"words", "I was told that I must come."}, {"contact", "13900000000"}}));
  EXPECT_EQ(complaint.status, 200) << complaint.body;
  EXPECT_EQ(house.count("select count(*) from complaint where kind = 'forced' and region = '640104'"), 1);
}

// A policy of one street covers those who live there, whatever the plan reaches.
TEST_P(EmergencyTest, APolicyOfAStreetCallsTheStreet) {
  WholeHouse house(GetParam());
  Stage stage(house);
  const auto street = house.text("select substr(region, 1, 9) from volunteer where id = $1", stage.volunteers[0]);
  stage.policy = stage.insured("region", street);
  const auto plan = stage.plan_in_force();
  const auto page = house.send(stage.command.get("/desk/emergency/plans/" + plan)).body;
  EXPECT_NE(page.find("PA-" + stage.policy), std::string::npos);
  const auto op = stage.started(plan);
  EXPECT_EQ(stage.post(stage.command, "/desk/operations/" + op + "/call", Json::of({{"everybody", true}})).status, 200);
  house->jobs().run_due_now();
  const auto inside = house.count("select count(*) from callout c join volunteer v on v.id = c.volunteer where c.operation = $1 and v.region like $2", id_value(op).value(), street + "%");
  EXPECT_GT(inside, 0);
  EXPECT_EQ(house.count("select count(*) from callout where operation = $1", id_value(op).value()), inside);
}

TX_ON_BOTH_ENGINES(EmergencyTest);

}  // namespace
}  // namespace tx::app
