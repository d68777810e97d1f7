// The base maps in memory: each region's extract read once, its tiles and drawn maps kept within a bound. The map is the
// extract's own; what lies on it (stations, people, plans) comes from circles/ and planning/.
#pragma once
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "engines/tiles/tiles.h"
#include "systems/stations/circles/circles.h"

namespace tx::stations::map {

inline constexpr std::size_t kKeptBytes = 48u << 20;   // of packed tiles and drawings, over all regions

struct Piece {                       // a tile or a drawing, gzip
  std::shared_ptr<const std::string> bytes;
  std::string etag;
};

class Atlas {
 public:
  explicit Atlas(std::shared_ptr<circles::Circles> held) : held_(std::move(held)) {}
  // nullptr: the region has no extract.
  Result<std::shared_ptr<const tiles::BaseMap>> base(const circles::StreetRegion& region);
  // Rule: http.not_found for a zoom or a place that no map has.
  Result<Piece> tile(const circles::StreetRegion& region, int zoom, std::uint32_t x, std::uint32_t y);
  // The map as the server draws it: ground only, as SVG of this size. Empty ground where there is no extract.
  Result<Piece> drawing(const circles::StreetRegion& region, const tiles::View& view, bool elder);
  // Changes when the extract does; part of every address that browsers keep.
  Result<std::string> version(const circles::StreetRegion& region);
  const circles::Circles& circles() const { return *held_; }
  const std::shared_ptr<circles::Circles>& held() const { return held_; }

 private:
  struct Kept { std::string key; Piece piece; };
  struct Base {
    std::string file, hash, datum;
    std::shared_ptr<const tiles::BaseMap> map;
  };
  template <class Make>
  Piece kept(const std::string& key, const std::string& etag, const Make& make);

  std::shared_ptr<circles::Circles> held_;
  std::mutex mutex_, reading_;
  std::unordered_map<std::string, Base> bases_;
  std::list<Kept> order_;            // newest first
  std::unordered_map<std::string, std::list<Kept>::iterator> pieces_;
  std::size_t bytes_ = 0;
};

// The ground that a map begins with: where the region's people and stations are.
tiles::Box box_of(const circles::StreetRegion& region);

// SVG of the base map alone; texts in the language of the place.
std::string base_svg(const tiles::BaseMap* base, const tiles::View& view, bool elder);

// The style that MapLibre draws by: sources, layers, colours, letters. `base`: nullptr for plain ground.
std::string style_json(const circles::StreetRegion& region, const tiles::BaseMap* base, const std::string& version, bool english, bool elder);

// A colour of the map's two faces by name ("wood", "road", …), as #rrggbb.
const std::string& colour(const char* name, bool elder);

}  // namespace tx::stations::map
