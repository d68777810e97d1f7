#include "systems/stations/circles/tables.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "platform/documents/documents.h"

namespace tx::stations::circles {
namespace {

constexpr std::size_t kBytesMost = 64u << 20, kCellMost = 300;
constexpr std::int64_t kPeopleMost = 50'000'000, kCostMost = 1'000'000'000;

struct ColumnName {
  const char *ours, *theirs;
};
constexpr ColumnName kColumnNames[] = {
#include "systems/stations/circles/column_names.inc"
};

std::string our_name(std::string_view theirs) {
  std::string name = normal_text(theirs);
  for (auto& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  for (const auto& one : kColumnNames)
    if (name == one.theirs) return one.ours;
  return {};
}

std::string cell_text(const Json& value) {
  if (value.is_string()) return normal_text(value.text());
  return value.is_null() || value.is_array() || value.is_object() ? std::string() : value.dump();
}

Result<Table> from_sheet(const documents::Sheet& sheet) {
  Table table;
  if (sheet.rows.empty()) return refuse(Kind::invalid, "region.columns_missing");
  std::vector<std::string> names;
  for (const auto& cell : sheet.rows[0]) {
    names.push_back(our_name(cell));
    if (names.back().empty() && !cell.empty()) table.unknown.push_back(shortened(normal_text(cell), 40));
  }
  for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
    Table::Row row;
    row.number = static_cast<int>(i) + 1;
    bool anything = false;
    for (std::size_t c = 0; c < sheet.rows[i].size() && c < names.size(); ++c) {
      if (names[c].empty()) continue;
      auto cell = normal_text(sheet.rows[i][c]);
      if (cell.size() > kCellMost) cell = shortened(cell, kCellMost / 4);
      anything = anything || !cell.empty();
      row.cells.emplace(names[c], std::move(cell));   // the first of two columns with one meaning
    }
    if (anything) table.rows.push_back(std::move(row));
  }
  return table;
}

Result<Table> read_rows(std::string_view bytes, const std::string& file_name) {
  return from_sheet(TX_TRY(documents::read_sheet(bytes, file_name)));
}

// ---- one row
struct RowReader {
  const Table::Row& row;
  const char* table;
  std::vector<Problem>& problems;
  bool good = true;

