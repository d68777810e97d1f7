// The desk of the security administrator (who holds which role where) and, for the system administrator, disabling and
// reopening an account.
#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"
#include "platform/identity/role_rules.h"
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

constexpr int kListed = 50;

struct GrantInput {
  std::string role, kind, scope, place, reason;  // place: "kind:scope" from the list of places
};
BOOST_DESCRIBE_STRUCT(GrantInput, (), (role, kind, scope, place, reason))
struct RevokeInput {
  std::string grant, reason;
};
BOOST_DESCRIBE_STRUCT(RevokeInput, (), (grant, reason))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

std::string role_name(const Context& context, const std::string& role) {
  const std::string key = "role." + role;
  return context.words.has(key) ? context.text(key) : role;
}
std::string role_text(const Context& context, const std::string& role) {
  const std::string key = "role." + role + ".text";
  return context.words.has(key) ? context.text(key) : "";
}
std::string scope_name(const Services& services, const Context& context, const access::Grant& grant) {
  if (grant.kind == access::ScopeKind::everywhere) return context.text("identity.scope.everywhere");
  std::string name;
  if (services.extras.scope_name) name = services.extras.scope_name(context.reader, grant, context.language);
  if (!name.empty()) return name;
  return context.text("identity.scope." + kind_name(grant.kind)) + " " + grant.scope;
}

Json state_pill(const Context& context, const std::string& state) {
  const char* tone = state == "open" ? "live" : "stop";
  return Json::of({{"tone", tone}, {"label", context.text("identity.state." + state)}});
}

Json officer_row(const Services& services, const Context& context, const Account& account) {
  Json meta = Json::array();
  for (const auto& row : grants_of(context.reader, account.id))
    meta.push(
        Json::of({{"glyph", "flag"},
                  {"words", role_name(context, row.role) + " · " + scope_name(services, context, as_grant(row))}}));
  return Json::of({{"href", "/officers/" + account.id.text()},
                   {"title", account.display_name},
                   {"text", masked_login(services.vault, account)},
                   {"icon", "me"},
                   {"leaf", ""},
                   {"unread_row", ""},
                   {"clock", ""},
                   {"side", ""},
                   {"meta", meta},
                   {"has_side", account.state != "open"},
                   {"state", state_pill(context, account.state)}});
}

std::vector<Account> found_accounts(const Services& services, const Context& context, const std::string& asked) {
  const std::string where = access::region_filter(
      "account.region", access::regions_of(context.roles, context.actor, permission::account_read));
  if (asked.empty())
    return storage::select<Account>(
        context.reader, "select * from account where " + where +
                            " and state <> 'closed' and id in "
                            "(select account from account_grant where revoked = 0) order by display_name, id limit " +
                            std::to_string(kListed));
  // A whole login, or the beginning of a name; like-signs that were typed stand for themselves.
  std::string begin;
  for (const char c : folded(asked))
    begin += c == '%' || c == '_' || c == '!' ? std::string("!") + c : std::string(1, c);
  return storage::select<Account>(context.reader,
                                  "select * from account where " + where +
                                      " and state <> 'closed' and (login_index = $1 or "
                                      "display_name like $2 escape '!') order by display_name, id limit " +
                                      std::to_string(kListed),
                                  login_index(services.vault, canonical_login(asked)), begin + "%");
}

Result<Response> officers_page(const Services& services, Context& context) {
  const std::string asked = context.request.query["q"].text();
  Json rows = Json::array();
  for (const auto& account : found_accounts(services, context, asked))
    rows.push(officer_row(services, context, account));
  Json view = Json::of({{"title", context.text("identity.officers")},
                        {"q", asked},
                        {"searched", !asked.empty()},
                        {"rows", rows},
                        {"nobody", rows.size() == 0}});
  view.set("empty", Json::of({{"icon", "people"},
                              {"title", context.text("identity.nobody_found")},
                              {"text", context.text("identity.nobody_found.text")},
                              {"href", ""}}));
  return context.page("identity/officers", std::move(view));
}

