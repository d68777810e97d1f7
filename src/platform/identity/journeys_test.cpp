// Identity as people meet it, through the router, on both engines.
#include <chrono>

#include "platform/identity/routes.h"
#include "platform/identity/sessions.h"
#include "platform/identity/trial_house.h"

namespace tx::identity {
namespace {

using access::Grant;
using access::ScopeKind;
using trial::anonymous;
using trial::House;
using trial::kPassword;
using trial::rule_of;
using IdentityTest = storage::trial::StoreTest;

Json registration(const std::string& login) {
  return Json::of({{"login", login},
                   {"display_name", "Ma Yan"},
                   {"password", "the melon at the gate"},
                   {"region", "640104"},
                   {"agree", "on"}});
}

TEST_P(IdentityTest, RegistersSignsOutAndInAgain) {
  House house(GetParam());
  const auto opened = house.post(anonymous(), "/register", registration("138 0000 1234"));
  ASSERT_EQ(opened.status, 200) << opened.body;
  auto person = House::with_cookies(anonymous(), opened);
  EXPECT_EQ(house.get(person, "/me").body, "me Ma Yan");
  EXPECT_EQ(rule_of(house.post(anonymous(), "/register", registration("+86 13800001234"))), "identity.login_taken");
  EXPECT_EQ(house.post(person, "/sign-out", Json::object()).status, 200);
  EXPECT_EQ(house.get(person, "/me").status, 303);  // the old cookie is worth nothing: to the sign-in page
  const auto again = house.post(anonymous(), "/login",
                                Json::of({{"login", "１３８００００１２３４"}, {"password", "the melon at the gate"}}));
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(house.get(House::with_cookies(anonymous(), again), "/me").status, 200);
  EXPECT_EQ(again.body.find(House::with_cookies(anonymous(), again).cookie.substr(11)),
            std::string::npos);  // no token in the answer
  // Neither the number nor a token lies readable in the database.
  EXPECT_EQ(
      house.count(
          "select count(*) from account where login_sealed like '%13800001234%' or login_index like '%13800001234%'"),
      0);
  EXPECT_EQ(house.count("select count(*) from account_session where length(token_hash) = 64"), 2);
}

TEST_P(IdentityTest, PagesAreWholeWithoutScript) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan");
  const auto chief = house.actor("Chief", {{"security_admin", ScopeKind::everywhere, ""}});
  const auto auditor = house.actor("Auditor", {{"audit_admin", ScopeKind::everywhere, ""}});
  const auto page = [&](const trial::SignedIn& who, const std::string& path) {
    for (const char* language : {"en", "zh-CN"}) {
      auto request = who.get(path);
      request.headers.emplace_back("cookie", who.cookie + "; tx_lang=" + language);
      for (auto& [name, value] : request.headers)
        if (name == "cookie") value = who.cookie + "; tx_lang=" + language;
      const auto answer = house.server->handle(request);
      EXPECT_EQ(answer.status, 200) << path << answer.body.substr(0, 500);
      EXPECT_EQ(answer.body.find("[["), std::string::npos) << path;
      EXPECT_EQ(answer.body.find("identity."), std::string::npos)
          << path << " shows a catalogue key: "
          << answer.body.substr(answer.body.find("identity.") == std::string::npos ? 0 : answer.body.find("identity."),
                                40);
      EXPECT_EQ(answer.body.find("style="), std::string::npos) << path;
    }
  };
  page(anonymous(), "/login");
  page(anonymous(), "/sign-in");
  page(anonymous(), "/register");
  page(anonymous(), "/recover");
  for (const char* path : {"/me/account", "/me/account/password", "/me/account/sessions", "/me/account/consents",
                           "/me/account/close", "/me/proxies", "/me/second-factor"})
    page(person, path);
  page(chief, "/officers");
  page(chief, "/officers/" + person.account.text());
  // The trail shows names of actions as they are; only its frame is checked.
  EXPECT_EQ(house.get(auditor, "/audit?check=1").status, 200);
}

TEST_P(IdentityTest, UnknownAndWrongLoginAnswerAlike) {
  House house(GetParam());
  house.actor("Ma Yan", {}, false, "13800001234");
  const auto wrong =
      house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", "not the password"}}));
  const auto unknown =
      house.post(anonymous(), "/login", Json::of({{"login", "13900009999"}, {"password", "not the password"}}));
  EXPECT_EQ(wrong.status, unknown.status);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(rule_of(wrong), "identity.login_wrong");
  EXPECT_EQ(
      house.count(
          "select count(*) from audit_entry where action = 'identity.sign_in' and outcome = 'identity.login_wrong'"),
      2);
}

TEST_P(IdentityTest, WrongTriesAreSlowedDownAndASuccessClearsThem) {
  House house(GetParam());
  house.actor("Ma Yan", {}, false, "13800001234");
  const auto attempt = [&](const char* password, const char* remote) {
    auto request = anonymous().post("/api/login", Json::of({{"login", "13800001234"}, {"password", password}}));
    request.remote = remote;
    return house.server->handle(request);
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rule_of(attempt("wrong", "10.0.0.1")), "identity.login_wrong");
  const auto paused = attempt(kPassword, "10.0.0.1");
  EXPECT_EQ(paused.status, 429);
  EXPECT_EQ(rule_of(paused), "identity.wait");
  EXPECT_EQ(attempt(kPassword, "10.0.0.2").status, 200);  // the person at home is not locked out by a stranger
  house.clock.advance(31 * kSecond);
  EXPECT_EQ(rule_of(attempt("wrong", "10.0.0.1")), "identity.login_wrong");
  EXPECT_EQ(rule_of(attempt(kPassword, "10.0.0.1")), "identity.wait");  // one more: a longer pause
  house.clock.advance(61 * kSecond);
  EXPECT_EQ(attempt(kPassword, "10.0.0.1").status, 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rule_of(attempt("wrong", "10.0.0.1")), "identity.login_wrong");
}

TEST_P(IdentityTest, SecondFactorIsOwedBeforeAnythingElse) {
  House house(GetParam());
  auto officer = house.actor("Ma Yan", {{"security_admin", ScopeKind::everywhere, ""}}, false, "13800001234");
  // The role demands it: first it must be set up.
  const auto sent = house.get(officer, "/officers");
  EXPECT_EQ(sent.status, 303);
  auto set_up = house.get(officer, "/login/second-factor?next=%2Fofficers");
  EXPECT_EQ(set_up.status, 303);
  ASSERT_EQ(house.post(officer, "/me/second-factor", Json::object()).status, 200);
  EXPECT_EQ(house.get(officer, "/me/second-factor").status, 200);
  EXPECT_NE(house.get(officer, "/me/second-factor/qr.svg").body.find("<svg"), std::string::npos);
  const auto confirmed =
      house.post(officer, "/me/second-factor/confirm", Json::of({{"code", house.code(officer.account)}}));
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(house.get(officer, "/me").status, 303);  // rotated: the old cookie is dead
  officer = House::with_cookies(officer, confirmed);
  EXPECT_EQ(house.get(officer, "/officers").status, 200);
  EXPECT_EQ(house.get(officer, "/me/second-factor/qr.svg").status, 404);

  house.clock.advance(kMinute);
  const auto first = house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}}));
  ASSERT_EQ(first.status, 200);
  const auto half = House::with_cookies(anonymous(), first);
  EXPECT_EQ(half.cookie.find("tx_session"), std::string::npos);
  EXPECT_EQ(house.get(half, "/me").status, 303);  // password alone opens nothing
  const std::string code = house.code(officer.account);
  EXPECT_EQ(rule_of(house.post(half, "/login/second-factor", Json::of({{"code", "000000"}}))), "identity.code_wrong");
  const auto second = house.post(half, "/login/second-factor", Json::of({{"code", code}}));
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(house.get(House::with_cookies(half, second), "/officers").status, 200);
  // The same code in the same step: refused, whoever has overheard it.
  const auto third = house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}}));
  EXPECT_EQ(
      rule_of(house.post(House::with_cookies(anonymous(), third), "/login/second-factor", Json::of({{"code", code}}))),
      "identity.code_wrong");
}

