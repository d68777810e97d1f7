// The public finds its station: the list and the page of one; and the routes of a station's life.
#include <set>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/actions.h"
#include "systems/stations/stations/flow.h"
#include "systems/stations/stations/rules.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kWalkMost = 90;   // minutes: nobody walks further to a station

Result<Response> list_page(Context& context) {
  const std::string words = context.request.query["q"].text();
  std::string where = "state in ('open','upgrading','resting')";
  std::vector<storage::Value> values;
  for (const auto& token : query_tokens(words)) {
    values.push_back("% " + token + " %");
    where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
  }
  std::string order = "region";
  if (context.actor.region.size() == 12) {
    values.push_back(context.actor.region);
    values.push_back(context.actor.region.substr(0, 9) + "%");
    order = "case when region = $" + std::to_string(values.size() - 1) + " then 0 when region like $" +
            std::to_string(values.size()) + " then 1 else 2 end, region";
  }
  const auto rows =
      context.reader.query("select * from station where " + where + " order by " + order + " limit 40", values);
  Json list = Json::array();
  const auto home = context.actor.region.size() == 12 ? teams::region_position(context.reader, context.actor.region) : std::nullopt;
  std::optional<Walks> walks;
  if (home) walks.emplace(context.reader);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto station = storage::read_row<Station>(rows, i);
    Json meta = Json::Array{meta_view("nearby", teams::region_path(context.reader, station.region, context.language)),
                            meta_view("clock", station.hours)};
    if (station.star && station.rated_until >= local_date(context.now))
      meta.push(meta_view("star", context.text("six.star_label", {{"n", std::to_string(station.star)}})));
    if (const auto door = home ? teams::region_position(context.reader, station.region) : std::nullopt)
      if (const auto way = walks->between(*home, *door); way.minutes() <= kWalkMost)
        meta.push(meta_view("walk", walk_text(context.words, context.language, way)));
    list.push(row_view("/stations/" + station.id.text(), station.name, "station", std::move(meta),
                       open_pill(context, station)));
  }
  Json view = Json::of({{"title", context.text("station.list")}, {"q", words}, {"nav_nearby", true}, {"rows", list}});
  if (list.size() == 0)
    view.set("empty",
             Json::of({{"icon", "station"}, {"title", context.text("station.none")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/list", view);
}

// A station that never opened, or is closed, is nobody's address.
bool is_public(const Station& station) {
  return station.state == "open" || station.state == "upgrading" || station.state == "resting" ||
         station.state == "suspended";
}

std::string days_text(const Context& context, const std::string& mask) {
  if (mask == "1111111") return context.text("station.days_all");
  if (mask == "1111100") return context.text("station.days_work");
  std::string text;
  for (std::size_t i = 0; i < mask.size() && i < 7; ++i)
    if (mask[i] == '1') text += (text.empty() ? "" : " ") + context.text("weekday." + std::to_string(i + 1));
  return text;
}

Result<Response> one_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const bool inner = may_over(context.roles, context.actor, permission::read, station);
  if (!is_public(station) && !inner) return refuse(Kind::not_found, "http.not_found");
  Json view = Json::of({{"title", station.name},
                        {"station", station.id.text()},
                        {"region_name", teams::region_path(context.reader, station.region, context.language)},
                        {"level_name", context.text("station.level." + station.level)},
                        {"address", station.address},
                        {"phone", station.phone},
                        {"hours", station.hours},
                        {"days", days_text(context, station.open_days)},
                        {"rooms", station.rooms},
                        {"accessible", station.accessible},
                        {"area", station.area_m2 ? std::to_string(station.area_m2) : ""},
                        {"region", station.region},
                        {"state", open_pill(context, station)},
                        {"inner", inner}});
  add_six_view(context, station, view);
  add_truth_view(context, station, view);
  add_stock_view(context, station, view);
  return context.page("stations/station", view);
}

// Buttons that the table allows from here and this person may press.
Json steps_view(const Context& context, const Station& station) {
  Json steps = Json::array();
  for (const auto* step : kStationFlow.steps_from(station.state)) {
    if (!may_over(context.roles, context.actor, step->permission, station)) continue;
    Json levels = Json::array();
    if (step->action == "upgrade")
      for (const char* level : {"station", "sub_centre", "centre"})
        if (rules::level_rank(level) >= rules::level_rank(station.level))
          levels.push(Json::of({{"value", level}, {"label", context.text(std::string("station.level.") + level)}}));
    steps.push(Json::of({{"step", step->action},
                         {"needs_reason", step->needs_reason},
                         {"levels", levels},
                         {"has_levels", levels.size() > 0},
                         {"step_name", context.text("flow.station.do." + std::string(step->action))},
                         {"step_hint", context.text("station.hint." + std::string(step->action))}}));
  }
  return steps;
}

// What lies ahead is shown up to the opening: that a running station may rest or close one day is no plan.
Json life_view(const Context& context, const std::vector<workflow::Event>& events) {
  const Json all = workflow::timeline_view(kStationFlow, events, context.language, context.words, context.now);
  const std::string opening = context.text("flow.station.open");
  bool opened = false;
  Json shown = Json::array();
  for (const auto& item : all.items()) {
    if (opened && item["phase"].text() == "next") break;
    opened = opened || item["name"].text() == opening;
    shown.push(item);
  }
  return shown;
}

Result<Response> file_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  auto events = workflow::history(context.reader, kStationFlow.id, station.id.value);
  std::erase_if(events, [](const auto& event) { return event.at.us <= 1; });  // taken over from before the table
  const http::Form form(context);
  Json view = Json::of(
      {{"title", station.name},
       {"station", station.id.text()},
       {"code", station.code},
       {"summary", form.summary()},
       {"region_name", teams::region_path(context.reader, station.region, context.language)},
       {"level_name", context.text("station.level." + station.level)},
       {"address", station.address},
       {"hours", station.hours},
       {"why", station.why},
       {"has_keeper", static_cast<bool>(station.keeper)},
       {"steps", steps_view(context, station)},
       {"next_level_name", station.next_level.empty() ? "" : context.text("station.level." + station.next_level)},
       {"may_keep", may_over(context.roles, context.actor, permission::keep, station)},
       {"may_appoint", may_over(context.roles, context.actor, permission::approve, station) &&
                           station.state != "closed" && station.state != "dropped"},
       {"f_login",
        form.field("login", "station.login", "station.login_hint", Json::of({{"short", true}, {"required", true}}))},
       {"life", Json::of({{"state", workflow::state_view(kStationFlow, station.state, context.language, context.words)},
                          {"clock", workflow::due_view(station.due, context.now, context.language, context.words)}})},
       {"timeline", life_view(context, events)},
       {"is_public", is_public(station)}});
  add_six_view(context, station, view);
  return context.page("stations/file", view);
}

std::vector<http::Option> weekday_options(const Context& context) {
  std::vector<http::Option> options;
  for (int day = 1; day <= 7; ++day)
    options.push_back({std::to_string(day), context.text("weekday." + std::to_string(day))});
  return options;
}

Result<Response> describe_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  Json days = Json::array();
  for (std::size_t i = 0; i < 7 && i < station.open_days.size(); ++i)
    if (station.open_days[i] == '1') days.push(std::to_string(i + 1));
  const http::Form form(context, Json::of({{"address", station.address},
                                           {"phone", station.phone},
                                           {"hours", station.hours},
                                           {"rooms", station.rooms},
                                           {"open_days", days},
                                           {"accessible", station.accessible ? "on" : ""},
                                           {"area_m2", station.area_m2 ? std::to_string(station.area_m2) : ""}}));
  Json view = Json::of({{"title", context.text("station.describe")},
                        {"station", station.id.text()},
                        {"station_name", station.name},
                        {"summary", form.summary()}});
  view.set("f_address", form.field("address", "station.place", "station.address_hint", Json::of({{"maxlength", 120}})))
      .set("f_phone",
           form.field("phone", "station.phone", {}, Json::of({{"short", true}, {"type", "tel"}, {"optional", true}})))
      .set("f_hours",
           form.field("hours", "station.hours", "station.hours_hint", Json::of({{"short", true}, {"maxlength", 11}})))
      .set("f_days",
           form.options("open_days", "station.days", weekday_options(context), {}, Json::of({{"many", true}})))
      .set("f_area", form.field("area_m2", "station.area", {},
                                Json::of({{"short", true}, {"inputmode", "numeric"}, {"optional", true}})))
      .set("f_accessible", form.tick("accessible", "station.access", "station.access_text"))
      .set("f_rooms", form.field("rooms", "station.rooms", "station.rooms_hint",
                                 Json::of({{"maxlength", 200}, {"optional", true}})));
  return context.page("stations/describe", view);
}

