// One tile: what meets it, simplified for its zoom, cut with a margin, written as Mapbox Vector Tile 2.
#include <zlib.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include <protozero/pbf_writer.hpp>

#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

constexpr bool is_area(Layer layer) { return layer == Layer::land || layer == Layer::water || layer == Layer::building; }
constexpr bool is_point(Layer layer) { return layer == Layer::place || layer == Layer::label; }

class LayerWriter {
 public:
  explicit LayerWriter(Layer layer) : layer_(layer) {}

  void tag(const char* key, const std::string& value) { pair(key, 's' + value); }
  void tag(const char* key, std::int64_t value) { pair(key, 'i' + std::to_string(value)); }

  void points(At at) {
    command(1, 1);
    move(at);
    finish(1);
  }
  void line(const Path& path) { part(path, false); }
  void ring(const Path& path) { part(path, true); }
  void finish(std::uint32_t type) {
    if (!geometry_.empty()) {
      std::string feature;
      protozero::pbf_writer out(feature);
      out.add_packed_uint32(2, tags_.begin(), tags_.end());
      out.add_enum(3, static_cast<std::int32_t>(type));
      out.add_packed_uint32(4, geometry_.begin(), geometry_.end());
      features_.push_back(std::move(feature));
    }
    tags_.clear();
    geometry_.clear();
    at_ = {};
  }

  void write(std::string& tile) const {
    if (features_.empty()) return;
    std::string body;
    protozero::pbf_writer out(body);
    out.add_uint32(15, 2);
    out.add_string(1, layer_name(layer_));
    for (const auto& feature : features_) out.add_message(2, feature);
    for (const auto& key : keys_) out.add_string(3, key);
    for (const auto& value : values_) {
      std::string one;
      protozero::pbf_writer message(one);
      if (value[0] == 's') message.add_string(1, value.substr(1));
      else message.add_sint64(6, std::stoll(value.substr(1)));
      out.add_message(4, one);
    }
    out.add_uint32(5, kExtent);
    protozero::pbf_writer(tile).add_message(3, body);
  }

 private:
  static std::uint32_t index(std::map<std::string, std::uint32_t>& numbers, std::vector<std::string>& list, const std::string& text) {
    const auto [at, fresh] = numbers.try_emplace(text, static_cast<std::uint32_t>(list.size()));
    if (fresh) list.push_back(text);
    return at->second;
  }
  void pair(const char* key, const std::string& value) {
    tags_.push_back(index(key_number_, keys_, key));
    tags_.push_back(index(value_number_, values_, value));
  }
  void command(std::uint32_t id, std::size_t count) { geometry_.push_back(static_cast<std::uint32_t>(count) << 3 | id); }
  void move(At to) {
    for (const std::int64_t step : {to.x - at_.x, to.y - at_.y})
      geometry_.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(step) << 1 ^ static_cast<std::uint64_t>(step >> 63)));
    at_ = to;
  }
  void part(const Path& path, bool closed) {
    command(1, 1);
    move(path[0]);
    command(2, path.size() - 1);
    for (std::size_t i = 1; i < path.size(); ++i) move(path[i]);
    if (closed) command(7, 1);
  }

  Layer layer_;
  std::vector<std::string> features_, keys_, values_;
  std::map<std::string, std::uint32_t> key_number_, value_number_;
  std::vector<std::uint32_t> tags_, geometry_;
  At at_;
};

struct Frame {
  int zoom;
  std::int64_t west, north;          // world units of the corner
  int shift;                         // world units in one tile unit, as a power of two
  Box box{-kMargin, -kMargin, kExtent + kMargin, kExtent + kMargin};   // tile units
  Box world() const {
    return {west + box.x0 * (1ll << shift), north + box.y0 * (1ll << shift), west + box.x1 * (1ll << shift), north + box.y1 * (1ll << shift)};
  }
  At at(World p) const {
    const std::int64_t half = 1ll << (shift - 1);
    return {(static_cast<std::int64_t>(p.x) - west + half) >> shift, (static_cast<std::int64_t>(p.y) - north + half) >> shift};
  }
};

Path path_of(const BaseMap& map, std::uint32_t part, const Frame& frame) {
  Path path;
  for (auto i = map.part[part]; i < map.part[part + 1]; ++i) path.push_back(frame.at(map.points[i]));
  return path;
}

