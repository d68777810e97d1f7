#include "platform/audit/audit.h"
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"
#include "platform/identity/passwords.h"
#include "platform/identity/routes.h"
#include "platform/identity/second_factor.h"
#include "platform/identity/sessions.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

// A person has a few tries from one address before the pause; a whole town of addresses has some more together.
constexpr int kFreeFromAddress = 5, kFreeInAll = 20;

struct SignIn {
  std::string login, password, next;
  Json checked;  // filled in on the server after the password was compared; what a client sends here is dropped
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (login, password, next, checked))

struct Registration {
  std::string login, display_name, password, region, next;
  bool agree = false;
  Json checked;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (login, display_name, password, region, next, agree, checked))

Json password_extra(const char* autocomplete) {
  return Json::of({{"type", "password"}, {"required", true}, {"autocomplete", autocomplete}, {"value", ""}});
}

Result<Response> sign_in_page(Context& context) {
  if (context.actor.signed_in() && !context.problem)
    return Response::redirect(safe_path(context.request.query["next"].text(), "/me"));
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.sign_in")}, {"nav_me", true}});
  view.set("login", form.field("login", "identity.login", "identity.login.hint",
                               Json::of({{"required", true}, {"autocomplete", "username"}})));
  view.set("password", form.field("password", "identity.password", {}, password_extra("current-password")));
  const std::string next = safe_path(form.text("next"), "/me");
  view.set("next", next).set("next_encoded", http::url_encoded(next));
  view.set("summary", form.summary());
  return context.page("identity/sign_in", std::move(view));
}

struct Tried {
  std::string from_address, in_all;
};
Tried tried(const Vault& vault, const std::string& login, const std::string& remote) {
  return {vault.blind_index(login + "\n" + remote, "sign_in.from_address"), vault.blind_index(login, "sign_in.in_all")};
}

// A refusal rolls its command back, so a failure is written by a command of its own.
void write_failure(const Services& services, const Tried& who, const std::optional<Account>& account) {
  services.store.write([&](storage::Tx& tx) -> Result<Json> {
    note_failure(tx, who.from_address);
    note_failure(tx, who.in_all);
    audit::Entry entry;
    entry.action = "identity.sign_in";
    entry.account = account ? account->id.value : 0;
    entry.region = account ? account->region : "";
    entry.rule = "access.everyone";
    entry.outcome = "identity.login_wrong";
    entry.details = Json::object();
    audit::append(tx, entry);
    return Json();
  });
}

Result<Json> compare_password(const Services& services, Context& context, const Json& input) {
  const std::string login = canonical_login(typed_text(input, "login"));
  const std::string password = typed_text(input, "password");
  const Tried who = tried(services.vault, login, context.request.remote);
  TX_CHECK(may_try(context.reader, who.from_address, kFreeFromAddress, context.now));
  TX_CHECK(may_try(context.reader, who.in_all, kFreeInAll, context.now));
  const auto account = account_by_login(context.reader, services.vault, login);
  const bool right = TX_TRY(hashing().verify(account ? account->password_hash : "", password));
  if (!right) {
    write_failure(services, who, account);
    return refuse(Kind::invalid, "identity.login_wrong", "password");
  }
  Json checked = Json::of({{"account", account->id.text()},
                           {"hash", account->password_hash},
                           {"device", device_of(context.request.header("user-agent"))},
                           {"from_address", who.from_address},
                           {"in_all", who.in_all}});
  if (needs_new_hash(account->password_hash)) checked.set("new_hash", TX_TRY(hashing().hash(password)));
  return Json::of({{"next", typed_text(input, "next")}, {"checked", checked}});
}

Result<Json> sign_in(const Services& services, const http::Router& router, storage::Tx& tx,
                     const CommandContext& context, const SignIn& input) {
  const auto id = AccountId::parse(input.checked["account"].text());
  const auto account = id ? account_by_id(tx, *id) : std::nullopt;
  // Between the comparison and now the password may have been changed or the account closed.
  if (!account || account->state != "open" || account->password_hash != input.checked["hash"].text())
    return refuse(Kind::invalid, "identity.login_wrong", "password");
  forget_failures(tx, input.checked["from_address"].text());
  forget_failures(tx, input.checked["in_all"].text());
  if (const auto* hash = input.checked.find("new_hash"))
    storage::execute(tx, "update account set password_hash = $2 where id = $1", account->id, hash->text());
  if (context.actor.session) {
    end_session(tx, context.actor.session);
    forget_after_commit(tx, services.sessions, context.actor.account);
  }
  const bool officer = holds_officer_role(router.roles(), tx, account->id);
  const bool factor = has_second_factor(tx, account->id);
  NewSession session{account->id, factor ? "factor" : "full", false, officer, input.checked["device"].text()};
  Json answer = session_answer(services.vault, open_session(tx, session), officer);
  answer.set("factor", factor).set("next", safe_path(input.next, "/me"));
  audit::Entry entry;
  entry.action = "identity.sign_in";
  entry.account = account->id.value;
  entry.region = account->region;
  entry.rule = "access.everyone";
  entry.outcome = factor ? "identity.factor_owed" : "done";
  entry.details = Json::object();
  audit::append(tx, entry);
  return answer;
}

