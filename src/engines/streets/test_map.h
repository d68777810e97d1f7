// For tests only: a small map written as .osm.pbf by an encoder of its own.
#pragma once
#include <zlib.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <protozero/pbf_writer.hpp>

namespace tx::streets::testing {

using Tags = std::vector<std::pair<std::string, std::string>>;
struct MapNode { std::int64_t id; double lat, lon; Tags tags; };
struct MapWay { std::int64_t id; std::vector<std::int64_t> nodes; Tags tags; };

struct MapWriter {
  std::vector<MapNode> nodes;
  std::vector<MapWay> ways;
  bool dense = true, zipped = true;
  std::string feature = "DenseNodes";

  static std::string frame(const std::string& type, const std::string& raw, bool zip) {
    std::string blob, header;
    protozero::pbf_writer body(blob), head(header);
    if (zip) {
      uLongf size = compressBound(raw.size());
      std::string packed(size, '\0');
      compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
      packed.resize(size);
      body.add_int32(2, static_cast<std::int32_t>(raw.size()));
      body.add_bytes(3, packed);
    } else {
      body.add_bytes(1, raw);
    }
    head.add_string(1, type);
    head.add_int32(3, static_cast<std::int32_t>(blob.size()));
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(header.size() >> shift & 0xFF);
    return out + header + blob;
  }

  std::string write() const {
    std::string header;
    protozero::pbf_writer head(header);
    head.add_string(4, "OsmSchema-V0.6");
    head.add_string(4, feature);
    return frame("OSMHeader", header, zipped) + frame("OSMData", node_block(), zipped) +
           frame("OSMData", way_block(), zipped);
  }

 private:
  struct Strings {
    std::vector<std::string> list{""};
    std::uint32_t operator()(const std::string& text) {
      for (std::uint32_t i = 1; i < list.size(); ++i)
        if (list[i] == text) return i;
      list.push_back(text);
      return static_cast<std::uint32_t>(list.size() - 1);
    }
  };
  static std::string block(const Strings& strings, const std::string& group) {
    std::string table, out;
    protozero::pbf_writer names(table), all(out);
    for (const auto& text : strings.list) names.add_bytes(1, text);
    all.add_message(1, table);
    all.add_message(2, group);
    return out;
  }
  static std::int64_t units(double degrees) {
    return static_cast<std::int64_t>(degrees * 1e7 + (degrees < 0 ? -0.5 : 0.5));
  }

  std::string node_block() const {
    Strings strings;
    std::string group;
    protozero::pbf_writer writer(group);
    if (!dense) {
      for (const auto& node : nodes) {
        std::string one;
        protozero::pbf_writer message(one);
        std::vector<std::uint32_t> keys, values;
        for (const auto& [key, value] : node.tags) keys.push_back(strings(key)), values.push_back(strings(value));
        message.add_sint64(1, node.id);
        message.add_packed_uint32(2, keys.begin(), keys.end());
        message.add_packed_uint32(3, values.begin(), values.end());
        message.add_sint64(8, units(node.lat));
        message.add_sint64(9, units(node.lon));
        writer.add_message(1, one);
      }
      return block(strings, group);
    }
    std::vector<std::int64_t> ids, lats, lons;
    std::vector<std::int32_t> tags;
    std::int64_t id = 0, lat = 0, lon = 0;
    bool any = false;
    for (const auto& node : nodes) {
      ids.push_back(node.id - id);
      lats.push_back(units(node.lat) - lat);
      lons.push_back(units(node.lon) - lon);
      id = node.id, lat = units(node.lat), lon = units(node.lon);
      for (const auto& [key, value] : node.tags) {
        tags.push_back(static_cast<std::int32_t>(strings(key)));
        tags.push_back(static_cast<std::int32_t>(strings(value)));
        any = true;
      }
      tags.push_back(0);
    }
    std::string one;
    protozero::pbf_writer message(one);
    message.add_packed_sint64(1, ids.begin(), ids.end());
    message.add_packed_sint64(8, lats.begin(), lats.end());
    message.add_packed_sint64(9, lons.begin(), lons.end());
    if (any) message.add_packed_int32(10, tags.begin(), tags.end());
    writer.add_message(2, one);
    return block(strings, group);
  }

  std::string way_block() const {
    Strings strings;
    std::string group;
    protozero::pbf_writer writer(group);
    for (const auto& way : ways) {
      std::string one;
      protozero::pbf_writer message(one);
      std::vector<std::uint32_t> keys, values;
      std::vector<std::int64_t> steps;
      std::int64_t last = 0;
      for (const auto& [key, value] : way.tags) keys.push_back(strings(key)), values.push_back(strings(value));
      for (const auto node : way.nodes) steps.push_back(node - last), last = node;
      message.add_int64(1, way.id);
      message.add_packed_uint32(2, keys.begin(), keys.end());
      message.add_packed_uint32(3, values.begin(), values.end());
      message.add_packed_sint64(8, steps.begin(), steps.end());
      writer.add_message(3, one);
    }
    return block(strings, group);
  }
};

}  // namespace tx::streets::testing
