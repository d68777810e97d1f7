#include "systems/support/records/rules.h"

#include <gtest/gtest.h>

namespace tx::support::rules {
namespace {

const Date kToday = Date::of(2026, 11, 24);
Instant at(int hour, int minute) { return instant_of(kToday, hour, minute); }

// H3: approval above eight hours, the authority above twelve, to the minute.
TEST(RecordPolicy, EightAndTwelveHoursToTheMinute) {
  const Policy policy;
  EXPECT_EQ(passage(0, 479, policy), Passage::straight);
  EXPECT_EQ(passage(0, 480, policy), Passage::straight);
  EXPECT_EQ(passage(0, 481, policy), Passage::second);
  EXPECT_EQ(passage(0, 720, policy), Passage::second);
  EXPECT_EQ(passage(0, 721, policy), Passage::authority);
  EXPECT_EQ(passage(479, 1, policy), Passage::straight);   // across activities of one day
  EXPECT_EQ(passage(479, 2, policy), Passage::second);
  EXPECT_EQ(passage(700, 21, policy), Passage::authority);
}

// H3: segments split at midnight; the minutes of the parts are those of the whole.
TEST(RecordPolicy, SplitAtMidnight) {
  const auto parts = split_at_midnight({at(22, 15), at(24 + 1, 45)});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].minutes(), 105);
  EXPECT_EQ(parts[1].minutes(), 105);
  EXPECT_EQ(parts[0].to, parts[1].from);
  EXPECT_EQ(split_at_midnight({at(9, 0), at(24, 0)}).size(), 1u);
  EXPECT_TRUE(split_at_midnight({at(9, 0), at(9, 0)}).empty());
  EXPECT_EQ(split_at_midnight({at(23, 0), at(24 * 3 + 1, 0)}).size(), 4u);
}

TEST(RecordPolicy, WhatMayBeEnteredByHand) {
  const Policy policy;
  const Date birth = Date::of(1990, 1, 1);
  const auto rule = [&](Span span, Date born, Instant now) {
    const auto result = may_enter(span, born, now, policy);
    return result ? std::string() : result.error().rule;
  };
  const Instant now = at(20, 0);
  EXPECT_EQ(rule({at(9, 0), at(11, 0)}, birth, now), "");
  EXPECT_EQ(rule({at(9, 0), at(21, 0)}, birth, now), "record.future");
  EXPECT_EQ(rule({at(9, 0), at(9, 0)}, birth, now), "record.backwards");
  EXPECT_EQ(rule({at(9, 0), at(9, 0).plus(59 * kSecond)}, birth, now), "record.backwards");   // less than a minute
  EXPECT_EQ(rule({at(9, 0), at(9, 1)}, birth, now), "");
  EXPECT_EQ(rule({at(-2, 0), at(1, 0)}, birth, now), "record.two_days");
  EXPECT_EQ(rule({at(0, 0), at(12, 0)}, birth, at(12, 0)), "");
  EXPECT_EQ(rule({at(0, 0), at(12, 1)}, birth, at(12, 1)), "record.too_long");
  EXPECT_EQ(rule({at(9, 0), at(10, 0)}, birth, at(9, 0).plus(30 * kDay)), "");
  EXPECT_EQ(rule({at(9, 0), at(10, 0)}, birth, at(9, 0).plus(30 * kDay + kMinute)), "record.too_old");
  // thirteen years and 364 days; fourteen years
  EXPECT_EQ(rule({at(9, 0), at(10, 0)}, Date::of(2012, 11, 25), now), "record.too_young");
  EXPECT_EQ(rule({at(9, 0), at(10, 0)}, Date::of(2012, 11, 24), now), "");
}

TEST(RecordPolicy, GradeFollowsFromWhatWasShown) {
  EXPECT_EQ(grade({true, true, true}), Grade::A);
  EXPECT_EQ(grade({true, true, false}), Grade::B);
  EXPECT_EQ(grade({true, false, true}), Grade::B);
  EXPECT_EQ(grade({true, false, false}), Grade::C);
  EXPECT_EQ(grade({false, false, true}), Grade::C);
  EXPECT_EQ(grade({false, false, false}), Grade::C);
}

// H1: rounded half up, only for showing.
TEST(RecordPolicy, HoursWithTwoDecimals) {
  EXPECT_EQ(hours_text(0), "0.00");
  EXPECT_EQ(hours_text(1), "0.02");
  EXPECT_EQ(hours_text(20), "0.33");
  EXPECT_EQ(hours_text(40), "0.67");
  EXPECT_EQ(hours_text(90), "1.50");
  EXPECT_EQ(hours_text(-90), "-1.50");
  EXPECT_EQ(hours_text(6001), "100.02");
}

}  // namespace
}  // namespace tx::support::rules