// Half a pixel on a screen; the last zoom is enlarged for the ones beyond it.
std::int64_t tolerance(int zoom) { return zoom >= kMostZoom ? 1 : zoom >= 14 ? 3 : 5; }
// Twice the least area worth drawing, in tile units: about two pixels, for houses more so that a town stays legible.
double least_area(Layer layer, int zoom) {
  if (layer == Layer::building) return zoom >= 15 ? 0 : zoom == 14 ? 250 : 700;
  return zoom >= 15 ? 0 : 260;
}

bool add_areas(const BaseMap& map, const Feature& feature, const Frame& frame, LayerWriter& out) {
  bool any = false, shell = false;
  for (std::uint32_t p = feature.first; p < feature.first + feature.parts; ++p) {
    Path ring = path_of(map, p, frame);
    const bool hole = doubled_area(ring) < 0;
    if (hole && !shell) continue;                 // its outline is not drawn here
    if (!hole) shell = false;
    simplify(ring, tolerance(frame.zoom), true);
    ring = cut_ring(ring, frame.box);
    ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
    if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
    const double area = ring.size() < 3 ? 0 : doubled_area(ring);
    if (hole ? -area <= least_area(feature.layer, frame.zoom) : area <= least_area(feature.layer, frame.zoom)) continue;
    if (area == 0) continue;
    if (!hole) shell = true;
    out.ring(ring);
    any = true;
  }
  return any;
}
bool add_lines(const BaseMap& map, const Feature& feature, const Frame& frame, LayerWriter& out) {
  bool any = false;
  for (std::uint32_t p = feature.first; p < feature.first + feature.parts; ++p) {
    Path line = path_of(map, p, frame);
    simplify(line, tolerance(frame.zoom), false);
    if (line.size() < 2) continue;
    for (const auto& piece : cut_line(line, frame.box)) out.line(piece), any = true;
  }
  return any;
}

void add_tags(const BaseMap& map, const Feature& feature, LayerWriter& out) {
  if (feature.layer == Layer::building) return;
  if (feature.layer == Layer::boundary) return out.tag("rank", feature.rank);
  out.tag("kind", std::string(kind_name(feature.kind)));
  if (feature.name) out.tag("name", map.names[feature.name]);
  if (feature.name_zh) out.tag("name_zh", map.names[feature.name_zh]);
  if (feature.name_en) out.tag("name_en", map.names[feature.name_en]);
  if (is_point(feature.layer)) out.tag("rank", feature.rank);
  if (feature.level) out.tag("level", feature.level);
  if (feature.link) out.tag("link", std::int64_t{1});
}

}  // namespace

std::string tile(const BaseMap& map, int zoom, std::uint32_t x, std::uint32_t y) {
  std::string out;
  if (zoom < kLeastZoom || zoom > kMostZoom || x >> zoom || y >> zoom) return out;
  const Frame frame{zoom, static_cast<std::int64_t>(x) << (32 - zoom), static_cast<std::int64_t>(y) << (32 - zoom), 20 - zoom};
  const Box world = frame.world();
  std::vector<LayerWriter> layers;
  for (int i = 0; i < kLayers; ++i) layers.emplace_back(static_cast<Layer>(i));
  for (const Feature& feature : map.features) {
    if (feature.zoom > zoom || !feature.box.meets(world)) continue;
    LayerWriter& layer = layers[static_cast<std::size_t>(feature.layer)];
    if (is_point(feature.layer)) {
      const At at = frame.at(map.points[map.part[feature.first]]);
      if (at.x < 0 || at.y < 0 || at.x >= kExtent || at.y >= kExtent) continue;   // in one tile only
      add_tags(map, feature, layer);
      layer.points(at);
    } else if (is_area(feature.layer)) {
      add_tags(map, feature, layer);
      add_areas(map, feature, frame, layer);
      layer.finish(3);
    } else {
      add_tags(map, feature, layer);
      add_lines(map, feature, frame, layer);
      layer.finish(2);
    }
  }
  for (const auto& layer : layers) layer.write(out);
  return out;
}

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) throw std::runtime_error("zlib");
  return out;
}

}  // namespace tx::tiles
