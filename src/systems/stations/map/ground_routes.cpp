// Tiles, styles and drawn grounds: public, kept by browsers, made within bounds.
#include <charconv>

#include "systems/stations/map/map.h"

namespace tx::stations::map {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr char kReason[] = "the map of the region is public";

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Every browser that can draw a map takes gzip.
Response packed(const Context& context, const Piece& piece, const char* type, bool versioned) {
  Response response;
  response.content_type = type;
  response.set_header("cache-control", versioned ? "public, max-age=31536000, immutable" : "public, max-age=300");
  response.set_header("etag", "\"" + piece.etag + "\"");
  response.set_header("vary", "accept-encoding");
  if (context.request.header("if-none-match") == "\"" + piece.etag + "\"") {
    response.status = 304;
    return response;
  }
  response.set_header("content-encoding", "gzip");
  response.body = *piece.bytes;
  return response;
}

Result<circles::StreetRegion> region_of(const Context& context) {
  auto region = circles::find_region(context.reader, context.argument("region"));
  if (!region) return refuse(Kind::not_found, "http.not_found");
  return *region;
}
bool versioned(const Context& context, const std::string& version) { return context.request.query["v"].text() == version; }

Result<Response> tile(Context& context, Atlas& atlas) {
  const auto region = TX_TRY(region_of(context));
  const auto z = number(context.argument("z")), x = number(context.argument("x")), y = number(context.argument("y"));
  if (!z || !x || !y) return refuse(Kind::not_found, "http.not_found");
  const auto piece = TX_TRY(atlas.tile(region, static_cast<int>(std::min(*z, 99u)), *x, *y));
  return packed(context, piece, "application/vnd.mapbox-vector-tile", versioned(context, TX_TRY(atlas.version(region))));
}

// The names of a region without an extract come with the style: there are a few dozen.
std::string with_names(std::string style, const Context& context, const circles::StreetRegion& region) {
  Json features = Json::array();
  for (const auto& name : names_of(context, region))
    features.push(Json::of({{"type", "Feature"},
                            {"geometry", Json::of({{"type", "Point"}, {"coordinates", Json(Json::Array{Json(name.at.lon), Json(name.at.lat)})}})},
                            {"properties", Json::of({{"name", name.text}, {"level", name.level}})}}));
  auto parsed = Json::parse(style);
  TX_ASSERT(parsed.has_value());
  Json source = Json::of({{"type", "geojson"}, {"data", Json::of({{"type", "FeatureCollection"}, {"features", features}})}});
  const std::string size = context.elder ? "21" : "14";
  auto layer = Json::parse(R"({"id":"names","type":"symbol","source":"names","filter":["any",["==",["get","level"],2],[">=",["zoom"],7.5]],)"
                           R"("layout":{"text-field":["get","name"],"text-font":["Tongxin Bold","PingFang SC","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei"],"text-size":)" + size +
                           R"(,"text-padding":4,"symbol-sort-key":["get","level"]},"paint":{"text-color":")" + colour("soft", context.elder) + R"(","text-halo-color":")" + colour("halo", context.elder) + R"(","text-halo-width":2}})");
  TX_ASSERT(layer.has_value());
  Json layers = (*parsed)["layers"];
  layers.push(std::move(*layer));
  parsed->set("sources", Json::of({{"names", std::move(source)}})).set("layers", std::move(layers));
  return parsed->dump();
}

Result<Response> style(Context& context, Atlas& atlas) {
  const auto region = TX_TRY(region_of(context));
  const auto base = TX_TRY(atlas.base(region));
  const std::string version = TX_TRY(atlas.version(region));
  std::string text = style_json(region, base.get(), version, context.language == language::Language::en, context.elder);
  if (!base) text = with_names(std::move(text), context, region);
  Response response = Response::text(std::move(text));
  response.content_type = "application/json";
  response.set_header("cache-control", "private, no-cache");
  return response;
}

Result<Response> ground(Context& context, Atlas& atlas) {
  const auto region = TX_TRY(region_of(context));
  const auto view = tiles::view_of(box_of(region), kStillWide, kStillHigh, 20);
  const auto piece = TX_TRY(atlas.drawing(region, view, context.request.query["face"].text() == "elder"));
  return packed(context, piece, "image/svg+xml", versioned(context, TX_TRY(atlas.version(region))));
}

}  // namespace

void add_ground_routes(http::Router& router, const std::shared_ptr<Atlas>& atlas) {
  const auto route = [&](const char* name, const char* path, auto handler) {
    router.page(name, path, Access::everyone(kReason), [atlas, handler](Context& context) -> Result<Response> { return handler(context, *atlas); });
  };
  route("map.tile", "/map/{region}/tiles/{z}/{x}/{y}", tile);
  route("map.style", "/map/{region}/style.json", style);
  route("map.ground", "/map/{region}/ground.svg", ground);
}

}  // namespace tx::stations::map

namespace tx::stations {

void add_map_pages(http::Router& router, const std::shared_ptr<circles::Circles>& held) {
  const auto atlas = std::make_shared<map::Atlas>(held);
  map::add_ground_routes(router, atlas);
  map::add_public_pages(router, atlas);
  map::add_desk_pages(router, atlas);
}

}  // namespace tx::stations
