// Pages of the second factor: entering a code at sign-in (or for a session that still owes it), setting it up, ending
// it.
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/routes.h"
#include "platform/identity/second_factor.h"
#include "platform/identity/sessions.h"
#include "platform/audit/audit.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kFreeCodes = 5;

struct CodeInput {
  std::string code, next;
  Json checked;  // filled in on the server
};
BOOST_DESCRIBE_STRUCT(CodeInput, (), (code, next, checked))

struct PasswordInput {
  std::string current;
};
BOOST_DESCRIBE_STRUCT(PasswordInput, (), (current))

// Whose code is owed: of the one who has just given the password, or of a session that was opened without it.
std::optional<SessionRow> owing_session(const Context& context) {
  auto pending = session_by_token(context.reader, context.request.cookie(kFactorCookie), "factor", context.now);
  if (pending) return pending;
  if (!context.actor.signed_in() || context.actor.second_factor) return std::nullopt;
  return session_by_token(context.reader, context.request.cookie(http::kSessionCookie), "full", context.now);
}

Json code_field(const http::Form& form, std::string_view hint) {
  return form.field(
      "code", "identity.code", hint,
      Json::of({{"required", true}, {"autocomplete", "one-time-code"}, {"value", ""}, {"maxlength", 12}}));
}

Result<Response> code_page(Context& context) {
  const http::Form form(context);
  const std::string next = safe_path(form.text("next"), "/me");
  const auto session = owing_session(context);
  if (!session && !context.problem)
    return Response::redirect(context.actor.signed_in() ? next : "/login?next=" + http::url_encoded(next));
  // An officer without a second factor cannot enter one: first it is set up.
  if (session && !has_second_factor(context.reader, session->account))
    return Response::redirect("/me/second-factor?next=" + http::url_encoded(next));
  Json view = Json::of({{"title", context.text("identity.second_factor")}, {"nav_me", true}});
  view.set("code", code_field(form, "identity.code.hint")).set("next", next).set("summary", form.summary());
  return context.page("identity/code", std::move(view));
}

Result<Json> compare_code(const Services& services, Context& context, const Json& input) {
  const auto session = owing_session(context);
  if (!session) return refuse(Kind::invalid, "identity.sign_in_again", "code");
  const std::string who = "factor:" + session->account.text();
  TX_CHECK(may_try(context.reader, who, kFreeCodes, context.now));
  if (!is_right_code(context.reader, services.vault, session->account, input["code"].text(), context.now)) {
    services.store.write([&](storage::Tx& tx) -> Result<Json> {
      note_failure(tx, who);
      audit::Entry entry;
      entry.account = session->account.value;
      entry.action = "identity.second_factor";
      entry.rule = "access.everyone";
      entry.outcome = "identity.code_wrong";
      entry.details = Json::object();
      audit::append(tx, entry);
      return Json();
    });
    return refuse(Kind::invalid, "identity.code_wrong", "code");
  }
  Json enriched = input;
  enriched.set("checked", Json::of({{"session", session->token_hash}}));
  return enriched;
}

Result<Json> enter_code(const Services& services, storage::Tx& tx, const CodeInput& input) {
  const auto session = storage::find<SessionRow>(
      tx, "select * from account_session where token_hash = $1 and ended = 0", input.checked["session"].text());
  const auto account = session ? account_by_id(tx, session->account) : std::nullopt;
  if (!account || account->state != "open") return refuse(Kind::invalid, "identity.sign_in_again", "code");
  TX_CHECK(spend_code(tx, services.vault, account->id, input.code));
  forget_failures(tx, "factor:" + account->id.text());
  end_session(tx, session->id);
  forget_after_commit(tx, services.sessions, account->id);
  const NewSession fresh{account->id, "full", true, session->officer, session->device};
  Json answer = session_answer(services.vault, open_session(tx, fresh), session->officer);
  answer.set("next", safe_path(input.next, "/me"));
  audit::Entry entry;
  entry.account = account->id.value;
  entry.action = "identity.second_factor";
  entry.region = account->region;
  entry.rule = "access.everyone";
  entry.outcome = "done";
  entry.details = Json::object();
  audit::append(tx, entry);
  return answer;
}

