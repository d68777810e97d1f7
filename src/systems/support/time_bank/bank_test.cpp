// The time bank on both databases: service in, need out, gifts, the pool, towns, races; and that nothing is ever lost.
#include "systems/support/time_bank/time_bank.h"

#include <atomic>
#include <random>
#include <thread>

#include "systems/support/records/records.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/trial.h"

namespace tx::support::bank {
namespace {

using BankTest = storage::trial::StoreTest;
constexpr char kTownA[] = "640104001002", kTownB[] = "640104002003";

struct Trial : support::trial::Room {
  explicit Trial(storage::trial::Engine engine) : Room(engine) {
    set_need_lookup([](storage::Reader& reader, std::int64_t attendance) {
      return storage::scalar<std::int64_t>(reader, "select object from attendance where id = $1 and kind = 'need'", attendance).value_or(0);
    });
  }
  ~Trial() { set_need_lookup({}); }
  Member member(const char* region, int birth_year, Care care = Care::none, std::int64_t account = 0) {
    const std::int64_t volunteer = ++serial;
    return write([&](storage::Tx& tx) {
             return open_member(tx, book, vault, {"Wang Fang", region, "own", "", Date::of(birth_year, 1, 1), care, volunteer, 7, {account}}, {1});
           }).value();
  }
  // A confirmed visit of so many minutes, shown at both ends and confirmed by the resident; today, nine o'clock and on.
  std::int64_t serve(const Member& helper, int minutes, std::int64_t need = 0, const char* service = "companion", std::int64_t organisation = 0) {
    const Instant from = clock.now();
    clock.advance((minutes + 5) * kMinute);
    const std::int64_t attendance = ++serial + 1'000'000;
    write([&](storage::Tx& tx) {
      storage::execute(tx, "insert into attendance (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by, late_sync, minutes, "
                           "state, confirmed_by, confirmed_at, note) values ($1,$2,$3,0,$4,$5,$6,$7,'code','code',0,$8,'confirmed',0,0,'')",
                       attendance, organisation ? "shift" : "need", need ? need : attendance, helper.volunteer, helper.region, from, from.plus(minutes * kMinute), minutes);
      supply::Served served;
      served.attendance = attendance;
      served.volunteer = helper.volunteer;
      served.organisation = organisation;
      served.kind = organisation ? "shift" : "need";
      served.region = helper.region;
      served.title = organisation ? "A morning at the home" : std::string("service.") + service;
      served.starts = from;
      served.ends = from.plus(minutes * kMinute);
      served.minutes = {minutes};
      served.came_shown = served.left_shown = true;
      served.by_recipient = organisation == 0;
      record_served(tx, book, served);
      return 0;
    });
    return storage::scalar<std::int64_t>(*store->read(), "select max(id) from service_record").value_or(0);
  }
  // The record is taken back, as a correction or an upheld objection does it.
  void take_back(std::int64_t record) {
    write([&](storage::Tx& tx) {
      void_record(tx, book, *find_record(tx, record), 1, {1}, {2});
      return 0;
    });
  }
  void changed(const Member& of, std::int64_t record, const char* what) {
    write([&](storage::Tx& tx) {
      after(tx, book, {of.volunteer, what, {record}, {}, {}, {1}, 1});
      return 0;
    });
  }
  std::string hold_rule(const Member& who, std::int64_t need, std::int64_t minutes, const char* service = "meal", std::int64_t by = 0) {
    access::Actor actor;
    actor.account = by ? access::AccountId{by} : who.account;
    actor.grants = {};
    const auto done = write([&](storage::Tx& tx) { return hold(tx, book, need, "n" + std::to_string(need), service, minutes, who.number, actor, false); });
    return done ? "" : done.error().rule;
  }
  std::int64_t own(const Member& of) { return minutes_in(*store->read(), own_account(of.id)); }
  std::int64_t in(const std::string& account) { return minutes_in(*store->read(), account); }
  void kin(const Member& a, const Member& b) {
    write([&](storage::Tx& tx) {
      const Kin kin{tx.new_id(), a.id, b.id, "parent", "attested", {1}, {2}, {}, tx.now()};
      storage::insert(tx, "bank_kin", kin);
      book.log(tx, "bank_kin", kin.id, exact(kin));
      return 0;
    });
  }
  // Every posting balanced, every town by itself, nobody's account below nothing, and the whole log as it was written.
  void sound() {
    auto reader = store->read();
    std::map<std::string, std::string> town_of_account;
    for (const auto& each : storage::select<Member>(*reader, "select * from bank_member"))
      for (const auto& account : {own_account(each.id), give_account(each.id), debt_account(each.id)}) town_of_account[account] = town_of(each.region);
    for (const auto& each : storage::select<Hold>(*reader, "select * from bank_hold"))
      town_of_account[hold_account(each.need)] = town_of(find_member(*reader, each.member)->region);
    for (const auto& each : storage::select<Deposit>(*reader, "select * from bank_deposit where member <> 0"))
      for (const auto& account : {frozen_account(each.record), frozen_give_account(each.record)}) town_of_account[account] = town_of(find_member(*reader, each.member)->region);
    std::map<std::string, std::int64_t> towns;
    std::int64_t all = 0;
    for (const auto& row : reader->query("select account, amount from book_balance where unit = 'bank_minutes'").rows) {
      const auto account = std::get<std::string>(row[0]);
      const auto amount = std::get<std::int64_t>(row[1]);
      all += amount;
      const auto found = town_of_account.find(account);
      towns[found != town_of_account.end() ? found->second : account.substr(account.find(':') + 1)] += amount;
      for (const char* kind : {"bank:", "give:", "hold:", "pool:", "frozen:", "frozen_give:"})
        if (account.starts_with(kind)) EXPECT_GE(amount, 0) << account;
      if (account.starts_with("debt:")) EXPECT_LE(amount, 0) << account;
    }
    EXPECT_EQ(all, 0);
    for (const auto& [town, sum] : towns) EXPECT_EQ(sum, 0) << town;
    const auto fault = support::check(*reader, book);
    EXPECT_FALSE(fault) << (fault ? fault->what : "");
  }
};

TEST_P(BankTest, ServiceComesInAsThePolicySays) {
  Trial bank(GetParam());
  const auto helper = bank.member(kTownA, 1990);
  bank.serve(helper, 90);
  EXPECT_EQ(bank.own(helper), 90);
  bank.serve(helper, 30, 0, "tutoring");                    // not a kind of the time bank
  bank.serve(helper, 60, 0, "companion", 5);                // a team's activity
  EXPECT_EQ(bank.own(helper), 90);
  EXPECT_EQ(totals_of(*bank.store->read(), helper.volunteer).minutes, 180);   // recognition counts all of it
  bank.write([&](storage::Tx& tx) { workflow::set_setting(tx, "bank.profile", "640104", 0, "changning", {}); return 0; });
  bank.serve(helper, 60);
  EXPECT_EQ(bank.own(helper), 120);                         // the day is full at two hours
  bank.clock.advance(kDay);
  bank.serve(helper, 60);
  EXPECT_EQ(bank.own(helper), 180);
  bank.sound();
}

TEST_P(BankTest, ANeedIsPaidOnceAndTheRestComesBack) {
  Trial bank(GetParam());
  const auto elder = bank.member(kTownA, 1945, Care::none, 501), helper = bank.member(kTownB, 1992), second = bank.member(kTownB, 1993), young = bank.member(kTownA, 1990, Care::none, 502);
  bank.serve(elder, 120);
  bank.serve(young, 60);
  EXPECT_EQ(bank.hold_rule(elder, 9001, 60, "tutoring"), "bank.not_kind");
  EXPECT_EQ(bank.hold_rule(elder, 9001, 121), "bank.short");
  EXPECT_EQ(bank.hold_rule(elder, 9001, 60, "meal", 999), "bank.not_yours");
  EXPECT_EQ(bank.hold_rule(young, 9001, 60), "bank.too_early");
  ASSERT_EQ(bank.hold_rule(elder, 9001, 60), "");
  EXPECT_EQ(bank.own(elder), 60);
  EXPECT_EQ(bank.in(hold_account(9001)), 60);
  const auto issued = bank.in("issued:640104002");
  bank.serve(helper, 50, 9001, "meal");                     // two helpers for safety: the elder pays one service
  EXPECT_EQ(bank.own(helper), 50);
  EXPECT_EQ(bank.in(hold_account(9001)), 10);
  bank.serve(second, 50, 9001, "meal");
  EXPECT_EQ(bank.own(second), 50);
  EXPECT_EQ(bank.in(hold_account(9001)), 0);
  EXPECT_EQ(bank.in("issued:640104002"), issued - 40);
  EXPECT_EQ(bank.in("clear:640104001"), 60);                // the promise moved from town A to town B
  EXPECT_EQ(bank.in("clear:640104002"), -60);
  const auto passed = transfers(*bank.store->read(), {"640104002"}, {});   // as the risk desk of town B reads it
  ASSERT_EQ(passed.size(), 2u);
  EXPECT_EQ(passed[0].kind, "service");
  EXPECT_EQ(passed[0].from, elder.id);
  EXPECT_EQ(passed[0].to, helper.id);
  EXPECT_EQ(passed[0].minutes, 50);
  ASSERT_EQ(bank.hold_rule(elder, 9002, 60), "");
  bank.write([&](storage::Tx& tx) { release(tx, bank.book, 9002); return 0; });
  EXPECT_EQ(bank.own(elder), 60);
  bank.write([&](storage::Tx& tx) { release(tx, bank.book, 9002); return 0; });
  EXPECT_EQ(bank.own(elder), 60);                           // once
  bank.sound();
}

// A visit on one officer's word waits for a second person, and so does the elder's payment, also when the need is closed.
TEST_P(BankTest, PaymentWaitsForTheSecondPerson) {
  Trial bank(GetParam());
  const auto elder = bank.member(kTownA, 1945, Care::none, 501), helper = bank.member(kTownB, 1992);
  bank.serve(elder, 120);
  ASSERT_EQ(bank.hold_rule(elder, 9003, 60), "");
  const auto attendance = ++bank.serial + 1'000'000;
  const auto waiting = bank.write([&](storage::Tx& tx) {
    storage::execute(tx, "insert into attendance (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by, late_sync, minutes, state, confirmed_by, "
                         "confirmed_at, note) values ($1,'need',9003,0,$2,'640104002001',$3,$4,'helper','helper',0,50,'confirmed',7,0,'')",
                     attendance, helper.volunteer, tx.now(), tx.now().plus(50 * kMinute));
    supply::Served served;
    served.attendance = attendance;
    served.volunteer = helper.volunteer;
    served.kind = "need";
    served.region = helper.region;
    served.title = "service.meal";
    served.starts = tx.now();
    served.ends = tx.now().plus(50 * kMinute);
    served.minutes = {50};
    served.one_hand = {7};
    record_served(tx, bank.book, served);
    release(tx, bank.book, 9003);                           // closed meanwhile: nothing comes back yet
    return storage::scalar<std::int64_t>(tx, "select id from record_case where kind = 'one_hand'").value_or(0);
  });
  ASSERT_NE(waiting, 0);
  EXPECT_EQ(bank.own(helper), 0);
  EXPECT_EQ(bank.in(hold_account(9003)), 60);
  access::Actor same, other;
  same.account = {7};
  other.account = {8};
  EXPECT_EQ(bank.write([&](storage::Tx& tx) { return decide(tx, bank.book, waiting, "approve", same, {}); }).error().rule, "record.same_person");
  ASSERT_TRUE(bank.write([&](storage::Tx& tx) { return decide(tx, bank.book, waiting, "approve", other, {}); }));
  EXPECT_EQ(bank.in(hold_account(9003)), 10);
  bank.write([&](storage::Tx& tx) { release(tx, bank.book, 9003); return 0; });
  EXPECT_EQ(bank.in(hold_account(9003)), 0);
  EXPECT_EQ(bank.own(elder), 70);
  bank.sound();
}

TEST_P(BankTest, WhatIsTakenBackIsOwedAndPaidFirst) {
  Trial bank(GetParam());
  const auto elder = bank.member(kTownA, 1945, Care::none, 501);
  const auto record = bank.serve(elder, 120);
  ASSERT_EQ(bank.hold_rule(elder, 9001, 100), "");
  bank.take_back(record);
  EXPECT_EQ(bank.own(elder), 0);
  EXPECT_EQ(bank.in(debt_account(elder.id)), -100);
  bank.write([&](storage::Tx& tx) {                         // once: its posting is reversed already
    ServiceRecord again = *find_record(tx, record);
    again.id = tx.new_id();
    again.reverses = record;
    deposit(tx, bank.book, again);
    return 0;
  });
  EXPECT_EQ(bank.in(debt_account(elder.id)), -100);
  bank.clock.advance(kDay);
  bank.serve(elder, 130);
  EXPECT_EQ(bank.own(elder), 30);
  EXPECT_EQ(bank.in(debt_account(elder.id)), 0);
  bank.sound();
}

// H8: nobody spends hours that are in doubt; what was spent before they were voided is owed where everybody sees it.
TEST_P(BankTest, MinutesInDoubtWaitAndComeBackOrAreOwed) {
  Trial bank(GetParam());
  const auto elder = bank.member(kTownA, 1945, Care::none, 501);
  const auto first = bank.serve(elder, 120), second = bank.serve(elder, 60);
  bank.changed(elder, first, "frozen");
  bank.changed(elder, first, "frozen");                     // told twice, set aside once
  EXPECT_EQ(bank.own(elder), 60);
  EXPECT_EQ(bank.in(frozen_account(first)), 120);
  EXPECT_EQ(bank.hold_rule(elder, 9001, 61), "bank.short");
  bank.sound();
  bank.changed(elder, first, "released");
  EXPECT_EQ(bank.own(elder), 180);
  EXPECT_EQ(bank.in(frozen_account(first)), 0);

  ASSERT_EQ(bank.hold_rule(elder, 9001, 100), "");          // spent, then doubted: what is left of it waits
  bank.changed(elder, first, "frozen");
  EXPECT_EQ(bank.own(elder), 0);
  EXPECT_EQ(bank.in(frozen_account(first)), 80);
  EXPECT_EQ(bank.in(debt_account(elder.id)), 0);            // a doubt is no finding
  const auto told = [&] { return storage::scalar<std::int64_t>(*bank.store->read(), "select count(*) from notice where key = 'notice.bank_debt'").value_or(0); };
  bank.take_back(first);
  EXPECT_EQ(bank.own(elder), 0);
  EXPECT_EQ(bank.in(frozen_account(first)), 0);
  EXPECT_EQ(bank.in(debt_account(elder.id)), -40);
  EXPECT_EQ(told(), 1);                                     // never silent
  bank.sound();
  bank.changed(elder, second, "frozen");
  EXPECT_EQ(bank.in(frozen_account(second)), 0);            // nothing is left of it: nothing to set aside
  bank.write([&](storage::Tx& tx) { release(tx, bank.book, 9001); return 0; });
  EXPECT_EQ(bank.own(elder), 60);
  EXPECT_EQ(bank.in(debt_account(elder.id)), 0);
  bank.sound();
}

// Hours that are released after the passbook was closed go where the rest went.
TEST_P(BankTest, ReleasedAfterClosingGoesToThePool) {
  Trial bank(GetParam());
  const auto saver = bank.member(kTownA, 1980, Care::none, 501);
  const auto record = bank.serve(saver, 90);
  bank.changed(saver, record, "frozen");
  bank.write([&](storage::Tx& tx) { close_member(tx, bank.book, saver); return 0; });
  EXPECT_EQ(bank.in("pool:640104"), 0);
  bank.changed(saver, record, "released");
  EXPECT_EQ(bank.in("pool:640104"), 90);
  bank.sound();
}

TEST_P(BankTest, OnlyAttestedKinAndOnlyOnce) {
  Trial bank(GetParam());
  const auto from = bank.member(kTownA, 1980, Care::none, 501), to = bank.member(kTownB, 1950, Care::none, 502);
  bank.serve(from, 100);
  const auto give = [&](std::int64_t minutes, std::int64_t by = 501, const std::string& consent = {}) {
    const auto done = bank.write([&](storage::Tx& tx) { return gift(tx, bank.book, from, to, minutes, {by}, consent); });
    return done ? std::string() : done.error().rule;
  };
  EXPECT_EQ(give(60), "bank.not_kin");
  const auto kin = bank.write([&](storage::Tx& tx) { return state_kin(tx, from, to, "parent", {501}); }).value();
  const auto step = [&](std::string_view action, std::int64_t by) {
    const auto done = bank.write([&](storage::Tx& tx) { return step_kin(tx, bank.book, kin.id, action, {by}, ""); });
    return done ? done->state : done.error().rule;
  };
  EXPECT_EQ(step("attest", 77), "flow.not_allowed");
  EXPECT_EQ(step("agree", 502), "agreed");
  EXPECT_EQ(step("attest", 501), "bank.kin_third");
  EXPECT_EQ(step("attest", 502), "bank.kin_third");
  EXPECT_EQ(give(60), "bank.not_kin");
  EXPECT_EQ(step("attest", 77), "attested");
  EXPECT_EQ(give(0), "bank.amount");
  EXPECT_EQ(give(101), "bank.short");
  EXPECT_EQ(give(60, 77), "bank.consent_missing");          // the keeper says how the member agreed
  EXPECT_EQ(give(60, 77, "spoken"), "");
  EXPECT_EQ(bank.own(to), 60);
  EXPECT_EQ(transfers(*bank.store->read(), {"64"}, {}).size(), 1u);
  bank.sound();
}

TEST_P(BankTest, TwoSpendTheSameMinutesAndOneIsRefused) {
  Trial bank(GetParam());
  const auto elder = bank.member(kTownA, 1945, Care::none, 501);
  bank.serve(elder, 60);
  access::Actor actor;
  actor.account = {501};
  std::atomic<int> good{0}, short_{0}, done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      const auto answer = bank.store->write([&](storage::Tx& tx) -> Result<Json> {
        TX_CHECK(hold(tx, bank.book, 9100 + i, "n", "meal", 60, elder.number, actor, false));
        return Json();
      });
      good += answer.has_value();
      short_ += !answer && answer.error().rule == "bank.short";
      ++done;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1);
  EXPECT_EQ(short_, 7);
  bank.sound();
}

TEST_P(BankTest, AMonthIsNettedOnce) {
  Trial bank(GetParam());
  const auto from = bank.member(kTownA, 1980, Care::none, 501), to = bank.member(kTownB, 1950, Care::none, 502);
  bank.kin(from, to);
  bank.serve(from, 100);
  bank.write([&](storage::Tx& tx) { return gift(tx, bank.book, from, to, 60, {501}, {}); }).value();
  const auto net_rule = [&](int month) {
    const auto done = bank.write([&](storage::Tx& tx) { return net(tx, bank.book, "640104", 2026, month, {9}); });
    return done ? std::to_string(*done) : done.error().rule;
  };
  EXPECT_EQ(net_rule(11), "bank.month_open");
  EXPECT_EQ(net_rule(10), "bank.month_empty");
  bank.clock.set(instant_of(Date::of(2026, 12, 1), 9, 0));
  const auto before = positions(*bank.store->read(), "640104", 2026, 11);
  ASSERT_EQ(before.size(), 2u);
  EXPECT_EQ(before[0].went, 60);
  EXPECT_EQ(before[1].came, 60);
  EXPECT_EQ(net_rule(11), "2");
  EXPECT_EQ(bank.in("clear:640104001"), 0);
  EXPECT_EQ(bank.in("owed:640104001"), 60);
  EXPECT_EQ(bank.in("owed:640104002"), -60);
  EXPECT_EQ(net_rule(11), "bank.month_closed");
  bank.write([&](storage::Tx& tx) { return gift(tx, bank.book, from, to, 40, {501}, {}); }).value();
  bank.clock.set(instant_of(Date::of(2027, 1, 1), 9, 0));
  EXPECT_EQ(net_rule(12), "2");
  EXPECT_EQ(bank.in("owed:640104001"), 100);
  bank.sound();
}

TEST_P(BankTest, OldMinutesGoToThePoolAndFromThereToLoneElders) {
  Trial bank(GetParam());
  const auto saver = bank.member(kTownA, 1980), lone = bank.member(kTownB, 1940, Care::lone), poor = bank.member(kTownB, 1955, Care::lone_poor);
  bank.serve(saver, 300);
  bank.write([&](storage::Tx& tx) { workflow::set_setting(tx, "bank.expire_months", "640104", 12, "", {}); return 0; });
  EXPECT_EQ(bank.write([&](storage::Tx& tx) { return expire(tx, bank.book); }), 0);
  bank.clock.advance(400 * kDay);
  bank.serve(saver, 60);
  EXPECT_EQ(bank.write([&](storage::Tx& tx) { return expire(tx, bank.book); }), 1);
  EXPECT_EQ(bank.own(saver), 60);
  EXPECT_EQ(bank.in("pool:640104"), 300);
  EXPECT_EQ(bank.write([&](storage::Tx& tx) { return expire(tx, bank.book); }), 0);
  const auto granted = bank.write([&](storage::Tx& tx) { return distribute(tx, bank.book, "640104", {9}); }).value();
  EXPECT_EQ(granted.minutes, 300);
  EXPECT_EQ(bank.own(lone), 240);
  EXPECT_EQ(bank.own(poor), 60);
  EXPECT_EQ(bank.write([&](storage::Tx& tx) { return distribute(tx, bank.book, "640104", {9}); }).error().rule, "bank.pool_empty");
  bank.write([&](storage::Tx& tx) { close_member(tx, bank.book, saver); return 0; });
  EXPECT_EQ(bank.own(saver), 0);
  EXPECT_EQ(bank.in("pool:640104"), 60);
  bank.sound();
}

// Whatever people do, in whatever order: sums are zero, towns balance, nobody is below nothing.
TEST_P(BankTest, AThousandRandomActs) {
  Trial bank(GetParam());
  std::mt19937 random(20261126);
  std::vector<Member> people;
  for (int i = 0; i < 6; ++i)
    people.push_back(bank.member(i % 2 ? kTownA : kTownB, i < 3 ? 1940 + i : 1985, i == 0 ? Care::lone : i == 1 ? Care::lone_poor : Care::none, 500 + i));
  for (int i = 0; i < 6; ++i)
    for (int j = i + 1; j < 6; ++j)
      if ((i + j) % 2) bank.kin(people[static_cast<std::size_t>(i)], people[static_cast<std::size_t>(j)]);
  std::vector<std::int64_t> records;
  std::int64_t need = 9000;
  const auto one = [&]() -> const Member& { return people[random() % people.size()]; };
  for (int act = 0; act < 240; ++act) {
    const auto& who = one();
    const int minutes = 1 + static_cast<int>(random() % 150);
    switch (random() % 9) {
      case 8:
        if (records.empty()) break;
        bank.changed(who, records[random() % records.size()], random() % 2 ? "frozen" : "released");
        break;
      case 0: case 1: records.push_back(bank.serve(who, minutes, need > 9000 && random() % 2 ? need : 0)); break;
      case 2: (void)bank.hold_rule(who, ++need, minutes); break;
      case 3: bank.write([&](storage::Tx& tx) { release(tx, bank.book, need); return 0; }); break;
      case 4: (void)bank.write([&](storage::Tx& tx) { return gift(tx, bank.book, who, one(), minutes, who.account, {}); }); break;
      case 5: (void)bank.write([&](storage::Tx& tx) { return donate(tx, bank.book, who, minutes, who.account, {}); }); break;
      case 6:
        if (records.empty()) break;
        bank.take_back(records.back());
        records.pop_back();
        break;
      default: (void)bank.write([&](storage::Tx& tx) { return distribute(tx, bank.book, "640104", {9}); });
    }
    if (act % 60 == 59) bank.clock.advance(kDay);
    if (act % 80 == 79) bank.sound();
  }
  bank.sound();
}

TX_ON_BOTH_ENGINES(BankTest);

}  // namespace
}  // namespace tx::support::bank
