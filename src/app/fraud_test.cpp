// Doubts about hours from the list to the last appeal, the leader's review, and the policy to the minute: through the wired
// house, on both databases.
#include "app/trial.h"
#include "systems/supply/quality.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/teams/teams.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::SignedIn;
using trial::rule_of;
using trial::WholeHouse;
using FraudTest = storage::trial::StoreTest;

Json reason(const char* words) { return Json::of({{"reason", words}}); }

std::int64_t minutes_of(WholeHouse& house, std::int64_t volunteer) {
  auto reader = house->store().read();
  return support::totals_of(*reader, volunteer).minutes;
}
void give_account(WholeHouse& house, std::int64_t volunteer, const SignedIn& person) {
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", person.account, volunteer);
    return Json();
  }).value();
}
void run_clocks(WholeHouse& house) {
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    support::settle_notices(tx, house->book());
    return Json(support::run_risk_clocks(tx, house->book()));
  }).value();
}

struct Officials {
  SignedIn first, second, third;
  explicit Officials(WholeHouse& house)
      : first(house.person("First", {{"region_official", ScopeKind::region, "64"}})), second(house.person("Second", {{"federation_officer", ScopeKind::region, "64"}})),
        third(house.person("Third", {{"region_official", ScopeKind::region, "64"}})) {}
};

// A record that counts, and a doubt about it as an official takes it up.
struct Doubt {
  support::ServiceRecord record;
  std::string path;
};
Doubt doubt_about(WholeHouse& house, const SignedIn& by) {
  Doubt doubt;
  {
    auto reader = house->store().read();
    doubt.record = *storage::find<support::ServiceRecord>(*reader, "select * from service_record where minutes >= 60 and reverses = 0 order by id limit 1");
  }
  const auto opened = house->store().write([&](storage::Tx& tx) -> Result<Json> {
    access::Actor actor;
    actor.account = by.account;
    support::RiskOpening opening;
    opening.entries = {{0, "record", doubt.record.id, doubt.record.volunteer, doubt.record.minutes, 65, 1 << static_cast<int>(support::fraud::Rule::two_places)}};
    opening.words = "The neighbour says nobody came.";
    return Json(id_text(TX_TRY(support::open_risk(tx, house->book(), opening, actor)).id));
  });
  doubt.path = "/desk/risks/" + opened.value().text();
  return doubt;
}

// H8: freeze, hearing, another person's decision, the time for an appeal; only then are hours and papers taken back.
TEST_P(FraudTest, FromFreezeToVoidWithEverythingMadeFromTheHours) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto doubt = doubt_about(house, who.first);
  const auto owner = house.person("Owner");
  give_account(house, doubt.record.volunteer, owner);
  const auto before = minutes_of(house, doubt.record.volunteer);
  ASSERT_EQ(house.send(owner.post("/me/certificates", Json::of({{"from_day", "2026-01-01"}, {"to_day", "2026-11-25"}}))).status, 200);
  const auto paper = [&] { return house.text("select state from certificate order by id desc limit 1"); };
  const std::string hearing = "/me/hearings/" + doubt.path.substr(12);
  EXPECT_EQ(house.send(owner.get(hearing)).status, 404);   // a mere flag concerns nobody yet

  ASSERT_EQ(house.send(who.first.post(doubt.path + "/freeze", reason("Two places at once."))).status, 200);
  EXPECT_EQ(minutes_of(house, doubt.record.volunteer), before - doubt.record.minutes.value);
  EXPECT_EQ(support::totals_of(*house->store().read(), doubt.record.volunteer).frozen, doubt.record.minutes.value);
  EXPECT_EQ(paper(), "valid");
  EXPECT_EQ(rule_of(house.send(owner.post("/me/record/" + id_text(doubt.record.id) + "/correct", Json::of({{"all_wrong", true}, {"words", "I was not there that day."}})))), "record.frozen");
  EXPECT_EQ(house.send(owner.get(hearing)).status, 200);
  EXPECT_EQ(house.send(house.person("Stranger").get(hearing)).status, 404);
  EXPECT_EQ(rule_of(house.send(who.first.post(doubt.path + "/close", reason("")))), "risk.hearing_open");
  ASSERT_EQ(house.send(owner.post(hearing + "/speak", Json::of({{"words", "I was at the second place only."}}))).status, 200);
  ASSERT_EQ(house.send(who.first.post(doubt.path + "/close", reason(""))).status, 200);   // everybody with an account has spoken
  EXPECT_EQ(rule_of(house.send(who.first.post(doubt.path + "/void", reason("Nobody came.")))), "risk.same_person");
  ASSERT_EQ(house.send(who.second.post(doubt.path + "/void", reason("Nobody came."))).status, 200);
  EXPECT_TRUE(support::stands(*house->store().read(), doubt.record.id));                   // not before the appeal was possible
  house.clock.advance(15 * kDay);
  run_clocks(house);
  EXPECT_TRUE(support::stands(*house->store().read(), doubt.record.id));
  house.clock.advance(kDay);
  run_clocks(house);
  EXPECT_FALSE(support::stands(*house->store().read(), doubt.record.id));
  EXPECT_EQ(house.count("select count(*) from service_record where id = $1", doubt.record.id), 1);   // nothing is deleted
  EXPECT_EQ(minutes_of(house, doubt.record.volunteer), before - doubt.record.minutes.value);
  EXPECT_EQ(support::balance(*house->store().read(), support::Unit::minutes, support::account_of(doubt.record.volunteer)), before - doubt.record.minutes.value);
  EXPECT_EQ(paper(), "revoked");
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

