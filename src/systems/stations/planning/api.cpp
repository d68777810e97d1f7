// Plans for the map: the list, and the sites of one with year, kind and gain.
#include "systems/stations/planning/planning.h"
#include "systems/stations/rooms.h"

namespace tx::stations::planning {
namespace {

using http::Context;

Json plan_json(const Plan& plan) {
  return Json::of({{"id", id_text(plan.id)},
                   {"name", plan.name},
                   {"state", plan.state},
                   {"kind", plan.question["kind"]},
                   {"profile", plan.question["gait"]},
                   {"minutes", plan.question["minutes"]},
                   {"sites", plan.count},
                   {"cost", plan.cost},
                   {"people", plan.people},
                   {"before", plan.before},
                   {"reached", plan.reached},
                   {"bound", plan.bound},
                   {"proven", plan.proven},
                   {"accepted", plan.accepted.us > 0},
                   {"created", to_json(plan.created)}});
}

Json sites_json(const Plan& plan) {
  Json features = Json::array();
  for (const auto& site : sites_of(plan))
    features.push(Json::of({{"type", "Feature"},
                            {"geometry", Json::of({{"type", "Point"}, {"coordinates", Json(Json::Array{Json(site.lon), Json(site.lat)})}})},
                            {"properties", Json::of({{"id", site.code},
                                                     {"name", site.name},
                                                     {"year", site.year},
                                                     {"kind", site.kind},
                                                     {"cost", site.cost},
                                                     {"gain", site.gain}})}}));
  return Json::of({{"type", "FeatureCollection"}, {"features", std::move(features)}, {"plan", plan_json(plan)}});
}

}  // namespace
}  // namespace tx::stations::planning

namespace tx::stations {

void add_plan_json_routes(http::Router& router) {
  using namespace planning;
  const auto officers = access::Access::any(permission::read);
  const auto seen = [](Context& context) -> Result<circles::StreetRegion> {
    auto region = circles::find_region(context.reader, context.argument("region"));
    if (!region || !circles::may_plan(context, permission::read, *region)) return refuse(tx::Kind::not_found, "http.not_found");
    return *region;
  };
  router.query("map.plans", "/api/map/{region}/plans.json", officers, [seen](Context& context) -> Result<Json> {
    const auto region = TX_TRY(seen(context));
    Json list = Json::array();
    for (const auto& plan : plans_of(context.reader, region.id)) list.push(plan_json(plan));
    return list;
  });
  router.query("map.plan", "/api/map/{region}/plans/{plan}", officers, [seen](Context& context) -> Result<Json> {
    const auto region = TX_TRY(seen(context));
    std::string id = context.argument("plan");
    if (id.ends_with(".geojson")) id.resize(id.size() - 8);
    const auto plan = find_plan(context.reader, id);
    if (!plan || plan->region != region.id) return refuse(tx::Kind::not_found, "http.not_found");
    return sites_json(*plan);
  });
}

}  // namespace tx::stations
