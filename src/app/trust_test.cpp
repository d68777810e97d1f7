// What makes records provable, through the wired house: permissions and unmaskings in the log, erasing a person, tiles, both
// sides of witnessing, yesterday's copy put back, spot checks that anybody can repeat, records from and to other platforms.
#include <sodium.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/trial.h"
#include "engines/ledger/note.h"
#include "engines/ledger/tiles.h"
#include "platform/audit/audit.h"
#include "systems/support/book/witnesses.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::app {
namespace {

using access::ScopeKind;
using identity::trial::SignedIn;
using identity::trial::anonymous;
using trial::answer_of;
using trial::rule_of;
using trial::WholeHouse;
using TrustTest = storage::trial::StoreTest;

std::optional<support::Fault> check_now(WholeHouse& house, const std::string& kept = {}) { return support::check(*house->store().read(), house->book(), kept); }
std::string note_now(WholeHouse& house) { return support::head(*house->store().read()).note; }
void raw(WholeHouse& house, const std::string& sql) {
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    tx.execute(sql, {});
    return Json();
  }).value();
}
SignedIn official(WholeHouse& house, const char* name = "Official") { return house.person(name, {{"region_official", ScopeKind::region, "64"}}); }

int verifier(const std::string& folder, const std::string& words) {
  return std::system((std::string(TX_VERIFY) + " " + words + " > " + folder + "/said 2>&1").c_str());
}

TEST_P(TrustTest, PermissionsAndUnmaskingsAreLeaves) {
  WholeHouse house(GetParam());
  const auto grants = [&] { return house.count("select count(*) from log_leaf where type = 'grant'"); };
  const auto before = grants();
  const auto security = house.person("Security", {{"security_admin", ScopeKind::everywhere, ""}});
  EXPECT_EQ(grants(), before + 1);
  const auto person = house.person("Person");
  ASSERT_EQ(house.send(security.post("/officers/" + person.account.text() + "/grant",
                                     Json::of({{"role", "county_dispatcher"}, {"place", "region:640104"}, {"reason", "Works at the desk"}}))).status, 200);
  EXPECT_EQ(grants(), before + 2);
  const auto dispatcher = house.person("Dispatcher", {{"county_dispatcher", ScopeKind::region, "64"}});
  const std::string need = id_text(house.count("select min(id) from need"));
  ASSERT_EQ(house.send(dispatcher.post("/desk/needs/" + need + "/reveal", Json::of({{"reason", "Calling back"}}))).status, 200);
  EXPECT_EQ(house.count("select count(*) from log_leaf where type = 'unmasking'"), 1);
  ASSERT_FALSE(check_now(house));
  // A role written into the table behind the program's back, and one made wider there.
  raw(house, "insert into account_grant select id + 1, account, 'security_admin', kind, scope, granted, granted_by, reason, revoked, revoked_by, revoked_reason "
             "from account_grant where id = (select max(id) from account_grant)");
  const auto fault = check_now(house);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->what, "grant");
  raw(house, "delete from account_grant where id = (select max(id) from account_grant)");
  ASSERT_FALSE(check_now(house));
  raw(house, "update account_grant set scope = '6' where id = (select max(id) from account_grant)");
  EXPECT_EQ(check_now(house)->what, "grant");
}

