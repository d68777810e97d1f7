// The officials' planning map. The same page with and without script: the form's answers are addresses, the trial is a query,
// and every figure on the map stands in a table too.
#include <algorithm>

#include "systems/stations/circles/what_if.h"
#include "systems/stations/map/map.h"
#include "systems/stations/rooms.h"

namespace tx::stations::map {
namespace {

using access::Access;
using circles::Gait;
using http::Context;
using http::Response;

constexpr std::size_t kGapsListed = 12;

Json option(std::string value, std::string label, bool selected) {
  return Json::of({{"value", std::move(value)}, {"label", std::move(label)}, {"selected", selected}});
}

std::string place_text(const circles::LonLat& at) {
  char text[48];
  std::snprintf(text, sizeof text, "%.5f,%.5f", at.lon, at.lat);
  return text;
}

// Trials without script: ?add=lon,lat (several), ?remove=station (several).
circles::WhatIfInput trial_of(const Context& context, Gait gait, const std::string& plan) {
  circles::WhatIfInput input;
  input.plan = plan;
  (void)read_value(context.request.query["year"], input.year);
  input.profile = enum_name(gait);
  input.add = Json::array();
  input.remove = Json::array();
  input.move = Json::array();
  const auto each = [](const Json& value, auto take) {
    if (value.is_array()) { for (const auto& one : value.items()) take(one.text()); }
    else if (!value.text().empty()) take(value.text());
  };
  each(context.request.query["add"], [&](const std::string& text) {
    const auto comma = text.find(',');
    if (comma != std::string::npos) input.add.push(Json::of({{"lon", text.substr(0, comma)}, {"lat", text.substr(comma + 1)}}));
  });
  each(context.request.query["remove"], [&](const std::string& text) { input.remove.push(text); });
  return input;
}

std::string query_with(const std::string& id, Gait gait, const std::string& plan, const std::string& more) {
  return "/desk/map/" + id + "?profile=" + enum_name(gait) + (plan.empty() ? "" : "&plan=" + plan) + more;
}

std::string signed_number(std::int64_t value) { return (value > 0 ? "+" : "") + (value == 0 ? std::string("\u00b10") : whole_number(value)); }

Json figures_of(const Context& context, const Json& answer, const circles::Report& report) {
  Json bands = Json::array();
  for (const auto& band : answer["by_band"].items()) {
    const auto minutes = band["minutes"].integer();
    bands.push(Json::of({{"band_minutes", minutes}, {"band_words", context.text("map.within", {{"n", std::to_string(minutes)}})},
                         {"band_people", whole_number(band["people"].integer())}, {"band_elders", whole_number(band["elders"].integer())}}));
  }
  const auto nowhere = report.island.people + report.too_far.people + report.outside.people;
  return Json::of({{"percent", answer["percent"].text()}, {"reached", whole_number(answer["reached"].integer())},
                   {"missed", whole_number(answer["missed"].integer())}, {"elders_reached", whole_number(answer["elders_reached"].integer())},
                   {"has_elders", report.all.elders > 0}, {"people", whole_number(report.all.people)},
                   {"change", signed_number(answer["change"].integer())}, {"changed", answer["change"].integer() != 0},
                   {"nowhere", nowhere > 0 ? context.text("map.nowhere", {{"n", whole_number(nowhere)}}) : ""}, {"bands", bands}});
}

Json gaps_of(const Context& context, const circles::Ground& ground, const std::vector<std::int32_t>& nearest, Gait gait, const std::string& plan) {
  Json list = Json::array();
  const auto order = circles::gaps(ground.demand, nearest, "people");
  for (std::size_t i = 0; i < std::min(order.size(), kGapsListed); ++i) {
    const auto& demand = ground.demand[order[i]];
    const auto seconds = nearest[order[i]];
    list.push(Json::of({{"gap_name", demand.name},
                        {"gap_people", whole_number(demand.people)}, {"gap_elders", demand.elders ? whole_number(demand.elders) : ""},
                        {"gap_minutes", seconds < 0 ? context.text("map.no_way") : context.text("map.minutes", {{"n", std::to_string(circles::minutes_of(seconds))}})},
                        {"gap_at", place_text(demand.at)}, {"gap_try", query_with(ground.region.id, gait, plan, "&add=" + place_text(demand.at))}}));
  }
  return list;
}

Json plan_rows(const Context& context, const planning::Plan& plan) {
  Json rows = Json::array();
  int n = 0;
  for (const auto& site : planning::sites_of(plan)) {
    if (++n > 60) break;
    rows.push(Json::of({{"site_n", n}, {"site_name", site.name}, {"site_year", site.year ? std::to_string(site.year) : ""},
                        {"site_kind", context.text(site.kind == "upgrade" ? "map.kind.upgrade" : "map.kind.new")},
                        {"site_gain", whole_number(site.gain)}, {"site_cost", std::to_string(site.cost)}}));
  }
  return rows;
}

struct Chosen { std::string plan, beside; };
Json plan_choices(const Context& context, const std::vector<planning::Plan>& plans, const std::string& now, const char* first, const char* first_value) {
  Json list = Json::array();
  list.push(option(first_value, context.text(first), now == first_value));
  for (const auto& plan : plans)
    if (plan.state == "done" || plan.state == "stopped") list.push(option(id_text(plan.id), plan.name, now == id_text(plan.id)));
  return list;
}

Json years_of(const Context& context, const planning::Plan* plan, const std::string& now) {
  int last = 0;
  if (plan) for (const auto& site : planning::sites_of(*plan)) last = std::max(last, site.year);
  Json list = Json::array();
  list.push(option("", context.text("map.all_years"), now.empty()));
  for (int year = 1; year <= std::max(last, 3); ++year)
    list.push(option(std::to_string(year), context.text("map.until_year", {{"n", std::to_string(year)}}), now == std::to_string(year)));
  return list;
}

// The two states that the two maps show, as a table with their difference, for whoever does not see or use a map; null when only one
// is asked for.
Result<Json> compared(const Context& context, const circles::Ground& ground, Gait gait, const std::vector<planning::Plan>& plans) {
  if (context.request.query["beside"].text().empty()) return Json();
  struct State {
    std::string name;
    Json answer;
  };
  const auto state = [&](const char* plan_key, const char* year_key) -> Result<State> {
    circles::WhatIfInput input{.plan = "", .profile = enum_name(gait), .add = Json::array(), .remove = Json::array(), .move = Json::array()};
    const auto& id = context.request.query[plan_key].text();
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const auto& one) { return id_text(one.id) == id; });
    State made{context.text("map.no_plan"), {}};
    if (plan != plans.end()) {
      input.plan = id;
      (void)read_value(context.request.query[year_key], input.year);
      made.name = plan->name + (input.year ? " \u00b7 " + context.text("map.until_year", {{"n", std::to_string(input.year)}}) : "");
    }
    made.answer = TX_TRY(circles::what_if(context.reader, ground, input));
    return made;
  };
  const State first = TX_TRY(state("plan", "year")), second = TX_TRY(state("beside", "beside_year"));
  Json rows = Json::array();
  const auto row = [&](std::string what, std::int64_t a, std::int64_t b) {
    rows.push(Json::of({{"c_what", std::move(what)}, {"c_first", whole_number(a)}, {"c_second", whole_number(b)}, {"c_change", signed_number(b - a)}}));
  };
  rows.push(Json::of({{"c_what", context.text("map.compare_share")}, {"c_first", first.answer["percent"].text()}, {"c_second", second.answer["percent"].text()}, {"c_change", ""}}));
  for (const auto& [key, member] : {std::pair{"map.reached", "reached"}, {"map.missed", "missed"}}) row(context.text(key), first.answer[member].integer(), second.answer[member].integer());
  if (first.answer["elders"].integer() > 0) row(context.text("map.elders_reached"), first.answer["elders_reached"].integer(), second.answer["elders_reached"].integer());
  for (std::size_t i = 0; i + 1 < first.answer["by_band"].size(); ++i) {   // the last band is the circle itself
    const auto& band = first.answer["by_band"].items()[i];
    row(context.text("map.within", {{"n", std::to_string(band["minutes"].integer())}}), band["people"].integer(), second.answer["by_band"].items()[i]["people"].integer());
  }
  return Json::of({{"first_name", first.name}, {"second_name", second.name}, {"c_rows", rows}});
}