TEST_P(IdentityTest, ARevokedRoleIsGoneOnTheNextRequest) {
  House house(GetParam());
  const auto chief = house.actor("Chief", {{"security_admin", ScopeKind::everywhere, ""}});
  const auto helper = house.actor("Helper");
  EXPECT_EQ(house.get(helper, "/audit").status, 403);
  const std::string path = "/officers/" + helper.account.text();
  const auto given = house.post(
      chief, path + "/grant", Json::of({{"role", "audit_admin"}, {"kind", "everywhere"}, {"reason", "came on duty"}}));
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(house.get(helper, "/audit").status, 200);
  const auto grant =
      house.count("select id from account_grant where account = " + std::to_string(helper.account.value));
  EXPECT_EQ(
      house.post(chief, path + "/revoke", Json::of({{"grant", id_text(grant)}, {"reason", "went off duty"}})).status,
      200);
  EXPECT_EQ(house.get(helper, "/audit").status, 403);
  EXPECT_EQ(
      rule_of(house.post(chief, "/officers/" + chief.account.text() + "/grant",
                         Json::of({{"role", "helper"}, {"kind", "region"}, {"scope", "64"}, {"reason", "more work"}}))),
      "identity.grant_self");
  EXPECT_EQ(house
                .post(helper, path + "/grant",
                      Json::of({{"role", "helper"}, {"kind", "region"}, {"scope", "64"}, {"reason", "more work"}}))
                .status,
            403);
  EXPECT_EQ(house.count("select count(*) from audit_entry where action in ('identity.grant', 'identity.revoke') and "
                        "outcome = 'done' and reason <> ''"),
            2);
}

