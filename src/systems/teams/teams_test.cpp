// The teams room as people meet it, through the router, on both databases.
#include "systems/teams/rooms.h"
#include "systems/teams/trial.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
namespace {

using trial::answer_of;
using trial::House;
using trial::kHome;
using trial::location_of;
using trial::rule_of;
using TeamsTest = storage::trial::StoreTest;

Json profile(const std::string& name, const std::string& phone) {
  return Json::of({{"name", name}, {"phone", phone}, {"region", kHome}, {"birth", "1990-05-04"}, {"consent", "on"},
                   {"parts", Json::Array{"1-morning", "7-evening"}}, {"skills", Json::Array{"05", "09"}}});
}

// A team that an officer has approved; gives its id text and makes "leader" lead it.
std::string approved_team(House& house, const std::string& policy = "open") {
  house.person("founder", 70);
  house.person("officer", 71, {{"federation_officer", access::ScopeKind::region, "64"}});
  house.open();
  const auto applied = house.post("founder", "/organisations/apply",
                                  Json::of({{"name", "向日葵志愿服务队"}, {"kind", "group"}, {"region", kHome},
                                            {"consent_unit", "社区居委会"}, {"join_policy", policy}}));
  EXPECT_EQ(applied.status, 200) << applied.body;
  const std::string team = answer_of(applied)["organisation"].text();
  EXPECT_EQ(house.post("officer", "/organisations/" + team + "/approve", Json::object()).status, 200);
  house.person("leader", 70, {{"team_leader", access::ScopeKind::organisation, team}});
  return team;
}

std::string phone_of(int i) { return "1990000" + std::to_string(1000 + i); }

// 300 people, every 25th row with a fault of another kind.
std::string roster_of(int people, bool faults) {
  std::vector<std::vector<std::string>> rows{{"姓名", "手机号", "身份证号", "社区代码", "技能"}};
  static const char* const given[] = {"秀英", "建国", "桂兰", "志强", "玉梅"};
  for (int i = 0; i < people; ++i) {
    std::vector<std::string> row{"王" + std::string(given[i % 5]), phone_of(i), "", kHome, i % 2 ? "05、09" : ""};
    if (faults && i % 25 == 24) {
      switch (i / 25 % 6) {
        case 0: row[0] = ""; break;
        case 1: row[1] = "12345"; break;
        case 2: row[1] = phone_of(i - 1); break;
        case 3: row[2] = "640104199001011234"; break;
        case 4: row[3] = "640199999999"; break;
        default: row[4] = "99"; break;
      }
    }
    rows.push_back(row);
  }
  return documents::write_csv(rows);
}

TEST_P(TeamsTest, RosterOf300RowsWith12BadOnesIsImportedCorrectedAndUndone) {
  House house(GetParam());
  const std::string team = approved_team(house);
  const auto sent = house.upload("leader", "/desk/roster", roster_of(300, true), "roster.csv", {{"organisation", team}});
  ASSERT_EQ(sent.status, 303) << sent.body;
  const std::string path = location_of(sent);
  EXPECT_EQ(house.count("select count(*) from roster_row where problem = ''"), 288);
  EXPECT_EQ(house.count("select count(*) from roster_row where problem <> ''"), 12);
  const auto page = house.get("leader", path);
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_NE(page.body.find("Row 26"), std::string::npos);   // the first fault stands in line 26 of the sheet
  EXPECT_NE(page.body.find("The mobile number must have 11 digits."), std::string::npos);
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  // No telephone number lies readable in the database.
  EXPECT_EQ(house.count("select count(*) from roster_row where phone_sealed like '%1990000%'"), 0);
  // A correction that is wrong again stays on the list; a right one leaves it.
  EXPECT_EQ(house.post("leader", path + "/correct", Json::of({{"line", 26}, {"name", "王"}, {"phone", phone_of(24)}, {"region", kHome}})).status, 200);
  EXPECT_EQ(house.count("select count(*) from roster_row where problem <> ''"), 12);
  for (int i = 24; i < 300; i += 25) {
    const auto corrected = house.post("leader", path + "/correct",
                                      Json::of({{"line", i + 2}, {"name", "李改正"}, {"phone", phone_of(i)}, {"region", kHome}}));
    ASSERT_EQ(corrected.status, 200) << corrected.body;
    EXPECT_EQ(answer_of(corrected)["problem"].text(), "");
  }
  EXPECT_EQ(house.count("select count(*) from roster_row where problem <> ''"), 0);
  ASSERT_EQ(house.post("leader", path + "/import", Json::object()).status, 200);
  // Nobody is registered against their will: invited only.
  EXPECT_EQ(house.count("select count(*) from member where state = 'invited'"), 300);
  EXPECT_EQ(house.count("select count(*) from volunteer where state = 'applied' and account = 0"), 300);
  EXPECT_EQ(rule_of(house.post("leader", path + "/import", Json::object())), "roster.closed");

  // One of them registers, finds the invitation and agrees.
  house.person("wang", 80);
  ASSERT_EQ(house.post("wang", "/me/volunteer", profile("王秀英", phone_of(0))).status, 200);
  EXPECT_EQ(house.count("select count(*) from volunteer"), 300);   // the same person, not a second one
  const auto mine = house.get("wang", "/me/volunteer");
  EXPECT_NE(mine.body.find("/organisations/" + team + "/accept"), std::string::npos);
  ASSERT_EQ(house.post("wang", "/organisations/" + team + "/accept", Json::object()).status, 200);

  const auto undone = house.post("leader", path + "/undo", Json::object());
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(answer_of(undone)["undone"].integer(), 299);
  EXPECT_EQ(answer_of(undone)["kept"].integer(), 1);   // who agreed stays
  EXPECT_EQ(house.count("select count(*) from member"), 1);
  EXPECT_EQ(house.count("select count(*) from volunteer"), 1);
  EXPECT_EQ(house.count("select count(*) from roster_row"), 300);   // what was sent in is not lost
  EXPECT_EQ(house.count("select count(*) from audit_entry where action in ('roster.check','roster.correct','roster.import','roster.undo') "
                        "and outcome = 'done'"), 16);
}

TEST_P(TeamsTest, ConsentPapersMakeMembersAndLargeRostersBecomeJobs) {
  House house(GetParam());
  const std::string team = approved_team(house);
  const auto sent = house.upload("leader", "/desk/roster", roster_of(620, false), "roster.csv", {{"organisation", team}, {"consent", "on"}});
  ASSERT_EQ(sent.status, 303) << sent.body;
  const auto imported = house.post("leader", location_of(sent) + "/import", Json::object());
  ASSERT_EQ(imported.status, 200) << imported.body;
  EXPECT_FALSE(answer_of(imported)["job"].text().empty());
  EXPECT_EQ(house.word("select state from roster_batch"), "importing");
  house.jobs->run_due_now();
  EXPECT_EQ(house.word("select state from roster_batch"), "imported");
  EXPECT_EQ(house.count("select count(*) from member where state = 'member'"), 620);
  EXPECT_EQ(house.count("select count(distinct volunteer_no) from volunteer"), 620);
}

TEST_P(TeamsTest, RosterIsRefusedForAnotherTeamAndForWhatIsNoSheet) {
  House house(GetParam());
  const std::string team = approved_team(house);
  house.person("other", 90, {{"team_leader", access::ScopeKind::organisation, id_text(12345)}});
  const auto page = house.upload("other", "/desk/roster", roster_of(3, false), "roster.csv", {{"organisation", team}});
  EXPECT_NE(page.body.find("Choose a team that you lead."), std::string::npos);
  EXPECT_EQ(house.count("select count(*) from roster_batch"), 0);
  const auto empty = house.upload("leader", "/desk/roster", "name\r\n", "roster.csv", {{"organisation", team}});
  EXPECT_NE(empty.body.find("The sheet is empty."), std::string::npos);
  const auto sheet = house.get("leader", "/desk/roster/template.xlsx");
  EXPECT_TRUE(documents::read_sheet(sheet.body, "t.xlsx").has_value());
}

TEST_P(TeamsTest, RegistrationKeepsTheRulesAndShowsItself) {
  House house(GetParam());
  house.open();
  house.person("anna", 7);
  house.person("officer", 71, {{"federation_officer", access::ScopeKind::region, "6401"}});
  auto input = profile("Anna", "13800001234");
  input.set("birth", "2010-01-01");   // 16 years
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer", input)), "volunteer.guardian");
  input.set("birth", "2020-01-01");
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer", input)), "volunteer.too_young");
  input = profile("Anna", "13800001234").set("categories", Json::Array{"0001", "0002", "0003", "0004", "0005"});
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer", input)), "volunteer.categories");
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer", profile("Anna", "1380"))), "volunteer.phone_wrong");
  ASSERT_EQ(house.post("anna", "/me/volunteer", profile("Anna", "13800001234")).status, 200);
  const auto anna = find_volunteer_by_account(*house.store->read(), {7});
  ASSERT_TRUE(anna.has_value());
  EXPECT_EQ(anna->volunteer_no.size(), 18u);
  EXPECT_EQ(anna->skills, (1 << 5) | (1 << 9));
  EXPECT_EQ(anna->hours[8], '1');
  EXPECT_EQ(anna->hours[6 * 24 + 20], '1');
  EXPECT_EQ(anna->hours[30], '0');
  EXPECT_EQ(workflow::verify(*house.store->read(), "volunteer", "volunteer").size(), 0u);

  // Papers, a check by an officer, a pause; nobody checks themselves.
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer/certificate", Json::of({{"paper_skill", 1}, {"paper", "first aid 12"}, {"valid_until", "2025-01-01"}}))),
            "volunteer.paper_expired");
  ASSERT_EQ(house.post("anna", "/me/volunteer/certificate", Json::of({{"paper_skill", 1}, {"paper", "first aid 12"}, {"valid_until", "2028-01-01"}})).status, 200);
  EXPECT_EQ(certified_skills(*house.store->read(), anna->id.value, Date::of(2026, 12, 1)), 0);
  const std::string desk = "/desk/volunteers/" + anna->id.text();
  EXPECT_EQ(house.get("anna", desk).status, 403);
  EXPECT_EQ(house.get("officer", desk).status, 200);
  EXPECT_EQ(house.get("officer", "/desk/volunteers?q=anna").body.find("Anna"), std::string::npos);   // masked
  ASSERT_EQ(house.post("officer", desk + "/paper", Json::of({{"paper", house.count("select id from volunteer_certificate")}, {"good", true}})).status, 200);
  EXPECT_EQ(certified_skills(*house.store->read(), anna->id.value, Date::of(2026, 12, 1)), 1 << 1);
  EXPECT_EQ(certified_skills(*house.store->read(), anna->id.value, Date::of(2028, 1, 2)), 0);
  EXPECT_EQ(rule_of(house.post("officer", desk + "/check", Json::of({{"how", "police"}, {"valid_until", "2036-01-01"}}))), "volunteer.check_term");
  ASSERT_EQ(house.post("officer", desk + "/check", Json::of({{"how", "police"}, {"valid_until", "2027-11-01"}})).status, 200);
  EXPECT_GT(find_volunteer(*house.store->read(), anna->id.value)->checked_until.us, house.clock.now().us);
  ASSERT_EQ(house.post("anna", "/me/volunteer/pause", Json::object()).status, 200);
  EXPECT_TRUE(active_volunteers(*house.store->read(), {"64"}).empty());
  EXPECT_EQ(rule_of(house.post("anna", "/me/volunteer/pause", Json::object())), "flow.not_allowed");

