// Whatever bytes come as an extract: refused by name, or a map whose tiles and pages can be drawn.
#include <cstdlib>
#include <string_view>

#include "engines/tiles/tiles.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::tiles;
  tx::streets::PbfLimits limits;
  limits.file_bytes = limits.block_bytes = 1 << 20;
  limits.objects = 20'000;
  const auto map = read_base_map({reinterpret_cast<const char*>(data), size}, size % 2 ? tx::streets::Datum::gcj02 : tx::streets::Datum::wgs84, limits);
  if (!map) {
    if (!map.error().rule.starts_with("streets.") && map.error().rule != "tiles.nothing") std::abort();
    return 0;
  }
  if (map->part.size() == 1 || map->part.back() != map->points.size()) std::abort();
  for (const int zoom : {6, 12, 16})
    for (const World at : {map->points.front(), map->points.back()}) {
      const auto bytes = tile(*map, zoom, at.x >> (32 - zoom), at.y >> (32 - zoom));
      if (!bytes.empty() && gzipped(bytes).empty()) std::abort();
    }
  const View view = view_of(map->box, 300, 300, 10);
  (void)shapes(*map, view, 20, .2);
  return 0;
}
