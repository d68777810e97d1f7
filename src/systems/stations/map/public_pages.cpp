// What stands near, what is open, how to get there: one map for everybody, with the same facts as a list beside it.
#include <algorithm>

#include "systems/stations/map/map.h"
#include "systems/stations/rooms.h"

namespace tx::stations::map {
namespace {

using access::Access;
using circles::LonLat;
using http::Context;
using http::Response;

constexpr std::size_t kListed = 12;

// Where somebody stands: ?at=lon,lat, a community of the register (?place=), or the community where an account is at home.
std::optional<LonLat> standpoint(const Context& context, const circles::StreetRegion& region) {
  const auto& query = context.request.query;
  if (const std::string& text = query["at"].text(); !text.empty()) {
    LonLat at;
    const auto comma = text.find(',');
    if (comma != std::string::npos && read_value(Json(text.substr(0, comma)), at.lon) && read_value(Json(text.substr(comma + 1)), at.lat) &&
        at.lon >= region.west && at.lon <= region.east && at.lat >= region.south && at.lat <= region.north)
      return at;
  }
  if (region.scope.empty()) return std::nullopt;
  const std::string& asked = query["place"].text();
  const std::string& code = asked.empty() ? context.actor.region : asked;
  if (code.size() < 12 || !code.starts_with(region.scope)) return std::nullopt;
  if (const auto place = teams::region_position(context.reader, code)) return circles::lonlat_of(*place);
  return std::nullopt;
}

LonLat middle_of(const circles::StreetRegion& region) { return {(region.west + region.east) / 2, (region.south + region.north) / 2}; }

Json pill_of(const Context& context, const Spot& spot) {
  const std::string mark = spot.mark();
  const char* tone = mark == "open" ? "live" : mark == "rest" ? "wait" : "";
  return pill(tone, context.text("map.island.mark." + mark));
}

Json listed(const Context& context, const std::vector<Spot>& all, const std::optional<LonLat>& from) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(kListed, all.size()); ++i) {
    const auto& site = *all[i].site;
    std::string walk;
    if (from) walk = walk_text(context.words, context.language, all[i].way);
    list.push(Json::of({{"n", i + 1}, {"spot_name", site.name}, {"spot_id", site.id},
                        {"spot_href", id_value(site.id) ? "/stations/" + site.id : ""},
                        {"lon", site.at.lon}, {"lat", site.at.lat}, {"spot_mark", all[i].mark()}, {"spot_walk", walk}, {"state", pill_of(context, all[i])}}));
  }
  return list;
}

// The region that somebody means who names none: the one of the register where the account is at home, else the first.
Result<std::string> own_region(const Context& context) {
  const auto all = circles::regions(context.reader);
  if (all.empty()) return refuse(Kind::not_found, "map.no_region");
  for (const auto& region : all)
    if (!region.scope.empty() && (context.actor.region.empty() || context.actor.region.starts_with(region.scope))) return region.id;
  return all.front().id;
}

Json chips(const Context& context, const std::string& now, const char* before) {
  Json list = Json::array();
  for (const auto& region : circles::regions(context.reader))
    list.push(Json::of({{"chip_href", before + region.id}, {"chip_name", circles::region_name(context, region)}, {"chip_now", region.id == now}}));
  return list;
}

Json found_places(const Context& context, const circles::StreetRegion& region, const std::string& words) {
  Json list = Json::array();
  for (const auto& found : teams::search_regions(context.reader, words, 8))
    if (found.code.size() == 12 && found.code.starts_with(region.scope))
      list.push(Json::of({{"place_href", "/map/" + region.id + "?place=" + found.code}, {"place_name", teams::region_path(context.reader, found.code, context.language)}}));
  return list;
}

Result<Response> page_of(Context& context, Atlas& atlas, const std::string& id) {
  const auto ground = TX_TRY(atlas.held()->ground(context.reader, id));
  const auto& region = ground->region;
  const auto from = standpoint(context, region);
  const auto all = spots(context, atlas, *ground, from ? from : std::optional(middle_of(region)));
  Json view = TX_TRY(map_view(context, atlas, *ground));
  const std::string words = context.request.query["q"].text();
  const Json places = words.empty() || region.scope.empty() ? Json::array() : found_places(context, region, words);
  std::int64_t open = 0;
  for (const auto& spot : all) open += spot.open_now;
  view.set("title", context.text("map.title"))
      .set("nav_nearby", true)
      .set("still", still_view(context, atlas, *ground, still_stations(context, *ground, all, kListed)))
      .set("near", Json::of({{"near_title", context.text(from ? "map.nearest" : "map.in_the_middle")}, {"spots", listed(context, all, from)}}))
      .set("chips", chips(context, id, "/map/"))
      .set("several", circles::regions(context.reader).size() > 1)
      .set("has_search", !region.scope.empty())
      .set("q", words)
      .set("places", places)
      .set("nothing_found", !words.empty() && places.size() == 0)
      .set("counted", context.text(region.scope.empty() ? "map.count_elsewhere" : "map.count", {{"n", whole_number(static_cast<std::int64_t>(all.size()))}, {"open", whole_number(open)}}))
      .set("locate", region.synthetic ? "0" : "1")
      .set("activities", region.scope)
      .set("officer_map", context.may(permission::read) && circles::may_plan(context, permission::read, region) ? "/desk/map/" + id : "");
  if (from) view.set("at", std::to_string(from->lon) + "," + std::to_string(from->lat));
  return context.page("map/public", std::move(view));
}

Result<Response> near(Context& context, Atlas& atlas) {
  const auto ground = TX_TRY(atlas.held()->ground(context.reader, context.argument("region")));
  const auto from = standpoint(context, ground->region);
  const auto all = spots(context, atlas, *ground, from ? from : std::optional(middle_of(ground->region)));
  return Response::html(context.fragment("map/near", Json::of({{"near", Json::of({{"near_title", context.text(from ? "map.nearest" : "map.in_the_middle")}, {"spots", listed(context, all, from)}})}})));
}

}  // namespace

void add_public_pages(http::Router& router, const std::shared_ptr<Atlas>& atlas) {
  const auto open = Access::everyone("the public sees where stations stand and which are open");
  router.page("map.home", "/map", open, [atlas](Context& context) -> Result<Response> {
    const std::string id = TX_TRY(own_region(context));
    return page_of(context, *atlas, id);
  });
  router.page("map.one", "/map/{region}", open, [atlas](Context& context) { return page_of(context, *atlas, context.argument("region")); });
  router.page("map.near", "/map/{region}/near", open, [atlas](Context& context) { return near(context, *atlas); });
}

}  // namespace tx::stations::map
