// Pipeline, and the first steps of an exchange: who asks, settings, built-in addresses, pages and queries.
#include <charconv>

#include "base/log.h"
#include "platform/http/decode.h"
#include "platform/http/exchange.h"
#include "platform/http/random.h"

namespace tx::http {

const std::shared_ptr<const access::Actor> kAnonymous = std::make_shared<const access::Actor>();

namespace {

constexpr std::string_view kCsrfCookie = "tx_csrf", kLanguageCookie = "tx_lang", kElderCookie = "tx_elder",
                           kFlashCookie = "tx_flash";
constexpr std::string_view kHostPrefix = "__Host-";

// Behind TLS only cookies with the __Host- prefix count: no neighbour domain can plant one.
void keep_host_cookies(Request& request) {
  for (auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    std::string kept;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      auto pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      if (pair.starts_with(kHostPrefix)) kept.append(kept.empty() ? "" : "; ").append(pair.substr(kHostPrefix.size()));
    }
    value = kept;
  }
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

std::optional<language::Language> language_of(std::string_view text) {
  if (text == "zh-CN" || text == "zh") return language::Language::zh;
  if (text == "en") return language::Language::en;
  return std::nullopt;
}

}  // namespace

bool is_local_path(std::string_view path) {
  if (path.empty() || path.front() != '/' || path.starts_with("//") || path.size() > 2000) return false;
  for (const char c : path)
    if (c == '\\' || static_cast<unsigned char>(c) < 0x21 || c == 0x7f) return false;
  return true;
}

Pipeline::Pipeline(ServerOptions options, storage::Store& store, const Router& router,
                   const language::Catalogue& words, const Clock& clock, Server::Sessions sessions)
    : hub(clock), options_(std::move(options)), store_(store), router_(router), words_(words), clock_(clock),
      sessions_(std::move(sessions)), assets_(Assets::embedded()),
      pages_({WebFiles{options_.web_directory}, assets_.address("app.css"), assets_.address("app.js"),
              assets_.address("map.css"), options_.demonstration, !options_.web_directory.empty()}, words),
      buckets_(options_.requests_per_second, options_.burst), workers_(options_.workers, options_.worker_queue) {}

Pipeline::~Pipeline() { wait_idle(std::chrono::seconds(30)); }

bool Pipeline::wait_idle(std::chrono::seconds at_most) {
  std::unique_lock lock(idle_mutex_);
  return idle_.wait_for(lock, at_most, [this] { return in_flight_ == 0; });
}

void Pipeline::handle(Request request, Done done) {
  std::make_shared<Exchange>(*this, std::move(request), std::move(done))->run();
}

std::size_t Pipeline::body_limit(const Request& head) const {
  const auto type = std::string_view(head.content_type).substr(0, head.content_type.find(';'));
  const auto found = router_.match("POST", head.path);
  return found.route && same_text(type, "multipart/form-data") ? options_.upload_limit : options_.body_limit;
}

std::string Pipeline::csrf_for(const Request& request) const {
  const std::string session = request.cookie(kSessionCookie);
  const bool known = !session.empty() && sessions_ && sessions_(session);
  const std::string secret = known ? session : request.cookie(kCsrfCookie);
  return secret.empty() ? std::string() : masked(keyed_hex(secret, "csrf"));
}

namespace {
std::int64_t number_of(std::string_view text) {   // 0: none, or not a number
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}
}  // namespace

Result<std::shared_ptr<Listener>> Pipeline::listen(Request& request, std::function<void()> wake) {
  receive(request);
  const std::string token = request.cookie(kSessionCookie);
  const auto actor = token.empty() || !sessions_ ? nullptr : sessions_(token);
  std::vector<std::string> topics;
  const Json& asked = request.query["topic"];
  if (asked.is_string()) topics.push_back(asked.text());
  for (const auto& item : asked.items()) topics.push_back(item.text());
  if (topics.size() > Hub::kMaxTopics) return refuse(Kind::invalid, "http.topics", "topic");
  for (const auto& topic : topics)
    if (!is_topic(topic)) return refuse(Kind::invalid, "http.topics", "topic");
  if (!actor && topics.empty()) return refuse(Kind::unauthenticated, "access.sign_in");
  auto listener = std::make_shared<Listener>();
  listener->wake = std::move(wake);
  if (actor) listener->account = actor->account;
  const auto known = request.header("last-event-id");   // of a connection that broke; else of the page
  if (!hub.join(listener, std::move(topics), number_of(known.empty() ? std::string_view(request.query["since"].text()) : known)))
    return refuse(Kind::unavailable, "http.busy");
  return listener;
}

bool Pipeline::still_listens(const Request& request, const Listener& listener) const {
  return !listener.account || sessions_(request.cookie(kSessionCookie)) != nullptr;
}

void Pipeline::receive(Request& request) const {
  if (options_.secure_cookies) keep_host_cookies(request);
}

Exchange::Exchange(Pipeline& p, Request r, Pipeline::Done d)
    : house(p), request(std::move(r)), done(std::move(d)), now(p.clock_.now()), actor(kAnonymous) {
  std::lock_guard lock(house.idle_mutex_);
  ++house.in_flight_;
}

Exchange::~Exchange() {
  std::lock_guard lock(house.idle_mutex_);
  if (--house.in_flight_ == 0) house.idle_.notify_all();
}

void Exchange::identify() {
  house.receive(request);
  if (request.path.starts_with("/api/") ||
      (request.header("accept").find("application/json") != std::string_view::npos &&
       request.header("accept").find("text/html") == std::string_view::npos))
    request.wants_json = true;
  if (const auto token = request.cookie(kSessionCookie); !token.empty() && house.sessions_) {
    if (auto known = house.sessions_(token)) {
      actor = std::move(known);
      csrf_secret = keyed_hex(token, "csrf");
    }
  }
  if (csrf_secret.empty())
    if (const auto cookie = request.cookie(kCsrfCookie); !cookie.empty()) csrf_secret = keyed_hex(cookie, "csrf");
  const auto chosen = language_of(request.cookie(kLanguageCookie));
  language = chosen ? *chosen : language::best_language(request.header("accept-language"));
  elder = request.cookie(kElderCookie) == "1";
  if (const auto notice = request.cookie(kFlashCookie); !notice.empty() && house.words_.has(notice)) flash = notice;
}

void Exchange::run() {
  guarded([this] {
    identify();
    if (built_in()) return;
    const std::string who = actor->signed_in() ? actor->account.text() : request.remote;
    if (const int wait = house.buckets_.take(who, now)) {
      auto response = refusal_now({Kind::too_many, "http.too_many", {}, {}}, 429);
      return answer(std::move(response.set_header("retry-after", std::to_string(wait))));
    }
    if (switched_setting()) return;
    match = house.router_.match(request.method == "HEAD" ? "GET" : request.method, request.path);
    if (!match.route) {
      if (request.method == "POST" && request.path == "/preferences") return on_worker(&Exchange::preferences);
      if (match.other_method) return refuse_with({Kind::invalid, "http.method", {}, {}}, 405);
      return refuse_with({Kind::not_found, "http.not_found", {}, {}});
    }
    route_name = match.route->name;
    switch (match.route->kind) {
      case Route::Kind::page: return on_worker(&Exchange::run_page);
      case Route::Kind::query: return on_worker(&Exchange::run_query);
      case Route::Kind::command:
        if (match.route->command->hot) return run_command();
        return on_worker(&Exchange::run_command);
    }
  });
}

void Exchange::on_worker(void (Exchange::*step)()) {
  auto self = shared_from_this();
  if (house.workers_.push([self, step] { self->guarded([&] { (self.get()->*step)(); }); })) return;
  auto response = refusal_now({Kind::unavailable, "http.busy", {}, {}}, 503);
  answer(std::move(response.set_header("retry-after", "1")));
}

void Exchange::guarded(const std::function<void()>& step) {
  try {
    step();
  } catch (const std::exception& failure) {
    log::error("request.failed", {{"route", route_name}, {"why", failure.what()}});
    try {
      if (done) answer(refusal_now({Kind::unavailable, "http.internal", {}, {}}, 500));
    } catch (const std::exception&) {  // even the plain page fails: say it in words
      if (done) std::exchange(done, nullptr)(Response::text("500\n", 500));
    }
  }
}

bool Exchange::built_in() {
  const std::string& path = request.path;
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads) return false;
  if (path.starts_with("/assets/") || path == "/sw.js") {
    auto found = house.assets_.respond(request, path == "/sw.js" ? "sw.js" : path.substr(8));
    if (!found) return false;
    if (path == "/sw.js") found->set_header("cache-control", "no-cache");
    route_name = "asset";
    answer(std::move(*found));
    return true;
  }
  if (path == "/healthz") {
    route_name = "healthz";
    answer(Response::text("ok\n"));
    return true;
  }
  if (path == "/readyz") {
    route_name = "readyz";
    on_worker(&Exchange::ready);
    return true;
  }
  if (path == "/metrics" && is_loopback(request.remote)) {
    route_name = "metrics";
    std::size_t flying = 0;
    {
      std::lock_guard lock(house.idle_mutex_);
      flying = house.in_flight_;
    }
    answer(Response::text(house.metrics_.text(
        {house.workers_.waiting(), flying, house.connections(), house.hub.listeners()}, house.store_.metrics())));
    return true;
  }
  if (path == "/api/openapi.json") {
    route_name = "openapi";
    answer(Response::json(house.router_.openapi()));
    return true;
  }
  return false;
}

