// The public page of the 15-minute circle: whom the running stations reach, in how many minutes, whom they miss, and where the
// gaps are widest; every figure of the map stands here as a table, with export.
#include <algorithm>
#include <map>

#include "platform/documents/documents.h"
#include "systems/stations/circles/circles.h"
#include "systems/stations/circles/routes.h"
#include "systems/stations/rooms.h"

namespace tx::stations::circles {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr std::size_t kGapsShown = 10, kRowsShown = 20;   // on a phone every row is a card

struct Asked {
  Gait gait = Gait::walk;
  std::string by = "people", only = "gap";
  std::size_t from = 0;
};

Asked asked_of(const Context& context, const StreetRegion& region) {
  Asked asked;
  asked.gait = gait_asked(context, region);
  for (const char* by : {"elders", "minutes"})
    if (context.request.query["by"].text() == by) asked.by = by;
  if (context.request.query["only"].text() == "all") asked.only = "all";
  std::int64_t from = 0;
  if (read_value(context.request.query["from"], from) && from > 0 && from < 1'000'000) asked.from = static_cast<std::size_t>(from);
  return asked;
}

std::string address(const StreetRegion& region, const Asked& asked, const std::string& mark = {}) {
  std::string path = "/circles/" + region.id + "?profile=" + enum_name(asked.gait);
  if (asked.by != "people") path += "&by=" + asked.by;
  if (asked.only != "gap") path += "&only=" + asked.only;
  if (asked.from) path += "&from=" + std::to_string(asked.from);
  return path + mark;
}

Json chip(std::string href, std::string label, bool on) {
  return Json::of({{"href", std::move(href)}, {"label", std::move(label)}, {"on", on}});
}

// A place of the register by its name in the reader's language, any other as it was given.
std::string place_name(const Context& context, const std::string& code, const std::string& given) {
  if (code.size() < 6 || code.find_first_not_of("0123456789") != std::string::npos) return given.empty() ? code : given;
  return teams::region_name(context.reader, code, context.language);
}

std::string minutes_text(const Context& context, std::int32_t seconds, Gait gait) {
  if (seconds < 0)
    return context.text("circle.beyond", {{"n", std::to_string((gait == Gait::drive ? kFarDrive : kFar) / 60)}});
  return context.text("circle.minutes_short", {{"n", std::to_string(minutes_of(seconds))}});
}

Json state_of(const Context& context, std::int32_t seconds, streets::Standing standing) {
  if (seconds >= 0 && seconds <= kCircle * 60) return pill("live", context.text("circle.inside"));
  switch (standing) {
    case streets::Standing::street: return pill("wait", context.text("circle.missed"));
    case streets::Standing::island: return pill("stop", context.text("circle.island"));
    case streets::Standing::too_far: return pill("stop", context.text("circle.too_far"));
    default: return pill("stop", context.text("circle.outside"));
  }
}

Json demand_view(const Context& context, const Ground& ground, const Net& net, Gait gait, std::size_t i, std::size_t rank) {
  const auto& demand = ground.demand[i];
  std::string href;
  if (demand.community.size() == 12 && may_in(context, permission::propose, demand.community))
    href = "/desk/stations/new?region=" + demand.community;
  return Json::of({{"rank", rank ? std::to_string(rank) : ""},
                   {"who", place_name(context, demand.community, demand.name)},
                   {"row_href", href},
                   {"town_name", place_name(context, demand.town, demand.town)},
                   {"people", whole_number(demand.people)},
                   {"elders", whole_number(demand.elders)},
                   {"far", minutes_text(context, net.nearest[i], gait)},
                   {"state", state_of(context, net.nearest[i], net.standing[i])}});
}

struct Area {
  Heads all, reached;
  std::int64_t places = 0, reached_places = 0;
};

Json areas_view(const Context& context, const Ground& ground, const Net& net) {
  std::map<std::string, Area> areas;
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    const auto& demand = ground.demand[i];
    const auto& name = demand.county.empty() ? demand.town : demand.county;
    if (name.empty()) continue;
    auto& area = areas[name];
    area.all.add(demand);
    ++area.places;
    if (net.nearest[i] < 0 || net.nearest[i] > kCircle * 60) continue;
    area.reached.add(demand);
    ++area.reached_places;
  }
  Json rows = Json::array();
  for (const auto& [name, area] : areas)
    rows.push(Json::of({{"area", place_name(context, name, name)},
                        {"area_share", at_least_percent(area.reached.people, area.all.people)},
                        {"percent", area.all.people ? area.reached.people * 100 / area.all.people : 0},
                        {"full", false},
                        {"area_people", whole_number(area.all.people)},
                        {"area_missed", whole_number(area.all.people - area.reached.people)},
                        {"area_elders", whole_number(area.all.elders - area.reached.elders)},
                        {"area_places", whole_number(area.places - area.reached_places)}}));
  return rows;
}

