// One's own account: name and language, password, sessions, consents, data as a file, closing.
#include "base/text.h"
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

struct Profile {
  std::string display_name, language;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (display_name, language))
struct PasswordChange {
  std::string current, password;
  Json checked;  // filled in on the server
};
BOOST_DESCRIBE_STRUCT(PasswordChange, (), (current, password, checked))
struct ConsentChange {
  std::string purpose;
  bool given = false;
};
BOOST_DESCRIBE_STRUCT(ConsentChange, (), (purpose, given))
struct Closing {
  std::string current;
};
BOOST_DESCRIBE_STRUCT(Closing, (), (current))

Json password_field(const http::Form& form, const char* name, const char* label, const char* hint,
                    const char* autocomplete) {
  return form.field(
      name, label, hint,
      Json::of({{"type", "password"}, {"required", true}, {"autocomplete", autocomplete}, {"value", ""}}));
}

Json link_row(const Context& context, const char* href, const char* icon, const char* key, Json state = "") {
  return Json::of({{"href", href},
                   {"icon", icon},
                   {"title", context.text(key)},
                   {"text", context.text(std::string(key) + ".text")},
                   {"leaf", ""},
                   {"meta", Json::array()},
                   {"unread_row", ""},
                   {"clock", ""},
                   {"side", ""},
                   {"has_side", state.is_object()},
                   {"state", state}});
}

Json pill(const Context& context, const char* tone, const char* key) {
  return Json::of({{"tone", tone}, {"label", context.text(key)}});
}

Result<Response> account_page(const Services& services, Context& context) {
  const auto account = account_by_id(context.reader, context.actor.account);
  if (!account) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context, Json::of({{"display_name", account->display_name}, {"language", account->language}}));
  Json view = Json::of({{"title", context.text("identity.account")}, {"nav_me", true}, {"summary", form.summary()}});
  view.set("person", Json::of({{"initial", initial_of(account->display_name)},
                               {"name", account->display_name},
                               {"tone", 1},
                               {"note", masked_login(services.vault, *account)}}));
  view.set("display_name", form.field("display_name", "identity.display_name", {},
                                      Json::of({{"required", true}, {"autocomplete", "name"}, {"maxlength", 40}})));
  view.set("language", form.options("language", "identity.language",
                                    {{"zh-CN", context.text("identity.language.zh")},
                                     {"en", context.text("identity.language.en")}}));
  const bool factor = has_second_factor(context.reader, account->id);
  view.set("rows",
           Json::Array{link_row(context, "/me/account/password", "key", "identity.password_change"),
                       link_row(context, "/me/second-factor", "lock", "identity.second_factor",
                                factor ? pill(context, "live", "identity.on") : pill(context, "", "identity.off")),
                       link_row(context, "/me/account/sessions", "digital", "identity.sessions"),
                       link_row(context, "/me/proxies", "companion", "identity.proxies"),
                       link_row(context, "/me/account/consents", "check", "identity.consents"),
                       link_row(context, "/me/data", "download", "identity.data"),
                       link_row(context, "/me/account/close", "cross", "identity.close")});
  return context.page("identity/account", std::move(view));
}

void add_profile(http::Router& router, const Services& services) {
  const auto page = [services](Context& context) { return account_page(services, context); };
  router.page("identity.account", "/me/account", Access::signed_in("one's own account"), page);
  http::CommandSpec spec{
      .name = "identity.profile", .path = "/me/account", .access = Access::signed_in("one's own account")};
  spec.page = page;
  spec.flash = "identity.saved";
  spec.next = [](const CommandContext&, const Json&) { return std::string("/me/account"); };
  spec.finish = [](Response& response, const Json& answer) {
    response.set_cookie("tx_lang", answer["language"].text(), 365 * kDay / kSecond);
  };
  router.command<Profile>(
      std::move(spec),
      [services](storage::Tx& tx, const CommandContext& context, const Profile& input) -> Result<Json> {
        const std::string name = folded(input.display_name);
        if (name.empty()) return refuse(Kind::invalid, "identity.name_missing", "display_name");
        if (letter_count(name) > 40) return refuse(Kind::invalid, "identity.name_long", "display_name");
        const std::string language = input.language == "en" ? "en" : "zh-CN";
        storage::execute(tx, "update account set display_name = $2, language = $3 where id = $1", context.actor.account,
                         name, language);
        forget_after_commit(tx, services.sessions, context.actor.account);
        return Json::of({{"language", language}});
      });
}