TEST_P(FraudTest, AThirdPersonJudgesTheAppealAndTheHoursComeBack) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto doubt = doubt_about(house, who.first);
  const auto owner = house.person("Owner");
  give_account(house, doubt.record.volunteer, owner);
  const auto before = minutes_of(house, doubt.record.volunteer);
  EXPECT_EQ(rule_of(house.send(who.first.post(doubt.path + "/freeze", reason("")))), "flow.reason_missing");
  ASSERT_EQ(house.send(who.first.post(doubt.path + "/freeze", reason("Two places at once."))).status, 200);
  house.clock.advance(20 * kDay);   // nobody speaks: the hearing ends by itself
  run_clocks(house);
  EXPECT_EQ(house.text("select state from risk_case"), "heard");
  ASSERT_EQ(house.send(who.second.post(doubt.path + "/void", reason("Nobody came."))).status, 200);
  const std::string speak = "/me/hearings/" + doubt.path.substr(12) + "/speak";
  EXPECT_EQ(rule_of(house.send(who.third.post(speak, Json::of({{"words", "This is none of my business."}})))), "risk.not_concerned");
  ASSERT_EQ(house.send(owner.post(speak, Json::of({{"words", "The resident will tell you I was there."}}))).status, 200);
  EXPECT_EQ(rule_of(house.send(who.second.post(doubt.path + "/uphold", reason("As I said.")))), "risk.same_person");
  EXPECT_EQ(rule_of(house.send(who.first.post(doubt.path + "/reverse", reason("Well.")))), "risk.same_person");
  ASSERT_EQ(house.send(who.third.post(doubt.path + "/reverse", reason("The resident confirms it."))).status, 200);
  EXPECT_EQ(minutes_of(house, doubt.record.volunteer), before);
  EXPECT_TRUE(support::stands(*house->store().read(), doubt.record.id));
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// Whoever wrote it, confirmed it, belongs to the organisation or gains from it takes no step.
TEST_P(FraudTest, NobodyInvolvedTakesAStep) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto doubt = doubt_about(house, who.first);
  give_account(house, doubt.record.volunteer, who.second);
  EXPECT_EQ(rule_of(house.send(who.second.post(doubt.path + "/clear", reason("It is mine.")))), "risk.involved");
  EXPECT_EQ(house.send(who.second.post(doubt.path + "/freeze", reason("It is mine."))).status, 403);   // freezing takes the supervisor's permission
  const auto again = house->store().write([&](storage::Tx& tx) -> Result<Json> {
    access::Actor actor;
    actor.account = who.third.account;
    support::RiskOpening opening;
    opening.words = "The same entry once more.";
    opening.entries = {{0, "record", doubt.record.id, doubt.record.volunteer, doubt.record.minutes, 50, 1}};
    TX_TRY(support::open_risk(tx, house->book(), opening, actor));
    return Json();
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().rule, "risk.open_already");
}

// ---- the policy to the minute, through the whole way of a record (issue's evidence 4)
class Served {
 public:
  Served(WholeHouse& house, std::int64_t volunteer) : house_(house), volunteer_(volunteer) {}
  // What became of presence from `from` for so many minutes: straight, second, authority.
  std::string be(Instant from, std::int64_t minutes) {
    const auto records = count("service_record"), cases = count("record_case");
    house_->store().write([&](storage::Tx& tx) -> Result<Json> {
      supply::Served served;
      served.attendance = tx.new_id();
      served.volunteer = volunteer_;
      served.kind = "shift";
      served.region = trial::kHome;
      served.title = "Night watch";
      served.content = "Watching over the square";
      served.came_by = served.left_by = "code";
      served.came_shown = served.left_shown = true;
      served.starts = from;
      served.ends = from.plus(minutes * kMinute);
      served.minutes = {minutes};
      support::record_served(tx, house_->book(), served);
      return Json();
    }).value();
    std::string said;
    for (auto n = count("service_record") - records; n > 0; --n) said += "straight ";
    if (count("record_case") > cases) said += house_.text("select kind from record_case order by id desc limit 1");
    return said;
  }

 private:
  std::int64_t count(const std::string& table) { return house_.count("select count(*) from " + table); }
  WholeHouse& house_;
  std::int64_t volunteer_;
};