std::string back_to_file(const CommandContext& context, const Json&) {
  return "/stations/" + context.argument("station") + "/file";
}
Json answer_of(const Station& station) {
  return Json::of({{"station", station.id.text()}, {"state", station.state}, {"region", station.region}});
}

// One command for each action of the table: what the table says is what the router enforces.
void add_steps(http::Router& router) {
  std::set<std::string_view> seen;
  for (const auto& step : kStationSteps) {
    if (step.from.empty() || !seen.insert(step.action).second) continue;
    const std::string action(step.action);
    router.command<StepInput>(
        {.name = "station." + action,
         .path = "/stations/{station}/" + action,
         .access = Access::over(step.permission, "station"),
         .next = back_to_file,
         .flash = "station.moved",
         .page = file_page,
         .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const StepInput& input) -> Result<Json> {
          return answer_of(TX_TRY(step_station(tx, context.argument("station"), action, input, context.actor.account)));
        });
  }
}

}  // namespace

void add_station_routes(http::Router& router, const Services& services) {
  router.resolver("station", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto station = find_station(reader, text);
    if (!station) return std::nullopt;
    access::Place place;
    place.region = station->region;
    place.station = text;
    return place;
  });
  router.page("station.list", "/stations", Access::everyone("the public finds its station"), list_page);
  router.page("station.one", "/stations/{station}", Access::everyone("the public finds its station"), one_page);
  router.page("station.file", "/stations/{station}/file", Access::over(permission::read, "station"), file_page);
  router.page("station.about", "/stations/{station}/about", Access::over(permission::keep, "station"), describe_page);
  add_steps(router);
  router.command<AppointInput>(
      {.name = "station.appoint",
       .path = "/stations/{station}/appoint",
       .access = Access::over(permission::approve, "station"),
       .next = back_to_file,
       .flash = "station.appointed",
       .page = file_page,
       .region_field = "region"},
      [services](storage::Tx& tx, const CommandContext& context, const AppointInput& input) -> Result<Json> {
        return answer_of(
            TX_TRY(appoint_keeper(tx, services.vault, context.argument("station"), input, context.actor.account)));
      });
  router.command<DescribeInput>(
      {.name = "station.describe",
       .path = "/stations/{station}/about",
       .access = Access::over(permission::keep, "station"),
       .next = back_to_file,
       .flash = "station.described",
       .page = describe_page,
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const DescribeInput& input) -> Result<Json> {
        return answer_of(TX_TRY(describe_station(tx, context.argument("station"), input)));
      });
}

}  // namespace tx::stations
