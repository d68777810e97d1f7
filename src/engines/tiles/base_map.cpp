// Reading: blocks go in parallel into drawers; then outlines are joined, streets of one name and class are joined, and
// everything is laid down as features.
#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numbers>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

using streets::Position;
using streets::Tag;
using Tags = std::span<const Tag>;

constexpr std::size_t kWayNodes = 20'000, kRingNodes = 400'000, kLineNodes = 400;

struct Names {
  std::string plain, zh, en;
  static std::string kept(std::string_view text) {
    return text.size() <= 120 && is_utf8(text) ? std::string(text) : std::string();
  }
  static Names of(Tags tags) {
    Names names;
    for (const Tag& tag : tags) {
      if (tag.key == "name") names.plain = kept(tag.value);
      if (tag.key == "name:zh" || (tag.key == "name:zh-Hans" && names.zh.empty())) names.zh = kept(tag.value);
      if (tag.key == "name:en") names.en = kept(tag.value);
    }
    return names;
  }
};

struct Drawer final : streets::PbfSink {
  struct Spot { std::uint32_t index; Meaning meaning; Names names; };
  struct Way {
    std::int64_t id;
    std::size_t first, count;
    std::optional<Meaning> area, line, label;
    std::uint8_t boundary;
    Names names;
    bool used = false;             // its outline was drawn by a relation
  };
  struct Relation {
    std::vector<std::pair<std::int64_t, bool>> ways;   // and whether it is a hole
    std::optional<Meaning> area, label;
    std::uint8_t boundary;
    Names names;
  };
  std::vector<std::int64_t> ids, refs;
  std::vector<Position> places;
  std::vector<Spot> spots;
  std::vector<Way> ways;
  std::vector<Relation> relations;

  void node(std::int64_t id, Position at, Tags tags) override {
    ids.push_back(id);
    places.push_back(at);
    if (tags.empty()) return;
    if (const auto meaning = point_meaning(tags))
      spots.push_back({static_cast<std::uint32_t>(ids.size() - 1), *meaning, Names::of(tags)});
  }
  void way(std::int64_t id, std::span<const std::int64_t> nodes, Tags tags) override {
    if (nodes.size() < 2 || nodes.size() > kWayNodes) return;
    Way way{id, refs.size(), nodes.size(), area_meaning(tags), line_meaning(tags), {}, boundary_level(tags), {}};
    if (way.area) way.label = label_of_area(*way.area, tags);
    if (way.area || way.line) way.names = Names::of(tags);
    refs.insert(refs.end(), nodes.begin(), nodes.end());   // a way without a meaning may be part of a relation's outline
    ways.push_back(std::move(way));
  }
  void relation(std::int64_t, std::span<const streets::Member> members, Tags tags) override {
    const auto type = value_of(tags, "type");
    Relation relation{{}, {}, {}, boundary_level(tags), {}};
    if (type == "multipolygon") relation.area = area_meaning(tags);
    else if (type != "boundary") return;
    if (relation.area) relation.label = label_of_area(*relation.area, tags);
    relation.names = Names::of(tags);
    for (const auto& member : members)
      if (member.kind == 'w') relation.ways.emplace_back(member.id, member.role == "inner");
    if (!relation.ways.empty() && (type == "multipolygon" || relation.boundary)) relations.push_back(std::move(relation));
  }
};

// Node number -> place on the map. Files are sorted by number as a rule.
class Ground {
 public:
  Ground(std::deque<Drawer>& drawers, streets::Datum datum) {
    std::size_t all = 0;
    for (const auto& drawer : drawers) all += drawer.ids.size();
    entries_.reserve(all);
    for (auto& drawer : drawers) {
      for (std::size_t i = 0; i < drawer.ids.size(); ++i) {
        auto& at = drawer.places[i];
        if (datum == streets::Datum::gcj02) at = streets::to_wgs84(at);
        entries_.push_back({drawer.ids[i], project(at)});
      }
      std::vector<std::int64_t>().swap(drawer.ids);
    }
    const auto less = [](const Entry& a, const Entry& b) { return a.id < b.id; };
    if (!std::is_sorted(entries_.begin(), entries_.end(), less)) std::sort(entries_.begin(), entries_.end(), less);
  }
  const World* find(std::int64_t id) const {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), id, [](const Entry& e, std::int64_t n) { return e.id < n; });
    return at != entries_.end() && at->id == id ? &at->at : nullptr;
  }

 private:
  struct Entry { std::int64_t id; World at; };
  std::vector<Entry> entries_;
};