void Exchange::ready() {
  const bool one = house.store_.read()->query("select 1").size() == 1;
  answer(Response::text(one ? "ready\n" : "not ready\n", one ? 200 : 503));
}

// A setting in the address becomes a cookie and leaves the address: a link can offer the other language.
bool Exchange::switched_setting() {
  if (request.method != "GET" || request.wants_json) return false;
  const auto wanted = language_of(request.query["lang"].text());
  const std::string& face = request.query["elder"].text();
  const bool elder_asked = face == "1" || face == "0";
  if (!wanted && !elder_asked) return false;
  if (wanted) new_cookies.emplace_back(kLanguageCookie, language::tag(*wanted));
  if (elder_asked) new_cookies.emplace_back(kElderCookie, face);
  std::string location;
  for (const char c : request.path) location += c == '/' ? std::string(1, c) : url_encoded(std::string_view(&c, 1));
  char separator = '?';
  for (const auto& [name, value] : request.query.members()) {
    if (name == "lang" || name == "elder") continue;
    const auto add = [&](const Json& item) {
      location += separator + url_encoded(name) + "=" + url_encoded(item.text());
      separator = '&';
    };
    if (value.is_array()) for (const auto& item : value.items()) add(item);
    else add(value);
  }
  route_name = "setting";
  answer(Response::redirect(location));
  return true;
}