TEST_P(FraudTest, PolicyToTheMinute) {
  WholeHouse house(GetParam());
  const auto volunteer = house.count("select id from volunteer v where state = 'active' and not exists (select 1 from service_record r where r.volunteer = v.id) order by id limit 1");
  Served served(house, volunteer);
  const Officials who(house);
  const auto told = [&](const SignedIn& person) { return house.count("select count(*) from notice where key = 'notice.record_second' and account = $1", person.account); };
  const auto at = [](int day, int hour, int minute) { return instant_of(Date::of(2026, 11, day), hour, minute); };
  EXPECT_EQ(served.be(at(1, 8, 0), 7 * 60 + 59), "straight ");
  EXPECT_EQ(served.be(at(2, 8, 0), 8 * 60), "straight ");
  EXPECT_EQ(told(who.second), 0);
  EXPECT_EQ(served.be(at(3, 8, 0), 8 * 60 + 1), "long_day");
  EXPECT_EQ(told(who.second), 1);   // the second person is told, not only the list
  EXPECT_EQ(told(who.first), 0);
  EXPECT_EQ(served.be(at(4, 8, 0), 12 * 60), "long_day");
  EXPECT_EQ(served.be(at(5, 8, 0), 12 * 60 + 1), "authority_day");
  EXPECT_EQ(told(who.first), 1);    // the authority
  // across activities of one day
  EXPECT_EQ(served.be(at(6, 8, 0), 4 * 60), "straight ");
  EXPECT_EQ(served.be(at(6, 13, 0), 4 * 60), "straight ");
  EXPECT_EQ(served.be(at(6, 18, 0), 1), "long_day");
  // across midnight: two rows, each of its own day
  EXPECT_EQ(served.be(at(7, 20, 0), 8 * 60 + 2), "straight straight ");
  EXPECT_EQ(house.count("select minutes from service_record where volunteer = $1 and starts = $2", volunteer, at(7, 20, 0)), 240);
  EXPECT_EQ(house.count("select minutes from service_record where volunteer = $1 and starts = $2", volunteer, at(8, 0, 0)), 242);
  EXPECT_EQ(house.text("select entry from service_record where volunteer = $1 and starts = $2", volunteer, at(8, 0, 0)), "self");
  EXPECT_EQ(house.text("select content from service_record where volunteer = $1 and starts = $2", volunteer, at(8, 0, 0)), "Watching over the square");
  // the authority, not the ordinary second person, allows what is above the second limit
  const std::string path = "/desk/records/" + id_text(house.count("select id from record_case where kind = 'authority_day'"));
  EXPECT_EQ(rule_of(house.send(who.second.post(path + "/approve", Json::object()))), "record.authority");
  ASSERT_EQ(house.send(who.first.post(path + "/allow", reason("Flood duty, ordered by the headquarters."))).status, 200);
  EXPECT_EQ(house.count("select minutes from service_record where volunteer = $1 and starts = $2", volunteer, at(5, 8, 0)), 721);
  // a lenient profile, put in force by an official, moves the first limit to twelve hours
  ASSERT_EQ(house.send(who.first.post("/desk/records/policy", Json::of({{"profile", "lenient"}, {"reason", "Trial year"}}))).status, 200);
  EXPECT_EQ(served.be(at(9, 8, 0), 12 * 60), "straight ");
  EXPECT_EQ(served.be(at(10, 8, 0), 12 * 60 + 1), "long_day");
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// ---- the leader's review
struct Shift {
  std::int64_t organisation = 0, shift = 0;
  std::vector<std::int64_t> presence;
};
Shift past_shift(WholeHouse& house, int people) {
  Shift made;
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    const auto row = storage::query(tx, "select s.id, a.organisation, a.id, a.region from shift s join activity a on a.id = s.activity join organisation o on o.id = a.organisation "
                                        "where a.state = 'published' and o.state = 'approved' order by s.id limit 1").rows.at(0);
    made.shift = std::get<std::int64_t>(row[0]);
    made.organisation = std::get<std::int64_t>(row[1]);
    const Instant from = instant_of({local_date(tx.now()).days - 1}, 9, 0), to = from.plus(3 * kHour);
    storage::execute(tx, "update shift set starts = $1, ends = $2 where id = $3", from, to, made.shift);
    const auto volunteers = storage::query(tx, "select v.id from volunteer v where v.state = 'active' and v.account = 0 and not exists (select 1 from attendance a where a.volunteer = v.id) order by v.id limit $1", people);
    for (const auto& volunteer : volunteers.rows) {
      made.presence.push_back(tx.new_id());
      storage::execute(tx, "insert into attendance (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by, late_sync, minutes, state, confirmed_by, confirmed_at, note) "
                           "values ($1,'shift',$2,$3,$4,$5,$6,$7,'code','code',0,180,'left',0,0,'')",
                       made.presence.back(), made.shift, row[2], volunteer[0], row[3], from, to);
    }
    storage::execute(tx, "update attendance set state = 'present', left_at = 0, left_by = 'none', minutes = 0 where id = $1", made.presence.back());
    return Json();
  }).value();
  return made;
}