class Maker {
 public:
  Maker(std::deque<Drawer>& drawers, const Ground& ground) : drawers_(drawers), ground_(ground) {
    for (auto& drawer : drawers_)
      for (auto& way : drawer.ways) way_.try_emplace(way.id, &drawer, &way);
  }

  BaseMap make() {
    for (auto& drawer : drawers_)
      for (auto& relation : drawer.relations) outline(relation);
    for (auto& drawer : drawers_)
      for (auto& way : drawer.ways) take(drawer, way);
    lines();
    borders();
    for (const auto& drawer : drawers_)
      for (const auto& spot : drawer.spots) point(project(drawer.places[spot.index]), spot.meaning, spot.names);
    order();
    return std::move(map_);
  }

 private:
  using Found = std::pair<Drawer*, Drawer::Way*>;

  Chain nodes_of(const Found& found) const {
    const auto first = found.first->refs.begin() + static_cast<std::ptrdiff_t>(found.second->first);
    return {first, first + static_cast<std::ptrdiff_t>(found.second->count)};
  }

  std::uint32_t name(const std::string& text) {
    if (text.empty()) return 0;
    const auto [at, fresh] = numbers_.try_emplace(text, static_cast<std::uint32_t>(map_.names.size()));
    if (fresh) map_.names.push_back(text);
    return at->second;
  }
  Feature begin(const Meaning& meaning, const Names& names) {
    Feature feature{meaning.layer, meaning.kind, meaning.zoom, meaning.rank, meaning.level, meaning.link};
    feature.first = static_cast<std::uint32_t>(map_.part.size() - 1);
    feature.name = name(names.plain);
    feature.name_zh = names.zh == names.plain ? 0 : name(names.zh);
    feature.name_en = names.en == names.plain ? 0 : name(names.en);
    return feature;
  }
  void add_part(Feature& feature, const std::vector<World>& part) {
    for (const World place : part) feature.box.add(place.x, place.y);
    map_.points.insert(map_.points.end(), part.begin(), part.end());
    map_.part.push_back(static_cast<std::uint32_t>(map_.points.size()));
    ++feature.parts;
  }
  void finish(const Feature& feature) {
    if (feature.parts == 0) return;
    map_.features.push_back(feature);
    ++map_.count[static_cast<std::size_t>(feature.layer)];
  }
  void point(World at, const Meaning& meaning, const Names& names) {
    Feature feature = begin(meaning, names);
    add_part(feature, {at});
    finish(feature);
  }

  std::vector<World> places(const Chain& chain) const {
    std::vector<World> out;
    for (const auto id : chain)
      if (const World* at = ground_.find(id)) out.push_back(*at);
    return out;
  }
  static Path path_of(const std::vector<World>& ring) {
    Path path;
    for (const World p : ring) path.push_back({p.x, p.y});
    return path;
  }
  // A closed chain as a ring that turns clockwise on the screen (holes: the other way); empty when it is none.
  std::vector<World> ring(const Chain& chain, bool hole) const {
    if (chain.size() < 4 || chain.front() != chain.back()) return {};
    auto out = places(chain);
    if (out.size() < 4) return {};
    out.pop_back();
    const double area = doubled_area(path_of(out));
    if (area == 0) return {};
    if ((area > 0) == hole) std::reverse(out.begin(), out.end());
    return out;
  }

  void outline(Drawer::Relation& relation) {
    std::vector<Chain> outer, inner;
    auto meaning = relation.area;
    auto label = relation.label;
    const bool from_way = !meaning;                 // older maps carry the tags on the outer way
    for (const auto& [id, hole] : relation.ways) {
      const auto found = way_.find(id);
      if (found == way_.end()) continue;
      auto& way = *found->second.second;
      if (relation.boundary) {
        auto& level = border_[id];
        level = level ? std::min(level, relation.boundary) : relation.boundary;
      }
      if (hole) {
        inner.push_back(nodes_of(found->second));
        continue;
      }
      outer.push_back(nodes_of(found->second));
      if (from_way && !meaning && way.area) {
        meaning = way.area;
        label = way.label;
        if (relation.names.plain.empty()) relation.names = way.names;
      }
      if (meaning && way.area && way.area->kind == meaning->kind) way.used = true;
    }
    if (!meaning) return;
    areas(joined(std::move(outer), kRingNodes), joined(std::move(inner), kRingNodes), *meaning, label, relation.names);
  }

