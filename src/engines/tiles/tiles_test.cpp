// A small place written as an extract, read back from the tiles by a decoder of the test's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include <protozero/pbf_reader.hpp>

#include "engines/streets/test_map.h"
#include "engines/tiles/inside.h"

using namespace tx::tiles;
using tx::streets::testing::MapWriter;

namespace {

struct Drawn {
  int type = 0;
  std::map<std::string, std::string> tags;
  std::vector<Path> parts;
};
using Layers = std::map<std::string, std::vector<Drawn>>;

std::vector<Path> decode_geometry(const std::vector<std::uint32_t>& code) {
  std::vector<Path> parts;
  At at;
  for (std::size_t i = 0; i < code.size();) {
    const std::uint32_t id = code[i] & 7, count = code[i] >> 3;
    ++i;
    if (id == 7) continue;
    for (std::uint32_t n = 0; n < count; ++n) {
      const auto step = [&] { const std::uint32_t v = code.at(i++); return static_cast<std::int32_t>(v >> 1 ^ (~(v & 1) + 1)); };
      at.x += step();
      at.y += step();
      if (id == 1) parts.emplace_back();
      parts.back().push_back(at);
    }
  }
  return parts;
}

Layers decode(const std::string& tile) {
  Layers layers;
  protozero::pbf_reader reader(tile);
  while (reader.next(3)) {
    auto layer = reader.get_message();
    std::string name;
    std::vector<std::string> keys, values, features;
    while (layer.next()) {
      switch (layer.tag()) {
        case 1: name = layer.get_string(); break;
        case 2: features.push_back(layer.get_string()); break;
        case 3: keys.push_back(layer.get_string()); break;
        case 4: {
          auto value = layer.get_message();
          value.next();
          values.push_back(value.tag() == 1 ? value.get_string() : std::to_string(value.get_sint64()));
          break;
        }
        default: layer.skip();
      }
    }
    for (const auto& bytes : features) {
      protozero::pbf_reader feature(bytes);
      Drawn drawn;
      while (feature.next()) {
        if (feature.tag() == 2) {
          const auto all = feature.get_packed_uint32();
          const std::vector<std::uint32_t> list(all.begin(), all.end());
          for (std::size_t i = 0; i + 1 < list.size(); i += 2) drawn.tags[keys.at(list[i])] = values.at(list[i + 1]);
        } else if (feature.tag() == 3) {
          drawn.type = feature.get_enum();
        } else if (feature.tag() == 4) {
          const auto all = feature.get_packed_uint32();
          drawn.parts = decode_geometry({all.begin(), all.end()});
        } else {
          feature.skip();
        }
      }
      layers[name].push_back(std::move(drawn));
    }
  }
  return layers;
}

// A town of one square kilometre: two pieces of one street, a house, a lake, a wood, a place, a slip of unknown.
MapWriter town() {
  MapWriter map;
  const double lat = 38.47, lon = 106.27;
  const auto node = [&](std::int64_t id, double east, double north, tx::streets::testing::Tags tags = {}) {
    map.nodes.push_back({id, lat + north, lon + east, std::move(tags)});
  };
  node(1, 0, 0), node(2, .002, 0), node(3, .004, .001);
  node(10, .001, .001), node(11, .0013, .001), node(12, .0013, .0012), node(13, .001, .0012);
  node(20, .005, 0), node(21, .008, 0), node(22, .008, .003), node(23, .005, .003);
  node(30, 0, .004), node(31, .004, .004), node(32, .004, .008), node(33, 0, .008);
  node(40, .002, .002, {{"place", "village"}, {"name", "同心村"}, {"name:en", "Tongxin"}, {"name:zh", "同心村"}, {"population", "800"}});
  node(41, .003, .002, {{"amenity", "townhall"}});                       // nameless: no label
  map.ways = {{100, {1, 2}, {{"highway", "residential"}, {"name", "团结路"}}},
              {101, {3, 2}, {{"highway", "residential"}, {"name", "团结路"}}},
              {102, {10, 11, 12, 13, 10}, {{"building", "yes"}, {"name", "private house of somebody"}}},
              {103, {20, 21, 22, 23, 20}, {{"natural", "water"}, {"name", "镜湖"}}},
              {104, {30, 31, 32, 33, 30}, {{"landuse", "forest"}}},
              {105, {1, 999}, {{"highway", "footway"}}},                 // its other end is not in the file
              {106, {1, 3}, {{"highway", "proposed"}}}};
  return map;
}
struct TileOf { std::uint32_t x, y; };
TileOf tile_of(int zoom, double lon, double lat) {
  const World at = project(lon, lat);
  return {at.x >> (32 - zoom), at.y >> (32 - zoom)};
}
Layers at(const BaseMap& map, int zoom, double lon = 106.2735, double lat = 38.4735) {
  const auto [x, y] = tile_of(zoom, lon, lat);
  return decode(tile(map, zoom, x, y));
}
BaseMap read(const MapWriter& writer) {
  auto map = read_base_map(writer.write());
  EXPECT_TRUE(map.has_value());
  return std::move(*map);
}

}  // namespace

