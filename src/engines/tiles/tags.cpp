// What OpenStreetMap's tags mean on the map: one table for areas, one for lines, one for points.
#include <algorithm>
#include <charconv>

#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

using streets::Tag;
using Text = std::string_view;
using Tags = std::span<const Tag>;

struct Row { Text key, value; Kind kind; std::uint8_t zoom; std::uint8_t rank = 0; };   // value "*": any but "no"

constexpr Row kWater[] = {{"natural", "water", Kind::lake, 6},          {"landuse", "reservoir", Kind::lake, 6},
                          {"landuse", "basin", Kind::lake, 12},         {"waterway", "riverbank", Kind::riverbed, 6},
                          {"waterway", "dock", Kind::lake, 12},         {"leisure", "swimming_pool", Kind::lake, 15}};
constexpr Row kLand[] = {
    {"natural", "wood", Kind::wood, 6},           {"landuse", "forest", Kind::wood, 6},
    {"natural", "scrub", Kind::scrub, 10},        {"natural", "heath", Kind::scrub, 10},
    {"natural", "grassland", Kind::grass, 10},    {"natural", "fell", Kind::grass, 10},
    {"landuse", "meadow", Kind::grass, 10},       {"landuse", "grass", Kind::grass, 12},
    {"landuse", "village_green", Kind::grass, 12}, {"landuse", "recreation_ground", Kind::park, 11},
    {"landuse", "farmland", Kind::farm, 9},       {"landuse", "farm", Kind::farm, 9},
    {"landuse", "orchard", Kind::farm, 11},       {"landuse", "vineyard", Kind::farm, 11},
    {"landuse", "farmyard", Kind::farm, 13},      {"landuse", "allotments", Kind::farm, 13},
    {"leisure", "park", Kind::park, 10},          {"leisure", "garden", Kind::park, 13},
    {"leisure", "golf_course", Kind::park, 11},   {"leisure", "playground", Kind::park, 15},
    {"leisure", "pitch", Kind::pitch, 14},        {"leisure", "sports_centre", Kind::pitch, 13},
    {"leisure", "stadium", Kind::pitch, 13},      {"natural", "bare_rock", Kind::rock, 9},
    {"natural", "scree", Kind::rock, 9},          {"natural", "sand", Kind::sand, 10},
    {"natural", "beach", Kind::sand, 11},
    {"natural", "glacier", Kind::ice, 7},         {"natural", "wetland", Kind::wetland, 10},
    {"landuse", "residential", Kind::homes, 8},   {"landuse", "retail", Kind::homes, 12},
    {"landuse", "commercial", Kind::industry, 11}, {"landuse", "industrial", Kind::industry, 10},
    {"landuse", "railway", Kind::industry, 13},   {"landuse", "quarry", Kind::rock, 11},
    {"landuse", "cemetery", Kind::cemetery, 12},  {"amenity", "grave_yard", Kind::cemetery, 13},
    {"amenity", "school", Kind::campus, 13},      {"amenity", "university", Kind::campus, 12},
    {"amenity", "college", Kind::campus, 13},     {"amenity", "kindergarten", Kind::campus, 14},
    {"amenity", "hospital", Kind::campus, 12},    {"amenity", "parking", Kind::parking, 15},
    {"place", "island", Kind::grass, 10}};
constexpr Row kRoads[] = {
    {"highway", "motorway", Kind::motorway, 6},       {"highway", "motorway_link", Kind::motorway, 11},
    {"highway", "trunk", Kind::trunk, 6},             {"highway", "trunk_link", Kind::trunk, 11},
    {"highway", "primary", Kind::primary, 8},         {"highway", "primary_link", Kind::primary, 12},
    {"highway", "secondary", Kind::secondary, 9},     {"highway", "secondary_link", Kind::secondary, 13},
    {"highway", "tertiary", Kind::tertiary, 11},      {"highway", "tertiary_link", Kind::tertiary, 13},
    {"highway", "unclassified", Kind::minor, 12},     {"highway", "residential", Kind::minor, 12},
    {"highway", "living_street", Kind::minor, 13},    {"highway", "road", Kind::minor, 13},
    {"highway", "service", Kind::service, 14},        {"highway", "track", Kind::track, 13},
    {"highway", "pedestrian", Kind::minor, 13},       {"highway", "footway", Kind::path, 14},
    {"highway", "path", Kind::path, 13},              {"highway", "cycleway", Kind::path, 14},
    {"highway", "bridleway", Kind::path, 14},         {"highway", "steps", Kind::steps, 15},
    {"railway", "rail", Kind::rail, 9},               {"railway", "light_rail", Kind::rail, 12},
    {"railway", "tram", Kind::rail, 14},              {"railway", "subway", Kind::rail, 13},
    {"route", "ferry", Kind::ferry, 11}};
constexpr Row kWaterways[] = {{"waterway", "river", Kind::river, 7},    {"waterway", "canal", Kind::canal, 9},
                              {"waterway", "stream", Kind::stream, 12}, {"waterway", "ditch", Kind::stream, 14},
                              {"waterway", "drain", Kind::stream, 14}};
constexpr Row kPlaces[] = {{"place", "city", Kind::city, 6, 0},         {"place", "town", Kind::town, 8, 1},
                           {"place", "village", Kind::village, 10, 2},  {"place", "suburb", Kind::suburb, 11, 3},
                           {"place", "hamlet", Kind::hamlet, 12, 4},    {"place", "quarter", Kind::quarter, 13, 5},
                           {"place", "neighbourhood", Kind::quarter, 13, 5}, {"place", "locality", Kind::locality, 14, 6}};
