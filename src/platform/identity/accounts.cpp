#include "platform/identity/accounts.h"

#include <algorithm>

#include "base/text.h"
#include "platform/identity/canonical.h"
#include "platform/identity/deeds.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

constexpr std::int64_t kFirstPause = 30 * kSecond, kLongestPause = 15 * kMinute;

bool valid_scope(const access::Grant& grant) {
  const auto digits = [](char c) { return c >= '0' && c <= '9'; };
  switch (grant.kind) {
    case access::ScopeKind::everywhere:
      return grant.scope.empty();
    case access::ScopeKind::region:
      return grant.scope.size() >= 2 && grant.scope.size() <= 18 &&
             std::all_of(grant.scope.begin(), grant.scope.end(), digits);
    case access::ScopeKind::organisation:
    case access::ScopeKind::station:
      return id_value(grant.scope).has_value();
  }
  return false;
}

}  // namespace

std::string login_index(const Vault& vault, std::string_view canonical) {
  return vault.blind_index(canonical, kLoginPlace);
}

std::optional<Account> account_by_login(storage::Reader& reader, const Vault& vault, std::string_view typed) {
  // The look-up is made for unreadable logins too, so that every wrong login takes the same way.
  return storage::find<Account>(reader, "select * from account where login_index = $1 and state = 'open'",
                                login_index(vault, canonical_login(typed)));
}

std::optional<Account> account_by_id(storage::Reader& reader, AccountId id) {
  return storage::find<Account>(reader, "select * from account where id = $1", id);
}

std::string masked_login(const Vault& vault, const Account& account) {
  const std::string login = vault.unseal(account.login_sealed, kLoginPlace).value_or("");
  return is_phone_login(login) ? masked_phone(login) : login;
}

Result<AccountId> create_account(storage::Tx& tx, const Vault& vault, const NewAccount& account) {
  const std::string login = canonical_login(account.login);
  if (login.empty()) return refuse(Kind::invalid, "identity.login_unreadable", "login");
  if (account.display_name.empty()) return refuse(Kind::invalid, "identity.name_missing", "display_name");
  if (letter_count(account.display_name) > 40) return refuse(Kind::invalid, "identity.name_long", "display_name");
  Account row;
  row.login_index = login_index(vault, login);
  if (storage::scalar<std::int64_t>(tx, "select id from account where login_index = $1", row.login_index))
    return refuse(Kind::conflict, "identity.login_taken", "login");
  row.id = AccountId{tx.new_id()};
  row.login_sealed = vault.seal(login, kLoginPlace);
  row.display_name = account.display_name;
  row.password_hash = account.password_hash;
  row.region = account.region;
  row.language = account.language;
  row.state = "open";
  row.created = row.password_changed = tx.now();
  storage::insert(tx, "account", row);
  return row.id;
}

std::string kind_name(access::ScopeKind kind) {
  switch (kind) {
    case access::ScopeKind::everywhere:
      return "everywhere";
    case access::ScopeKind::region:
      return "region";
    case access::ScopeKind::organisation:
      return "organisation";
    case access::ScopeKind::station:
      return "station";
  }
  return {};
}

std::optional<access::ScopeKind> kind_of(std::string_view name) {
  for (const auto kind : {access::ScopeKind::everywhere, access::ScopeKind::region, access::ScopeKind::organisation,
                          access::ScopeKind::station})
    if (kind_name(kind) == name) return kind;
  return std::nullopt;
}

Result<void> check_grant(const access::Grant& grant) {
  if (!valid_scope(grant)) return refuse(Kind::invalid, "identity.grant_scope_unreadable", "scope");
  return {};
}

void grant(storage::Tx& tx, AccountId account, const access::Grant& grant, AccountId by) {
  give_grant(tx, account, grant, by, {});
}

