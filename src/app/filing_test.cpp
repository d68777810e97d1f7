// Filing of activities (P4): off at first; where the region asks for it, a large activity is filed by sending it in, late only with
// a reason and marked for ever, reported back in time or missed, and nothing of it is lost.
#include "app/lateness.h"
#include "app/trial.h"
#include "systems/supply/filings/filings.h"

namespace tx::app {
namespace {

using trial::answer_of;
using trial::kHome;
using trial::rule_of;
using trial::WholeHouse;
using FilingTest = storage::trial::StoreTest;

// A leader with a team, and what the form sends. The demonstration's own policy: 10 people, 3 days, 3 days.
struct Team {
  explicit Team(WholeHouse& h)
      : house(h),
        organisation(id_text(h.count("select id from organisation where state = 'approved' order by id limit 1"))),
        leader(h.person("Leader", {{"team_leader", access::ScopeKind::organisation, organisation}})) {}
  Json form(int in_days, int places) const {
    const Date day{local_date(house.clock.now()).days + in_days};
    return Json::of({{"title", "Path clearing"}, {"summary", "Snow"}, {"category", "0001"}, {"region", kHome}, {"place", "Yard"}, {"day", day.text()}, {"from", "09:00"},
                     {"to", "11:00"}, {"role", "Helper"}, {"places", places}, {"risks", "Ice"}, {"person_in_charge", "Ma"}, {"organisation", organisation},
                     {"not_excluded", Json::Array{"1", "2", "3", "4", "5", "6"}}});
  }
  http::Response send(Json form) { return house.send(leader.post("/desk/activities/new", std::move(form))); }
  std::string sent(Json form) {
    const auto response = send(std::move(form));
    EXPECT_EQ(response.status, 200) << response.body;
    return answer_of(response)["activity"].text();
  }
  WholeHouse& house;
  std::string organisation;
  identity::trial::SignedIn leader;
};

void set_people(WholeHouse& house, int people) {
  ASSERT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    workflow::set_setting(tx, "filing.people", "", people, "", {});
    return Json();
  }));
}
std::optional<supply::Filing> filing_of(WholeHouse& house, const std::string& activity) {
  return supply::find_filing(*house->store().read(), {id_value(activity).value()});
}
int call(WholeHouse& house) {
  int called = 0;
  EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    called = supply::call_for_reports(tx);
    tell_late(tx);
    return Json();
  }));
  return called;
}
void publish(WholeHouse& house, const std::string& activity) {
  const auto officer = house.person("Reviewer", {{"federation_officer", access::ScopeKind::region, "64"}});
  ASSERT_EQ(house.send(officer.post("/activities/" + activity + "/publish", Json::of({{"reason", ""}}))).status, 200);
}