TEST_P(IdentityTest, ALocalAdministratorSeesOnlyTheOwnRegion) {
  House house(GetParam());
  const auto local = house.actor("Local", {{"security_admin", ScopeKind::region, "6402"}});
  const auto other = house.actor("Elsewhere");  // lives in 640104
  EXPECT_EQ(house.get(local, "/officers/" + other.account.text()).status, 403);
  EXPECT_EQ(house.get(local, "/officers?q=Elsewhere").body.find(other.account.text()), std::string::npos);
}

TEST_P(IdentityTest, DisablingEndsEverySession) {
  House house(GetParam());
  const auto chief = house.actor("Chief", {{"system_admin", ScopeKind::everywhere, ""}});
  const auto person = house.actor("Person", {}, false, "13800001234");
  EXPECT_EQ(house.get(person, "/me").status, 200);
  const std::string path = "/officers/" + person.account.text();
  EXPECT_EQ(rule_of(house.post(chief, path + "/disable", Json::of({{"reason", ""}}))), "identity.reason_missing");
  EXPECT_EQ(house.post(chief, path + "/disable", Json::of({{"reason", "lost phone"}})).status, 200);
  EXPECT_EQ(house.get(person, "/me").status, 303);
  EXPECT_EQ(rule_of(house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}}))),
            "identity.login_wrong");
  EXPECT_EQ(house.post(chief, path + "/reopen", Json::of({{"reason", "phone found"}})).status, 200);
  EXPECT_EQ(house.get(person, "/me").status, 303);  // the old session stays dead
  EXPECT_EQ(house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}})).status,
            200);
}

TEST_P(IdentityTest, SessionsAreListedAndEndedByTheirOwnerOnly) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan", {}, false, "13800001234");
  const auto phone = House::with_cookies(
      anonymous(), house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}})));
  const auto stranger = house.actor("Stranger");
  const auto row =
      house.count("select max(id) from account_session where account = " + std::to_string(person.account.value));
  EXPECT_EQ(house.post(stranger, "/me/sessions/" + id_text(row) + "/end", Json::object()).status, 403);
  EXPECT_EQ(house.get(phone, "/me").status, 200);
  EXPECT_EQ(house.post(person, "/me/sessions/" + id_text(row) + "/end", Json::object()).status, 200);
  EXPECT_EQ(house.get(phone, "/me").status, 303);
  EXPECT_EQ(house.get(person, "/me").status, 200);
}

