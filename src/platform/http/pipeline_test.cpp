// What every route may rely on, tried in process: the same path as a network request, without the socket.
#include "platform/http/trial.h"

namespace tx::http {
namespace {

using trial::header_of;
using trial::House;

class PipelineTest : public ::testing::Test {
 protected:
  House house;
  Response send(Request request) { return house.server->handle(std::move(request)); }
};

TEST_F(PipelineTest, PageIsRenderedInsideTheLayoutWithSecurityHeaders) {
  const auto response = send(house.get("/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("<title>Wall"), std::string::npos);
  EXPECT_NE(response.body.find("<html lang=\"en\""), std::string::npos);
  EXPECT_NE(response.body.find("/assets/app.css?v="), std::string::npos);
  EXPECT_EQ(response.body.find("[["), std::string::npos);
  EXPECT_NE(header_of(response, "content-security-policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(header_of(response, "x-content-type-options"), "nosniff");
  EXPECT_EQ(header_of(response, "cache-control"), "no-store");
  EXPECT_NE(header_of(response, "permissions-policy").find("camera=(self)"), std::string::npos);
}

TEST_F(PipelineTest, StrangerGetsAnonymousCsrfCookieOnPagesOnly) {
  EXPECT_NE(header_of(send(house.get("/")), "set-cookie").find("tx_csrf="), std::string::npos);
  EXPECT_EQ(header_of(send(house.get("/api/notes/count")), "set-cookie"), "");
}

TEST_F(PipelineTest, WhoIsNotSignedInGoesToTheDoorAndBack) {
  const auto page = send(house.get("/notes?a=1"));
  EXPECT_EQ(page.status, 303);
  EXPECT_EQ(header_of(page, "location"), "/login?next=%2Fnotes%3Fa%3D1");
  const auto query = send(house.get("/api/me"));
  EXPECT_EQ(query.status, 401);
  EXPECT_EQ(query.content_type, "application/problem+json");
  const auto problem = Json::parse(query.body).value();
  EXPECT_EQ(problem["rule"].text(), "access.sign_in");
  EXPECT_EQ(problem["status"].integer(), 401);
  EXPECT_EQ(problem["detail"].text(), "Please sign in first.");
  EXPECT_FALSE(problem["title"].text().empty());
  EXPECT_EQ(problem["type"].text(), "urn:tongxin:rule:access.sign_in");
}

TEST_F(PipelineTest, MissingSecondFactorLeadsToItsPage) {
  house.add_person("audit-session", 9, {{"auditor", access::ScopeKind::everywhere, ""}});
  EXPECT_EQ(header_of(send(house.get("/desk", "audit-session")), "location"), "/login/second-factor?next=%2Fdesk");
  auto request = house.get("/desk", "audit-session");
  request.wants_json = true;
  EXPECT_EQ(send(request).status, 403);
}

TEST_F(PipelineTest, DeniedMissingAndWrongMethod) {
  EXPECT_EQ(send(house.get("/desk", "anna-session")).status, 403);
  EXPECT_EQ(send(house.get("/desk", "desk-session")).status, 200);
  EXPECT_EQ(send(house.get("/nowhere")).status, 404);
  EXPECT_EQ(send(house.get("/notes/0000000000001", "desk-session")).status, 404);
  EXPECT_EQ(send(house.get("/quick", "anna-session")).status, 405);
  EXPECT_EQ(send(house.get("/notes/0000000000001")).status, 303);  // a stranger does not learn what exists
}

TEST_F(PipelineTest, FormCommandRedirectsFlashesAndLeavesOneAuditEntry) {
  const auto response = send(house.form("/notes", "words=hello&reason=because"));
  EXPECT_EQ(response.status, 303);
  EXPECT_TRUE(header_of(response, "location").starts_with("/notes/"));
  EXPECT_NE(header_of(response, "set-cookie").find("tx_flash=http.home"), std::string::npos);
  EXPECT_EQ(house.notes(), 1);
  const auto entries = storage::select<audit::Entry>(*house.store->read(), "select * from audit_entry order by seq");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].action, "note.put");
  EXPECT_EQ(entries[0].account, 7);
  EXPECT_EQ(entries[0].region, "640104");
  EXPECT_EQ(entries[0].rule, "access.signed_in");
  EXPECT_EQ(entries[0].outcome, "done");
  EXPECT_EQ(entries[0].reason, "because");
  EXPECT_TRUE(entries[0].object.starts_with("note:")) << entries[0].object;
}

TEST_F(PipelineTest, FlashIsShownOnceAndOnlyCatalogueKeysCount) {
  auto request = house.get("/", "anna-session");
  request.headers.back().second += "; tx_flash=http.home";
  const auto response = send(request);
  EXPECT_NE(response.body.find("<div class=\"note good\" role=\"status\">"), std::string::npos);
  EXPECT_NE(header_of(response, "set-cookie").find("tx_flash=; Path=/; Max-Age=0"), std::string::npos);
  request.headers.back().second = "tx_flash=<script>";
  EXPECT_EQ(send(request).body.find("note good"), std::string::npos);
}

TEST_F(PipelineTest, ApiCommandAnswersJson) {
  const auto response = send(house.api("/notes", Json::of({{"words", "hello"}})));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_TRUE(id_value(Json::parse(response.body).value()["id"].text()).has_value());
  EXPECT_EQ(Json::parse(send(house.get("/api/notes/count")).body).value()["count"].integer(), 1);
}

TEST_F(PipelineTest, HotCommandIsDecidedAndAudited) {
  EXPECT_EQ(send(house.api("/quick", Json::of({{"words", "fast"}}))).status, 200);
  EXPECT_EQ(send(house.api("/quick", Json::of({{"words", "fast"}}), "")).status, 401);
  EXPECT_EQ(house.notes(), 1);
}

TEST_F(PipelineTest, RefusedCommandShowsThePageAgainWithWhatWasTyped) {
  const auto response = send(house.form("/notes", "words=full"));
  EXPECT_EQ(response.status, 409);
  EXPECT_NE(response.body.find("<p class=\"lead\">full</p>"), std::string::npos);
  EXPECT_NE(response.body.find("role=\"alert\""), std::string::npos);
  EXPECT_NE(response.body.find("Very many people"), std::string::npos);
  EXPECT_EQ(house.notes(), 0);
  const auto api = send(house.api("/notes", Json::of({{"words", ""}})));
  EXPECT_EQ(api.status, 422);
  EXPECT_EQ(Json::parse(api.body).value()["field"].text(), "words");
}

TEST_F(PipelineTest, RefusedCommandLeavesNoAuditEntry) {
  send(house.form("/notes", "words=full"));
  EXPECT_EQ(storage::scalar<std::int64_t>(*house.store->read(), "select count(*) from audit_entry"), 0);
}

TEST_F(PipelineTest, PermissionOverAnObjectIsAskedForItsPlace) {
  const auto made = Json::parse(send(house.api("/notes", Json::of({{"words", "x"}}))).body).value()["id"].text();
  EXPECT_EQ(send(house.api("/notes/" + made + "/remove", Json::object())).status, 403);
  house.add_person("far-session", 10, {{"keeper", access::ScopeKind::region, "6402"}});
  EXPECT_EQ(send(house.api("/notes/" + made + "/remove", Json::object(), "far-session")).status, 403);
  EXPECT_EQ(send(house.get("/notes/" + made, "anna-session")).status, 200);  // her own
  EXPECT_EQ(send(house.api("/notes/" + made + "/remove", Json::object(), "desk-session")).status, 200);
  EXPECT_EQ(house.notes(), 0);
  const auto entries = storage::select<audit::Entry>(*house.store->read(), "select * from audit_entry order by seq");
  EXPECT_EQ(entries.back().rule, "access.grant keeper@6401");
  EXPECT_EQ(entries.back().object, "note:" + made);
}

// ---- forged requests

TEST_F(PipelineTest, FormWithoutOrWithForeignTokenIsNotCarriedOut) {
  auto request = house.form("/notes", "words=x");
  request.body = "words=x";
  EXPECT_EQ(send(request).status, 403);
  request.body = "words=x&_csrf=" + std::string(64, 'a');
  EXPECT_EQ(send(request).status, 403);
  auto other = house.form("/notes", "words=x", "desk-session");
  other.headers = house.get("/", "anna-session").headers;  // the token of another session
  EXPECT_EQ(send(other).status, 403);
  EXPECT_EQ(house.notes(), 0);
}

TEST_F(PipelineTest, LostTokenShowsThePageAgainWithWhatWasTyped) {
  auto request = house.form("/notes", "words=precious");
  request.body = "words=precious&_csrf=old";
  const auto response = send(request);
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("precious"), std::string::npos);
}

TEST_F(PipelineTest, OtherSitesAreRefusedWhateverTheySend) {
  for (const auto* site : {"cross-site", "same-site"}) {
    auto request = house.form("/notes", "words=x");
    request.headers.emplace_back("sec-fetch-site", site);
    EXPECT_EQ(send(request).status, 403) << site;
    auto json = house.api("/notes", Json::of({{"words", "x"}}));
    json.headers.emplace_back("sec-fetch-site", site);
    EXPECT_EQ(send(json).status, 403) << site;
  }
  for (const auto* origin : {"https://evil.test", "null", "https://tongxin.test.evil.test"}) {
    auto request = house.api("/notes", Json::of({{"words", "x"}}));
    request.headers.emplace_back("origin", origin);
    EXPECT_EQ(send(request).status, 403) << origin;
  }
  auto own = house.form("/notes", "words=x");
  own.headers.emplace_back("origin", "https://tongxin.test");
  own.headers.emplace_back("sec-fetch-site", "same-origin");
  EXPECT_EQ(send(own).status, 303);
  EXPECT_EQ(house.notes(), 1);
}

TEST_F(PipelineTest, FormPostToTheApiNeedsTheTokenToo) {
  auto request = house.form("/api/notes", "words=x");
  EXPECT_EQ(send(request).status, 200);
  request.body = "words=x";
  EXPECT_EQ(send(request).status, 403);
}

// ---- idempotency

TEST_F(PipelineTest, SameKeySameContentIsAnsweredAlikeAndDoneOnce) {
  auto request = house.api("/notes", Json::of({{"words", "once"}}));
  request.headers.emplace_back("idempotency-key", "k1");
  const auto first = send(request), second = send(request);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(header_of(second, "idempotency-replayed"), "true");
  EXPECT_EQ(house.notes(), 1);
  request.body = Json::of({{"words", "other"}}).dump();
  EXPECT_EQ(send(request).status, 409);
  auto neighbour = house.api("/notes", Json::of({{"words", "other"}}), "desk-session");
  neighbour.headers.emplace_back("idempotency-key", "k1");
  EXPECT_EQ(send(neighbour).status, 200);  // another person's key is another key
  EXPECT_EQ(house.notes(), 2);
}

TEST_F(PipelineTest, FormKeyStopsTheDoubleClick) {
  const auto first = send(house.form("/notes", "words=once&_key=f1"));
  const auto second = send(house.form("/notes", "words=once&_key=f1"));
  EXPECT_EQ(header_of(first, "location"), header_of(second, "location"));
  EXPECT_EQ(house.notes(), 1);
  send(house.form("/notes", "words=twice"));
  send(house.form("/notes", "words=twice"));  // no key: two notes
  EXPECT_EQ(house.notes(), 3);
}

TEST_F(PipelineTest, KeyWithStrangeLettersIsRefused) {
  auto request = house.api("/notes", Json::of({{"words", "x"}}));
  request.headers.emplace_back("idempotency-key", std::string(129, 'k'));
  EXPECT_EQ(send(request).status, 400);
}

TEST_F(PipelineTest, SecretAnswersAreNeverStoredForReplay) {
  auto request = house.api("/door", Json::of({{"words", "x"}}), "");
  request.headers.emplace_back("idempotency-key", "k");
  EXPECT_NE(header_of(send(request), "set-cookie").find("HttpOnly"), std::string::npos);
  send(request);
  EXPECT_EQ(house.notes(), 2);
}

// ---- languages and faces

TEST_F(PipelineTest, LanguageByCookieThenHeader) {
  auto request = house.get("/api/me", "anna-session");
  EXPECT_EQ(Json::parse(send(request).body).value()["lang"].text(), "en");
  request.headers.back().second += "; tx_lang=zh-CN";
  EXPECT_EQ(Json::parse(send(request).body).value()["lang"].text(), "zh-CN");
}

TEST_F(PipelineTest, SettingsInTheAddressBecomeCookies) {
  const auto response = send(house.get("/notes?lang=zh-CN&q=%E5%8A%A9&q=b&elder=1"));
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "location"), "/notes?q=%E5%8A%A9&q=b");
  std::string cookies;
  for (const auto& [name, value] : response.headers)
    if (name == "set-cookie") cookies += value + "\n";
  EXPECT_NE(cookies.find("tx_lang=zh-CN"), std::string::npos);
  EXPECT_NE(cookies.find("tx_elder=1"), std::string::npos);
}

TEST_F(PipelineTest, PreferencesFormGoesBackOnlyWithinTheHouse) {
  auto response = send(house.form("/preferences", "lang=en&back=/notes"));
  EXPECT_EQ(header_of(response, "location"), "/notes");
  for (const auto* back : {"//evil.test", "https://evil.test", "/\\evil.test", ""})
    EXPECT_EQ(header_of(send(house.form("/preferences", "face=elder&back=" + url_encoded(back))), "location"), "/");
}

// ---- failures and limits

TEST_F(PipelineTest, BugInAHandlerIsA500WithoutDetails) {
  const auto response = send(house.get("/broken"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("a bug"), std::string::npos);
}

TEST_F(PipelineTest, UnreadableBodyIs400) {
  auto request = house.api("/notes", Json::object());
  request.body = "{";
  EXPECT_EQ(send(request).status, 400);
  request.content_type = "text/plain";
  EXPECT_EQ(send(request).status, 400);
}

TEST_F(PipelineTest, BucketPerAccountAnswers429WithTheWait) {
  auto options = House::quiet();
  options.requests_per_second = 0.5;
  options.burst = 3;
  House limited(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limited.server->handle(limited.get("/api/me", "anna-session")).status, 200);
  const auto refused = limited.server->handle(limited.get("/api/me", "anna-session"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header_of(refused, "retry-after"), "2");
  EXPECT_EQ(limited.server->handle(limited.get("/api/me", "desk-session")).status, 200);  // each their own
  limited.clock.advance(2 * kSecond);
  EXPECT_EQ(limited.server->handle(limited.get("/api/me", "anna-session")).status, 200);
}

TEST_F(PipelineTest, UploadReachesPrepare) {
  auto request = house.get("/api/upload", "anna-session");
  request.method = "POST";
  request.content_type = "multipart/form-data; boundary=XX";
  request.body = "--XX\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n" + house.server->csrf_for(request) +
                 "\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
                 "Content-Type: text/plain\r\n\r\n12345\r\n--XX--\r\n";
  EXPECT_EQ(send(request).status, 200);
  EXPECT_EQ(storage::scalar<std::string>(*house.store->read(), "select words from note"), "5");
}

TEST_F(PipelineTest, SecureCookiesCarryThePrefixAndPlantedOnesAreIgnored) {
  auto options = House::quiet();
  options.secure_cookies = true;
  House secure(options);
  auto request = secure.get("/api/me", "anna-session");
  EXPECT_EQ(secure.server->handle(request).status, 401);
  request.headers.back().second = "__Host-tx_session=anna-session";
  EXPECT_EQ(secure.server->handle(request).status, 200);
  const auto opened = secure.server->handle(secure.api("/door", Json::of({{"words", "x"}}), ""));
  EXPECT_NE(header_of(opened, "set-cookie").find("__Host-tx_session=anna-session; Path=/"), std::string::npos);
  EXPECT_NE(header_of(opened, "set-cookie").find("; Secure"), std::string::npos);
}

TEST_F(PipelineTest, LayoutIsFilledByOtherRooms) {
  house.server->layout([](const Context&, Json& view) { view.set("unread", 3); });
  const auto response = send(house.get("/", "anna-session"));
  EXPECT_NE(response.body.find(">3</span>"), std::string::npos);
  EXPECT_NE(response.body.find("anna"), std::string::npos);
}

TEST_F(PipelineTest, HealthMetricsAndDescription) {
  EXPECT_EQ(send(house.get("/healthz")).body, "ok\n");
  EXPECT_EQ(send(house.get("/readyz")).body, "ready\n");
  send(house.form("/notes", "words=full"));
  const auto metrics = send(house.get("/metrics")).body;
  EXPECT_NE(metrics.find("tongxin_http_requests_total{route=\"note.put\",status=\"409\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("tongxin_refusals_total{rule=\"http.busy\"} 1"), std::string::npos);
  auto far = house.get("/metrics");
  far.remote = "192.0.2.1";
  EXPECT_EQ(send(far).status, 404);
  const auto described = Json::parse(send(house.get("/api/openapi.json")).body).value();
  EXPECT_EQ(described["openapi"].text(), "3.1.0");
}

TEST_F(PipelineTest, CompressedWhenAcceptedAndWorthIt) {
  auto request = house.get("/big");
  request.headers.emplace_back("accept-encoding", "gzip, br");
  const auto response = send(request);
  EXPECT_EQ(header_of(response, "content-encoding"), "br");
  EXPECT_LT(response.body.size(), 1000u);
  auto plain = house.get("/big");
  plain.headers.emplace_back("accept-encoding", "br;q=0");
  EXPECT_EQ(header_of(send(plain), "content-encoding"), "");
  EXPECT_EQ(send(plain).body.size(), 20000u);
}

TEST_F(PipelineTest, AssetsAreKeptForEverByTheirHash) {
  const auto page = send(house.get("/")).body;
  const auto at = page.find("/assets/app.css?v=");
  ASSERT_NE(at, std::string::npos);
  auto request = house.get(page.substr(at, page.find('"', at) - at));
  request.headers.emplace_back("accept-encoding", "br");
  const auto asset = send(request);
  EXPECT_EQ(asset.status, 200);
  EXPECT_EQ(asset.content_type, "text/css; charset=utf-8");
  EXPECT_NE(header_of(asset, "cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(header_of(asset, "content-encoding"), "br");
  auto again = house.get("/assets/app.css");
  again.headers.emplace_back("if-none-match", header_of(asset, "etag"));
  EXPECT_EQ(send(again).status, 304);
  EXPECT_EQ(header_of(send(again), "cache-control"), "public, no-cache");
  EXPECT_EQ(send(house.get("/assets/none.css")).status, 404);
}

}  // namespace
}  // namespace tx::http
