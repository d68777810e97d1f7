#include "platform/identity/role_rules.h"

#include <algorithm>

#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"

namespace tx::identity {
namespace {

constexpr access::Permission kSeparated[] = {permission::system_settings, permission::grant_roles,
                                             permission::audit_read};

int separated_powers(const access::Roles& roles, const std::vector<std::string>& held) {
  int count = 0;
  for (const auto& power : kSeparated)
    count += std::any_of(held.begin(), held.end(), [&](const auto& role) { return roles.holds(role, power); });
  return count;
}

bool reaches(const access::Grant& own, const access::Grant& wanted) {
  if (own.kind == access::ScopeKind::everywhere) return true;
  if (own.kind != wanted.kind) return false;
  return own.kind == access::ScopeKind::region ? wanted.scope.starts_with(own.scope) : wanted.scope == own.scope;
}

}  // namespace

Result<void> not_oneself(const access::Actor& actor, AccountId account) {
  if (actor.account == account) return refuse(Kind::forbidden, "identity.grant_self");
  return {};
}

Result<void> stated_reason(const std::string& reason) {
  if (folded(reason).size() < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
  return {};
}

Result<void> may_change(const access::Roles& roles, const access::Actor& actor, AccountId account,
                        const access::Grant& grant, const std::string& reason) {
  TX_CHECK(not_oneself(actor, account));
  TX_CHECK(stated_reason(reason));
  const bool within = std::any_of(actor.grants.begin(), actor.grants.end(), [&](const access::Grant& own) {
    return roles.holds(own.role, permission::grant_roles) && reaches(own, grant);
  });
  if (!within) return refuse(Kind::forbidden, "identity.grant_outside_scope");
  return {};
}

Result<void> may_grant(const access::Roles& roles, const access::Actor& actor, AccountId account,
                       const std::vector<access::Grant>& held, const access::Grant& wanted, const std::string& reason) {
  if (!roles.find(wanted.role)) return refuse(Kind::invalid, "identity.role_missing", "role");
  TX_CHECK(check_grant(wanted));
  TX_CHECK(may_change(roles, actor, account, wanted, reason));
  std::vector<std::string> together{wanted.role};
  for (const auto& grant : held) {
    if (grant.role == wanted.role && grant.kind == wanted.kind && grant.scope == wanted.scope)
      return refuse(Kind::conflict, "identity.grant_held", "role");
    together.push_back(grant.role);
  }
  if (separated_powers(roles, together) > 1) return refuse(Kind::conflict, "identity.three_administrators", "role");
  return {};
}

}  // namespace tx::identity