TEST_P(TrustTest, ErasingAPersonKeepsTheTree) {
  WholeHouse house(GetParam());
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-erase-XXXXXX").string();
  ASSERT_TRUE(::mkdtemp(folder.data()));
  const auto volunteer = house.count("select volunteer from service_record order by id limit 1");
  const auto owner = house.person("Owner");
  raw(house, "update volunteer set account = " + std::to_string(owner.account.value) + " where id = " + std::to_string(volunteer));
  const auto made = house.send(owner.post("/me/certificates", Json::of({{"from_day", "2026-01-01"}, {"to_day", "2026-11-25"}})));
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string number = answer_of(made)["number"].text(), volunteer_no = house.text("select volunteer_no from volunteer where id = $1", volunteer);
  const auto record = house.count("select id from service_record where volunteer = $1 order by id limit 1", volunteer);
  const auto old_proof = support::proof_of(*house->store().read(), "record", record);
  const auto old_note = note_now(house);
  std::ofstream(folder + "/old") << old_note;

  const auto officer = official(house);
  const auto erase = [&] { return house.send(officer.post("/desk/log/erase", Json::of({{"number", volunteer_no}, {"reason", "Written request of the person"}}))); };
  EXPECT_EQ(rule_of(erase()), "log.erase_open");
  raw(house, "update volunteer set state = 'closed', name = '' where id = " + std::to_string(volunteer));
  const auto erased = erase();
  ASSERT_EQ(erased.status, 200) << erased.body;
  EXPECT_GT(answer_of(erased)["leaves"].integer(), 2);
  EXPECT_EQ(house.count("select count(*) from log_leaf where record = '' and length(salt) > 0"), 0);
  ASSERT_FALSE(check_now(house, old_note));   // whole, and still the log of the old head

  // The old proof of an erased leaf holds under the old head.
  std::vector<ledger::Hash> hashes;
  for (const auto& hex : old_proof["hashes"].items()) {
    ledger::Hash hash;
    for (std::size_t i = 0; i < 32; ++i) hash[i] = static_cast<unsigned char>(std::strtol(hex.text().substr(2 * i, 2).c_str(), nullptr, 16));
    hashes.push_back(hash);
  }
  const auto opened = ledger::open_note(old_note, {house->book().key()});
  EXPECT_TRUE(ledger::verify_inclusion(ledger::leaf_hash(old_proof["leaf"].text()), static_cast<std::uint64_t>(old_proof["index"].integer()), opened->checkpoint.size, hashes,
                                       opened->checkpoint.root));
  EXPECT_EQ(house.send(anonymous().get("/v/" + number)).body.find("verdict good"), std::string::npos);
  {
    std::ofstream out(folder + "/log");
    support::write_export(*house->store().read(), out);
  }
  const std::string key = "'" + ledger::base64(house->book().key().open) + "'", sm2 = " --sm2 '" + ledger::base64(house->book().sm2_key().open) + "'";
  EXPECT_EQ(verifier(folder, "export " + folder + "/log --key " + key + sm2 + " --earlier " + folder + "/old"), 0);
  std::ostringstream said;
  said << std::ifstream(folder + "/said").rdbuf();
  EXPECT_NE(said.str().find("erased on record"), std::string::npos);
  EXPECT_EQ(said.str().find("(0 erased on record)"), std::string::npos) << said.str();
  // A leaf emptied without an erasure is found; and the table lets nobody empty one and change it, too.
  const auto emptied = house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update log_leaf set salt = $1, record = '' where seq = (select max(seq) from log_leaf where type = 'record')", storage::Blob{});
    EXPECT_TRUE(support::check(tx, house->book()));
    return refuse(Kind::conflict, "http.not_found");
  });
  EXPECT_FALSE(emptied);
  EXPECT_EQ(house->store().write([&](storage::Tx& tx) -> Result<Json> {
              storage::execute(tx, "update log_leaf set salt = $1, record = '', leaf = 'x' where seq = 1", storage::Blob{});
              return Json();
            }).error().rule, "storage.failed");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

// An outsider fetches tiles and the head, and computes the root alone.
TEST_P(TrustTest, TilesGiveTheSignedRoot) {
  WholeHouse house(GetParam());
  const auto checkpoint = house.send(anonymous().get("/log/checkpoint"));
  const auto opened = ledger::open_note(checkpoint.body, {house->book().key()});
  ASSERT_TRUE(opened && opened->signers.size() == 1);
  EXPECT_TRUE(ledger::sm2_signed(checkpoint.body, house->book().sm2_key()));
  const auto size = opened->checkpoint.size;
  ASSERT_GT(size, 512u);
  ledger::Frontier frontier;
  std::uint64_t entries = 0;
  for (std::uint64_t tile = 0; tile * 256 < size; ++tile) {
    const int width = static_cast<int>(std::min<std::uint64_t>(256, size - tile * 256));
    const auto hashes = house.send(anonymous().get("/log/tile/" + ledger::tile_path({0, tile, width})));
    const auto bundle = house.send(anonymous().get("/log/tile/" + ledger::tile_path({-1, tile, width})));
    ASSERT_EQ(hashes.status, 200);
    ASSERT_EQ(hashes.body.size(), 32u * static_cast<std::size_t>(width));
    for (std::size_t at = 0; at < bundle.body.size(); ++entries) {
      const auto length = static_cast<std::size_t>(static_cast<unsigned char>(bundle.body[at])) << 8 | static_cast<unsigned char>(bundle.body[at + 1]);
      const auto leaf = ledger::leaf_hash(std::string_view(bundle.body).substr(at + 2, length));
      ASSERT_EQ(std::string(leaf.begin(), leaf.end()), hashes.body.substr((entries - tile * 256) * 32, 32));
      ledger::append(frontier, leaf, nullptr);
      at += 2 + length;
    }
  }
  EXPECT_EQ(entries, size);
  EXPECT_EQ(ledger::root_of(frontier), opened->checkpoint.root);
  EXPECT_EQ(house.send(anonymous().get("/log/tile/1/000.p/" + std::to_string(size / 256))).status, 200);
  EXPECT_EQ(house.send(anonymous().get("/log/tile/" + ledger::tile_path({0, size / 256, 255}))).status, size % 256 == 255 ? 200 : 404);
  EXPECT_EQ(house.send(anonymous().get("/log/tile/0/0")).status, 404);
}

