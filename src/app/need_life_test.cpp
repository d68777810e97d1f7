// A need finds its volunteer: the whole way through the wired house, on both databases, as the people would go it.
#include "app/trial.h"
#include "platform/audit/audit.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/offers/offers.h"

namespace tx::app {
namespace {

using identity::trial::SignedIn;
using trial::answer_of;
using trial::kHome;
using trial::rule_of;
using trial::WholeHouse;
using HouseTest = storage::trial::StoreTest;

constexpr char kDoor[] = "PlantedDoor-77-501";
constexpr char kPhone[] = "13912345678";

Json need_of(const std::string& service) {
  return Json::of({{"service", service}, {"words", "The stairs are steep."}, {"region", kHome}, {"day", "2026-11-25"},
                   {"from", "09:00"}, {"minutes", 60}, {"door", kDoor}, {"name", "PlantedName"}, {"phone", kPhone},
                   {"risk", Json::Array{"stairs"}}, {"truth", true}});
}

SignedIn volunteer(WholeHouse& house, const std::string& name, const std::string& phone) {
  auto person = house.person(name);
  Json parts = Json::array();
  for (int day = 1; day <= 7; ++day)
    for (const char* part : {"morning", "afternoon", "evening"}) parts.push(std::to_string(day) + "-" + part);
  const auto saved = house.send(person.post("/me/volunteer", Json::of({{"name", name}, {"phone", phone}, {"region", kHome},
                                                                       {"birth", "1990-05-04"}, {"consent", "on"}, {"parts", parts},
                                                                       {"radius_m", 10'000}, {"week_hours", 20}})));
  EXPECT_EQ(saved.status, 200) << saved.body;
  return person;
}

std::string volunteer_id(WholeHouse& house, const SignedIn& person) {
  return id_text(house.count("select id from volunteer where account = $1", person.account));
}

struct Asked {
  std::string need, number, code;
};
Asked ask(WholeHouse& house, const std::string& service, const Json& more = Json::object()) {
  Json input = need_of(service);
  for (const auto& [name, value] : more.members()) input.set(name, value);
  const auto response = house.send(identity::trial::anonymous().post("/ask", input));
  EXPECT_EQ(response.status, 200) << response.body;
  const Json answer = answer_of(response);
  return {answer["need"].text(), answer["number"].text(), answer["code"].text()};
}

std::string state_of(WholeHouse& house, const Asked& asked) {
  return house.text("select state from need where number = $1", asked.number);
}

SignedIn dispatcher(WholeHouse& house) {
  return house.person("Dispatcher", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
}

std::string ask_helper(WholeHouse& house, const SignedIn& desk, const Asked& asked, const std::string& helper) {
  const auto sent = house.send(desk.post("/desk/needs/" + asked.need + "/ask", Json::of({{"volunteer", Json::Array{helper}}})));
  EXPECT_EQ(sent.status, 200) << sent.body;
  return id_text(house.count("select max(id) from ask where need = $1", id_value(asked.need).value()));
}

std::string code_shown(WholeHouse& house, const Asked& asked) {
  auto request = identity::trial::anonymous().get("/follow/" + asked.number + "/code");
  request.headers.emplace_back("cookie", "tx_need_" + asked.number + "=" + asked.code);
  std::erase_if(request.headers, [](const auto& h) { return h.first == "cookie" && h.second.empty(); });
  return answer_of(house.send(request))["code"].text();
}

TEST_P(HouseTest, ANeedFindsItsVolunteerAndEveryStepIsOnRecord) {
  WholeHouse house(GetParam());
  const auto asked = ask(house, "shopping");
  EXPECT_EQ(state_of(house, asked), "submitted");
  const auto desk = dispatcher(house);
  const auto helper = volunteer(house, "Helper", "19912340001");
  const auto stranger = volunteer(house, "Stranger", "19912340002");

  EXPECT_EQ(house.send(desk.post("/desk/needs/" + asked.need + "/accept", Json::of({{"how", "phone"}}))).status, 200);
  EXPECT_EQ(state_of(house, asked), "open");
  const auto page = house.send(desk.get("/desk/needs/" + asked.need));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  EXPECT_EQ(page.body.find(kDoor), std::string::npos);   // not even the desk sees the door without a stated reason
  EXPECT_EQ(page.body.find(kPhone), std::string::npos);

  const std::string sent = ask_helper(house, desk, asked, volunteer_id(house, helper));
  EXPECT_EQ(state_of(house, asked), "asked");
  EXPECT_EQ(house.send(stranger.post("/asks/" + sent + "/accept", Json::object())).status, 403);
  EXPECT_EQ(house.send(helper.post("/asks/" + sent + "/accept", Json::object())).status, 200);
  EXPECT_EQ(state_of(house, asked), "accepted");
  EXPECT_NE(house.send(helper.get("/me/needs/" + asked.need)).body.find(kDoor), std::string::npos);
  EXPECT_EQ(house.send(stranger.get("/me/needs/" + asked.need)).status, 404);

  // 08:50: early, but within the half hour. The code of the screen works once.
  house.clock.set(instant_of(Date::of(2026, 11, 25), 8, 50));
  const auto told = [&](const char* direction, const std::string& code) {
    return house.send(helper.post("/attendance/check", Json::of({{"object", asked.need}, {"kind", "need"}, {"direction", direction}, {"code", code}})));
  };
  const std::string first = code_shown(house, asked);
  ASSERT_EQ(first.size(), 6u);
  EXPECT_EQ(rule_of(told("in", first == "000000" ? "000001" : "000000")), "attendance.code_wrong");
  EXPECT_EQ(told("in", first).status, 200);
  EXPECT_EQ(state_of(house, asked), "serving");
  EXPECT_EQ(rule_of(told("out", first)), "attendance.code_used");
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 47));
  EXPECT_EQ(rule_of(told("out", first)), "attendance.code_wrong");   // long out of date
  const auto left = told("out", code_shown(house, asked));
  ASSERT_EQ(left.status, 200) << left.body;
  EXPECT_EQ(answer_of(left)["minutes"].integer(), 47);   // from 09:00, the start, to 09:47; not rounded
  EXPECT_EQ(state_of(house, asked), "done");

  const auto act = [&](const char* action, Json fields) {
    return house.send(identity::trial::anonymous().post("/follow/" + asked.number + "/" + action, fields.set("code", asked.code)));
  };
  EXPECT_EQ(house.send(identity::trial::anonymous().post("/follow/" + asked.number + "/confirm", Json::of({{"code", "none"}}))).status, 404);
  EXPECT_EQ(act("confirm", Json::object()).status, 200);
  EXPECT_EQ(house.text("select state from attendance where kind = 'need' and object = $1", id_value(asked.need).value()), "confirmed");
  EXPECT_EQ(rule_of(act("rate", Json::of({{"stars", 9}}))), "rating.stars");
  EXPECT_EQ(act("rate", Json::of({{"stars", 5}})).status, 200);
  EXPECT_EQ(state_of(house, asked), "closed");
  EXPECT_EQ(house.count("select count(*) from flow_event where flow = 'need' and object = $1", id_value(asked.need).value()), 8);
  EXPECT_FALSE(audit::first_broken(*house->store().read()).has_value());
  EXPECT_EQ(house.count("select count(*) from audit_entry where action in ('need.submit','need.accept','need.dispatch','ask.accept',"
                        "'attendance.check','need.confirm','need.rate')"), 8);   // check twice
}

TEST_P(HouseTest, ANoEndsTheAskingAndCostsNothing) {
  WholeHouse house(GetParam());
  const auto asked = ask(house, "shopping");
  const auto desk = dispatcher(house);
  const auto helper = volunteer(house, "Helper", "19912340001");
  house.send(desk.post("/desk/needs/" + asked.need + "/accept", Json::of({{"how", "visit"}})));
  const std::string sent = ask_helper(house, desk, asked, volunteer_id(house, helper));
  EXPECT_EQ(house.send(helper.post("/asks/" + sent + "/decline", Json::object())).status, 200);
  EXPECT_EQ(state_of(house, asked), "open");   // nobody is left: back to the desk
  EXPECT_EQ(rule_of(house.send(desk.post("/desk/needs/" + asked.need + "/ask", Json::of({{"volunteer", Json::Array{volunteer_id(house, helper)}}})))),
            "dispatch.already_asked");
  EXPECT_EQ(rule_of(house.send(helper.post("/asks/" + sent + "/accept", Json::object()))), "dispatch.ask_over");
}

TEST_P(HouseTest, ChildrenGetTwoCheckedAdultsAndHomesNoUncheckedLoner) {
  WholeHouse house(GetParam());
  const auto desk = dispatcher(house);
  const auto helper = volunteer(house, "Helper", "19912340001");
  const auto child = ask(house, "tutoring");
  EXPECT_EQ(house.count("select helpers from need where number = $1", child.number), 2);
  house.send(desk.post("/desk/needs/" + child.need + "/accept", Json::of({{"how", "phone"}})));
  const auto barred = house.send(helper.post("/needs/" + child.need + "/claim", Json::object()));
  EXPECT_EQ(barred.status, 403) << barred.body;
  const auto home = ask(house, "companion");
  house.send(desk.post("/desk/needs/" + home.need + "/accept", Json::of({{"how", "phone"}})));
  EXPECT_EQ(rule_of(house.send(helper.post("/needs/" + home.need + "/claim", Json::object()))), "match.alone_unchecked");
  const auto plain = ask(house, "shopping");
  house.send(desk.post("/desk/needs/" + plain.need + "/accept", Json::of({{"how", "phone"}})));
  EXPECT_EQ(house.send(helper.post("/needs/" + plain.need + "/claim", Json::object())).status, 200);   // 抢单
  EXPECT_EQ(state_of(house, plain), "accepted");
}

TEST_P(HouseTest, MoneyPayAndHalfFilledNeedsAreRefusedInWords) {
  WholeHouse house(GetParam());
  const auto refused = [&](Json more) {
    Json input = need_of("shopping");
    for (const auto& [name, value] : more.members()) input.set(name, value);
    return rule_of(house.send(identity::trial::anonymous().post("/ask", input)));
  };
  EXPECT_EQ(refused(Json::of({{"words", "想借钱周转"}})), "need.cash_refused");
  EXPECT_EQ(refused(Json::of({{"words", "日结，给报酬"}})), "need.pay_refused");
  EXPECT_EQ(refused(Json::of({{"risk", Json::array()}})), "need.risk_missing");
  EXPECT_EQ(refused(Json::of({{"truth", false}})), "need.truth_missing");
  EXPECT_EQ(refused(Json::of({{"day", "2026-11-24"}})), "need.time_past");
  EXPECT_EQ(refused(Json::of({{"day", "2027-11-24"}})), "need.time_far");
  EXPECT_EQ(refused(Json::of({{"urgency", 3}})), "need.urgency_reason_missing");
  EXPECT_EQ(refused(Json::of({{"for_other", true}})), "need.consent_missing");
  EXPECT_EQ(refused(Json::of({{"phone", "123"}})), "need.phone_wrong");
  EXPECT_EQ(refused(Json::of({{"region", "640199999999"}})), "need.region_missing");
}

TEST_P(HouseTest, FiveThousandForFiftyPlaces) {
  WholeHouse house(GetParam());
  const bool sqlite = !postgres();
  const int people = sqlite ? 2900 : 600, places = 50;
  auto& store = house->store();
  // Every demonstration volunteer gets an account of its own number, so that each can ask for a place.
  ASSERT_TRUE(store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = id, state = 'active', birth = 5000 where account = 0");
    storage::execute(tx, "delete from signup");
    storage::execute(tx, "update shift set taken = 0, waiting = 0");
    return Json();
  }));
  const std::int64_t shift = house.count("select s.id from shift s join activity a on a.id = s.activity where a.state = 'published' order by s.starts desc limit 1");
  store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update shift set places = $1, least_age = 14 where id = $2", places, shift);
    return Json();
  });
  const auto accounts = store.read()->query("select id from volunteer order by id limit " + std::to_string(people));
  std::atomic<int> answered = 0, refused = 0;
  for (const auto& row : accounts.rows) {
    const access::AccountId account{std::get<std::int64_t>(row[0])};
    for (int twice = 0; twice < 2; ++twice) {   // everybody presses the button twice, with the same key
      storage::Command command;
      command.scope = "signup:" + account.text();
      command.key = "press";
      command.decide = [account, shift](storage::Tx& tx) -> Result<Json> {
        const auto signup = TX_TRY(supply::sign_up(tx, {shift}, account));
        return Json(signup.state);
      };
      while (store.metrics().queue_length > 4000) ::usleep(200);
      store.submit(std::move(command), [&](storage::Outcome outcome) {
        if (!outcome.answer) ++refused;
        ++answered;
      });
    }
  }
  while (answered < static_cast<int>(accounts.size()) * 2) ::usleep(1000);
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(house.count("select count(*) from signup where shift = $1 and state = 'granted'", shift), places);
  EXPECT_EQ(house.count("select count(*) from signup where shift = $1 and state = 'waiting'", shift), static_cast<std::int64_t>(accounts.size()) - places);
  EXPECT_EQ(house.count("select taken from shift where id = $1", shift), places);
  // Somebody leaves: the longest waiting moves up.
  const std::int64_t leaver = house.count("select volunteer from signup where shift = $1 and state = 'granted' order by id limit 1", shift);
  const std::int64_t next = house.count("select volunteer from signup where shift = $1 and state = 'waiting' order by id limit 1", shift);
  ASSERT_TRUE(store.write([&](storage::Tx& tx) -> Result<Json> {
    TX_TRY(supply::withdraw_signup(tx, {shift}, leaver, "ill"));
    return Json();
  }));
  EXPECT_EQ(house.text("select state from signup where shift = $1 and volunteer = $2", shift, next), "granted");
  EXPECT_EQ(house.count("select taken from shift where id = $1", shift), places);
}

TEST_P(HouseTest, PersonalDataLieSealed) {
  WholeHouse house(GetParam());
  ask(house, "shopping");
  for (const char* column : {"name_sealed", "phone_sealed", "door_sealed", "phone_index", "code_hash"})
    for (const char* planted : {kDoor, kPhone, "PlantedName"})
      EXPECT_EQ(house.count(std::string("select count(*) from need where ") + column + " like $1", std::string("%") + planted + "%"), 0) << column;
  const auto wall = house.send(identity::trial::anonymous().get("/promises"));
  EXPECT_EQ(wall.status, 200);
  EXPECT_EQ(wall.body.find(kPhone), std::string::npos);
}

TEST_P(HouseTest, WhoLeavesTakesTheirDataAndGivesBackTheirPromises) {
  WholeHouse house(GetParam());
  const auto helper = house.person("Leaver");
  const auto id = house.count("select min(id) from volunteer where account = 0 and state = 'active'");
  const auto shift = house.count("select s.id from shift s join activity a on a.id = s.activity where a.state = 'published' and "
                                 "s.taken < s.places and s.least_age <= 14 and s.checked = 0 order by s.starts desc limit 1");
  ASSERT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1, birth = 5000 where id = $2", helper.account, id);
    storage::execute(tx, "delete from signup where volunteer = $1", id);
    TX_CHECK(supply::sign_up(tx, {shift}, helper.account));
    return Json();
  }));
  const auto taken = house.count("select taken from shift where id = $1", shift);
  const auto file = house.send(helper.get("/me/data"));
  EXPECT_EQ(file.status, 200);
  const auto data = answer_of(file);
  EXPECT_EQ(data["volunteer"]["volunteer_no"].text(), house.text("select volunteer_no from volunteer where id = $1", id));
  EXPECT_EQ(data["volunteer"]["phone"].text().size(), 11u);
  EXPECT_EQ(data["service"]["sign_ups"].size(), 1u);
  EXPECT_EQ(house.send(helper.post("/me/account/close", Json::of({{"current", identity::trial::kPassword}}))).status, 200);
  EXPECT_EQ(house.count("select taken from shift where id = $1", shift), taken - 1);
  EXPECT_EQ(house.text("select state from volunteer where id = $1", id), "closed");
  EXPECT_EQ(house.text("select phone_sealed from volunteer where id = $1", id), "");
}

TX_ON_BOTH_ENGINES(HouseTest);

}  // namespace
}  // namespace tx::app