Result<Response> password_page(Context& context) {
  const http::Form form(context);
  Json view =
      Json::of({{"title", context.text("identity.password_change")}, {"nav_me", true}, {"summary", form.summary()}});
  view.set("current", password_field(form, "current", "identity.password_current", "", "current-password"));
  view.set("password",
           password_field(form, "password", "identity.password_new", "identity.password.hint", "new-password"));
  return context.page("identity/password", std::move(view));
}

void add_password(http::Router& router, const Services& services) {
  const char* reason = "one's own password";
  router.page("identity.password", "/me/account/password", Access::signed_in(reason), password_page);
  http::CommandSpec spec{
      .name = "identity.password", .path = "/me/account/password", .access = Access::signed_in(reason)};
  spec.page = password_page;
  spec.flash = "identity.password_changed";
  spec.next = [](const CommandContext&, const Json&) { return std::string("/me/account"); };
  spec.prepare = [services](Context& context, Json input) -> Result<Json> {
    TX_CHECK(check_new_password(input["password"].text()));
    TX_CHECK(demand_password(services, context, context.actor.account, input["current"].text()));
    const std::string hash = TX_TRY(hashing().hash(input["password"].text()));
    return Json::of({{"checked", Json::of({{"hash", hash}})}});
  };
  router.command<PasswordChange>(
      std::move(spec),
      [services](storage::Tx& tx, const CommandContext& context, const PasswordChange& input) -> Result<Json> {
        storage::execute(tx, "update account set password_hash = $2, password_changed = $3 where id = $1",
                         context.actor.account, input.checked["hash"].text(), tx.now());
        end_all_sessions(tx, context.actor.account, context.actor.session);  // whoever knew the old one is out
        forget_failures(tx, "password:" + context.actor.account.text());
        forget_after_commit(tx, services.sessions, context.actor.account);
        return Json::object();
      });
}

Result<Response> sessions_page(Context& context) {
  const auto open = storage::select<SessionRow>(
      context.reader,
      "select * from account_session where account = $1 and ended = 0 and purpose = 'full' order by seen desc",
      context.actor.account);
  Json list = Json::array();
  for (const auto& session : open) {
    if (session_is_over(session, context.now) && session.id != context.actor.session) continue;
    const bool mine = session.id == context.actor.session;
    list.push(Json::of({{"id", id_text(session.id)},
                        {"device", session.device.empty() ? context.text("identity.device_unknown") : session.device},
                        {"since", context.text("identity.session_since", {{"at", local_text(session.created)}})},
                        {"seen", mine ? "" : context.text("identity.session_seen", {{"at", local_text(session.seen)}})},
                        {"factor", session.second_factor},
                        {"mine", mine}}));
  }
  Json view = Json::of(
      {{"title", context.text("identity.sessions")}, {"nav_me", true}, {"sessions", list}, {"many", list.size() > 1}});
  return context.page("identity/sessions", std::move(view));
}

void add_sessions(http::Router& router, const Services& services) {
  const char* reason = "one's own sessions";
  router.page("identity.sessions", "/me/account/sessions", Access::signed_in(reason), sessions_page);
  router.resolver("session", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto id = id_value(text);
    const auto account =
        id ? storage::scalar<std::int64_t>(reader, "select account from account_session where id = $1", *id)
           : std::nullopt;
    if (!account) return std::nullopt;
    access::Place place;
    place.owners.push_back(AccountId{*account});
    return place;
  });
  const auto next = [](const CommandContext&, const Json&) { return std::string("/me/account/sessions"); };
  http::CommandSpec one{
      .name = "identity.session_end", .path = "/me/sessions/{session}/end", .access = Access::owner("session")};
  one.next = next;
  one.flash = "identity.session_ended";
  router.command<Nothing>(std::move(one),
                          [services](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const auto id = id_value(context.argument("session"));
                            if (!id) return refuse(Kind::not_found, "http.not_found");
                            end_session(tx, *id);
                            forget_after_commit(tx, services.sessions, context.actor.account);
                            return Json::object();
                          });
  http::CommandSpec others{
      .name = "identity.sessions_end", .path = "/me/account/sessions", .access = Access::signed_in(reason)};
  others.next = next;
  others.flash = "identity.sessions_ended";
  router.command<Nothing>(std::move(others),
                          [services](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            end_all_sessions(tx, context.actor.account, context.actor.session);
                            forget_after_commit(tx, services.sessions, context.actor.account);
                            return Json::object();
                          });
}

