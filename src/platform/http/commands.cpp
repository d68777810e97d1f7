// The steps of a command: allowed, from our own page, prepared, queued, decided and audited in one transaction,
// answered after the commit.
#include "base/log.h"
#include "base/text.h"
#include "platform/http/decode.h"
#include "platform/http/exchange.h"
#include "platform/http/random.h"

namespace tx::http {
namespace {

constexpr std::size_t kMaxKey = 128, kMaxReason = 300;

bool is_key(std::string_view key) {
  if (key.size() > kMaxKey) return false;
  for (const char c : key)
    if (c < 0x21 || c > 0x7e) return false;
  return true;
}

bool is_json(const Request& request) {
  return same_text(std::string_view(request.content_type).substr(0, request.content_type.find(';')),
                   "application/json");
}

// Not what a browser's form can send; a foreign script would need our consent, as with JSON.
bool is_bytes(const Request& request) { return request.content_type.empty() || same_text(request.content_type, "application/octet-stream"); }

Json without_reserved(const Json& fields) {
  Json kept = Json::object();
  for (const auto& [name, value] : fields.members())
    if (!name.starts_with("_")) kept.set(name, value);
  return kept;
}

std::string audited_object(const Route& route, const std::vector<std::pair<std::string, std::string>>& arguments,
                           const Json& answer) {
  for (const auto& [name, value] : arguments)
    if (name == route.access.object) return name + ":" + value;
  if (!arguments.empty()) return arguments.front().first + ":" + arguments.front().second;
  const std::string& id = answer["id"].text();
  return id.empty() ? std::string() : route.name.substr(0, route.name.find('.')) + ":" + id;
}

}  // namespace

// A browser tells where a request comes from; whoever forges a request in a person's name cannot make it lie. A post
// with a form's content type must besides carry the token of this session, because old browsers tell nothing.
bool Exchange::csrf_holds(std::string& broken_rule) const {
  broken_rule = "http.cross_site";
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  if (const auto origin = request.header("origin"); !origin.empty()) {
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos || !same_text(origin.substr(scheme + 3), request.header("host"))) return false;
  }
  if (is_json(request)) return true;  // no form can send it, and a foreign script would need our consent (CORS)
  if (is_bytes(request) && request.header("cookie").empty()) return true;   // another program, acting in nobody's name
  broken_rule = "http.csrf";
  std::string token = request.fields["_csrf"].text();
  if (token.empty()) token = std::string(request.header("x-csrf-token"));
  return !csrf_secret.empty() && equal_constant_time(unmasked(token), csrf_secret);
}

CommandContext Exchange::command_context(Instant at) const {
  return CommandContext{.actor = *actor, .now = at, .arguments = match.arguments, .remote = request.remote,
                        .language = language};
}

