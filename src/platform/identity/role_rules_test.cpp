#include "platform/identity/role_rules.h"

#include <gtest/gtest.h>

namespace tx::identity {
namespace {

using access::Grant;
using access::ScopeKind;

const access::Roles& table() {
  static const access::Roles roles({
      {"helper", {}, false, true},
      {"system_admin", {permission::system_settings}, true, true},
      {"security_admin", {permission::grant_roles, permission::account_read}, true, true},
      {"audit_admin", {permission::audit_read}, true, true},
  });
  return roles;
}
access::Actor officer(std::int64_t account, std::vector<Grant> grants) {
  access::Actor actor;
  actor.account = AccountId{account};
  actor.grants = std::move(grants);
  actor.second_factor = true;
  return actor;
}
std::string rule(const Result<void>& result) { return result ? "" : result.error().rule; }

const std::string why = "came on duty";
const auto chief = officer(1, {{"security_admin", ScopeKind::everywhere, ""}});
const auto local = officer(2, {{"security_admin", ScopeKind::region, "6401"}});

TEST(GivingRoles, NobodyChangesTheOwnRoles) {
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{1}, {}, {"helper", ScopeKind::region, "64"}, why)),
            "identity.grant_self");
  EXPECT_EQ(rule(may_change(table(), chief, AccountId{1}, {"security_admin", ScopeKind::everywhere, ""}, why)),
            "identity.grant_self");
}

TEST(GivingRoles, StatesItsReason) {
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {}, {"helper", ScopeKind::region, "64"}, " ")),
            "identity.reason_missing");
}

TEST(GivingRoles, NobodyReachesBeyondTheOwnScope) {
  EXPECT_EQ(rule(may_grant(table(), local, AccountId{9}, {}, {"helper", ScopeKind::region, "640104"}, why)), "");
  EXPECT_EQ(rule(may_grant(table(), local, AccountId{9}, {}, {"helper", ScopeKind::region, "6401"}, why)), "");
  for (const Grant& wanted :
       {Grant{"helper", ScopeKind::region, "64"}, Grant{"helper", ScopeKind::region, "6402"},
        Grant{"helper", ScopeKind::everywhere, ""}, Grant{"helper", ScopeKind::station, id_text(7)}})
    EXPECT_EQ(rule(may_grant(table(), local, AccountId{9}, {}, wanted, why)), "identity.grant_outside_scope")
        << wanted.scope;
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {}, {"helper", ScopeKind::station, id_text(7)}, why)), "");
  const auto nobody = officer(3, {{"helper", ScopeKind::everywhere, ""}});
  EXPECT_EQ(rule(may_grant(table(), nobody, AccountId{9}, {}, {"helper", ScopeKind::region, "64"}, why)),
            "identity.grant_outside_scope");
}

TEST(GivingRoles, ThreeAdministratorsAreThreePeople) {
  for (const auto& [held, wanted] : {std::pair{"system_admin", "security_admin"},
                                     {"security_admin", "audit_admin"},
                                     {"audit_admin", "system_admin"}})
    EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {{held, ScopeKind::region, "6402"}},
                             {wanted, ScopeKind::everywhere, ""}, why)),
              "identity.three_administrators");
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {{"helper", ScopeKind::region, "64"}},
                           {"audit_admin", ScopeKind::everywhere, ""}, why)),
            "");
}

TEST(GivingRoles, ScopesMustBeReadable) {
  for (const Grant& wanted :
       {Grant{"helper", ScopeKind::region, ""}, Grant{"helper", ScopeKind::region, "64' or 1=1"},
        Grant{"helper", ScopeKind::organisation, "x"}, Grant{"helper", ScopeKind::everywhere, "64"}})
    EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {}, wanted, why)), "identity.grant_scope_unreadable")
        << wanted.scope;
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {}, {"emperor", ScopeKind::everywhere, ""}, why)),
            "identity.role_missing");
  EXPECT_EQ(rule(may_grant(table(), chief, AccountId{9}, {{"helper", ScopeKind::region, "64"}},
                           {"helper", ScopeKind::region, "64"}, why)),
            "identity.grant_held");
}

}  // namespace
}  // namespace tx::identity
