// F2: gifts with what they were given for, outflows that name the gifts they used, another use only with the donor's yes, the
// clocks of disclosure, and nothing that collects money.
#include "app/trial.h"
#include "systems/support/funds/funds.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::anonymous;
using identity::trial::SignedIn;
using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using FundTest = storage::trial::StoreTest;

struct Desk {
  std::int64_t organisation = 0;
  std::string id;
  SignedIn keeper, approver, donor;
  std::string donor_no;
};
Desk desk_of(WholeHouse& house) {
  Desk desk;
  desk.organisation = house.count("select id from organisation where state = 'approved' order by id desc limit 1");
  desk.id = id_text(desk.organisation);
  desk.keeper = house.person("Keeper", {{"team_leader", ScopeKind::organisation, desk.id}});
  desk.approver = house.person("Approver", {{"federation_officer", ScopeKind::region, "64"}});
  desk.donor = house.person("Donor");
  const auto volunteer = house.count("select min(id) from volunteer where account = 0");
  desk.donor_no = house.text("select volunteer_no from volunteer where id = $1", volunteer);
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", desk.donor.account, volunteer);
    return Json();
  }).value();
  return desk;
}
Json fund(const Desk& desk) {
  return Json::of({{"organisation", desk.id}, {"name", "Winter fund"}, {"purpose", "Volunteers who visit elders in winter"}, {"from_day", "2026-01-01"}, {"until_day", "2026-12-31"}});
}
Json gift(const char* amount, const char* earmark = "") {
  return Json::of({{"kind", "money"}, {"amount", amount}, {"earmark", earmark}, {"channel", "transfer"}, {"bill_no", "00012345"}, {"handler", "A clerk"}, {"day", "2026-11-20"}});
}

TEST_P(FundTest, PublicFundraisingIsALinkWithItsPapers) {
  WholeHouse house(GetParam());
  const Desk desk = desk_of(house);
  const auto with = [&](std::initializer_list<std::pair<std::string, Json>> more) {
    Json fields = fund(desk);
    for (const auto& [name, value] : more) fields.set(name, value);
    return house.send(desk.keeper.post("/desk/funds/new", fields));
  };
  EXPECT_EQ(rule_of(with({{"link", "https://platform.example/1"}, {"platform", "A platform"}})), "fund.certificate_missing");
  EXPECT_EQ(rule_of(with({{"link", "https://platform.example/1"}, {"platform", "A platform"}, {"certificate_no", "53640000MJY"}})), "fund.filing_missing");
  EXPECT_EQ(rule_of(with({{"link", "javascript:alert(1)"}, {"platform", "A platform"}, {"certificate_no", "53640000MJY"}, {"filing_no", "53640000MJYA26001"}})), "fund.link_wrong");
  EXPECT_EQ(rule_of(with({{"until_day", "2029-01-02"}})), "fund.too_long");
  EXPECT_EQ(rule_of(house.send(house.person("Other", {{"team_leader", ScopeKind::organisation, "0000000000001"}}).post("/desk/funds/new", fund(desk)))), "fund.not_yours");
  const auto opened = with({{"link", "https://platform.example/1"}, {"platform", "A platform"}, {"certificate_no", "53640000MJY"}, {"filing_no", "53640000MJYA26001"}});
  ASSERT_EQ(opened.status, 200) << opened.body;
  const auto page = house.send(anonymous().get("/funds/" + answer_of(opened)["fund"].text())).body;
  for (const char* words : {"https://platform.example/1", "53640000MJYA26001", "53640000MJY"}) EXPECT_NE(page.find(words), std::string::npos) << words;
}