void Exchange::run_command() {
  const Route& route = *match.route;
  const CommandSpec& spec = *route.command;
  if (!decode_body(request)) return refuse_with({Kind::invalid, "http.body", {}, {}}, 400);
  const bool needs_reader = !route.access.object.empty() || spec.prepare;
  const auto reader = needs_reader ? house.store_.read() : nullptr;
  bool missing = false;
  decision = route.access.object.empty() ? access::decide(house.router_.roles(), *actor, route.access, nullptr)
                                         : house.router_.authorise(*reader, route, *actor, match.arguments, missing);
  if (missing) return refuse_with({Kind::not_found, "http.not_found", {}, {}});
  if (!decision.allowed)
    return refuse_with({actor->signed_in() ? Kind::forbidden : Kind::unauthenticated, decision.rule, {}, {}});
  input = without_reserved(request.fields);
  if (std::string broken; !csrf_holds(broken)) {
    // Own page with an old token (signed in anew meanwhile): show it again, nothing typed is lost.
    if (broken == "http.csrf" && spec.page && !request.wants_json)
      return command_refused({Kind::forbidden, broken, {}, {}});
    return refuse_with({Kind::forbidden, broken, {}, {}});
  }

  storage::Command command;
  command.key = std::string(request.header("idempotency-key"));
  if (command.key.empty()) command.key = request.fields["_key"].text();
  if (!is_key(command.key)) return refuse_with({Kind::invalid, "idempotency.key", "_key", {}}, 400);
  if (!spec.replayed) command.key.clear();
  // Strangers share no scope: theirs is the browser's csrf cookie.
  command.scope = (actor->signed_in() ? actor->account.text() : "anonymous " + csrf_secret) + " " + spec.name;
  std::string content = input.dump();
  for (const auto& [name, value] : match.arguments) content += "\n" + name + "=" + value;
  for (const auto& upload : request.uploads)
    content += "\n" + upload.field + "=" + std::to_string(fingerprint(upload.bytes));
  command.fingerprint = fingerprint(content);

  Json prepared = input;
  if (spec.prepare) {
    Context here = context(*reader);
    auto enriched = spec.prepare(here, std::move(prepared));
    if (!enriched) return command_refused(std::move(enriched.error()));
    prepared = std::move(*enriched);
  }
  auto self = shared_from_this();
  command.decide = [self, prepared = std::move(prepared)](storage::Tx& tx) -> Result<Json> {
    const Route& decided = *self->match.route;
    auto result = decided.decide(tx, self->command_context(tx.now()), prepared);
    if (result && decided.command->audited) {
      audit::Entry entry;
      entry.account = self->actor->account.value;
      entry.action = decided.name;
      entry.object = audited_object(decided, self->match.arguments, *result);
      if (!decided.command->region_field.empty()) entry.region = (*result)[decided.command->region_field].text();
      entry.rule = self->decision.rule;
      if (!self->decision.grant.empty()) entry.rule += " " + self->decision.grant;
      entry.outcome = "done";
      entry.reason = shortened(prepared["reason"].text(), kMaxReason);
      entry.details = Json::object();
      audit::append(tx, std::move(entry));
    }
    return result;
  };
  house.store_.submit(std::move(command), [self](storage::Outcome outcome) {
    auto shared = std::make_shared<storage::Outcome>(std::move(outcome));
    self->house.completions([self, shared] {
      self->guarded([&] { self->command_done(std::move(*shared)); });
    });
  });
}

std::string Exchange::page_path() const {
  const std::string& given = request.fields["_page"].text();
  if (is_local_path(given)) return given;
  if (house.router_.match("GET", request.path).route) return request.path;
  return "/";
}

void Exchange::command_done(storage::Outcome outcome) {
  const CommandSpec& spec = *match.route->command;
  if (!outcome.answer) return command_refused(std::move(outcome.answer.error()));
  const Json& result = *outcome.answer;
  Response response;
  if (request.wants_json) {
    response = Response::json(result);
    if (outcome.replayed) response.set_header("idempotency-replayed", "true");
  } else {
    std::string location = spec.next ? spec.next(command_context(now), result) : std::string();
    response = Response::redirect(location.empty() ? page_path() : location);
    if (!spec.flash.empty()) response.set_cookie("tx_flash", spec.flash, 60);
  }
  if (spec.finish) spec.finish(response, result);
  answer(std::move(response));
}

void Exchange::command_refused(Refusal refusal) {
  house.metrics_.count_refusal(refusal.rule);
  log::info("command.refused", {{"command", match.route->name}, {"rule", refusal.rule}});
  const bool overloaded = refusal.kind == Kind::unavailable || refusal.kind == Kind::too_many;
  if (request.wants_json || !match.route->command->page || overloaded) return refuse_with(std::move(refusal));
  auto self = shared_from_this();
  house.workers_.push_accepted([self, refusal = std::move(refusal)] {
    self->guarded([&] { self->refused_page(refusal); });
  });
}

void Exchange::refused_page(const Refusal& refusal) {
  rule = refusal.rule;
  const auto reader = house.store_.read();
  flash.clear();
  Context here = context(*reader);
  here.problem = &refusal;
  here.submitted = input;
  auto page = match.route->command->page(here);
  if (!page) return refuse_with(refusal);
  if (page->status == 200) page->status = http_status(refusal.kind);
  answer(std::move(*page));
}

}  // namespace tx::http
