// uses: stations
// An operator's lists: GeoJSON and sheets, down to checked rows. Whatever comes in, every row is kept or named as wrong.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "systems/stations/circles/tables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::stations::circles;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto table = read_table(bytes, "a.csv");
  if (!table) return 0;
  std::vector<Problem> problems;
  const auto rows = demand_rows(*table, problems);
  if (rows.size() > table->rows.size() || (rows.size() < table->rows.size() && problems.empty())) std::abort();
  for (const auto& row : rows)
    if (row.people < 0 || row.elders > row.people || row.name.empty() || row.lat < -90 || row.lat > 90) std::abort();
  problems.clear();
  (void)station_rows(*table, problems);
  (void)candidate_rows(*table, problems);
  return 0;
}
