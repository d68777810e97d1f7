// The roster of a week, one's own duty with swaps, and the open/closed truth on the public page.
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/duty/rules.h"
#include "systems/stations/keeper.h"
#include "systems/stations/stations/rules.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kTruthDays = 28, kAhead = 60;

struct ShiftInput {
  std::string shift;
};
BOOST_DESCRIBE_STRUCT(ShiftInput, (), (shift))
struct WeekInput {
  std::string week;
};
BOOST_DESCRIBE_STRUCT(WeekInput, (), (week))
struct OfferInput {
  std::string volunteer_no;
};
BOOST_DESCRIBE_STRUCT(OfferInput, (), (volunteer_no))
struct AnswerInput {
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(AnswerInput, (), (answer))

Date monday_of(Date day) { return Date{day.days - (day.weekday() - 1)}; }

std::string span_text(const DutyShift& shift) {
  return minute_text(shift.from_minute) + "\u2013" + minute_text(shift.until_minute);
}

Json shift_view(const Context& context, const DutyShift& shift, const std::vector<DutyLog>& logs, bool keeps) {
  const Date today = local_date(context.now);
  const bool over = start_of(shift.day).plus(shift.until_minute * kMinute) <= context.now;
  Json state;
  if (over)
    state = rules::kept(shift, logs, context.now) ? pill("done", context.text("duty.kept"))
                                                  : pill("stop", context.text("duty.missed"));
  return Json::of({{"shift", id_text(shift.id)},
                   {"span", span_text(shift)},
                   {"who", shift.who.empty() ? context.text("duty.keeper") : shift.who},
                   {"may_drop", keeps && shift.day >= today},
                   {"state", state}});
}

Result<Response> roster_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const Date today = local_date(context.now);
  const auto asked =
      Date::parse(context.submitted.size() ? context.submitted["day"].text() : context.request.query["week"].text());
  const Date monday = monday_of(asked.value_or(today));
  const auto shifts = shifts_of(context.reader, station, monday, Date{monday.days + 6});
  const auto logs = logs_of(context.reader, station, start_of(monday), start_of(Date{monday.days + 7}));
  const bool keeps = may_over(context.roles, context.actor, permission::keep, station);
  Json days = Json::array();
  std::vector<http::Option> choices;
  for (int i = 0; i < 7; ++i) {
    const Date day{monday.days + i};
    Json list = Json::array();
    for (const auto& shift : shifts)
      if (shift.day == day) list.push(shift_view(context, shift, logs, keeps));
    const bool opens = rules::opens_on(station, day);
    const auto truth = rules::truth(station, logs, day, day, context.now);
    days.push(Json::of(
        {{"day_name", language::day_text(context.language, day)},
         {"today", day == today},
         {"opens", opens},
         {"shifts", list},
         {"nobody", opens && list.size() == 0 && day >= today},
         {"day_hours", opens ? station.hours : context.text("duty.closed_day")},
         {"truth_text", truth.promised
                            ? context.text("duty.day_truth",
                                           {{"kept", language::duration_text(context.language, {truth.kept})},
                                            {"promised", language::duration_text(context.language, {truth.promised})}})
                            : ""}}));
    if (day >= today) choices.push_back({day.text(), language::day_text(context.language, day)});
  }
  const auto hours = rules::read_hours(station.hours);
  const http::Form form(context, Json::of({{"from", hours ? minute_text(hours->from) : "09:00"},
                                           {"until", hours ? minute_text(hours->until) : "17:30"},
                                           {"day", std::max(today, monday).text()}}));
  const std::string base = "/stations/" + station.id.text() + "/roster";
  Json view = Json::of({{"title", context.text("duty.roster")},
                        {"station", station.id.text()},
                        {"station_name", station.name},
                        {"days", days},
                        {"week", monday.text()},
                        {"week_text", monday.text() + " \u2013 " + Date{monday.days + 6}.text()},
                        {"before", base + "?week=" + Date{monday.days - 7}.text()},
                        {"after", base + "?week=" + Date{monday.days + 7}.text()},
                        {"plans", keeps && !choices.empty()},
                        {"summary", form.summary()}});
  if (!choices.empty())
    view.set("f_day", form.options("day", "duty.day_label", choices, {}, Json::of({{"short", true}})))
        .set("f_from", form.field("from", "duty.from", {}, Json::of({{"type", "time"}, {"short", true}})))
        .set("f_until", form.field("until", "duty.until", {}, Json::of({{"type", "time"}, {"short", true}})))
        .set("f_no", form.field("volunteer_no", "duty.volunteer_no", "duty.volunteer_hint",
                                Json::of({{"short", true}, {"optional", true}})));
  return context.page("stations/roster", view);
}

struct Offer {
  std::int64_t id = 0, shift = 0;
};
BOOST_DESCRIBE_STRUCT(Offer, (), (id, shift))

