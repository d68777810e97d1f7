#include "systems/support/inspection/rules.h"

#include <gtest/gtest.h>

#include <map>

namespace tx::support::spot {
namespace {

std::vector<Candidate> hundred() {
  std::vector<Candidate> all;
  for (int i = 1; i <= 100; ++i) all.push_back({i, i * 60, i == 7 || i == 9 ? 1 : 0});
  return all;
}

// H9: ratio, the complained-about, the busiest; the same seed chooses the same, whatever the order of the list.
TEST(SpotCheck, RatioOnTopOfTheMandatory) {
  for (const int ratio : kRatios) {
    const auto chosen = draw("seed", hundred(), ratio, 3);
    std::map<std::string, int> count;
    for (const auto& one : chosen) ++count[one.why];
    EXPECT_EQ(count["complained"], 2);
    EXPECT_EQ(count["busiest"], 3);
    EXPECT_EQ(count["drawn"], std::min(ratio, 95));
  }
  EXPECT_EQ(draw("seed", {{1, 0, 0}, {2, 0, 0}}, 10, 3).size(), 1u);   // never none
  EXPECT_TRUE(draw("seed", {}, 100, 3).empty());
  auto turned = hundred();
  std::reverse(turned.begin(), turned.end());
  const auto a = draw("seed", hundred(), 10, 3), b = draw("seed", turned, 10, 3), c = draw("sead", hundred(), 10, 3);
  EXPECT_EQ(to_json(a), to_json(b));
  EXPECT_NE(to_json(a), to_json(c));
}

// Nobody is favoured: over 4,000 seeds each of 95 is drawn about 421 times (10 of 95); six standard deviations is 117.
TEST(SpotCheck, EverybodyIsDrawnAboutAsOften) {
  std::map<std::int64_t, int> times;
  for (int seed = 0; seed < 4000; ++seed)
    for (const auto& one : draw(std::to_string(seed), hundred(), 10, 3)) times[one.organisation] += one.why == "drawn";
  for (int i = 1; i <= 97; ++i) {
    if (i == 7 || i == 9) continue;
    EXPECT_NEAR(times[i], 421, 117) << i;
  }
}

TEST(SpotCheck, TheSeedNeedsBothParts) {
  EXPECT_NE(seed_of("a", "b"), seed_of("a", "c"));
  EXPECT_NE(seed_of("a", "b"), seed_of("c", "b"));
  EXPECT_NE(commitment("a"), commitment("b"));
  EXPECT_EQ(commitment("a").size(), 64u);
}

}  // namespace
}  // namespace tx::support::spot
