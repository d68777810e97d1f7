#include "systems/support/fraud/rules.h"

#include <gtest/gtest.h>

namespace tx::support::fraud {
namespace {

Entry seen(std::int64_t volunteer, std::int64_t organisation, std::int64_t from) {
  Entry e;
  e.volunteer = volunteer;
  e.organisation = organisation;
  e.from = from;
  e.to = from + 60;
  e.shown = true;
  e.enterer = 1;
  return e;
}
Entry by_hand(std::int64_t volunteer, std::int64_t organisation, std::int64_t from, std::int64_t entered) {
  Entry e = seen(volunteer, organisation, from);
  e.shown = false;
  e.by_hand = true;
  e.entered = entered;
  return e;
}

TEST(RiskRules, HonestHoursAreQuiet) {
  std::vector<Entry> entries;
  for (int day = 1; day < 40; ++day) entries.push_back(seen(7, 3, day * 1440 + 600));
  entries.push_back(by_hand(7, 3, 50 * 1440 + 600, 51 * 1440));   // a member who forgot to check in
  for (const auto& risk : assess(entries)) EXPECT_EQ(risk.score, 0);
}

TEST(RiskRules, AStrangerByHandAndAgreedAtOnce) {
  auto bought = by_hand(8, 3, 1000, 2000);
  bought.approver = 2;
  bought.approved = 2003;
  const auto risks = assess({seen(7, 3, 600), bought});
  EXPECT_TRUE(risks[1].has(Rule::stranger));
  EXPECT_TRUE(risks[1].has(Rule::waved_through));
  EXPECT_EQ(risks[1].score, points_of(Rule::stranger) + points_of(Rule::waved_through));
}

TEST(RiskRules, TwoPlacesTouchingIsNoOverlap) {
  EXPECT_EQ(assess({seen(7, 3, 600), seen(7, 3, 660)})[1].score, 0);
  EXPECT_TRUE(assess({seen(7, 3, 600), seen(7, 3, 659)})[1].has(Rule::two_places));
}

TEST(RiskRules, FasterThanACar) {
  auto here = seen(7, 3, 600), there = seen(7, 4, 670);
  here.placed = there.placed = true;
  there.x_m = 19'000;   // ten minutes at 114 km/h
  EXPECT_FALSE(assess({here, there})[1].has(Rule::too_fast));
  there.x_m = 21'000;
  EXPECT_TRUE(assess({here, there})[1].has(Rule::too_fast));
}

TEST(RiskRules, OneDeviceThreeOrFourPeople) {
  std::vector<Entry> entries;
  for (int person = 1; person <= 4; ++person) {
    entries.push_back(seen(person, 3, 600));
    entries.back().device = 99;
    EXPECT_EQ(assess(entries)[0].has(Rule::one_device), person >= 4);
  }
}

}  // namespace
}  // namespace tx::support::fraud