TEST_P(FraudTest, TheReviewOfALeader) {
  WholeHouse house(GetParam());
  const auto made = past_shift(house, 4);
  const auto leader = house.person("Leader", {{"team_leader", ScopeKind::organisation, id_text(made.organisation)}});
  const auto other = house.person("Other", {{"team_leader", ScopeKind::organisation, "0000000000001"}});
  const auto page = house.send(leader.get("/desk/records/review")).body;
  EXPECT_NE(page.find(id_text(made.presence[0])), std::string::npos);
  Json clean = Json::array();
  for (int i = 0; i < 3; ++i) clean.push(id_text(made.presence[static_cast<std::size_t>(i)]));
  EXPECT_EQ(rule_of(house.send(other.post("/desk/records/review", Json::of({{"presence", clean}})))), "record.not_yours");
  ASSERT_EQ(house.send(leader.post("/desk/records/review", Json::of({{"presence", clean}}))).status, 200);
  EXPECT_EQ(house.count("select count(*) from service_record where entry = 'self' and source >= $1", made.presence[0]), 3);
  const std::string last = id_text(made.presence[3]);
  EXPECT_EQ(rule_of(house.send(leader.post("/desk/records/review", Json::of({{"presence", last}})))), "attendance.not_waiting");
  EXPECT_EQ(rule_of(house.send(leader.post("/desk/records/review/sign-out", Json::of({{"presence", last}, {"at", "12:01"}, {"note", "She told me by phone"}})))), "attendance.outside");
  ASSERT_EQ(house.send(leader.post("/desk/records/review/sign-out", Json::of({{"presence", last}, {"at", "11:30"}, {"note", "She told me by phone"}}))).status, 200);

  // O6: a suspended organisation records nothing; the successor named for it does.
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update organisation set state = 'suspended' where id = $1", made.organisation);
    return Json();
  }).value();
  EXPECT_EQ(rule_of(house.send(leader.post("/desk/records/review", Json::of({{"presence", last}})))), "record.suspended");
  EXPECT_EQ(rule_of(house.send(leader.post("/attendance/" + id_text(made.shift) + "/confirm", Json::of({{"note", ""}})))), "attendance.organisation_suspended");
  const auto next = house.count("select id from organisation where state = 'approved' order by id desc limit 1");
  const Officials who(house);
  const auto named = Json::of({{"organisation", id_text(made.organisation)}, {"successor", id_text(next)}, {"reason", "Merged by decision of 2026-11-20"}});
  ASSERT_EQ(house.send(who.second.post("/desk/records/successors", named)).status, 200);
  const auto heir = house.person("Heir", {{"team_leader", ScopeKind::organisation, id_text(next)}});
  ASSERT_EQ(house.send(heir.post("/desk/records/review", Json::of({{"presence", last}}))).status, 200);
  EXPECT_EQ(house.text("select entry from service_record where source = $1", made.presence[3]), "forced");
  EXPECT_EQ(house.text("select grade from service_record where source = $1", made.presence[3]), "C");
  EXPECT_EQ(house.count("select organisation from service_record where source = $1", made.presence[3]), made.organisation);   // who organised records
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// H2: ten working days by the official calendar; told at five, eight and past ten, each once.
TEST_P(FraudTest, TheClockOfTenWorkingDays) {
  WholeHouse house(GetParam());
  const auto made = past_shift(house, 2);   // ended Tuesday 24 November 2026
  ASSERT_NE(made.shift, 0);
  const Officials who(house);
  const auto remind = [&](Instant at) {
    house.clock.set(at);
    house->store().write([](storage::Tx& tx) -> Result<Json> { return Json(support::remind_of_clocks(tx)); }).value();
    return house.count("select count(*) from clock_told where shift = $1", made.shift);
  };
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 1), 23, 0)), 0);
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 2), 0, 1)), 1);
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 3), 12, 0)), 1);
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 5), 0, 1)), 2);
  const auto told = [&] { return house.count("select count(*) from notice where key = 'notice.record_overdue' and account = $1", who.second.account); };
  const auto before = told();
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 8), 23, 59)), 2);
  EXPECT_EQ(told(), before);
  EXPECT_EQ(remind(instant_of(Date::of(2026, 12, 9), 0, 1)), 3);
  EXPECT_GT(told(), before);
  EXPECT_EQ(house.send(who.first.get("/desk/records/clocks")).status, 200);
}

// F5: a complaint about hours leads to the entry, and what is not ours is handed on with its address.
TEST_P(FraudTest, AComplaintAboutHoursLeadsToTheEntry) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto record = house.count("select id from service_record where reverses = 0 order by id limit 1");
  const auto told = house.send(house.person("Neighbour").post("/complain", Json::of({{"kind", "time"}, {"words", "Nobody came that afternoon."}, {"about", "record:" + id_text(record)}})));
  ASSERT_EQ(told.status, 200) << told.body;
  const auto complaint = house.count("select max(id) from complaint");
  EXPECT_EQ(house.text("select region from complaint where id = $1", complaint), house.text("select region from service_record where id = $1", record));
  const std::string desk = "/desk/complaints/" + id_text(complaint);
  EXPECT_NE(house.send(who.second.get(desk)).body.find("/desk/records/entry/" + id_text(record)), std::string::npos);
  EXPECT_EQ(house.send(who.first.get("/desk/records/entry/" + id_text(record))).status, 200);
  // No rule speaks, and yet somebody may take it up: because somebody complained.
  ASSERT_EQ(house.send(who.first.post("/desk/risks/open", Json::of({{"kind", "record"}, {"object", id_text(record)}, {"words", "A neighbour says nobody came."}}))).status, 200);
  EXPECT_EQ(house.count("select count(*) from risk_entry where object = $1", record), 1);
  EXPECT_EQ(rule_of(house.send(who.second.post(desk + "/transfer", Json::of({{"answer", "Not ours."}})))), "complaint.unit_missing");
  ASSERT_EQ(house.send(who.second.post(desk + "/transfer", Json::of({{"answer", "Fees are theirs to punish."}, {"unit", "County civil affairs bureau"}, {"unit_contact", "Station Road 1"}}))).status, 200);
  EXPECT_EQ(house.text("select unit from complaint where id = $1", complaint), "County civil affairs bureau");
  EXPECT_EQ(house.text("select answer from complaint where id = $1", complaint), "Fees are theirs to punish.");
  EXPECT_NE(house.send(identity::trial::anonymous().get("/complain/" + house.text("select number from complaint where id = $1", complaint))).body.find("County civil affairs bureau"), std::string::npos);
}