http::Request submission(const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.path = "/witness/add-checkpoint";
  request.content_type = "application/octet-stream";
  request.body = body;
  return request;
}

TEST_P(TrustTest, AWitnessForAnotherLog) {
  WholeHouse house(GetParam());
  const auto other = ledger::make_key("elsewhere.example/log");
  ledger::Frontier frontier;
  std::map<std::pair<int, std::uint64_t>, ledger::Hash> nodes;
  const auto grow = [&](int to) {
    while (frontier.size < static_cast<std::uint64_t>(to))
      ledger::append(frontier, ledger::leaf_hash(std::to_string(frontier.size)), [&](int level, std::uint64_t index, const ledger::Hash& hash) { nodes[{level, index}] = hash; });
    return ledger::signed_note({other.name, frontier.size, ledger::root_of(frontier)}, other);
  };
  const ledger::NodeSource source = [&](int level, std::uint64_t index) { return nodes.at({level, index}); };
  const auto first = grow(5);
  EXPECT_EQ(house.send(submission(ledger::text_of(ledger::Submission{0, {}, first}))).status, 404);
  const auto officer = official(house);
  ASSERT_EQ(house.send(officer.post("/desk/log/watch", Json::of({{"log_key", ledger::verifier_key(other, 1)}}))).status, 200);
  const auto held = house.send(submission(ledger::text_of(ledger::Submission{0, {}, first})));
  ASSERT_EQ(held.status, 200) << held.body;
  EXPECT_TRUE(ledger::cosigned_at(first + held.body, house->book().witness_key()));
  const auto second = grow(12);
  const auto behind = house.send(submission(ledger::text_of(ledger::Submission{0, {}, second})));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(behind.body, "5\n");
  EXPECT_EQ(behind.content_type, "text/x.tlog.size");
  EXPECT_EQ(house.send(submission(ledger::text_of(ledger::Submission{5, ledger::consistency_proof(source, 5, 12), second}))).status, 200);
  // Another story of the same length, signed by the same log: refused, and kept as proof.
  const auto fork = ledger::signed_note({other.name, 12, ledger::sha256("another story")}, other);
  EXPECT_EQ(house.send(submission(ledger::text_of(ledger::Submission{12, {}, fork}))).status, 422);
  EXPECT_EQ(house.text("select fork from watched_log"), fork);
  EXPECT_NE(house.send(officer.get("/desk/log")).body.find("note bad"), std::string::npos);
}