Result<Response> compare_fragment(Context& context, Atlas& atlas) {
  const auto ground = TX_TRY(atlas.held()->ground(context.reader, context.argument("region")));
  if (!circles::may_plan(context, permission::read, ground->region)) return refuse(Kind::not_found, "http.not_found");
  const Json compare = TX_TRY(compared(context, *ground, circles::gait_asked(context, ground->region), planning::plans_of(context.reader, ground->region.id)));
  return Response::html(context.fragment("map/compare", Json::of({{"compare", compare}})));
}

Result<Response> desk(Context& context, Atlas& atlas) {
  const auto ground = TX_TRY(atlas.held()->ground(context.reader, context.argument("region")));
  const auto& region = ground->region;
  if (!circles::may_plan(context, permission::read, region)) return refuse(Kind::not_found, "http.not_found");
  const Gait gait = circles::gait_asked(context, region);
  const circles::Net* net = TX_TRY(ground->net(gait));
  const auto plans = planning::plans_of(context.reader, region.id);
  const auto find = [&](const std::string& id) -> const planning::Plan* {
    const auto at = std::find_if(plans.begin(), plans.end(), [&](const auto& plan) { return id_text(plan.id) == id; });
    return at == plans.end() ? nullptr : &*at;
  };
  const planning::Plan* plan = find(context.request.query["plan"].text());
  const std::string plan_id = plan ? id_text(plan->id) : "", beside = context.request.query["beside"].text();
  const auto input = trial_of(context, gait, plan_id);
  const Json answer = TX_TRY(circles::what_if(context.reader, *ground, input));
  const circles::Report report = ground->report(*net);
  const auto nearest = TX_TRY(circles::nearest_with_plan(context.reader, *ground, gait, net->nearest, plan_id, input.year));

  Json gaits = Json::array();
  for (const Gait one : circles::kGaits) gaits.push(option(enum_name(one), context.text(std::string("map.gait.") + enum_name(one)), one == gait));
  Json regions = Json::array();
  for (const auto& one : circles::regions(context.reader))
    if (circles::may_plan(context, permission::read, one))
      regions.push(Json::of({{"chip_href", "/desk/map/" + one.id}, {"chip_name", circles::region_name(context, one)}, {"chip_now", one.id == region.id}}));
  Json view = TX_TRY(map_view(context, atlas, *ground));
  const auto all = spots(context, atlas, *ground, std::nullopt);
  view.set("title", context.text("map.desk.title"))
      .set("still", still_view(context, atlas, *ground, still_people(*ground, *net) + still_stations(context, *ground, all, 0)))
      .set("chips", regions).set("several", regions.size() > 1)
      .set("gaits", gaits).set("gait", enum_name(gait))
      .set("plans", plan_choices(context, plans, plan_id, "map.no_plan", ""))
      .set("besides", [&] {
        Json list = Json::array();
        list.push(option("", context.text("map.one_map"), beside.empty()));
        const Json others = plan_choices(context, plans, beside, "map.no_plan", "now");
        for (const auto& one : others.items()) list.push(one);
        return list;
      }())
      .set("years", years_of(context, plan, context.request.query["year"].text()))
      .set("beside_years", years_of(context, find(beside), context.request.query["beside_year"].text()))
      .set("f", figures_of(context, answer, report))
      .set("compare", TX_TRY(compared(context, *ground, gait, plans)))
      .set("with_elders", report.all.elders > 0)
      .set("tried", input.add.size() + input.remove.size() > 0)
      .set("tried_back", query_with(region.id, gait, plan_id, ""))
      .set("gap_rows", gaps_of(context, *ground, nearest, gait, plan_id))
      .set("on_streets", ground->on_streets())
      .set("money", region.scope.empty())
      .set("paper", "/desk/map/" + region.id + "/plan.pdf?profile=" + enum_name(gait) + (plan ? "&plan=" + plan_id : ""))
      .set("public_map", "/map/" + region.id);
  if (plan) view.set("plan_view", Json::of({{"plan_name", plan->name}, {"site_rows", plan_rows(context, *plan)}}));
  return context.page("map/desk", std::move(view));
}