namespace {

std::function<void(storage::Tx&, const GrantDeed&)>& grant_listener() {
  static std::function<void(storage::Tx&, const GrantDeed&)> told;
  return told;
}

GrantDeed deed_of(const GrantRow& row, bool ended) {
  return {ended, row.id, row.account, ended ? row.revoked_by : row.granted_by, row.role, row.kind, row.scope,
          ended ? row.revoked_reason : row.reason, ended ? row.revoked : row.granted};
}

}  // namespace

void give_grant(storage::Tx& tx, AccountId account, const access::Grant& grant, AccountId by,
                const std::string& reason) {
  TX_ASSERT(valid_scope(grant));
  GrantRow row;
  row.id = tx.new_id();
  row.account = account;
  row.role = grant.role;
  row.kind = kind_name(grant.kind);
  row.scope = grant.scope;
  row.granted = tx.now();
  row.granted_by = by;
  row.reason = reason;
  storage::insert(tx, "account_grant", row);
  if (grant_listener()) grant_listener()(tx, deed_of(row, false));
}

bool end_grant(storage::Tx& tx, const GrantRow& held, AccountId by, const std::string& reason) {
  GrantRow row = held;
  row.revoked = tx.now();
  row.revoked_by = by;
  row.revoked_reason = reason;
  if (storage::execute(tx, "update account_grant set revoked = $2, revoked_by = $3, revoked_reason = $4 where id = $1 and revoked = 0", row.id,
                       row.revoked, by, reason) == 0)
    return false;
  if (grant_listener()) grant_listener()(tx, deed_of(row, true));
  return true;
}

void on_grant(std::function<void(storage::Tx&, const GrantDeed&)> listener) { grant_listener() = std::move(listener); }

std::vector<GrantDeed> all_grants(storage::Reader& reader) {
  std::vector<GrantDeed> deeds;
  for (const auto& row : storage::select<GrantRow>(reader, "select * from account_grant order by id")) {
    deeds.push_back(deed_of(row, false));
    if (row.revoked.us) deeds.push_back(deed_of(row, true));
  }
  return deeds;
}

std::vector<GrantRow> grants_of(storage::Reader& reader, AccountId account) {
  return storage::select<GrantRow>(reader, "select * from account_grant where account = $1 and revoked = 0 order by id",
                                   account);
}

access::Grant as_grant(const GrantRow& row) {
  return {row.role, kind_of(row.kind).value_or(access::ScopeKind::organisation), row.scope};
}

bool holds_officer_role(const access::Roles& roles, storage::Reader& reader, AccountId account) {
  for (const auto& row : grants_of(reader, account))
    if (const auto* role = roles.find(row.role); role && role->officer) return true;
  return false;
}

Result<void> may_try(storage::Reader& reader, const std::string& who, int free, Instant now) {
  const storage::Rows rows = storage::query(reader, "select failures, last from sign_in_attempt where who = $1", who);
  if (rows.empty()) return {};
  std::int64_t failures = 0;
  Instant last;
  storage::from_value(rows.rows[0][0], failures);
  storage::from_value(rows.rows[0][1], last);
  if (failures < free) return {};
  const std::int64_t doublings = std::min<std::int64_t>(failures - free, 10);
  const std::int64_t pause = std::min(kFirstPause << doublings, kLongestPause);
  if (now.us >= last.us + pause) return {};
  const std::int64_t minutes = (last.us + pause - now.us + kMinute - 1) / kMinute;
  return refuse(Kind::too_many, "identity.wait", {}, {{"minutes", std::to_string(minutes)}});
}

void note_failure(storage::Tx& tx, const std::string& who) {
  storage::execute(tx, "delete from sign_in_attempt where last < $1", tx.now().plus(-kDay));
  if (storage::execute(tx, "update sign_in_attempt set failures = failures + 1, last = $2 where who = $1", who,
                       tx.now()) == 0)
    storage::execute(tx, "insert into sign_in_attempt (who, failures, last) values ($1, 1, $2)", who, tx.now());
}

void forget_failures(storage::Tx& tx, const std::string& who) {
  storage::execute(tx, "delete from sign_in_attempt where who = $1", who);
}

}  // namespace tx::identity