void Exchange::preferences() {
  route_name = "preferences";
  std::string broken;
  if (!decode_body(request) || !csrf_holds(broken)) return refuse_with({Kind::forbidden, "http.csrf", {}, {}});
  if (const auto wanted = language_of(request.fields["lang"].text()))
    new_cookies.emplace_back(kLanguageCookie, language::tag(*wanted));
  const std::string& face = request.fields["face"].text();
  if (face == "elder" || face == "plain") new_cookies.emplace_back(kElderCookie, face == "elder" ? "1" : "0");
  const std::string& back = request.fields["back"].text();
  answer(Response::redirect(is_local_path(back) ? back : "/"));
}

Context Exchange::context(storage::Reader& reader) {
  if (csrf_secret.empty()) {
    const std::string cookie = random_hex(16);
    new_cookies.emplace_back(kCsrfCookie, cookie);
    csrf_secret = keyed_hex(cookie, "csrf");
  }
  return Context{.request = request, .actor = *actor, .roles = house.router_.roles(), .words = house.words_,
                 .language = language, .elder = elder, .now = now, .reader = reader, .arguments = match.arguments,
                 .router = house.router_, .route = match.route, .csrf = masked(csrf_secret), .flash = flash,
                 .pages = &house.pages_};
}

void Exchange::run_page() {
  const auto reader = house.store_.read();
  bool missing = false;
  decision = house.router_.authorise(*reader, *match.route, *actor, match.arguments, missing);
  if (missing) return refuse_with({Kind::not_found, "http.not_found", {}, {}});
  if (!decision.allowed)
    return refuse_with({actor->signed_in() ? Kind::forbidden : Kind::unauthenticated, decision.rule, {}, {}});
  Context here = context(*reader);
  auto result = match.route->page(here);
  if (!result) return refuse_with(std::move(result.error()));
  if (!flash.empty() && result->status == 200) result->set_cookie(std::string(kFlashCookie), "", 0);
  answer(std::move(*result));
}

void Exchange::run_query() {
  const auto reader = house.store_.read();
  bool missing = false;
  decision = house.router_.authorise(*reader, *match.route, *actor, match.arguments, missing);
  if (missing) return refuse_with({Kind::not_found, "http.not_found", {}, {}});
  if (!decision.allowed)
    return refuse_with({actor->signed_in() ? Kind::forbidden : Kind::unauthenticated, decision.rule, {}, {}});
  Context here = context(*reader);
  new_cookies.clear();  // a query needs no csrf cookie
  auto result = match.route->query(here);
  if (!result) return refuse_with(std::move(result.error()));
  answer(Response::json(*result));
}

}  // namespace tx::http
