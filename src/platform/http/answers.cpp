// How an exchange ends: refusals in the form the asker can read, security headers, compression, log line, counters.
#include "base/log.h"
#include "platform/http/compress.h"
#include "platform/http/exchange.h"
#include "platform/http/random.h"
#include "platform/http/wire.h"

namespace tx::http {
namespace {

constexpr std::pair<const char*, const char*> kSecurityHeaders[] = {
    {"content-security-policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; "
     "worker-src 'self'; media-src 'self'"},
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "same-origin"},  // not no-referrer: browsers would then send "Origin: null" with our own forms
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
    {"permissions-policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"},
};
constexpr std::size_t kWorthCompressing = 1024;
constexpr std::int64_t kYear = 365 * 24 * 3600;

bool has_header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return true;
  return false;
}

void dress(Response& response, bool secure) {
  for (const auto& [name, value] : kSecurityHeaders)
    if (!has_header(response, name)) response.set_header(name, value);
  if (secure) response.set_header("strict-transport-security", "max-age=31536000");
  if (!has_header(response, "cache-control")) response.set_header("cache-control", "no-store");
  for (auto& [name, value] : response.headers) {
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (name == "set-cookie" && secure) value = "__Host-" + value + "; Secure";
  }
}

void compress(Response& response, std::string_view accept_encoding) {
  const auto& type = response.content_type;
  const bool text = type.starts_with("text/") || type.starts_with("application/json") ||
                    type.starts_with("application/problem+json") || type == "image/svg+xml";
  if (!text || response.body.size() <= kWorthCompressing || has_header(response, "content-encoding")) return;
  response.set_header("vary", "accept-encoding");
  const Coding coding = accepted_coding(accept_encoding);
  std::string coded = compressed(response.body, coding, coding == Coding::brotli ? 4 : 5);
  if (coded.empty() || coded.size() >= response.body.size()) return;
  response.body = std::move(coded);
  response.set_header("content-encoding", coding_name(coding));
}

Response problem(const language::Catalogue& words, language::Language language, const Refusal& refusal, int status) {
  auto response = Response::json(
      Json::of({{"type", "urn:tongxin:rule:" + refusal.rule},
                {"title", words.text(language, "http.status." + std::to_string(status))},
                {"status", status},
                {"rule", refusal.rule},
                {"field", refusal.field},
                {"detail", words.text(language, refusal.rule, refusal.args)}}),
      status);
  response.content_type = "application/problem+json";
  return response;
}

}  // namespace

void Exchange::answer(Response response) {
  if (!done) return;
  for (const auto& [name, value] : new_cookies) response.set_cookie(name, value, kYear);
  compress(response, request.header("accept-encoding"));
  dress(response, house.options_.secure_cookies);
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  house.metrics_.count(route_name, response.status, spent.count());
  log::write(response.status >= 500 ? log::Level::warning : log::Level::info, "request",
             {{"route", route_name}, {"status", response.status}, {"us", spent.count()},
              {"account", actor->signed_in() ? Json(actor->account.text()) : Json()},
              {"rule", rule.empty() ? Json() : Json(rule)}});
  std::exchange(done, nullptr)(std::move(response));
}

Response Exchange::refusal_now(const Refusal& refusal, int status) {
  rule = refusal.rule;
  if (request.wants_json) return problem(house.words_, language, refusal, status);
  return house.pages_.bare(language, refusal, status);
}

void Exchange::refuse_with(Refusal refusal, int status) {
  rule = refusal.rule;
  if (status == 0) status = http_status(refusal.kind);
  if (request.wants_json) return answer(problem(house.words_, language, refusal, status));
  if (refusal.rule == "access.sign_in" || refusal.rule == "access.second_factor") {
    std::string next = request.path;
    if (request.method == "POST") next = page_path();
    else if (!request.query_text.empty()) next += "?" + request.query_text;
    const std::string door = refusal.rule == "access.sign_in" ? "/login?next=" : "/login/second-factor?next=";
    return answer(Response::redirect(door + url_encoded(next)));
  }
  if (refusal.kind == Kind::unavailable || refusal.kind == Kind::too_many) {
    auto response = refusal_now(refusal, status);
    return answer(std::move(response.set_header("retry-after", "1")));
  }
  auto self = shared_from_this();
  const bool queued = house.workers_.push([self, refusal, status] {
    self->guarded([&] {
      const auto reader = self->house.store_.read();
      const Context here = self->context(*reader);
      self->answer(self->house.pages_.refusal(here, refusal, status));
    });
  });
  if (!queued) answer(refusal_now(refusal, status));
}

Response Pipeline::early_refusal(const Request& known, int status, const std::string& rule) {
  const auto language = language::best_language(known.header("accept-language"));
  const Refusal refusal{Kind::invalid, rule, {}, {}};
  auto response = known.path.starts_with("/api/") ? problem(words_, language, refusal, status)
                                                  : pages_.bare(language, refusal, status);
  dress(response, options_.secure_cookies);
  metrics_.count("refused_early", status, 0);
  log::info("request.refused_early", {{"status", status}, {"rule", rule}});
  return response;
}

Response Pipeline::event_refusal(const Request& request, const Refusal& refusal) {
  const int status = http_status(refusal.kind);
  auto response = problem(words_, language::best_language(request.header("accept-language")), refusal, status);
  dress(response, options_.secure_cookies);
  metrics_.count("events", status, 0);
  return response;
}

std::string Pipeline::event_head() {
  Response head;
  head.content_type = "text/event-stream";
  head.set_header("x-accel-buffering", "no");
  dress(head, options_.secure_cookies);
  metrics_.count("events", 200, 0);
  // The end of the stream is the end of the connection: no length, no chunks.
  return response_head(head, false, false) + "retry: 3000\n\n";
}

}  // namespace tx::http
