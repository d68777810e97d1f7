// Whatever bytes come as an extract: refused by name, or a graph on which both searches agree.
#include <cstdlib>
#include <string_view>

#include "engines/streets/streets.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::streets;
  PbfLimits limits;
  limits.file_bytes = limits.block_bytes = 1 << 20;
  limits.objects = 20'000;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto extract = read_extract(bytes, size % 2 ? Datum::gcj02 : Datum::wgs84, limits);
  if (!extract) {
    if (!extract.error().rule.starts_with("streets.")) std::abort();
    return 0;
  }
  for (const Profile& profile : {walking(), cycling(), driving()}) {
    const auto graph = build(*extract, profile);
    if (!graph || graph->junctions() > 300) continue;
    (void)text(describe(*graph));
    std::vector<Place> places;
    for (std::uint32_t j = 0; j < graph->junctions(); ++j) {
      places.push_back(at_junction(*graph, j));
      places.push_back(snap(*graph, graph->junction[j]));
    }
    const Reach cells = reach(*graph, places, places, {900, Way::to_site, 1, ReachOptions::Cells::yes});
    const Reach plain = reach(*graph, places, places, {900, Way::to_site, 1, ReachOptions::Cells::no});
    if (cells.start != plain.start || cells.demand != plain.demand || cells.seconds != plain.seconds) std::abort();
    (void)reached_lines(*graph, places[0], 900);
  }
  return 0;
}
