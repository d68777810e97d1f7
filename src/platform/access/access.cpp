#include "platform/access/access.h"

#include <algorithm>

#include "base/result.h"

namespace tx::access {
namespace {

bool holds(const Roles& roles, const Grant& grant, Permission permission) {
  return roles.holds(grant.role, permission);
}

std::vector<std::string> scopes_of(const Roles& roles, const Actor& actor, Permission permission, ScopeKind kind) {
  std::vector<std::string> found;
  for (const auto& grant : actor.grants) {
    if (!holds(roles, grant, permission)) continue;
    if (grant.kind == ScopeKind::everywhere) return {""};
    if (grant.kind == kind) found.push_back(grant.scope);
  }
  return found;
}

bool needs_second_factor(const Roles& roles, const Actor& actor, const Grant& grant) {
  const Role* role = roles.find(grant.role);
  return role && role->second_factor && !actor.second_factor;
}

}  // namespace

Roles::Roles(std::vector<Role> roles) : roles_(std::move(roles)) {}
const Role* Roles::find(std::string_view id) const {
  for (const auto& role : roles_)
    if (role.id == id) return &role;
  return nullptr;
}
bool Roles::holds(std::string_view id, Permission permission) const {
  const Role* role = find(id);
  return role && std::find(role->permissions.begin(), role->permissions.end(), permission) != role->permissions.end();
}

bool covers(const Grant& grant, const Place& place) {
  switch (grant.kind) {
    case ScopeKind::everywhere: return true;
    case ScopeKind::region: return !grant.scope.empty() && place.region.starts_with(grant.scope);
    case ScopeKind::organisation:
      return std::find(place.organisations.begin(), place.organisations.end(), grant.scope) !=
             place.organisations.end();
    case ScopeKind::station: return !grant.scope.empty() && place.station == grant.scope;
  }
  return false;
}

Decision decide(const Roles& roles, const Actor& actor, const Access& access, const Place* place) {
  using Level = Access::Level;
  if (access.level == Level::everyone) return {true, "access.everyone", {}};
  if (!actor.signed_in()) return {false, "access.sign_in", {}};
  if (access.level == Level::signed_in) return {true, "access.signed_in", {}};
  if ((access.level == Level::owner || access.level == Level::permission_or_owner) && place &&
      std::find(place->owners.begin(), place->owners.end(), actor.account) != place->owners.end())
    return {true, "access.owner", {}};
  if (access.level == Level::owner) return {false, "access.denied", {}};
  bool factor_missing = false;
  for (const auto& grant : actor.grants) {
    if (!holds(roles, grant, access.permission)) continue;
    if (place && !covers(grant, *place)) continue;
    if (needs_second_factor(roles, actor, grant)) {
      factor_missing = true;
      continue;
    }
    return {true, "access.grant", grant.role + "@" + grant.scope};
  }
  return {false, factor_missing ? "access.second_factor" : "access.denied", {}};
}

std::vector<std::string> regions_of(const Roles& roles, const Actor& actor, Permission permission) {
  return scopes_of(roles, actor, permission, ScopeKind::region);
}
std::vector<std::string> organisations_of(const Roles& roles, const Actor& actor, Permission permission) {
  return scopes_of(roles, actor, permission, ScopeKind::organisation);
}
std::vector<std::string> stations_of(const Roles& roles, const Actor& actor, Permission permission) {
  return scopes_of(roles, actor, permission, ScopeKind::station);
}

// A range of codes of one length says what "like '640104%'" says, and SQLite can use an index for it.
std::string region_filter(std::string_view column, const std::vector<std::string>& prefixes) {
  if (prefixes.empty()) return "1=0";
  std::string sql = "(";
  for (const auto& prefix : prefixes) {
    TX_ASSERT(std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= '0' && c <= '9'; }));
    if (prefix.empty()) return "1=1";
    if (sql.size() > 1) sql += " or ";
    auto after = prefix;           // the next code of this length; none when all are nines
    while (!after.empty() && after.back() == '9') after.pop_back();
    if (!after.empty()) after.back() = static_cast<char>(after.back() + 1);
    sql += after.empty() ? std::string(column) + " >= '" + prefix + "'"
                         : "(" + std::string(column) + " >= '" + prefix + "' and " + std::string(column) + " < '" + after + "')";
  }
  return sql + ")";
}

}  // namespace tx::access
