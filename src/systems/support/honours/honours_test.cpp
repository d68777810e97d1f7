// Honours and benefits on both databases: thresholds, people without an interest, notice, bars; codes that work once.
#include "systems/support/honours/honours.h"

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "systems/support/benefits/benefits.h"
#include "systems/support/honours/flow.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/trial.h"

namespace tx::support {
namespace {

using HonoursTest = storage::trial::StoreTest;
using namespace honour_rules;

std::string rule(const Result<void>& result) { return result ? "" : result.error().rule; }

// 民函〔2012〕340号: 100, 300, 600, 1,000 and 1,500 hours; to the minute.
TEST(HonourRules, StarsToTheMinute) {
  const auto steps = read_hours("100,300,600,1000,1500");
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(rule(may_ask_star(1, 0, 5999, 100, steps, 50)), "honour.hours_missing");
  EXPECT_EQ(rule(may_ask_star(1, 0, 6000, 100, steps, 50)), "");
  EXPECT_EQ(rule(may_ask_star(1, 1, 9000, 100, steps, 50)), "honour.star_held");
  EXPECT_EQ(rule(may_ask_star(3, 1, 36'000, 50, steps, 50)), "");       // two stars skipped, the hours are there
  EXPECT_EQ(rule(may_ask_star(3, 1, 35'999, 50, steps, 50)), "honour.hours_missing");
  EXPECT_EQ(rule(may_ask_star(5, 4, 90'000, 49, steps, 50)), "honour.quality");
  EXPECT_EQ(rule(may_ask_star(6, 0, 90'000, 100, steps, 50)), "form.unreadable");
  for (const char* bad : {"", "1,2,3,4", "1,2,3,4,5,6", "5,4,3,2,1", "1,2,2,4,5", "1,2,x,4,5", "-1,2,3,4,5", "0,1,2,3,4"}) EXPECT_TRUE(read_hours(bad).empty()) << bad;
}

TEST(HonourRules, LevelsAndBars) {
  EXPECT_EQ(level_of("6,6,4,4,2", 1), 6);
  EXPECT_EQ(level_of("6,6,4,4,2", 4), 4);
  EXPECT_EQ(level_of("6,6,4,4,2", 5), 2);
  EXPECT_EQ(rule(high_enough(6, {"640104"}, "640104001002")), "");
  EXPECT_EQ(rule(high_enough(4, {"640104"}, "640104001002")), "honour.level");
  EXPECT_EQ(rule(high_enough(4, {"6401"}, "640104001002")), "");
  EXPECT_EQ(rule(high_enough(4, {"6402"}, "640104001002")), "honour.level");
  EXPECT_EQ(rule(high_enough(2, {"6401", "64"}, "640104001002")), "");
  EXPECT_TRUE(levels_readable("6,6,4,4,2"));
  EXPECT_FALSE(levels_readable("6,6,4,4"));
  EXPECT_FALSE(levels_readable("6,6,4,4,3"));
  EXPECT_EQ(bar_until(0, Date::of(2026, 11, 24)).error().rule, "honour.bar_years");
  EXPECT_EQ(bar_until(4, Date::of(2026, 11, 24)).error().rule, "honour.bar_years");
  EXPECT_EQ(bar_until(3, Date::of(2026, 11, 24))->text(), "2029-11-24");
  EXPECT_EQ(bar_until(1, Date::of(2024, 2, 29))->text(), "2025-02-28");
  EXPECT_EQ(rule(fit({})), "");
  EXPECT_EQ(rule(fit({.is_nominee = true})), "honour.own");
  EXPECT_EQ(rule(fit({.is_nominator = true})), "honour.nominator");
  EXPECT_EQ(rule(fit({.judged_before = true})), "honour.same_person");
  EXPECT_EQ(rule(fit({.same_team = true})), "honour.same_team");
  EXPECT_EQ(rule(fit({.is_kin = true})), "honour.kin");
}

TEST(HonourFlows, AreSoundSpeakBothLanguagesAndStandInTheReadme) {
  const auto words = language::Catalogue::load("web/locales").value();
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto* flow : {&kHonourFlow, &kRedemptionFlow}) {
    EXPECT_EQ(flow->fault(), "");
    for (const auto& key : flow->keys()) EXPECT_TRUE(words.has(key)) << key;
    EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
  }
  for (const auto title : honour_titles())
    for (const char* part : {"", ".text"}) EXPECT_TRUE(words.has("honour.title." + std::string(title) + part));
}

struct Trial : trial::Room {
  explicit Trial(storage::trial::Engine engine) : Room(engine) {}
  std::int64_t volunteer(std::int64_t account, std::int64_t minutes) {
    const std::int64_t id = ++serial;
    write([&](storage::Tx& tx) {
      teams::Volunteer person;
      person.id = {id};
      person.account = {account};
      person.volunteer_no = "V6401042611" + std::to_string(100'000 + id) + "X";
      person.tail = person.volunteer_no.substr(12);
      person.name = "Wang Fang";
      person.birth = Date::of(1990, 1, 1);
      person.region = "640104001002";
      person.state = "active";
      storage::insert(tx, "volunteer", person);
      storage::execute(tx, "insert into service_record (id, volunteer, organisation, region, kind, source, title, place, in_charge, starts, ends, minutes, grade, "
                           "reverses, first_by, second_by, at) values ($1,$2,0,'640104001002','need',0,'service.meal','','',1,2,$3,'A',0,0,0,0)", tx.new_id(), id, minutes);
      if (minutes) book.post(tx, "service", Unit::minutes, {{account_of(id), minutes}, {"service:residents", -minutes}}, id);
      feed_points(tx, book, id, "640104001002");
      return 0;
    });
    return id;
  }
  access::Actor officer(std::int64_t account, const char* region = "64") {
    access::Actor actor;
    actor.account = {account};
    actor.grants = {{"federation_officer", access::ScopeKind::region, region}};
    return actor;
  }
  std::string act(std::int64_t honour, const char* action, const access::Actor& by, const char* reason = "The home knows of nobody", int years = 1) {
    const auto done = write([&](storage::Tx& tx) { return step_honour(tx, book, roles, honour, action, by, {reason, years}); });
    return done ? done->state : done.error().rule;
  }
  access::Roles roles{{{"federation_officer", {permission::honour_review, permission::honour_decide}, false, true}}};
};

TEST_P(HonoursTest, FromNominationToTheHallAndOutAgain) {
  Trial room(GetParam());
  const auto person = room.volunteer(501, 40'000);
  access::Actor self;
  self.account = {501};
  const auto ask = [&](int star) {
    Nomination nomination;
    nomination.star = star;
    nomination.name_shown = "yes";
    const auto made = room.write([&](storage::Tx& tx) { return nominate(tx, nomination, self); });
    return made ? id_text(made->id) : made.error().rule;
  };
  EXPECT_EQ(ask(4), "honour.hours_missing");
  const auto id = id_value(ask(3)).value();
  EXPECT_EQ(ask(3), "honour.pending");
  EXPECT_EQ(room.act(id, "pass", self), "honour.own");
  EXPECT_EQ(room.act(id, "pass", room.officer(601)), "notice");
  room.clock.advance(2 * kDay);
  EXPECT_EQ(room.write([&](storage::Tx& tx) { return end_notices(tx); }), 0);
  room.clock.advance(10 * kDay);                              // more than five working days
  EXPECT_EQ(room.write([&](storage::Tx& tx) { return end_notices(tx); }), 1);
  EXPECT_EQ(room.act(id, "grant", room.officer(601)), "honour.same_person");
  EXPECT_EQ(room.act(id, "grant", room.officer(602, "640104")), "honour.level");   // three stars: the city
  EXPECT_EQ(room.act(id, "grant", room.officer(602, "6401")), "granted");
  EXPECT_EQ(star_held(*room.store->read(), person), 3);
  EXPECT_EQ(ask(3), "honour.star_held");
  EXPECT_EQ(room.act(id, "revoke", room.officer(603), "", 2), "flow.reason_missing");
  EXPECT_EQ(room.act(id, "revoke", room.officer(603), "Hours were bought", 4), "honour.bar_years");
  EXPECT_EQ(room.act(id, "revoke", room.officer(603), "Hours were bought", 2), "revoked");
  EXPECT_EQ(star_held(*room.store->read(), person), 0);
  EXPECT_EQ(ask(3), "honour.barred");
  room.clock.advance(2 * 366 * kDay);
  EXPECT_NE(ask(3), "honour.barred");
  EXPECT_EQ(storage::scalar<std::int64_t>(*room.store->read(), "select count(*) from log_leaf where type in ('honour_granted','honour_revoked')"), 2);
}

// H8: hours taken back before the decision stop a star, and taken back afterwards end it; without a bar, which people decide.
TEST_P(HonoursTest, AStarStandsOnItsHours) {
  Trial room(GetParam());
  const auto person = room.volunteer(501, 40'000), late = room.volunteer(502, 7'000);
  access::Actor self, other;
  self.account = {501};
  other.account = {502};
  const auto way = [&](const access::Actor& who, int star) {
    Nomination nomination;
    nomination.star = star;
    const auto id = room.write([&](storage::Tx& tx) { return nominate(tx, nomination, who); }).value().id;
    room.act(id, "pass", room.officer(601));
    room.clock.advance(12 * kDay);
    room.write([&](storage::Tx& tx) { return end_notices(tx); });
    return id;
  };
  const auto take_back = [&](std::int64_t volunteer) {
    room.write([&](storage::Tx& tx) {
      const auto record = *storage::find<ServiceRecord>(tx, "select * from service_record where volunteer = $1 and reverses = 0", volunteer);
      void_record(tx, room.book, record, 1, {1}, {2});
      honours_after(tx, room.book, {volunteer, "voided", {record.id}, local_date(record.starts), local_date(record.ends), {1}, 1});
      return 0;
    });
  };
  const auto granted = way(self, 3), open = way(other, 1);
  EXPECT_EQ(room.act(granted, "grant", room.officer(602)), "granted");
  take_back(late);
  EXPECT_EQ(room.act(open, "grant", room.officer(602)), "honour.hours_missing");
  EXPECT_EQ(room.act(open, "turn_down", room.officer(602)), "refused");
  take_back(person);
  EXPECT_EQ(find_honour(*room.store->read(), granted)->state, "revoked");
  EXPECT_EQ(star_held(*room.store->read(), person), 0);
  EXPECT_EQ(storage::scalar<std::int64_t>(*room.store->read(), "select count(*) from honour_bar"), 0);
  EXPECT_EQ(storage::scalar<std::int64_t>(*room.store->read(), "select count(*) from log_leaf where type = 'honour_revoked'"), 1);
}

TEST_P(HonoursTest, AnObjectionIsDecidedByAThirdPerson) {
  Trial room(GetParam());
  room.volunteer(501, 7000);
  access::Actor self, neighbour;
  self.account = {501};
  neighbour.account = {700};
  Nomination nomination;
  nomination.star = 1;
  const auto id = room.write([&](storage::Tx& tx) { return nominate(tx, nomination, self); }).value().id;
  EXPECT_EQ(room.act(id, "object", neighbour), "flow.not_allowed");
  EXPECT_EQ(room.act(id, "pass", room.officer(601)), "notice");
  EXPECT_EQ(room.act(id, "object", neighbour, "no"), "honour.words_missing");
  EXPECT_EQ(room.act(id, "object", neighbour), "contested");
  EXPECT_EQ(room.act(id, "dismiss", room.officer(601)), "honour.same_person");
  EXPECT_EQ(room.act(id, "dismiss", room.officer(602)), "decision");
  EXPECT_EQ(room.act(id, "grant", room.officer(602)), "honour.same_person");
  EXPECT_EQ(room.act(id, "grant", room.officer(603)), "granted");
}

TEST_P(HonoursTest, RegionalThresholdsWithTheirSource) {
  Trial room(GetParam());
  auto reader = [&] { return room.store->read(); };
  EXPECT_EQ(star_steps(*reader(), "640104001002", Date::of(2026, 11, 24))[0].minutes, 6000);
  room.write([&](storage::Tx& tx) {
    storage::insert(tx, "star_scheme", StarScheme{1, "6401", "City scheme", "No. 1 of 2026", "30,60,100,200,300", "6,6,6,4,4", 0, Date::of(2026, 1, 1), {}, tx.now()});
    storage::insert(tx, "star_scheme", StarScheme{2, "640104", "County scheme", "No. 2 of 2026", "10,20,30,40,50", "6,6,6,4,4", 0, Date::of(2026, 12, 1), {}, tx.now()});
    return 0;
  });
  EXPECT_EQ(scheme_of(*reader(), "640104001002", Date::of(2026, 11, 24)).name, "City scheme");
  EXPECT_EQ(scheme_of(*reader(), "640104001002", Date::of(2026, 12, 1)).name, "County scheme");
  EXPECT_EQ(scheme_of(*reader(), "640201001002", Date::of(2026, 12, 1)).hours, "100,300,600,1000,1500");
}

TEST_P(HonoursTest, ACodeWorksOnceAndPointsBalance) {
  Trial room(GetParam());
  const auto person = room.volunteer(501, 11 * 60 + 59), poor = room.volunteer(502, 60);
  EXPECT_EQ(points_of(*room.store->read(), person), 11);
  const auto words = language::Catalogue::load("web/locales").value();
  room.write([&](storage::Tx& tx) { demonstrate_benefits(tx, room.vault, words); return 0; });
  const auto benefit = *storage::find<Benefit>(*room.store->read(), "select * from benefit where points = 6");
  const auto take = [&](std::int64_t who) {
    const auto made = room.write([&](storage::Tx& tx) { return reserve(tx, room.book, room.vault, benefit.id, who); });
    return made ? std::string("ok") : made.error().rule;
  };
  EXPECT_EQ(take(poor), "benefit.points_needed");
  EXPECT_EQ(take(person), "ok");
  EXPECT_EQ(take(person), "benefit.held");
  EXPECT_EQ(points_of(*room.store->read(), person), 5);
  auto held = *storage::find<Redemption>(*room.store->read(), "select * from redemption");
  EXPECT_TRUE(room.write([&](storage::Tx& tx) { return give_back(tx, room.book, held.id, person); }).has_value());
  EXPECT_EQ(points_of(*room.store->read(), person), 11);
  EXPECT_EQ(find_benefit(*room.store->read(), benefit.id)->taken, 0);
  EXPECT_EQ(take(person), "ok");
  held = *storage::find<Redemption>(*room.store->read(), "select * from redemption where state = 'reserved'");
  const auto key = room.vault.unseal(benefit.key_sealed, "benefit.key").value(), code = room.vault.unseal(held.code_sealed, "redemption.code").value();
  EXPECT_EQ(room.write([&](storage::Tx& tx) { return redeem(tx, room.vault, "nobody", code); }).error().rule, "benefit.partner_unknown");
  EXPECT_EQ(room.write([&](storage::Tx& tx) { return redeem(tx, room.vault, key, "AAAA2222"); }).error().rule, "benefit.code_wrong");
  std::atomic<int> good{0}, used{0};                          // two tills at the same moment
  std::vector<std::thread> tills;
  for (int i = 0; i < 8; ++i)
    tills.emplace_back([&] {
      const auto answer = room.store->write([&](storage::Tx& tx) -> Result<Json> {
        TX_TRY(redeem(tx, room.vault, key, code.substr(0, 4) + " " + code.substr(4)));
        return Json();
      });
      good += answer.has_value();
      used += !answer && answer.error().rule == "benefit.code_used";
    });
  for (auto& till : tills) till.join();
  EXPECT_EQ(good, 1);
  EXPECT_EQ(used, 7);
  EXPECT_EQ(storage::scalar<std::int64_t>(*room.store->read(), "select sum(amount) from book_balance where unit = 'points'"), 0);
}

TEST_P(HonoursTest, StockNeverGoesBelowNothing) {
  Trial room(GetParam());
  const auto words = language::Catalogue::load("web/locales").value();
  room.write([&](storage::Tx& tx) {
    demonstrate_benefits(tx, room.vault, words);
    storage::execute(tx, "update benefit set stock = 3 where points = 2");
    return 0;
  });
  const auto benefit = *storage::find<Benefit>(*room.store->read(), "select * from benefit where points = 2");
  std::vector<std::int64_t> people;
  for (int i = 0; i < 10; ++i) people.push_back(room.volunteer(800 + i, 600));
  std::atomic<int> good{0}, none{0};
  std::vector<std::thread> threads;
  for (const auto person : people)
    threads.emplace_back([&, person] {
      const auto answer = room.store->write([&](storage::Tx& tx) -> Result<Json> {
        TX_TRY(reserve(tx, room.book, room.vault, benefit.id, person));
        return Json();
      });
      good += answer.has_value();
      none += !answer && answer.error().rule == "benefit.none_left";
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 3);
  EXPECT_EQ(none, 7);
  room.clock.advance(30 * kDay);
  EXPECT_EQ(room.write([&](storage::Tx& tx) { return expire_redemptions(tx, room.book); }), 3);
  EXPECT_EQ(find_benefit(*room.store->read(), benefit.id)->taken, 0);
  EXPECT_EQ(storage::scalar<std::int64_t>(*room.store->read(), "select count(*) from book_balance where unit = 'points' and account like 'benefit:%' and amount <> 0"), 0);
}

TX_ON_BOTH_ENGINES(HonoursTest);

}  // namespace
}  // namespace tx::support
