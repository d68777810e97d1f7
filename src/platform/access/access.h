// Who may do what, as data. A role is a named set of permissions; a grant gives an account a role over a scope (a node
// of the region tree, an organisation, a station, or everything). A route states an Access; decide() says yes or no
// and why, and the answer goes into the audit trail. Pure: no SQL, no clock. Rooms name their own permissions; the
// table role -> permissions stands in one place, src/app/roles.cpp.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace tx::access {

struct AccountTag;
using AccountId = Id<AccountTag>;

struct Permission {
  std::string_view id;  // "need.dispatch"
  friend bool operator==(const Permission&, const Permission&) = default;
};

enum class ScopeKind { everywhere, region, organisation, station };

struct Grant {
  std::string role;      // "county_dispatcher"
  ScopeKind kind = ScopeKind::region;
  std::string scope;     // region code prefix ("640104"), or id text of the organisation or station
};

struct Role {
  std::string id;
  std::vector<Permission> permissions;
  bool second_factor = false;  // must sign in with TOTP: roles that read personal data in bulk
  bool officer = false;        // sees the desk navigation
};

// The table of roles, fixed at start.
class Roles {
 public:
  explicit Roles(std::vector<Role> roles);
  const Role* find(std::string_view id) const;
  bool holds(std::string_view role, Permission permission) const;
  const std::vector<Role>& all() const { return roles_; }

 private:
  std::vector<Role> roles_;
};

// Whoever makes the request. Anonymous: account 0.
struct Actor {
  AccountId account;
  std::string name;               // shown to the actor only
  std::vector<Grant> grants;
  bool second_factor = false;     // this session passed it
  std::int64_t session = 0;
  std::string region;             // home region code, may be empty
  bool signed_in() const { return static_cast<bool>(account); }
};

// Where an object stands: used to decide a scoped permission.
struct Place {
  std::string region;                        // code, empty: none
  std::vector<std::string> organisations;    // id texts
  std::string station;                       // id text
  std::vector<AccountId> owners;             // accounts whose own object it is (resident, volunteer, guardian, proxy)
};

// What a route demands. No default constructor: a route that states none does not compile.
struct Access {
  enum class Level { everyone, signed_in, permission, permission_or_owner, owner } level;
  Permission permission{};
  std::string object;      // name of the resolver and of the path argument that names the object; "" = anywhere:
                           // then any grant with the permission will do and the handler narrows by scope
  std::string reason;      // why it is open; compulsory for everyone and signed_in

  static Access everyone(std::string reason) { return {Level::everyone, {}, {}, std::move(reason)}; }
  static Access signed_in(std::string reason) { return {Level::signed_in, {}, {}, std::move(reason)}; }
  static Access any(Permission p) { return {Level::permission, p, {}, {}}; }
  static Access over(Permission p, std::string object) { return {Level::permission, p, std::move(object), {}}; }
  static Access over_or_owner(Permission p, std::string object) {
    return {Level::permission_or_owner, p, std::move(object), {}};
  }
  static Access owner(std::string object) { return {Level::owner, {}, std::move(object), {}}; }

 private:
  Access(Level l, Permission p, std::string o, std::string r)
      : level(l), permission(p), object(std::move(o)), reason(std::move(r)) {}
};

struct Decision {
  bool allowed = false;
  std::string rule;   // "access.everyone", "access.grant", "access.owner", "access.sign_in", "access.denied",
                      // "access.second_factor"
  std::string grant;  // "role@scope" that allowed it
};

// place: nullptr when the access names no object.
Decision decide(const Roles& roles, const Actor& actor, const Access& access, const Place* place);

bool covers(const Grant& grant, const Place& place);
// Region prefixes over which the actor holds the permission ("" = everywhere); empty vector: none. For list queries.
std::vector<std::string> regions_of(const Roles& roles, const Actor& actor, Permission permission);
std::vector<std::string> organisations_of(const Roles& roles, const Actor& actor, Permission permission);
std::vector<std::string> stations_of(const Roles& roles, const Actor& actor, Permission permission);
// SQL condition for a region column by prefixes, e.g. (region like '640104%' or region like '6402%'); codes are digits
// only (checked), so no user text reaches SQL. "1=0" for none, "1=1" for everywhere.
std::string region_filter(std::string_view column, const std::vector<std::string>& prefixes);

}  // namespace tx::access
