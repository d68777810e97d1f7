#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/teams.h"

namespace tx::teams {
namespace {

constexpr double kLat0 = 37.5, kLon0 = 106.0, kPi = 3.14159265358979;

Position metres(double lat, double lon) {
  return {std::llround((lon - kLon0) * 111'320.0 * std::cos(kLat0 * kPi / 180)), std::llround((lat - kLat0) * 110'574.0)};
}

std::vector<std::vector<std::string>> read_rows(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  bool header = true;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (header) {
      header = false;
      continue;
    }
    std::vector<std::string> cells;
    std::string cell;
    for (const char c : line + ",") {
      if (c == ',') {
        cells.push_back(cell);
        cell.clear();
      } else if (c != '"') {
        cell += c;
      }
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

std::string parent_of(const std::string& code) {
  switch (code.size()) {
    case 4: return code.substr(0, 2);
    case 6: return code.substr(0, 4);
    case 9: return code.substr(0, 6);
    case 12: return code.substr(0, 9);
    default: return "";
  }
}

int level_of(const std::string& code) {
  return code.size() == 2 ? 1 : code.size() == 4 ? 2 : code.size() == 6 ? 3 : code.size() == 9 ? 4 : 5;
}

std::string capital(std::string pinyin) {
  std::string out;
  bool first = true;
  for (const char c : pinyin) {
    if (c == ' ') continue;
    out += first && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    first = false;
  }
  return out;
}

}  // namespace

std::int64_t distance_m(Position a, Position b) {
  return std::llround(std::hypot(static_cast<double>(a.x_m - b.x_m), static_cast<double>(a.y_m - b.y_m)));
}

std::optional<Position> region_position(storage::Reader& reader, const std::string& code) {
  return storage::find<Position>(reader, "select x_m, y_m from region where code = $1", code);
}

std::vector<Region> regions_below(storage::Reader& reader, const std::string& parent) {
  return storage::select<Region>(reader, "select code, name, level, parent from region where parent = $1 order by code",
                                 parent);
}

std::vector<Region> search_regions(storage::Reader& reader, const std::string& words, int limit) {
  std::string where = "level = 5";
  std::vector<storage::Value> values;
  for (const auto& token : query_tokens(words)) {
    values.push_back("% " + token + " %");
    where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
  }
  if (values.empty()) return {};
  values.push_back(static_cast<std::int64_t>(limit));
  const auto rows = reader.query("select code, name, level, parent from region where " + where + " order by code limit $" +
                                     std::to_string(values.size()), values);
  std::vector<Region> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(storage::read_row<Region>(rows, i));
  return found;
}

std::string region_name(storage::Reader& reader, const std::string& code, language::Language language) {
  const auto name = storage::scalar<std::string>(reader, "select name from region where code = $1", code).value_or(code);
  // There is no official English name below the county: pinyin is what road signs show.
  return language == language::Language::en ? capital(pinyin_of_name(name)) : name;
}

std::string region_path(storage::Reader& reader, const std::string& code, language::Language language) {
  std::string path;
  for (const std::size_t length : {4u, 6u, 9u, 12u}) {
    if (length > code.size()) break;
    if (length == 4 && code.size() >= 12) continue;   // the city is implied by the county in an address
    path += (path.empty() ? "" : " · ") + region_name(reader, code.substr(0, length), language);
  }
  return path;
}

Result<void> load_regions(storage::Store& store, const std::string& directory) {
  std::map<std::string, Position> places;
  for (const auto& row : read_rows(directory + "/places.csv"))
    if (row.size() >= 3) places[row[0]] = metres(std::stod(row[1]), std::stod(row[2]));
  if (places.empty()) return refuse(Kind::invalid, "teams.regions_missing", "", {{"folder", directory}});
  struct Row {
    std::string code, name, search;
  };
  std::ifstream region_name_file(directory + "/name.txt");
  std::string whole;
  std::getline(region_name_file, whole);
  std::vector<Row> rows{{"64", whole.empty() ? "Ningxia" : whole, ""}};
  for (const char* file : {"cities", "areas", "streets", "villages"})
    for (const auto& row : read_rows(directory + "/" + file + "_ningxia.csv")) rows.push_back({row[0], row[1], ""});
  for (auto& row : rows) row.search = search_tokens(row.name);
  auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from region");
    for (const auto& row : rows) {
      const auto place = places.find(row.code);
      const Position at = place == places.end() ? Position{} : place->second;
      storage::execute(tx, "insert into region (code,name,level,parent,x_m,y_m,synthetic,search) "
                           "values ($1,$2,$3,$4,$5,$6,1,$7)",
                       row.code, row.name, level_of(row.code), parent_of(row.code), at.x_m, at.y_m, row.search);
    }
    return Json(rows.size());
  });
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace tx::teams