// The menu's map: of the officer's own piece of the register, else of the first ground there is.
Result<Response> own_map(Context& context) {
  std::string first;
  for (const auto& region : circles::regions(context.reader)) {
    if (!circles::may_plan(context, permission::read, region)) continue;
    if (!region.scope.empty()) return Response::redirect("/desk/map/" + region.id);
    if (first.empty()) first = region.id;
  }
  return Response::redirect(first.empty() ? "/circles" : "/desk/map/" + first);   // /circles says that no street region is loaded
}

Result<Response> paper(Context& context, Atlas& atlas) {
  const auto ground = TX_TRY(atlas.held()->ground(context.reader, context.argument("region")));
  if (!circles::may_plan(context, permission::read, ground->region)) return refuse(Kind::not_found, "http.not_found");
  std::optional<planning::Plan> plan;
  if (const std::string& id = context.request.query["plan"].text(); !id.empty()) {
    plan = planning::find_plan(context.reader, id);
    if (!plan || plan->region != ground->region.id) return refuse(Kind::not_found, "http.not_found");
  }
  std::string bytes = TX_TRY(plan_pdf(context, atlas, *ground, plan ? &*plan : nullptr));
  return Response::file(std::move(bytes), "application/pdf", "tongxin-" + ground->region.id + (plan ? "-plan" : "-stations") + ".pdf");
}

}  // namespace

void add_desk_pages(http::Router& router, const std::shared_ptr<Atlas>& atlas) {
  router.page("map.desk_home", "/desk/map", Access::any(permission::read), own_map);
  router.page("map.desk", "/desk/map/{region}", Access::any(permission::read), [atlas](Context& context) { return desk(context, *atlas); });
  router.page("map.compare", "/desk/map/{region}/compare", Access::any(permission::read), [atlas](Context& context) { return compare_fragment(context, *atlas); });
  router.page("map.paper", "/desk/map/{region}/plan.pdf", Access::any(permission::read), [atlas](Context& context) { return paper(context, *atlas); });
}

}  // namespace tx::stations::map