  const auto where = house.get("anna", "/me/volunteer?elsewhere=1&search=zhongshan");
  EXPECT_EQ(where.status, 200);
  for (const char* path : {"/me/volunteer", "/me/volunteer?elsewhere=1", "/me/volunteer?elsewhere=1&region=640104001"}) {
    const auto page = house.get("anna", path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body.find("[["), std::string::npos) << path;
  }
}

TEST_P(TeamsTest, AnOrganisationIsApprovedSuspendedAndRestored) {
  House house(GetParam());
  const std::string team = approved_team(house, "review");
  const std::string path = "/organisations/" + team;
  EXPECT_EQ(house.get("", path).status, 200);
  EXPECT_TRUE(may_publish(*find_organisation(*house.store->read(), id_value(team).value())));
  house.person("anna", 7);
  ASSERT_EQ(house.post("anna", "/me/volunteer", profile("Anna", "13800001234")).status, 200);
  ASSERT_EQ(house.post("anna", path + "/join", Json::object()).status, 200);
  EXPECT_EQ(house.word("select state from member"), "asked");   // the leader decides
  const auto anna = find_volunteer_by_account(*house.store->read(), {7})->id.text();
  EXPECT_EQ(house.post("anna", path + "/member", Json::of({{"volunteer", anna}, {"change", "admit"}})).status, 403);
  ASSERT_EQ(house.post("leader", path + "/member", Json::of({{"volunteer", anna}, {"change", "admit"}})).status, 200);
  EXPECT_EQ(members_of(*house.store->read(), id_value(team).value()).size(), 1u);
  EXPECT_NE(house.get("leader", path).body.find("Anna"), std::string::npos);
  EXPECT_EQ(house.get("", path).body.find("Anna"), std::string::npos);   // the list is the leader's
  EXPECT_EQ(rule_of(house.post("officer", path + "/suspend", Json::object())), "flow.reason_missing");
  ASSERT_EQ(house.post("officer", path + "/suspend", Json::of({{"reason", "false records"}})).status, 200);
  EXPECT_FALSE(may_publish(*find_organisation(*house.store->read(), id_value(team).value())));
  EXPECT_EQ(house.upload("leader", "/desk/roster", roster_of(2, false), "r.csv", {{"organisation", team}}).status == 303, false);
  EXPECT_EQ(rule_of(house.post("anna", path + "/join", Json::object())), "organisation.not_active");
  EXPECT_EQ(house.post("leader", path + "/restore", Json::of({{"reason", "please"}})).status, 403);
  ASSERT_EQ(house.post("officer", path + "/restore", Json::of({{"reason", "corrected"}})).status, 200);
  // Papers by kind (O1), mark by name (O2).
  EXPECT_EQ(rule_of(house.post("anna", "/organisations/apply", Json::of({{"name", "Some team"}, {"kind", "group"}, {"region", kHome}}))),
            "organisation.unit_missing");
  EXPECT_EQ(rule_of(house.post("anna", "/organisations/apply", Json::of({{"name", "Some team"}, {"kind", "registered"}, {"region", kHome}}))),
            "organisation.code_missing");
  const auto marked = house.post("anna", "/organisations/apply",
                                 Json::of({{"name", "金凤义工联合会"}, {"kind", "registered"}, {"region", kHome}, {"credit_code", "516401045000000000"}}));
  ASSERT_EQ(marked.status, 200);
  EXPECT_EQ(house.word("select mark from organisation where kind = 'registered'"), "suggested");
  EXPECT_EQ(house.get("", "/organisations/" + answer_of(marked)["organisation"].text()).status, 404);   // not before approval
  EXPECT_EQ(house.get("anna", "/organisations/" + answer_of(marked)["organisation"].text()).status, 200);
  for (const char* page : {"/organisations", "/organisations/apply", "/desk/organisations", "/desk/roster"})
    EXPECT_NE(house.get(page[1] == 'd' ? (std::string(page) == "/desk/roster" ? "leader" : "officer") : "anna", page).status, 500) << page;
}

