// The planning pages: ask where stations should stand, watch the best plan so far, read the answer with its bound, lay plans side
// by side, take one over as proposals.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/planning/charts.h"
#include "systems/stations/circles/routes.h"
#include "systems/stations/rooms.h"

namespace tx::stations::planning {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::size_t kSideBySide = 4, kYearsMost = 5;

const char* tone_of(const Plan& plan) {
  if (plan.accepted.us) return "done";
  if (plan.state == "done") return "live";
  if (plan.state == "impossible") return "stop";
  return plan.state == "stopped" ? "wait" : "go";
}
Json state_view(const Context& context, const Plan& plan) {
  return pill(tone_of(plan), context.text("planning.state." + (plan.accepted.us ? std::string("accepted") : plan.state)));
}
bool open(const Plan& plan) { return plan.state == "waiting" || plan.state == "solving"; }

Result<circles::StreetRegion> region_asked(const Context& context, const std::string& id) {
  auto region = circles::find_region(context.reader, id);
  if (!region || !circles::may_plan(context, permission::plan, *region)) return refuse(tx::Kind::not_found, "http.not_found");
  return *region;
}
Result<Plan> plan_asked(const Context& context) {
  auto plan = find_plan(context.reader, context.argument("plan"));
  if (!plan) return refuse(tx::Kind::not_found, "http.not_found");
  TX_TRY(region_asked(context, plan->region));
  return *plan;
}

Json plan_row(const Context& context, const Plan& plan) {
  const bool answered = plan.state == "done" || plan.state == "stopped";
  Json meta = Json::Array{meta_view("help", question_text(context, plan))};
  if (answered && plan.people > 0)
    meta.push(meta_view("people", context.text("planning.reaches", {{"share", circles::at_least_percent(plan.reached, plan.people)},
                                                                    {"count", std::to_string(plan.count)}})));
  meta.push(meta_view("clock", language::date_text(context.language, plan.created)));
  return row_view("/desk/planning/plans/" + id_text(plan.id), plan.name, "flag", std::move(meta), state_view(context, plan));
}

// ---- one region: the question, and the plans there are
std::vector<http::Option> options(const Context& context, const std::string& stem, std::initializer_list<const char*> values) {
  std::vector<http::Option> list;
  for (const char* value : values) {
    const std::string key = stem + value;
    list.push_back({value, context.text(key), context.words.has(key + ".note") ? context.text(key + ".note") : ""});
  }
  return list;
}

Json number(const http::Form& form, const char* name, const char* key, const char* hint, std::int64_t least, std::int64_t most) {
  return form.field(name, key, hint, Json::of({{"short", true}, {"type", "number"}, {"min", std::to_string(least)}, {"max", std::to_string(most)}}));
}

void add_form(const Context& context, const circles::StreetRegion& region, Json& view) {
  const http::Form form(context, Json::of({{"name", context.text("planning.name_default", {{"n", std::to_string(1 + plans_of(context.reader, region.id).size())}})},
                                           {"kind", "next"}, {"gait", region.gait}, {"only", "open"}, {"minutes", "15"}, {"count", "20"},
                                           {"percent", "95"}, {"budget", "30"}, {"yearly", "15 15 15"}, {"upgrade_cost", "1"},
                                           {"apart_m", "0"}, {"town_most", "0"}, {"floor_percent", "0"}, {"seconds", "60"}}));
  view.set("summary", form.summary())
      .set("f_kind", form.options("kind", "planning.kind", options(context, "planning.kind.", {"next", "everyone", "share", "budget", "years"})))
      .set("f_name", form.field("name", "planning.name", "", Json::of({{"maxlength", 60}, {"required", true}})))
      .set("f_gait", form.options("gait", "planning.gait", options(context, "circle.gait.", {"walk", "slow", "drive"})))
      .set("f_minutes", number(form, "minutes", "planning.minutes_label", "planning.minutes_hint", 5, 30))
      .set("f_count", number(form, "count", "planning.count_label", "planning.count_hint", 1, 500))
      .set("f_percent", number(form, "percent", "planning.percent_label", "planning.percent_hint", 1, 100))
      .set("f_budget", number(form, "budget", "planning.budget_label", "planning.budget_hint", 1, 1'000'000'000))
      .set("f_yearly", form.field("yearly", "planning.yearly_label", "planning.yearly_hint", Json::of({{"short", true}, {"maxlength", 60}})))
      .set("f_only", form.options("only", "planning.only", options(context, "planning.only.", {"open", "standard"})))
      .set("f_upgrade", number(form, "upgrade_cost", "planning.upgrade_label", "planning.upgrade_hint", 0, 1'000'000))
      .set("f_nothing", form.tick("from_nothing", "planning.from_nothing", "planning.from_nothing_text"))
      .set("f_apart", number(form, "apart_m", "planning.apart_label", "planning.apart_hint", 0, 20'000))
      .set("f_town", number(form, "town_most", "planning.town_label", "planning.town_hint", 0, 500))
      .set("f_floor", number(form, "floor_percent", "planning.floor_label", "planning.floor_hint", 0, 100))
      .set("f_forced", form.field("forced", "planning.forced_label", "planning.forced_hint", Json::of({{"optional", true}, {"maxlength", 2000}})))
      .set("f_forbidden", form.field("forbidden", "planning.forbidden_label", "planning.forbidden_hint", Json::of({{"optional", true}, {"maxlength", 2000}})))
      .set("f_seconds", number(form, "seconds", "planning.seconds_label", "planning.seconds_hint", 1, 300));
}

// What planning is worth on this ground, from the newest plan that can show it: optimal against greedy, streets against compass.
void add_worth(const Context& context, const std::vector<Plan>& plans, Json& view) {
  for (const auto& plan : plans) {
    if (plan.state != "done") continue;
    if (Json curve = curve_view(context, plan); !curve.is_null()) {
      curve.set("of_plan", plan.name).set("of_plan_href", "/desk/planning/plans/" + id_text(plan.id));
      view.set("curve", curve).set("paper", paper_view(context, plan));
      return;
    }
  }
}

Result<Response> region_page(Context& context) {
  const auto region = TX_TRY(region_asked(context, context.argument("region")));
  Json rows = Json::array(), picks = Json::array();
  const auto plans = plans_of(context.reader, region.id);
  for (const auto& plan : plans) {
    rows.push(plan_row(context, plan));
    if (plan.count > 0 && !open(plan)) picks.push(Json::of({{"value", id_text(plan.id)}, {"label", plan.name}, {"pick", picks.size() < 2}}));
  }
  Json view = Json::of({{"title", context.text("planning.title")},
                        {"place", circles::region_name(context, region)},
                        {"region", region.id},
                        {"gait", region.gait},
                        {"note", circles::region_note(context, region)},
                        {"made_up", region.synthetic},
                        {"rows", rows},
                        {"has_plans", rows.size() > 0},
                        {"picks", picks},
                        {"may_compare", picks.size() > 1}});
  add_form(context, region, view);
  add_worth(context, plans, view);
  return context.page("stations/planning_region", view);
}

Result<Response> desk_page(Context& context) {
  Json rows = Json::array();
  for (const auto& region : circles::regions(context.reader)) {
    if (!circles::may_plan(context, permission::plan, region)) continue;
    const auto plans = plans_of(context.reader, region.id);
    rows.push(row_view("/desk/planning/" + region.id, circles::region_name(context, region), "nearby",
                       Json::Array{meta_view("flag", context.text("planning.plans_count", {{"n", std::to_string(plans.size())}})),
                                   meta_view("walk", context.text(region.extract_file.empty() ? "planning.by_lines" : "planning.by_streets"))},
                       {}, circles::region_note(context, region)));
  }
  return context.page("stations/planning", Json::of({{"title", context.text("planning.title")}, {"rows", rows}, {"none", rows.size() == 0}}));
}

// ---- one plan
Json sites_view(const Context& context, const Plan& plan) {
  Json rows = Json::array();
  int number = 0;
  for (const auto& site : sites_of(plan)) {
    const bool of_register = site.town.size() == 9 && site.town.find_first_not_of("0123456789") == std::string::npos;
    rows.push(Json::of({{"nth", ++number},
                        {"site_name", site.name},
                        {"site_town", of_register ? teams::region_path(context.reader, site.town, context.language) : site.town},
                        {"site_kind", context.text("planning.site." + site.kind)},
                        {"site_year", site.year ? context.text("planning.year", {{"n", std::to_string(site.year)}}) : ""},
                        {"site_gain", whole_number(site.gain)},
                        {"site_cost", whole_number(site.cost)},
                        {"site_code", site.code}}));
  }
  return rows;
}

void add_answer(const Context& context, const Plan& plan, Json& view) {
  const bool money = plan.question["kind"].text() == "everyone" || plan.question["kind"].text() == "share";
  const auto percent = [&](std::int64_t part) { return plan.people ? part * 100 / plan.people : 0; };
  Json stats = Json::Array{figure_view(context.text("planning.reached"), circles::at_least_percent(plan.reached, plan.people)),
                           figure_view(context.text("planning.before"), circles::at_least_percent(plan.before, plan.people)),
                           figure_view(context.text("planning.more"), whole_number(plan.reached - plan.before), context.text("circle.people_unit")),
                           figure_view(context.text("planning.sites_count"), whole_number(plan.count)),
                           figure_view(context.text("planning.cost"), whole_number(plan.cost))};
  if (plan.elders) stats.push(figure_view(context.text("planning.elders"), circles::at_least_percent(plan.elders_reached, plan.elders)));
  view.set("sentence", sentence(context, plan))
      .set("stats", stats)
      .set("has_answer", true)
      .set("share_width", percent(plan.reached))
      .set("before_width", percent(plan.before))
      .set("bound_x", money || plan.question["kind"].text() == "years" ? Json() : Json(std::min<std::int64_t>(99, percent(plan.bound))))
      .set("scale_label", sentence(context, plan))
      .set("sites", sites_view(context, plan))
      .set("years_shown", plan.figures["years"].size() > 0)
      .set("by_years", years_view(context, plan))
      .set("curve", curve_view(context, plan))
      .set("paper", paper_view(context, plan))
      .set("counties", counties_view(context, plan))
      .set("has_counties", plan.figures["counties"].size() > 1)
      .set("checked_good", plan.checked == "good")
      .set("has_proof", storage::scalar<std::int64_t>(context.reader, "select count(*) from station_plan_proof where id = $1", plan.id).value_or(0) > 0)

      .set("checked_bad", plan.checked == "good" ? "" : plan.checked)
      .set("proof", context.text("planning.proof_facts", {{"classes", whole_number(plan.classes)}, {"nodes", whole_number(plan.nodes)},
                                                          {"seconds", std::to_string((plan.milliseconds + 999) / 1000)}}));
  if (plan.greedy > 0 && plan.greedy != plan.reached && !money && plan.question["kind"].text() != "years")
    view.set("greedy", context.text("planning.greedy_less", {{"people", whole_number(plan.reached - plan.greedy)},
                                                             {"percent", Json(plan.greedy).dump() == "0" ? "0" : std::to_string((plan.reached - plan.greedy) * 1000 / plan.greedy / 10) + "." +
                                                                             std::to_string((plan.reached - plan.greedy) * 1000 / plan.greedy % 10)}}));
  if (plan.question["kind"].text() == "everyone" && plan.greedy_count > plan.count)
    view.set("greedy", context.text("planning.greedy_more", {{"n", std::to_string(plan.greedy_count - plan.count)}}));
}

Json plan_view(const Context& context, const Plan& plan) {
  const auto region = circles::find_region(context.reader, plan.region);
  const bool answered = plan.count > 0 || plan.state == "done";
  std::vector<std::pair<std::string, std::string>> args;
  for (const auto& [name, value] : plan.figures["args"].members()) args.emplace_back(name, value.text());
  const auto passed = std::min<std::int64_t>(100, plan.milliseconds / 10 / std::max<std::int64_t>(1, plan.question["seconds"].integer()));
  Json view = Json::of({{"title", plan.name},
                        {"plan", id_text(plan.id)},
                        {"region", plan.region},
                        {"place", region ? circles::region_name(context, *region) : plan.region},
                        {"note", region ? circles::region_note(context, *region) : ""},
                        {"made_up", region && region->synthetic},
                        {"attribution", region ? region->attribution : ""},
                        {"asked", question_text(context, plan)},
                        {"plan_state", Json::of({{"state", state_view(context, plan)}})},
                        {"open", open(plan)},
                        {"job", id_text(plan.job)},
                        {"percent", passed},
                        {"full", false},
                        {"reason", plan.reason.empty() ? "" : context.text(plan.reason, args)},
                        {"older", region && plan.revision != region->revision && !open(plan)},
                        {"may_accept", (plan.state == "done" || plan.state == "stopped") && plan.count > 0 && !plan.accepted.us &&
                                           context.may(permission::propose)},
                        {"may_forget", !open(plan) && !plan.accepted.us},
                        {"accepted_at", plan.accepted.us ? language::date_text(context.language, plan.accepted) : ""},
                        {"csrf", context.csrf}});
  if (answered && plan.people > 0) add_answer(context, plan, view);
  return view;
}

Result<Response> plan_page(Context& context) {
  const auto plan = TX_TRY(plan_asked(context));
  Json view = plan_view(context, plan);
  view.set("summary", http::Form(context).summary());
  return context.page("stations/plan", view);
}
Result<Response> plan_fragment(Context& context) {
  return Response::html(context.fragment("stations/plan_body", plan_view(context, TX_TRY(plan_asked(context)))));
}

Result<Response> compare_page(Context& context) {
  const auto region = TX_TRY(region_asked(context, context.argument("region")));
  std::vector<Plan> plans;
  const auto& asked = context.request.query["plan"];
  for (const auto& id : asked.is_array() ? asked.items() : Json::Array{asked})
    if (auto plan = find_plan(context.reader, id.text()); plan && plan->region == region.id && plan->people > 0 && plans.size() < kSideBySide)
      plans.push_back(std::move(*plan));
  const auto line = [&](const char* key, auto value) {
    Json cells = Json::array();
    for (const auto& plan : plans) cells.push(Json::of({{"cell", value(plan)}, {"column", plan.name}}));
    return Json::of({{"what", context.text(key)}, {"cells", cells}});
  };
  Json heads = Json::array();
  for (const auto& plan : plans) heads.push(Json::of({{"name", plan.name}, {"href", "/desk/planning/plans/" + id_text(plan.id)}}));
  const Json lines = Json::Array{
      line("planning.question", [&](const Plan& plan) { return question_text(context, plan); }),
      line("planning.reached", [&](const Plan& plan) { return circles::at_least_percent(plan.reached, plan.people); }),
      line("planning.more", [&](const Plan& plan) { return whole_number(plan.reached - plan.before); }),
      line("planning.elders", [&](const Plan& plan) { return circles::at_least_percent(plan.elders_reached, plan.elders); }),
      line("planning.sites_count", [&](const Plan& plan) { return whole_number(plan.count); }),
      line("planning.cost", [&](const Plan& plan) { return whole_number(plan.cost); }),
      line("planning.cost_each", [&](const Plan& plan) {
        const auto more = plan.reached - plan.before;
        if (more <= 0) return std::string("\u2014");
        const auto hundredths = plan.cost * 1'000'000 / more;
        return whole_number(hundredths / 100) + "." + std::to_string(hundredths / 10 % 10) + std::to_string(hundredths % 10);
      }),
      line("planning.proof", [&](const Plan& plan) { return context.text(plan.proven ? "planning.proven" : "planning.not_proven"); })};
  Json years = Json::array();                  // how far each plan is at the end of each year
  for (std::size_t year = 0; year < kYearsMost; ++year) {
    Json cells = Json::array();
    bool any = false;
    for (const auto& plan : plans) {
      const auto& list = plan.figures["years"].items();
      any = any || year < list.size();
      cells.push(Json::of({{"cell", year < list.size() ? circles::at_least_percent(list[year]["reached"].integer(), plan.people) : std::string("\u2014")}, {"column", plan.name}}));
    }
    if (any) years.push(Json::of({{"what", context.text("planning.year", {{"n", std::to_string(year + 1)}})}, {"cells", cells}}));
  }
  // Sites that not every plan has: where the plans differ.
  std::map<std::string, std::vector<std::size_t>> where;
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < plans.size(); ++i)
    for (const auto& site : sites_of(plans[i])) where[site.code].push_back(i), names[site.code] = site.name;
  Json differ = Json::array();
  std::int64_t common = 0;
  for (const auto& [code, in] : where) {
    if (in.size() == plans.size()) {
      ++common;
      continue;
    }
    Json cells = Json::array();
    for (std::size_t i = 0; i < plans.size(); ++i)
      cells.push(Json::of({{"cell", std::find(in.begin(), in.end(), i) == in.end() ? "\u2014" : "\u2713"}, {"column", plans[i].name}}));
    differ.push(Json::of({{"what", names[code]}, {"cells", cells}}));
  }
  return context.page("stations/planning_compare",
                      Json::of({{"title", context.text("planning.compare")}, {"place", circles::region_name(context, region)}, {"region", region.id},
                                {"heads", heads}, {"lines", lines}, {"years", years}, {"has_years", years.size() > 0}, {"differ", differ}, {"enough", plans.size() > 1},
                                {"common", context.text("planning.common", {{"n", std::to_string(common)}})}}));
}

Result<Response> sheet(Context& context) {
  const auto plan = TX_TRY(plan_asked(context));
  std::vector<std::vector<std::string>> rows{{}};
  for (const char* column : {"nth", "name", "town", "kind", "year", "gain", "cost", "lon", "lat", "code"})
    rows[0].push_back(context.text(std::string("planning.column.") + column));
  int number = 0;
  for (const auto& site : sites_of(plan))
    rows.push_back({std::to_string(++number), site.name, site.town, context.text("planning.site." + site.kind), site.year ? std::to_string(site.year) : "",
                    std::to_string(site.gain), std::to_string(site.cost), std::to_string(site.lon), std::to_string(site.lat), site.code});
  return Response::file(documents::write_xlsx({shortened(plan.name, 25), rows}, {sentence(context, plan), question_text(context, plan)}),
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-plan.xlsx");
}

// What was asked and what was found, for tongxin-verify-plan: /…/program.txt and /…/certificate.txt.
Result<Response> proof_file(Context& context, const char* column, const char* name) {
  const auto plan = TX_TRY(plan_asked(context));
  auto bytes = storage::scalar<std::string>(context.reader, std::string("select ") + column + " from station_plan_proof where id = $1", plan.id);
  if (!bytes) return refuse(tx::Kind::not_found, "http.not_found");
  return Response::file(std::move(*bytes), "text/plain; charset=utf-8", name);
}

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

}  // namespace
}  // namespace tx::stations::planning

namespace tx::stations {

void add_planning_routes(http::Router& router) {
  using namespace planning;
  const auto officers = Access::any(permission::plan);
  router.page("planning.desk", "/desk/planning", officers, desk_page);
  router.page("planning.region", "/desk/planning/{region}", officers, region_page);
  router.page("planning.compare", "/desk/planning/{region}/compare", officers, compare_page);
  router.page("planning.plan", "/desk/planning/plans/{plan}", officers, plan_page);
  router.page("planning.body", "/desk/planning/plans/{plan}/body", officers, plan_fragment);
  router.page("planning.xlsx", "/desk/planning/plans/{plan}/sites.xlsx", officers, sheet);
  router.page("planning.program", "/desk/planning/plans/{plan}/program.txt", officers,
              [](Context& context) { return proof_file(context, "program", "tongxin-program.txt"); });
  router.page("planning.certificate", "/desk/planning/plans/{plan}/certificate.txt", officers,
              [](Context& context) { return proof_file(context, "plan", "tongxin-plan.txt"); });
  router.command<AskInput>(
      {.name = "planning.ask",
       .path = "/desk/planning/{region}",
       .access = officers,
       .next = [](const CommandContext&, const Json& answer) { return "/desk/planning/plans/" + answer["plan"].text(); },
       .page = region_page,
       .prepare = [](Context& context, Json input) -> Result<Json> {
         TX_TRY(region_asked(context, context.argument("region")));
         return input.set("region", context.argument("region"));
       }},
      [](storage::Tx& tx, const CommandContext& context, const AskInput& input) -> Result<Json> {
        const auto plan = TX_TRY(ask(tx, input, context.actor.account));
        return Json::of({{"plan", id_text(plan.id)}, {"job", id_text(plan.job)}});
      });
  const auto of_mine = [](storage::Tx& tx, const CommandContext& context) -> Result<Plan> {
    auto plan = find_plan(tx, context.argument("plan"));
    if (!plan) return refuse(tx::Kind::not_found, "http.not_found");
    return *plan;
  };
  router.command<AcceptInput>(
      {.name = "planning.accept",
       .path = "/desk/planning/plans/{plan}/accept",
       .access = Access::any(permission::propose),
       .next = [](const CommandContext&, const Json&) { return "/desk/stations"; },
       .flash = "planning.taken_over",
       .page = plan_page,
       .prepare = [](Context& context, Json input) -> Result<Json> {
         const auto plan = TX_TRY(plan_asked(context));
         Json within = Json::array();
         for (const auto& prefix : access::regions_of(context.roles, context.actor, permission::propose)) within.push(prefix);
         const auto say = [&](const char* key, const std::vector<std::pair<std::string, std::string>>& args = {}) {
           return context.words.text(language::Language::zh, key, args);   // papers of the house are in Chinese
         };
         return input.set("within", within)
             .set("ending", say("planning.station_ending"))
             .set("why", say("planning.why", {{"name", plan.name}, {"share", circles::at_least_percent(plan.reached, plan.people)}}));
       }},
      [of_mine](storage::Tx& tx, const CommandContext& context, const AcceptInput& input) -> Result<Json> {
        const auto plan = TX_TRY(of_mine(tx, context));
        const auto done = TX_TRY(accept(tx, plan, input, context.actor.account));
        return Json::of({{"plan", id_text(plan.id)}, {"proposed", done.proposed}, {"standing", done.standing}, {"elsewhere", done.elsewhere}, {"told", done.told}});
      });
  router.command<Nothing>(
      {.name = "planning.forget",
       .path = "/desk/planning/plans/{plan}/forget",
       .access = officers,
       .next = [](const CommandContext&, const Json& answer) { return "/desk/planning/" + answer["region"].text(); },
       .flash = "planning.forgotten",
       .page = plan_page,
       .prepare = [](Context& context, Json input) -> Result<Json> {
         TX_TRY(plan_asked(context));
         return input;
       }},
      [of_mine](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
        const auto plan = TX_TRY(of_mine(tx, context));
        TX_CHECK(forget(tx, plan));
        return Json::of({{"region", plan.region}});
      });
}

}  // namespace tx::stations
