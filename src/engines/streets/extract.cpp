// Collecting the streets of a file: blocks are read in parallel, each into its own drawer; then the drawers are joined.
#include <algorithm>
#include <bit>
#include <cstring>
#include <deque>
#include <fstream>
#include <string>
#include <unordered_map>

#include "engines/streets/streets.h"

namespace tx::streets {
namespace {

struct Drawer final : PbfSink {
  struct Found { std::int64_t id; WayRules rules; std::uint32_t first, count; std::uint32_t name; };
  std::vector<std::int64_t> ids;
  std::vector<Position> places;
  std::vector<std::pair<std::uint32_t, std::uint8_t>> barriers;   // index into ids
  std::vector<Found> ways;
  std::vector<std::int64_t> refs;
  std::vector<std::string> names;
  std::uint64_t ways_seen = 0;

  void node(std::int64_t id, Position at, std::span<const Tag> tags) override {
    ids.push_back(id);
    places.push_back(at);
    if (tags.empty()) return;
    if (const std::uint8_t bits = barrier(tags))
      barriers.emplace_back(static_cast<std::uint32_t>(ids.size() - 1), bits);
  }

  void way(std::int64_t id, std::span<const std::int64_t> nodes, std::span<const Tag> tags) override {
    ++ways_seen;
    if (nodes.size() < 2) return;
    const WayRules rules = way_rules(tags);
    if (!rules.anybody()) return;
    Found found{id, rules, static_cast<std::uint32_t>(refs.size()), static_cast<std::uint32_t>(nodes.size()), none};
    for (const Tag& tag : tags) {
      if (tag.key != "name" || tag.value.size() > 255) continue;
      found.name = static_cast<std::uint32_t>(names.size());
      names.emplace_back(tag.value);
    }
    refs.insert(refs.end(), nodes.begin(), nodes.end());
    ways.push_back(found);
  }
};

// Node number of the map -> index among the nodes that streets use. Open addressing: the standard map is five times
// slower here and this is most of an import.
class NodeTable {
 public:
  explicit NodeTable(std::size_t most) : slots_(std::bit_ceil(most * 2 + 2)), mask_(slots_.size() - 1) {}
  std::uint32_t add(std::int64_t id) {
    Slot& slot = find_slot(id);
    if (slot.index == none) slot = {id, count_++};
    return slot.index;
  }
  std::uint32_t find(std::int64_t id) { return find_slot(id).index; }
  std::uint32_t count() const { return count_; }

 private:
  struct Slot { std::int64_t id = 0; std::uint32_t index = none; };
  Slot& find_slot(std::int64_t id) {
    std::size_t at = (static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15ull >> 20) & mask_;
    while (slots_[at].index != none && slots_[at].id != id) at = (at + 1) & mask_;
    return slots_[at];
  }
  std::vector<Slot> slots_;
  std::size_t mask_;
  std::uint32_t count_ = 0;
};

void join_ways(const std::deque<Drawer>& drawers, Extract& extract, NodeTable& table) {
  std::unordered_map<std::string_view, std::uint32_t> names;
  for (const Drawer& drawer : drawers) {
    extract.ways_in_file += drawer.ways_seen;
    for (const auto& found : drawer.ways) {
      std::uint32_t name = 0;
      if (found.name != none) {
        const auto [entry, fresh] = names.try_emplace(drawer.names[found.name],
                                                      static_cast<std::uint32_t>(extract.names.size()));
        if (fresh) extract.names.push_back(drawer.names[found.name]);
        name = entry->second;
      }
      const auto first = static_cast<std::uint32_t>(extract.refs.size());
      extract.way.push_back({found.id, found.rules, first, found.count, name});
      for (std::uint32_t i = 0; i < found.count; ++i) extract.refs.push_back(table.add(drawer.refs[found.first + i]));
    }
  }
}

void join_nodes(const std::deque<Drawer>& drawers, Datum datum, Extract& extract, NodeTable& table) {
  std::vector<std::uint8_t> seen(table.count(), 0);
  extract.node.resize(table.count());
  extract.barrier.assign(table.count(), 0);
  for (const Drawer& drawer : drawers) {
    extract.nodes_in_file += drawer.ids.size();
    auto bar = drawer.barriers.begin();
    for (std::uint32_t i = 0; i < drawer.ids.size(); ++i) {
      std::uint8_t bits = 0;
      if (bar != drawer.barriers.end() && bar->first == i) bits = bar++->second;
      const std::uint32_t index = table.find(drawer.ids[i]);
      if (index == none) continue;
      extract.node[index] = datum == Datum::gcj02 ? to_wgs84(drawer.places[i]) : drawer.places[i];
      extract.barrier[index] = bits;
      seen[index] = 1;
    }
  }
  for (std::uint32_t i = 0; i < table.count(); ++i) {
    if (seen[i]) continue;
    ++extract.missing_nodes;
    extract.barrier[i] = 0xFF;              // build() cuts the street there
  }
}

}  // namespace

Result<Extract> read_extract(std::string_view bytes, Datum datum, const PbfLimits& limits) {
  const std::size_t blocks = TX_TRY(count_pbf_blocks(bytes, limits));
  std::deque<Drawer> drawers(blocks);
  TX_CHECK(read_pbf(bytes, limits, 0, [&](std::size_t block) -> PbfSink& { return drawers[block]; }));
  Extract extract;
  std::size_t refs = 0;
  for (const Drawer& drawer : drawers) refs += drawer.refs.size();
  if (refs == 0) return refuse(Kind::invalid, "streets.no_streets");
  NodeTable table(refs);
  extract.refs.reserve(refs);
  join_ways(drawers, extract, table);
  join_nodes(drawers, datum, extract, table);
  return extract;
}

Result<Extract> load_extract(const std::string& path, Datum datum, const PbfLimits& limits) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::int64_t>(file.tellg()) : -1;
  if (size < 0) return refuse(Kind::not_found, "streets.file_missing", "", {{"file", path}});
  if (static_cast<std::uint64_t>(size) > limits.file_bytes)
    return refuse(Kind::invalid, "streets.pbf_large", "",
                  {{"what", "bytes"}, {"limit", std::to_string(limits.file_bytes)}});
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) return refuse(Kind::not_found, "streets.file_missing", "", {{"file", path}});
  return read_extract(bytes, datum, limits);
}

}  // namespace tx::streets
