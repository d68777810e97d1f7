// The pure rules of an emergency: whom a wave calls, pairs, silence, pasted lists, what a plan must say.
#include "systems/mobilisation/emergencies/rules.h"

#include <gtest/gtest.h>

#include <set>

#include "systems/mobilisation/emergencies/flow.h"

namespace tx::mobilisation {
namespace {

Plan good_plan() {
  Plan plan;
  plan.title = "Heavy snow";
  plan.kind = "natural";
  plan.purpose = "Clear the pavements";
  plan.command = "County command";
  plan.risks = "Ice";
  plan.roles = {{"First aid", 1, "", 2}, {"Shovel", 0, "", 5}};
  plan.points = {{"North", "School yard", 0, 0}, {"South", "Station", 10'000, 0}};
  return plan;
}

TEST(EmergencyRules, LifeCyclesAreSound) {
  EXPECT_EQ(kPlanFlow.fault(), "");
  EXPECT_EQ(kOperationFlow.fault(), "");
}

TEST(EmergencyRules, AWaveAsksTheNearestAndNobodyTwice) {
  const auto plan = good_plan();
  std::vector<rules::Candidate> people;
  for (int i = 0; i < 40; ++i) people.push_back({i + 1, 0, i % 10 == 0 ? 2 : 0, 0, i * 300, 0});   // every tenth knows first aid
  const auto chosen = rules::choose(people, plan.roles, plan.points, {2, 5}, 3, false);
  std::set<std::size_t> seen;
  int aid = 0;
  for (const auto& one : chosen) {
    EXPECT_TRUE(seen.insert(one.candidate).second);
    EXPECT_TRUE(rules::fits(plan.roles[static_cast<std::size_t>(one.role)], people[one.candidate]));
    EXPECT_EQ(one.point, people[one.candidate].x_m > 5000 ? 1 : 0);
    aid += one.role == 0;
  }
  EXPECT_EQ(aid, 4);                                  // all four who can, for two heads: three for each at most
  EXPECT_EQ(chosen.size(), 4u + 15u);
  for (const auto& one : chosen) EXPECT_TRUE(one.role != 1 || one.metres <= 2700) << "somebody nearer was left out";
  EXPECT_TRUE(rules::choose(people, plan.roles, plan.points, {0, 0}, 3, true).empty());   // enough: nobody is disturbed
  EXPECT_EQ(rules::choose(people, plan.roles, plan.points, {0, 1}, 3, true).size(), 40u);
}

TEST(EmergencyRules, ACardCallsOnlyTheTeamsThatHoldIt) {
  const Role water{"Boat", 0, "water", 1};
  EXPECT_FALSE(rules::fits(water, {1, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(rules::fits(water, {1, 0, 0, 1u << 4, 0, 0}));
  EXPECT_TRUE(rules::fits(water, {1, 0, 0, 1u << 2, 0, 0}));
}

TEST(EmergencyRules, NobodyGoesAloneUnlessTheyAreTheOnlyOne) {
  EXPECT_TRUE(rules::pairs({7}).empty());
  const auto three = rules::pairs({7, 8, 9});
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(three[2], (std::pair<std::int64_t, std::int64_t>{9, 8}));
}

TEST(EmergencyRules, SilenceStartsAfterTheInterval) {
  const Instant now{100 * kHour};
  EXPECT_FALSE(rules::silent(now.plus(-60 * kMinute), now, 60));
  EXPECT_TRUE(rules::silent(now.plus(-61 * kMinute), now, 60));
}

TEST(EmergencyRules, APlanSaysWhatEverybodyMustKnow) {
  EXPECT_TRUE(rules::check_plan(good_plan()).has_value());
  const auto refused = [](auto change) {
    auto plan = good_plan();
    change(plan);
    const auto checked = rules::check_plan(plan);
    return checked ? std::string("none") : checked.error().rule;
  };
  EXPECT_EQ(refused([](Plan& p) { p.title = "ab"; }), "eplan.title");
  EXPECT_EQ(refused([](Plan& p) { p.kind = "war"; }), "eplan.kind");
  EXPECT_EQ(refused([](Plan& p) { p.risks.clear(); }), "eplan.risks");
  EXPECT_EQ(refused([](Plan& p) { p.command.clear(); }), "eplan.command");
  EXPECT_EQ(refused([](Plan& p) { p.roles.clear(); }), "eplan.roles");
  EXPECT_EQ(refused([](Plan& p) { p.roles[0].heads = 0; }), "eplan.roles");
  EXPECT_EQ(refused([](Plan& p) { p.roles[0].card = "flying"; }), "eplan.roles");
  EXPECT_EQ(refused([](Plan& p) { p.points.clear(); }), "eplan.points");
  EXPECT_EQ(refused([](Plan& p) { p.report_minutes = 5; }), "eplan.report");
}

}  // namespace
}  // namespace tx::mobilisation