TEST_P(TrustTest, OurHeadsHeldByOthers) {
  WholeHouse house(GetParam());
  const auto bureau = ledger::make_key("bureau.example/witness");
  const auto officer = official(house);
  ASSERT_EQ(house.send(officer.post("/desk/log/witness", Json::of({{"key", ledger::verifier_key(bureau, 4)}, {"address", "http://127.0.0.1:9"}}))).status, 200);
  EXPECT_EQ(rule_of(house.send(officer.post("/desk/log/witness", Json::of({{"key", ledger::verifier_key(bureau, 1)}, {"address", ""}})))), "log.witness_key");
  // The witness, as the protocol has it, behind a function instead of a wire.
  ledger::Watched seen{house->book().key(), 0, {}};
  std::int64_t now = 1700000000;
  const support::Post post = [&](const std::string& address, const std::string& body) -> std::pair<int, std::string> {
    EXPECT_EQ(address, "http://127.0.0.1:9/add-checkpoint");
    const auto answer = ledger::answer_submission(body, {seen}, bureau, ++now);
    if (answer.accepted) seen.size = answer.accepted->size, seen.root = answer.accepted->root;
    return {answer.status, answer.body};
  };
  auto told = support::ask_witnesses(house->store(), house->book(), post);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].second, "log.said.200");
  house.person("Somebody", {{"hotline_operator", ScopeKind::region, "64"}});   // the log grows
  EXPECT_EQ(support::ask_witnesses(house->store(), house->book(), post)[0].second, "log.said.200");
  EXPECT_EQ(house.count("select count(*) from cosignature"), 2);
  EXPECT_FALSE(check_now(house));
  EXPECT_NE(house.send(anonymous().get("/log/held")).body.find("bureau.example"), std::string::npos);
  // What the witness holds no longer fits a log that was rewritten, however well the rewriting was done.
  raw(house, "update cosignature set note = replace(note, '\n" + std::to_string(seen.size) + "\n', '\n" + std::to_string(seen.size + 1) + "\n') where size = " + std::to_string(seen.size));
  EXPECT_EQ(check_now(house)->what, "witness");
}

// Yesterday's backup put back: every signature in it is good, only what was kept outside tells.
TEST(Backup, YesterdaysCopyPutBackIsFound) {
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-copy-XXXXXX").string();
  ASSERT_TRUE(::mkdtemp(folder.data()));
  log::set_level(log::Level::error);
  HouseOptions options;
  options.database = folder + "/region.db";
  options.keys = folder + "/keys";
  std::string later;
  const auto with_house = [&](auto&& work) {
    auto house = std::move(House::open(options).value());
    work(*house);
  };
  const auto post = [](House& house, int n) {
    house.store().write([&](storage::Tx& tx) -> Result<Json> {
      house.book().post(tx, "test", support::Unit::points, {{"a", n}, {"pool", -n}}, n);
      return Json();
    }).value();
  };
  with_house([&](House& house) {
    for (int i = 1; i < 20; ++i) post(house, i);
    ASSERT_TRUE(house.store().backup(folder + "/yesterday.db"));
    for (int i = 20; i < 30; ++i) post(house, i);
    support::remember_head(*house.store().read(), house.book());
    later = support::head(*house.store().read()).note;
    EXPECT_FALSE(support::check(*house.store().read(), house.book(), later));
  });
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(folder + "/region.db" + part);
  std::filesystem::copy_file(folder + "/yesterday.db", folder + "/region.db");
  with_house([&](House& house) {
    const auto fault = support::check(*house.store().read(), house.book());
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->what, "behind");
    for (int i = 100; i < 120; ++i) post(house, i);   // and written on, so that it is longer again
    EXPECT_EQ(support::check(*house.store().read(), house.book())->what, "behind");
  });
  std::filesystem::remove(folder + "/keys/log.head");   // even the file outside is gone: a head kept by a reader tells
  with_house([&](House& house) {
    EXPECT_FALSE(support::check(*house.store().read(), house.book()));
    EXPECT_EQ(support::check(*house.store().read(), house.book(), later)->what, "behind");
  });
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

