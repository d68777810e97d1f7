// Hours that nobody can forge: the whole way of a record through the wired house, on both databases.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/trial.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/records.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::SignedIn;
using trial::answer_of;
using trial::kHome;
using trial::rule_of;
using trial::WholeHouse;
using RecordsTest = storage::trial::StoreTest;

struct Desk {
  std::int64_t organisation = 0, volunteer = 0;
  std::string volunteer_no, region;
  SignedIn leader, colleague, officer;
};

// A leader, a colleague of the same team who is an officer besides, an officer of the federation, and a member.
Desk desk_of(WholeHouse& house) {
  Desk desk;
  desk.organisation = house.count("select m.organisation from member m join volunteer v on v.id = m.volunteer join organisation o on o.id = "
                                  "m.organisation where v.state = 'active' and v.account = 0 and o.state = 'approved' and m.state = 'member' and v.birth < 9000 and not exists (select 1 from attendance a where a.volunteer = v.id) order by m.organisation limit 1");
  desk.volunteer = house.count("select v.id from member m join volunteer v on v.id = m.volunteer where m.organisation = $1 and v.state = 'active' and "
                               "v.account = 0 and m.state = 'member' and v.birth < 9000 and not exists (select 1 from attendance a where a.volunteer = v.id) order by v.id limit 1", desk.organisation);
  desk.volunteer_no = house.text("select volunteer_no from volunteer where id = $1", desk.volunteer);
  desk.region = house.text("select region from organisation where id = $1", desk.organisation);
  const std::string team = id_text(desk.organisation);
  desk.leader = house.person("Leader", {{"team_leader", ScopeKind::organisation, team}});
  desk.colleague = house.person("Colleague", {{"team_leader", ScopeKind::organisation, team}, {"federation_officer", ScopeKind::region, "64"}});
  desk.officer = house.person("Officer", {{"federation_officer", ScopeKind::region, "64"}});
  return desk;
}

// Five hours of "caring for the elderly", typed in two minutes.
http::Request purchase(const Desk& desk, const SignedIn& by) {
  Json fields = Json::of({{"organisation", id_text(desk.organisation)}, {"title", "Caring for the elderly"}, {"content", "Talking and reading aloud"}, {"place", "Old people's home"},
                          {"in_charge", "Leader"}, {"day", "2026-11-22"}, {"from", "10:00"}, {"to", "15:00"}, {"people", desk.volunteer_no},
                          {"words", "We were at the home all day long."}, {"truth", true}});
  auto request = by.post("/desk/records/new", fields);
  request.uploads.push_back({"file", "proof.pdf", "application/pdf", "%PDF-1.4 a scan"});
  return request;
}

struct Given {
  std::string id;
  std::string path(const std::string& action = {}) const { return "/desk/records/" + id + (action.empty() ? "" : "/" + action); }
};
Given newest_case(WholeHouse& house) { return {id_text(house.count("select max(id) from record_case where kind = 'manual'"))}; }

std::int64_t minutes_of(WholeHouse& house, std::int64_t volunteer) {
  auto reader = house->store().read();
  return support::totals_of(*reader, volunteer).minutes;
}

TEST_P(RecordsTest, TheReportersPurchase) {
  WholeHouse house(GetParam());
  const Desk desk = desk_of(house);
  ASSERT_NE(desk.volunteer, 0);
  const auto before = minutes_of(house, desk.volunteer);

  // One administrator alone cannot.
  const auto sold = house.send(purchase(desk, desk.leader));
  ASSERT_EQ(sold.status, 200) << sold.body;
  const Given given = newest_case(house);
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);
  EXPECT_EQ(house.send(desk.leader.post(given.path("approve"), Json::object())).status, 403);
  EXPECT_EQ(rule_of(house.send(desk.colleague.post(given.path("approve"), Json::object()))), "record.same_side");
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);

  // Two who collude are seen by everybody at once, and stand at the top of the risk list.
  house.clock.advance(kMinute);
  ASSERT_EQ(house.send(desk.officer.post(given.path("approve"), Json::object())).status, 200);
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);
  const auto board = house.send(identity::trial::anonymous().get("/notices/records"));
  EXPECT_NE(board.body.find("Caring for the elderly"), std::string::npos);
  {
    EXPECT_TRUE(support::refresh_risks(house->store()));
    EXPECT_FALSE(support::refresh_risks(house->store()));   // nothing has changed since
    auto reader = house->store().read();
    const auto risks = support::risk_list(*reader, {""}, 1000);
    const auto all = support::risk_counts(*reader, {""}).entries;
    ASSERT_GT(all, 100);
    std::size_t place = 0;
    while (place < risks.size() && !(risks[place].kind == "case" && id_text(risks[place].object) == given.id)) ++place;
    ASSERT_LT(place, risks.size());
    EXPECT_LT(static_cast<std::int64_t>(place) * 100, all) << place << " of " << all;
  }

  // Somebody objects: the hours do not count, and neither of the two may decide.
  const auto neighbour = house.person("Neighbour");
  ASSERT_EQ(house.send(neighbour.post("/notices/records/" + given.id + "/object", Json::of({{"words", "Nobody was there that day."}}))).status, 200);
  house.clock.advance(9 * kDay);
  house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(support::settle_notices(tx, house->book())); }).value();
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);
  const auto again = house.send(desk.officer.post(given.path("dismiss"), Json::of({{"reason", "We say it is true."}})));
  EXPECT_EQ(rule_of(again), "record.same_person");
  const auto third = house.person("Third", {{"federation_officer", ScopeKind::region, "64"}});
  ASSERT_EQ(house.send(third.post(given.path("uphold"), Json::of({{"reason", "The home knows of nobody."}}))).status, 200);
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);
  EXPECT_EQ(house.text("select state from record_case where id = $1", id_value(given.id).value()), "refused");
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

