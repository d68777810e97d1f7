// Training and the oath on both databases: a course becomes a paper that matching reads until its last day.
#include "systems/teams/training/training.h"

#include <fstream>
#include <sstream>

#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "platform/storage/testing.h"
#include "systems/teams/oath/oath.h"

namespace tx::teams {
namespace {

using TrainingTest = storage::trial::StoreTest;
using namespace training_rules;

std::string rule(const Result<void>& result) { return result ? "" : result.error().rule; }

TEST(TrainingRules, WhatACourseMayTeach) {
  Course course;
  course.title = "Care at home";
  course.minutes = 120;
  EXPECT_EQ(rule(complete(course)), "");
  course.skill = 19;
  EXPECT_EQ(rule(complete(course)), "training.skill_expiry");
  course.valid_months = 12;
  EXPECT_EQ(rule(complete(course)), "");
  for (const int licence : {1, 3, 4}) {   // Regulation art. 16: only a licence, never a course
    course.skill = licence;
    EXPECT_EQ(rule(complete(course)), "training.skill_licence") << licence;
  }
  course.skill = 0;
  course.minutes = 9;
  EXPECT_EQ(rule(complete(course)), "training.minutes");
  course.title = "x";
  EXPECT_EQ(rule(complete(course)), "training.title_missing");
}

TEST(TrainingRules, CheckInToTheMinute) {
  Lesson lesson;
  lesson.starts = instant_of(Date::of(2026, 11, 24), 9, 0);
  lesson.ends = instant_of(Date::of(2026, 11, 24), 11, 0);
  lesson.code = "123456";
  const auto at = [&](int hour, int minute, const char* code = "123456", int tries = 0) { return rule(check_in(lesson, code, tries, instant_of(Date::of(2026, 11, 24), hour, minute))); };
  EXPECT_EQ(at(8, 29), "training.too_early");
  EXPECT_EQ(at(8, 30), "");
  EXPECT_EQ(at(11, 30), "");
  EXPECT_EQ(at(11, 31), "training.too_late");
  EXPECT_EQ(at(9, 0, "123457"), "training.code_wrong");
  EXPECT_EQ(at(9, 0, "123456", 4), "");
  EXPECT_EQ(at(9, 0, "123456", 5), "training.tries");
}

TEST(TrainingRules, MonthsAndStanding) {
  EXPECT_EQ(valid_until(Date::of(2026, 1, 31), 1).text(), "2026-02-28");
  EXPECT_EQ(valid_until(Date::of(2026, 11, 24), 12).text(), "2027-11-24");
  EXPECT_EQ(valid_until(Date::of(2026, 12, 31), 2).text(), "2027-02-28");
  EXPECT_EQ(valid_until(Date::of(2026, 11, 24), 0).days, 0);
  const Date today = Date::of(2026, 11, 24);
  EXPECT_EQ(standing(Date{}, false, today), Standing::none);
  EXPECT_EQ(standing(Date{}, true, today), Standing::valid);
  EXPECT_EQ(standing(Date{today.days - 1}, true, today), Standing::over);
  EXPECT_EQ(standing(today, true, today), Standing::soon);
  EXPECT_EQ(standing(Date{today.days + 30}, true, today), Standing::soon);
  EXPECT_EQ(standing(Date{today.days + 31}, true, today), Standing::valid);
}

TEST(CourseFlow, IsSoundSpeaksBothLanguagesAndStandsInTheReadme) {
  const auto words = language::Catalogue::load("web/locales").value();
  EXPECT_EQ(kCourseFlow.fault(), "");
  for (const auto& key : kCourseFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
  EXPECT_TRUE(words.has("oath.text." + std::string(kOathVersion)));
  std::ifstream file("src/systems/teams/README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(kCourseFlow.mermaid()), std::string::npos) << "README.md should hold:\n" << kCourseFlow.mermaid();
}

struct Trial {
  explicit Trial(storage::trial::Engine engine) : store(engine, schema(), &clock) {}
  static std::vector<storage::Migration> schema() {
    std::vector<storage::Migration> all;
    for (auto block : {audit::migrations(), workflow::migrations(), jobs::migrations(), notices::migrations(), identity::migrations(), migrations()})
      all.insert(all.end(), block.begin(), block.end());
    return all;
  }
  template <class F>
  std::string act(F&& f) {
    const auto done = store->write([&](storage::Tx& tx) -> Result<Json> {
      auto made = f(tx);
      if (!made) return tl::unexpected(made.error());
      return Json();
    });
    return done ? "" : done.error().rule;
  }
  void volunteer(std::int64_t id, std::int64_t account) {
    act([&](storage::Tx& tx) -> Result<void> {
      Volunteer person;
      person.id = {id};
      person.account = {account};
      person.volunteer_no = "V" + std::to_string(id);
      person.region = "640104001002";
      person.state = "active";
      storage::insert(tx, "volunteer", person);
      return {};
    });
  }
  std::int64_t lesson(std::int64_t course, int places = 30) {
    Lesson lesson{++serial, course, instant_of(Date::of(2026, 11, 24), 9, 0), instant_of(Date::of(2026, 11, 24), 11, 0), "Hall", "", places, 0, "123456", "planned"};
    act([&](storage::Tx& tx) -> Result<void> {
      storage::insert(tx, "lesson", lesson);
      return {};
    });
    return lesson.id;
  }
  ManualClock clock{instant_of(Date::of(2026, 11, 24), 8, 0)};
  storage::trial::TestStore store;
  std::int64_t serial = 5000;
};

TEST_P(TrainingTest, ACourseMakesAPaperThatRunsOut) {
  Trial trial(GetParam());
  trial.volunteer(1, 501);
  trial.volunteer(2, 502);
  Course course;
  course.title = "Care at home";
  course.region = "640104001002";
  course.skill = 19;
  course.valid_months = 12;
  trial.act([&](storage::Tx& tx) -> Result<void> {
    course = TX_TRY(add_course(tx, course, {700}));
    return {};
  });
  EXPECT_EQ(course.state, "proposed");                          // it teaches a skill: a second pair of eyes
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return step_course(tx, course.id, "approve", {700}, ""); }), "training.own_course");
  const auto lesson = trial.lesson(course.id);
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 1); }), "training.closed");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return step_course(tx, course.id, "approve", {701}, ""); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 1); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 1); }), "training.signed_already");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 2); }), "");
  const auto check = [&](std::int64_t who, const char* code) { return trial.act([&](storage::Tx& tx) { return check_lesson(tx, lesson, who, code); }); };
  EXPECT_EQ(check(1, "123456"), "training.too_early");
  trial.clock.set(instant_of(Date::of(2026, 11, 24), 8, 50));
  for (int i = 0; i < kTriesMost; ++i) EXPECT_EQ(check(2, "000000"), "");   // noted, not accepted
  EXPECT_EQ(check(2, "123456"), "training.tries");
  EXPECT_EQ(check(1, "123456"), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return complete_lesson(tx, lesson, {700}); }), "training.not_over");
  trial.clock.set(instant_of(Date::of(2026, 11, 24), 11, 0));
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return complete_lesson(tx, lesson, {700}); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return complete_lesson(tx, lesson, {700}); }), "training.done_already");
  auto reader = trial.store->read();
  // The hard rule "certificate valid on the day" reads exactly this.
  EXPECT_EQ(certified_skills(*reader, 1, Date::of(2027, 11, 24)), 1 << 19);
  EXPECT_EQ(certified_skills(*reader, 1, Date::of(2027, 11, 25)), 0);
  EXPECT_EQ(certified_skills(*reader, 2, Date::of(2026, 12, 1)), 0);
  EXPECT_TRUE(has_course(*reader, 1, course.id, Date::of(2027, 11, 24)));
  EXPECT_FALSE(has_course(*reader, 1, course.id, Date::of(2027, 11, 25)));
  EXPECT_EQ(storage::scalar<std::string>(*reader, "select state from learner where volunteer = 2").value_or(""), "absent");
}

