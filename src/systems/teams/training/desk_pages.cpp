// For leaders and officers: courses of the team, lessons with their code and list, and who still lacks what.
#include <map>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/training/training.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct CourseInput {
  std::string title, words, kind = "general", mode = "face";
  int hours = 1, skill = 0, valid_months = 0;
  bool for_all = false;
};
BOOST_DESCRIBE_STRUCT(CourseInput, (), (title, words, kind, mode, hours, skill, valid_months, for_all))
struct LessonInput {
  std::string day, from, to, place, teacher;
  int places = 30;
};
BOOST_DESCRIBE_STRUCT(LessonInput, (), (day, from, to, place, teacher, places))
struct TickInput {
  std::string volunteer;
};
BOOST_DESCRIBE_STRUCT(TickInput, (), (volunteer))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

constexpr int kSkills[] = {2, 5, 8, 9, 12, 13, 15, 17, 18, 19, 20, 21, 23};   // what may be taught; licences of a law may not

std::string two_digits(int code) { return (code < 10 ? "0" : "") + std::to_string(code); }

std::vector<std::int64_t> led_by(const Context& context) {
  std::vector<std::int64_t> found;
  for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission::training_lead)) found.push_back(id_value(organisation).value_or(0));
  return found;
}

// Members of the team against the courses that everybody should have: how many have it, whose runs out, who lacks it.
Json gaps_of(Context& context, std::int64_t organisation) {
  using training_rules::Standing;
  const Date today = local_date(context.now);
  Json rows = Json::array();
  const auto people = members_of(context.reader, organisation);
  for (const auto& course : storage::select<Course>(context.reader, "select * from course where organisation = $1 and state = 'open' and for_all = 1 order by id", organisation)) {
    std::map<std::int64_t, Date> until;
    for (const auto& paper : storage::select<TrainingCertificate>(context.reader, "select * from training_certificate where course = $1 order by issued", course.id)) until[paper.volunteer] = paper.valid_until;
    int count[4] = {0, 0, 0, 0};
    std::string soon, missing;
    for (const auto person : people) {
      const auto found = until.find(person);
      const auto standing = training_rules::standing(found == until.end() ? Date{} : found->second, found != until.end(), today);
      ++count[static_cast<int>(standing)];
      auto& names = standing == Standing::soon ? soon : missing;
      if (standing != Standing::valid && names.size() < 400) names += (names.empty() ? "" : " · ") + volunteer_card(context.reader, person).name;
    }
    const int all = std::max<int>(1, static_cast<int>(people.size()));
    rows.push(Json::of({{"title", course.title}, {"has", count[0] + count[1]}, {"of", people.size()}, {"soon", count[1]}, {"missing", count[2] + count[3]},
                        {"has_share", (count[0] + count[1]) * 100 / all}, {"soon_names", soon}, {"missing_names", missing}}));
  }
  return rows;
}

Json course_card(Context& context, const Course& course) {
  Json lessons = Json::array();
  for (const auto& lesson : storage::select<Lesson>(context.reader, "select * from lesson where course = $1 order by starts desc limit 6", course.id))
    lessons.push(Json::of({{"href", "/desk/training/lessons/" + id_text(lesson.id)}, {"when", local_text(lesson.starts)}, {"place", lesson.place},
                           {"count", std::to_string(lesson.taken) + " / " + std::to_string(lesson.places)}, {"over", lesson.state == "done"}}));
  const http::Form form(context, Json::of({{"day", Date{local_date(context.now).days + 7}.text()}, {"from", "09:00"}, {"to", "11:00"}, {"places", 30}}));
  const auto organisation = find_organisation(context.reader, course.organisation);
  return Json::of({{"course", id_text(course.id)}, {"title", course.title}, {"words", course.words}, {"team", organisation ? organisation->name : ""},
                   {"state", workflow::state_view(kCourseFlow, course.state, context.language, context.words)}, {"lessons", lessons}, {"has_lessons", lessons.size() > 0},
                   {"skill_name", course.skill ? context.text("skill." + two_digits(course.skill)) : ""}, {"open", course.state == "open"},
                   {"decides", course.state == "proposed" && context.may(permission::volunteer_check) && course.made_by != context.actor.account},
                   {"day", form.text("day")}, {"from", form.text("from")}, {"to", form.text("to")}});
}