TEST_P(TeamsTest, RegionsAreFoundByEveryWriting) {
  House house(GetParam());
  const auto reader = house.store->read();
  EXPECT_EQ(storage::scalar<std::int64_t>(*reader, "select count(*) from region").value(), 1 + 5 + 22 + 259 + 2912);
  EXPECT_EQ(storage::scalar<std::int64_t>(*reader, "select count(*) from region where level = 5 and (x_m = 0 or synthetic = 0)").value(), 0);
  EXPECT_EQ(regions_below(*reader, "64").size(), 5u);
  EXPECT_EQ(search_regions(*reader, "团结村", 20).size(), search_regions(*reader, "團結村", 20).size());
  EXPECT_GE(search_regions(*reader, "团结", 20).size(), 13u);
  EXPECT_FALSE(search_regions(*reader, "tuanjie", 20).empty());
  EXPECT_TRUE(search_regions(*reader, "' or 1=1 --", 20).empty());
  EXPECT_EQ(distance_m({0, 0}, {3000, 4000}), 5000);
}

TEST_P(TeamsTest, TheDemonstrationIsTheSameEveryTime) {
  House house(GetParam());
  ASSERT_TRUE(load_demonstration(*house.store, house.vault, "data", house.clock).has_value());
  EXPECT_GE(house.count("select count(*) from volunteer"), 3000);
  EXPECT_EQ(house.count("select count(*) from organisation"), 300);
  EXPECT_EQ(house.count("select count(*) from volunteer v where not exists (select 1 from region r where r.code = v.region)"), 0);
  House again(GetParam());
  ASSERT_TRUE(load_demonstration(*again.store, again.vault, "data", again.clock).has_value());
  const std::string sample = "select name from volunteer order by id limit 1 offset 1234";
  EXPECT_EQ(house.word(sample), again.word(sample));
  EXPECT_TRUE(identity::find_account(*house.store->read(), house.vault, "paidan").value != 0);
}