// The list is kept: a judged entry that is taken back leaves it, and what others said of it is judged anew.
TEST_P(FraudTest, TheKeptListFollowsTheRecords) {
  WholeHouse house(GetParam());
  ASSERT_TRUE(support::refresh_risks(house->store()));
  const auto kept = [&] { return support::risk_list(*house->store().read(), {""}, 100'000); };
  const auto first = kept();
  {
    auto reader = house->store().read();
    const auto all = support::assess_all(*reader);
    ASSERT_EQ(first.size(), all.lines.size());
    for (std::size_t i = 1; i < first.size(); ++i) EXPECT_GE(first[i - 1].score, first[i].score);
    EXPECT_EQ(support::risk_counts(*reader, {""}).flagged, static_cast<std::int64_t>(all.lines.size()));
    EXPECT_EQ(support::risk_counts(*reader, {"99"}).entries, 0);
  }
  ASSERT_FALSE(first.empty());
  ASSERT_EQ(first.front().kind, "record");
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    support::void_record(tx, house->book(), *support::find_record(tx, first.front().object), 1, {1}, {2});
    return Json();
  }).value();
  ASSERT_TRUE(support::refresh_risks(house->store()));
  for (const auto& line : kept()) EXPECT_NE(line.object, first.front().object);
}

// Minutes that go round among kin by gifts stand on the risk desk; a gift one way does not.
TEST_P(FraudTest, ARingOfGiftsStandsOnTheDesk) {
  WholeHouse house(GetParam());
  const Officials who(house);
  std::vector<support::bank::Member> people;
  {
    auto reader = house->store().read();
    for (const auto& member : storage::select<support::bank::Member>(*reader, "select * from bank_member where state = 'open' and volunteer <> 0 order by id"))
      if (support::bank::balances_of(*reader, member).own >= 40 && people.size() < 4) people.push_back(member);
  }
  ASSERT_EQ(people.size(), 4u);
  const auto give = [&](const support::bank::Member& from, const support::bank::Member& to, std::int64_t minutes) {
    house->store().write([&](storage::Tx& tx) -> Result<Json> {
      if (!storage::scalar<std::int64_t>(tx, "select 1 from bank_kin where member = $1 and other = $2", from.id, to.id)) {
        const support::bank::Kin kin{tx.new_id(), from.id, to.id, "spouse", "attested", {1}, {2}, {}, tx.now()};
        storage::insert(tx, "bank_kin", kin);
        house->book().log(tx, "bank_kin", kin.id, support::exact(kin));
      }
      return Json(TX_TRY(support::bank::gift(tx, house->book(), from, to, minutes, from.account ? from.account : access::AccountId{1}, from.account ? "" : "spoken")).minutes);
    }).value();
    house.clock.advance(kDay);
  };
  support::refresh_risks(house->store());
  const auto rings = [&](const char* region) { return support::risk_rings(*house->store().read(), {region}).size(); };
  const auto before = rings("");
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < 3; ++i) give(people[i], people[(i + 1) % 3], 10);
  give(people[3], people[0], 20);
  support::refresh_risks(house->store());
  EXPECT_EQ(rings(""), before + 1);
  EXPECT_EQ(rings(people[0].region.c_str()) > 0, true);
  EXPECT_EQ(rings("99"), 0u);
  const auto page = house.send(who.first.get("/desk/risks"));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("3 rounds, 30 minutes"), std::string::npos);
  EXPECT_NE(page.body.find(teams::volunteer_card(*house->store().read(), people[0].volunteer).name), std::string::npos);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// H8: what frozen hours brought to the passbook cannot be spent either.
TEST_P(FraudTest, FrozenHoursFreezeTheirTime) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto record = house.count("select d.record from bank_deposit d join bank_member m on m.id = d.member where d.own > 0 and m.state = 'open' and m.volunteer <> 0 order by d.record limit 1");
  ASSERT_NE(record, 0);
  const auto own = house.count("select own from bank_deposit where record = $1", record);
  const auto balances = [&] {
    auto reader = house->store().read();
    return support::bank::balances_of(*reader, *support::bank::member_of_volunteer(*reader, support::find_record(*reader, record)->volunteer));
  };
  const auto before = balances();
  const auto opened = house.send(who.first.post("/desk/risks/open", Json::of({{"kind", "record"}, {"object", id_text(record)}, {"words", "A neighbour says nobody came."}})));
  ASSERT_EQ(opened.status, 200) << opened.body;
  const std::string doubt = "/desk/risks/" + trial::answer_of(opened)["risk"].text();
  ASSERT_EQ(house.send(who.first.post(doubt + "/freeze", reason("until it is clear"))).status, 200);
  EXPECT_EQ(balances().own, before.own - std::min(before.own, own));
  EXPECT_EQ(balances().frozen, std::min(before.own, own));
  ASSERT_EQ(house.send(who.second.post(doubt + "/clear", reason("The neighbour was mistaken."))).status, 200);
  EXPECT_EQ(balances().own, before.own);
  EXPECT_EQ(balances().frozen, 0);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// One phone that checks in for many is seen; a phone without the number, and another phone, are not among them. The leader