constexpr Row kLabels[] = {{"natural", "peak", Kind::peak, 11, 3},          {"railway", "station", Kind::station, 12, 0},
                           {"railway", "halt", Kind::station, 13, 1},       {"amenity", "bus_station", Kind::bus_station, 14, 1},
                           {"amenity", "hospital", Kind::hospital, 13, 0},  {"amenity", "townhall", Kind::townhall, 14, 1},
                           {"amenity", "school", Kind::school, 15, 4},      {"amenity", "university", Kind::school, 14, 2},
                           {"amenity", "college", Kind::school, 15, 3},     {"amenity", "library", Kind::library, 15, 3},
                           {"amenity", "place_of_worship", Kind::worship, 15, 5}};

template <std::size_t N>
const Row* found(Tags tags, const Row (&rows)[N]) {
  for (const Row& row : rows)
    for (const Tag& tag : tags)
      if (tag.key == row.key && tag.value == row.value) return &row;
  return nullptr;
}
template <std::size_t N>
std::optional<Meaning> meaning(Layer layer, Tags tags, const Row (&rows)[N]) {
  if (const Row* row = found(tags, rows)) return Meaning{layer, row->kind, row->zoom, row->rank};
  return std::nullopt;
}
bool yes(Text value) { return !value.empty() && value != "no"; }

std::int64_t number(Text text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Text value_of(Tags tags, Text key) {
  for (const Tag& tag : tags)
    if (tag.key == key) return tag.value;
  return {};
}

std::optional<Meaning> area_meaning(Tags tags) {
  if (auto water = meaning(Layer::water, tags, kWater)) {
    if (value_of(tags, "water") == "river") water->kind = Kind::riverbed;
    return water;
  }
  if (yes(value_of(tags, "building"))) return Meaning{Layer::building, Kind::building, 13};
  if (const auto land = meaning(Layer::land, tags, kLand)) return land;
  const auto highway = value_of(tags, "highway");
  if ((highway == "pedestrian" || highway == "footway") && value_of(tags, "area") == "yes")
    return Meaning{Layer::land, Kind::plaza, 14};
  return std::nullopt;
}

std::optional<Meaning> line_meaning(Tags tags) {
  if (auto road = meaning(Layer::road, tags, kRoads)) {
    if (yes(value_of(tags, "bridge"))) road->level = 1;
    if (yes(value_of(tags, "tunnel"))) road->level = -1;
    road->link = value_of(tags, "highway").ends_with("_link");
    const auto service = value_of(tags, "service");
    if (road->kind == Kind::rail && !service.empty()) road->zoom = 14;   // sidings and yards
    if (road->kind == Kind::service && (service == "parking_aisle" || service == "driveway")) road->zoom = 15;
    return road;
  }
  auto water = meaning(Layer::waterway, tags, kWaterways);
  if (water && yes(value_of(tags, "tunnel"))) return std::nullopt;
  return water;
}

std::optional<Meaning> point_meaning(Tags tags) {
  if (value_of(tags, "name").empty()) return std::nullopt;
  if (auto place = meaning(Layer::place, tags, kPlaces)) {
    const auto people = number(value_of(tags, "population"));
    if (place->kind == Kind::city && people >= 1'000'000) place->zoom = 6;
    if (place->kind == Kind::village && people >= 3'000) place->zoom = 9;
    if (value_of(tags, "capital") == "yes") place->zoom = 6, place->rank = 0;
    return place;
  }
  return meaning(Layer::label, tags, kLabels);
}

std::optional<Meaning> label_of_area(const Meaning& area, Tags tags) {
  if (value_of(tags, "name").empty()) return std::nullopt;
  if (area.layer == Layer::water && area.kind == Kind::lake) return Meaning{Layer::label, Kind::lake_name, 11, 2};
  if (area.kind == Kind::park) return Meaning{Layer::label, Kind::park_name, 14, 3};
  return meaning(Layer::label, tags, kLabels);
}

std::uint8_t boundary_level(Tags tags) {
  if (value_of(tags, "boundary") != "administrative") return 0;
  const auto level = number(value_of(tags, "admin_level"));
  return level >= 2 && level <= 8 ? static_cast<std::uint8_t>(level) : std::uint8_t{0};
}
std::uint8_t boundary_zoom(std::uint8_t level) { return level <= 4 ? 6 : level <= 6 ? 8 : 10; }

const char* layer_name(Layer layer) {
  static constexpr const char* kNames[] = {"land", "water", "waterway", "building", "boundary", "road", "place", "label"};
  return kNames[static_cast<std::size_t>(layer)];
}
const char* kind_name(Kind kind) {
  static constexpr const char* kNames[] = {
      "wood", "scrub", "grass", "farm", "park", "rock", "sand", "ice", "wetland", "homes", "industry", "cemetery", "campus",
      "pitch", "plaza", "parking", "lake", "riverbed", "river", "canal", "stream", "building", "boundary", "motorway",
      "trunk", "primary", "secondary", "tertiary", "minor", "service", "track", "path", "steps", "rail", "ferry", "city",
      "town", "village", "suburb", "hamlet", "quarter", "locality", "peak", "station", "bus_station", "hospital", "school",
      "townhall", "library", "worship", "lake_name", "park_name"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Kind::park_name) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace tx::tiles
