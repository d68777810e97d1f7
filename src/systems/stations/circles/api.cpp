// What the map asks for: regions, stations, people, sites, the shape of a circle, and what a change would do. The same facts
// stand as tables on the pages; nothing here holds personal data, and how many people live where is for officers.
#include <algorithm>
#include <set>
#include <utility>

#include "platform/storage/record_sql.h"
#include "systems/stations/circles/circles.h"
#include "systems/stations/circles/what_if.h"
#include "systems/stations/rooms.h"

namespace tx::stations::circles {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;

constexpr int kBoundsMost = 4, kMinutesMost = 60;

Json point(LonLat at) {
  return Json::of({{"type", "Point"}, {"coordinates", Json(Json::Array{Json(at.lon), Json(at.lat)})}});
}
Json feature(LonLat at, Json properties) {
  return Json::of({{"type", "Feature"}, {"geometry", point(at)}, {"properties", std::move(properties)}});
}
Json collection(Json features) { return Json::of({{"type", "FeatureCollection"}, {"features", std::move(features)}}); }

const char* standing_name(streets::Standing standing) {
  switch (standing) {
    case streets::Standing::street: return "street";
    case streets::Standing::island: return "island";
    case streets::Standing::too_far: return "too_far";
    default: return "outside";
  }
}

Json regions_json(Context& context) {
  Json list = Json::array();
  for (const auto& region : regions(context.reader))
    list.push(Json::of({{"id", region.id},
                        {"name_zh", region.name_zh},
                        {"name_en", region.name_en},
                        {"synthetic", region.synthetic},
                        {"note", region_note(context, region)},
                        {"attribution", region.attribution},
                        {"bbox", Json(Json::Array{Json(region.west), Json(region.south), Json(region.east), Json(region.north)})},
                        {"profile", region.gait},
                        {"extract", !region.extract_file.empty()}}));
  return list;
}

Json stations_json(Context& context, const Ground& ground) {
  std::set<std::string> open;   // of this moment, which no ground in memory can know
  if (!ground.region.scope.empty())
    for (const auto& row : storage::query(context.reader, "select id from station where on_duty_since > 0 and region like $1",
                                          ground.region.scope + "%").rows)
      open.insert(id_text(std::get<std::int64_t>(row[0])));
  Json features = Json::array();
  for (const auto& station : ground.stations) {
    const bool known = id_value(station.id).has_value();
    if (known && station.state != "open" && station.state != "upgrading" && station.state != "resting" &&
        station.state != "suspended" && !context.may(permission::read))
      continue;   // one that is still coming is nobody's address
    features.push(feature(station.at, Json::of({{"id", station.id},
                                                {"name", station.name},
                                                {"state", station.state},
                                                {"running", station.running},
                                                {"open_now", open.contains(station.id)},
                                                {"standard", station.standard},
                                                {"kind", station.kind},
                                                {"href", known ? "/stations/" + station.id : ""}})));
  }
  return collection(std::move(features));
}

Result<Json> demand_json(Context& context, const Ground& ground) {
  const Gait gait = gait_asked(context, ground.region);
  const Net* net = TX_TRY(ground.net(gait));
  std::int64_t year = 0;
  (void)read_value(context.request.query["year"], year);
  const auto nearest = TX_TRY(nearest_with_plan(context.reader, ground, gait, net->nearest, context.request.query["plan"].text(), year));
  Json features = Json::array();
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    const auto& demand = ground.demand[i];
    features.push(feature(demand.at, Json::of({{"id", demand.code},
                                               {"name", demand.name},
                                               {"people", demand.people},
                                               {"elders", demand.elders},
                                               {"seconds", nearest[i] < 0 ? Json() : Json(nearest[i])},
                                               {"standing", standing_name(net->standing[i])}})));
  }
  return collection(std::move(features));
}

Json candidates_json(const Ground& ground) {
  Json features = Json::array();
  for (const auto& site : ground.candidates)
    features.push(feature(site.at, Json::of({{"id", site.id}, {"name", site.name}, {"kind", site.kind}, {"cost", site.cost}})));
  return collection(std::move(features));
}

Result<Json> circle_json(Context& context, const Ground& ground) {
  LonLat at;
  const auto& query = context.request.query;
  if (!read_value(query["lon"], at.lon) || !read_value(query["lat"], at.lat) || !streets::position(at.lat, at.lon))
    return refuse(Kind::invalid, "circle.place", "lon");
  std::vector<int> minutes;
  int value = 0;
  for (const char c : query["minutes"].text() + ",") {
    if (c >= '0' && c <= '9' && value < 1000) value = value * 10 + (c - '0');
    else if (c == ',' && value) minutes.push_back(std::exchange(value, 0));
  }
  if (minutes.empty()) minutes.assign(kBands.begin(), kBands.end());
  if (minutes.size() > kBoundsMost || *std::max_element(minutes.begin(), minutes.end()) > kMinutesMost)
    return refuse(Kind::invalid, "circle.minutes", "minutes", {{"most", std::to_string(kMinutesMost)}});
  return ground.circle(at, gait_asked(context, ground.region), minutes);
}

}  // namespace
}  // namespace tx::stations::circles

namespace tx::stations {

void add_map_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held) {
  using namespace circles;
  const auto open = Access::everyone("the public sees where stations stand and how far one walks");
  const auto officers = Access::any(permission::read);
  const auto on_ground = [held](auto answer, bool officers_only) {
    return [held, answer, officers_only](Context& context) -> Result<Json> {
      const auto ground = TX_TRY(held->ground(context.reader, context.argument("region")));
      if (officers_only && !may_plan(context, permission::read, ground->region)) return refuse(Kind::not_found, "http.not_found");
      return answer(context, *ground);
    };
  };
  router.query("map.regions", "/api/map/regions", open, [](Context& context) -> Result<Json> { return regions_json(context); });
  router.query("map.stations", "/api/map/{region}/stations.geojson", open,
               on_ground([](Context& context, const Ground& ground) -> Result<Json> { return stations_json(context, ground); }, false));
  router.query("map.circle", "/api/map/{region}/circle.geojson", open, on_ground(circle_json, false));
  router.query("map.demand", "/api/map/{region}/demand.geojson", officers, on_ground(demand_json, true));
  router.query("map.candidates", "/api/map/{region}/candidates.geojson", officers,
               on_ground([](Context&, const Ground& ground) -> Result<Json> { return candidates_json(ground); }, true));
  // Nothing is changed: the answer is worked out beside the write path, which only hands it back.
  router.command<WhatIfInput>(
      {.name = "map.what_if",
       .path = "/map/{region}/what-if",
       .access = officers,
       .prepare = [held](Context& context, Json input) -> Result<Json> {
         const auto ground = TX_TRY(held->ground(context.reader, context.argument("region")));
         if (!may_plan(context, permission::read, ground->region)) return refuse(Kind::not_found, "http.not_found");
         const auto change = TX_TRY(read_record<WhatIfInput>(input));
         return input.set("answer", TX_TRY(what_if(context.reader, *ground, change)));
       },
       .audited = false,
       .replayed = false},
      [](storage::Tx&, const CommandContext&, const WhatIfInput& input) -> Result<Json> { return input.answer; });
}

}  // namespace tx::stations