void add_sign_in(http::Router& router, const Services& services) {
  const char* reason = "whoever signs in is not known yet";
  router.page("identity.sign_in", "/login", Access::everyone(reason), sign_in_page);
  router.page("identity.sign_in_short", "/sign-in", Access::everyone(reason), sign_in_page);
  http::CommandSpec spec{.name = "identity.sign_in", .path = "/login", .access = Access::everyone(reason)};
  spec.page = sign_in_page;
  spec.prepare = [services](Context& context, Json input) { return compare_password(services, context, input); };
  spec.next = [](const CommandContext&, const Json& answer) {
    const std::string next = answer["next"].text();
    return answer["factor"].boolean() ? "/login/second-factor?next=" + http::url_encoded(next) : next;
  };
  spec.finish = [&vault = services.vault](Response& response, const Json& answer) {
    set_session_cookie(vault, response, answer);
  };
  spec.replayed = false;  // an answer with a token in it is not kept
  spec.audited = false;   // its own entry, under the account that signs in
  router.command<SignIn>(std::move(spec),
                         [services, &router](storage::Tx& tx, const CommandContext& context, const SignIn& in) {
                           return sign_in(services, router, tx, context, in);
                         });
}

void add_sign_out(http::Router& router, const Services& services) {
  http::CommandSpec spec{.name = "identity.sign_out",
                         .path = "/sign-out",
                         .access = Access::everyone("signing out when already signed out does no harm")};
  spec.next = [](const CommandContext&, const Json&) { return std::string("/"); };
  spec.flash = "identity.signed_out";
  spec.finish = [](Response& response, const Json&) {
    response.set_cookie(std::string(http::kSessionCookie), "", 0);
    response.set_cookie(std::string(kFactorCookie), "", 0);
  };
  router.command<Nothing>(std::move(spec),
                          [services](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            if (context.actor.session) end_session(tx, context.actor.session);
                            forget_after_commit(tx, services.sessions, context.actor.account);
                            return Json::object();
                          });
}

Result<Response> register_page(const Services& services, Context& context) {
  if (context.actor.signed_in() && !context.problem) return Response::redirect("/me");
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.register")}, {"nav_me", true}});
  view.set("login", form.field("login", "identity.login", "identity.login.register_hint",
                               Json::of({{"required", true}, {"autocomplete", "username"}, {"maxlength", 60}})));
  view.set("display_name", form.field("display_name", "identity.display_name", "identity.display_name.hint",
                                      Json::of({{"required", true}, {"autocomplete", "name"}, {"maxlength", 40}})));
  view.set("password",
           form.field("password", "identity.password", "identity.password.hint", password_extra("new-password")));
  std::vector<http::Option> regions;
  if (services.extras.regions)
    for (auto& [code, name] : services.extras.regions(context.reader, context.language))
      regions.push_back({code, name});
  if (!regions.empty())
    view.set("region_list", form.options("region", "identity.region", regions, "identity.region.hint"));
  view.set("region_code", regions.empty() ? form.text("region") : "");
  view.set("agree", form.tick("agree", "identity.agree", "identity.agree.text"));
  const std::string next = safe_path(form.text("next"), "/me");
  view.set("next", next).set("next_encoded", http::url_encoded(next));
  view.set("summary", form.summary());
  return context.page("identity/register", std::move(view));
}

// Cheap checks first, all of them before a place in the hashing queue is taken.
Result<Json> prepare_registration(Context& context, Json input) {
  const std::string password = typed_text(input, "password");
  const std::string login = canonical_login(typed_text(input, "login"));
  if (login.empty()) return refuse(Kind::invalid, "identity.login_unreadable", "login");
  if (folded(typed_text(input, "display_name")).empty())
    return refuse(Kind::invalid, "identity.name_missing", "display_name");
  TX_CHECK(check_new_password(password));
  if (canonical_login(password) == login) return refuse(Kind::invalid, "identity.password_is_login", "password");
  if (typed_text(input, "agree").empty() && !input["agree"].boolean())
    return refuse(Kind::invalid, "identity.agree_missing", "agree");
  Json checked = Json::of(
      {{"hash", TX_TRY(hashing().hash(password))}, {"device", device_of(context.request.header("user-agent"))}});
  input.set("password", "").set("checked", checked);
  return input;
}

