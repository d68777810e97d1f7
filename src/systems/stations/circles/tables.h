// An operator's own lists of communities, stations and sites: XLSX, CSV (platform/documents) or GeoJSON points, read into rows with
// known columns whatever the operator calls them. Pure. What is wrong with a row is said with its number, column and rule.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "systems/stations/circles/model.h"

namespace tx::stations::circles {

struct Table {
  struct Row {
    int number = 0;                            // line of the sheet (the header is 1), or the feature's place in the file
    std::map<std::string, std::string> cells;  // by our names
  };
  std::vector<Row> rows;
  std::vector<std::string> unknown;            // columns that say nothing to us
};
inline constexpr std::size_t kTableRowsMost = 200'000;

// Rules: those of documents::read_sheet and read_geojson, region.columns_missing (no position, or no name)
Result<Table> read_table(std::string_view bytes, const std::string& file_name);
// Rules: region.geojson_broken, region.geojson_points (a feature that is no point), region.table_large
Result<Table> read_geojson(std::string_view bytes);

struct Problem {
  std::string table, rule, column, value;      // table: extract, communities, stations, candidates
  int row = 0;
  Json args = Json::object();                  // placeholders of the rule's text
};
BOOST_DESCRIBE_STRUCT(Problem, (), (table, rule, column, value, row, args))

// Rows as they would be kept. Rules: region.row_name, region.row_position, region.row_swapped, region.row_number,
// region.row_negative, region.row_elders, region.row_twice, region.row_state
std::vector<DemandPoint> demand_rows(const Table& table, std::vector<Problem>& problems);
std::vector<StationPlace> station_rows(const Table& table, std::vector<Problem>& problems);
std::vector<CandidateSite> candidate_rows(const Table& table, std::vector<Problem>& problems);
int row_number(const Table& table, const std::string& code);   // of the row with this code

}  // namespace tx::stations::circles