void add_code_routes(http::Router& router, const Services& services) {
  const char* reason = "whoever enters a code is not signed in yet; the cookie of the first step says who it is";
  router.page("identity.code", "/login/second-factor", Access::everyone(reason), code_page);
  http::CommandSpec spec{
      .name = "identity.second_factor", .path = "/login/second-factor", .access = Access::everyone(reason)};
  spec.page = code_page;
  spec.prepare = [services](Context& context, Json input) { return compare_code(services, context, input); };
  spec.next = [](const CommandContext&, const Json& answer) { return answer["next"].text(); };
  spec.finish = [&vault = services.vault](Response& response, const Json& answer) {
    set_session_cookie(vault, response, answer);
  };
  spec.replayed = false;
  spec.audited = false;  // its own entry, under the account whose code it is
  router.command<CodeInput>(std::move(spec),
                            [services](storage::Tx& tx, const CommandContext&, const CodeInput& input) {
                              return enter_code(services, tx, input);
                            });
}

Result<Response> set_up_page(const Services& services, Context& context) {
  const http::Form form(context);
  const auto factor = second_factor_of(context.reader, context.actor.account);
  const bool confirmed = factor && factor->confirmed.us;
  Json view = Json::of({{"title", context.text("identity.second_factor")},
                        {"nav_me", true},
                        {"none", !factor},
                        {"setting_up", factor && !confirmed},
                        {"confirmed", confirmed}});
  const std::string next = safe_path(form.text("next"), "/me/account");
  view.set("next", next).set("next_encoded", http::url_encoded(next)).set("summary", form.summary());
  view.set("sent_here", next != "/me/account");
  if (factor && !confirmed) {
    std::string secret = base32(secret_of(services.vault, *factor));
    for (std::size_t at = 4; at < secret.size(); at += 5) secret.insert(at, " ");
    Json codes = Json::array();
    for (auto& code : unconfirmed_codes(services.vault, *factor))
      codes.push(Json::of({{"text", code.substr(0, 4) + " " + code.substr(4)}}));
    view.set("secret", secret).set("codes", codes);
    view.set("code", code_field(form, "identity.code.confirm_hint"));
  }
  if (confirmed) {
    const int left = backup_codes_left(context.reader, context.actor.account);
    view.set("left", context.text("identity.backup_left", {{"n", std::to_string(left)}}));
    view.set("since", local_text(factor->confirmed));
    view.set(
        "current",
        form.field(
            "current", "identity.password_current", {},
            Json::of({{"type", "password"}, {"required", true}, {"value", ""}, {"autocomplete", "current-password"}})));
  }
  return context.page("identity/second_factor", std::move(view));
}

// The picture exists only while the factor is being set up.
Result<Response> qr_page(const Services& services, Context& context) {
  const auto factor = second_factor_of(context.reader, context.actor.account);
  const auto account = account_by_id(context.reader, context.actor.account);
  if (!factor || factor->confirmed.us || !account) return refuse(Kind::not_found, "http.not_found");
  const std::string uri =
      otpauth_uri(secret_of(services.vault, *factor), "Tongxin", masked_login(services.vault, *account));
  return Response::file(qr_svg(uri), "image/svg+xml");
}

Result<Json> confirm(const Services& services, storage::Tx& tx, const CommandContext& context, const CodeInput& input) {
  TX_CHECK(confirm_second_factor(tx, services.vault, context.actor.account, input.code));
  // Rotated: the session that goes on is a new one that has passed the factor; all others sign in again.
  const auto account = account_by_id(tx, context.actor.account);
  const auto old = storage::find<SessionRow>(tx, "select * from account_session where id = $1", context.actor.session);
  end_all_sessions(tx, context.actor.account);
  forget_after_commit(tx, services.sessions, context.actor.account);
  const NewSession fresh{account->id, "full", true, old && old->officer, old ? old->device : ""};
  Json answer = session_answer(services.vault, open_session(tx, fresh), fresh.officer);
  answer.set("next", safe_path(input.next, "/me/second-factor"));
  return answer;
}