TEST_P(IdentityTest, IdleAndAbsoluteTimesOfSessions) {
  House house(GetParam());
  const auto volunteer = house.actor("Volunteer", {}, false, "13800001234");
  auto officer = house.actor("Officer", {{"helper", ScopeKind::region, "64"}}, false, "13900001234");
  officer = House::with_cookies(
      anonymous(), house.post(anonymous(), "/login", Json::of({{"login", "13900001234"}, {"password", kPassword}})));
  EXPECT_EQ(house.get(officer, "/me").status, 200);
  for (int i = 0; i < 23; ++i) {  // busy all day: 11.5 hours
    house.clock.advance(kOfficerIdle - kSecond);
    EXPECT_EQ(house.get(officer, "/me").status, 200) << i;
  }
  house.clock.advance(kOfficerIdle - kSecond);
  house.clock.advance(kMinute);
  EXPECT_EQ(house.get(officer, "/me").status, 303);  // twelve hours are over
  EXPECT_EQ(house.get(volunteer, "/me").status, 200);
  house.clock.advance(29 * kDay);
  EXPECT_EQ(house.get(volunteer, "/me").status, 200);
  house.clock.advance(31 * kDay);
  EXPECT_EQ(house.get(volunteer, "/me").status, 303);
  officer = House::with_cookies(
      anonymous(), house.post(anonymous(), "/login", Json::of({{"login", "13900001234"}, {"password", kPassword}})));
  EXPECT_EQ(house.get(officer, "/me").status, 200);
  house.clock.advance(kOfficerIdle + kSecond);
  EXPECT_EQ(house.get(officer, "/me").status, 303);  // went for lunch
}

TEST_P(IdentityTest, ANewPasswordEndsTheOtherSessions) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan", {}, false, "13800001234");
  const auto phone = House::with_cookies(
      anonymous(), house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}})));
  const auto change = [&](const char* current, const char* password) {
    return house.post(person, "/me/account/password", Json::of({{"current", current}, {"password", password}}));
  };
  EXPECT_EQ(rule_of(change("wrong", "the melon at the gate")), "identity.password_wrong");
  EXPECT_EQ(rule_of(change(kPassword, "password123")), "identity.password_common");
  EXPECT_EQ(change(kPassword, "the melon at the gate").status, 200);
  EXPECT_EQ(house.get(person, "/me").status, 200);
  EXPECT_EQ(house.get(phone, "/me").status, 303);
  EXPECT_EQ(house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", kPassword}})).status,
            422);
  EXPECT_EQ(
      house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", "the melon at the gate"}}))
          .status,
      200);
}

TEST_P(IdentityTest, AForgottenPasswordIsRecoveredWithACodeOnce) {
  House house(GetParam());
  const auto chief = house.actor("Chief", {{"system_admin", ScopeKind::everywhere, ""}});
  const auto person = house.actor("Ma Yan", {}, false, "13800001234");
  const std::string path = "/officers/" + person.account.text();
  const auto given =
      house.post(chief, path + "/recovery", Json::of({{"reason", "came to the station with an ID card"}}));
  ASSERT_EQ(given.status, 200) << given.body;
  std::string code;
  {
    auto reader = (*house.store)->read();
    code = recovery_code(*reader, house.vault, person.account, chief.account, house.clock.now());
    EXPECT_EQ(recovery_code(*reader, house.vault, person.account, person.account, house.clock.now()),
              "");  // only for the giver
  }
  EXPECT_EQ(given.body.find(code.substr(0, 5)), std::string::npos);
  EXPECT_NE(house.get(chief, path).body.find(code), std::string::npos);
  const auto recover = [&](const std::string& login, const std::string& typed) {
    return house.post(anonymous(), "/recover",
                      Json::of({{"login", login}, {"code", typed}, {"password", "the melon at the gate"}}));
  };
  EXPECT_EQ(recover("13800001234", "0000000000").body, recover("13900009999", "0000000000").body);
  EXPECT_EQ(recover("13800001234", code).status, 200);
  EXPECT_EQ(rule_of(recover("13800001234", code)), "identity.recover_wrong");
  EXPECT_EQ(house.get(person, "/me").status, 303);
  EXPECT_EQ(
      house.post(anonymous(), "/login", Json::of({{"login", "13800001234"}, {"password", "the melon at the gate"}}))
          .status,
      200);
  EXPECT_EQ(house.post(chief, path + "/recovery", Json::of({{"reason", "forgot it again"}})).status, 200);
  house.clock.advance(kDay + kSecond);
  auto reader = (*house.store)->read();
  EXPECT_EQ(recovery_code(*reader, house.vault, person.account, chief.account, house.clock.now()), "");
}