TEST(Tiles, ATownIsReadAndComesBack) {
  const BaseMap map = read(town());
  EXPECT_EQ(map.count[static_cast<int>(Layer::road)], 1u) << "two pieces of one street are one line; half a footway is none";
  EXPECT_EQ(map.count[static_cast<int>(Layer::building)], 1u);
  EXPECT_EQ(map.count[static_cast<int>(Layer::water)], 1u);
  EXPECT_EQ(map.count[static_cast<int>(Layer::land)], 1u);
  EXPECT_EQ(map.count[static_cast<int>(Layer::place)], 1u);
  EXPECT_EQ(map.count[static_cast<int>(Layer::label)], 1u) << "the lake's name; the hall has none";
  const Layers layers = at(map, 14);
  ASSERT_EQ(layers.at("road").size(), 1u);
  EXPECT_EQ(layers.at("road")[0].tags.at("name"), "团结路");
  EXPECT_EQ(layers.at("road")[0].tags.at("kind"), "minor");
  EXPECT_EQ(layers.at("road")[0].type, 2);
  ASSERT_EQ(layers.at("water").size(), 1u);
  EXPECT_GT(doubled_area(layers.at("water")[0].parts[0]), 0) << "outer rings turn clockwise on the screen";
  const auto& place = layers.at("place")[0].tags;
  EXPECT_EQ(place.at("name"), "同心村");
  EXPECT_EQ(place.at("name_en"), "Tongxin");
  EXPECT_FALSE(place.contains("name_zh")) << "said once";
  EXPECT_EQ(layers.at("label")[0].tags.at("name"), "镜湖");
}

TEST(Tiles, NobodysNameIsInThem) {
  const BaseMap map = read(town());
  for (int zoom = kLeastZoom; zoom <= kMostZoom; ++zoom) {
    const auto [x, y] = tile_of(zoom, 106.2735, 38.4735);
    EXPECT_EQ(tile(map, zoom, x, y).find("somebody"), std::string::npos) << "a house's name stays out";
  }
}

TEST(Tiles, WhatIsSmallComesLater) {
  const BaseMap map = read(town());
  EXPECT_FALSE(at(map, 12).contains("building"));
  EXPECT_TRUE(at(map, 16, 106.2711, 38.4711).contains("building"));
  EXPECT_FALSE(at(map, 8).contains("road"));
  EXPECT_TRUE(tile(map, 5, 0, 0).empty());
  EXPECT_TRUE(tile(map, 17, 0, 0).empty());
  EXPECT_TRUE(tile(map, 10, 5000, 3).empty()) << "outside the world";
}