// Six digits can be guessed by whoever holds the session; the same back-off as at sign-in.
Result<Json> check_confirmation(const Services& services, Context& context, Json input) {
  const std::string who = "factor:" + context.actor.account.text();
  TX_CHECK(may_try(context.reader, who, kFreeCodes, context.now));
  const auto factor = second_factor_of(context.reader, context.actor.account);
  std::string code = input["code"].text();
  std::erase(code, ' ');
  if (factor && !matching_step(secret_of(services.vault, *factor), code, context.now, factor->last_step)) {
    services.store.write([&](storage::Tx& tx) -> Result<Json> {
      note_failure(tx, who);
      return Json();
    });
    return refuse(Kind::invalid, "identity.code_wrong", "code");
  }
  return input;
}

void add_set_up_routes(http::Router& router, const Services& services) {
  const char* reason = "one's own second factor";
  const auto page = [services](Context& context) { return set_up_page(services, context); };
  router.page("identity.factor", "/me/second-factor", Access::signed_in(reason), page);
  router.page("identity.factor_code", "/me/second-factor/qr.svg", Access::signed_in(reason),
              [services](Context& context) { return qr_page(services, context); });

  http::CommandSpec begin{
      .name = "identity.factor_begin", .path = "/me/second-factor", .access = Access::signed_in(reason)};
  begin.page = page;
  begin.next = [](const CommandContext&, const Json& answer) {
    return "/me/second-factor?next=" + http::url_encoded(answer["next"].text());
  };
  router.command<CodeInput>(
      std::move(begin),
      [services](storage::Tx& tx, const CommandContext& context, const CodeInput& input) -> Result<Json> {
        if (has_second_factor(tx, context.actor.account)) return refuse(Kind::conflict, "identity.factor_present");
        begin_second_factor(tx, services.vault, context.actor.account);
        return Json::of({{"next", safe_path(input.next, "/me/account")}});
      });

  http::CommandSpec done{
      .name = "identity.factor_confirm", .path = "/me/second-factor/confirm", .access = Access::signed_in(reason)};
  done.page = page;
  done.prepare = [services](Context& context, Json input) {
    return check_confirmation(services, context, std::move(input));
  };
  done.next = [](const CommandContext&, const Json& answer) { return answer["next"].text(); };
  done.flash = "identity.factor_set_up";
  done.replayed = false;
  done.finish = [&vault = services.vault](Response& response, const Json& answer) {
    set_session_cookie(vault, response, answer);
  };
  router.command<CodeInput>(std::move(done),
                            [services](storage::Tx& tx, const CommandContext& context, const CodeInput& input) {
                              return confirm(services, tx, context, input);
                            });

  http::CommandSpec end{
      .name = "identity.factor_end", .path = "/me/second-factor/end", .access = Access::signed_in(reason)};
  end.page = page;
  end.prepare = [services](Context& context, Json input) -> Result<Json> {
    TX_CHECK(demand_password(services, context, context.actor.account, input["current"].text()));
    return Json::object();
  };
  end.next = [](const CommandContext&, const Json&) { return std::string("/me/second-factor"); };
  end.flash = "identity.factor_ended";
  router.command<PasswordInput>(
      std::move(end), [services](storage::Tx& tx, const CommandContext& context, const PasswordInput&) -> Result<Json> {
        remove_second_factor(tx, context.actor.account);
        storage::execute(tx, "update account_session set second_factor = 0 where account = $1 and ended = 0",
                         context.actor.account);
        forget_after_commit(tx, services.sessions, context.actor.account);
        return Json::object();
      });
}

}  // namespace

void add_factor_routes(http::Router& router, const Services& services) {
  add_code_routes(router, services);
  add_set_up_routes(router, services);
}

}  // namespace tx::identity
