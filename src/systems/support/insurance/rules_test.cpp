#include <gtest/gtest.h>

#include "systems/support/book/yuan.h"
#include "systems/support/insurance/insurance.h"

namespace tx::support {
namespace {

TEST(Yuan, IsReadWithoutAFloat) {
  EXPECT_EQ(fen_of("1280.50"), 128050);
  EXPECT_EQ(fen_of("1,280.5"), 128050);
  EXPECT_EQ(fen_of("0"), 0);
  EXPECT_EQ(fen_of("0.29"), 29);
  for (const char* wrong : {"", ".", ".5", "5.", "1.234", "-1", "12a", "1e3", "99999999999999999999", ","}) EXPECT_FALSE(fen_of(wrong)) << wrong;
  EXPECT_EQ(yuan_text(128050), "1,280.50");
  EXPECT_EQ(yuan_text(-5), "-0.05");
  EXPECT_EQ(yuan_text(123456789012), "1,234,567,890.12");
}

Policy policy(std::int64_t id, const char* scope) {
  Policy one;
  one.id = id;
  one.number = "P-000" + std::to_string(id);
  one.scope = scope;
  one.region = "6401";
  one.organisation = 7;
  one.activity = 9;
  one.from_day = Date::of(2026, 1, 1);
  one.until_day = Date::of(2026, 12, 31);
  one.state = "open";
  return one;
}

// Regulation art. 17: the narrowest policy in force on the day; a number that was written down wins.
TEST(InsuranceRules, TheNarrowestPolicyInForceCovers) {
  const std::vector<Policy> all{policy(1, "region"), policy(2, "organisation"), policy(3, "activity")};
  supply::ToCover what{9, 7, "640104001002", "", instant_of(Date::of(2026, 12, 31), 23, 0)};
  EXPECT_EQ(insurance_rules::best(all, what)->id, 3);
  what.activity = 10;
  EXPECT_EQ(insurance_rules::best(all, what)->id, 2);
  what.organisation = 8;
  EXPECT_EQ(insurance_rules::best(all, what)->id, 1);
  what.region = "640204001002";
  EXPECT_EQ(insurance_rules::best(all, what), nullptr);
  what = {9, 7, "640104001002", "P-0001", what.starts};
  EXPECT_EQ(insurance_rules::best(all, what)->id, 1);
  what.starts = instant_of(Date::of(2027, 1, 1), 0, 0);   // the day after the last
  EXPECT_EQ(insurance_rules::best(all, what), nullptr);
  auto ended = policy(4, "activity");
  ended.state = "ended";
  EXPECT_FALSE(insurance_rules::covers(ended, {9, 7, "64", "", instant_of(Date::of(2026, 6, 1), 9, 0)}));
}

}  // namespace
}  // namespace tx::support
