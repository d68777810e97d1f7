#include "systems/culture/calendar/calendar.h"

#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())
constexpr int kLongest = 62, kFarthest = 45;   // a theme month on either side of the day

const YearDay* day_of(std::string_view code) {
  for (const auto& day : kYearDays)
    if (day.code == code) return &day;
  return nullptr;
}

bool mine(const access::Roles& roles, const access::Actor& by, const std::string& region) {
  for (const auto& prefix : access::regions_of(roles, by, permission::plan))
    if (region.starts_with(prefix)) return true;
  return false;
}

Json plan_view(const Context& context, const Plan& plan) {
  return Json::of({{"plan", id_text(plan.id)}, {"plan_title", plan.title}, {"plan_words", plan.words}, {"where", teams::region_name(context.reader, plan.region, context.language)},
                   {"when", plan.from_day == plan.to_day ? language::day_text(context.language, plan.from_day)
                                                         : language::day_text(context.language, plan.from_day) + " – " + language::day_text(context.language, plan.to_day)},
                   {"running", plan.from_day <= local_date(context.now) && local_date(context.now) <= plan.to_day ? context.text("plan.running") : ""}});
}

Result<Response> calendar_page(Context& context) {
  return context.page("culture/calendar", Json::of({{"title", context.text("culture.calendar")}, {"days", days_view(context)}, {"may_plan", context.may(permission::plan)}}));
}

Result<Response> desk_page(Context& context) {
  std::vector<http::Option> days, places;
  for (const auto& day : kYearDays) days.push_back({std::string(day.code), context.text("culture.day." + std::string(day.code))});
  for (const auto& prefix : access::regions_of(context.roles, context.actor, permission::plan)) {
    const std::string region = prefix.empty() ? "64" : prefix;
    places.push_back({region, teams::region_name(context.reader, region, context.language)});
    if (region.size() < 6)
      for (const auto& below : teams::regions_below(context.reader, region)) places.push_back({below.code, teams::region_name(context.reader, below.code, context.language)});
  }
  const auto soonest = std::min_element(std::begin(kYearDays), std::end(kYearDays), [&](const YearDay& a, const YearDay& b) { return rules::next_of(a, local_date(context.now)) < rules::next_of(b, local_date(context.now)); });
  const Date when = rules::next_of(*soonest, local_date(context.now));
  const http::Form form(context, Json::of({{"day_code", std::string(soonest->code)}, {"region", places.empty() ? "" : places.front().value}, {"from_day", when.text()}, {"to_day", when.text()}}));
  Json rows = Json::array();
  for (const auto& plan : storage::select<Plan>(context.reader, "select * from culture_plan where state = 'open' and " + access::region_filter("region", access::regions_of(context.roles, context.actor, permission::plan)) + " order by from_day desc limit 40"))
    rows.push(plan_view(context, plan).set("day_name", context.text("culture.day." + plan.day_code)));
  return context.page("culture/calendar_desk", Json::of({{"title", context.text("plan.desk")}, {"summary", form.summary()}, {"plans", rows}, {"has_plans", rows.size() > 0},
                                                         {"f_day", form.options("day_code", "plan.f.day", days)}, {"f_region", form.options("region", "plan.f.region", places)},
                                                         {"f_title", form.field("title", "plan.f.title", {}, Json::of({{"maxlength", 60}}))},
                                                         {"f_words", form.field("words", "plan.f.words", "plan.f.words.hint", Json::of({{"rows", 4}, {"maxlength", 600}}))},
                                                         {"f_from", form.field("from_day", "plan.f.from", {}, Json::of({{"type", "date"}, {"short", true}}))},
                                                         {"f_to", form.field("to_day", "plan.f.to", {}, Json::of({{"type", "date"}, {"short", true}}))}}));
}

}  // namespace

namespace rules {
Date next_of(const YearDay& day, Date today) {
  const Date this_year = Date::of(today.year(), day.month, day.day);
  return this_year < today ? Date::of(today.year() + 1, day.month, day.day) : this_year;
}
Result<void> plan_readable(const PlanInput& input, Date today) {
  const auto* day = day_of(input.day_code);
  if (!day) return refuse(Kind::invalid, "plan.day_unknown", "day_code");
  if (letter_count(input.title) < 2 || letter_count(input.title) > 60) return refuse(Kind::invalid, "plan.title_missing", "title");
  if (letter_count(input.words) > 600) return refuse(Kind::invalid, "plan.words_long", "words");
  if (input.to_day < input.from_day || input.to_day.days - input.from_day.days > kLongest) return refuse(Kind::invalid, "plan.days_wrong", "to_day", {{"n", std::to_string(kLongest)}});
  const Date there = Date::of(input.from_day.year(), day->month, day->day);
  if (input.from_day.days - there.days > kFarthest || there.days - input.to_day.days > kFarthest || input.to_day < today) return refuse(Kind::invalid, "plan.days_far", "from_day");
  return {};
}
}  // namespace rules

