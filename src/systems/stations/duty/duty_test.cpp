// Duty, stock and months: the pure truth of doors, then a keeper's weeks on both databases.
#include "platform/storage/record_sql.h"
#include "systems/stations/duty/rules.h"
#include "systems/stations/months/months.h"
#include "systems/stations/stock/stock.h"
#include "systems/stations/trial.h"

namespace tx::stations {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using DutyTest = storage::trial::StoreTest;

DutyLog stay(Date day, int from, int until) {
  DutyLog log;
  log.came = start_of(day).plus(from * kMinute);
  log.left_at = until ? start_of(day).plus(until * kMinute) : Instant{};
  return log;
}

TEST(DutyRules, TruthCountsPromisedMinutesOnce) {
  Station station;
  station.hours = "09:00-17:00";
  station.open_days = "1111100";
  const Date monday = Date::of(2026, 11, 23);
  const Instant late = start_of(Date{monday.days + 8});
  // Two overlapping stays, one before opening, one beyond closing.
  const std::vector<DutyLog> logs = {stay(monday, 500, 600), stay(monday, 570, 700), stay(monday, 1000, 1100)};
  const auto day = rules::truth(station, logs, monday, monday, late);
  EXPECT_EQ(day.promised, 480);
  EXPECT_EQ(day.kept, (700 - 540) + (1020 - 1000));
  EXPECT_EQ(rules::truth(station, logs, Date{monday.days + 5}, Date{monday.days + 6}, late).promised, 0)
      << "closed at the weekend";
  // Half a day is not promised before it has come.
  const Instant noon = start_of(monday).plus(720 * kMinute);
  EXPECT_EQ(rules::truth(station, {stay(monday, 540, 0)}, monday, monday, noon).promised, 180);
  EXPECT_EQ(rules::truth(station, {stay(monday, 540, 0)}, monday, monday, noon).kept, 180) << "still there";
  EXPECT_EQ(rules::truth(station, {}, monday, Date{monday.days + 6}, late).kept, 0);
  EXPECT_EQ(rules::truth(station, logs, monday, Date{monday.days + 6}, late).days.size(), 7u);
  DutyShift shift;
  shift.day = monday;
  shift.from_minute = 540;
  shift.until_minute = 740;
  EXPECT_TRUE(rules::kept(shift, logs, late));
  shift.until_minute = 1000;
  EXPECT_FALSE(rules::kept(shift, logs, late)) << "160 of 460 minutes";
}

TEST(DutyRules, Months) {
  EXPECT_EQ(month_before(Date::of(2026, 11, 24)), 202610);
  EXPECT_EQ(month_before(Date::of(2027, 1, 1)), 202612);
  EXPECT_EQ(span_of(202602)->last, Date::of(2026, 2, 28));
  EXPECT_EQ(span_of(202612)->until, start_of(Date::of(2027, 1, 1)));
  EXPECT_FALSE(span_of(202613));
  EXPECT_FALSE(span_of(0));
}

TEST_P(DutyTest, RosterSwapTruthStockMonth) {
  Stations house(GetParam());
  const std::string path = "/stations/" + house.home;
  std::string mine, theirs;
  auto person = [&](storage::Tx& tx, std::int64_t account, const char* no) {
    teams::Volunteer v;
    v.id = {tx.new_id()};
    v.account = {account};
    v.name = "Wang Fang";
    v.volunteer_no = no;
    v.tail = std::string(no).substr(12);
    v.region = trial::kHome;
    v.hours = std::string(168, '1');
    v.state = "active";
    storage::insert(tx, "volunteer", v);
  };
  house.store->write([&](storage::Tx& tx) -> Result<Json> {
    person(tx, 7, "V6401042611000123");
    person(tx, 21, "V6401042611000456");
    storage::execute(tx, "delete from duty_shift");
    storage::execute(tx, "delete from stock_loan");
    storage::execute(tx, "delete from stock_item");
    storage::execute(tx, "update station set keeper = 5 where id = $1", id_value(house.home).value());
    return Json();
  });
  house.person("ben", 21);
  const auto plan = [&](const char* day, const char* from, const char* until, const char* no) {
    return house.post("keeper", path + "/roster",
                      Json::of({{"day", day}, {"from", from}, {"until", until}, {"volunteer_no", no}}));
  };
  EXPECT_EQ(rule_of(plan("2026-11-23", "09:00", "12:00", "")), "duty.day");  // yesterday
  EXPECT_EQ(rule_of(plan("2026-11-25", "12:00", "09:00", "")), "duty.hours");
  EXPECT_EQ(rule_of(plan("2026-11-25", "09:00", "12:00", "V0")), "duty.volunteer_unknown");
  ASSERT_EQ(plan("2026-11-25", "09:00", "12:00", "V6401042611000123").status, 200);
  EXPECT_EQ(rule_of(plan("2026-11-25", "11:00", "13:00", "V6401042611000123")), "duty.overlap");
  ASSERT_EQ(plan("2026-11-25", "12:00", "15:00", "V6401042611000123").status, 200)
      << "one after the other is no overlap";
  ASSERT_EQ(plan("2026-11-26", "09:00", "12:00", "").status, 200);
  EXPECT_EQ(house.count("select count(*) from notice where account = 7"), 2);
  // Anna hands the first shift to Ben; only she may, and only he answers.
  const std::string shift = id_text(house.count("select id from duty_shift where account = 7 and from_minute = 540"));
  const auto offer = Json::of({{"volunteer_no", "V6401042611000456"}});
  EXPECT_EQ(rule_of(house.post("ben", "/me/duty/" + shift + "/offer", offer)), "duty.not_yours");
  ASSERT_EQ(house.post("anna", "/me/duty/" + shift + "/offer", offer).status, 200);
  EXPECT_NE(house.get("ben", "/me/duty").body.find("/me/duty/offers/"), std::string::npos);
  const std::string swap = id_text(house.count("select id from duty_swap"));
  EXPECT_EQ(rule_of(house.post("anna", "/me/duty/offers/" + swap, Json::of({{"answer", "yes"}}))), "duty.swap_gone");
  ASSERT_EQ(house.post("ben", "/me/duty/offers/" + swap, Json::of({{"answer", "yes"}})).status, 200);
  EXPECT_EQ(house.count("select account from duty_shift where from_minute = 540 and volunteer <> 0"), 21);
  EXPECT_EQ(rule_of(house.post("ben", "/me/duty/offers/" + swap, Json::of({{"answer", "no"}}))), "duty.swap_gone");
  ASSERT_EQ(house.post("keeper", path + "/roster/copy", Json::of({{"week", "2026-12-01"}})).status, 200);
  EXPECT_EQ(house.count("select count(*) from duty_shift"), 6);
  EXPECT_EQ(rule_of(house.post("keeper", path + "/roster/copy", Json::of({{"week", "2026-12-01"}}))),
            "duty.nothing_to_copy")
      << "not twice";
  for (const auto& page : {path + "/roster", path + "/roster?week=2026-11-30", path, std::string("/stations/board"),
                           std::string("/me/duty")})
    EXPECT_EQ(house.get("keeper", page).body.find("[["), std::string::npos) << page;

  // Forgotten sign-out: closed at closing time, two hours later.
  house.post("keeper", path + "/duty", Json::of({{"direction", "out"}}));
  house.post("keeper", path + "/duty", Json::of({{"direction", "in"}}));
  house.clock.advance(9 * kHour);  // 18:00, closing was 17:30
  house.jobs->run_due_now();
  EXPECT_TRUE(house.is_open());
  house.clock.advance(2 * kHour);
  house.jobs->run_due_now();
  EXPECT_FALSE(house.is_open());
  EXPECT_EQ(house.count("select left_at from duty_log where left_by = 'auto' and station = " +
                        std::to_string(id_value(house.home).value()) + " order by came desc limit 1"),
            instant_of(Date::of(2026, 11, 24), 17, 30).us);

  // Lending: sealed, counted, overdue told once, forgotten after thirty days.
  ASSERT_EQ(
      house.post("keeper", path + "/stock", Json::of({{"name", "Wheelchair"}, {"kind", "wheelchair"}, {"total", 1}}))
          .status,
      200);
  const std::string item = id_text(house.count("select id from stock_item"));
  const auto borrow = Json::of({{"item", item}, {"name", "Wang Fang"}, {"phone", "13912345678"}, {"days", 3}});
  EXPECT_EQ(house.post("officer", path + "/stock/lend", borrow).status, 403);
  auto no_phone = borrow;
  EXPECT_EQ(rule_of(house.post("keeper", path + "/stock/lend", no_phone.set("phone", "12"))), "stock.phone");
  ASSERT_EQ(house.post("keeper", path + "/stock/lend", borrow).status, 200);
  EXPECT_EQ(rule_of(house.post("keeper", path + "/stock/lend", borrow)), "stock.none_left");
  EXPECT_EQ(house.word("select phone_sealed from stock_loan").find("139"), std::string::npos);
  EXPECT_EQ(house.get("keeper", path + "/stock").body.find("13912345678"), std::string::npos) << "masked on the screen";
  EXPECT_EQ(rule_of(house.post("keeper", path + "/stock/retire", Json::of({{"item", item}}))), "stock.still_out");
  house.clock.advance(5 * kDay);
  for (int i = 0; i < 2; ++i) {
    house.clock.advance(2 * kHour);
    house.jobs->run_due_now();
  }
  EXPECT_EQ(house.count("select count(*) from notice where key = 'notice.stock.late'"), 1);
  const std::string loan = id_text(house.count("select id from stock_loan"));
  ASSERT_EQ(house.post("keeper", path + "/stock/back", Json::of({{"loan", loan}, {"how", "back"}})).status, 200);
  EXPECT_EQ(rule_of(house.post("keeper", path + "/stock/back", Json::of({{"loan", loan}, {"how", "back"}}))),
            "flow.moved_on");
  EXPECT_EQ(house.count("select lent from stock_item"), 0);
  EXPECT_NE(house.get("", path).body.find("Wheelchair"), std::string::npos) << "the public sees what it can borrow";

  // The month makes its own report, once, after it is over.
  house.store->write([](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from station_month");
    return Json();
  });
  house.clock.advance(31 * kDay);
  house.jobs->run_due_now();
  house.clock.advance(kHour);
  house.jobs->run_due_now();
  EXPECT_EQ(house.word("select name_sealed from stock_loan"), "") << "the borrower is forgotten";
  EXPECT_EQ(house.count("select count(*) from station_month where month = 202611 and station = " +
                        std::to_string(id_value(house.home).value())),
            1);
  const auto report = house.get("keeper", path + "/months/202611");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.body.find("[["), std::string::npos);
  ASSERT_EQ(house.post("keeper", path + "/months/202611", Json::of({{"words", "a good month"}})).status, 200);
  EXPECT_NE(house.get("officer", path + "/months/202611").body.find("a good month"), std::string::npos);
  EXPECT_EQ(house.get("anna", path + "/months").status, 403);
  EXPECT_EQ(house.get("keeper", path + "/months").body.find("[["), std::string::npos);
  const auto plaque = house.get("keeper", path + "/plaque.pdf");
  EXPECT_EQ(plaque.content_type, "application/pdf");
  EXPECT_EQ(plaque.body.substr(0, 5), "%PDF-");
  const auto data = data_of(*house.store->read(), {21});
  EXPECT_GT(data["duty"].size(), 0u);
}

TX_ON_BOTH_ENGINES(DutyTest);

}  // namespace
}  // namespace tx::stations
