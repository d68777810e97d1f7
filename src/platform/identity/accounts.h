// Rows behind accounts and the back-off after wrong passwords. Internal to identity; other rooms use identity.h.
#pragma once
#include <string>
#include <vector>

#include "platform/identity/identity.h"

namespace tx::identity {

struct Account {
  AccountId id;
  std::string login_index, login_sealed, display_name, password_hash, region, language, state;
  Instant created, password_changed;
};
BOOST_DESCRIBE_STRUCT(Account, (),
                      (id, login_index, login_sealed, display_name, password_hash, region, language, state, created,
                       password_changed))

struct GrantRow {
  std::int64_t id = 0;
  AccountId account;
  std::string role;
  std::string kind, scope;
  Instant granted;
  AccountId granted_by;
  std::string reason;
  Instant revoked;
  AccountId revoked_by;
  std::string revoked_reason;
};
BOOST_DESCRIBE_STRUCT(GrantRow, (),
                      (id, account, role, kind, scope, granted, granted_by, reason, revoked, revoked_by,
                       revoked_reason))

inline constexpr std::string_view kLoginPlace = "account.login";

std::string login_index(const Vault& vault, std::string_view canonical);
std::optional<Account> account_by_login(storage::Reader& reader, const Vault& vault, std::string_view typed);
std::optional<Account> account_by_id(storage::Reader& reader, AccountId id);
std::string masked_login(const Vault& vault, const Account& account);         // 138****5678, or the chosen name
std::vector<GrantRow> grants_of(storage::Reader& reader, AccountId account);  // in force
access::Grant as_grant(const GrantRow& row);
std::string kind_name(access::ScopeKind kind);
std::optional<access::ScopeKind> kind_of(std::string_view name);
Result<void> check_grant(const access::Grant& grant);  // is the scope readable for its kind
void give_grant(storage::Tx& tx, AccountId account, const access::Grant& grant, AccountId by,
                const std::string& reason);
bool end_grant(storage::Tx& tx, const GrantRow& held, AccountId by, const std::string& reason);   // false: ended already
bool holds_officer_role(const access::Roles& roles, storage::Reader& reader, AccountId account);

// Back-off: `free` wrong tries, then 30 s, doubling up to 15 minutes. Read on a worker, written by note_failure.
Result<void> may_try(storage::Reader& reader, const std::string& who, int free, Instant now);
void note_failure(storage::Tx& tx, const std::string& who);
void forget_failures(storage::Tx& tx, const std::string& who);

}  // namespace tx::identity