  std::string text(const char* column, const char* otherwise = "") const {
    const auto found = row.cells.find(column);
    return found == row.cells.end() || found->second.empty() ? otherwise : found->second;
  }
  void wrong(const char* rule, const char* column) {
    good = false;
    problems.push_back({table, rule, column, shortened(text(column), 40), row.number});
  }
  std::int64_t amount(const char* column, std::int64_t fallback, std::int64_t most) {
    const auto given = text(column);
    if (given.empty()) return fallback;
    double value = 0;
    if (!read_value(Json(given), value) || !std::isfinite(value) || std::abs(value) > static_cast<double>(most)) {
      wrong("region.row_number", column);
      return 0;
    }
    if (value < 0) wrong("region.row_negative", column);
    return std::llround(value);
  }
  LonLat place() {
    LonLat at;
    if (!read_value(Json(text("lon")), at.lon) || !std::isfinite(at.lon) || std::abs(at.lon) > 180) {
      wrong("region.row_position", "lon");
      return {};
    }
    if (!read_value(Json(text("lat")), at.lat) || !std::isfinite(at.lat)) {
      wrong("region.row_position", "lat");
      return {};
    }
    if (std::abs(at.lat) > 90) wrong(std::abs(at.lat) <= 180 && std::abs(at.lon) <= 90 ? "region.row_swapped" : "region.row_position", "lat");
    return at;
  }
  std::string name(std::string& code) {
    auto name = text("name");
    code = text("code");
    if (name.empty()) name = code;
    if (code.empty()) code = name;
    if (name.empty()) wrong("region.row_name", "name");
    return shortened(name, 60);
  }
};

// What every list has: a name and a code that comes once, a place, a town. The rest is told by `more`.
template <class Row, class More>
std::vector<Row> rows_of(const Table& table, const char* list, std::vector<Problem>& problems, More&& more) {
  std::vector<Row> rows;
  std::set<std::string> codes;
  for (const auto& cells : table.rows) {
    RowReader reader{cells, list, problems};
    Row row;
    row.name = reader.name(row.code);
    if (!row.code.empty() && !codes.insert(row.code).second) reader.wrong("region.row_twice", "code");
    const auto at = reader.place();
    row.lon = at.lon, row.lat = at.lat;
    row.town = reader.text("town");
    more(reader, row);
    if (reader.good) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Result<Table> read_geojson(std::string_view bytes) {
  if (bytes.size() > kBytesMost) return refuse(Kind::invalid, "region.table_large");
  const auto root = Json::parse(bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes);
  if (!root || (*root)["type"].text() != "FeatureCollection" || !(*root)["features"].is_array()) return refuse(Kind::invalid, "region.geojson_broken");
  if ((*root)["features"].size() > kTableRowsMost) return refuse(Kind::invalid, "region.table_large");
  Table table;
  std::set<std::string> unknown;
  int number = 0;
  for (const auto& feature : (*root)["features"].items()) {
    Table::Row row;
    row.number = ++number;
    const auto& geometry = feature["geometry"];
    const auto& at = geometry["coordinates"].items();
    if (geometry["type"].text() != "Point" || at.size() < 2 || !(at[0].is_double() || at[0].is_integer()) || !(at[1].is_double() || at[1].is_integer()))
      return refuse(Kind::invalid, "region.geojson_points", "", {{"row", std::to_string(number)}});
    row.cells["lon"] = at[0].dump();
    row.cells["lat"] = at[1].dump();
    for (const auto& [name, value] : feature["properties"].members()) {
      const auto ours = our_name(name);
      if (ours.empty()) unknown.insert(shortened(normal_text(name), 40));
      else if (auto text = cell_text(value); ours != "lon" && ours != "lat") row.cells.emplace(ours, text.size() > kCellMost ? shortened(text, kCellMost / 4) : text);
    }
    if (const Json* id = feature.find("id"); id && !row.cells.contains("code")) row.cells["code"] = cell_text(*id);
    table.rows.push_back(std::move(row));
  }
  table.unknown.assign(unknown.begin(), unknown.end());
  return table;
}

Result<Table> read_table(std::string_view bytes, const std::string& file_name) {
  const auto first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  Table table = TX_TRY(first != std::string_view::npos && bytes[first] == '{' ? read_geojson(bytes) : read_rows(bytes, file_name));
  const auto has = [&](const char* column) {
    return std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return row.cells.contains(column); });
  };
  if (table.rows.size() > kTableRowsMost) return refuse(Kind::invalid, "region.table_large");
  if (table.rows.empty() || !has("lon") || !has("lat") || !(has("name") || has("code"))) return refuse(Kind::invalid, "region.columns_missing");
  return table;
}

std::vector<DemandPoint> demand_rows(const Table& table, std::vector<Problem>& problems) {
  return rows_of<DemandPoint>(table, "communities", problems, [](RowReader& reader, DemandPoint& point) {
    point.people = reader.amount("people", 0, kPeopleMost);
    point.elders = reader.amount("elders", 0, kPeopleMost);
    if (point.elders > point.people && reader.good) reader.wrong("region.row_elders", "elders");
    point.county = reader.text("county");
    point.community = reader.text("community");
  });
}

std::vector<StationPlace> station_rows(const Table& table, std::vector<Problem>& problems) {
  return rows_of<StationPlace>(table, "stations", problems, [](RowReader& reader, StationPlace& place) {
    place.kind = reader.text("kind", "station");
    place.state = reader.text("state", "open");
    if (place.state != "open" && place.state != "resting" && place.state != "coming") reader.wrong("region.row_state", "state");
  });
}

std::vector<CandidateSite> candidate_rows(const Table& table, std::vector<Problem>& problems) {
  return rows_of<CandidateSite>(table, "candidates", problems, [](RowReader& reader, CandidateSite& site) {
    site.community = reader.text("community");
    site.kind = reader.text("kind", "new");
    site.cost = reader.amount("cost", 1, kCostMost);
  });
}

int row_number(const Table& table, const std::string& code) {
  for (const auto& row : table.rows)
    for (const char* column : {"code", "name"})
      if (const auto found = row.cells.find(column); found != row.cells.end() && found->second == code) return row.number;
  return 0;
}

}  // namespace tx::stations::circles
