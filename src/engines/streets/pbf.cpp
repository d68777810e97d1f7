#include "engines/streets/pbf.h"

#include <zlib.h>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include <protozero/exception.hpp>
// Broken input must throw, never stop the program.
#define protozero_assert(condition) \
  ((condition) ? static_cast<void>(0) : throw ::protozero::invalid_tag_exception{})
#include <protozero/pbf_reader.hpp>

#include "engines/streets/parallel.h"

namespace tx::streets {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr std::uint32_t header_limit = 64u << 10;

struct Packed { std::size_t at = 0; std::string_view body; };   // one blob, still packed

tl::unexpected<Refusal> broken(std::size_t at, const char* what) {
  return refuse(Kind::invalid, "streets.pbf_broken", "", {{"byte", std::to_string(at)}, {"what", what}});
}
tl::unexpected<Refusal> large(const char* what, std::uint64_t limit) {
  return refuse(Kind::invalid, "streets.pbf_large", "", {{"what", what}, {"limit", std::to_string(limit)}});
}

struct BlobHeader { std::string_view type; std::int64_t size = -1; };

BlobHeader read_blob_header(std::string_view bytes) {
  BlobHeader header;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited): {
        const auto view = reader.get_view();
        header.type = {view.data(), view.size()};
        break;
      }
      case tag_and_type(3, pbf_wire_type::varint): header.size = reader.get_int32(); break;
      default: reader.skip();
    }
  }
  return header;
}

struct Frames { Packed header; std::vector<Packed> data; };

Result<Frames> find_frames(std::string_view bytes, const PbfLimits& limits) {
  if (bytes.size() > limits.file_bytes) return large("bytes", limits.file_bytes);
  Frames frames;
  bool header_seen = false;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t start = at;
    const auto not_pbf = [&] {
      return header_seen ? broken(start, "frame") : refuse(Kind::invalid, "streets.not_pbf");
    };
    if (bytes.size() - at < 4) return not_pbf();
    std::uint32_t header_size = 0;
    for (int i = 0; i < 4; ++i) header_size = header_size << 8 | static_cast<unsigned char>(bytes[at++]);
    if (header_size == 0 || header_size > header_limit || header_size > bytes.size() - at) return not_pbf();
    BlobHeader header;
    try {
      header = read_blob_header(bytes.substr(at, header_size));
    } catch (const protozero::exception&) {
      return not_pbf();
    }
    at += header_size;
    if (header.size < 0) return not_pbf();
    if (header.size > limits.block_bytes) return large("block", limits.block_bytes);
    if (static_cast<std::uint64_t>(header.size) > bytes.size() - at) return broken(start, "cut");
    const Packed blob{start, bytes.substr(at, static_cast<std::size_t>(header.size))};
    at += blob.body.size();
    if (header.type == "OSMHeader") {
      if (header_seen) return broken(start, "order");
      frames.header = blob;
      header_seen = true;
    } else if (!header_seen) {
      return refuse(Kind::invalid, "streets.not_pbf");
    } else if (header.type == "OSMData") {
      if (frames.data.size() >= limits.blocks) return large("blocks", limits.blocks);
      frames.data.push_back(blob);
    }                                       // the format says: leave out blobs of other types
  }
  if (!header_seen) return refuse(Kind::invalid, "streets.not_pbf");
  return frames;
}

