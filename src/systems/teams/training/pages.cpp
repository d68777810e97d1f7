// For volunteers: courses to choose from, one course with its lessons, and one's own certificates with their expiry.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/http/inputs.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/training/training.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CodeInput;
using http::CommandContext;
using http::Context;
using http::NoInput;
using http::Response;

std::string two_digits(int code) { return (code < 10 ? "0" : "") + std::to_string(code); }

Json leaf_of(const Context& context, Date day) {
  return Json::of({{"month", context.text("month." + std::to_string(day.month()))}, {"day", day.day()}, {"week", context.text("weekday." + std::to_string(day.weekday()))}});
}

Json course_row(Context& context, const Course& course) {
  const auto next = storage::find<Lesson>(context.reader, "select * from lesson where course = $1 and state = 'planned' and ends > $2 order by starts limit 1", course.id, context.now);
  Json meta = Json::Array{Json::of({{"glyph", "hourglass"}, {"words", language::duration_text(context.language, {course.minutes})}}),
                          Json::of({{"glyph", "guide"}, {"words", context.text("training.kind." + course.kind)}})};
  if (course.skill) meta.push(Json::of({{"glyph", "idcard"}, {"words", context.text("skill." + two_digits(course.skill))}}));
  return Json::of({{"href", "/training/" + id_text(course.id)}, {"title", course.title}, {"text", shortened(course.words, 60)}, {"icon", next ? "" : "reading"},
                   {"leaf", next ? leaf_of(context, local_date(next->starts)) : Json()}, {"unread_row", false}, {"has_side", true},
                   {"side", next ? "" : context.text("training.no_lesson")}, {"clock", Json()}, {"meta", meta},
                   {"state", next ? Json::of({{"tone", next->taken < next->places ? "live" : "wait"},
                                              {"label", context.text("training.left", {{"n", std::to_string(std::max(0, next->places - next->taken))}})}}) : Json()}});
}

Result<Response> list_page(Context& context) {
  const auto person = find_volunteer_by_account(context.reader, context.actor.account);
  const std::string county = person ? person->region.substr(0, 6) : context.actor.region.substr(0, 6);
  Json rows = Json::array();
  for (const auto& course : storage::select<Course>(context.reader, "select * from course where state = 'open' order by case when region like $1 then 0 else 1 end, id desc limit 60",
                                                    county.empty() ? "x" : county + "%"))
    rows.push(course_row(context, course));
  Json view = Json::of({{"title", context.text("training.list")}, {"rows", rows}, {"signed_in_person", person.has_value()}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "reading"}, {"title", context.text("training.none")}, {"text", ""}, {"href", ""}}));
  return context.page("teams/training", view);
}

Result<Response> course_page(Context& context) {
  const auto course = find_course(context.reader, id_value(context.argument("course")).value_or(0));
  if (!course || course->state == "refused" || course->state == "proposed") return refuse(Kind::not_found, "http.not_found");
  const auto person = find_volunteer_by_account(context.reader, context.actor.account);
  const auto organisation = find_organisation(context.reader, course->organisation);
  Json lessons = Json::array();
  for (const auto& lesson : storage::select<Lesson>(context.reader, "select * from lesson where course = $1 and ends > $2 order by starts limit 20", course->id, context.now.plus(-kDay))) {
    const auto learner = person ? storage::find<Learner>(context.reader, "select * from learner where lesson = $1 and volunteer = $2", lesson.id, person->id) : std::nullopt;
    const bool now = context.now >= lesson.starts.plus(-training_rules::kAround) && context.now <= lesson.ends.plus(training_rules::kAround);
    lessons.push(Json::of({{"lesson", id_text(lesson.id)}, {"leaf", leaf_of(context, local_date(lesson.starts))},
                           {"when", local_text(lesson.starts).substr(11) + "–" + local_text(lesson.ends).substr(11)}, {"place", lesson.place}, {"teacher", lesson.teacher},
                           {"left", context.text("training.left", {{"n", std::to_string(std::max(0, lesson.places - lesson.taken))}})},
                           {"may_join", person && !learner && lesson.state == "planned" && lesson.taken < lesson.places && lesson.ends > context.now},
                           {"may_leave", learner && learner->state == "signed" && !now}, {"may_check", learner && learner->state == "signed" && now},
                           {"mine", learner ? context.text("training.learner." + learner->state) : ""},
                           {"wrong", learner && learner->tries ? context.text("training.wrong_tries", {{"n", std::to_string(training_rules::kTriesMost - learner->tries)}}) : ""}}));
  }
  return context.page("teams/training_course",
                      Json::of({{"title", course->title}, {"course", id_text(course->id)}, {"words", course->words}, {"long", language::duration_text(context.language, {course->minutes})},
                                {"kind_name", context.text("training.kind." + course->kind)}, {"mode_name", context.text("training.mode." + course->mode)},
                                {"skill_name", course->skill ? context.text("skill." + two_digits(course->skill)) : ""},
                                {"valid_words", course->valid_months ? context.text("training.months", {{"n", std::to_string(course->valid_months)}}) : context.text("training.for_good")},
                                {"organisation_name", organisation ? organisation->name : region_name(context.reader, course->region, context.language)},
                                {"lessons", lessons}, {"has_lessons", lessons.size() > 0}, {"is_volunteer", person.has_value()}, {"summary", http::Form(context).summary()}}));
}