// says at the confirmation how well it was done (Decree 67 art. 10).
TEST_P(FraudTest, OnePhoneForManyPeople) {
  WholeHouse house(GetParam());
  const auto shift = house.count("select s.id from shift s join activity a on a.id = s.activity where a.state = 'published' and s.starts > $1 order by s.starts limit 1", house.clock.now());
  ASSERT_NE(shift, 0);
  const auto organisation = house.count("select a.organisation from shift s join activity a on a.id = s.activity where s.id = $1", shift);
  const Instant starts{house.count("select starts from shift where id = $1", shift)}, ends{house.count("select ends from shift where id = $1", shift)};
  const auto a_leader = [&] { return house.person("Leader", {{"team_leader", ScopeKind::organisation, id_text(organisation)}}); };   // sessions of officers are short
  std::vector<std::int64_t> people;
  {
    auto reader = house->store().read();
    for (const auto& row : storage::query(*reader, "select id from volunteer v where state = 'active' and account = 0 and not exists (select 1 from signup g where g.volunteer = v.id) "
                                                   "and not exists (select 1 from attendance a where a.volunteer = v.id) order by id limit 6").rows)
      people.push_back(std::get<std::int64_t>(row[0]));
  }
  ASSERT_EQ(people.size(), 6u);
  house.clock.set(starts);
  std::vector<SignedIn> phones;
  for (std::size_t i = 0; i < people.size(); ++i) {
    phones.push_back(house.person("Volunteer " + std::to_string(i)));
    give_account(house, people[i], phones.back());
    house->store().write([&](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "insert into signup (id, shift, volunteer, state, starts, ends, at, changed, reason) values ($1,$2,$3,'granted',$4,$5,$6,$6,'')", tx.new_id(), shift, people[i],
                       starts, ends, tx.now());
      return Json();
    }).value();
    if (i < 5) phones[i].cookie += std::string("; tx_device=") + (i < 4 ? "0123456789abcdef0123456789abcdef" : "ffffffffffffffffffffffffffffffff");
  }
  const auto page = house.send(phones[5].get("/scan"));
  EXPECT_NE(std::find_if(page.headers.begin(), page.headers.end(), [](const auto& header) { return header.first == "set-cookie" && header.second.starts_with("tx_device="); }), page.headers.end());
  const auto check_all = [&](const char* direction) {
    const auto leader = a_leader();
    for (const auto& phone : phones) {
      const auto code = trial::answer_of(house.send(leader.get("/attendance/" + id_text(shift) + "/code")))["code"].text();
      const auto told = house.send(phone.post("/attendance/check", Json::of({{"object", id_text(shift)}, {"kind", "shift"}, {"direction", direction}, {"code", code}, {"device", 7}})));
      EXPECT_EQ(told.status, 200) << told.body;
    }
  };
  check_all("in");
  house.clock.set(ends.plus(-kMinute));
  check_all("out");
  const auto device = [&](std::size_t i) { return house.count("select device from attendance where kind = 'shift' and object = $1 and volunteer = $2", shift, people[i]); };
  EXPECT_NE(device(0), 0);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(device(i), device(0));
  EXPECT_NE(device(4), device(0));
  EXPECT_EQ(device(5), 0);   // and what the phone says of itself counts for nothing
  const auto leader = a_leader();
  EXPECT_EQ(rule_of(house.send(leader.post("/attendance/" + id_text(shift) + "/confirm", Json::of({{"stars", 6}})))), "rating.stars");
  ASSERT_EQ(house.send(leader.post("/attendance/" + id_text(shift) + "/confirm", Json::of({{"stars", 4}}))).status, 200);
  ASSERT_TRUE(support::refresh_risks(house->store()));
  auto reader = house->store().read();
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto attendance = house.count("select id from attendance where kind = 'shift' and object = $1 and volunteer = $2", shift, people[i]);
    const auto record = house.count("select min(id) from service_record where source = $1", attendance);
    if (record) EXPECT_EQ(support::risk_line(*reader, "record", record)->has(support::fraud::Rule::one_device), i < 4) << i;
    EXPECT_EQ(supply::quality_of(*reader, attendance).stars, 4);
    EXPECT_EQ(supply::mean_quality(*reader, people[i]).hundredths, 400);
  }
  EXPECT_GT(house.count("select count(*) from risk_line where (rules & $1) <> 0", 1 << static_cast<int>(support::fraud::Rule::one_device)), 3);
}

// ---- one person alone (the reporter; a purchase is impossible alone, whatever the way)
struct Watch {   // a shift that begins now, with people on its list
  std::int64_t organisation = 0, shift = 0;
  std::vector<std::int64_t> people;
};
Watch watch_of(WholeHouse& house, int people) {
  Watch watch;
  watch.shift = house.count("select s.id from shift s join activity a on a.id = s.activity where a.state = 'published' and s.starts > $1 order by s.starts limit 1", house.clock.now());
  watch.organisation = house.count("select a.organisation from shift s join activity a on a.id = s.activity where s.id = $1", watch.shift);
  const Instant starts{house.count("select starts from shift where id = $1", watch.shift)}, ends{house.count("select ends from shift where id = $1", watch.shift)};
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    for (const auto& row : storage::query(tx, "select id from volunteer v where state = 'active' and account = 0 and birth < 9000 and not exists (select 1 from signup g where "
                                              "g.volunteer = v.id) and not exists (select 1 from attendance a where a.volunteer = v.id) order by id limit $1", people).rows) {
      watch.people.push_back(std::get<std::int64_t>(row[0]));
      storage::execute(tx, "insert into signup (id, shift, volunteer, state, starts, ends, at, changed, reason) values ($1,$2,$3,'granted',$4,$5,$6,$6,'')", tx.new_id(), watch.shift,
                       watch.people.back(), starts, ends, tx.now());
    }
    return Json();
  }).value();
  return watch;
}