Json bands_view(const Context& context, const Report& report) {
  Json bars = Json::array();
  for (std::size_t i = 0; i < kBands.size(); ++i)
    bars.push(Json::of({{"label", context.text("circle.within", {{"n", std::to_string(kBands[i])}})},
                        {"percent", report.all.people ? report.within[i].people * 100 / report.all.people : 0},
                        {"value", at_least_percent(report.within[i].people, report.all.people)},
                        {"href", ""},
                        {"tone", ""}}));
  return bars;
}

// How many the same stations would seem to reach on paper: circles drawn with a compass, no streets.
Result<Json> paper_view(const Context& context, const Ground& ground, Gait gait, const Report& report) {
  std::vector<LonLat> doors, people;
  for (const auto& station : ground.stations)
    if (station.running) doors.push_back(station.at);
  for (const auto& demand : ground.demand) people.push_back(demand.at);
  const auto reach = straight_reach(doors, people, Straight{100, ground.straight.drive_kmh}.metres_a_second(gait), kCircle * 60);
  const auto nearest = nearest_of(reach, std::vector<std::uint8_t>(doors.size(), 1));
  std::int64_t paper = 0;
  for (std::size_t i = 0; i < nearest.size(); ++i)
    if (nearest[i] >= 0) paper += ground.demand[i].people;
  const auto all = std::max<std::int64_t>(1, report.all.people);
  const auto bar = [&](const char* key, std::int64_t value, const char* tone) {
    return Json::of({{"label", context.text(key)}, {"percent", value * 100 / all}, {"value", whole_number(value)}, {"href", ""}, {"tone", tone}});
  };
  return Json::of({{"bars", Json::Array{bar("circle.on_streets", report.reached().people, ""), bar("circle.on_paper", paper, "second")}},
                   {"paper_more", report.reached().people ? std::to_string((paper - report.reached().people) * 100 / report.reached().people) : "0"}});
}

Result<Json> gaits_view(const Context& context, const Ground& ground, const Asked& asked) {
  Json list = Json::array();
  for (const auto gait : kGaits) {
    const Net* net = TX_TRY(ground.net(gait));
    const auto report = ground.report(*net);
    Asked other = asked;
    other.gait = gait;
    other.from = 0;
    list.push(Json::of({{"href", address(ground.region, other)},
                        {"label", context.text(std::string("circle.gait.") + enum_name(gait))},
                        {"gait_share", at_least_percent(report.reached().people, report.all.people)},
                        {"on", gait == asked.gait}}));
  }
  return list;
}

Json unserved_view(const Context& context, const Report& report) {
  const auto one = [&](const char* key, const Heads& heads) {
    return figure_view(context.text(key), whole_number(heads.people), context.text("circle.people_unit"), "",
                       heads.people && std::string_view(key) != "circle.missed" ? "warn" : "");
  };
  return Json::Array{figure_view(context.text("circle.inside"), whole_number(report.reached().people), context.text("circle.people_unit")),
                     one("circle.missed", report.missed), one("circle.island", report.island), one("circle.too_far", report.too_far),
                     one("circle.outside", report.outside)};
}