TX_ON_BOTH_ENGINES(TeamsTest);

TEST(VolunteerRules, NumberHas18CharactersAndACheckLetter) {
  const auto number = rules::volunteer_no(kHome, instant_of(Date::of(2026, 11, 24), 9, 0), 123);
  EXPECT_EQ(number.substr(0, 17), "V6401042611000123");
  EXPECT_EQ(number.size(), 18u);
  EXPECT_NE(number.back(), rules::volunteer_no(kHome, instant_of(Date::of(2026, 11, 24), 9, 0), 132).back());   // a swap shows
}
TEST(VolunteerRules, AgesOfRules23) {
  const Date today = Date::of(2026, 11, 24);
  EXPECT_TRUE(rules::age(Date::of(2008, 11, 24), today, "").has_value());              // 18 today
  EXPECT_EQ(rules::age(Date::of(2008, 11, 25), today, "").error().rule, "volunteer.guardian");
  EXPECT_TRUE(rules::age(Date::of(2008, 11, 25), today, "mother, in writing").has_value());
  EXPECT_EQ(rules::age(Date::of(2027, 1, 1), today, "").error().rule, "volunteer.birth");
}
TEST(VolunteerRules, PartsOfTheWeekComeBack) {
  const std::vector<std::string> parts{"1-morning", "3-evening", "7-afternoon"};
  EXPECT_EQ(rules::week_parts(rules::week_hours(parts)), parts);
  EXPECT_EQ(rules::week_hours({"9-morning", "x", "1-night"}), std::string(168, '0'));
}

}  // namespace
}  // namespace tx::teams
