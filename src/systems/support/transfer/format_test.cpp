#include "systems/support/transfer/format.h"

#include <gtest/gtest.h>

namespace tx::support::exchange {
namespace {

const Headings& headings() {
  static const Headings all = headings_of({{"source_no", "record number"}, {"volunteer_no", "volunteer number"}, {"name", "name"}, {"document_no", "id number"},
                                           {"title", "activity|project"}, {"day", "day|date"}, {"from", "start"}, {"to", "end"}, {"hours", "hours|length"},
                                           {"organisation", "team"}, {"entry", "entry"}, {"nature", "nature"}, {"state", "state"}, {"accepted", "result"},
                                           {"words", "remark"}, {"yes", "accepted|ok"}, {"unit_hours", "h|hours"}, {"unit_minutes", "min"}});
  return all;
}
using Cells = std::vector<std::vector<std::string>>;

TEST(TransferFile, LengthsAsPlatformsWriteThem) {
  const auto is = [](const char* text) { return minutes_of(text, headings()).value_or(-1); };
  EXPECT_EQ(is("2"), 120);
  EXPECT_EQ(is("2.5"), 150);
  EXPECT_EQ(is("2.50 h"), 150);
  EXPECT_EQ(is("0.33"), 20);     // 19.8 minutes, rounded half up
  EXPECT_EQ(is("0.01"), 1);
  EXPECT_EQ(is("150 min"), 150);
  EXPECT_EQ(is("2:30"), 150);
  for (const char* wrong : {"", "x", "-1", "2,5", "1.2.3", "2:60", "25:00", "1.5 min", "2 days", "999999999999"}) EXPECT_EQ(is(wrong), -1) << wrong;
}

TEST(TransferFile, HeadingsOfOtherPlatformsAndBadRows) {
  const auto rows = read_rows(Cells{{"No.", "Volunteer Number*", "Name", "Project (public)", "Date", "Start", "End", "Hours", "Team", "Entry", "State"},
                                    {"1", "V1", "Wang", "Reading aloud", "2026/3/5", "9:00", "11:30", "2.5", "Team A", "4", "2"},
                                    {"2", "V1", "Wang", "Reading aloud", "20260306", "", "", "1.5", "Team A", "1", ""},
                                    {"3", "", "Wang", "Reading aloud", "2026-03-07", "", "", "1", "Team A", "", ""},
                                    {"4", "V1", "Wang", "Reading aloud", "yesterday", "", "", "1", "Team A", "", ""},
                                    {"5", "V1", "Wang", "Reading aloud", "2026-03-07", "09:00", "10:00", "5", "Team A", "", ""},
                                    {"6", "V1", "Wang", "Reading aloud", "2026-03-07", "09:00", "10:00", "1", "Team A", "", "0"},
                                    {"", "", "", "", "", "", "", "", "", "", ""},
                                    {"7", "V1", "Wang", "Reading aloud", "2026-03-07", "22:00", "2026-03-08 01:00", "3", "Team A", "", ""}},
                              headings());
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 7u);
  EXPECT_EQ((*rows)[0].minutes, 150);
  EXPECT_EQ(local_text((*rows)[0].starts), "2026-03-05 09:00");
  EXPECT_EQ(grade_of((*rows)[0].entry), 'C');
  EXPECT_EQ((*rows)[1].minutes, 90);
  EXPECT_EQ(local_text((*rows)[1].starts), "2026-03-06 08:00");
  EXPECT_EQ(grade_of((*rows)[1].entry), 'D');
  EXPECT_EQ((*rows)[2].problem, "transfer.person");
  EXPECT_EQ((*rows)[3].problem, "transfer.day");
  EXPECT_EQ((*rows)[4].problem, "transfer.hours_differ");
  EXPECT_EQ((*rows)[5].problem, "transfer.not_effective");
  EXPECT_EQ((*rows)[6].problem, "transfer.two_days");
  EXPECT_EQ((*rows)[6].line, 9);
  EXPECT_EQ(read_rows(Cells{{"a", "b"}, {"1", "2"}}, headings()).error().rule, "transfer.no_columns");
  EXPECT_EQ(read_rows(Cells{{"a", "b"}}, headings()).error().rule, "transfer.empty");
}

TEST(TransferFile, Receipts) {
  const auto receipts = read_receipts(Cells{{"Record number", "Result", "Remark"}, {"a1", "OK", ""}, {"a2", "refused", "known"}, {"", "OK", ""}}, headings());
  ASSERT_TRUE(receipts);
  ASSERT_EQ(receipts->size(), 2u);
  EXPECT_TRUE((*receipts)[0].accepted);
  EXPECT_FALSE((*receipts)[1].accepted);
  EXPECT_EQ((*receipts)[1].words, "known");
  EXPECT_FALSE(read_receipts(Cells{{"x"}, {"y"}}, headings()));
}

}  // namespace
}  // namespace tx::support::exchange
