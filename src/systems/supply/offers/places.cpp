// Where the next activities are, for the map: public facts only.
#include <cmath>

#include "platform/storage/record_sql.h"
#include "systems/supply/offers/offers.h"

namespace tx::supply {
namespace {

constexpr int kMost = 600, kDays = 14;

struct Spot {
  std::int64_t id = 0;
  std::string title;
  std::int64_t x_m = 0, y_m = 0;
  Instant starts;
};
BOOST_DESCRIBE_STRUCT(Spot, (), (id, title, x_m, y_m, starts))

// teams::Position is metres east and north of 106 E 37.5 N.
Json degrees(const Spot& spot) {
  constexpr double lat = 37.5, lon = 106, metre = 111'320, north = 110'574;
  return Json(Json::Array{Json(lon + static_cast<double>(spot.x_m) / (metre * std::cos(lat * 3.14159265358979 / 180))),
                          Json(lat + static_cast<double>(spot.y_m) / north)});
}

Result<Json> places(http::Context& context) {
  Json features = Json::array();
  for (const auto& spot : storage::select<Spot>(context.reader,
                                                "select a.id, a.title, a.x_m, a.y_m, a.starts from activity a where a.state = 'published' and a.starts > $1 and "
                                                "a.starts < $2 and a.region like $3 order by a.starts limit " + std::to_string(kMost),
                                                context.now, context.now.plus(kDays * kDay), context.request.query["within"].text() + "%"))
    features.push(Json::of({{"type", "Feature"},
                            {"geometry", Json::of({{"type", "Point"}, {"coordinates", degrees(spot)}})},
                            {"properties", Json::of({{"title", spot.title}, {"href", "/activities/" + id_text(spot.id)},
                                                     {"when", language::date_text(context.language, spot.starts)}})}}));
  return Json::of({{"type", "FeatureCollection"}, {"features", features}});
}

}  // namespace

void add_activity_places(http::Router& router) {
  router.query("activity.places", "/api/activities/places", access::Access::everyone("the public sees what goes on nearby"), places);
}

}  // namespace tx::supply
