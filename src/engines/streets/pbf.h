// Reading .osm.pbf: the blocks of a file, their nodes, ways and relations with their tags, handed to sinks block by
// block, several blocks at once. The street network and the map's base layers are both built on it. Every size in the
// file is checked against a limit before memory is taken for it; whatever is broken is refused with the byte where it
// stands. Not here: what a tag means for walking (tags.h), editing or writing maps.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/streets/place.h"

namespace tx::streets {

struct Tag { std::string_view key, value; };
struct Member { std::int64_t id = 0; char kind = 'n'; std::string_view role; };   // kind: n, w or r

// Receives one block. The views live only during the call.
class PbfSink {
 public:
  virtual ~PbfSink() = default;
  virtual void node(std::int64_t id, Position at, std::span<const Tag> tags) = 0;
  virtual void way(std::int64_t id, std::span<const std::int64_t> nodes, std::span<const Tag> tags) = 0;
  virtual void relation(std::int64_t, std::span<const Member>, std::span<const Tag>) {}
};

struct PbfLimits {
  std::uint64_t file_bytes = 2ull << 30;
  std::uint64_t blocks = 200'000;
  std::uint64_t objects = 200'000'000;     // nodes, ways and relations together
  std::uint32_t block_bytes = 32u << 20;   // unpacked; the format's own limit
};

// make(i) is called for the i-th data block, perhaps from another thread, and returns the sink that will receive it; it
// must stay alive until read_pbf returns. Refusals: streets.not_pbf, streets.pbf_broken, streets.pbf_feature,
// streets.pbf_compression, streets.pbf_large, streets.pbf_coordinates
using PbfSinks = std::function<PbfSink&(std::size_t block)>;
Result<std::size_t> count_pbf_blocks(std::string_view bytes, const PbfLimits& limits = {});
Result<void> read_pbf(std::string_view bytes, const PbfLimits& limits, int threads, const PbfSinks& sinks);

}  // namespace tx::streets
