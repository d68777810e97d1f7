#include <sodium.h>

#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/training/training.h"

namespace tx::teams {
namespace {

using storage::scalar;

std::string digits(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('0' + randombytes_uniform(10));
  return text;
}

std::optional<Learner> find_learner(storage::Reader& reader, std::int64_t lesson, std::int64_t volunteer) {
  return storage::find<Learner>(reader, "select * from learner where lesson = $1 and volunteer = $2", lesson, volunteer);
}

// What the course teaches becomes a checked paper with its expiry: the same row that an officer's check makes.
void certify(storage::Tx& tx, const Course& course, const Lesson& lesson, std::int64_t volunteer, access::AccountId by) {
  TrainingCertificate paper{tx.new_id(), "T" + digits(10), course.id, lesson.id, volunteer, course.minutes, local_date(tx.now()), {}, by};
  paper.valid_until = training_rules::valid_until(paper.issued, course.valid_months);
  storage::insert(tx, "training_certificate", paper);
  if (course.skill) {
    storage::execute(tx, "insert into volunteer_certificate (id, volunteer, skill, paper, valid_until, state, decided_by, created) values "
                         "($1,$2,$3,$4,$5,'checked',$6,$7)", tx.new_id(), volunteer, course.skill, paper.number, paper.valid_until, by, tx.now());
    storage::execute(tx, "update volunteer set skills = skills | $1 where id = $2", std::int64_t{1} << course.skill, volunteer);
  }
  if (const auto account = account_of_volunteer(tx, volunteer))
    notices::send(tx, {account, "notice.training_done", {{"title", course.title}}, "/me/training"});
}

}  // namespace

std::optional<Course> find_course(storage::Reader& reader, std::int64_t id) { return storage::find<Course>(reader, "select * from course where id = $1", id); }
std::optional<Lesson> find_lesson(storage::Reader& reader, std::int64_t id) { return storage::find<Lesson>(reader, "select * from lesson where id = $1", id); }

Result<Course> add_course(storage::Tx& tx, Course course, access::AccountId by) {
  TX_CHECK(training_rules::complete(course));
  course.id = tx.new_id();
  course.made_by = by;
  course.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kCourseFlow, course.id, "", course.skill ? "propose" : "open", by, {}, course.region));
  course.state = taken.state;
  course.due = taken.due;
  storage::insert(tx, "course", course);
  return course;
}

Result<Course> step_course(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId by, const std::string& reason) {
  auto course = find_course(tx, id);
  if (!course) return refuse(Kind::not_found, "http.not_found");
  if (action != "close" && course->made_by == by) return refuse(Kind::forbidden, "training.own_course");
  const auto taken = TX_TRY(workflow::take(tx, kCourseFlow, course->id, course->state, action, by, reason, course->region));
  course->state = taken.state;
  course->due = taken.due;
  if (action == "approve") course->approved_by = by;
  storage::update(tx, "course", *course);
  if (course->made_by) notices::send(tx, {course->made_by, "notice.course_" + course->state, {{"title", course->title}}, "/desk/training"});
  return *course;
}

Result<void> join_lesson(storage::Tx& tx, std::int64_t id, std::int64_t volunteer) {
  const auto lesson = find_lesson(tx, id);
  const auto course = lesson ? find_course(tx, lesson->course) : std::nullopt;
  if (!course || course->state != "open" || lesson->state != "planned" || lesson->ends < tx.now()) return refuse(Kind::too_late, "training.closed");
  if (find_learner(tx, id, volunteer)) return refuse(Kind::conflict, "training.signed_already");
  if (storage::execute(tx, "update lesson set taken = taken + 1 where id = $1 and taken < places", id) == 0) return refuse(Kind::full, "training.full");
  storage::insert(tx, "learner", Learner{id, volunteer, "signed", "", 0, tx.now()});
  return {};
}

Result<void> leave_lesson(storage::Tx& tx, std::int64_t id, std::int64_t volunteer) {
  if (storage::execute(tx, "delete from learner where lesson = $1 and volunteer = $2 and state = 'signed'", id, volunteer) == 0)
    return refuse(Kind::conflict, "training.not_signed");
  storage::execute(tx, "update lesson set taken = taken - 1 where id = $1", id);
  return {};
}