Json grant_form(const Services& services, const Context& context, const http::Form& form, const std::string& region) {
  Json view = Json::object();
  std::vector<http::Option> roles;
  for (const auto& role : context.roles.all())
    roles.push_back({role.id, role_name(context, role.id), role_text(context, role.id)});
  view.set("role", form.options("role", "identity.role", roles));
  std::vector<http::Option> places;
  if (services.extras.scopes) {
    places.push_back({"", context.text("identity.place_choose")});
    places.push_back({"everywhere:", context.text("identity.scope.everywhere")});
    for (const auto& scope : services.extras.scopes(context.reader, region, context.language))
      places.push_back({scope.kind + ":" + scope.scope, scope.name});
  }
  if (!places.empty()) {
    view.set("place", form.options("place", "identity.place", places, "identity.place.hint"));
  } else {
    std::vector<http::Option> kinds;
    for (const std::string kind : {"everywhere", "region", "organisation", "station"})
      kinds.push_back({kind, context.text("identity.scope." + kind)});
    view.set("kind", form.options("kind", "identity.place", kinds, "identity.place.hint"));
    view.set("scope",
             form.field("scope", "identity.scope_code", "identity.scope_code.hint", Json::of({{"short", true}})));
  }
  view.set("reason", form.field("reason", "identity.reason", "identity.reason.hint",
                                Json::of({{"required", true}, {"maxlength", 200}})));
  return view;
}

Result<Response> officer_page(const Services& services, Context& context) {
  const auto id = TX_TRY(context.id<access::AccountTag>("account"));
  const auto account = account_by_id(context.reader, id);
  if (!account || account->state == "closed") return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  const bool self = account->id == context.actor.account;
  Json view = Json::of({{"title", account->display_name},
                        {"summary", form.summary()},
                        {"account", id.text()},
                        {"self", self},
                        {"open", account->state == "open"},
                        {"account_state", state_pill(context, account->state)},
                        {"factor", has_second_factor(context.reader, id)}});
  view.set("person", Json::of({{"initial", initial_of(account->display_name)},
                               {"name", account->display_name},
                               {"tone", 2},
                               {"note", masked_login(services.vault, *account)}}));
  view.set("may_grant", context.may(permission::grant_roles) && !self && account->state == "open");
  view.set("may_settings", context.may(permission::system_settings) && !self);
  view.set("recovery", recovery_code(context.reader, services.vault, id, context.actor.account, context.now));
  Json grants = Json::array(), past = Json::array();
  for (const auto& row : storage::select<GrantRow>(
           context.reader, "select * from account_grant where account = $1 order by id desc", id)) {
    const auto by = row.granted_by ? account_by_id(context.reader, row.granted_by) : std::nullopt;
    const auto ended_by = row.revoked_by ? account_by_id(context.reader, row.revoked_by) : std::nullopt;
    Json item = Json::of({{"grant", id_text(row.id)},
                          {"role_title", role_name(context, row.role)},
                          {"where", scope_name(services, context, as_grant(row))},
                          {"granted", local_text(row.granted)},
                          {"by", by ? by->display_name : ""},
                          {"why", row.reason},
                          {"ended", row.revoked.us ? local_text(row.revoked) : ""},
                          {"ended_by", ended_by ? ended_by->display_name : ""},
                          {"ended_why", row.revoked_reason}});
    (row.revoked.us ? past : grants).push(std::move(item));
  }
  view.set("grants", grants).set("grants_any", grants.size() > 0).set("past", past).set("past_any", past.size() > 0);
  view.set("form", grant_form(services, context, form, account->region));
  return context.page("identity/officer", std::move(view));
}

// Every change of a grant takes effect on that person's next request, and an officer's shorter session time with it.
void after_change(const http::Router& router, const Services& services, storage::Tx& tx, AccountId account) {
  const bool officer = holds_officer_role(router.roles(), tx, account);
  storage::execute(tx, "update account_session set officer = $2 where account = $1 and ended = 0", account, officer);
  forget_after_commit(tx, services.sessions, account);
}

Result<Json> give_role(const http::Router& router, const Services& services, storage::Tx& tx,
                       const CommandContext& context, const GrantInput& input) {
  const auto id = TX_TRY(context.id<access::AccountTag>("account"));
  const auto account = account_by_id(tx, id);
  if (!account || account->state != "open") return refuse(Kind::not_found, "http.not_found");
  std::string kind = input.kind, scope = input.scope;
  if (const auto colon = input.place.find(':'); colon != std::string::npos) {
    kind = input.place.substr(0, colon);
    scope = input.place.substr(colon + 1);
  }
  const auto scope_kind = kind_of(kind);
  if (!scope_kind) return refuse(Kind::invalid, "identity.place_missing", input.place.empty() ? "kind" : "place");
  const access::Grant wanted{input.role, *scope_kind, *scope_kind == access::ScopeKind::everywhere ? "" : scope};
  std::vector<access::Grant> held;
  for (const auto& row : grants_of(tx, id)) held.push_back(as_grant(row));
  TX_CHECK(may_grant(router.roles(), context.actor, id, held, wanted, input.reason));
  give_grant(tx, id, wanted, context.actor.account, input.reason);
  after_change(router, services, tx, id);
  return Json::of({{"account", id.text()}, {"region", account->region}});
}

