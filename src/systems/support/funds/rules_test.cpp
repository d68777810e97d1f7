#include <gtest/gtest.h>

#include "systems/support/funds/funds.h"

namespace tx::support::fund_rules {
namespace {

TEST(FundRules, MonthsEndWhereTheMonthEnds) {
  EXPECT_EQ(months_after(Date::of(2026, 11, 30), 3).text(), "2027-02-28");
  EXPECT_EQ(months_after(Date::of(2026, 1, 31), 1).text(), "2026-02-28");
  EXPECT_EQ(months_after(Date::of(2026, 3, 5), 12).text(), "2027-03-05");
}

// Charity Law art. 79: more than six months, every three months; all in all within three months of the end.
TEST(FundRules, ClocksOfDisclosure) {
  const auto lines = [](Date from, Date until) {
    std::string all;
    for (const auto& due : disclosures(from, until)) all += due.kind + " " + due.day.text() + "\n";
    return all;
  };
  EXPECT_EQ(lines(Date::of(2026, 1, 1), Date::of(2026, 7, 1)), "full 2026-10-01\nsurplus 2026-10-01\nannual 2027-05-31\n");   // six months, not more
  EXPECT_EQ(lines(Date::of(2026, 1, 1), Date::of(2026, 12, 31)),
            "quarter 2026-04-01\nquarter 2026-07-01\nquarter 2026-10-01\nfull 2027-03-31\nsurplus 2027-03-31\nannual 2027-05-31\n");
}

TEST(FundRules, OldestGiftsFirstAndNeverMoreThanIsLeft) {
  const std::vector<Left> gifts{{1, 100}, {2, 0}, {3, 50}};
  const auto used = spread(gifts, 120);
  ASSERT_EQ(used.size(), 2u);
  EXPECT_EQ(used[0].fen, 100);
  EXPECT_EQ(used[1].gift, 3);
  EXPECT_EQ(used[1].fen, 20);
  EXPECT_TRUE(spread(gifts, 151).empty());
}

}  // namespace
}  // namespace tx::support::fund_rules