TEST(FilingDays, TheDayOfFilingDoesNotCount) {
  supply::FilingPolicy policy;
  policy.people = 10;
  EXPECT_EQ(supply::file_by(policy, instant_of(Date::of(2026, 11, 28), 0, 0)), Date::of(2026, 11, 25));
  EXPECT_EQ(supply::file_by(policy, instant_of(Date::of(2026, 11, 28), 23, 59)), Date::of(2026, 11, 25));
  EXPECT_FALSE(policy.asks(9));
  EXPECT_TRUE(policy.asks(10));
  policy.people = 0;
  EXPECT_FALSE(policy.asks(100'000));
}

TEST_P(FilingTest, OnlyWhereTheRegionAsksAndOnlyFromTenPeopleOn) {
  WholeHouse house(GetParam());
  Team team(house);
  EXPECT_FALSE(filing_of(house, team.sent(team.form(1, 9))).has_value());
  const auto in_time = filing_of(house, team.sent(team.form(3, 10)));
  ASSERT_TRUE(in_time.has_value());
  EXPECT_FALSE(in_time->late);
  EXPECT_EQ(in_time->planned, 10);
  EXPECT_EQ(rule_of(team.send(team.form(2, 10))), "filing.late");
  EXPECT_EQ(house.count("select count(*) from activity where title = 'Path clearing' and region = $1", std::string(kHome)), 2);   // nothing half done
  set_people(house, 0);
  EXPECT_FALSE(filing_of(house, team.sent(team.form(1, 500))).has_value());
}

TEST_P(FilingTest, ALateFilingSaysWhyAndStaysMarked) {
  WholeHouse house(GetParam());
  Team team(house);
  auto form = team.form(1, 30);
  const auto refused = team.send(form);
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("late_reason"), std::string::npos);
  const auto activity = team.sent(form.set("late_reason", "It snows").set("repeat_weeks", 1));
  const auto filing = filing_of(house, activity);
  ASSERT_TRUE(filing.has_value());
  EXPECT_TRUE(filing->late);
  EXPECT_EQ(filing->late_reason, "It snows");
  EXPECT_EQ(house.count("select count(*) from activity_filing f join activity a on a.id = f.id where a.series = $1 and f.late = 0 and f.late_reason = ''", id_value(activity).value()), 1);   // next week's is in time
  const auto keeper = house.person("Keeper", {{"station_keeper", access::ScopeKind::station, id_text(house.count("select id from station where region = $1", std::string(kHome)))}});
  const auto elsewhere = house.person("Elsewhere", {{"station_keeper", access::ScopeKind::station, id_text(house.count("select id from station where region like '6402%' limit 1"))}});
  EXPECT_NE(house.send(keeper.get("/desk/filings?tab=late")).body.find("It snows"), std::string::npos);
  EXPECT_NE(house.send(keeper.get("/stations/board")).body.find("It snows"), std::string::npos);
  EXPECT_EQ(house.send(elsewhere.get("/desk/filings?tab=late")).body.find("It snows"), std::string::npos);
  EXPECT_EQ(house.send(team.leader.get("/desk/filings")).status, 403);
  EXPECT_EQ(house.send(identity::trial::anonymous().get("/activities/" + activity)).body.find("It snows"), std::string::npos);
}

TEST_P(FilingTest, TheReportIsAskedForRemindedMissedAndStillTaken) {
  WholeHouse house(GetParam());
  Team team(house);
  const auto officer = house.person("Officer", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
  ASSERT_TRUE(house->store().write([](storage::Tx& tx) -> Result<Json> {   // the demonstration's own, which would be late as well
    storage::execute(tx, "delete from activity_filing");
    storage::execute(tx, "delete from flow_deadline where flow = 'filing'");
    return Json();
  }));
  const auto activity = team.sent(team.form(4, 20)), other = team.sent(team.form(5, 20));
  publish(house, activity);
  publish(house, other);
  const std::string path = "/activities/" + activity + "/filing";
  const auto report = [&](const Json& input) { return house.send(team.leader.post(path, input)); };
  const Json good = Json::of({{"came", 18}, {"served", 40}, {"words", "Two yards are clear."}});
  EXPECT_EQ(rule_of(report(good)), "filing.not_over");
  EXPECT_EQ(call(house), 0);
  house.clock.set(filing_of(house, activity)->ends.plus(kMinute));
  const auto notices = [&](const char* key) { return house.count("select count(*) from notice where account = $1 and key = $2", team.leader.account, std::string(key)); };
  call(house);
  EXPECT_EQ(notices("notice.filing_awaited"), 1);
  auto filing = filing_of(house, activity);
  EXPECT_EQ(filing->state, "awaited");
  EXPECT_EQ(local_text(filing->due), Date{local_date(filing->ends).days + 3}.text() + " 23:59");   // ends on the last day's end
  house.clock.set(filing->due.plus(-kHour));
  call(house);
  call(house);
  EXPECT_EQ(notices("notice.filing_last_day"), 1);   // once
  house.clock.set(filing->due.plus(kMinute));
  call(house);
  EXPECT_EQ(house.count("select count(*) from notice where account = $1 and key = 'notice.late.filing'", officer.account), 1);
  EXPECT_NE(house.send(officer.get("/desk/filings?tab=missing")).body.find("Path clearing"), std::string::npos);
  EXPECT_EQ(rule_of(report(Json::of({{"served", 40}, {"words", "Two yards."}}))), "filing.came");
  EXPECT_EQ(rule_of(report(Json::of({{"came", 18}, {"words", "Two yards."}}))), "filing.served");
  EXPECT_EQ(rule_of(report(Json::of({{"came", 18}, {"served", 0}, {"words", "ok"}}))), "filing.words");
  ASSERT_EQ(report(good).status, 200);
  filing = filing_of(house, activity);
  EXPECT_TRUE(filing->report_late);
  EXPECT_EQ(filing->came, 18);
  EXPECT_EQ(filing->recorded, 0);   // nobody checked in: both numbers stand side by side
  EXPECT_EQ(rule_of(report(good)), "flow.not_allowed");   // what was told is not told anew
  // The second is reported in time, before the timed work came by.
  const std::string second = "/activities/" + other + "/filing";
  house.clock.set(filing_of(house, other)->ends.plus(kMinute));
  ASSERT_EQ(house.send(team.leader.post(second, good)).status, 200);
  EXPECT_FALSE(filing_of(house, other)->report_late);
  const auto reader = house->store().read();
  const auto sums = supply::filing_sums(*reader, "organisation = " + std::to_string(id_value(team.organisation).value()) + " and planned = 20", house.clock.now().plus(-30 * kDay),
                                        house.clock.now(), house.clock.now());
  EXPECT_EQ(sums.reported, 2);
  EXPECT_EQ(sums.reported_late, 1);
  EXPECT_EQ(sums.came, 36);
}

TEST_P(FilingTest, WhatIsCancelledOrNeverPublishedWaitsForNoReport) {
  WholeHouse house(GetParam());
  Team team(house);
  const auto cancelled = team.sent(team.form(4, 20)), forgotten = team.sent(team.form(4, 20));
  publish(house, cancelled);
  ASSERT_EQ(house.send(team.leader.post("/activities/" + cancelled + "/cancel", Json::of({{"reason", "Ill"}}))).status, 200);
  EXPECT_EQ(filing_of(house, cancelled)->state, "dropped");
  house.clock.set(filing_of(house, forgotten)->ends.plus(kMinute));
  call(house);
  EXPECT_EQ(filing_of(house, forgotten)->state, "dropped");
}

TX_ON_BOTH_ENGINES(FilingTest);

}  // namespace
}  // namespace tx::app