Result<Response> show(Context& context, const Ground& ground) {
  const auto& region = ground.region;
  const Asked asked = asked_of(context, region);
  const Net* net = TX_TRY(ground.net(asked.gait));
  const Report report = ground.report(*net);
  const auto ranked = gaps(ground.demand, net->nearest, asked.by);
  Json gap_rows = Json::array(), rows = Json::array(), orders = Json::array();
  for (std::size_t i = 0; i < std::min(kGapsShown, ranked.size()); ++i)
    gap_rows.push(demand_view(context, ground, *net, asked.gait, ranked[i], i + 1));
  std::vector<std::size_t> shown = ranked;
  if (asked.only == "all") {
    shown.resize(ground.demand.size());
    for (std::size_t i = 0; i < shown.size(); ++i) shown[i] = i;
  }
  const std::size_t from = std::min(asked.from, shown.size());
  for (std::size_t i = from; i < std::min(from + kRowsShown, shown.size()); ++i)
    rows.push(demand_view(context, ground, *net, asked.gait, shown[i], 0));
  const bool elders = report.all.elders > 0;
  for (const char* by : {"people", "elders", "minutes"}) {
    if (!elders && std::string_view(by) == "elders") continue;
    Asked other = asked;
    other.by = by, other.from = 0;
    orders.push(chip(address(region, other, "#gaps"), context.text(std::string("circle.by.") + by), asked.by == by));
  }
  Asked gaps_only = asked, everyone = asked;
  gaps_only.only = "gap", gaps_only.from = 0, everyone.only = "all", everyone.from = 0;
  const auto name = region_name(context, region);
  const auto areas = areas_view(context, ground, *net), gaits = TX_TRY(gaits_view(context, ground, asked));
  Json view = Json::of(
      {{"title", context.text("circle.title")},
       {"place", name},
       {"region", region.id},
       {"note", region_note(context, region)},
       {"made_up", region.synthetic},
       {"attribution", region.attribution},
       {"sum_share", at_least_percent(report.reached().people, report.all.people)},
       {"sentence", context.text("circle.sentence", {{"people", whole_number(report.all.people)},
                                                     {"reached", whole_number(report.reached().people)},
                                                     {"share", at_least_percent(report.reached().people, report.all.people)},
                                                     {"how", context.text(std::string("circle.how.") + enum_name(asked.gait))}})},
       {"elders_sentence", elders ? context.text("circle.elders_sentence", {{"elders", whole_number(report.all.elders)},
                                                                            {"missed", whole_number(report.all.elders - report.reached().elders)}})
                                  : ""},
       {"has_elders", elders},
       {"how_counted", ground.on_streets() ? context.text("circle.by_streets")
                                           : context.text("circle.by_lines", {{"factor", std::to_string(ground.straight.detour_percent / 100) + "." +
                                                                                            std::to_string(ground.straight.detour_percent / 10 % 10)},
                                                                              {"kmh", std::to_string(ground.straight.drive_kmh)}})},
       {"gaits", gaits},
       {"bars", bands_view(context, report)},
       {"stats", unserved_view(context, report)},
       {"areas", areas},
       {"has_areas", areas.size() > 1},
       {"gaps", gap_rows},
       {"has_gaps", gap_rows.size() > 0},
       {"orders", orders},
       {"filters", Json::Array{chip(address(region, gaps_only, "#all"), context.text("circle.only_gaps"), asked.only == "gap"),
                               chip(address(region, everyone, "#all"), context.text("circle.only_all"), asked.only == "all")}},
       {"lines", rows},
       {"has_lines", rows.size() > 0},
       {"stations_count", whole_number(std::count(net->running.begin(), net->running.end(), 1))},
       {"may_plan", may_plan(context, permission::plan, region)},
       {"csv", "/circles/" + region.id + "/table.csv?profile=" + enum_name(asked.gait)},
       {"xlsx", "/circles/" + region.id + "/table.xlsx?profile=" + enum_name(asked.gait)}});
  if (ground.on_streets()) view.set("paper", TX_TRY(paper_view(context, ground, asked.gait, report)));
  if (shown.size() > kRowsShown) {
    Asked before = asked, after = asked;
    before.from = from > kRowsShown ? from - kRowsShown : 0, after.from = from + kRowsShown;
    view.set("pager", Json::of({{"previous", from ? address(region, before, "#all") : ""},
                                {"next", after.from < shown.size() ? address(region, after, "#all") : ""},
                                {"where", std::to_string(from + 1) + "\u2013" + std::to_string(std::min(after.from, shown.size())) + " / " +
                                              whole_number(static_cast<std::int64_t>(shown.size()))}}));
  }
  return context.page("stations/circle", view);
}