TEST_P(IdentityTest, AForgedResultOfTheComparisonIsDropped) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan", {}, false, "13800001234");
  auto reader = (*house.store)->read();
  const auto hash =
      storage::scalar<std::string>(*reader, "select password_hash from account where id = $1", person.account);
  const Json forged = Json::of({{"account", person.account.text()}, {"hash", *hash}});
  EXPECT_EQ(rule_of(house.post(anonymous(), "/login",
                               Json::of({{"login", "13800001234"}, {"password", "wrong"}, {"checked", forged}}))),
            "identity.login_wrong");
}

TEST_P(IdentityTest, AHelperActsOnlyAfterThePersonAgreed) {
  House house(GetParam());
  const auto elder = house.actor("Grandmother", {}, false, "13800001234");
  const auto helper = house.actor("Neighbour");
  const auto stranger = house.actor("Stranger");
  const auto record = [&](Json fields) { return house.post(helper, "/me/proxies", std::move(fields)); };
  EXPECT_EQ(rule_of(record(Json::of({{"principal_name", "Grandmother"}, {"consent_by", "herself"}}))),
            "identity.proxy_consent_missing");
  EXPECT_EQ(rule_of(record(Json::of({{"principal_name", "Grandmother"}, {"consent_kind", "spoken"}}))),
            "identity.proxy_by_missing");
  const auto made = record(Json::of({{"principal_name", "Grandmother"},
                                     {"consent_kind", "spoken"},
                                     {"consent_by", "herself"},
                                     {"principal_login", "138 0000 1234"}}));
  ASSERT_EQ(made.status, 200) << made.body;
  const auto in_force = [&] {
    auto reader = (*house.store)->read();
    return proxies_of(*reader, helper.account, house.clock.now());
  };
  ASSERT_EQ(in_force().size(), 1u);
  EXPECT_FALSE(in_force()[0].principal);  // named, but not yet agreed to
  const std::string path = "/me/proxies/" + (*Json::parse(made.body))["id"].text();
  EXPECT_EQ(house.post(stranger, path + "/agree", Json::object()).status, 403);
  EXPECT_EQ(rule_of(house.post(helper, path + "/agree", Json::object())), "identity.proxy_not_yours");
  EXPECT_NE(house.get(elder, "/me/proxies").body.find("Neighbour"), std::string::npos);
  EXPECT_EQ(house.post(elder, path + "/agree", Json::object()).status, 200);
  EXPECT_EQ(in_force()[0].principal, elder.account);
  EXPECT_EQ(house.post(stranger, path + "/end", Json::object()).status, 403);
  EXPECT_EQ(house.post(elder, path + "/end", Json::object()).status, 200);
  EXPECT_TRUE(in_force().empty());
}

TEST_P(IdentityTest, ConsentsAreGivenAndWithdrawnOneByOne) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan");
  const auto has = [&](const char* purpose) {
    auto reader = (*house.store)->read();
    return consents(*reader, person.account, purpose);
  };
  EXPECT_FALSE(has("photo"));
  EXPECT_TRUE(has("audit"));  // duty, not consent
  EXPECT_EQ(house.post(person, "/me/account/consents", Json::of({{"purpose", "photo"}, {"given", true}})).status, 200);
  EXPECT_TRUE(has("photo"));
  EXPECT_FALSE(has("location"));
  EXPECT_EQ(house.post(person, "/me/account/consents", Json::of({{"purpose", "photo"}, {"given", false}})).status, 200);
  EXPECT_FALSE(has("photo"));
  EXPECT_EQ(house.count("select count(*) from consent where purpose = 'photo' and given > 0 and withdrawn > 0"),
            1);  // history stays
  EXPECT_EQ(rule_of(house.post(person, "/me/account/consents", Json::of({{"purpose", "audit"}, {"given", false}}))),
            "identity.purpose_unknown");
}