Result<Json> take_role(const http::Router& router, const Services& services, storage::Tx& tx,
                       const CommandContext& context, const RevokeInput& input) {
  const auto id = TX_TRY(context.id<access::AccountTag>("account"));
  const auto row =
      storage::find<GrantRow>(tx, "select * from account_grant where id = $1 and account = $2 and revoked = 0",
                              id_value(input.grant).value_or(0), id);
  if (!row) return refuse(Kind::conflict, "identity.grant_gone");
  TX_CHECK(may_change(router.roles(), context.actor, id, as_grant(*row), input.reason));
  end_grant(tx, *row, context.actor.account, input.reason);
  after_change(router, services, tx, id);
  return Json::of({{"account", id.text()}});
}

std::string back_to_account(const CommandContext& context, const Json&) {
  return "/officers/" + context.argument("account");
}

void add_grant_commands(http::Router& router, const Services& services) {
  const auto page = [services](Context& context) { return officer_page(services, context); };
  http::CommandSpec give{.name = "identity.grant",
                         .path = "/officers/{account}/grant",
                         .access = Access::over(permission::grant_roles, "account")};
  give.page = page;
  give.next = back_to_account;
  give.flash = "identity.granted";
  give.region_field = "region";
  router.command<GrantInput>(
      std::move(give), [services, &router](storage::Tx& tx, const CommandContext& context, const GrantInput& input) {
        return give_role(router, services, tx, context, input);
      });
  http::CommandSpec take{.name = "identity.revoke",
                         .path = "/officers/{account}/revoke",
                         .access = Access::over(permission::grant_roles, "account")};
  take.page = page;
  take.next = back_to_account;
  take.flash = "identity.revoked";
  router.command<RevokeInput>(
      std::move(take), [services, &router](storage::Tx& tx, const CommandContext& context, const RevokeInput& input) {
        return take_role(router, services, tx, context, input);
      });
  http::CommandSpec reset{.name = "identity.factor_reset",
                          .path = "/officers/{account}/factor-reset",
                          .access = Access::over(permission::grant_roles, "account")};
  reset.page = page;
  reset.next = back_to_account;
  reset.flash = "identity.factor_was_reset";
  router.command<ReasonInput>(
      std::move(reset),
      [services](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
        const auto id = TX_TRY(context.id<access::AccountTag>("account"));
        TX_CHECK(not_oneself(context.actor, id));
        TX_CHECK(stated_reason(input.reason));
        remove_second_factor(tx, id);
        end_all_sessions(tx, id);
        forget_after_commit(tx, services.sessions, id);
        return Json::object();
      });
}

// Disabling ends every session at once; reopening gives back neither sessions nor lost grants.
void add_state_commands(http::Router& router, const Services& services) {
  struct Change {
    const char *name, *path, *from, *to, *flash;
  };
  for (const Change& change :
       {Change{"account.disable", "/officers/{account}/disable", "open", "disabled", "identity.disabled"},
        Change{"account.reopen", "/officers/{account}/reopen", "disabled", "open", "identity.reopened"}}) {
    http::CommandSpec spec{
        .name = change.name, .path = change.path, .access = Access::over(permission::system_settings, "account")};
    spec.page = [services](Context& context) { return officer_page(services, context); };
    spec.next = back_to_account;
    spec.flash = change.flash;
    router.command<ReasonInput>(
        std::move(spec),
        [services, change](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          const auto id = TX_TRY(context.id<access::AccountTag>("account"));
          TX_CHECK(not_oneself(context.actor, id));
          TX_CHECK(stated_reason(input.reason));
          if (storage::execute(tx, "update account set state = $3 where id = $1 and state = $2", id, change.from,
                               change.to) == 0)
            return refuse(Kind::conflict, "identity.state_moved_on");
          end_all_sessions(tx, id);
          forget_after_commit(tx, services.sessions, id);
          return Json::object();
        });
  }
}

}  // namespace

void add_role_routes(http::Router& router, const Services& services) {
  router.resolver("account", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto id = AccountId::parse(text);
    const auto account = id ? account_by_id(reader, *id) : std::nullopt;
    if (!account) return std::nullopt;
    access::Place place;
    place.region = account->region;
    return place;
  });
  router.page("identity.officers", "/officers", Access::any(permission::account_read),
              [services](Context& context) { return officers_page(services, context); });
  router.page("identity.officer", "/officers/{account}", Access::over(permission::account_read, "account"),
              [services](Context& context) { return officer_page(services, context); });
  add_grant_commands(router, services);
  add_state_commands(router, services);
}

}  // namespace tx::identity