TEST(Tiles, TheCornersAreWhereTheyWere) {
  const BaseMap map = read(town());
  const auto [x, y] = tile_of(16, 106.2715, 38.4702);
  const auto road = decode(tile(map, 16, x, y)).at("road")[0].parts[0];
  const double unit = std::pow(2.0, 32 - 16 - 12);
  std::vector<std::pair<double, double>> found;
  for (const At p : road) found.emplace_back(longitude((x * 4096.0 + static_cast<double>(p.x)) * unit), latitude((y * 4096.0 + static_cast<double>(p.y)) * unit));
  const bool near = std::any_of(found.begin(), found.end(), [](auto p) { return std::abs(p.first - 106.272) < 2e-6 && std::abs(p.second - 38.47) < 2e-6; });
  EXPECT_TRUE(near) << "the middle node of the street, to some centimetres";
}

TEST(Tiles, AHoleStaysAHoleAndOldOutlinesAreDrawnOnce) {
  const auto ring = [](std::int64_t x0, std::int64_t x1) { return Path{{x0, x0}, {x1, x0}, {x1, x1}, {x0, x1}}; };
  EXPECT_GT(doubled_area(ring(0, 10)), 0);
  EXPECT_TRUE(inside(ring(0, 10), {5, 5}));
  EXPECT_FALSE(inside(ring(0, 10), {11, 5}));
  const std::vector<Chain> joins = joined({{1, 2, 3}, {5, 4, 3}, {5, 6, 1}}, 100);
  ASSERT_EQ(joins.size(), 1u);
  EXPECT_EQ(joins[0].front(), joins[0].back());
  EXPECT_EQ(joins[0].size(), 7u);
  EXPECT_EQ(joined({{1, 2}, {2, 3}, {2, 4}}, 100).size(), 3u) << "a fork is not joined";
  EXPECT_EQ(joined({{1, 2}, {2, 3}, {3, 4}}, 3).size(), 2u) << "nor beyond the limit";
}

TEST(Tiles, CuttingKeepsWhatIsInside) {
  Box box;
  box.add(0, 0);
  box.add(100, 100);
  const auto pieces = cut_line({{-50, 50}, {50, 50}, {50, 150}, {80, 150}, {80, 20}}, box);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0], (Path{{0, 50}, {50, 50}, {50, 100}}));
  EXPECT_EQ(pieces[1], (Path{{80, 100}, {80, 20}}));
  EXPECT_TRUE(cut_line({{-50, -1}, {200, -1}}, box).empty());
  const Path cut = cut_ring({{-50, -50}, {50, -50}, {50, 50}, {-50, 50}}, box);
  EXPECT_EQ(doubled_area(cut), 2 * 50 * 50);
  EXPECT_EQ(cut_ring({{-50, -50}, {150, -50}, {150, 150}, {-50, 150}}, box).size(), 4u) << "the box itself";
  EXPECT_TRUE(cut_ring({{200, 200}, {300, 200}, {300, 300}}, box).empty());
  Path wavy{{0, 0}, {10, 1}, {20, -1}, {30, 1}, {40, 40}};
  simplify(wavy, 3, false);
  EXPECT_EQ(wavy, (Path{{0, 0}, {30, 1}, {40, 40}}));
}

TEST(Tiles, BadFilesAreRefusedByName) {
  EXPECT_EQ(read_base_map("nonsense").error().rule, "streets.not_pbf");
  MapWriter empty;
  empty.nodes = {{1, 38, 106, {}}};
  EXPECT_EQ(read_base_map(empty.write()).error().rule, "tiles.nothing");
}

