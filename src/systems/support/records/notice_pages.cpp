// The public notice board of hours entered by hand, and the log for everybody: names masked, nobody signed in needed. An
// objection needs an account, so that it can be answered.
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kShown = 200;

struct ObjectionInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(ObjectionInput, (), (words))

// A minor's name is not put on the public list (D2; H6).
bool shown_by_name(const Context& context, const RecordCase& of) {
  const auto volunteer = teams::find_volunteer(context.reader, of.volunteer);
  return volunteer && age_on(volunteer->birth, local_date(context.now)) >= 18;
}

// One notice as a sentence that can be read aloud: who, for whom, what, how long, until when.
std::string aloud(const Context& context, const RecordCase& of, const std::string& name) {
  const auto organisation = teams::find_organisation(context.reader, of.organisation);
  const std::string left = is_frozen(context.reader, "case", of.id) ? context.text("notices.aloud.frozen")
                           : of.state == "contested" ? context.text("notices.aloud.contested")
                           : of.due.us && of.state == "notice" ? context.text("notices.aloud.until", {{"day", language::day_text(context.language, local_date(of.due))}})
                           : context.text("flow.record_case." + of.state);
  return context.text("notices.aloud", {{"day", language::day_text(context.language, local_date(of.starts))}, {"organisation", organisation ? organisation->name : ""},
                                        {"name", name}, {"title", title_text(context, of.title)}, {"minutes", std::to_string(of.minutes.value)}, {"left", left}});
}

Json notice_row(const Context& context, const RecordCase& of) {
  const std::string name = shown_by_name(context, of) ? teams::volunteer_card(context.reader, of.volunteer).name : context.text("record.a_minor");
  return case_row(context, of, "/notices/records/" + id_text(of.id)).set("text", aloud(context, of, name)).set("meta", Json::array());
}

// H6: hours made public by name-masked list. The number of days is the operator's; 0, as delivered, is off.
int public_days(const Context& context) { return workflow::setting_amount(context.reader, "record.public_days", context.actor.region, 0); }

