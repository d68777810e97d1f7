// The pages of messages and jobs through the real router, server and templates.
#include "platform/audit/audit.h"
#include "platform/http/http.h"
#include "platform/jobs/jobs.h"
#include "platform/notices/notices.h"
#include "platform/notices/rows.h"
#include "platform/storage/testing.h"

namespace tx::notices {
namespace {

const access::AccountId kAnna{7}, kBai{8};

class PagesTest : public storage::trial::StoreTest {
 protected:
  ManualClock clock{instant_of(Date::of(2026, 11, 24), 10, 0)};
  language::Catalogue words = language::Catalogue::load("web/locales").value();
  access::Roles roles{{{"technician", {permission::outbox}}}};
  std::unique_ptr<storage::trial::TestStore> store;
  std::unique_ptr<jobs::Jobs> work;
  std::unique_ptr<http::Router> router;
  std::unique_ptr<http::Server> server;

  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    auto tables = audit::migrations();
    for (auto block : {jobs::migrations(), migrations()}) tables.insert(tables.end(), block.begin(), block.end());
    store = fresh(tables, &clock);
    work = jobs::Jobs::create(**store, clock);
    router = std::make_unique<http::Router>(roles);
    add_routes(*router);
    jobs::add_routes(*router);
    http::ServerOptions options;
    options.port = 0;
    options.requests_per_second = 0;
    server = http::Server::create(options, **store, *router, words, clock, [](const std::string& token) {
      auto actor = std::make_shared<access::Actor>();
      if (token == "anna") actor->account = kAnna;
      if (token == "bai") actor->account = kBai;
      if (token == "tech") {
        actor->account = {9};
        actor->grants = {{"technician", access::ScopeKind::everywhere, ""}};
      }
      return actor->account ? std::shared_ptr<const access::Actor>(actor) : nullptr;
    });
    Directory known;
    known.seal_email = [](const std::string& plain) { return "sealed-" + plain; };
    known.unseal_email = [](const std::string& cipher) { return std::optional<std::string>(cipher.substr(7)); };
    set_directory(known);
  }
  void TearDown() override { set_directory({}); }

  http::Request request(std::string path, const std::string& session) {
    http::Request r;
    r.method = "GET";
    if (const auto mark = path.find('?'); mark != std::string::npos) {
      r.query_text = path.substr(mark + 1);
      path.resize(mark);
    }
    r.path = path;
    r.remote = "127.0.0.1";
    r.headers = {{"host", "tongxin.test"}, {"accept-language", "en"}};
    if (!session.empty()) r.headers.emplace_back("cookie", std::string(http::kSessionCookie) + "=" + session);
    return r;
  }
  http::Response get(std::string path, const std::string& session = "anna") {
    return server->handle(request(std::move(path), session));
  }
  http::Response post(std::string path, std::string fields = {}, const std::string& session = "anna") {
    http::Request r = request(std::move(path), session);
    r.method = "POST";
    r.content_type = "application/x-www-form-urlencoded";
    r.body = fields + (fields.empty() ? "" : "&") + "_csrf=" + server->csrf_for(r);
    return server->handle(r);
  }
  static std::string where(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location" || name == "location") return value;
    return {};
  }
  static bool shows(const http::Response& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
  }
  void tell(access::AccountId to, std::string link = "/follow/1") {
    ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      send(tx, {to, "mail.refused", {}, link});
      return Json();
    }));
  }
  std::string first_notice() {
    return id_text(storage::scalar<std::int64_t>(*(*store)->read(), "select min(id) from notice").value());
  }
};

TEST_P(PagesTest, MessagesAreGroupedByDayAndNeedAPerson) {
  EXPECT_NE(get("/messages", "").status, 200);
  EXPECT_TRUE(shows(get("/messages"), words.text(language::Language::en, "notices.empty")));
  tell(kAnna);
  clock.advance(kDay);
  tell(kAnna);
  const auto page = get("/messages");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(shows(page, "Today") && shows(page, "Yesterday"));
  EXPECT_TRUE(shows(page, "2 unread"));
  EXPECT_FALSE(shows(get("/messages", "bai"), "row unread"));
}

TEST_P(PagesTest, OpeningAMessageReadsItAndLeadsOnOnlyWithinTheSite) {
  tell(kAnna);
  const auto path = "/messages/" + first_notice() + "/open";
  EXPECT_EQ(post(path, "", "bai").status, 403);
  const auto opened = post(path);
  EXPECT_EQ(opened.status, 303);
  EXPECT_EQ(where(opened), "/follow/1");
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 0);
  tell(kBai, "//evil.example/");
  const auto foreign = storage::scalar<std::int64_t>(*(*store)->read(), "select max(id) from notice").value();
  EXPECT_EQ(where(post("/messages/" + id_text(foreign) + "/open", "", "bai")), "/messages");
}

