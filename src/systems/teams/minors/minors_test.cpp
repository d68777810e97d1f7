// Minors' data on both databases: kept apart, read for an approved reason only, every reading seen by the guardian.
#include "systems/teams/minors/minors.h"

#include "platform/storage/record_sql.h"
#include "systems/teams/trial.h"

namespace tx::teams {
namespace {

using trial::answer_of;
using trial::House;
using trial::kHome;
using trial::rule_of;
using MinorsTest = storage::trial::StoreTest;

struct Town : House {
  explicit Town(storage::trial::Engine engine) : House(engine) {
    person("child", 80);
    person("parent", 81);
    person("officer", 71, {{"federation_officer", access::ScopeKind::region, "64"}});
    person("second", 72, {{"federation_officer", access::ScopeKind::region, "6401"}});
    person("elsewhere", 73, {{"federation_officer", access::ScopeKind::region, "6402"}});
    open();
    const auto made = post("child", "/me/volunteer", profile("2011-06-01", "13800000011"));
    EXPECT_EQ(made.status, 200) << made.body;
    child = answer_of(made)["volunteer"].text();
    EXPECT_TRUE(store->write([&](storage::Tx& tx) -> Result<Json> {
      identity::Proxy proxy;
      proxy.helper = {81};
      proxy.principal = {80};
      proxy.principal_name = "child";
      proxy.consent_kind = "guardian";
      proxy.consent_by = "mother";
      return Json(TX_TRY(identity::record_proxy(tx, vault, proxy)));
    }).has_value());
  }
  static Json profile(const std::string& birth, const std::string& phone) {
    return Json::of({{"name", "张小雨"}, {"phone", phone}, {"region", kHome}, {"birth", birth}, {"consent", "on"}, {"guardian", "母亲 张丽，当面签字"},
                     {"parts", Json::Array{"6-morning"}}, {"skills", Json::Array{"05"}}});
  }
  std::string ask(const std::string& who) {
    const auto asked = post(who, "/desk/volunteers/" + child + "/minor-access", Json::of({{"reason", "活动当天联系不上，需联系家长"}}));
    EXPECT_EQ(asked.status, 200) << asked.body;
    return answer_of(asked)["id"].text();
  }
  Json step(const std::string& who, const std::string& request, const std::string& action, int status, const std::string& reason = {}) {
    const auto answer = post(who, "/desk/minors/" + request + "/" + action, Json::of({{"reason", reason}}));
    EXPECT_EQ(answer.status, status) << action << " " << answer.body;
    return answer_of(answer);
  }
  bool shows(const std::string& who, const std::string& path, const std::string& words) { return get(who, path).body.find(words) != std::string::npos; }
  std::string child;
};

TEST_P(MinorsTest, NameTelephoneAndGuardianStandApartAndTheRowKeepsAMask) {
  Town town(GetParam());
  EXPECT_EQ(town.word("select name from volunteer"), "张**");
  EXPECT_EQ(town.word("select phone_sealed || id_sealed || guardian || search from volunteer"), "");
  EXPECT_NE(town.word("select phone_index from volunteer"), "");   // twins are still found
  EXPECT_TRUE(town.shows("child", "/me/volunteer", "张小雨")) << "one's own name in full";
  EXPECT_EQ(town.post("child", "/me/volunteer", Town::profile("2011-06-01", "")).status, 200);   // the telephone stays without being typed again
  const auto person = minors::whole(*town.store->read(), town.vault, *find_volunteer_by_account(*town.store->read(), {80}));
  EXPECT_EQ(person.name, "张小雨");
  EXPECT_EQ(town.vault.unseal(person.phone_sealed, "volunteer.phone"), "13800000011");
  EXPECT_EQ(person.guardian, "母亲 张丽，当面签字");
  EXPECT_EQ(full_name(*town.store->read(), town.vault, *find_volunteer_by_account(*town.store->read(), {80})), "张小雨");
  EXPECT_EQ(data_of(*town.store->read(), town.vault, {80})["name"].text(), "张小雨");
}

TEST_P(MinorsTest, StaffReadForAnApprovedReasonAShortTimeAndLeaveATrace) {
  Town town(GetParam());
  EXPECT_EQ(rule_of(town.post("officer", "/desk/volunteers/" + town.child + "/minor-access", Json::of({{"reason", "?"}}))), "identity.reason_missing");
  const auto request = town.ask("officer");
  EXPECT_EQ(rule_of(town.post("officer", "/desk/volunteers/" + town.child + "/minor-access", Json::of({{"reason", "once more please"}}))), "minor.asked_already");
  EXPECT_EQ(town.step("officer", request, "approve", 403)["rule"].text(), "minor.own_request");
  town.step("elsewhere", request, "approve", 403);
  EXPECT_EQ(town.step("officer", request, "read", 403)["rule"].text(), "minor.not_running");
  town.step("second", request, "approve", 200);
  EXPECT_EQ(town.get("officer", "/desk/minors/" + request + "/record").status, 403) << "no look without a reading on record";
  town.step("officer", request, "read", 200);
  EXPECT_TRUE(town.shows("officer", "/desk/minors/" + request + "/record", "13800000011"));
  EXPECT_EQ(town.get("second", "/desk/minors/" + request + "/record").status, 403) << "whoever approves does not read";
  EXPECT_TRUE(town.shows("parent", "/me/children/" + town.child, "活动当天联系不上"));
  town.clock.advance(11 * kMinute);
  EXPECT_EQ(town.get("officer", "/desk/minors/" + request + "/record").status, 403);
  town.clock.advance(24 * kHour);
  EXPECT_EQ(town.step("officer", request, "read", 403)["rule"].text(), "minor.not_running");
  town.jobs->run_due_now();
  EXPECT_EQ(town.word("select state from minor_access"), "ended");
  const auto report = minors::year_report(*town.store->read(), 2026, {"64"});
  EXPECT_EQ(report.under_18, 1);
  EXPECT_EQ(report.under_14, 0);
  EXPECT_EQ(report.asked, 1);
  EXPECT_EQ(report.approved, 1);
  EXPECT_EQ(report.readings, 1);
  EXPECT_EQ(report.unapproved, 0);
  // A reading that no approval covers shows in the report: somebody went round the program.
  EXPECT_TRUE(town.store->write([&](storage::Tx& tx) -> Result<Json> {
    audit::Entry entry;
    entry.account = 72;
    entry.action = "minor.read";
    entry.object = "volunteer:" + town.child;
    entry.region = kHome;
    entry.outcome = "done";
    entry.details = Json::object();
    audit::append(tx, entry);
    return Json();
  }).has_value());
  EXPECT_EQ(minors::year_report(*town.store->read(), 2026, {"64"}).unapproved, 1);
}

TEST_P(MinorsTest, ARefusalNeedsAReasonAndTheAskerMayWithdraw) {
  Town town(GetParam());
  const auto request = town.ask("officer");
  EXPECT_EQ(town.step("second", request, "refuse", 422)["rule"].text(), "flow.reason_missing");
  town.step("second", request, "withdraw", 403);
  town.step("second", request, "refuse", 200, "可由队长联系");
  const auto again = town.ask("officer");
  town.step("officer", again, "withdraw", 200);
  EXPECT_EQ(town.count("select count(*) from minor_access where state in ('refused','withdrawn')"), 2);
}

TEST_P(MinorsTest, TheGuardianSeesCorrectsCopiesAndTakesConsentBack) {
  Town town(GetParam());
  EXPECT_TRUE(town.shows("parent", "/me/children", "张小雨"));
  EXPECT_FALSE(town.shows("second", "/me/children", "张小雨"));
  EXPECT_EQ(town.get("second", "/me/children/" + town.child).status, 403);
  EXPECT_EQ(rule_of(town.post("parent", "/me/children/" + town.child + "/phone", Json::of({{"phone", "12"}}))), "volunteer.phone_wrong");
  EXPECT_EQ(town.post("parent", "/me/children/" + town.child + "/phone", Json::of({{"phone", "13800000022"}})).status, 200);
  EXPECT_TRUE(town.shows("parent", "/me/children/" + town.child + "/data.json", "13800000022"));
  EXPECT_EQ(town.word("select phone_sealed from volunteer"), "");
  EXPECT_EQ(town.post("parent", "/me/children/" + town.child + "/pause", Json::of({{"reason", "考试"}})).status, 200);
  EXPECT_EQ(town.word("select state from volunteer"), "paused");
  EXPECT_EQ(rule_of(town.post("child", "/me/volunteer/resume", Json::object())), "minor.guardian_paused");
  EXPECT_EQ(town.post("parent", "/me/children/" + town.child + "/resume", Json::object()).status, 200);
  EXPECT_EQ(town.word("select state from volunteer"), "active");
}

TEST_P(MinorsTest, AtEighteenTheDataComeBackAndTheGuardianIsOut) {
  Town town(GetParam());
  EXPECT_EQ(town.post("child", "/me/volunteer", Town::profile("2008-11-25", "13800000011")).status, 200);   // 18 tomorrow
  EXPECT_EQ(town.count("select count(*) from minor_record"), 1);
  town.clock.advance(kDay);
  EXPECT_EQ(town.get("parent", "/me/children/" + town.child).status, 404);
  town.jobs->run_due_now();
  EXPECT_EQ(town.count("select count(*) from minor_record"), 0);
  EXPECT_EQ(town.word("select name from volunteer"), "张小雨");
  EXPECT_EQ(town.vault.unseal(town.word("select phone_sealed from volunteer"), "volunteer.phone"), "13800000011");
}

TEST_P(MinorsTest, InJanuaryTheReportIsRememberedOnce) {
  Town town(GetParam());
  ASSERT_TRUE(town.store->write([&](storage::Tx& tx) -> Result<Json> {
    const auto account = TX_TRY(identity::create_account(tx, town.vault, {"officer-one", "Officer", "-", "64"}));
    identity::grant(tx, account, {"federation_officer", access::ScopeKind::region, "64"}, {});
    return Json();
  }).has_value());
  const auto told = [&] { return town.count("select count(*) from notice where key = 'notice.minor_report'"); };
  town.jobs->run_due_now();
  EXPECT_EQ(told(), 0);
  town.clock.advance(45 * kDay);   // 8 January
  town.jobs->run_due_now();
  town.clock.advance(2 * kHour);
  town.jobs->run_due_now();
  EXPECT_EQ(told(), 1);
}

TX_ON_BOTH_ENGINES(MinorsTest);

}  // namespace
}  // namespace tx::teams