  void areas(const std::vector<Chain>& outer, const std::vector<Chain>& inner, const Meaning& meaning,
             const std::optional<Meaning>& label, const Names& names) {
    std::vector<std::vector<World>> holes;
    for (const auto& chain : inner)
      if (auto hole = ring(chain, true); !hole.empty()) holes.push_back(std::move(hole));
    Feature feature = begin(meaning, label ? Names{} : names);
    Path widest;
    for (const auto& chain : outer) {
      const auto shell = ring(chain, false);
      if (shell.empty()) continue;
      const Path path = path_of(shell);
      add_part(feature, shell);
      for (const auto& hole : holes)
        if (inside(path, {hole[0].x, hole[0].y})) add_part(feature, hole);
      if (widest.empty() || doubled_area(path) > doubled_area(widest)) widest = path;
    }
    finish(feature);
    if (label && !widest.empty()) point(middle(widest), *label, names);
  }

  // The middle of the widest stretch at the height of the centroid.
  static World middle(const Path& ring) {
    double area = 0, y = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const At a = ring[i], b = ring[(i + 1) % ring.size()];
      const double cross = static_cast<double>(a.x - ring[0].x) * static_cast<double>(b.y - ring[0].y) -
                           static_cast<double>(b.x - ring[0].x) * static_cast<double>(a.y - ring[0].y);
      area += cross;
      y += cross * static_cast<double>(a.y - ring[0].y + b.y - ring[0].y);
    }
    const double height = static_cast<double>(ring[0].y) + y / (3 * area) + 0.37;   // never exactly a corner's
    std::vector<double> at;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const At a = ring[i], b = ring[(i + 1) % ring.size()];
      const double ay = static_cast<double>(a.y), by = static_cast<double>(b.y);
      if ((ay > height) != (by > height))
        at.push_back(static_cast<double>(a.x) + (height - ay) / (by - ay) * static_cast<double>(b.x - a.x));
    }
    std::sort(at.begin(), at.end());
    double best = -1, x = static_cast<double>(ring[0].x);
    for (std::size_t i = 0; i + 1 < at.size(); i += 2)
      if (at[i + 1] - at[i] > best) best = at[i + 1] - at[i], x = (at[i] + at[i + 1]) / 2;
    return {static_cast<std::uint32_t>(std::clamp(x, 0.0, 4294967295.0)), static_cast<std::uint32_t>(std::clamp(height, 0.0, 4294967295.0))};
  }

  void take(Drawer& drawer, const Drawer::Way& way) {
    const Found found{&drawer, const_cast<Drawer::Way*>(&way)};
    if (way.area && !way.used) {
      const Chain chain = nodes_of(found);
      if (chain.front() == chain.back()) areas({chain}, {}, *way.area, way.label, way.names);
    }
    if (way.line) {
      const Names& n = way.names;
      auto& group = group_[{way.line->layer, way.line->kind, way.line->zoom, way.line->level, way.line->link, n.plain, n.zh, n.en}];
      group.push_back(nodes_of(found));
    }
    if (way.boundary) {
      auto& level = border_[way.id];
      level = level ? std::min(level, way.boundary) : way.boundary;
    }
  }

  void line(const Chain& chain, const Meaning& meaning, const Names& names) {
    const auto part = places(chain);
    if (part.size() < 2) return;
    Feature feature = begin(meaning, names);
    add_part(feature, part);
    finish(feature);
  }
  void lines() {
    for (auto& [key, chains] : group_) {
      const auto& [layer, kind, zoom, level, link, plain, zh, en] = key;
      const Meaning meaning{layer, kind, zoom, 0, level, link};
      for (const auto& chain : joined(std::move(chains), kLineNodes)) line(chain, meaning, {plain, zh, en});
    }
  }
  void borders() {
    std::map<std::uint8_t, std::vector<Chain>> by_level;
    for (const auto& [id, level] : border_)
      if (const auto found = way_.find(id); found != way_.end()) by_level[level].push_back(nodes_of(found->second));
    for (auto& [level, chains] : by_level)
      for (const auto& chain : joined(std::move(chains), kLineNodes * 10))
        line(chain, {Layer::boundary, Kind::boundary, boundary_zoom(level), level}, {});
  }

  static double size_of(const Feature& f) { return static_cast<double>(f.box.x1 - f.box.x0) * static_cast<double>(f.box.y1 - f.box.y0); }
  void order() {
    std::stable_sort(map_.features.begin(), map_.features.end(), [](const Feature& a, const Feature& b) {
      if (a.layer != b.layer) return a.layer < b.layer;
      if (a.layer == Layer::land || a.layer == Layer::water) return size_of(a) > size_of(b);
      if (a.layer == Layer::road) return std::tuple(a.level, -static_cast<int>(a.kind)) < std::tuple(b.level, -static_cast<int>(b.kind));
      return std::tuple(a.zoom, a.rank) < std::tuple(b.zoom, b.rank);
    });
    std::vector<std::uint32_t> xs, ys;              // without the far ends of a few long roads
    for (const Feature& feature : map_.features)
      if (feature.layer == Layer::road && feature.kind != Kind::ferry)
        for (auto i = map_.part[feature.first]; i < map_.part[feature.first + feature.parts]; ++i)
          xs.push_back(map_.points[i].x), ys.push_back(map_.points[i].y);
    if (xs.empty()) {
      for (const Feature& feature : map_.features) map_.box.add(feature.box);
      return;
    }
    const auto at = [](std::vector<std::uint32_t>& all, double share) {
      const auto n = static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size() - 1));
      std::nth_element(all.begin(), all.begin() + n, all.end());
      return all[static_cast<std::size_t>(n)];
    };
    map_.box.add(at(xs, .01), at(ys, .01));
    map_.box.add(at(xs, .99), at(ys, .99));
  }

  std::deque<Drawer>& drawers_;
  const Ground& ground_;
  BaseMap map_;
  std::unordered_map<std::int64_t, Found> way_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::map<std::int64_t, std::uint8_t> border_;
  std::map<std::tuple<Layer, Kind, std::uint8_t, std::int8_t, bool, std::string, std::string, std::string>, std::vector<Chain>> group_;
};