Result<Response> list_page(const std::shared_ptr<Circles>& held, Context& context) {
  Json rows = Json::array();
  for (const auto& region : regions(context.reader)) {
    const auto ground = TX_TRY(held->ground(context.reader, region.id));
    const auto gait = enum_value<Gait>(region.gait).value_or(Gait::walk);
    const Net* net = TX_TRY(ground->net(gait));
    const auto report = ground->report(*net);
    rows.push(Json::of({{"href", "/circles/" + region.id},
                        {"name", region_name(context, region)},
                        {"note", region_note(context, region)},
                        {"made_up", region.synthetic},
                        {"share", at_least_percent(report.reached().people, report.all.people)},
                        {"percent", report.all.people ? report.reached().people * 100 / report.all.people : 0},
                        {"full", false},
                        {"people", whole_number(report.all.people)},
                        {"places", whole_number(static_cast<std::int64_t>(ground->demand.size()))},
                        {"open_stations", whole_number(std::count(net->running.begin(), net->running.end(), 1))},
                        {"how", context.text(std::string("circle.how.") + enum_name(gait))},
                        {"on_streets", ground->on_streets()}}));
  }
  return context.page("stations/circles", Json::of({{"title", context.text("circle.title")},
                                                    {"regions", rows},
                                                    {"none", rows.size() == 0},
                                                    {"may_load", context.may(permission::plan)}}));
}

Result<std::vector<std::vector<std::string>>> sheet_of(Context& context, const Ground& ground) {
  const auto gait = gait_asked(context, ground.region);
  const Net* net = TX_TRY(ground.net(gait));
  std::vector<std::vector<std::string>> rows{{}};
  for (const char* column : {"code", "name", "town", "lon", "lat", "people", "elders", "seconds", "state"})
    rows[0].push_back(context.text(std::string("circle.column.") + column));
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    const auto& demand = ground.demand[i];
    rows.push_back({demand.code, place_name(context, demand.community, demand.name), place_name(context, demand.town, demand.town),
                    std::to_string(demand.at.lon), std::to_string(demand.at.lat), std::to_string(demand.people), std::to_string(demand.elders),
                    net->nearest[i] < 0 ? "" : std::to_string(net->nearest[i]), state_of(context, net->nearest[i], net->standing[i])["label"].text()});
  }
  return rows;
}

}  // namespace
}  // namespace tx::stations::circles

namespace tx::stations {

void add_circle_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held) {
  using namespace circles;
  const auto open = Access::everyone("whom the 15-minute circle reaches is a public promise");
  router.page("circle.list", "/circles", open, [held](Context& context) { return list_page(held, context); });
  router.page("circle.show", "/circles/{region}", open, [held](Context& context) -> Result<Response> {
    return show(context, *TX_TRY(held->ground(context.reader, context.argument("region"))));
  });
  router.page("circle.csv", "/circles/{region}/table.csv", open, [held](Context& context) -> Result<Response> {
    const auto ground = TX_TRY(held->ground(context.reader, context.argument("region")));
    return Response::file(documents::write_csv(TX_TRY(sheet_of(context, *ground))), "text/csv; charset=utf-8", "tongxin-circle.csv");
  });
  router.page("circle.xlsx", "/circles/{region}/table.xlsx", open, [held](Context& context) -> Result<Response> {
    const auto ground = TX_TRY(held->ground(context.reader, context.argument("region")));
    return Response::file(documents::write_xlsx({context.text("circle.title"), TX_TRY(sheet_of(context, *ground))},
                                                {region_note(context, ground->region), ground->region.attribution}),
                          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-circle.xlsx");
  });
}

}  // namespace tx::stations