// Unpacks one blob; `room` keeps the bytes if they were compressed.
Result<std::string_view> unpack(const Packed& blob, const PbfLimits& limits, std::string& room) {
  std::string_view raw, zipped;
  bool has_raw = false, has_zipped = false;
  std::int64_t size = -1;
  const char* other = nullptr;
  pbf_reader reader(blob.body.data(), blob.body.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited):
      case tag_and_type(3, pbf_wire_type::length_delimited): {
        const bool is_raw = reader.tag() == 1;
        const auto view = reader.get_view();
        (is_raw ? raw : zipped) = {view.data(), view.size()};
        (is_raw ? has_raw : has_zipped) = true;
        break;
      }
      case tag_and_type(2, pbf_wire_type::varint): size = reader.get_int32(); break;
      case tag_and_type(4, pbf_wire_type::length_delimited): other = "lzma"; reader.skip(); break;
      case tag_and_type(5, pbf_wire_type::length_delimited): other = "bzip2"; reader.skip(); break;
      case tag_and_type(6, pbf_wire_type::length_delimited): other = "lz4"; reader.skip(); break;
      case tag_and_type(7, pbf_wire_type::length_delimited): other = "zstd"; reader.skip(); break;
      default: reader.skip();
    }
  }
  if (has_raw && raw.size() > limits.block_bytes) return large("block", limits.block_bytes);
  if (has_raw) return raw;
  if (other) return refuse(Kind::invalid, "streets.pbf_compression", "", {{"name", other}});
  if (!has_zipped || size < 0) return broken(blob.at, "blob");
  if (size > limits.block_bytes) return large("block", limits.block_bytes);
  room.resize(static_cast<std::size_t>(size));
  uLongf got = static_cast<uLongf>(size);
  const int code = uncompress(reinterpret_cast<Bytef*>(room.data()), &got,
                              reinterpret_cast<const Bytef*>(zipped.data()), static_cast<uLong>(zipped.size()));
  if (code != Z_OK || got != static_cast<uLongf>(size)) return broken(blob.at, "zlib");
  return std::string_view(room);
}

Result<void> check_header(const Packed& blob, const PbfLimits& limits) {
  try {
    std::string room;
    const std::string_view body = TX_TRY(unpack(blob, limits, room));
    pbf_reader reader(body.data(), body.size());
    while (reader.next()) {
      if (reader.tag_and_type() != tag_and_type(4, pbf_wire_type::length_delimited)) {
        reader.skip();
        continue;
      }
      const auto view = reader.get_view();
      const std::string feature(view.data(), std::min<std::size_t>(view.size(), 60));
      if (feature != "OsmSchema-V0.6" && feature != "DenseNodes")
        return refuse(Kind::invalid, "streets.pbf_feature", "", {{"name", feature}});
    }
  } catch (const protozero::exception&) {
    return broken(blob.at, "header");
  }
  return {};
}

using Numbers = protozero::iterator_range<pbf_reader::const_uint32_iterator>;
using Steps = protozero::iterator_range<pbf_reader::const_sint64_iterator>;

