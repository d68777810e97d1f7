#include "systems/stations/map/atlas.h"

#include <fstream>

namespace tx::stations::map {
namespace {

Result<std::string> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::int64_t>(file.tellg()) : -1;
  if (size < 0) return refuse(Kind::not_found, "streets.file_missing", "", {{"file", path}});
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) return refuse(Kind::not_found, "streets.file_missing", "", {{"file", path}});
  return bytes;
}

}  // namespace

Result<std::shared_ptr<const tiles::BaseMap>> Atlas::base(const circles::StreetRegion& region) {
  const std::string file = held_->extract_path(region);
  if (file.empty()) return std::shared_ptr<const tiles::BaseMap>();
  const auto known = [&]() -> std::shared_ptr<const tiles::BaseMap> {
    const std::lock_guard lock(mutex_);
    const auto found = bases_.find(region.id);
    return found != bases_.end() && found->second.file == file && found->second.hash == region.extract_hash && found->second.datum == region.extract_datum ? found->second.map : nullptr;
  };
  if (auto map = known()) return map;
  const std::lock_guard lock(reading_);       // one extract is read at a time, and only once
  if (auto map = known()) return map;
  const std::string bytes = TX_TRY(bytes_of(file));
  auto read = TX_TRY(tiles::read_base_map(bytes, circles::datum_of(region.extract_datum)));
  auto map = std::make_shared<const tiles::BaseMap>(std::move(read));
  const std::lock_guard inner(mutex_);
  bases_[region.id] = {file, region.extract_hash, region.extract_datum, map};
  return std::shared_ptr<const tiles::BaseMap>(map);
}

Result<std::string> Atlas::version(const circles::StreetRegion& region) {
  const auto map = TX_TRY(base(region));
  return map ? map->fingerprint.substr(0, 12) : std::string("0");
}

template <class Make>
Piece Atlas::kept(const std::string& key, const std::string& etag, const Make& make) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = pieces_.find(key); found != pieces_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return found->second->piece;
    }
  }
  Piece piece{std::make_shared<const std::string>(tiles::gzipped(make())), etag};
  const std::lock_guard lock(mutex_);
  if (pieces_.contains(key)) return piece;
  order_.push_front({key, piece});
  pieces_[key] = order_.begin();
  bytes_ += piece.bytes->size() + key.size() + 100;
  while (bytes_ > kKeptBytes && order_.size() > 1) {
    bytes_ -= order_.back().piece.bytes->size() + order_.back().key.size() + 100;
    pieces_.erase(order_.back().key);
    order_.pop_back();
  }
  return piece;
}

Result<Piece> Atlas::tile(const circles::StreetRegion& region, int zoom, std::uint32_t x, std::uint32_t y) {
  if (zoom < tiles::kLeastZoom || zoom > tiles::kMostZoom || x >> zoom || y >> zoom) return refuse(Kind::not_found, "http.not_found");
  const auto map = TX_TRY(base(region));
  if (!map) return refuse(Kind::not_found, "http.not_found");
  const std::string name = std::to_string(zoom) + "-" + std::to_string(x) + "-" + std::to_string(y);
  return kept(map->fingerprint + "/" + name, map->fingerprint.substr(0, 12) + "-" + name, [&] { return tiles::tile(*map, zoom, x, y); });
}

Result<Piece> Atlas::drawing(const circles::StreetRegion& region, const tiles::View& view, bool elder) {
  const auto map = TX_TRY(base(region));
  const std::string print = map ? map->fingerprint : "0";
  char place[160];
  std::snprintf(place, sizeof place, "%.0f-%.0f-%.9g-%.0fx%.0f%s", view.west, view.north, view.scale, view.width, view.height, elder ? "-e" : "");
  return kept(print + "/svg/" + place, print.substr(0, 12) + "-" + place, [&] { return base_svg(map.get(), view, elder); });
}

tiles::Box box_of(const circles::StreetRegion& region) {
  tiles::Box box;
  for (const auto place : {tiles::project(region.west, region.north), tiles::project(region.east, region.south)}) box.add(place.x, place.y);
  return box;
}

}  // namespace tx::stations::map
