// The values everybody speaks: ids, JSON, time, records, refusals.
#include <gtest/gtest.h>

#include "base/id.h"
#include "base/json.h"
#include "base/record.h"
#include "base/result.h"
#include "base/time.h"

namespace tx {
namespace {

struct Shift;
enum class Weather { fair, sand_storm };
BOOST_DESCRIBE_ENUM(Weather, fair, sand_storm)
struct Trial {
  Id<Shift> shift;
  std::string title;
  std::int32_t places = 1;
  bool open = false;
  Minutes length;
  Money cost;
  Date day;
  Instant begin;
  Weather weather = Weather::fair;
  std::optional<std::int64_t> wish;
  std::vector<std::string> skills;
};
BOOST_DESCRIBE_STRUCT(Trial, (), (shift, title, places, open, length, cost, day, begin, weather, wish, skills))

TEST(Id, TextIsThirteenLettersAndBack) {
  for (const std::int64_t value : {std::int64_t{1}, std::int64_t{31}, std::int64_t{1} << 40, INT64_MAX}) {
    EXPECT_EQ(id_text(value).size(), 13u);
    EXPECT_EQ(id_value(id_text(value)), value);
  }
  EXPECT_LT(id_text(1000), id_text(1001));                      // order of text is order of time
  EXPECT_FALSE(id_value("zzzzzzzzzzzzz"));                      // more than 63 bits
  EXPECT_FALSE(id_value("000000000000"));
  EXPECT_FALSE(id_value("00000000000iu"));
  EXPECT_FALSE(id_value(std::string_view("000000000000\0", 13)));
  EXPECT_EQ(id_value("000000000000A"), id_value("000000000000a"));
}

TEST(Json, KeepsOrderAndComesBack) {
  const Json value = Json::of({{"b", 1}, {"a", Json::Array{Json(), true, 1.5, "王芳 \"\\\n<"}}});
  EXPECT_EQ(value.dump(), "{\"b\":1,\"a\":[null,true,1.5,\"王芳 \\\"\\\\\\n\\u003c\"]}");
  EXPECT_EQ(Json::parse(value.dump()), value);
}

TEST(Json, RefusesBrokenDeepAndMisencodedTexts) {
  EXPECT_FALSE(Json::parse(""));
  EXPECT_FALSE(Json::parse("{\"a\":1,}"));
  EXPECT_FALSE(Json::parse("\"\xC0\x80\""));
  EXPECT_FALSE(Json::parse(std::string(100'000, '[')));
  EXPECT_FALSE(Json::parse("1 2"));
  EXPECT_TRUE(Json::parse(std::string(30, '[') + std::string(30, ']')));
}

TEST(Json, ReadersAreNeutralOnOtherTypes) {
  const Json text = "12";
  EXPECT_EQ(text.integer(), 0);
  EXPECT_EQ(text["x"].text(), "");
  EXPECT_EQ(Json(1e300).integer(), 0);
  EXPECT_EQ(Json(7).number(), 7.0);
}

TEST(Time, DaysAndInstantsOfChina) {
  EXPECT_EQ(Date::parse("2024-02-29")->text(), "2024-02-29");
  EXPECT_FALSE(Date::parse("2026-02-29"));
  EXPECT_FALSE(Date::parse("2026-2-9"));
  EXPECT_EQ(Date::of(2026, 11, 24).weekday(), 2);
  const auto at = parse_instant("2026-11-24T09:30");
  ASSERT_TRUE(at);
  EXPECT_EQ(iso_text(*at), "2026-11-24T09:30:00+08:00");
  EXPECT_EQ(parse_instant("2026-11-24T01:30:00Z"), at);
  EXPECT_EQ(parse_instant("2026-11-24 09:30:00+08:00"), at);
  EXPECT_EQ(local_text(*at), "2026-11-24 09:30");
  EXPECT_EQ(local_date(Instant{-1}), Date::of(1970, 1, 1));
  EXPECT_EQ(local_date(instant_of(Date::of(2026, 1, 1), 0, 0).plus(-1)), Date::of(2025, 12, 31));
  for (const char* wrong : {"2026-11-24", "2026-11-24T24:00", "2026-11-24T09:60", "2026-11-24T09:30:60",
                            "2026-11-24T09:30+8", "2026-11-24T09:30x", "2026-11-24T09:30:0"})
    EXPECT_FALSE(parse_instant(wrong)) << wrong;
}

TEST(Time, AgeCountsCompletedYears) {
  const Date birth = Date::of(2008, 2, 29);
  EXPECT_EQ(age_on(birth, Date::of(2026, 2, 28)), 17);
  EXPECT_EQ(age_on(birth, Date::of(2026, 3, 1)), 18);
}

TEST(Time, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(Instant{5});
  clock.advance(kMinute);
  EXPECT_EQ(clock.now().us, 5 + kMinute);
}

TEST(Record, ReadsAFormAndItsOwnJson) {
  const auto form = Json::of({{"shift", id_text(42)}, {"title", "  line\r\nnext "}, {"places", " 12 "}, {"open", "on"},
                              {"length", "90"}, {"cost", 250}, {"day", "2026-11-24"}, {"begin", "2026-11-24T09:30"},
                              {"weather", "sand_storm"}, {"wish", ""}, {"skills", "first_aid"}});
  const auto trial = read_record<Trial>(form);
  ASSERT_TRUE(trial) << trial.error().field;
  EXPECT_EQ(trial->title, "line\nnext");
  EXPECT_EQ(trial->places, 12);
  EXPECT_TRUE(trial->open);
  EXPECT_EQ(trial->weather, Weather::sand_storm);
  EXPECT_FALSE(trial->wish);
  EXPECT_EQ(trial->skills, std::vector<std::string>{"first_aid"});
  const auto again = read_record<Trial>(to_json(*trial));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(*trial));
}

TEST(Record, NamesTheFieldThatCannotBeRead) {
  for (const auto& [field, value] : std::vector<std::pair<std::string, Json>>{
           {"places", "99999999999"}, {"places", "1.5"}, {"day", "24.11.2026"}, {"weather", "snow"}, {"open", "maybe"},
           {"shift", "x"}, {"title", 5}}) {
    const auto trial = read_record<Trial>(Json::of({{field, value}}));
    ASSERT_FALSE(trial) << field;
    EXPECT_EQ(trial.error().rule, "form.unreadable");
    EXPECT_EQ(trial.error().field, field);
  }
}

TEST(Record, DescribesItself) {
  const Json schema = record_schema<Trial>();
  EXPECT_EQ(schema["properties"]["begin"]["format"].text(), "date-time");
  EXPECT_EQ(schema["properties"]["weather"]["enum"].size(), 2u);
  EXPECT_EQ(schema["properties"]["skills"]["type"].text(), "array");
}

Result<int> halved(int n) {
  if (n % 2) return refuse(Kind::conflict, "number.odd", "n");
  return n / 2;
}
Result<int> quartered(int n) { return halved(TX_TRY(halved(n))); }

TEST(Result, RefusalsTravelUp) {
  EXPECT_EQ(quartered(8).value(), 2);
  EXPECT_EQ(quartered(6).error().rule, "number.odd");
  EXPECT_EQ(http_status(Kind::conflict), 409);
  EXPECT_EQ(http_status(Kind::too_many), 429);
}

TEST(ResultDeathTest, AssertionsStayOn) { EXPECT_DEATH(TX_ASSERT(1 == 2), "assertion"); }

}  // namespace
}  // namespace tx