std::int64_t plus(std::int64_t a, std::int64_t b) {   // wraps instead of being undefined; what is wrong shows later
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// Decodes one unpacked data block into its sink.
class Block {
 public:
  Block(std::string_view body, std::size_t at, PbfSink& sink, std::atomic<std::uint64_t>& objects,
        const PbfLimits& limits)
      : body_(body), at_(at), sink_(sink), objects_(objects), limits_(limits) {}

  Result<void> read() {
    try {
      read_frame();
      for (const auto& group : groups_) TX_CHECK(read_group(group));
    } catch (const protozero::exception&) {
      return broken(at_, "block");
    }
    return {};
  }

 private:
  void read_frame() {
    pbf_reader reader(body_.data(), body_.size());
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::length_delimited): {
          pbf_reader table(reader.get_message());
          while (table.next()) {
            if (table.tag_and_type() == tag_and_type(1, pbf_wire_type::length_delimited)) {
              const auto view = table.get_view();
              strings_.emplace_back(view.data(), view.size());
            } else {
              table.skip();
            }
          }
          break;
        }
        case tag_and_type(2, pbf_wire_type::length_delimited): groups_.push_back(reader.get_view()); break;
        case tag_and_type(17, pbf_wire_type::varint): granularity_ = reader.get_int32(); break;
        case tag_and_type(19, pbf_wire_type::varint): north_ = reader.get_int64(); break;
        case tag_and_type(20, pbf_wire_type::varint): east_ = reader.get_int64(); break;
        default: reader.skip();
      }
    }
  }

  Result<void> read_group(const protozero::data_view& group) {
    pbf_reader reader(group);
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::length_delimited): TX_CHECK(read_node(reader.get_message())); break;
        case tag_and_type(2, pbf_wire_type::length_delimited): TX_CHECK(read_dense(reader.get_message())); break;
        case tag_and_type(3, pbf_wire_type::length_delimited): TX_CHECK(read_way(reader.get_message())); break;
        case tag_and_type(4, pbf_wire_type::length_delimited): TX_CHECK(read_relation(reader.get_message())); break;
        default: reader.skip();
      }
    }
    return flush();
  }

  // The common counter is shared between threads, so it is told of many objects at a time.
  Result<void> count() { return ++pending_ >= 4096 ? flush() : Result<void>(); }
  Result<void> flush() {
    const std::uint64_t total = objects_.fetch_add(pending_) + pending_;
    pending_ = 0;
    if (total > limits_.objects) return large("objects", limits_.objects);
    return {};
  }

  Result<Position> place(std::int64_t id, std::int64_t lat, std::int64_t lon) const {
    const auto scaled = [&](std::int64_t value, std::int64_t offset) -> std::optional<std::int64_t> {
      std::int64_t product = 0, sum = 0;
      if (__builtin_mul_overflow(value, static_cast<std::int64_t>(granularity_), &product)) return std::nullopt;
      if (__builtin_add_overflow(product, offset, &sum)) return std::nullopt;
      return sum / 100;                     // nanodegrees -> 1e-7 degrees
    };
    const auto north = scaled(lat, north_), east = scaled(lon, east_);
    if (!north || !east || *north < -900'000'000 || *north > 900'000'000 || *east < -1'800'000'000 ||
        *east > 1'800'000'000)
      return refuse(Kind::invalid, "streets.pbf_coordinates", "", {{"node", std::to_string(id)}});
    return Position{static_cast<std::int32_t>(*north), static_cast<std::int32_t>(*east)};
  }

  bool add_tag(std::uint32_t key, std::uint32_t value) {
    if (key >= strings_.size() || value >= strings_.size()) return false;
    tags_.push_back({strings_[key], strings_[value]});
    return true;
  }
  bool take_tags(const Numbers& keys, const Numbers& values) {
    tags_.clear();
    auto value = values.begin();
    for (auto key = keys.begin(); key != keys.end(); ++key, ++value)
      if (value == values.end() || !add_tag(*key, *value)) return false;
    return true;
  }

  Result<void> read_node(pbf_reader reader) {
    std::int64_t id = 0, lat = 0, lon = 0;
    Numbers keys, values;
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint): id = reader.get_sint64(); break;
        case tag_and_type(2, pbf_wire_type::length_delimited): keys = reader.get_packed_uint32(); break;
        case tag_and_type(3, pbf_wire_type::length_delimited): values = reader.get_packed_uint32(); break;
        case tag_and_type(8, pbf_wire_type::varint): lat = reader.get_sint64(); break;
        case tag_and_type(9, pbf_wire_type::varint): lon = reader.get_sint64(); break;
        default: reader.skip();
      }
    }
    if (!take_tags(keys, values)) return broken(at_, "tags");
    sink_.node(id, TX_TRY(place(id, lat, lon)), tags_);
    return count();
  }

  Result<void> read_dense(pbf_reader reader) {
    Steps ids, lats, lons;
    protozero::iterator_range<pbf_reader::const_int32_iterator> tags;
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::length_delimited): ids = reader.get_packed_sint64(); break;
        case tag_and_type(8, pbf_wire_type::length_delimited): lats = reader.get_packed_sint64(); break;
        case tag_and_type(9, pbf_wire_type::length_delimited): lons = reader.get_packed_sint64(); break;
        case tag_and_type(10, pbf_wire_type::length_delimited): tags = reader.get_packed_int32(); break;
        default: reader.skip();
      }
    }
    std::int64_t id = 0, lat = 0, lon = 0;
    auto lat_step = lats.begin(), lon_step = lons.begin();
    auto tag = tags.begin();
    for (auto step = ids.begin(); step != ids.end(); ++step, ++lat_step, ++lon_step) {
      if (lat_step == lats.end() || lon_step == lons.end()) return broken(at_, "nodes");
      id = plus(id, *step);
      lat = plus(lat, *lat_step);
      lon = plus(lon, *lon_step);
      tags_.clear();
      while (tag != tags.end()) {           // key value key value 0, for each node; nothing at all if none has tags
        const std::int32_t key = *tag++;
        if (key == 0) break;
        if (tag == tags.end() || !add_tag(static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(*tag++)))
          return broken(at_, "tags");
      }
      sink_.node(id, TX_TRY(place(id, lat, lon)), tags_);
      TX_CHECK(count());
    }
    return {};
  }

  Result<void> read_way(pbf_reader reader) {
    std::int64_t id = 0;
    Numbers keys, values;
    Steps steps;
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint): id = reader.get_int64(); break;
        case tag_and_type(2, pbf_wire_type::length_delimited): keys = reader.get_packed_uint32(); break;
        case tag_and_type(3, pbf_wire_type::length_delimited): values = reader.get_packed_uint32(); break;
        case tag_and_type(8, pbf_wire_type::length_delimited): steps = reader.get_packed_sint64(); break;
        default: reader.skip();
      }
    }
    if (!take_tags(keys, values)) return broken(at_, "tags");
    ids_.clear();
    std::int64_t node = 0;
    for (const std::int64_t step : steps) ids_.push_back(node = plus(node, step));
    sink_.way(id, ids_, tags_);
    return count();
  }

  Result<void> read_relation(pbf_reader reader) {
    std::int64_t id = 0;
    Numbers keys, values;
    Steps steps;
    protozero::iterator_range<pbf_reader::const_int32_iterator> roles, kinds;
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint): id = reader.get_int64(); break;
        case tag_and_type(2, pbf_wire_type::length_delimited): keys = reader.get_packed_uint32(); break;
        case tag_and_type(3, pbf_wire_type::length_delimited): values = reader.get_packed_uint32(); break;
        case tag_and_type(8, pbf_wire_type::length_delimited): roles = reader.get_packed_int32(); break;
        case tag_and_type(9, pbf_wire_type::length_delimited): steps = reader.get_packed_sint64(); break;
        case tag_and_type(10, pbf_wire_type::length_delimited): kinds = reader.get_packed_int32(); break;
        default: reader.skip();
      }
    }
    if (!take_tags(keys, values)) return broken(at_, "tags");
    members_.clear();
    std::int64_t member = 0;
    auto role = roles.begin(), kind = kinds.begin();
    for (auto step = steps.begin(); step != steps.end(); ++step, ++role, ++kind) {
      if (role == roles.end() || kind == kinds.end() || *kind < 0 || *kind > 2 ||
          static_cast<std::uint32_t>(*role) >= strings_.size())
        return broken(at_, "members");
      member = plus(member, *step);
      members_.push_back({member, "nwr"[*kind], strings_[static_cast<std::uint32_t>(*role)]});
    }
    sink_.relation(id, members_, tags_);
    return count();
  }

  std::string_view body_;
  std::size_t at_;
  PbfSink& sink_;
  std::atomic<std::uint64_t>& objects_;
  const PbfLimits& limits_;
  std::uint64_t pending_ = 0;
  std::int32_t granularity_ = 100;
  std::int64_t north_ = 0, east_ = 0;
  std::vector<std::string_view> strings_;
  std::vector<protozero::data_view> groups_;
  std::vector<Tag> tags_;
  std::vector<std::int64_t> ids_;
  std::vector<Member> members_;
};