Result<Response> hours(Context& context) {
  const int days = public_days(context);
  Json view = Json::of({{"title", context.text("hours.title")}, {"open", days > 0}, {"lead", context.text("hours.lead", {{"days", std::to_string(days)}})}});
  if (days <= 0)
    return context.page("support/hours", view.set("lead", "").set("empty", Json::of({{"icon", "lock"}, {"title", context.text("hours.off")}, {"text", ""}, {"href", ""}})));
  const Date adult_before = local_date(context.now);
  Json lines = Json::array();
  for (const auto& record : storage::select<ServiceRecord>(
           context.reader, "select r.* from service_record r where r.at > $1 and r.reverses = 0 and r.organisation <> 0 and not exists (select 1 from service_record b "
                           "where b.reverses = r.id and b.reverses <> 0) order by r.at desc, r.id desc limit $2", context.now.plus(-days * kDay), kShown)) {
    const auto volunteer = teams::find_volunteer(context.reader, record.volunteer);
    if (!volunteer || age_on(volunteer->birth, adult_before) < 18 || is_frozen(context.reader, "record", record.id)) continue;
    const auto organisation = teams::find_organisation(context.reader, record.organisation);
    lines.push(Json::of({{"name", teams::volunteer_card(context.reader, record.volunteer).name}, {"line_title", title_text(context, record.title)},
                         {"organisation", organisation ? organisation->name : ""}, {"day", local_date(record.starts).text()}, {"grade", enum_name(record.grade)},
                         {"grade_text", grade_text(context, record.grade)}, {"long", language::duration_text(context.language, record.minutes)},
                         {"complain", "/complain?about=record:" + id_text(record.id)}}));
  }
  if (lines.size() == 0) view.set("empty", Json::of({{"icon", "clock"}, {"title", context.text("hours.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/hours", view.set("lines", lines).set("has_lines", lines.size() > 0));
}

Result<Response> board(Context& context) {
  Json rows = Json::array(), past = Json::array();
  for (const auto& of : storage::select<RecordCase>(
           context.reader, "select * from record_case where kind in ('manual','correction') and state in ('notice','contested') order by due, id limit $1", kShown))
    if (on_notice(context.reader, of)) rows.push(notice_row(context, of));
  for (const auto& of : storage::select<RecordCase>(
           context.reader, "select * from record_case where (kind = 'manual' or (kind = 'correction' and second_by <> 0)) and state in ('effective','refused') and decided > $1 order by "
                           "decided desc limit 50", context.now.plus(-30 * kDay)))
    if (on_notice(context.reader, of)) past.push(notice_row(context, of));
  const auto now = head(context.reader);
  Json view = Json::of({{"title", context.text("record.notice_board")}, {"rows", rows}, {"count", context.text("notices.count", {{"n", std::to_string(rows.size())}})},
                        {"hours_open", public_days(context) > 0}, {"has_past", past.size() > 0},
                        {"past", Json::of({{"rows", past}})}, {"log_size", std::to_string(now.size)}, {"has_log", now.size > 0}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("record.no_notices")}, {"text", ""}, {"href", ""}}));
  return context.page("support/notices", view);
}

Result<Response> one(Context& context) {
  const auto of = find_case(context.reader, id_value(context.argument("case")).value_or(0));
  if (!of || !on_notice(context.reader, *of) || of->state == "asked" || of->state == "checked" || of->state == "withdrawn") return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  const auto card = teams::volunteer_card(context.reader, of->volunteer);
  const auto organisation = teams::find_organisation(context.reader, of->organisation);
  auto events = workflow::history(context.reader, "record_case", of->id);
  for (auto& event : events) event.reason.clear();   // reasons may name people
  return context.page("support/notice",
                      Json::of({{"title", title_text(context, of->title)}, {"case", id_text(of->id)},
                                {"name", shown_by_name(context, *of) ? card.name : context.text("record.a_minor")},
                                {"organisation", organisation ? organisation->name : ""}, {"content", of->content}, {"place", of->place}, {"in_charge", of->in_charge},
                                {"when", local_text(of->starts) + "–" + local_text(of->ends).substr(11)},
                                {"minutes", context.text("record.minutes", {{"n", std::to_string(of->minutes.value)}})}, {"grade", enum_name(of->grade)}, {"grade_text", grade_text(context, of->grade)},
                                {"state", workflow::state_view(kCaseFlow, of->state, context.language, context.words)},
                                {"clock", of->due.us && of->state == "notice" ? workflow::due_view(of->due, context.now, context.language, context.words) : Json()},
                                {"timeline", workflow::timeline_view(kCaseFlow, events, context.language, context.words, context.now)},
                                {"may_object", of->state == "notice"}, {"signed_in", context.actor.signed_in()}, {"summary", form.summary()},
                                {"f_words", form.field("words", "record.objection", "record.objection.hint", Json::of({{"maxlength", 1000}, {"rows", 3}}))}}));
}

}  // namespace

void add_notice_routes(http::Router& router, const Services&, const Book& book) {
  router.page("record.notices", "/notices/records", Access::everyone("the public notice of hours entered by hand"), board);
  router.page("record.hours", "/notices/hours", Access::everyone("the optional public list of hours, names masked (H6)"), hours);
  router.page("record.notice", "/notices/records/{case}", Access::everyone("the public notice of hours entered by hand"), one);
  router.command<ObjectionInput>(
      {.name = "record.object", .path = "/notices/records/{case}/object", .access = Access::signed_in("anybody with an account may object; the answer goes to them"),
       .next = [](const CommandContext& context, const Json&) { return "/notices/records/" + context.argument("case"); },
       .flash = "record.objected", .page = one, .region_field = "region"},
      [&book](storage::Tx& tx, const CommandContext& context, const ObjectionInput& input) -> Result<Json> {
        const auto of = TX_TRY(object(tx, book, id_value(context.argument("case")).value_or(0), input.words, context.actor));
        return Json::of({{"case", id_text(of.id)}, {"state", of.state}, {"region", of.region}});
      });
}

}  // namespace tx::support