// The two extracts that come with the program, and what each carries.
TEST(Tiles, TheShippedExtracts) {
  const auto bytes = [](const char* name) {
    std::ifstream file(std::string("data/streets/") + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto liechtenstein = read_base_map(bytes("liechtenstein.osm.pbf"));
  ASSERT_TRUE(liechtenstein);
  EXPECT_TRUE(liechtenstein->has_base());
  EXPECT_GT(liechtenstein->count[static_cast<int>(Layer::building)], 8'000u);
  EXPECT_GT(liechtenstein->count[static_cast<int>(Layer::land)], 700u);
  const auto porto = read_base_map(bytes("porto_alegre.osm.pbf"));
  ASSERT_TRUE(porto);
  EXPECT_FALSE(porto->has_base()) << "roads only";
  EXPECT_GT(porto->count[static_cast<int>(Layer::road)], 8'000u);
  EXPECT_NE(liechtenstein->fingerprint, porto->fingerprint);

  std::size_t most = 0, tiles = 0, most_packed = 0;
  for (int zoom = 8; zoom <= 15; ++zoom) {
    const auto [x, y] = tile_of(zoom, 9.5215, 47.1415);   // Vaduz
    const std::string plain = tile(*liechtenstein, zoom, x, y);
    const Layers layers = decode(plain);
    for (const auto& [name, features] : layers)
      for (const auto& feature : features) {
        EXPECT_FALSE(feature.parts.empty()) << name;
        for (const auto& part : feature.parts)
          for (const At p : part) {
            EXPECT_GE(std::min(p.x, p.y), -kMargin) << name;
            EXPECT_LE(std::max(p.x, p.y), kExtent + kMargin) << name;
          }
        if (feature.type == 3) {
          EXPECT_GT(doubled_area(feature.parts[0]), 0) << name;
        }
      }
    most = std::max(most, plain.size());
    most_packed = std::max(most_packed, gzipped(plain).size());
    tiles += !layers.empty();
  }
  EXPECT_EQ(tiles, 8u);
  EXPECT_LT(most_packed, 200'000u);
  RecordProperty("most_bytes", static_cast<int>(most));
  RecordProperty("most_packed", static_cast<int>(most_packed));
  std::cout << "largest tile over Vaduz: " << most << " bytes, packed " << most_packed << "\n";
  const auto& vaduz = at(*liechtenstein, 12, 9.5215, 47.1415);
  const auto& places = vaduz.at("place");
  EXPECT_TRUE(std::any_of(places.begin(), places.end(), [](const Drawn& d) { return d.tags.at("name") == "Vaduz"; }));
}

TEST(Tiles, APageShowsTheSame) {
  const BaseMap map = read(town());
  Box box;
  const World a = project(106.269, 38.48), b = project(106.279, 38.468);
  box.add(a.x, a.y);
  box.add(b.x, b.y);
  const View view = view_of(box, 400, 300, 10);
  EXPECT_NEAR(view.metres(), 5, 2) << "about 1.4 km on some 280 units";
  std::set<Layer> seen;
  for (const auto& shape : shapes(map, view, 16, .3)) {
    seen.insert(shape.feature->layer);
    for (const auto& part : shape.parts)
      for (const Dot dot : part) EXPECT_TRUE(dot.x >= -3 && dot.x <= 403 && dot.y >= -3 && dot.y <= 303);
  }
  EXPECT_EQ(seen.size(), 6u);
}

// A lake of two pieces with a meadow inside, from a relation (the file is one of the fuzz corpus).
TEST(Tiles, ARelationIsOneAreaWithItsHole) {
  std::ifstream file("fuzz/corpus/tiles_base/hole.osm.pbf", std::ios::binary);
  const auto map = read_base_map(std::string(std::istreambuf_iterator<char>(file), {}));
  ASSERT_TRUE(map);
  const auto layers = at(*map, 14, 106.271, 38.479);
  ASSERT_EQ(layers.at("water").size(), 1u);
  const auto& parts = layers.at("water")[0].parts;
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_GT(doubled_area(parts[0]), 0);
  EXPECT_LT(doubled_area(parts[1]), 0) << "the hole turns the other way";
  EXPECT_EQ(layers.at("land").size(), 1u) << "the meadow in the hole";
  EXPECT_EQ(layers.at("boundary")[0].tags.at("rank"), "6");
  EXPECT_EQ(layers.at("label")[0].tags.at("name"), "Lake");
}