Result<Response> consents_page(Context& context) {
  Json asked = Json::array(), fixed = Json::array();
  for (const auto& purpose : purposes()) {
    const std::string key = "identity.purpose." + std::string(purpose.id);
    const bool given = consents(context.reader, context.actor.account, purpose.id);
    Json row = Json::of({{"id", purpose.id},
                         {"name", context.text(key)},
                         {"why", context.text(key + ".text")},
                         {"ground", context.text("identity.ground." + std::string(purpose.ground))},
                         {"given", given},
                         {"state", given ? pill(context, "live", "identity.consent_given")
                                         : pill(context, "", "identity.consent_not_given")}});
    (purpose.ground == "consent" ? asked : fixed).push(std::move(row));
  }
  Json view =
      Json::of({{"title", context.text("identity.consents")}, {"nav_me", true}, {"asked", asked}, {"fixed", fixed}});
  return context.page("identity/consents", std::move(view));
}

void add_consents(http::Router& router) {
  const char* reason = "one's own consents";
  router.page("identity.consents", "/me/account/consents", Access::signed_in(reason), consents_page);
  http::CommandSpec spec{
      .name = "identity.consent", .path = "/me/account/consents", .access = Access::signed_in(reason)};
  spec.page = consents_page;
  spec.flash = "identity.saved";
  spec.next = [](const CommandContext&, const Json&) { return std::string("/me/account/consents"); };
  router.command<ConsentChange>(
      std::move(spec), [](storage::Tx& tx, const CommandContext& context, const ConsentChange& input) -> Result<Json> {
        for (const auto& purpose : purposes()) {
          if (purpose.id != input.purpose || purpose.ground != "consent") continue;
          if (input.given)
            give_consent(tx, context.actor.account, purpose.id);
          else
            withdraw_consent(tx, context.actor.account, purpose.id);
          return Json::of({{"purpose", input.purpose}, {"given", input.given}});
        }
        return refuse(Kind::invalid, "identity.purpose_unknown", "purpose");
      });
}

// PIPL art. 45: what is kept about a person, as a file that a program can read.
Json data_of(const Services& services, storage::Reader& reader, const Account& account) {
  Json data = Json::object();
  data.set("account", Json::of({{"id", account.id.text()},
                                {"login", services.vault.unseal(account.login_sealed, kLoginPlace).value_or("")},
                                {"display_name", account.display_name},
                                {"region", account.region},
                                {"language", account.language},
                                {"created", iso_text(account.created)},
                                {"password_changed", iso_text(account.password_changed)},
                                {"second_factor", has_second_factor(reader, account.id)}}));
  const auto rows = [&](const char* sql) {
    const storage::Rows found = storage::query(reader, sql, account.id);
    Json list = Json::array();
    for (const auto& row : found.rows) {
      Json item = Json::object();
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string& column = (*found.columns)[i];
        if (const auto* text = std::get_if<std::string>(&row[i])) item.set(column, *text);
        if (const auto* number = std::get_if<std::int64_t>(&row[i])) {
          const bool instant = column != "version" && column != "seq" && column != "second_factor";
          item.set(column, !instant ? Json(*number) : *number ? Json(iso_text({*number})) : Json());
        }
      }
      list.push(std::move(item));
    }
    return list;
  };
  data.set(
      "sessions",
      rows("select created, seen, ended, device, second_factor from account_session where account = $1 order by id"));
  data.set("roles",
           rows("select role, kind, scope, granted, revoked from account_grant where account = $1 order by id"));
  data.set("consents", rows("select purpose, version, given, withdrawn from consent where account = $1 order by id"));
  data.set("helping", rows("select principal_name, consent_kind, consent_by, since, until, ended from proxy where "
                           "helper = $1 order by id"));
  data.set("helped_by",
           rows("select consent_kind, consent_by, since, until, ended from proxy where principal = $1 order by id"));
  data.set(
      "trail",
      rows("select seq, at, action, object, outcome from audit_entry where account = $1 order by seq desc limit 5000"));
  for (const auto& [name, part] : services.extras.data_parts) data.set(name, part(reader, account.id));
  return data;
}