TEST_P(FundTest, AGiftGoesWhereItWasGivenForAndNowhereElseWithoutAYes) {
  WholeHouse house(GetParam());
  const Desk desk = desk_of(house);
  const auto opened = house.send(desk.keeper.post("/desk/funds/new", fund(desk)));
  ASSERT_EQ(opened.status, 200) << opened.body;
  const std::string id = answer_of(opened)["fund"].text(), path = "/desk/funds/" + id;
  auto wrong = gift("0");
  EXPECT_EQ(rule_of(house.send(desk.keeper.post(path + "/gifts", wrong))), "gift.amount_wrong");
  wrong = gift("10");
  wrong.set("bill_no", "");
  EXPECT_EQ(rule_of(house.send(desk.keeper.post(path + "/gifts", wrong))), "gift.bill_missing");
  wrong.set("bill_waived", true).set("day", "2026-12-20");
  EXPECT_EQ(rule_of(house.send(desk.keeper.post(path + "/gifts", wrong))), "gift.day_wrong");
  auto mine = gift("1000", "Warm coats");
  mine.set("donor", "Ma Xiaoming").set("donor_no", desk.donor_no);
  const auto first = house.send(desk.keeper.post(path + "/gifts", mine));
  ASSERT_EQ(first.status, 200) << first.body;
  ASSERT_EQ(house.send(desk.keeper.post(path + "/gifts", gift("500"))).status, 200);
  const auto number = answer_of(first)["number"].text(), gift_id = answer_of(first)["gift"].text();
  EXPECT_EQ(house.count("select count(*) from gift where donor_sealed like '%Xiaoming%'"), 0);
  EXPECT_EQ(house.count("select count(*) from log_leaf where record like '%Xiaoming%'"), 0);

  const auto ask = [&](const char* amount, const char* purpose) {
    return house.send(desk.keeper.post(path + "/outflows", Json::of({{"what", "Accident insurance"}, {"payee", "An insurer"}, {"amount", amount}, {"purpose", purpose}})));
  };
  EXPECT_EQ(rule_of(ask("500.01", "")), "outflow.not_enough");   // the thousand was given for coats
  const auto asked = ask("400", "");
  ASSERT_EQ(asked.status, 200) << asked.body;
  const std::string outflow = "/desk/outflows/" + answer_of(asked)["outflow"].text();
  const auto both = house.person("Both", {{"federation_officer", ScopeKind::region, "64"}});
  EXPECT_EQ(house.send(desk.keeper.post(outflow + "/approve", Json::object())).status, 403);
  ASSERT_EQ(house.send(desk.approver.post(outflow + "/approve", Json::object())).status, 200);
  const auto own = house.send(both.post(path + "/outflows", Json::of({{"what", "Warm coats"}, {"payee", "A shop"}, {"amount", "250.50"}, {"purpose", "Warm coats"}})));
  ASSERT_EQ(own.status, 200) << own.body;
  EXPECT_EQ(rule_of(house.send(both.post("/desk/outflows/" + answer_of(own)["outflow"].text() + "/approve", Json::object()))), "outflow.same_person");
  ASSERT_EQ(house.send(desk.approver.post("/desk/outflows/" + answer_of(own)["outflow"].text() + "/approve", Json::object())).status, 200);

  // The donor sees the way of his money; the public sees sums and no name.
  const auto trace = house.send(anonymous().get("/gifts/" + number)).body;
  EXPECT_NE(trace.find("250.50"), std::string::npos);
  EXPECT_EQ(trace.find("Xiaoming"), std::string::npos);
  EXPECT_NE(house.send(desk.donor.get("/gifts/" + number)).body.find("Xiaoming"), std::string::npos);
  EXPECT_NE(house.send(desk.donor.get("/me/gifts")).body.find(number), std::string::npos);
  const auto page = house.send(anonymous().get("/funds/" + id)).body;
  EXPECT_EQ(page.find("Xiaoming"), std::string::npos);
  EXPECT_NE(page.find("849.50"), std::string::npos);   // 1,500 less 650.50

  // Another use: only with a yes.
  EXPECT_EQ(rule_of(house.send(anonymous().post("/gifts/" + number + "/consent", Json::of({{"yes", true}})))), "gift.not_asked");
  const std::string change = "/desk/gifts/" + gift_id + "/change";
  EXPECT_EQ(rule_of(house.send(desk.keeper.post(change, Json::of({{"use", "Warm coats"}, {"reason", "Enough"}})))), "gift.use_missing");
  ASSERT_EQ(house.send(desk.keeper.post(change, Json::of({{"use", "Snow shovels"}, {"reason", "Enough coats"}}))).status, 200);
  EXPECT_EQ(rule_of(ask("10", "Snow shovels")), "outflow.not_enough");
  ASSERT_EQ(house.send(desk.donor.post("/gifts/" + number + "/consent", Json::of({{"yes", true}}))).status, 200);
  EXPECT_EQ(ask("10", "Snow shovels").status, 200);
  EXPECT_EQ(rule_of(ask("749.51", "Snow shovels")), "outflow.not_enough");
  // The book balances, and holds it all.
  EXPECT_EQ(support::balance(*house->store().read(), support::Unit::fen, support::gift_account(id_value(gift_id).value())), 74950);
  EXPECT_EQ(house.count("select coalesce(sum(l.amount), 0) from posting_line l join posting p on p.id = l.posting where p.unit = 'fen'"), 0);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

TEST_P(FundTest, DisclosureIsRemindedOfTwice) {
  WholeHouse house(GetParam());
  const Desk desk = desk_of(house);
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from disclosure");
    return Json();
  }).value();
  const auto id = answer_of(house.send(desk.keeper.post("/desk/funds/new", [&] {
    Json fields = fund(desk);
    fields.set("from_day", "2026-11-01").set("until_day", "2026-12-10");
    return fields;
  }())))["fund"].text();
  const auto told = [&](const char* key) { return house.count("select count(*) from notice where key = $1 and account = $2", std::string(key), desk.approver.account); };
  const auto remind = [&] { house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(support::remind_of_disclosures(tx)); }).value(); };
  remind();
  EXPECT_EQ(told("notice.disclosure_due"), 0);
  house.clock.set(instant_of(Date::of(2027, 3, 1), 9, 0));   // full and surplus are due on 10 March
  remind();
  remind();
  EXPECT_EQ(told("notice.disclosure_due"), 2);
  const auto full = house.count("select id from disclosure where kind = 'full'");
  const auto again = house.person("Again", {{"team_leader", ScopeKind::organisation, desk.id}});   // months later nobody is still signed in
  EXPECT_EQ(rule_of(house.send(again.post("/desk/funds/" + id + "/disclose", Json::of({{"disclosure", id_text(full)}, {"words", ""}})))), "fund.disclosed_where");
  ASSERT_EQ(house.send(again.post("/desk/funds/" + id + "/disclose", Json::of({{"disclosure", id_text(full)}, {"words", "On our site"}}))).status, 200);
  house.clock.set(instant_of(Date::of(2027, 3, 11), 9, 0));
  remind();
  remind();
  EXPECT_EQ(told("notice.disclosure_late"), 1);   // the surplus only
  EXPECT_NE(house.send(anonymous().get("/funds/" + id)).body.find("On our site"), std::string::npos);
}

TX_ON_BOTH_ENGINES(FundTest);

}  // namespace
}  // namespace tx::app