Result<Json> register_account(const Services& services, storage::Tx& tx, const CommandContext& context,
                              const Registration& input) {
  const bool region_known =
      std::all_of(input.region.begin(), input.region.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!region_known || input.region.size() > 18) return refuse(Kind::invalid, "identity.region_unreadable", "region");
  NewAccount account;
  account.login = input.login;
  account.display_name = folded(input.display_name);
  account.password_hash = input.checked["hash"].text();
  account.region = input.region;
  account.language = language::tag(context.language);
  const AccountId id = TX_TRY(create_account(tx, services.vault, account));
  for (const auto& purpose : purposes())
    if (purpose.ground == "contract") give_consent(tx, id, purpose.id);
  NewSession session{id, "full", false, false, input.checked["device"].text()};
  Json answer = session_answer(services.vault, open_session(tx, session), false);
  answer.set("next", safe_path(input.next, "/me"));
  audit::Entry entry;
  entry.action = "identity.register";
  entry.account = id.value;
  entry.object = "account:" + id.text();
  entry.region = input.region;
  entry.rule = "access.everyone";
  entry.outcome = "done";
  entry.details = Json::object();
  audit::append(tx, entry);
  return answer;
}

void add_registration(http::Router& router, const Services& services) {
  const char* reason = "anyone may open an account";
  const auto page = [services](Context& context) { return register_page(services, context); };
  router.page("identity.register", "/register", Access::everyone(reason), page);
  http::CommandSpec spec{.name = "identity.register", .path = "/register", .access = Access::everyone(reason)};
  spec.page = page;
  spec.prepare = prepare_registration;
  spec.next = [](const CommandContext&, const Json& answer) { return answer["next"].text(); };
  spec.flash = "identity.registered";
  spec.finish = [&vault = services.vault](Response& response, const Json& answer) {
    set_session_cookie(vault, response, answer);
  };
  spec.replayed = false;  // an answer with a token in it is not kept
  spec.audited = false;   // its own entry, under the new account
  router.command<Registration>(std::move(spec),
                               [services](storage::Tx& tx, const CommandContext& context, const Registration& input) {
                                 return register_account(services, tx, context, input);
                               });
}

}  // namespace

std::string safe_path(const std::string& path, const std::string& otherwise) {
  const bool inside = path.size() > 1 && path[0] == '/' && path[1] != '/' && path[1] != '\\' &&
                      path.find_first_of("\r\n\t") == std::string::npos;
  return inside && !path.starts_with("/login") && !path.starts_with("/sign-in") ? path : otherwise;
}

std::string initial_of(std::string_view name) {
  std::size_t end = name.empty() ? 0 : 1;
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) ++end;
  return std::string(name.substr(0, end));
}

std::string typed_text(const Json& input, std::string_view name) { return input[name].text(); }

void forget_after_commit(storage::Tx& tx, Sessions& sessions, AccountId account) {
  tx.after_commit([&sessions, account] { sessions.forget(account); });
}

// Sealed, so that the token appears in no answer that a script can read, only in the HttpOnly cookie.
Json session_answer(const Vault& vault, const std::string& token, bool officer) {
  return Json::of({{"session", vault.seal(token, "session.token")}, {"officer", officer}});
}

void set_session_cookie(const Vault& vault, Response& response, const Json& answer) {
  const auto token = vault.unseal(answer["session"].text(), "session.token");
  if (!token) return;
  if (answer["factor"].boolean()) {
    response.set_cookie(std::string(kFactorCookie), *token, kFactorTime / kSecond);
    return;
  }
  const std::int64_t age = answer["officer"].boolean() ? kOfficerLongest : kIdle;
  response.set_cookie(std::string(http::kSessionCookie), *token, age / kSecond);
  response.set_cookie(std::string(kFactorCookie), "", 0);
}

Result<void> demand_password(const Services& services, Context& context, AccountId id, const std::string& password) {
  const auto account = account_by_id(context.reader, id);
  const std::string who = "password:" + id.text();
  TX_CHECK(may_try(context.reader, who, kFreeFromAddress, context.now));
  const bool right = TX_TRY(hashing().verify(account ? account->password_hash : "", password));
  if (!right)
    services.store.write([&](storage::Tx& tx) -> Result<Json> {
      note_failure(tx, who);
      return Json();
    });
  if (!right) return refuse(Kind::invalid, "identity.password_wrong", "current");
  return {};
}

void add_sign_in_routes(http::Router& router, const Services& services) {
  add_sign_in(router, services);
  add_sign_out(router, services);
  add_registration(router, services);
}

}  // namespace tx::identity