void add_data(http::Router& router, const Services& services) {
  router.page("identity.data", "/me/data", Access::signed_in("one's own data"),
              [services](Context& context) -> Result<Response> {
                const auto account = account_by_id(context.reader, context.actor.account);
                if (!account) return refuse(Kind::not_found, "http.not_found");
                auto written = services.store.write([&](storage::Tx& tx) -> Result<Json> {
                  audit::Entry entry;
                  entry.account = account->id.value;
                  entry.action = "identity.data";
                  entry.object = "account:" + account->id.text();
                  entry.region = account->region;
                  entry.rule = "access.signed_in";
                  entry.outcome = "done";
                  entry.details = Json::object();
                  audit::append(tx, entry);
                  return Json();
                });
                if (!written) return tl::unexpected(written.error());
                return Response::file(data_of(services, context.reader, *account).dump(), "application/json",
                                      "tongxin-my-data.json");
              });
}

Result<Response> close_page(Context& context) {
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.close")}, {"nav_me", true}, {"summary", form.summary()}});
  view.set("current", password_field(form, "current", "identity.password_current", "", "current-password"));
  return context.page("identity/close", std::move(view));
}

// The account becomes a number without a person; what the law demands to be kept (service records, the trail) stays
// under that number.
Result<Json> close_account(const Services& services, storage::Tx& tx, const CommandContext& context) {
  const AccountId id = context.actor.account;
  for (const auto& drop : services.extras.on_close) drop(tx, id);
  end_all_sessions(tx, id);
  remove_second_factor(tx, id);
  for (const auto& held : grants_of(tx, id)) end_grant(tx, held, id, "closed");
  storage::execute(tx, "update consent set withdrawn = $2 where account = $1 and withdrawn = 0", id, tx.now());
  storage::execute(tx, "update proxy set ended = $2, ended_by = $1 where (helper = $1 or principal = $1) and ended = 0",
                   id, tx.now());
  storage::execute(tx,
                   "update account set state = 'closed', login_index = $2, login_sealed = '', display_name = '', "
                   "password_hash = '', region = '' where id = $1",
                   id, "closed:" + id.text());
  forget_after_commit(tx, services.sessions, id);
  return Json::object();
}

void add_closing(http::Router& router, const Services& services) {
  const char* reason = "one's own account";
  router.page("identity.close", "/me/account/close", Access::signed_in(reason), close_page);
  http::CommandSpec spec{.name = "identity.close", .path = "/me/account/close", .access = Access::signed_in(reason)};
  spec.page = close_page;
  spec.flash = "identity.closed";
  spec.next = [](const CommandContext&, const Json&) { return std::string("/"); };
  spec.finish = [](Response& response, const Json&) { response.set_cookie(std::string(http::kSessionCookie), "", 0); };
  spec.prepare = [services](Context& context, Json input) -> Result<Json> {
    TX_CHECK(demand_password(services, context, context.actor.account, input["current"].text()));
    return Json::object();
  };
  router.command<Closing>(std::move(spec), [services](storage::Tx& tx, const CommandContext& context, const Closing&) {
    return close_account(services, tx, context);
  });
}

}  // namespace

void add_account_routes(http::Router& router, const Services& services) {
  add_profile(router, services);
  add_password(router, services);
  add_sessions(router, services);
  add_consents(router);
  add_data(router, services);
  add_closing(router, services);
}

}  // namespace tx::identity