TEST_P(TrainingTest, ItRemindsOnceBeforeAndOnceAfter) {
  Trial trial(GetParam());
  trial.volunteer(1, 501);
  trial.act([&](storage::Tx& tx) -> Result<void> {
    storage::execute(tx, "insert into volunteer_certificate (id, volunteer, skill, paper, valid_until, state, decided_by, created) values (1,1,19,'N-1',$1,'checked',0,0)",
                     Date::of(2027, 1, 10));
    return {};
  });
  const auto told = [&] {
    int count = 0;
    trial.act([&](storage::Tx& tx) -> Result<void> {
      count = remind_of_papers(tx);
      return {};
    });
    return count;
  };
  EXPECT_EQ(told(), 0);                                         // 47 days ahead
  trial.clock.set(instant_of(Date::of(2026, 12, 11), 9, 0));
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(told(), 0);
  trial.clock.set(instant_of(Date::of(2027, 1, 11), 9, 0));
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(told(), 0);
}

TEST_P(TrainingTest, PlacesAreNeverOversold) {
  Trial trial(GetParam());
  Course course;
  course.title = "First steps";
  course.region = "640104001002";
  trial.act([&](storage::Tx& tx) -> Result<void> {
    course = TX_TRY(add_course(tx, course, {700}));
    return {};
  });
  EXPECT_EQ(course.state, "open");
  const auto lesson = trial.lesson(course.id, 2);
  for (int i = 1; i <= 3; ++i) trial.volunteer(i, 500 + i);
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 1); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 2); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 3); }), "training.full");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return leave_lesson(tx, lesson, 1); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return leave_lesson(tx, lesson, 1); }), "training.not_signed");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return join_lesson(tx, lesson, 3); }), "");
}

TEST_P(TrainingTest, TheOathIsTakenOnceAndTheCeremonyHasItsDay) {
  Trial trial(GetParam());
  trial.volunteer(1, 501);
  trial.volunteer(2, 502);
  trial.act([&](storage::Tx& tx) -> Result<void> {
    storage::insert(tx, "oath_ceremony", Ceremony{9, 1, "Lei Feng day", "Square", "654321", Date::of(2026, 11, 25), {}});
    return {};
  });
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return take_oath(tx, 1, "654321"); }), "oath.code_wrong");   // tomorrow's
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return take_oath(tx, 1, ""); }), "");
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return take_oath(tx, 1, ""); }), "oath.taken");
  trial.clock.advance(kDay);
  EXPECT_EQ(trial.act([&](storage::Tx& tx) { return take_oath(tx, 2, "654321"); }), "");
  EXPECT_EQ(oath_of(*trial.store->read(), 2)->ceremony, 9);
}

TX_ON_BOTH_ENGINES(TrainingTest);

}  // namespace
}  // namespace tx::teams
