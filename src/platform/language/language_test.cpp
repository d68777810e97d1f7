#include "platform/language/language.h"

#include <gtest/gtest.h>

namespace tx::language {
namespace {

const Instant kMorning = instant_of(Date::of(2026, 11, 24), 9, 30);

TEST(Language, BestOfWhatTheBrowserAccepts) {
  EXPECT_EQ(best_language("zh-CN,zh;q=0.9,en;q=0.8"), Language::zh);
  EXPECT_EQ(best_language("en-GB,en;q=0.9"), Language::en);
  EXPECT_EQ(best_language("zh;q=0.2, en;q=0.7"), Language::en);
  EXPECT_EQ(best_language("EN"), Language::en);
  EXPECT_EQ(best_language("fr, de;q=0.5, en;q=0.1"), Language::en);
  for (const auto* unknown : {"", "fr", "*", "english", "en;q=0", "en;q=x", ",,;;"})
    EXPECT_EQ(best_language(unknown), Language::zh) << unknown;
}

TEST(Language, DatesAndDurations) {
  EXPECT_EQ(date_text(Language::zh, kMorning), "11月24日 周二 09:30");
  EXPECT_EQ(date_text(Language::en, kMorning), "Tue 24 Nov 09:30");
  EXPECT_EQ(day_text(Language::zh, Date::of(2026, 11, 29)), "11月29日 周日");
  EXPECT_EQ(duration_text(Language::zh, {150}), "2 小时 30 分");
  EXPECT_EQ(duration_text(Language::en, {150}), "2 h 30 min");
  EXPECT_EQ(duration_text(Language::en, {120}), "2 h");
  EXPECT_EQ(duration_text(Language::en, {0}), "0 min");
  EXPECT_EQ(duration_text(Language::en, {-90}), "-1 h 30 min");
}

TEST(Language, HoursAreShownHalfUp) {
  EXPECT_EQ(hours_text({150}), "2.50");
  EXPECT_EQ(hours_text({1}), "0.02");
  EXPECT_EQ(hours_text({20}), "0.33");
  EXPECT_EQ(hours_text({40}), "0.67");
  EXPECT_EQ(hours_text({0}), "0.00");
  EXPECT_EQ(hours_text({-30}), "-0.50");
}

TEST(Catalogue, FillsPlaceholdersOnce) {
  const auto words = Catalogue::load({{"en/a.json", R"({"a":"{x} and {y} and {z}","b":"{"})"},
                                      {"zh-CN/a.json", R"({"a":"{y}{x}"})"}}).value();
  EXPECT_EQ(words.text(Language::en, "a", {{"x", "{y}"}, {"y", "2"}}), "{y} and 2 and {z}");
  EXPECT_EQ(words.text(Language::zh, "a", {{"x", "1"}, {"y", "2"}}), "21");
  EXPECT_EQ(words.text(Language::en, "b"), "{");
  EXPECT_EQ(words.text(Language::zh, "b"), "b");
  EXPECT_TRUE(words.has("b"));
  EXPECT_FALSE(words.has("c"));
  EXPECT_EQ(words.raw(Language::en, "c"), "");
}

TEST(Catalogue, RefusesWhatIsNotACatalogue) {
  EXPECT_FALSE(Catalogue::load({{"en/a.json", "{"}}));
  EXPECT_FALSE(Catalogue::load({{"en/a.json", "[]"}}));
  EXPECT_FALSE(Catalogue::load({{"en/a.json", R"({"a":1})"}}));
  EXPECT_FALSE(Catalogue::load("no/such/directory"));
}

// What script/check_catalogue checks in the sources, checked once more on what the program really loads.
TEST(Catalogue, OfTheHouseHasTheSameKeysInBothLanguages) {
  const auto words = Catalogue::load("web/locales").value();
  EXPECT_GT(words.all(Language::zh).size(), 50u);
  for (const auto& [key, text] : words.all(Language::zh)) EXPECT_TRUE(words.all(Language::en).contains(key)) << key;
  for (const auto& [key, text] : words.all(Language::en)) EXPECT_TRUE(words.all(Language::zh).contains(key)) << key;
}

}  // namespace
}  // namespace tx::language
