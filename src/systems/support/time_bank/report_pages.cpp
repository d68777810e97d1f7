// For officials: is the promise backed by hands, what would a run on the bank do, whom does the pool help next, which rules
// hold here, and what do towns owe one another?
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/rules.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/inputs.h"
#include "systems/teams/teams.h"

namespace tx::support::bank {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr Scenario kScenarios[] = {{30, 0, 24, 20}, {60, 0, 24, 20}, {100, 0, 24, 20}, {100, 50, 24, 20}};

std::string hours(std::int64_t minutes) { return support::rules::hours_text(minutes); }   // rounded once, for showing (H1)
Json stat(const Context& context, const char* key, std::string value, const char* unit, const char* tone = "") {
  return Json::of({{"label", context.text(key)}, {"value", std::move(value)}, {"unit", context.text(unit)}, {"href", ""}, {"tone", tone}});
}

// Counties of the official's regions in which somebody has a passbook; the busiest first.
std::vector<std::string> counties_of(Context& context) {
  std::vector<std::string> found;
  const auto rows = storage::query(context.reader, "select substr(region, 1, 6) as county, count(*) as n from bank_member where " +
                                                       access::region_filter("region", access::regions_of(context.roles, context.actor, permission::bank_manage)) +
                                                       " group by substr(region, 1, 6) order by 2 desc, 1 limit 12");
  for (const auto& row : rows.rows) found.push_back(std::get<std::string>(row[0]));
  return found;
}

bool over(const access::Roles& roles, const access::Actor& actor, const std::string& county) {
  for (const auto& prefix : access::regions_of(roles, actor, permission::bank_manage))
    if (county.starts_with(prefix)) return county.size() == 6 && county.find_first_not_of("0123456789") == std::string::npos;
  return false;
}

std::string chosen_county(Context& context, const std::vector<std::string>& counties) {
  std::string county = context.submitted["county"].text();
  if (county.empty()) county = context.request.query["county"].text();
  return over(context.roles, context.actor, county) ? county : counties.empty() ? "" : counties.front();
}

Json county_tabs(Context& context, const std::vector<std::string>& counties, const std::string& county, const char* base) {
  Json tabs = Json::array();
  for (const auto& each : counties)
    tabs.push(Json::of({{"href", std::string(base) + "?county=" + each}, {"label", teams::region_name(context.reader, each, context.language)},
                        {"current", each == county}}));
  return tabs;
}

Town sum_of(const std::vector<Backing>& towns, std::int64_t pool) {
  Town all;
  for (const auto& town : towns) {
    all.promised += town.figures.promised;
    all.usable += town.figures.usable;
    all.capacity += town.figures.capacity;
    all.fund += town.figures.fund;
  }
  all.pool = std::max<std::int64_t>(0, pool);
  return all;
}

// Promised beside a year's capacity, one pair of bars a town; the longest fills the field.
Json town_rows(Context& context, const std::vector<Backing>& towns) {
  std::int64_t most = 1;
  for (const auto& town : towns) most = std::max({most, town.figures.promised, town.figures.capacity * 12});
  Json rows = Json::array();
  for (const auto& town : towns) {
    const auto year = town.figures.capacity * 12;
    const auto months = months_promised(town.figures);
    rows.push(Json::of({{"town", teams::region_name(context.reader, town.town, context.language)}, {"members", town.members},
                        {"promised", hours(town.figures.promised)}, {"usable", hours(town.figures.usable)}, {"year", hours(year)},
                        {"promised_bar", town.figures.promised * 100 / most}, {"year_bar", year * 100 / most},
                        {"months", months < 0 ? "—" : std::to_string(months)},
                        {"state", Json::of({{"tone", months < 0 || months > 12 ? "stop" : months > 6 ? "wait" : "live"},
                                            {"label", context.text(months < 0 || months > 12 ? "bank.backed.no" : months > 6 ? "bank.backed.tight" : "bank.backed.yes")}})}}));
  }
  return rows;
}

// Who waits, month by month, in a field of 640 x 240 with its base line at 200.
Json stress_view(const Context& context, const Town& town) {
  std::int64_t most = 60;
  std::vector<Run> runs;
  for (const auto& scenario : kScenarios) {
    runs.push_back(run_on(town, scenario));
    for (const auto& month : runs.back().months) most = std::max(most, month.waiting);
  }
  Json lines = Json::array(), rows = Json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::string points;
    std::int64_t peak = 0;
    for (std::size_t m = 0; m < runs[i].months.size(); ++m) {
      const auto waiting = runs[i].months[m].waiting;
      peak = std::max(peak, waiting);
      points += (m ? " " : "") + std::to_string(44 + m * 580 / (runs[i].months.size() - 1)) + "," + std::to_string(200 - waiting * 176 / most);
    }
    const std::string key = "bank.scenario." + std::to_string(i + 1);
    lines.push(Json::of({{"points", points}, {"series", i + 1}, {"name", context.text(key)}}));
    rows.push(Json::of({{"name", context.text(key)}, {"series", i + 1}, {"kept", std::to_string(runs[i].kept_percent) + " %"}, {"peak", hours(peak)},
                        {"cleared", runs[i].cleared ? std::to_string(runs[i].cleared) : context.text("bank.never")}, {"bought", hours(runs[i].bought)}}));
  }
  Json grid = Json::array();
  for (int i = 0; i <= 4; ++i) grid.push(Json::of({{"y", 200 - i * 44}, {"value", hours(most * i / 4)}}));
  Json months = Json::array();
  for (const int m : {1, 6, 12, 18, 24}) months.push(Json::of({{"x", 44 + (m - 1) * 580 / 23}, {"month", m}}));
  return Json::of({{"lines", lines}, {"runs", rows}, {"grid", grid}, {"months_axis", months}});
}