TEST_P(IdentityTest, EverySensitiveReadStatesItsReasonAndLeavesAnEntry) {
  House house(GetParam());
  const auto person = house.actor("Officer");
  const auto actor = house.sessions->find(person.token);
  ASSERT_TRUE(actor);
  const std::string sealed = house.vault.seal("13800001234", "volunteer.phone");
  const auto read = [&](const char* place, const char* reason) {
    return reveal(**house.store, house.vault, *actor, sealed, place, "volunteer:7", "640104", reason);
  };
  EXPECT_EQ(read("volunteer.phone", " ").error().rule, "identity.reason_missing");
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'identity.reveal'"), 0);
  EXPECT_EQ(*read("volunteer.phone", "call about tomorrow"), "13800001234");
  EXPECT_EQ(read("volunteer.id_number", "call about tomorrow").error().rule, "identity.value_unreadable");
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'identity.reveal' and reason = 'call about "
                        "tomorrow' and object = 'volunteer:7'"),
            2);
  EXPECT_EQ(house.count("select count(*) from audit_entry where details like '%13800001234%'"), 0);
}

TEST_P(IdentityTest, DataAsAFileAndClosing) {
  House house(GetParam());
  const auto person = house.actor("Ma Yan", {{"helper", ScopeKind::region, "64"}}, false, "13800001234");
  const auto file = house.get(person, "/me/data");
  ASSERT_EQ(file.status, 200);
  const auto data = Json::parse(file.body);
  ASSERT_TRUE(data);
  EXPECT_EQ((*data)["account"]["login"].text(), "13800001234");
  EXPECT_EQ((*data)["roles"].items().size(), 1u);
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'identity.data'"), 1);
  EXPECT_EQ(rule_of(house.post(person, "/me/account/close", Json::of({{"current", "wrong"}}))),
            "identity.password_wrong");
  EXPECT_EQ(house.post(person, "/me/account/close", Json::of({{"current", kPassword}})).status, 200);
  EXPECT_EQ(house.get(person, "/me").status, 303);
  EXPECT_EQ(house.count("select count(*) from account where display_name = 'Ma Yan' or login_sealed <> ''"), 0);
  EXPECT_EQ(house.post(anonymous(), "/register", registration("13800001234")).status, 200);  // the number is free again
}

TEST_P(IdentityTest, TheTrailIsFilteredNarrowedAndExported) {
  House house(GetParam());
  const auto auditor = house.actor("Auditor", {{"audit_admin", ScopeKind::everywhere, ""}});
  const auto local = house.actor("Local", {{"audit_admin", ScopeKind::region, "6402"}});
  (*house.store)->write([&](storage::Tx& tx) -> Result<Json> {
    for (const char* region : {"640104", "640205"}) {
      audit::Entry entry;
      entry.action = std::string("test.") + region;
      entry.region = region;
      entry.outcome = "done";
      entry.reason = "=1+1";
      entry.details = Json::object();
      audit::append(tx, entry);
    }
    return Json();
  });
  EXPECT_NE(house.get(auditor, "/audit").body.find("test.640104"), std::string::npos);
  EXPECT_EQ(house.get(auditor, "/audit?region=6402").body.find("test.640104"), std::string::npos);
  EXPECT_EQ(house.get(local, "/audit").body.find("test.640104"), std::string::npos);
  EXPECT_NE(house.get(local, "/audit").body.find("test.640205"), std::string::npos);
  const auto csv = house.get(auditor, "/audit/export?action=test.640104");
  EXPECT_NE(csv.body.find("\"'=1+1\""), std::string::npos);  // no formula for a spreadsheet
  EXPECT_EQ(csv.body.find("test.640205"), std::string::npos);
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'audit.export'"), 1);
  EXPECT_NE(house.get(auditor, "/audit?check=1").body.find("none altered"), std::string::npos);
}
TX_ON_BOTH_ENGINES(IdentityTest);

TEST(SafePath, StaysInThisHouse) {
  EXPECT_EQ(safe_path("/needs/7?x=1", "/me"), "/needs/7?x=1");
  for (const char* outside :
       {"", "//evil.example", "https://evil.example", "/\\evil.example", "/login", "/a\r\nset-cookie: x"})
    EXPECT_EQ(safe_path(outside, "/me"), "/me") << outside;
}

}  // namespace
}  // namespace tx::identity