Result<bool> check_lesson(storage::Tx& tx, std::int64_t id, std::int64_t volunteer, const std::string& code) {
  const auto lesson = find_lesson(tx, id);
  auto learner = find_learner(tx, id, volunteer);
  if (!lesson || !learner) return refuse(Kind::forbidden, "training.not_signed", "code");
  if (learner->state != "signed") return true;
  const auto good = training_rules::check_in(*lesson, code, learner->tries, tx.now());
  if (!good && good.error().rule != "training.code_wrong") return tl::unexpected(good.error());
  if (!good) {   // kept, so that nobody tries a million
    storage::execute(tx, "update learner set tries = tries + 1 where lesson = $1 and volunteer = $2", id, volunteer);
    return false;
  }
  storage::execute(tx, "update learner set state = 'came', how = 'code', at = $1 where lesson = $2 and volunteer = $3", tx.now(), id, volunteer);
  return true;
}

Result<int> complete_lesson(storage::Tx& tx, std::int64_t id, access::AccountId by) {
  const auto lesson = find_lesson(tx, id);
  const auto course = lesson ? find_course(tx, lesson->course) : std::nullopt;
  if (!course) return refuse(Kind::not_found, "http.not_found");
  if (lesson->state == "done") return refuse(Kind::conflict, "training.done_already");
  if (tx.now() < lesson->ends) return refuse(Kind::too_late, "training.not_over");
  int made = 0;
  for (const auto& learner : storage::select<Learner>(tx, "select * from learner where lesson = $1 and state = 'came' order by volunteer", id)) {
    if (account_of_volunteer(tx, learner.volunteer) == by) continue;   // nobody certifies the own person
    certify(tx, *course, *lesson, learner.volunteer, by);
    storage::execute(tx, "update learner set state = 'done' where lesson = $1 and volunteer = $2", id, learner.volunteer);
    ++made;
  }
  storage::execute(tx, "update learner set state = 'absent' where lesson = $1 and state = 'signed'", id);
  storage::execute(tx, "update lesson set state = 'done' where id = $1", id);
  return made;
}

bool has_course(storage::Reader& reader, std::int64_t volunteer, std::int64_t course, Date day) {
  return scalar<std::int64_t>(reader, "select id from training_certificate where volunteer = $1 and course = $2 and (valid_until = 0 or valid_until >= $3) limit 1",
                              volunteer, course, day).has_value();
}

namespace {

struct Paper {
  std::int64_t id = 0, volunteer = 0;
  std::string paper;
  Date valid_until;
};
BOOST_DESCRIBE_STRUCT(Paper, (), (id, volunteer, paper, valid_until))

int remind(storage::Tx& tx, const char* sql, const char* prefix, const char* stage, const char* key, Date from, Date to) {
  int told = 0;
  for (const auto& paper : storage::select<Paper>(tx, sql, from, to)) {
    const std::string name = std::string(prefix) + id_text(paper.id) + stage;
    if (!storage::execute(tx, "insert into paper_reminder (name, at) values ($1,$2) on conflict do nothing", name, tx.now())) continue;
    const auto account = account_of_volunteer(tx, paper.volunteer);
    if (!account) continue;
    notices::send(tx, {account, key, {{"title", paper.paper}, {"day", paper.valid_until.text()}}, "/me/training"});
    ++told;
  }
  return told;
}

}  // namespace

int remind_of_papers(storage::Tx& tx) {
  constexpr char kPapers[] = "select id, volunteer, paper, valid_until from volunteer_certificate where state = 'checked' and valid_until >= $1 and valid_until <= $2";
  constexpr char kCourses[] = "select t.id, t.volunteer, c.title as paper, t.valid_until from training_certificate t join course c on c.id = t.course where "
                              "c.skill = 0 and t.valid_until >= $1 and t.valid_until <= $2";
  const Date today = local_date(tx.now());
  const int before = workflow::setting_amount(tx, "training.remind_days", 30);
  int told = 0;
  for (const auto& [sql, prefix] : {std::pair{kPapers, "v:"}, std::pair{kCourses, "t:"}}) {
    told += remind(tx, sql, prefix, ":soon", "notice.paper_soon", today, Date{today.days + before});
    told += remind(tx, sql, prefix, ":over", "notice.paper_over", Date{today.days - 7}, Date{today.days - 1});
  }
  return told;
}

Json training_of(storage::Reader& reader, std::int64_t volunteer) {
  return to_json(storage::select<TrainingCertificate>(reader, "select * from training_certificate where volunteer = $1 order by issued", volunteer));
}

void add_training_work(jobs::Jobs& jobs) {
  jobs.every(6 * kHour, "teams.papers", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(remind_of_papers(tx)); });
  });
}

}  // namespace tx::teams