Result<Plan> make_plan(storage::Tx& tx, const PlanInput& input, const access::Actor& by, const access::Roles& roles) {
  TX_CHECK(rules::plan_readable(input, local_date(tx.now())));
  if (!mine(roles, by, input.region) || !storage::scalar<std::int64_t>(tx, "select 1 from region where code = $1", input.region)) return refuse(Kind::forbidden, "plan.not_yours", "region");
  Plan plan{tx.new_id(), input.day_code, input.from_day.year(), input.region, input.title, input.words, input.from_day, input.to_day, 0, by.account, tx.now(), "open"};
  storage::insert(tx, "culture_plan", plan);
  return plan;
}

std::vector<Plan> plans_of(storage::Reader& reader, std::string_view day_code, int year) {
  return storage::select<Plan>(reader, "select * from culture_plan where day_code = $1 and year = $2 and state = 'open' order by from_day, region limit 60", day_code, year);
}

namespace {
std::vector<const YearDay*> coming(Date today) {
  std::vector<const YearDay*> order;
  for (const auto& day : kYearDays) order.push_back(&day);
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return rules::next_of(*a, today) < rules::next_of(*b, today); });
  return order;
}
Json day_view(const Context& context, const YearDay& day) {
  const Date today = local_date(context.now), next = rules::next_of(day, today);
  const std::string key = "culture.day." + std::string(day.code);
  const int left = next.days - today.days;
  return Json::of({{"name", context.text(key)}, {"text", context.text(key + ".text")}, {"source", context.text(key + ".source")},
                   {"leaf", Json::of({{"month", context.text("month." + std::to_string(next.month()))}, {"day", next.day()}, {"week", context.text("weekday." + std::to_string(next.weekday()))}})},
                   {"in_days", left == 0 ? context.text("culture.today") : context.text("culture.in_days", {{"n", std::to_string(left)}})}});
}
}  // namespace

Json next_day_view(const Context& context) { return day_view(context, *coming(local_date(context.now)).front()); }

Json days_view(const Context& context) {
  const Date today = local_date(context.now);
  Json days = Json::array();
  for (const auto* day : coming(today)) {
    Json plans = Json::array();
    for (const auto& plan : plans_of(context.reader, day->code, rules::next_of(*day, today).year())) plans.push(plan_view(context, plan));
    const bool any = plans.size() > 0;
    days.push(day_view(context, *day).set("plans", std::move(plans)).set("has_plans", any));
  }
  return days;
}

void add_calendar_routes(http::Router& router) {
  router.page("culture.calendar", "/culture/calendar", Access::everyone("the days of the year and what is planned are public"), calendar_page);
  router.page("culture.plan_desk", "/desk/culture/calendar", Access::any(permission::plan), desk_page);
  const auto* roles = &router.roles();
  const auto back = [](const CommandContext&, const Json&) { return std::string("/desk/culture/calendar"); };
  router.command<PlanInput>({.name = "culture.plan", .path = "/desk/culture/calendar", .access = Access::any(permission::plan), .next = back, .flash = "plan.made", .page = desk_page, .region_field = "region"},
                            [roles](storage::Tx& tx, const CommandContext& context, const PlanInput& input) -> Result<Json> {
                              const auto plan = TX_TRY(make_plan(tx, input, context.actor, *roles));
                              return Json::of({{"plan", id_text(plan.id)}, {"region", plan.region}});
                            });
  router.command<Empty>({.name = "culture.plan_drop", .path = "/desk/culture/calendar/{plan}/drop", .access = Access::any(permission::plan), .next = back, .flash = "plan.dropped", .region_field = "region"},
                        [roles](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto plan = storage::find<Plan>(tx, "select * from culture_plan where id = $1 and state = 'open'", id_value(context.argument("plan")).value_or(0));
                          if (!plan) return refuse(Kind::not_found, "http.not_found");
                          if (!mine(*roles, context.actor, plan->region)) return refuse(Kind::forbidden, "plan.not_yours");
                          storage::execute(tx, "update culture_plan set state = 'dropped' where id = $1", plan->id);
                          return Json::of({{"region", plan->region}});
                        });
}

}  // namespace tx::culture
