// Who may do what: every level of Access against every kind of relation, and a brute-force oracle for scopes.
#include "platform/access/access.h"

#include <gtest/gtest.h>

#include <random>

namespace tx::access {
namespace {

constexpr Permission kDispatch{"need.dispatch"}, kExport{"volunteer.export"};

const Roles& table() {
  static const Roles roles({{"dispatcher", {kDispatch}}, {"auditor", {kExport}, true}, {"leader", {kDispatch}}});
  return roles;
}

Actor person(std::int64_t account, std::vector<Grant> grants = {}, bool second_factor = false) {
  Actor actor;
  actor.account = {account};
  actor.grants = std::move(grants);
  actor.second_factor = second_factor;
  return actor;
}

Place place(std::string region, std::vector<AccountId> owners = {}) {
  Place where;
  where.region = std::move(region);
  where.owners = std::move(owners);
  return where;
}

TEST(Decide, EveryoneAndSignedIn) {
  EXPECT_TRUE(decide(table(), {}, Access::everyone("open"), nullptr).allowed);
  EXPECT_EQ(decide(table(), {}, Access::signed_in("own"), nullptr).rule, "access.sign_in");
  EXPECT_TRUE(decide(table(), person(1), Access::signed_in("own"), nullptr).allowed);
}

TEST(Decide, PermissionNeedsAGrantThatCoversThePlace) {
  const auto access = Access::over(kDispatch, "need");
  const auto desk = person(1, {{"dispatcher", ScopeKind::region, "6401"}});
  const auto inside = place("640104"), outside = place("640201"), nowhere = place("");
  EXPECT_TRUE(decide(table(), desk, access, &inside).allowed);
  EXPECT_EQ(decide(table(), desk, access, &inside).grant, "dispatcher@6401");
  EXPECT_EQ(decide(table(), desk, access, &outside).rule, "access.denied");
  EXPECT_FALSE(decide(table(), desk, access, &nowhere).allowed);
  EXPECT_EQ(decide(table(), {}, access, &inside).rule, "access.sign_in");
  EXPECT_FALSE(decide(table(), person(1), access, &inside).allowed);
  EXPECT_FALSE(decide(table(), person(1, {{"unknown", ScopeKind::everywhere, ""}}), access, &inside).allowed);
}

TEST(Decide, OwnerOnlyHelpsWhereTheRouteSaysSo) {
  const auto own = place("640104", {AccountId{7}});
  EXPECT_EQ(decide(table(), person(7), Access::over_or_owner(kDispatch, "need"), &own).rule, "access.owner");
  EXPECT_TRUE(decide(table(), person(7), Access::owner("need"), &own).allowed);
  EXPECT_FALSE(decide(table(), person(7), Access::over(kDispatch, "need"), &own).allowed);
  EXPECT_FALSE(decide(table(), person(8), Access::owner("need"), &own).allowed);
  EXPECT_FALSE(decide(table(), person(8, {{"dispatcher", ScopeKind::everywhere, ""}}), Access::owner("need"), &own)
                   .allowed);  // not even an officer
}

TEST(Decide, RoleWithSecondFactorWaitsForIt) {
  const auto access = Access::any(kExport);
  const std::vector<Grant> grants = {{"auditor", ScopeKind::everywhere, ""}};
  EXPECT_EQ(decide(table(), person(1, grants), access, nullptr).rule, "access.second_factor");
  EXPECT_TRUE(decide(table(), person(1, grants, true), access, nullptr).allowed);
}

TEST(Covers, OrganisationStationAndTheEmptyScope) {
  Place where = place("640104");
  where.organisations = {"o1", "o2"};
  where.station = "s1";
  EXPECT_TRUE(covers({"r", ScopeKind::organisation, "o2"}, where));
  EXPECT_FALSE(covers({"r", ScopeKind::organisation, "o3"}, where));
  EXPECT_TRUE(covers({"r", ScopeKind::station, "s1"}, where));
  EXPECT_FALSE(covers({"r", ScopeKind::station, ""}, place("640104")));
  EXPECT_FALSE(covers({"r", ScopeKind::region, ""}, where));  // a broken grant is not "everywhere"
  EXPECT_TRUE(covers({"r", ScopeKind::everywhere, ""}, where));
}

TEST(Scopes, ListsForQueries) {
  const auto desk = person(1, {{"dispatcher", ScopeKind::region, "6401"}, {"leader", ScopeKind::organisation, "o1"},
                               {"auditor", ScopeKind::region, "64"}, {"leader", ScopeKind::station, "s1"}});
  EXPECT_EQ(regions_of(table(), desk, kDispatch), std::vector<std::string>{"6401"});
  EXPECT_EQ(organisations_of(table(), desk, kDispatch), std::vector<std::string>{"o1"});
  EXPECT_EQ(stations_of(table(), desk, kDispatch), std::vector<std::string>{"s1"});
  const auto all = person(1, {{"dispatcher", ScopeKind::everywhere, ""}});
  EXPECT_EQ(regions_of(table(), all, kDispatch), std::vector<std::string>{""});
}

TEST(Scopes, RegionFilterNeverCarriesText) {
  EXPECT_EQ(region_filter("region", {}), "1=0");
  EXPECT_EQ(region_filter("region", {""}), "1=1");
  EXPECT_EQ(region_filter("region", {"640104", "6402"}), "((region >= '640104' and region < '640105') or (region >= '6402' and region < '6403'))");
  EXPECT_EQ(region_filter("region", {"6499"}), "((region >= '6499' and region < '65'))");
  EXPECT_EQ(region_filter("region", {"99"}), "(region >= '99')");
  EXPECT_DEATH(region_filter("region", {"64' or 1=1 --"}), "assertion");
}

// 5,000 random actors and places against a second, plain reading of the rule.
TEST(Decide, AgreesWithBruteForce) {
  std::mt19937 random(20261124);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> regions = {"64", "6401", "640104", "640105", "6402", "640201"};
  const std::vector<std::string> roles = {"dispatcher", "auditor", "leader", "unknown"};
  for (int round = 0; round < 5000; ++round) {
    Actor actor = person(pick(4), {}, pick(2) == 0);
    for (int i = pick(4); i > 0; --i)
      actor.grants.push_back({roles[pick(4)], static_cast<ScopeKind>(pick(4)),
                              pick(2) ? regions[pick(6)] : "o" + std::to_string(pick(3))});
    Place where = place(regions[pick(6)], {AccountId{pick(4)}});
    where.organisations = {"o" + std::to_string(pick(3))};
    where.station = "o" + std::to_string(pick(3));
    bool expected = false;
    for (const auto& grant : actor.grants) {
      const bool right_role = grant.role == "dispatcher" || grant.role == "leader";
      const bool there = grant.kind == ScopeKind::everywhere ||
                         (grant.kind == ScopeKind::region &&
                          where.region.substr(0, grant.scope.size()) == grant.scope) ||
                         (grant.kind == ScopeKind::organisation && where.organisations[0] == grant.scope) ||
                         (grant.kind == ScopeKind::station && where.station == grant.scope);
      expected = expected || (right_role && there);
    }
    const bool owns = where.owners[0] == actor.account;
    if (!actor.signed_in()) expected = false;
    EXPECT_EQ(decide(table(), actor, Access::over(kDispatch, "need"), &where).allowed, expected);
    EXPECT_EQ(decide(table(), actor, Access::over_or_owner(kDispatch, "need"), &where).allowed,
              actor.signed_in() && (expected || owns));
  }
}

}  // namespace
}  // namespace tx::access
