#include "systems/support/records/rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "platform/language/language.h"

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

// Rules §2.3: below eighteen the guardian's consent is on file, to the day.
TEST(RecordPolicy, AGuardianAgreesBelowEighteen) {
  EXPECT_FALSE(guardian_agrees(Date::of(2008, 11, 25), kToday, ""));
  EXPECT_TRUE(guardian_agrees(Date::of(2008, 11, 25), kToday, "mother, in writing"));
  EXPECT_TRUE(guardian_agrees(Date::of(2008, 11, 24), kToday, ""));
}

TEST(RecordPolicy, OnlyWhatIsOddNeedsAnEye) {
  const Policy policy;
  Seen clean;
  clean.planned = clean.counted = {at(9, 0), at(17, 0)};
  clean.came_by = clean.left_by = "code";
  EXPECT_TRUE(exceptions_of(clean, policy).empty());
  const auto only = [&](Seen seen) {
    const auto found = exceptions_of(seen, policy);
    return found.size() == 1 ? std::string(name_of(found[0])) : std::to_string(found.size());
  };
  auto odd = clean;
  odd.signed_out = false;
  EXPECT_EQ(only(odd), "no_sign_out");
  odd = clean, odd.left_by = "forced";
  EXPECT_EQ(only(odd), "forced");
  odd = clean, odd.came_by = "leader";
  EXPECT_EQ(only(odd), "by_list");
  odd = clean, odd.late_sync = true;
  EXPECT_EQ(only(odd), "late_sync");
  odd = clean, odd.counted = {at(9, 0), at(12, 59)};
  EXPECT_EQ(only(odd), "short_presence");
  odd.counted.to = at(13, 0);                      // half of the time is enough
  EXPECT_TRUE(exceptions_of(odd, policy).empty());
  odd = clean, odd.day_before = 1;                 // 8:01 on that day
  EXPECT_EQ(only(odd), "long_day");
  odd = clean, odd.checks = 3;
  EXPECT_TRUE(exceptions_of(odd, policy).empty());
  odd.checks = 4;
  EXPECT_EQ(only(odd), "many_checks");
}

TEST(RecordPolicy, TheFileOfProfiles) {
  std::ifstream in("data/records/policies.csv");
  std::stringstream text;
  text << in.rdbuf();
  const auto numbers = read_policies(text.str());
  ASSERT_TRUE(numbers);
  const auto words = language::Catalogue::load("web/locales").value();
  Policy strict;
  std::size_t told = 0;
  for (const auto& number : *numbers) {
    EXPECT_TRUE(words.has("policy.source." + number.source)) << number.source;
    EXPECT_TRUE(words.has("policy.profile." + number.profile)) << number.profile;
    EXPECT_TRUE(words.has("policy." + number.setting)) << number.setting;
    EXPECT_TRUE(words.has("policy." + number.setting + ".unit")) << number.setting;
    if (number.profile != "strict") continue;
    ++told;
    EXPECT_EQ(*number_of(strict, number.setting), number.amount) << number.setting << ": the strict profile is what is delivered";
  }
  EXPECT_EQ(told, settings().size());
  const auto rule = [](std::string_view csv) { return read_policies(csv) ? std::string() : read_policies(csv).error().rule; };
  EXPECT_EQ(rule(""), "policy.empty");
  EXPECT_EQ(rule("a,b,c"), "policy.unreadable");
  EXPECT_EQ(rule("a,record.notice_days,7,law,more"), "policy.unreadable");
  EXPECT_EQ(rule("a,record.notice_days,-7,law"), "policy.unreadable");
  EXPECT_EQ(rule("a,record.hours_for_money,7,law"), "policy.unknown_setting");
  EXPECT_EQ(rule("a,record.notice_days,7,law\na,record.notice_days,8,law\n"), "policy.twice");
  EXPECT_EQ(rule("profile,setting,amount,source\r\na,record.notice_days,7,law\r\n"), "");
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