// Keys change: what a former key signed in its time counts, what it signed later does not, and a stranger's never.
TEST(Certificate, FormerAndStrangeKeys) {
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-issuers-XXXXXX").string();
  ASSERT_TRUE(::mkdtemp(folder.data()));
  ASSERT_GE(sodium_init(), 0);
  log::set_level(log::Level::error);
  const auto former = ledger::make_key("before.example/log"), stranger = ledger::make_key("before.example/log");
  std::filesystem::create_directories(folder + "/keys");
  std::ofstream(folder + "/keys/issuers") << "# former keys\n" << ledger::verifier_key(former, 1) << " 2026-01-31\n";
  HouseOptions options;
  options.database = folder + "/region.db";
  options.keys = folder + "/keys";
  auto house = std::move(House::open(options).value());
  const auto words = [&](const char* key) { return house->words().text(language::Language::en, key); };
  const auto said = [&](const ledger::Key& key, Date issued) {
    auto request = anonymous().get("/verify");
    request.query_text = "text=" + ledger::encode({"A1B2C3D4E5F6G7H8", issued.days, 20000, 20100, {60, 0, 0, 0}, {}}, key);
    return house->server().handle(request).body;
  };
  EXPECT_NE(said(former, Date::of(2026, 1, 31)).find(words("certificate.verdict.unknown")), std::string::npos);   // good key, but no such paper here
  EXPECT_NE(said(former, Date::of(2026, 2, 1)).find(words("certificate.verdict.expired_key")), std::string::npos);
  EXPECT_NE(said(stranger, Date::of(2026, 1, 1)).find(words("certificate.verdict.unknown_key")), std::string::npos);
  house.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

TEST_P(TrustTest, ASpotCheckThatAnybodyCanRepeat) {
  WholeHouse house(GetParam());
  const auto officer = official(house), elsewhere = house.person("Elsewhere", {{"region_official", ScopeKind::region, "6402"}});
  EXPECT_EQ(rule_of(house.send(elsewhere.post("/desk/spot-checks", Json::of({{"region", "640104"}, {"title", "Check of records"}, {"ratio", 10}})))), "spot.region");
  EXPECT_EQ(rule_of(house.send(officer.post("/desk/spot-checks", Json::of({{"region", "640104"}, {"title", "Check of records"}, {"ratio", 11}})))), "spot.ratio");
  // Somebody complains about hours, somebody about an organisation: both are looked at in any case.
  const auto told_of = house.count("select min(id) from organisation where state = 'approved' and region like '640104%'");
  const auto doubted = house->store().write([&](storage::Tx& tx) -> Result<Json> {   // hours that it entered
    const auto id = tx.new_id();
    storage::execute(tx, "insert into record_case (id, kind, batch, record, volunteer, organisation, region, title, place, in_charge, starts, ends, minutes, grade, words, asked_by, first_by, "
                         "second_by, state, due, created, decided, source) values ($1,'correction',0,0,0,$2,'640104001002','','','',$3,$3,1,'D','',0,0,0,'asked',0,$3,0,0)", id, told_of, tx.now());
    return Json(id_text(id));
  }).value().text();
  const auto named = house.count("select id from organisation where state = 'approved' and region like '640104%' and id <> $1 order by id desc limit 1", told_of);
  const auto neighbour = house.person("Neighbour");
  ASSERT_EQ(house.send(neighbour.post("/complain", Json::of({{"kind", "time"}, {"words", "Nobody came that day."}, {"about", "case:" + doubted}}))).status, 200);
  ASSERT_EQ(house.send(neighbour.post("/complain", Json::of({{"kind", "group"}, {"words", "They asked for a fee."}, {"about", "organisation:" + id_text(named)}}))).status, 200);
  const auto opened = house.send(officer.post("/desk/spot-checks", Json::of({{"region", "640104"}, {"title", "Check of records"}, {"ratio", 10}})));
  ASSERT_EQ(opened.status, 200) << opened.body;
  const std::string round = answer_of(opened)["round"].text(), path = "/desk/spot-checks/" + round;
  EXPECT_EQ(house.send(elsewhere.post(path + "/draw", Json::object())).status, 403);
  const auto data = [&] { return answer_of(house.send(anonymous().get("/api/spot-checks/" + round + "/draw"))); };
  EXPECT_TRUE(data()["secret"].is_null());
  const auto committed = data();
  ASSERT_EQ(house.send(officer.post(path + "/draw", Json::object())).status, 200);
  EXPECT_EQ(rule_of(house.send(officer.post(path + "/draw", Json::object()))), "spot.drawn_already");
  const auto drawn = data();
  // Repeated from public data alone.
  EXPECT_EQ(support::spot::commitment(drawn["secret"].text()), committed["commitment"].text());
  const auto seed = support::spot::seed_of(drawn["secret"].text(), drawn["root"].text());
  EXPECT_EQ(seed, drawn["seed"].text());
  std::vector<support::spot::Candidate> list;
  for (const auto& one : drawn["population"].items())
    list.push_back({id_value(one["organisation"].text()).value(), one["minutes"].integer(), one["complaints"].integer()});
  std::set<std::string> again, chosen;
  for (const auto& one : support::spot::draw(seed, list, 10, 3)) again.insert(id_text(one.organisation) + one.why);
  for (const auto& one : drawn["chosen"].items()) chosen.insert(one["organisation"].text() + one["why"].text());
  EXPECT_EQ(again, chosen);
  EXPECT_TRUE(chosen.contains(id_text(told_of) + "complained"));
  EXPECT_TRUE(chosen.contains(id_text(named) + "complained"));
  EXPECT_GT(chosen.size(), list.size() / 10);
  // The list can be checked, not before it is complete, and is then public.
  const auto& targets = support::targets_of(*house->store().read(), id_value(round).value());
  EXPECT_EQ(rule_of(house.send(officer.post(path + "/publish", Json::object()))), "spot.unfinished");
  Json all_yes = Json::of({{"result", "good"}, {"words", ""}, {"truth", "yes"}});
  for (const std::string item : support::spot::kItems)
    if (item != "true") all_yes.set(item, "yes");
  for (const auto& target : targets) {
    EXPECT_EQ(house.send(officer.get(path + "/" + id_text(target.id))).status, 200);
    EXPECT_EQ(rule_of(house.send(officer.post(path + "/" + id_text(target.id), Json::of({{"result", "good"}})))), "spot.unanswered");
    EXPECT_EQ(rule_of(house.send(officer.post(path + "/" + id_text(target.id), Json(all_yes).set("no_fee", "no")))), "spot.words");
    ASSERT_EQ(house.send(officer.post(path + "/" + id_text(target.id), all_yes)).status, 200);
  }
  EXPECT_TRUE(house.send(officer.get(path + "/" + id_text(targets[0].id) + "/evidence.xlsx")).body.starts_with("PK"));
  ASSERT_EQ(house.send(officer.post(path + "/publish", Json::object())).status, 200);
  EXPECT_NE(house.send(anonymous().get("/spot-checks/" + round)).body.find("hash"), std::string::npos);
  EXPECT_EQ(house.send(anonymous().get("/reports/records?year=2026")).status, 200);
  EXPECT_FALSE(check_now(house));
}

http::Request transfer_file(const SignedIn& by, const std::string& csv, const std::string& path = "/desk/transfers") {
  auto request = by.post(path, Json::of({{"platform", "Another platform"}, {"region", "64"}, {"consent", true}}));
  request.uploads.push_back({"file", "records.csv", "text/csv", csv});
  return request;
}

TEST_P(TrustTest, RecordsFromAndToAnotherPlatform) {
  WholeHouse house(GetParam());
  const auto reader = house.person("Reader", {{"federation_officer", ScopeKind::region, "64"}}), agrees = house.person("Agrees", {{"federation_officer", ScopeKind::region, "64"}});
  const auto volunteer = house.count("select id from volunteer where state = 'active' and account = 0 and birth < 9000 and not exists (select 1 from service_record r where "
                                     "r.volunteer = volunteer.id) order by id limit 1");
  const std::string number = house.text("select volunteer_no from volunteer where id = $1", volunteer), name = house.text("select name from volunteer where id = $1", volunteer);
  const std::string csv = "Record number,Volunteer number,Name,Activity,Date,Start,End,Hours,Team,Entry,State\n"
                          "A1," + number + "," + name + ",Reading aloud,2026-03-05,09:00,11:30,2.5,Team A,4,2\n"
                          "A2," + number + "," + name + ",Reading aloud,2026-03-06,09:00,10:00,1,Team A,1,2\n"
                          "A3," + number + "," + name + ",Reading aloud,2026-03-06,09:30,10:30,1,Team A,1,2\n"
                          "A4,V000," + name + ",Reading aloud,2026-03-07,09:00,10:00,1,Team A,1,2\n"
                          "A2," + number + "," + name + ",Reading aloud,2026-03-08,09:00,10:00,1,Team A,1,2\n"
                          "A5," + number + ",Somebody else,Reading aloud,2026-03-09,09:00,10:00,1,Team A,1,2\n"
                          "A6," + number + "," + name + ",Reading aloud,2030-03-09,09:00,10:00,1,Team A,1,2\n";
  const auto read = house.send(transfer_file(reader, csv));
  ASSERT_EQ(read.status, 200) << read.body;
  EXPECT_EQ(answer_of(read)["good"].integer(), 2);
  EXPECT_EQ(answer_of(read)["bad"].integer(), 5);
  const std::string path = "/desk/transfers/" + answer_of(read)["transfer"].text();
  const auto minutes = [&] { return support::totals_of(*house->store().read(), volunteer); };
  EXPECT_EQ(minutes().minutes, 0);   // a dry run writes nothing
  EXPECT_EQ(rule_of(house.send(transfer_file(reader, csv))), "transfer.file_twice");
  EXPECT_EQ(rule_of(house.send(reader.post(path + "/import", Json::object()))), "transfer.same_person");
  ASSERT_EQ(house.send(agrees.post(path + "/import", Json::object())).status, 200);
  EXPECT_EQ(minutes().minutes, 210);
  EXPECT_EQ(minutes().by_grade[2], 150);   // the other platform's own check-in: C, never better
  EXPECT_EQ(minutes().by_grade[3], 60);
  const auto record = house.count("select record from transfer_row where source_no = 'A1' and state = 'imported'");
  EXPECT_NE(support::origin_of(*house->store().read(), record).find("Another platform"), std::string::npos);
  const auto once_more = house.send(transfer_file(reader, csv + "A7," + number + "," + name + ",Reading aloud,2026-03-10,09:00,10:00,1,Team A,1,2\n"));
  EXPECT_EQ(answer_of(once_more)["good"].integer(), 1);   // the same records are known
  // Undone by reversal: everything stays, the sum is nought.
  ASSERT_EQ(house.send(agrees.post(path + "/undo", Json::of({{"reason", "Wrong file"}}))).status, 200);
  EXPECT_EQ(minutes().minutes, 0);
  EXPECT_EQ(house.count("select count(*) from service_record where volunteer = $1", volunteer), 4);
  EXPECT_FALSE(check_now(house));

  // Out: each once, and what the other side answers is kept row by row.
  const auto out = house.send(reader.post("/desk/transfers/out", Json::of({{"to_platform", "National system"}, {"out_region", "640104"}})));
  ASSERT_EQ(out.status, 200) << out.body;
  const std::string sent = answer_of(out)["transfer"].text();
  EXPECT_EQ(rule_of(house.send(reader.post("/desk/transfers/out", Json::of({{"to_platform", "National system"}, {"out_region", "640104"}})))), "transfer.nothing_out");
  const auto unmaskings = house.count("select count(*) from log_leaf where type = 'unmasking'");
  EXPECT_TRUE(house.send(reader.get("/desk/transfers/" + sent + "/file.xlsx")).body.starts_with("PK"));
  EXPECT_EQ(house.count("select count(*) from log_leaf where type = 'unmasking'"), unmaskings + 1);
  const auto rows = support::transfer_rows(*house->store().read(), id_value(sent).value());
  ASSERT_GT(rows.size(), 3u);
  auto receipt = reader.post("/desk/transfers/" + sent + "/receipt", Json::object());
  receipt.uploads.push_back({"file", "answer.csv", "text/csv", "Record number,Result,Remark\n" + rows[0].source_no + ",accepted,\n" + rows[1].source_no + ",refused,no such person\n"});
  const auto answered = house.send(receipt);
  ASSERT_EQ(answered.status, 200) << answered.body;
  EXPECT_EQ(answer_of(answered)["good"].integer(), 1);
  EXPECT_EQ(answer_of(answered)["bad"].integer(), 1);
  EXPECT_EQ(house.count("select count(*) from transfer_row where batch = $1 and state = 'missing'", id_value(sent).value()), static_cast<std::int64_t>(rows.size()) - 2);
  const auto again = house.send(reader.post("/desk/transfers/out", Json::of({{"to_platform", "National system"}, {"out_region", "640104"}})));
  ASSERT_EQ(again.status, 200);   // all but the one that was taken over
  EXPECT_EQ(support::transfer_rows(*house->store().read(), id_value(answer_of(again)["transfer"].text()).value()).size(), rows.size() - 1);
  EXPECT_FALSE(check_now(house));
}

TX_ON_BOTH_ENGINES(TrustTest);

}  // namespace
}  // namespace tx::app