Json policy_view(Context& context, const std::string& county) {
  const auto policy = policy_of(context.reader, county);
  const http::Form form(context, Json::of({{"profile", policy.profile}}));
  std::vector<http::Option> options;
  for (const auto& profile : profiles())
    options.push_back({profile.id, context.text(std::string("bank.profile.") + profile.id), context.text(std::string("bank.profile.") + profile.id + ".source")});
  const auto fact = [&](const char* key, std::string value) { return Json::of({{"label", context.text(key)}, {"value", std::move(value)}}); };
  const auto limit = [&](int minutes) { return minutes ? language::duration_text(context.language, {minutes}) : context.text("bank.no_cap"); };
  Json facts = Json::array();
  facts.push(fact("bank.rule.day", limit(policy.day_minutes))).push(fact("bank.rule.cap", limit(policy.cap_minutes)))
      .push(fact("bank.rule.use", context.text("bank.years", {{"n", std::to_string(policy.use_age)}})))
      .push(fact("bank.rule.grade", std::string("A–") + policy.least_grade)).push(fact("bank.rule.group", context.text(policy.group_time ? "bank.rule.group.yes" : "bank.rule.group.no")))
      .push(fact("bank.rule.expire", policy.expire_months ? context.text("bank.months", {{"n", std::to_string(policy.expire_months)}}) : context.text("bank.rule.expire.never")))
      .push(fact("bank.rule.grant", limit(policy.grant_minutes)));
  return Json::of({{"rules", facts}, {"f_profile", form.options("profile", "bank.profile", options)},
                   {"f_reason", form.field("reason", "bank.profile.reason", {}, Json::of({{"maxlength", 200}}))}});
}

Result<Response> report_page(Context& context) {
  const auto counties = counties_of(context);
  const std::string county = chosen_county(context, counties);
  Json view = Json::of({{"title", context.text("bank.report")}, {"summary", http::Form(context).summary()}, {"county", county}, {"has_county", !county.empty()},
                        {"tabs", county_tabs(context, counties, county, "/desk/timebank/report")}});
  if (county.empty()) return context.page("support/timebank_report", view);
  const auto towns = backing(context.reader, county, context.now);
  const auto pool = minutes_in(context.reader, pool_account(county));
  const Town all = sum_of(towns, pool);
  const auto months = months_promised(all);
  view.set("stats", Json::Array{stat(context, "bank.promised", hours(all.promised), "bank.unit_hours"), stat(context, "bank.usable", hours(all.usable), "bank.unit_hours"),
                                stat(context, "bank.capacity", hours(all.capacity), "bank.unit_hours_month"),
                                stat(context, "bank.to_keep", months < 0 ? "—" : std::to_string(months), "bank.unit_months", months < 0 || months > 12 ? "warn" : "")})
      .set("backed", months >= 0 && months <= 12)
      .set("verdict_words", context.text(months < 0 ? "bank.verdict.none" : months > 12 ? "bank.verdict.no" : "bank.verdict.yes", {{"n", std::to_string(std::max<std::int64_t>(0, months))}}));
  const Json rows = town_rows(context, towns);
  view.set("towns", rows).set("has_towns", rows.size() > 0);
  const Json stress = stress_view(context, all), policy = policy_view(context, county);
  for (const auto& [name, value] : stress.members()) view.set(name, value);
  std::vector<Claim> claims;
  for (const auto& member : storage::select<Member>(context.reader, "select * from bank_member where care <> 'none' and state = 'open' and " + access::region_filter("region", {county})))
    claims.push_back({member.id, member.care, minutes_in(context.reader, own_account(member.id))});
  std::int64_t next = 0;
  const auto given = portions(pool, claims, policy_of(context.reader, county).grant_minutes);
  for (const auto& portion : given) next += portion.minutes;
  view.set("pool", hours(pool)).set("lone", claims.size()).set("next_people", given.size()).set("next_hours", language::duration_text(context.language, {next}))
      .set("may_share", !given.empty());
  for (const auto& [name, value] : policy.members()) view.set(name, value);
  return context.page("support/timebank_report", view);
}

struct MonthOf {
  int year = 0, month = 0;
  std::string text() const {
    char out[16];
    std::snprintf(out, sizeof out, "%04d-%02d", year, month);
    return out;
  }
};
std::optional<MonthOf> month_of(const std::string& text) {
  const auto day = Date::parse(text + "-01");
  if (!day) return std::nullopt;
  return MonthOf{day->year(), day->month()};
}