TEST_P(RecordsTest, HonestHoursByHandCountAfterTheNotice) {
  WholeHouse house(GetParam());
  const Desk desk = desk_of(house);
  const auto before = minutes_of(house, desk.volunteer);
  ASSERT_EQ(house.send(purchase(desk, desk.leader)).status, 200);
  EXPECT_EQ(rule_of(house.send(purchase(desk, desk.leader))), "record.overlap");
  auto bare = purchase(desk, desk.leader);
  bare.uploads.clear();
  EXPECT_EQ(rule_of(house.send(bare)), "record.evidence_missing");
  const Given given = newest_case(house);
  ASSERT_EQ(house.send(desk.officer.post(given.path("approve"), Json::object())).status, 200);
  const auto settle = [&] { house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(support::settle_notices(tx, house->book())); }).value(); };
  house.clock.advance(6 * kDay);
  settle();
  EXPECT_EQ(minutes_of(house, desk.volunteer), before);
  house.clock.advance(2 * kDay);
  settle();
  EXPECT_EQ(minutes_of(house, desk.volunteer), before + 300);
  auto reader = house->store().read();
  EXPECT_EQ(support::totals_of(*reader, desk.volunteer).by_grade[3], 300);   // marked for ever
  EXPECT_EQ(house.text("select entry from service_record where volunteer = $1 and grade = 'D'", desk.volunteer), "paper");
  EXPECT_EQ(house.text("select content from service_record where volunteer = $1 and grade = 'D'", desk.volunteer), "Talking and reading aloud");   // Decree 67 art. 7
  EXPECT_EQ(support::balance(*reader, support::Unit::minutes, support::account_of(desk.volunteer)), before + 300);
}

TEST_P(RecordsTest, ACorrectionTakesBackAndWritesAnew) {
  WholeHouse house(GetParam());
  const auto record = [&] {
    auto reader = house->store().read();
    return *storage::find<support::ServiceRecord>(*reader, "select * from service_record where minutes >= 60 and reverses = 0 order by id limit 1");
  }();
  const auto owner = house.person("Owner");
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", owner.account, record.volunteer);
    return Json();
  }).value();
  const auto before = minutes_of(house, record.volunteer);
  const std::string page = "/me/record/" + id_text(record.id);
  const std::string from = local_text(record.starts).substr(11), to = local_text(record.ends.plus(-20 * kMinute)).substr(11);
  ASSERT_EQ(house.send(owner.post(page + "/correct", Json::of({{"from", from}, {"to", to}, {"words", "I had to leave earlier that day."}}))).status, 200);
  const std::string of = id_text(house.count("select max(id) from record_case where kind = 'correction'"));
  const auto first = house.person("First", {{"county_dispatcher", ScopeKind::region, "64"}}), second = house.person("Second", {{"federation_officer", ScopeKind::region, "64"}});
  ASSERT_EQ(house.send(first.post("/desk/records/" + of + "/check", Json::of({{"reason", "Asked the resident."}}))).status, 200);
  EXPECT_EQ(rule_of(house.send(first.post("/desk/records/" + of + "/approve", Json::object()))), "record.same_person");
  ASSERT_EQ(house.send(second.post("/desk/records/" + of + "/approve", Json::object())).status, 200);
  EXPECT_EQ(minutes_of(house, record.volunteer), before - 20);
  EXPECT_EQ(house.count("select count(*) from service_record where id = $1", record.id), 1);   // the old one stays
  EXPECT_EQ(house.count("select count(*) from service_record where reverses = $1", record.id), 1);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

