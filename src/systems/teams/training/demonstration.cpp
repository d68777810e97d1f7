// Courses of the demonstration's first team, from data/demonstration/courses.txt: some members have their certificate, some
// lack it, some see it run out; lessons lie ahead.
#include <fstream>
#include <sstream>

#include "platform/storage/record_sql.h"
#include "systems/teams/training/training.h"

namespace tx::teams {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::stringstream in(line);
  for (std::string field; std::getline(in, field, '|');) fields.push_back(field);
  return fields;
}

void past_lesson(storage::Tx& tx, const Course& course, const std::vector<std::string>& words) {
  const Instant starts = start_of(local_date(tx.now())).plus(-200 * kDay + 9 * kHour);
  Lesson lesson{tx.new_id(), course.id, starts, starts.plus(2 * kHour), words[7], words[8], 30, 0, "000000", "done"};
  int at = 0;
  for (const auto person : members_of(tx, course.organisation)) {
    if (++at % 3 == 0) continue;
    ++lesson.taken;
    storage::insert(tx, "learner", Learner{lesson.id, person, "done", "leader", 0, starts});
    TrainingCertificate paper{tx.new_id(), "T" + std::to_string(1'000'000'000 + tx.new_id() % 1'000'000'000), course.id, lesson.id, person, course.minutes,
                              local_date(starts), Date{local_date(tx.now()).days + (at % 4 == 0 ? 12 : 400)}, course.made_by};
    storage::insert(tx, "training_certificate", paper);
  }
  storage::insert(tx, "lesson", lesson);
}

}  // namespace

void demonstrate_training(storage::Tx& tx, const std::string& folder) {
  const auto team = storage::scalar<std::int64_t>(tx, "select min(id) from organisation");
  const auto organisation = find_organisation(tx, team.value_or(0));
  std::ifstream in(folder + "courses.txt");
  int serial = 0;
  for (std::string line; organisation && std::getline(in, line);) {
    const auto words = fields_of(line);
    if (words.size() < 9) continue;
    Course course;
    course.id = tx.new_id();
    course.organisation = organisation->id.value;
    course.region = organisation->region;
    course.title = words[0];
    course.words = words[1];
    course.kind = words[2];
    course.minutes = std::stoi(words[3]) * 60;
    course.skill = std::stoi(words[4]);
    course.valid_months = std::stoi(words[5]);
    course.for_all = words[6] == "1";
    course.created = tx.now();
    for (const char* action : {"propose", "approve"})
      if (const auto taken = workflow::take(tx, kCourseFlow, course.id, course.state, action, {}, {}, course.region)) course.state = taken->state;
    storage::insert(tx, "course", course);
    if (course.for_all) past_lesson(tx, course, words);
    const Instant starts = start_of(local_date(tx.now())).plus((5 + 3 * serial++) * kDay + 9 * kHour);
    Lesson next{tx.new_id(), course.id, starts, starts.plus(course.minutes * kMinute), words[7], words[8], 24, 0, "", "planned"};
    next.code = std::to_string(100'000 + static_cast<std::uint64_t>(next.id) % 900'000);
    storage::insert(tx, "lesson", next);
  }
}

}  // namespace tx::teams