Result<Response> settlement_page(Context& context) {
  const auto counties = counties_of(context);
  const std::string county = chosen_county(context, counties);
  const Date today = local_date(context.now);
  std::string wanted = context.submitted["month"].text();
  if (wanted.empty()) wanted = context.request.query["month"].text();
  const auto month = month_of(wanted).value_or(MonthOf{today.year(), today.month()});
  Json rows = Json::array(), months = Json::array();
  for (const auto& position : positions(context.reader, county, month.year, month.month)) {
    const auto plus = position.came - position.went;
    rows.push(Json::of({{"town", teams::region_name(context.reader, position.town, context.language)}, {"came", clock_text(position.came)},
                        {"went", clock_text(position.went)}, {"net", (plus > 0 ? "+" : "") + clock_text(plus)}, {"plus", plus > 0}, {"minus", plus < 0},
                        {"owed", clock_text(position.owed)}}));
  }
  MonthOf each{today.year(), today.month()};
  for (int i = 0; i < 6; ++i) {
    months.push(Json::of({{"href", "/desk/timebank/settlement?county=" + county + "&month=" + each.text()}, {"label", each.text()}, {"current", each.text() == month.text()}}));
    if (--each.month == 0) each = {each.year - 1, 12};
  }
  const auto closed = storage::scalar<std::int64_t>(context.reader, "select max(at) from bank_statement where county = $1 and month = $2", county, month.text());
  return context.page("support/timebank_settlement",
                      Json::of({{"title", context.text("bank.settlement")}, {"county", county}, {"month", month.text()}, {"rows_list", rows}, {"has_rows", rows.size() > 0},
                                {"county_name", teams::region_name(context.reader, county, context.language)}, {"months", months},
                                {"tabs", county_tabs(context, counties, county, "/desk/timebank/settlement")}, {"summary", http::Form(context).summary()},
                                {"closed_on", closed ? local_text({*closed}) : ""},
                                {"may_close", rows.size() > 0 && !closed && month.text() < MonthOf{today.year(), today.month()}.text()}}));
}

// The county comes with the form, so its scope is checked here.
template <class Input>
Result<void> may_manage(const access::Roles& roles, const CommandContext& context, const Input& input) {
  if (!over(roles, context.actor, input.county)) return refuse(Kind::forbidden, "bank.not_your_county");
  return {};
}

}  // namespace

void add_report_routes(http::Router& router, const Book& book) {
  const auto* books = &book;
  const auto* roles = &router.roles();
  const auto manage = Access::any(permission::bank_manage);
  router.page("bank.report", "/desk/timebank/report", manage, report_page);
  router.page("bank.settlement", "/desk/timebank/settlement", manage, settlement_page);
  const auto report = [](const CommandContext&, const Json& answer) { return "/desk/timebank/report?county=" + answer["region"].text(); };
  router.command<MonthInput>({.name = "bank.share", .path = "/desk/timebank/share", .access = manage, .next = report, .flash = "bank.shared", .page = report_page,
                              .region_field = "region"},
                             [books, roles](storage::Tx& tx, const CommandContext& context, const MonthInput& input) -> Result<Json> {
                               TX_CHECK(may_manage(*roles, context, input));
                               const auto granted = TX_TRY(distribute(tx, *books, input.county, context.actor.account));
                               return Json::of({{"people", granted.people}, {"minutes", granted.minutes}, {"region", input.county}});
                             });
  router.command<PolicyInput>({.name = "bank.policy", .path = "/desk/timebank/policy", .access = manage, .next = report, .flash = "bank.policy_set", .page = report_page,
                               .region_field = "region"},
                              [roles](storage::Tx& tx, const CommandContext& context, const PolicyInput& input) -> Result<Json> {
                                TX_CHECK(may_manage(*roles, context, input));
                                if (!find_profile(input.profile)) return refuse(Kind::invalid, "form.unreadable", "profile");
                                if (letter_count(input.reason) < 5) return refuse(Kind::invalid, "flow.reason_missing", "reason");
                                workflow::set_setting(tx, "bank.profile", input.county, 0, input.profile, context.actor.account);
                                return Json::of({{"profile", input.profile}, {"reason", input.reason}, {"region", input.county}});
                              });
  router.command<MonthInput>({.name = "bank.net", .path = "/desk/timebank/settlement", .access = manage,
                              .next = [](const CommandContext&, const Json& answer) { return "/desk/timebank/settlement?county=" + answer["region"].text() + "&month=" + answer["month"].text(); },
                              .flash = "bank.netted", .page = settlement_page, .region_field = "region"},
                             [books, roles](storage::Tx& tx, const CommandContext& context, const MonthInput& input) -> Result<Json> {
                               TX_CHECK(may_manage(*roles, context, input));
                               const auto month = month_of(input.month);
                               if (!month) return refuse(Kind::invalid, "form.unreadable", "month");
                               const auto towns = TX_TRY(net(tx, *books, input.county, month->year, month->month, context.actor.account));
                               return Json::of({{"towns", towns}, {"region", input.county}, {"month", input.month}});
                             });
}

}  // namespace tx::support::bank
