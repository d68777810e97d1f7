// The street regions of the demonstration (data/demonstration/street_regions.json). What is real in each and what is made up is said
// wherever it is shown: which places count as stations abroad is an assumption, and every position in the region itself is made up.
#include <fstream>

#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/circles/circles.h"

namespace tx::stations {
namespace {

using namespace circles;

constexpr std::int64_t kCostAtSchool = 1, kCostNew = 2;   // made up: a room in a school costs half of a new one

struct Cell {
  std::string id, name, town;
  LonLat at;
  std::int64_t people = 0, schools = 0;
};

// "89a9012a3cfffff" is told from its neighbours by its middle.
std::string short_name(const std::string& id) {
  const auto end = id.find_last_not_of('f');
  return id.size() < 12 ? id : id.substr(4, end == std::string::npos || end < 4 ? std::string::npos : end - 3);
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

Result<std::vector<Cell>> read_cells(const std::string& file) {
  const auto sheet = TX_TRY(documents::read_sheet(bytes_of(file), file));
  std::vector<Cell> all;
  const auto column = [&](std::size_t row, const char* name, const char* other) {
    for (std::size_t c = 0; c < sheet.rows[0].size() && c < sheet.rows[row].size(); ++c)
      if (sheet.rows[0][c] == name || sheet.rows[0][c] == other) return sheet.rows[row][c];
    return std::string();
  };
  for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
    Cell cell;
    cell.id = column(i, "id", "");
    cell.name = column(i, "name", "");
    if (cell.name.empty()) cell.name = short_name(cell.id);
    cell.town = column(i, "town", "");
    if (!read_value(Json(column(i, "lon", "")), cell.at.lon) || !read_value(Json(column(i, "lat", "")), cell.at.lat) ||
        !read_value(Json(column(i, "people", "population")), cell.people))
      return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", file}});
    read_value(Json(column(i, "schools", "")), cell.schools);
    all.push_back(std::move(cell));
  }
  return all;
}

void widen(StreetRegion& region, LonLat at, double by) {
  region.west = std::min(region.west, at.lon - by), region.east = std::max(region.east, at.lon + by);
  region.south = std::min(region.south, at.lat - by), region.north = std::max(region.north, at.lat + by);
}

// Which cells count as a station: those that are named, or those with so many schools.
bool stands(const Json& described, const Cell& cell) {
  for (const auto& id : described["stations"].items())
    if (id.text() == cell.id) return true;
  const auto schools = described["station_schools"].integer();
  return schools > 0 && cell.schools >= schools;
}

void add_cell(storage::Tx& tx, const std::string& region, const Cell& cell, bool station) {
  storage::insert(tx, "demand_point", DemandPoint{region, 1, cell.id, cell.name, cell.town, "", "", cell.at.lon, cell.at.lat, cell.people, 0});
  const bool school = cell.schools > 0;
  if (station)
    storage::insert(tx, "station_place", StationPlace{region, 1, "S-" + cell.id, cell.name, cell.town, "station", "open", cell.at.lon, cell.at.lat});
  else
    storage::insert(tx, "candidate_site", CandidateSite{region, 1, cell.id, cell.name, cell.town, "", school ? "school" : "new",
                                                        cell.at.lon, cell.at.lat, school ? kCostAtSchool : kCostNew});
}

// A region of the register is as wide as its communities.
void widen_by_register(storage::Tx& tx, StreetRegion& region) {
  for (const auto& at : storage::select<teams::Position>(tx, "select min(x_m) as x_m, min(y_m) as y_m from region where level = 5 and "
                                                             "code like $1 union all select max(x_m), max(y_m) from region where "
                                                             "level = 5 and code like $1", region.scope + "%"))
    widen(region, lonlat_of(at), 0.05);
}

}  // namespace

Result<void> demonstrate_streets(storage::Store& store, const std::string& data) {
  const auto described = Json::parse(bytes_of(data + "/demonstration/street_regions.json")).value_or(Json());
  if (described.size() == 0) return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", data}});
  for (const auto& one : described.items()) {
    auto region = TX_TRY(read_record<StreetRegion>(one));
    const auto cells = region.scope.empty() ? TX_TRY(read_cells(data + "/streets/" + one["cells"].text())) : std::vector<Cell>{};
    const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
      if (find_region(tx, region.id)) return Json();
      region.west = region.south = 180, region.east = region.north = -180;
      region.created = region.changed = tx.now();
      region.edition = cells.empty() ? 0 : 1;
      if (cells.empty()) widen_by_register(tx, region);
      for (const auto& cell : cells) {
        widen(region, cell.at, 0.004);
        add_cell(tx, region.id, cell, stands(one, cell));
      }
      storage::insert(tx, "street_region", region);
      return Json();
    });
    if (!done) return tl::unexpected(done.error());
  }
  return {};
}

}  // namespace tx::stations