// FNV-1a over eight bytes at a time: to tell one extract from the next, not to keep anybody out.
std::string fingerprint_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ull + 1;   // the last figure: the version of what this engine makes of a file
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    for (std::size_t i = at; i < std::min(at + 8, bytes.size()); ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
    hash = (hash ^ word) * 0x100000001b3ull;
    hash ^= hash >> 29;
  }
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[hash >> shift & 15];
  return out;
}

}  // namespace

World project(double lon, double lat) {
  constexpr double kWorld = 4294967296.0;
  const double sine = std::clamp(std::sin(lat * std::numbers::pi / 180), -0.9999, 0.9999);
  const double x = (lon + 180) / 360, y = 0.5 - std::log((1 + sine) / (1 - sine)) / (4 * std::numbers::pi);
  const auto unit = [](double share) { return static_cast<std::uint32_t>(std::clamp(share * kWorld, 0.0, kWorld - 1)); };
  return {unit(x), unit(y)};
}
World project(streets::Position at) { return project(streets::longitude(at), streets::latitude(at)); }
double longitude(double x) { return x / 4294967296.0 * 360 - 180; }
double latitude(double y) {
  return std::atan(std::sinh(std::numbers::pi * (1 - 2 * y / 4294967296.0))) * 180 / std::numbers::pi;
}

Result<BaseMap> read_base_map(std::string_view extract, streets::Datum datum, const streets::PbfLimits& limits) {
  const std::size_t blocks = TX_TRY(streets::count_pbf_blocks(extract, limits));
  std::deque<Drawer> drawers(blocks);
  TX_CHECK(streets::read_pbf(extract, limits, 0, [&](std::size_t block) -> streets::PbfSink& { return drawers[block]; }));
  const Ground ground(drawers, datum);
  BaseMap map = Maker(drawers, ground).make();
  if (map.features.empty()) return refuse(tx::Kind::invalid, "tiles.nothing");
  map.fingerprint = (datum == streets::Datum::gcj02 ? "g" : "") + fingerprint_of(extract);
  return map;
}

}  // namespace tx::tiles
