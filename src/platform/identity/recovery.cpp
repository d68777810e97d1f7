// A forgotten password: an officer who has made sure who is asking gives out a code, good once and for a day; with it
// the person chooses a new password. The code replaces the password only, never the second factor, so whoever gives it
// out cannot take over an account that has one.
#include <sodium.h>

#include "platform/audit/audit.h"
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"
#include "platform/identity/passwords.h"
#include "platform/identity/role_rules.h"
#include "platform/identity/routes.h"
#include "platform/identity/sessions.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::string_view kCodePlace = "recovery.code";
constexpr std::int64_t kCodeTime = kDay;
constexpr int kFreeTries = 5;

struct Recovery {
  std::string login, code, password;
  Json checked;  // filled in on the server
};
BOOST_DESCRIBE_STRUCT(Recovery, (), (login, code, password, checked))
struct Giving {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Giving, (), (reason))

struct RecoveryRow {
  AccountId account;
  std::string code_index, code_sealed;
  AccountId given_by;
  Instant given;
};
BOOST_DESCRIBE_STRUCT(RecoveryRow, (), (account, code_index, code_sealed, given_by, given))

std::string digits_of(std::string_view typed) {
  std::string code = folded(typed);
  std::erase_if(code, [](char c) { return c < '0' || c > '9'; });
  return code;
}

std::string index_of(const Vault& vault, AccountId account, std::string_view code) {
  return vault.blind_index(account.text() + ":" + std::string(code), kCodePlace);
}

std::optional<RecoveryRow> open_recovery(storage::Reader& reader, AccountId account, Instant now) {
  auto row = storage::find<RecoveryRow>(reader, "select * from recovery where account = $1", account);
  if (row && now.us > row->given.us + kCodeTime) return std::nullopt;
  return row;
}

Result<Response> recovery_page(Context& context) {
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.recover")}, {"nav_me", true}, {"summary", form.summary()}});
  view.set("login",
           form.field("login", "identity.login", {}, Json::of({{"required", true}, {"autocomplete", "username"}})));
  view.set(
      "code",
      form.field("code", "identity.recover_code", "identity.recover_code.hint",
                 Json::of({{"required", true}, {"inputmode", "numeric"}, {"autocomplete", "off"}, {"value", ""}})));
  view.set("password",
           form.field(
               "password", "identity.password_new", "identity.password.hint",
               Json::of({{"required", true}, {"type", "password"}, {"autocomplete", "new-password"}, {"value", ""}})));
  return context.page("identity/recover", std::move(view));
}

// The new password is hashed whether or not the code is right: the answer tells nothing by its time.
Result<Json> compare(const Services& services, Context& context, const Json& input) {
  const std::string login = canonical_login(input["login"].text());
  const std::string who = services.vault.blind_index(login, "recovery.try");
  TX_CHECK(may_try(context.reader, who, kFreeTries, context.now));
  TX_CHECK(check_new_password(input["password"].text()));
  const auto account = account_by_login(context.reader, services.vault, login);
  const auto row = open_recovery(context.reader, account ? account->id : AccountId{}, context.now);
  const std::string index =
      index_of(services.vault, account ? account->id : AccountId{}, digits_of(input["code"].text()));
  const std::string hash = TX_TRY(hashing().hash(input["password"].text()));
  if (!account || !row || sodium_memcmp(row->code_index.data(), index.data(), index.size()) != 0) {
    services.store.write([&](storage::Tx& tx) -> Result<Json> {
      note_failure(tx, who);
      return Json();
    });
    return refuse(Kind::invalid, "identity.recover_wrong", "code");
  }
  return Json::of(
      {{"checked", Json::of({{"account", account->id.text()}, {"code", index}, {"hash", hash}, {"who", who}})}});
}

Result<Json> recover(const Services& services, storage::Tx& tx, const Recovery& input) {
  const AccountId id = AccountId::parse(input.checked["account"].text()).value_or(AccountId{});
  const auto account = account_by_id(tx, id);
  const auto used = storage::execute(tx, "delete from recovery where account = $1 and code_index = $2", id,
                                     input.checked["code"].text());
  if (!account || account->state != "open" || used == 0) return refuse(Kind::invalid, "identity.recover_wrong", "code");
  storage::execute(tx, "update account set password_hash = $2, password_changed = $3 where id = $1", id,
                   input.checked["hash"].text(), tx.now());
  end_all_sessions(tx, id);
  forget_failures(tx, input.checked["who"].text());
  forget_after_commit(tx, services.sessions, id);
  audit::Entry entry;
  entry.action = "identity.recover";
  entry.account = id.value;
  entry.region = account->region;
  entry.rule = "access.everyone";
  entry.outcome = "done";
  entry.details = Json::object();
  audit::append(tx, entry);
  return Json::object();
}

Result<Json> give_code(const Services& services, storage::Tx& tx, const CommandContext& context, const Giving& input) {
  const auto id = TX_TRY(context.id<access::AccountTag>("account"));
  const auto account = account_by_id(tx, id);
  if (!account || account->state != "open") return refuse(Kind::conflict, "identity.state_moved_on");
  TX_CHECK(not_oneself(context.actor, id));
  TX_CHECK(stated_reason(input.reason));
  std::string code(10, '0');
  for (char& c : code) c = static_cast<char>('0' + randombytes_uniform(10));
  storage::execute(tx, "delete from recovery where account = $1", id);
  storage::insert(tx, "recovery",
                  RecoveryRow{id, index_of(services.vault, id, code), services.vault.seal(code, kCodePlace),
                              context.actor.account, tx.now()});
  return Json::of({{"region", account->region}});
}

}  // namespace

std::string recovery_code(storage::Reader& reader, const Vault& vault, AccountId account, AccountId given_by,
                          Instant now) {
  const auto row = open_recovery(reader, account, now);
  if (!row || row->given_by != given_by) return {};
  std::string code = vault.unseal(row->code_sealed, kCodePlace).value_or("");
  if (code.size() == 10) code.insert(5, " ");
  return code;
}

void add_recovery_routes(http::Router& router, const Services& services) {
  const char* reason = "whoever forgot the password is not signed in";
  router.page("identity.recover", "/recover", Access::everyone(reason), recovery_page);
  http::CommandSpec spec{.name = "identity.recover", .path = "/recover", .access = Access::everyone(reason)};
  spec.page = recovery_page;
  spec.prepare = [services](Context& context, Json input) { return compare(services, context, input); };
  spec.next = [](const CommandContext&, const Json&) { return std::string("/login"); };
  spec.flash = "identity.recovered";
  spec.audited = false;  // its own entry, under the account
  router.command<Recovery>(std::move(spec), [services](storage::Tx& tx, const CommandContext&, const Recovery& input) {
    return recover(services, tx, input);
  });

  http::CommandSpec give{.name = "identity.recovery_give",
                         .path = "/officers/{account}/recovery",
                         .access = Access::over(permission::system_settings, "account")};
  give.next = [](const CommandContext& context, const Json&) { return "/officers/" + context.argument("account"); };
  give.flash = "identity.recovery_given";
  give.region_field = "region";
  router.command<Giving>(std::move(give),
                         [services](storage::Tx& tx, const CommandContext& context, const Giving& input) {
                           return give_code(services, tx, context, input);
                         });
}

}  // namespace tx::identity