Result<Response> desk_page(Context& context) {
  const auto teams = led_by(context);
  const auto regions = access::regions_of(context.roles, context.actor, permission::training_lead);
  std::string where = access::region_filter("region", regions);
  for (const auto team : teams) where += " or organisation = " + std::to_string(team);
  Json courses = Json::array(), gaps = Json::array();
  for (const auto& course : storage::select<Course>(context.reader, "select * from course where state in ('proposed','open') and (" + where + ") order by case state when 'proposed' then 0 else 1 end, id desc limit 40"))
    courses.push(course_card(context, course));
  for (const auto team : teams) {
    const Json found = gaps_of(context, team);
    for (const auto& row : found.items()) gaps.push(row);
  }
  const http::Form form(context, Json::of({{"kind", "post"}, {"mode", "face"}, {"hours", 2}, {"valid_months", 12}, {"skill", "0"}}));
  std::vector<http::Option> kinds, skills{{"0", context.text("training.no_skill")}};
  for (const char* kind : {"general", "post", "professional"}) kinds.push_back({kind, context.text(std::string("training.kind.") + kind)});
  for (const int skill : kSkills) skills.push_back({std::to_string(skill), context.text("skill." + two_digits(skill))});
  const Json number = Json::of({{"type", "number"}, {"short", true}, {"min", "0"}});
  return context.page("teams/training_desk",
                      Json::of({{"title", context.text("training.desk")}, {"courses", courses}, {"has_courses", courses.size() > 0}, {"gaps", gaps}, {"has_gaps", gaps.size() > 0},
                                {"summary", form.summary()}, {"f_title", form.field("title", "training.title", {}, Json::of({{"maxlength", 60}}))},
                                {"f_words", form.field("words", "training.words", {}, Json::of({{"maxlength", 400}, {"rows", 2}}))},
                                {"f_kind", form.options("kind", "training.kind", kinds)}, {"f_hours", form.field("hours", "training.hours", {}, number)},
                                {"f_skill", form.options("skill", "training.skill", skills, "training.skill.hint")},
                                {"f_months", form.field("valid_months", "training.valid_months", "training.valid_months.hint", number)},
                                {"f_for_all", form.tick("for_all", "training.for_all", "training.for_all.text")}}));
}

Result<Response> lesson_page(Context& context) {
  const auto lesson = find_lesson(context.reader, id_value(context.argument("lesson")).value_or(0));
  const auto course = lesson ? find_course(context.reader, lesson->course) : std::nullopt;
  if (!course) return refuse(Kind::not_found, "http.not_found");
  Json people = Json::array();
  int came = 0;
  for (const auto& learner : storage::select<Learner>(context.reader, "select * from learner where lesson = $1 order by at", lesson->id)) {
    const auto card = volunteer_card(context.reader, learner.volunteer);
    came += learner.state == "came" || learner.state == "done";
    people.push(Json::of({{"who", card.name}, {"no", card.volunteer_no}, {"volunteer", id_text(learner.volunteer)}, {"may_tick", learner.state == "signed" && lesson->state == "planned"},
                          {"state", Json::of({{"tone", learner.state == "absent" ? "stop" : learner.state == "signed" ? "wait" : "live"}, {"label", context.text("training.learner." + learner.state)}})}}));
  }
  const bool open = context.now >= lesson->starts.plus(-training_rules::kAround) && context.now <= lesson->ends.plus(training_rules::kAround);
  return context.page("teams/training_lesson",
                      Json::of({{"title", course->title}, {"lesson", id_text(lesson->id)}, {"when", local_text(lesson->starts) + "–" + local_text(lesson->ends).substr(11)}, {"place", lesson->place},
                                {"teacher", lesson->teacher}, {"code", lesson->state == "planned" ? lesson->code.substr(0, 3) + " " + lesson->code.substr(3) : ""}, {"code_open", open},
                                {"people", people}, {"has_people", people.size() > 0}, {"came", came}, {"of", people.size()}, {"done", lesson->state == "done"},
                                {"may_complete", lesson->state == "planned" && context.now >= lesson->ends}, {"summary", http::Form(context).summary()}}));
}

Result<Json> add(storage::Tx& tx, const CommandContext& context, const CourseInput& input, const access::Roles& roles) {
  Course course;
  const auto teams = access::organisations_of(roles, context.actor, permission::training_lead);
  const auto regions = access::regions_of(roles, context.actor, permission::training_lead);
  if (!teams.empty()) {
    const auto organisation = find_organisation(tx, id_value(teams.front()).value_or(0));
    if (!organisation || !may_publish(*organisation)) return refuse(Kind::forbidden, "organisation.not_active");
    course.organisation = organisation->id.value;
    course.region = organisation->region;
  } else if (!regions.empty()) {
    course.region = regions.front();
  } else {
    return refuse(Kind::forbidden, "access.denied");
  }
  course.title = normal_text(input.title);
  course.words = input.words;
  course.kind = input.kind == "post" || input.kind == "professional" ? input.kind : "general";
  course.mode = input.mode == "remote" ? "remote" : "face";
  course.minutes = input.hours * 60;
  course.skill = input.skill;
  course.valid_months = input.valid_months;
  course.for_all = input.for_all;
  const auto made = TX_TRY(add_course(tx, course, context.actor.account));
  return Json::of({{"course", id_text(made.id)}, {"state", made.state}, {"region", made.region}});
}

