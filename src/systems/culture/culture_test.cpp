// The pure rules of the culture room, its life cycles, and its documentation.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "platform/language/language.h"
#include "systems/culture/calendar/calendar.h"
#include "systems/culture/culture.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/stories/flow.h"
#include "systems/culture/stories/rules.h"

namespace tx::culture {
namespace {

std::string rule(const Result<void>& result) { return result ? "" : result.error().rule; }
const std::string kLong(60, 'x');

TEST(CultureFlows, AreSoundSpeakBothLanguagesAndStandInTheReadme) {
  const auto words = language::Catalogue::load("web/locales").value();
  std::ifstream file("src/systems/culture/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto* flow : flows()) {
    EXPECT_EQ(flow->fault(), "");
    for (const auto& key : flow->keys()) EXPECT_TRUE(words.has(key)) << key;
    EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
  }
  for (const auto& day : kYearDays)
    for (const char* part : {"", ".text", ".source"}) EXPECT_TRUE(words.has("culture.day." + std::string(day.code) + part));
}

TEST(StoryRules, ThreeReviewsAreMadeByThreePeopleAndNeverByTheTeller) {
  Story story;
  story.teller = {1};
  EXPECT_EQ(rule(rules::may_review(story, {1})), "story.own");
  EXPECT_EQ(rule(rules::may_review(story, {2})), "");
  story.first_by = {2};
  EXPECT_EQ(rule(rules::may_review(story, {2})), "story.same_person");
  story.second_by = {3};
  EXPECT_EQ(rule(rules::may_review(story, {3})), "story.same_person");
  EXPECT_EQ(rule(rules::may_review(story, {4})), "");
  EXPECT_EQ(rule(rules::may_proof({{2}, {3}, {0}}, {3})), "issue.same_person");
  EXPECT_EQ(rule(rules::may_proof({{2}, {3}, {0}}, {4})), "");
}

TEST(StoryRules, AStoryIsReadableAndPrintable) {
  EXPECT_EQ(rule(rules::readable("T", kLong)), "story.title_missing");
  EXPECT_EQ(rule(rules::readable("Ti", "short")), "story.words_short");
  EXPECT_EQ(rule(rules::readable("Ti", std::string(6001, 'x'))), "story.words_long");
  EXPECT_EQ(rule(rules::readable("Ti", kLong)), "");
  Story story;
  EXPECT_EQ(rule(rules::printable(story)), "story.headline_missing");
  story.headline = "Head";
  EXPECT_EQ(rule(rules::printable(story)), "story.body_missing");
  story.body = kLong;
  EXPECT_EQ(rule(rules::printable(story)), "");
  story.subhead = std::string(61, 'x');
  EXPECT_EQ(rule(rules::printable(story)), "story.headline_long");
}

// Mission C3: everybody who can be recognised agrees; for a child the guardian.
TEST(PictureRules, EverybodyWhoCanBeRecognisedAgrees) {
  Picture picture;
  picture.id = 7;
  picture.people = 2;
  Consent one, other, elsewhere;
  one.picture = other.picture = 7;
  elsewhere.picture = 8;
  EXPECT_EQ(rules::consents_missing(picture, {}), 2);
  EXPECT_EQ(rules::consents_missing(picture, {one, elsewhere}), 1);
  EXPECT_EQ(rules::consents_missing(picture, {one, other}), 0);
  other.withdrawn = {5};
  EXPECT_EQ(rules::consents_missing(picture, {one, other}), 1);
  EXPECT_EQ(rule(rules::consent_readable("L", false, "", "self")), "consent.name_missing");
  EXPECT_EQ(rule(rules::consent_readable("Li", false, "", "self")), "");
  EXPECT_EQ(rule(rules::consent_readable("Li", true, "", "self")), "consent.guardian_missing");
  EXPECT_EQ(rule(rules::consent_readable("Li", true, "Wang", "guessed")), "consent.how_missing");
  EXPECT_EQ(rule(rules::consent_readable("Li", true, "Wang", "written")), "");
  EXPECT_EQ(rule(rules::people_readable(-1)), "picture.people_wrong");
  EXPECT_EQ(rule(rules::people_readable(13)), "picture.people_wrong");
  EXPECT_EQ(rule(rules::people_readable(0)), "");
}

TEST(StoryRules, ParagraphsLoseBlankLinesAndIndents) {
  EXPECT_EQ(rules::paragraphs("").size(), 0u);
  EXPECT_EQ(rules::paragraphs("\n \n\t\n").size(), 0u);
  const auto found = rules::paragraphs("\xE3\x80\x80\xE3\x80\x80one \r\n\n  two\nthree");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0], "one");
  EXPECT_EQ(found[1], "two");
  EXPECT_EQ(found[2], "three");
}

TEST(CalendarRules, TheDaysComeRoundAndPlansStayNearThem) {
  const Date today = Date::of(2026, 11, 26);
  EXPECT_EQ(rules::next_of(kYearDays[0], today), Date::of(2027, 3, 5));
  EXPECT_EQ(rules::next_of(kYearDays[2], today), Date::of(2026, 12, 5));
  EXPECT_EQ(rules::next_of(kYearDays[2], Date::of(2026, 12, 5)), Date::of(2026, 12, 5));
  PlanInput plan{"1205", "64", "Cards", "", Date::of(2026, 12, 1), Date::of(2026, 12, 6)};
  EXPECT_EQ(rule(rules::plan_readable(plan, today)), "");
  plan.day_code = "0101";
  EXPECT_EQ(rule(rules::plan_readable(plan, today)), "plan.day_unknown");
  plan.day_code = "1205";
  plan.to_day = Date::of(2026, 11, 30);
  EXPECT_EQ(rule(rules::plan_readable(plan, today)), "plan.days_wrong");
  plan.from_day = Date::of(2027, 2, 1), plan.to_day = Date::of(2027, 2, 2);
  EXPECT_EQ(rule(rules::plan_readable(plan, today)), "plan.days_far");
  plan.from_day = plan.to_day = Date::of(2026, 11, 20);
  EXPECT_EQ(rule(rules::plan_readable(plan, today)), "plan.days_far");
}

}  // namespace
}  // namespace tx::culture