Result<Response> own_page(Context& context) {
  const Date today = local_date(context.now);
  const auto line = [&](const DutyShift& shift) {
    const auto station = find_station(context.reader, shift.station);
    const auto offered = storage::scalar<std::int64_t>(
        context.reader, "select count(*) from duty_swap where shift = $1 and state = 'offered'", shift.id);
    return Json::of({{"shift", id_text(shift.id)},
                     {"where", station ? station->name : ""},
                     {"where_href", station ? "/stations/" + station->id.text() : ""},
                     {"day_name", language::day_text(context.language, shift.day)},
                     {"span", span_text(shift)},
                     {"waits", offered.value_or(0) > 0}});
  };
  Json own = Json::array(), offers = Json::array();
  for (const auto& shift :
       storage::select<DutyShift>(context.reader,
                                  "select * from duty_shift where account = $1 and day between $2 and $3 "
                                  "order by day, from_minute",
                                  context.actor.account, today, Date{today.days + kAhead}))
    own.push(line(shift));
  for (const auto& offer :
       storage::select<Offer>(context.reader,
                              "select s.id, s.shift from duty_swap s join duty_shift d on d.id = s.shift "
                              "where s.to_account = $1 and s.state = 'offered' and d.day >= $2 order by s.at",
                              context.actor.account, today))
    if (const auto shift =
            storage::find<DutyShift>(context.reader, "select * from duty_shift where id = $1", offer.shift))
      offers.push(line(*shift).set("swap", id_text(offer.id)).set("from_who", shift->who));
  Json view = Json::of({{"title", context.text("duty.own")},
                        {"own", own},
                        {"has_own", own.size() > 0},
                        {"offers", offers},
                        {"has_offers", offers.size() > 0},
                        {"summary", http::Form(context).summary()}});
  if (own.size() + offers.size() == 0)
    view.set("empty", Json::of({{"icon", "calendar"},
                                {"title", context.text("duty.none")},
                                {"text", context.text("duty.none_text")},
                                {"href", ""}}));
  return context.page("stations/duty_own", view);
}

}  // namespace

// Four weeks of doors: how many of the promised minutes somebody was there.
void add_truth_view(http::Context& context, const Station& station, Json& view) {
  const Date today = local_date(context.now), from{today.days - kTruthDays + 1};
  const auto logs = logs_of(context.reader, station, start_of(from), start_of(Date{today.days + 1}));
  if (logs.empty()) return;
  const auto truth = rules::truth(station, logs, from, today, context.now);
  if (!truth.promised) return;
  Json bars = Json::array();
  for (std::size_t i = 0; i < truth.days.size(); ++i) {
    const auto& day = truth.days[i];
    const int tall = day.promised ? std::max(6, day.kept * 100 / day.promised) : 0;
    bars.push(Json::of({{"x", std::to_string(i * 10 + 1)},
                        {"y", std::to_string(100 - tall)},
                        {"h", std::to_string(tall)},
                        {"kind", day.promised && day.kept * 10 < day.promised * 8 ? "short" : "full"}}));
  }
  const auto percent = std::to_string(static_cast<std::int64_t>(truth.kept) * 100 / truth.promised);
  view.set(
      "truth",
      Json::of({{"truth_percent", percent},
                {"truth_bars", bars},
                {"truth_width", kTruthDays * 10},
                {"truth_text",
                 context.text("duty.truth", {{"n", std::to_string(kTruthDays)},
                                             {"promised", language::duration_text(context.language, {truth.promised})},
                                             {"kept", language::duration_text(context.language, {truth.kept})}})}}));
}

void add_duty_routes(http::Router& router, const Services&) {
  const auto own = Access::signed_in("one's own duty, found by the account");
  const auto to_own = [](const CommandContext&, const Json&) { return std::string("/me/duty"); };
  router.page("duty.roster", "/stations/{station}/roster", Access::over(permission::read, "station"), roster_page);
  router.page("duty.own", "/me/duty", own, own_page);
  using Tx = storage::Tx;
  const KeeperCommands keeper{router, roster_page, [](const CommandContext& context, const Json& answer) {
                                const std::string week = answer["week"].text();   // the week that was worked on
                                return "/stations/" + context.argument("station") + "/roster" + (week.empty() ? "" : "?week=" + week);
                              }};
  keeper.add<PlanInput>("duty.plan", "/roster", "duty.planned", [](Tx& tx, const CommandContext&, const Station& station, const PlanInput& input) -> Result<Json> {
    const auto shift = TX_TRY(plan_duty(tx, station, input));
    return Json::of({{"shift", id_text(shift.id)}, {"week", shift.day.text()}});
  });
  keeper.add<ShiftInput>("duty.drop", "/roster/drop", "duty.dropped", [](Tx& tx, const CommandContext&, const Station& station, const ShiftInput& input) -> Result<Json> {
    TX_CHECK(drop_duty(tx, station, id_value(input.shift).value_or(0)));
    return Json::object();
  });
  keeper.add<WeekInput>("duty.copy", "/roster/copy", "duty.copied", [](Tx& tx, const CommandContext&, const Station& station, const WeekInput& input) -> Result<Json> {
    const auto day = Date::parse(input.week);
    if (!day) return refuse(Kind::invalid, "form.unreadable", "week");
    const int copied = copy_week(tx, station, monday_of(*day));
    if (!copied) return refuse(Kind::conflict, "duty.nothing_to_copy");
    return Json::of({{"copied", copied}, {"week", day->text()}});
  });
  router.command<OfferInput>(
      {.name = "duty.offer",
       .path = "/me/duty/{shift}/offer",
       .access = own,
       .next = to_own,
       .flash = "duty.offered",
       .page = own_page},
      [](storage::Tx& tx, const CommandContext& context, const OfferInput& input) -> Result<Json> {
        TX_CHECK(
            offer_duty(tx, id_value(context.argument("shift")).value_or(0), context.actor.account, input.volunteer_no));
        return Json::object();
      });
  router.command<AnswerInput>(
      {.name = "duty.answer",
       .path = "/me/duty/offers/{swap}",
       .access = own,
       .next = to_own,
       .flash = "duty.answered",
       .page = own_page},
      [](storage::Tx& tx, const CommandContext& context, const AnswerInput& input) -> Result<Json> {
        if (input.answer != "yes" && input.answer != "no") return refuse(Kind::invalid, "form.unreadable", "answer");
        TX_CHECK(answer_duty(tx, id_value(context.argument("swap")).value_or(0), context.actor.account,
                             input.answer == "yes"));
        return Json::object();
      });
}

}  // namespace tx::stations
