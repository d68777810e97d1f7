// The days of the volunteer year (rules.md §12) and what each region plans for them.
#pragma once
#include <span>

#include "platform/http/http.h"
#include "systems/culture/culture.h"

namespace tx::culture {

struct YearDay {
  std::string_view code;           // "0305"; texts culture.day.<code>, .text, .source
  int month, day;
};
// 3·5 学雷锋纪念日 / 中国青年志愿者服务日, 9·5 中华慈善日 (Charity Law art. 7), 12·5 国际志愿者日. 中国志愿者日 is not enacted.
inline constexpr YearDay kYearDays[] = {{"0305", 3, 5}, {"0905", 9, 5}, {"1205", 12, 5}};

struct Plan {
  std::int64_t id = 0;
  std::string day_code;
  int year = 0;
  std::string region, title, words;
  Date from_day, to_day;
  std::int64_t organisation = 0;
  access::AccountId made_by;
  Instant created;
  std::string state;               // open, dropped
};
BOOST_DESCRIBE_STRUCT(Plan, (), (id, day_code, year, region, title, words, from_day, to_day, organisation, made_by, created, state))
struct PlanInput {
  std::string day_code, region, title, words;
  Date from_day, to_day;
};
BOOST_DESCRIBE_STRUCT(PlanInput, (), (day_code, region, title, words, from_day, to_day))

namespace rules {
// The next time that the day comes, today included.
Date next_of(const YearDay& day, Date today);
// Rules plan.day_unknown, plan.title_missing, plan.words_long, plan.days_wrong (backwards, longer than 62 days, or far from the day)
Result<void> plan_readable(const PlanInput& input, Date today);
}  // namespace rules

// Rules of plan_readable, plan.not_yours
Result<Plan> make_plan(storage::Tx& tx, const PlanInput& input, const access::Actor& by, const access::Roles& roles);
std::vector<Plan> plans_of(storage::Reader& reader, std::string_view day_code, int year);
// [{name, text, source, date, in_days, near, plans}] in the order in which they come.
Json days_view(const http::Context& context);
Json next_day_view(const http::Context& context);   // the first of them, without plans
void add_calendar_routes(http::Router& router);

}  // namespace tx::culture