// Whatever is changed behind the program's back is found, and named.
TEST_P(RecordsTest, RawEditsAreFound) {
  WholeHouse house(GetParam());
  const auto& book = house->book();
  {
    auto reader = house->store().read();
    support::remember_head(*reader, book);
    ASSERT_FALSE(support::check(*reader, book));
  }
  const bool postgres = house->store().engine() == std::string("postgresql");
  const auto edit = [&](const std::vector<std::string>& statements) -> std::optional<support::Fault> {
    std::optional<support::Fault> fault;
    (void)house->store().write([&](storage::Tx& tx) -> Result<Json> {
      for (const char* table : {"service_record", "posting", "posting_line", "log_leaf", "log_node"}) {   // an attacker owns the file
        const std::string t = table;
        if (postgres) tx.execute("alter table " + t + " disable trigger all", {});
        else for (const char* what : {"_no_update", "_no_delete"}) tx.execute("drop trigger " + t + what, {});
      }
      for (const auto& statement : statements) tx.execute(statement, {});
      fault = support::check(tx, book);
      return refuse(Kind::conflict, "http.not_found");   // undone again
    });
    return fault;
  };
  const auto id = [&](const char* sql) { return std::to_string(house.count(sql)); };
  const std::string record = id("select min(id) from service_record"), other = id("select max(id) from service_record");
  const auto named = edit({"update service_record set minutes = minutes + 60 where id = " + record});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->what, "record");
  EXPECT_EQ(std::to_string(named->id), record);
  EXPECT_TRUE(edit({"delete from service_record where id = " + other}));
  EXPECT_TRUE(edit({"update service_record set starts = starts + 60000000, ends = ends + 60000000 where id = " + record}));
  EXPECT_TRUE(edit({"update service_record set grade = 'A' where id = (select max(id) from service_record where grade <> 'A')"}));
  EXPECT_TRUE(edit({"update service_record set volunteer = volunteer + 1 where id = " + record}));
  EXPECT_TRUE(edit({"insert into service_record select id + 1, volunteer, organisation, region, kind, source, title, place, in_charge, starts, ends, "
                    "minutes, grade, reverses, first_by, second_by, at, content, category, entry from service_record where id = " + other}));
  EXPECT_TRUE(edit({"update service_record set at = at + 1 where id = " + record}));   // a microsecond
  EXPECT_TRUE(edit({"update service_record set grade = grade || '7' where id = " + record}));
  EXPECT_TRUE(edit({"update posting_line set amount = amount * 2 where posting = (select min(posting) from posting_line)"}));
  EXPECT_TRUE(edit({"delete from posting where id = (select max(id) from posting)"}));
  EXPECT_TRUE(edit({"update book_balance set amount = amount + 1 where account = (select min(account) from book_balance)"}));
  EXPECT_TRUE(edit({"delete from log_leaf where seq = (select max(seq) from log_leaf)"}));
  EXPECT_TRUE(edit({"update log_leaf set record = 'x' where seq = 3"}));
  EXPECT_TRUE(edit({"update log_head set size = size - 1"}));
  EXPECT_TRUE(edit({"update log_head set note = replace(note, 'tongxin', 'tongxim')"}));
}

// Another program, which shares nothing with this one, finds what was changed in an export.
TEST_P(RecordsTest, TheVerifierOnAnExport) {
  WholeHouse house(GetParam());
  const std::string folder = (std::filesystem::temp_directory_path() / "tongxin-export-XXXXXX").string();
  std::string made = folder;
  ASSERT_TRUE(::mkdtemp(made.data()));
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(made + "/" + name) << text; };
  const auto verify = [&](const std::string& more = {}) {
    const std::string key = ledger::base64(house->book().key().open);
    return std::system((std::string(TX_VERIFY) + " " + made + "/log '" + key + "' " + more + " > " + made + "/said").c_str());
  };
  std::ostringstream whole;
  std::string early;
  {
    auto reader = house->store().read();
    support::write_export(*reader, whole);
    early = support::head(*reader).note;
  }
  const std::string text = whole.str();
  write("log", text);
  write("early", early);
  EXPECT_EQ(verify(), 0);
  EXPECT_EQ(verify(made + "/early"), 0);
  const auto spoiled = [&](std::string other) {
    write("log", other);
    return verify() != 0;
  };
  const auto third = text.find('\n', text.find('\n', text.find('\n') + 1) + 1) + 1, fourth = text.find('\n', third) + 1;
  std::string bent = text;
  bent[fourth - 10] = bent[fourth - 10] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(spoiled(bent));
  EXPECT_TRUE(spoiled(text.substr(0, third) + text.substr(fourth)));
  std::string swapped = text.substr(0, third) + text.substr(fourth, text.find('\n', fourth) + 1 - fourth) + text.substr(third, fourth - third) +
                        text.substr(text.find('\n', fourth) + 1);
  EXPECT_TRUE(spoiled(swapped));
  // A person erased: salt and record are gone, the tree still holds.
  const std::string line = text.substr(third, fourth - third);
  const auto second_tab = line.find('\t', line.find('\t') + 1);
  write("log", text.substr(0, third) + line.substr(0, second_tab) + "\t-\t-\n" + text.substr(fourth));
  EXPECT_EQ(verify(), 0);
  std::error_code ignored;
  std::filesystem::remove_all(made, ignored);
}