Result<void> read_block(const Packed& blob, const PbfLimits& limits, PbfSink& sink, std::atomic<std::uint64_t>& objects,
                        std::string& room) {
  std::string_view body;
  try {
    body = TX_TRY(unpack(blob, limits, room));
  } catch (const protozero::exception&) {
    return broken(blob.at, "blob");
  }
  return Block(body, blob.at, sink, objects, limits).read();
}

}  // namespace

Result<std::size_t> count_pbf_blocks(std::string_view bytes, const PbfLimits& limits) {
  return TX_TRY(find_frames(bytes, limits)).data.size();
}

Result<void> read_pbf(std::string_view bytes, const PbfLimits& limits, int threads, const PbfSinks& sinks) {
  const Frames frames = TX_TRY(find_frames(bytes, limits));
  TX_CHECK(check_header(frames.header, limits));
  std::atomic<std::uint64_t> objects = 0;
  std::atomic<bool> failed = false;
  std::mutex lock;
  std::optional<std::pair<std::size_t, Refusal>> first;   // of the earliest broken block, whichever thread found it
  in_parallel(frames.data.size(), 1, threads, [&](auto& next) {
    std::string room;
    for (std::size_t block = 0; !failed && next(block);) {
      const auto done = read_block(frames.data[block], limits, sinks(block), objects, room);
      if (done) continue;
      failed = true;
      const std::scoped_lock guard(lock);
      if (!first || block < first->first) first.emplace(block, done.error());
    }
  });
  if (first) return tl::unexpected(first->second);
  return {};
}

}  // namespace tx::streets