TEST_P(PagesTest, AllMessagesAreReadAtOnceAndManyArePaged) {
  for (int i = 0; i < 55; ++i) tell(kAnna);
  const auto page = get("/messages");
  const auto next = page.body.find("/messages?before=");
  ASSERT_NE(next, std::string::npos);
  const auto second = get(page.body.substr(next, 17 + 13));
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = second.body.find("class=\"row unread\"", at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows, 5u);
  EXPECT_EQ(post("/messages/read").status, 303);
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 0);
}

TEST_P(PagesTest, SettingsAreCheckedKeptAndTheAddressIsSealed) {
  const std::string good = "email=anna%40mail.example&email_level=all&sms_level=none&quiet_from=21%3A30&quiet_until=06%3A00";
  EXPECT_EQ(post("/messages/settings", good).status, 303);
  const Settings kept = settings_of(*(*store)->read(), kAnna);
  EXPECT_EQ(kept.email_sealed, "sealed-anna@mail.example");
  EXPECT_EQ(kept.quiet_from.value, 21 * 60 + 30);
  EXPECT_TRUE(shows(get("/messages/settings"), "anna@mail.example"));
  const auto wrong = post("/messages/settings",
                          "email=anna&email_level=all&sms_level=none&quiet_from=21%3A30&quiet_until=06%3A00");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(shows(wrong, words.text(language::Language::en, "mail.bad_address")));
  EXPECT_EQ(post("/messages/settings", "email=&email_level=all&sms_level=none&quiet_from=2&quiet_until=3").status, 422);
}

TEST_P(PagesTest, TheCalendarIsReadWithoutSigningInByItsSecretAddressOnly) {
  add_calendar_source([](storage::Reader&, access::AccountId account, language::Language) {
    if (account != kAnna) return std::vector<CalendarEntry>();
    return std::vector<CalendarEntry>{{"s1@tongxin", "Tree planting", "", "", {kDay}, {2 * kDay}, {}}};
  });
  EXPECT_EQ(post("/messages/calendar").status, 303);
  const std::string token = feed_token(*(*store)->read(), kAnna);
  EXPECT_TRUE(shows(get("/messages/settings"), "/calendar/" + token + ".ics"));
  const auto feed = get("/calendar/" + token + ".ics", "");
  EXPECT_EQ(feed.status, 200);
  EXPECT_TRUE(feed.content_type.starts_with("text/calendar"));
  EXPECT_TRUE(shows(feed, "SUMMARY:Tree planting\r\n"));
  EXPECT_EQ(get("/calendar/" + std::string(40, '0') + ".ics", "").status, 404);
  EXPECT_EQ(get("/calendar/.ics", "").status, 404);
}

TEST_P(PagesTest, DeadLettersAreShownToTechniciansAndSentAgain) {
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    send_sms(tx, "cipher", "mail.refused", {}, "x");
    tx.execute("update outbox set state = 'dead', problem = 'sms.no_gateway', attempts = 3", {});
    return Json();
  }));
  EXPECT_EQ(get("/outbox").status, 403);
  const auto page = get("/outbox", "tech");
  EXPECT_TRUE(shows(page, words.text(language::Language::en, "sms.no_gateway")));
  const auto id = storage::scalar<std::int64_t>(*(*store)->read(), "select id from outbox").value();
  EXPECT_EQ(post("/outbox/" + id_text(id) + "/retry", "", "tech").status, 303);
  EXPECT_EQ(post("/outbox/" + id_text(id) + "/retry", "", "tech").status, 409);
}

TEST_P(PagesTest, AJobShowsItsProgressToItsOwnerOnlyAndCanBeStoppedAndStartedAnew) {
  jobs::JobId id;
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    id = jobs::enqueue(tx, "supply.batch", Json::object(), kAnna);
    tx.execute("update job set state = 'running', progress_done = 30, progress_of = 120", {});
    return Json();
  }));
  const std::string path = "/jobs/" + id.text();
  const auto page = get(path);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(shows(page, "25%") && shows(page, "30 of 120") && shows(page, "http-equiv=\"refresh\""));
  EXPECT_EQ(get(path, "bai").status, 403);
  EXPECT_EQ(get("/jobs/" + id_text(1)).status, 404);
  EXPECT_FALSE(shows(get(path + "/progress"), "<html"));
  EXPECT_EQ(post(path + "/restart").status, 409);
  EXPECT_EQ(post(path + "/cancel").status, 303);
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    tx.execute("update job set state = 'cancelled', finished = 1", {});
    return Json();
  }));
  EXPECT_EQ(post(path + "/cancel").status, 409);
  EXPECT_FALSE(shows(get(path), "http-equiv=\"refresh\""));
  const auto anew = post(path + "/restart");
  EXPECT_EQ(anew.status, 303);
  EXPECT_NE(where(anew), path);
  EXPECT_EQ(get(where(anew)).status, 200);
}

TX_ON_BOTH_ENGINES(PagesTest);

}  // namespace
}  // namespace tx::notices