// A certificate is checked on a public page, made again byte for byte, replaced and revoked.
TEST_P(RecordsTest, Certificates) {
  WholeHouse house(GetParam());
  const auto volunteer = house.count("select volunteer from service_record order by id limit 1");
  const auto owner = house.person("Owner");
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set account = $1 where id = $2", owner.account, volunteer);
    return Json();
  }).value();
  const auto made = house.send(owner.post("/me/certificates", Json::of({{"from_day", "2026-01-01"}, {"to_day", "2026-11-25"}})));
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string number = answer_of(made)["number"].text();
  EXPECT_EQ(number.size(), 16u);
  EXPECT_EQ(rule_of(house.send(owner.post("/me/certificates", Json::of({{"from_day", "2026-01-01"}, {"to_day", "2026-11-25"}})))), "certificate.same");
  const auto sheet = house.send(owner.get("/me/certificates/" + number + ".pdf"));
  ASSERT_TRUE(sheet.body.starts_with("%PDF-"));
  house.clock.advance(365 * kDay);
  {   // the session is long over; the paper is the same
    const auto row = *storage::find<support::Certificate>(*house->store().read(), "select * from certificate where number = $1", number);
    EXPECT_TRUE(support::paper(row, house->vault().unseal(row.name_sealed, "certificate.name").value(), house->words()) == sheet.body);
  }
  const auto anyone = identity::trial::anonymous();
  const auto shown = house.send(anyone.get("/v/" + number)).body;
  EXPECT_NE(shown.find("verdict good"), std::string::npos);
  EXPECT_NE(shown.find("<h2>This certificate is valid</h2>"), std::string::npos);
  EXPECT_EQ(shown.find("No certificate has this number"), std::string::npos);   // the words beside the green mark say the same
  const auto text = house.text("select text from certificate where number = $1", number);
  auto by_code = anyone.get("/verify");
  by_code.query = Json::of({{"text", text}});
  EXPECT_NE(house.send(by_code).body.find("verdict good"), std::string::npos);
  auto bent = text;
  bent[40] = bent[40] == 'A' ? 'B' : 'A';
  by_code.query = Json::of({{"text", bent}});
  EXPECT_EQ(house.send(by_code).body.find("verdict good"), std::string::npos);
  const auto unknown = house.send(anyone.get("/v/0000000000000000")).body;
  EXPECT_EQ(unknown.find("verdict good"), std::string::npos);
  EXPECT_NE(unknown.find("No certificate has this number"), std::string::npos);
  const auto stranger = house.person("Stranger");
  EXPECT_EQ(house.send(stranger.get("/me/certificates/" + number + ".pdf")).status, 404);
  const auto elsewhere = house.person("Elsewhere", {{"region_official", ScopeKind::region, "99"}});
  EXPECT_EQ(house.send(elsewhere.post("/desk/certificates/" + number + "/revoke", Json::of({{"reason", "Not my region at all."}}))).status, 403);
  const auto official = house.person("Official", {{"region_official", ScopeKind::region, "64"}});
  ASSERT_EQ(house.send(official.post("/desk/certificates/" + number + "/revoke", Json::of({{"reason", "Issued on hours that were void."}}))).status, 200);
  EXPECT_EQ(house.send(anyone.get("/v/" + number)).body.find("verdict good"), std::string::npos);
  EXPECT_FALSE(support::check(*house->store().read(), house->book()));
}

TX_ON_BOTH_ENGINES(RecordsTest);

}  // namespace
}  // namespace tx::app
