// The map's own tiles: from a street extract to vector tiles that any MapLibre can show, without an outside service. The
// extract is read once into a BaseMap (roads by class, buildings, water, land, places, names); a tile is cut, simplified
// and encoded when it is asked for. The same features can be had as plain shapes in the units of a page, for a map drawn
// without script and for paper. Who mapped what is never read. Pure: no clock, no network, no cache. Not here: what a
// colour or a station is.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/streets/pbf.h"

namespace tx::tiles {

// The layers of a tile, in the order in which they are drawn.
enum class Layer : std::uint8_t { land, water, waterway, building, boundary, road, place, label };
inline constexpr int kLayers = 8;
const char* layer_name(Layer layer);

enum class Kind : std::uint8_t {
  // land
  wood, scrub, grass, farm, park, rock, sand, ice, wetland, homes, industry, cemetery, campus, pitch, plaza, parking,
  lake, riverbed,                            // water
  river, canal, stream,                      // waterway
  building,
  boundary,                                  // rank: the administrative level of the map
  motorway, trunk, primary, secondary, tertiary, minor, service, track, path, steps, rail, ferry,  // road
  city, town, village, suburb, hamlet, quarter, locality,                                          // place
  peak, station, bus_station, hospital, school, townhall, library, worship, lake_name, park_name   // label
};
const char* kind_name(Kind kind);

// Web Mercator; the whole world is 2^32 units wide, x to the east, y to the south.
struct World { std::uint32_t x = 0, y = 0; };
struct Box {                                 // both ends belong to it; empty while x1 < x0
  std::int64_t x0 = INT64_MAX, y0 = INT64_MAX, x1 = INT64_MIN, y1 = INT64_MIN;
  void add(std::int64_t x, std::int64_t y);
  void add(const Box& other);
  bool empty() const { return x1 < x0; }
  bool meets(const Box& other) const { return x0 <= other.x1 && other.x0 <= x1 && y0 <= other.y1 && other.y0 <= y1; }
};
World project(streets::Position at);
World project(double lon, double lat);
double longitude(double world_x);
double latitude(double world_y);

struct Feature {
  Layer layer = Layer::land;
  Kind kind = Kind::wood;
  std::uint8_t zoom = 0;                     // shown from here on
  std::uint8_t rank = 0;                     // boundary: level; place and label: 0 is the most important
  std::int8_t level = 0;                     // road: 1 on a bridge, -1 in a tunnel
  bool link = false;                         // road: slip road
  std::uint32_t first = 0, parts = 0;        // of BaseMap::part: rings (outer ones first, each followed by its holes) or lines
  std::uint32_t name = 0, name_zh = 0, name_en = 0;   // of BaseMap::names; 0: none
  Box box;
};

struct BaseMap {
  std::vector<World> points;
  std::vector<std::uint32_t> part{0};        // where each part begins; one more at the end
  std::vector<Feature> features;             // by layer; large land before small, small roads before large
  std::vector<std::string> names{""};
  std::array<std::size_t, kLayers> count{};
  Box box;                                   // where the streets are: rivers and borders may reach far out
  std::string fingerprint;                   // of the extract's bytes: changes with them
  bool has(Layer layer) const { return count[static_cast<std::size_t>(layer)] > 0; }
  // Enough besides roads that the map looks like a place: buildings or land.
  bool has_base() const { return count[static_cast<std::size_t>(Layer::building)] > 200 || count[static_cast<std::size_t>(Layer::land)] > 100; }
};

// Refusals: those of read_pbf, and tiles.nothing when the file holds nothing that can be drawn.
Result<BaseMap> read_base_map(std::string_view extract, streets::Datum datum = streets::Datum::wgs84,
                              const streets::PbfLimits& limits = {});

// ---- tiles
inline constexpr int kLeastZoom = 6, kMostZoom = 16;
inline constexpr int kExtent = 4096, kMargin = 80;
// One tile of the Mapbox Vector Tile format 2, not compressed; empty where nothing is. Layers land, water, waterway,
// building, boundary, road, place, label; members kind, name, name_zh, name_en, rank, level, link.
std::string tile(const BaseMap& map, int zoom, std::uint32_t x, std::uint32_t y);
std::string gzipped(std::string_view bytes);

// ---- shapes in the units of a page
struct Dot { double x = 0, y = 0; };
struct Shape {
  const Feature* feature = nullptr;
  std::vector<std::vector<Dot>> parts;       // cut to the page, simplified
};
struct View {                                // north is up; the same scale both ways
  double west = 0, north = 0;                // world units of the upper left corner
  double scale = 1;                          // page units in one world unit
  double width = 0, height = 0;              // of the page
  Dot at(World place) const { return {(place.x - west) * scale, (place.y - north) * scale}; }
  Dot at(double lon, double lat) const { return at(project(lon, lat)); }
  // Ground metres in one page unit at the middle.
  double metres() const;
  double zoom(double units_per_pixel = 1) const;   // what a screen of that many units to the pixel would call it
};
View view_of(const Box& box, double width, double height, double border);
// What is shown from `zoom` on, finer than `detail` page units left out; in drawing order.
std::vector<Shape> shapes(const BaseMap& map, const View& view, double zoom, double detail);

}  // namespace tx::tiles