TEST_P(FraudTest, ALeadersOwnListTakesASecondPerson) {
  WholeHouse house(GetParam());
  const auto watch = watch_of(house, 4);
  ASSERT_EQ(watch.people.size(), 4u);
  const Instant starts{house.count("select starts from shift where id = $1", watch.shift)}, ends{house.count("select ends from shift where id = $1", watch.shift)};
  const auto leader = [&](const char* name) { return house.person(name, {{"team_leader", ScopeKind::organisation, id_text(watch.organisation)}}); };
  const std::string path = "/attendance/" + id_text(watch.shift);
  const auto tick = [&](const SignedIn& by, const char* direction, std::size_t from, std::size_t to) {
    Json list = Json::array();
    for (auto i = from; i < to; ++i) list.push(id_text(watch.people[i]));
    ASSERT_EQ(house.send(by.post(path + "/tick", Json::of({{"volunteer", list}, {"direction", direction}}))).status, 200);
  };
  house.clock.set(starts);
  const auto first = leader("First");
  give_account(house, watch.people[3], first);   // the leader serves, too
  tick(first, "in", 0, 4);
  house.clock.set(ends.plus(-kMinute));
  const auto again = leader("Again");            // sessions of officers are short: the same person is told by the account
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update attendance set told_by = $1 where told_by = $2", again.account, first.account);
    storage::execute(tx, "update volunteer set account = $1 where account = $2", again.account, first.account);
    return Json();
  }).value();
  const auto other = leader("Other");
  tick(again, "out", 0, 2);
  tick(other, "out", 2, 4);                      // somebody else saw these two leave
  const auto minutes = [&](std::size_t i) { return minutes_of(house, watch.people[i]); };
  ASSERT_EQ(house.send(again.post(path + "/confirm", Json::object())).status, 200);
  EXPECT_EQ(minutes(0), 0);                      // ticked and confirmed by one: waits
  EXPECT_EQ(minutes(1), 0);
  EXPECT_GT(minutes(2), 0);                      // two people
  EXPECT_EQ(house.count("select count(*) from record_case where kind = 'one_hand' and state = 'checked'"), 2);
  EXPECT_EQ(house.text("select state from attendance where kind = 'shift' and object = $1 and volunteer = $2", watch.shift, watch.people[3]), "left");
  EXPECT_EQ(rule_of(house.send(again.post(path + "/confirm", Json::object()))), "attendance.own_hours");
  ASSERT_EQ(house.send(other.post(path + "/confirm", Json::object())).status, 200);
  EXPECT_GT(minutes(3), 0);
  // The second person comes from another side, hears of it once, and may agree to the whole list at once.
  const Officials who(house);
  const std::string one = "/desk/records/" + id_text(house.count("select min(id) from record_case where kind = 'one_hand'"));
  EXPECT_EQ(house.send(again.post(one + "/approve", Json::object())).status, 403);
  EXPECT_NE(house.send(who.second.get(one)).body.find("approve_all"), std::string::npos);
  ASSERT_EQ(house.send(who.second.post(one + "/approve_all", Json::object())).status, 200);
  EXPECT_GT(minutes(0), 0);
  EXPECT_GT(minutes(1), 0);
  EXPECT_EQ(house.text("select grade from service_record where volunteer = $1", watch.people[0]), "C");
  EXPECT_EQ(house.text("select entry from service_record where volunteer = $1", watch.people[0]), "organiser");
  EXPECT_EQ(house.text("select content from service_record where volunteer = $1", watch.people[0]),
            house.text("select a.summary from activity a join shift s on s.activity = a.id where s.id = $1", watch.shift));   // Decree 67 art. 7: what was done
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// A dispatcher who writes a need down, verifies it, gives it to a friend and says it was done: alone that counts for nothing.
TEST_P(FraudTest, AnOfficerAloneMakesNoVisit) {
  WholeHouse house(GetParam());
  const auto dispatcher = house.person("Dispatcher", {{"county_dispatcher", ScopeKind::region, "64"}}), colleague = house.person("Colleague", {{"county_dispatcher", ScopeKind::region, "64"}}),
             resident = house.person("Resident");
  std::vector<std::int64_t> friends;
  {
    auto reader = house->store().read();
    for (const auto& row : storage::query(*reader, "select id from volunteer v where state = 'active' and account = 0 and not exists (select 1 from attendance a where a.volunteer = v.id) "
                                                   "order by id limit 6").rows)
      friends.push_back(std::get<std::int64_t>(row[0]));
  }
  ASSERT_EQ(friends.size(), 6u);
  const auto needs = [&](std::size_t n) { return house.count("select id from need where state = 'closed' order by id limit 1 offset " + std::to_string(n)); };
  // A visit shown at both ends by the code on a screen; who wrote the need down, verified it, chose the helper, confirms it.
  const auto visit = [&](std::size_t n, const char* channel, std::int64_t wrote, std::int64_t account, std::int64_t verified, std::int64_t chose, bool searched, const SignedIn* confirms) {
    const auto need = needs(n);
    house->store().write([&](storage::Tx& tx) -> Result<Json> {
      const Instant from = instant_of(Date::of(2026, 11, 2 + static_cast<int>(n)), 9, 0);
      storage::execute(tx, "update need set state = 'done', channel = $2, helper_account = $3, account = $4, verified_by = $5, starts = $6, ends = $7 where id = $1", need, channel, wrote, account,
                       verified, from, from.plus(2 * kHour));
      workflow::Event event;
      event.id = tx.new_id();
      event.object = need;
      event.seq = static_cast<int>(storage::scalar<std::int64_t>(tx, "select max(seq) from flow_event where flow = 'need' and object = $1", need).value_or(0)) + 1;
      event.flow = "need";
      event.from_state = "serving";
      event.action = "finish";
      event.to_state = "done";
      event.at = tx.now();
      storage::insert(tx, "flow_event", event);
      const auto ask = tx.new_id();
      storage::execute(tx, "insert into ask (id, need, volunteer, organisation, wave, state, asked_by, asked_at, answer_by, answered_at, reason, score, why) values "
                           "($1,$2,$3,0,50,'accepted',$4,$5,$5,$5,'',0,'[]')", ask, need, friends[n], chose, from);
      if (searched)
        storage::execute(tx, "insert into ask_facts (ask, search, volunteer, score, metres, reliability, load_minutes, asked_before, asked_week, asks, yes) values ($1,0,$2,0,0,0,0,0,0,0,0)", ask, friends[n]);
      storage::execute(tx, "insert into need_helper (id, need, volunteer, ask, state, since) values ($1,$2,$3,$4,'holding',$5)", tx.new_id(), need, friends[n], chose || searched ? ask : 0, from);
      storage::execute(tx, "insert into attendance (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by, late_sync, minutes, state, confirmed_by, confirmed_at, note) "
                           "values ($1,'need',$2,0,$3,'640104001002',$4,$5,'code','code',0,120,'left',0,0,'')", tx.new_id(), need, friends[n], from, from.plus(2 * kHour));
      return Json();
    }).value();
    const std::string path = "/follow/" + house.text("select number from need where id = $1", need) + "/confirm";
    const auto done = house.send(confirms ? confirms->post(path, Json::object()) : [&] {
      auto request = identity::trial::anonymous().post(path, Json::of({{"code", "0000"}}));
      return request;
    }());
    EXPECT_EQ(done.status, 200) << done.body;
    const auto record = house.count("select count(*) from service_record where volunteer = $1", friends[n]);
    if (record) return house.text("select grade from service_record where volunteer = $1", friends[n]);
    return house.text("select kind from record_case where volunteer = $1", friends[n]);
  };
  const auto d = dispatcher.account.value, c = colleague.account.value, r = resident.account.value;
  EXPECT_EQ(visit(0, "hotline", d, 0, d, d, false, &dispatcher), "one_hand");   // all of it by one
  EXPECT_EQ(visit(1, "hotline", d, 0, d, d, false, nullptr), "one_hand");       // and with the code that the officer was told
  EXPECT_EQ(visit(2, "hotline", d, 0, d, c, false, &dispatcher), "C");          // another chose; an officer speaks for the resident
  EXPECT_EQ(visit(3, "own", 0, 0, d, 0, true, nullptr), "A");                   // the search chose
  EXPECT_EQ(visit(4, "own", 0, r, d, d, false, &resident), "A");                // the resident has an account, and confirms
  const std::string waiting = "/desk/records/" + id_text(house.count("select min(id) from record_case where kind = 'one_hand'"));
  EXPECT_EQ(rule_of(house.send(dispatcher.post(waiting + "/approve", Json::object()))), "record.same_person");
  ASSERT_EQ(house.send(colleague.post(waiting + "/approve", Json::object())).status, 200);
  EXPECT_EQ(minutes_of(house, friends[0]), 120);
  EXPECT_EQ(house.text("select grade from service_record where volunteer = $1", friends[0]), "C");
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// More minutes by a correction are minutes by hand: within what a day may hold, on the public notice, open to objections.
TEST_P(FraudTest, ACorrectionThatAddsStandsOnTheNotice) {
  WholeHouse house(GetParam());
  const Officials who(house);
  const auto record = [&] {
    auto reader = house->store().read();
    return *storage::find<support::ServiceRecord>(*reader, "select * from service_record where minutes between 60 and 120 and reverses = 0 and starts % 86400000000 between 0 and "
                                                           "14400000000 and not exists (select 1 from service_record b where b.volunteer = service_record.volunteer and b.id <> "
                                                           "service_record.id) order by id limit 1");   // in the morning, the only one of its person
  }();
  const auto owner = house.person("Owner");
  give_account(house, record.volunteer, owner);
  const auto before = minutes_of(house, record.volunteer);
  const std::string from = local_text(record.starts).substr(11);
  const auto ask = [&](const std::string& begin, const std::string& end) {
    return house.send(owner.post("/me/record/" + id_text(record.id) + "/correct", Json::of({{"from", begin}, {"to", end}, {"words", "The way back was not counted, I stayed."}})));
  };
  EXPECT_EQ(rule_of(ask("00:30", "12:31")), "record.day_full");   // 12:01
  const std::string longer = local_text(record.ends.plus(2 * kHour)).substr(11);
  ASSERT_EQ(ask(from, longer).status, 200);
  const std::string of = id_text(house.count("select max(id) from record_case where kind = 'correction'")), desk = "/desk/records/" + of;
  const auto first = house.person("Checker", {{"county_dispatcher", ScopeKind::region, "64"}});
  ASSERT_EQ(house.send(first.post(desk + "/check", reason("Asked the resident."))).status, 200);
  ASSERT_EQ(house.send(who.second.post(desk + "/approve", Json::object())).status, 200);
  EXPECT_EQ(minutes_of(house, record.volunteer), before);   // not before the notice is over
  const auto anyone = identity::trial::anonymous();
  EXPECT_NE(house.send(anyone.get("/notices/records")).body.find("/notices/records/" + of), std::string::npos);
  EXPECT_EQ(house.send(anyone.get("/notices/records/" + of)).status, 200);
  ASSERT_TRUE(support::refresh_risks(house->store()));
  EXPECT_GT(support::risk_line(*house->store().read(), "case", id_value(of).value())->score, 0);   // and on the risk list
  house.clock.advance(8 * kDay);
  run_clocks(house);
  EXPECT_EQ(minutes_of(house, record.volunteer), before + 120);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

TX_ON_BOTH_ENGINES(FraudTest);

}  // namespace
}  // namespace tx::app