Json paper_view(const Context& context, const std::string& title, const std::string& number, Date until, const std::string& note) {
  using training_rules::Standing;
  const auto standing = training_rules::standing(until, true, local_date(context.now));
  return Json::of({{"paper", title}, {"number", number}, {"note", note}, {"until", until.days ? until.text() : context.text("training.for_good")},
                   {"state", Json::of({{"tone", standing == Standing::over ? "stop" : standing == Standing::soon ? "wait" : "live"},
                                       {"label", context.text(standing == Standing::over ? "training.over" : standing == Standing::soon ? "training.soon" : "training.valid")}})}});
}

Result<Response> my_page(Context& context) {
  const auto person = find_volunteer_by_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("training.mine")}, {"nav_me", true}, {"is_volunteer", person.has_value()}});
  if (!person) return context.page("teams/training_mine", view);
  Json papers = Json::array(), rows = Json::array();
  for (const auto& paper : storage::select<TrainingCertificate>(context.reader, "select * from training_certificate where volunteer = $1 order by issued desc limit 40", person->id)) {
    const auto course = find_course(context.reader, paper.course);
    papers.push(paper_view(context, course ? course->title : "", paper.number, paper.valid_until,
                           language::duration_text(context.language, {paper.minutes}) + " · " + paper.issued.text()));
  }
  for (const auto& row : storage::query(context.reader, "select skill, paper, valid_until from volunteer_certificate where volunteer = $1 and state = 'checked' and paper not like 'T%' order by valid_until", person->id).rows) {
    Date until;
    storage::from_value(row[2], until);
    papers.push(paper_view(context, context.text("skill." + two_digits(static_cast<int>(std::get<std::int64_t>(row[0])))), std::get<std::string>(row[1]), until, context.text("training.licence")));
  }
  for (const auto& learner : storage::select<Learner>(context.reader, "select l.* from learner l join lesson s on s.id = l.lesson where l.volunteer = $1 and l.state in ('signed','came') order by s.starts limit 20", person->id)) {
    const auto lesson = find_lesson(context.reader, learner.lesson);
    const auto course = lesson ? find_course(context.reader, lesson->course) : std::nullopt;
    if (!course) continue;
    rows.push(Json::of({{"href", "/training/" + id_text(course->id)}, {"title", course->title}, {"text", lesson->place}, {"icon", ""}, {"leaf", leaf_of(context, local_date(lesson->starts))},
                        {"unread_row", false}, {"has_side", true}, {"side", local_text(lesson->starts).substr(11)}, {"clock", Json()}, {"meta", Json::array()},
                        {"state", Json::of({{"tone", learner.state == "came" ? "live" : "go"}, {"label", context.text("training.learner." + learner.state)}})}}));
  }
  return context.page("teams/training_mine", view.set("papers", papers).set("has_papers", papers.size() > 0).set("rows", rows).set("has_rows", rows.size() > 0));
}

Result<Volunteer> own(storage::Reader& reader, const CommandContext& context) {
  auto person = find_volunteer_by_account(reader, context.actor.account);
  if (!person) return refuse(Kind::forbidden, "signup.not_volunteer");
  return *person;
}

}  // namespace

void add_training_routes(http::Router& router) {
  router.page("training.list", "/training", Access::everyone("courses are public"), list_page);
  router.page("training.course", "/training/{course}", Access::everyone("courses are public"), course_page);
  router.page("training.mine", "/me/training", Access::signed_in("one's own training"), my_page);
  const auto signed_in = Access::signed_in("one's own learning (checked in the command)");
  const auto back = [](const CommandContext&, const Json& answer) { return "/training/" + answer["course"].text(); };
  const auto course_of = [](storage::Reader& reader, std::int64_t lesson) {
    const auto found = find_lesson(reader, lesson);
    return found ? id_text(found->course) : std::string();
  };
  for (const char* action : {"join", "leave"})
    router.command<NoInput>({.name = std::string("training.") + action, .path = std::string("/training/lessons/{lesson}/") + action, .access = signed_in, .next = back,
                             .flash = std::string_view(action) == "join" ? "training.joined" : "training.left_it"},
                            [action, course_of](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                              const auto person = TX_TRY(own(tx, context));
                              const auto lesson = id_value(context.argument("lesson")).value_or(0);
                              if (std::string_view(action) == "join") TX_CHECK(join_lesson(tx, lesson, person.id.value));
                              else TX_CHECK(leave_lesson(tx, lesson, person.id.value));
                              return Json::of({{"course", course_of(tx, lesson)}});
                            });
  router.command<CodeInput>({.name = "training.check", .path = "/training/lessons/{lesson}/check", .access = signed_in, .next = back},
                            [course_of](storage::Tx& tx, const CommandContext& context, const CodeInput& input) -> Result<Json> {
                              const auto person = TX_TRY(own(tx, context));
                              const auto lesson = id_value(context.argument("lesson")).value_or(0);
                              const bool came = TX_TRY(check_lesson(tx, lesson, person.id.value, input.code));
                              return Json::of({{"came", came}, {"course", course_of(tx, lesson)}});
                            });
}

}  // namespace tx::teams