Result<Json> add_lesson(storage::Tx& tx, const CommandContext& context, const LessonInput& input) {
  const auto course = find_course(tx, id_value(context.argument("course")).value_or(0));
  if (!course || course->state != "open") return refuse(Kind::conflict, "training.closed");
  const auto from = parse_instant(input.day + "T" + input.from), to = parse_instant(input.day + "T" + input.to);
  if (!from || !to || *to <= *from) return refuse(Kind::invalid, "training.times", "from");
  if (*to < tx.now()) return refuse(Kind::too_late, "training.past", "day");
  if (letter_count(input.place) < 2) return refuse(Kind::invalid, "training.place_missing", "place");
  if (input.places < 1 || input.places > 2000) return refuse(Kind::invalid, "training.places", "places");
  Lesson lesson{tx.new_id(), course->id, *from, *to, input.place, input.teacher, input.places, 0, "", "planned"};
  lesson.code = std::to_string(100'000 + (lesson.id * 2'654'435'761ULL + static_cast<std::uint64_t>(tx.now().us)) % 900'000);
  storage::insert(tx, "lesson", lesson);
  return Json::of({{"lesson", id_text(lesson.id)}, {"region", course->region}});
}

access::Place place_of(const Course& course) {
  access::Place place;
  place.region = course.region;
  if (course.organisation) place.organisations = {id_text(course.organisation)};
  return place;
}

}  // namespace

void add_training_desk_routes(http::Router& router) {
  const auto* roles = &router.roles();
  router.resolver("course", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto course = find_course(reader, id_value(text).value_or(0));
    if (!course) return std::nullopt;
    return place_of(*course);
  });
  router.resolver("lesson", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto lesson = find_lesson(reader, id_value(text).value_or(0));
    const auto course = lesson ? find_course(reader, lesson->course) : std::nullopt;
    if (!course) return std::nullopt;
    return place_of(*course);
  });
  const auto over_lesson = Access::over(permission::training_lead, "lesson");
  const auto to_desk = [](const CommandContext&, const Json&) { return std::string("/desk/training"); };
  const auto to_lesson = [](const CommandContext& context, const Json&) { return "/desk/training/lessons/" + context.argument("lesson"); };
  router.page("training.desk", "/desk/training", Access::any(permission::training_lead), desk_page);
  router.command<CourseInput>({.name = "training.add", .path = "/desk/training", .access = Access::any(permission::training_lead), .next = to_desk, .flash = "training.added",
                               .page = desk_page, .region_field = "region"},
                              [roles](storage::Tx& tx, const CommandContext& context, const CourseInput& input) { return add(tx, context, input, *roles); });
  router.command<LessonInput>({.name = "training.lesson", .path = "/desk/training/{course}/lessons", .access = Access::over(permission::training_lead, "course"),
                               .next = [](const CommandContext&, const Json& answer) { return "/desk/training/lessons/" + answer["lesson"].text(); }, .flash = "training.lesson_added",
                               .page = desk_page, .region_field = "region"}, add_lesson);
  for (const auto& [action, permission] : {std::pair{"approve", permission::volunteer_check}, std::pair{"refuse", permission::volunteer_check}, std::pair{"close", permission::training_lead}})
    router.command<ReasonInput>({.name = std::string("training.") + action, .path = std::string("/desk/training/{course}/") + action, .access = Access::over(permission, "course"),
                                 .next = to_desk, .flash = "training.decided", .page = desk_page, .region_field = "region"},
                                [action = std::string(action)](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto course = TX_TRY(step_course(tx, id_value(context.argument("course")).value_or(0), action, context.actor.account, input.reason));
                                  return Json::of({{"state", course.state}, {"region", course.region}});
                                });
  router.page("training.lesson_page", "/desk/training/lessons/{lesson}", over_lesson, lesson_page);
  router.command<TickInput>({.name = "training.tick", .path = "/desk/training/lessons/{lesson}/tick", .access = over_lesson, .next = to_lesson, .flash = "training.ticked", .page = lesson_page},
                            [](storage::Tx& tx, const CommandContext& context, const TickInput& input) -> Result<Json> {
                              if (!storage::execute(tx, "update learner set state = 'came', how = 'leader', at = $1 where lesson = $2 and volunteer = $3 and state = 'signed'", tx.now(),
                                                    id_value(context.argument("lesson")).value_or(0), id_value(input.volunteer).value_or(0)))
                                return refuse(Kind::conflict, "training.not_signed");
                              return Json();
                            });
  router.command<TickInput>({.name = "training.complete", .path = "/desk/training/lessons/{lesson}/complete", .access = over_lesson, .next = to_lesson, .flash = "training.completed", .page = lesson_page},
                            [](storage::Tx& tx, const CommandContext& context, const TickInput&) -> Result<Json> {
                              const int made = TX_TRY(complete_lesson(tx, id_value(context.argument("lesson")).value_or(0), context.actor.account));
                              return Json::of({{"certificates", made}});
                            });
}

}  // namespace tx::teams
