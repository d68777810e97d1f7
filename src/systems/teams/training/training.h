// Training (培训): courses, lessons, sign-up, attendance by code, completion, certificates with an expiry. What a course teaches
// becomes a paper like any other, so matching reads it and stops reading it on the day it runs out. Train before post (先培训
// 再上岗). Not here: licences that a law gives (doctor, driver, lawyer): those are shown and checked, never trained for.
#pragma once
#include "platform/jobs/jobs.h"
#include "platform/workflow/workflow.h"
#include "systems/teams/teams.h"

namespace tx::teams {

namespace permission {
inline constexpr access::Permission training_lead{"training.lead"};   // offer courses, lead lessons
}

struct Course {
  std::int64_t id = 0, organisation = 0;
  std::string region, title, words;
  std::string kind = "general", mode = "face";   // kind: general, post, professional (通用, 岗位, 专业); mode: face, remote
  int minutes = 60;                // learning time
  int skill = 0;                   // specialty that it teaches; 0: none
  int valid_months = 0;            // of the certificate; 0: for good
  bool for_all = false;            // everybody in the team should have it: gaps are shown
  std::string state;               // flow "course"
  Instant due;
  access::AccountId made_by, approved_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Course, (), (id, organisation, region, title, words, kind, mode, minutes, skill, valid_months, for_all, state, due,
                                   made_by, approved_by, created))

struct Lesson {
  std::int64_t id = 0, course = 0;
  Instant starts, ends;
  std::string place, teacher;
  int places = 30, taken = 0;
  std::string code;                // six digits, shown in the room only
  std::string state;               // planned, done
};
BOOST_DESCRIBE_STRUCT(Lesson, (), (id, course, starts, ends, place, teacher, places, taken, code, state))

struct Learner {
  std::int64_t lesson = 0, volunteer = 0;
  std::string state;               // signed, came, done, absent
  std::string how;                 // code, leader
  int tries = 0;                   // wrong codes
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Learner, (), (lesson, volunteer, state, how, tries, at))

struct TrainingCertificate {
  std::int64_t id = 0;
  std::string number;
  std::int64_t course = 0, lesson = 0, volunteer = 0;
  int minutes = 0;
  Date issued, valid_until;        // valid_until 0: for good
  access::AccountId issued_by;
};
BOOST_DESCRIBE_STRUCT(TrainingCertificate, (), (id, number, course, lesson, volunteer, minutes, issued, valid_until, issued_by))

inline constexpr workflow::State kCourseStates[] = {
    {"proposed", "waiting", {workflow::Deadline::Unit::working_days, 5, "training.approve_days", "Regulation art. 16; operator"}},
    {"open", "active", {}},
    {"refused", "bad", {}, true},
    {"closed", "neutral", {}, true},
};
inline constexpr workflow::Step kCourseSteps[] = {
    {"", "propose", "proposed"},                                         // it teaches a skill that matching reads
    {"", "open", "open"},
    {"proposed", "approve", "open", permission::volunteer_check},
    {"proposed", "refuse", "refused", permission::volunteer_check, true},
    {"open", "close", "closed", permission::training_lead},
};
inline constexpr workflow::Flow kCourseFlow{"course", kCourseStates, kCourseSteps};

namespace training_rules {
inline constexpr int kTriesMost = 5;
inline constexpr std::int64_t kAround = 30 * kMinute;   // check-in opens before the start and closes after the end
// Rules training.title_missing, training.minutes, training.skill_licence (only a law gives it), training.skill_expiry
Result<void> complete(const Course& course);
// Rules training.too_early, training.too_late, training.tries, training.code_wrong
Result<void> check_in(const Lesson& lesson, std::string_view code, int tries, Instant now);
Date valid_until(Date issued, int months);              // 31 January + 1 month: the last of February
enum class Standing { valid, soon, over, none };        // soon: within thirty days
Standing standing(Date valid_until, bool has, Date today);
}  // namespace training_rules

Result<Course> add_course(storage::Tx& tx, Course course, access::AccountId by);
Result<Course> step_course(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId by, const std::string& reason);
// Rules training.closed, training.full, training.signed_already
Result<void> join_lesson(storage::Tx& tx, std::int64_t lesson, std::int64_t volunteer);
Result<void> leave_lesson(storage::Tx& tx, std::int64_t lesson, std::int64_t volunteer);
Result<bool> check_lesson(storage::Tx& tx, std::int64_t lesson, std::int64_t volunteer, const std::string& code);   // false: a wrong code, noted
// Everybody who came gets the certificate, whoever did not is absent. Rules training.not_over, training.done_already
Result<int> complete_lesson(storage::Tx& tx, std::int64_t lesson, access::AccountId by);
std::optional<Course> find_course(storage::Reader& reader, std::int64_t id);
std::optional<Lesson> find_lesson(storage::Reader& reader, std::int64_t id);
// Valid on the day: for whoever asks for "train before post".
bool has_course(storage::Reader& reader, std::int64_t volunteer, std::int64_t course, Date day);
int remind_of_papers(storage::Tx& tx);                  // timed: thirty days before, and on the day after

void add_training_routes(http::Router& router);
void add_training_desk_routes(http::Router& router);
void add_training_work(jobs::Jobs& jobs);
void demonstrate_training(storage::Tx& tx, const std::string& folder);   // folder: data/demonstration/
Json training_of(storage::Reader& reader, std::int64_t volunteer);   // for the person's own data

}  // namespace tx::teams
