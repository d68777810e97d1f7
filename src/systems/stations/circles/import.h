// A street region comes in: the operator's own extract, communities, stations and sites are read, checked against each other, tried
// out without a trace (dry run), and then taken over in one piece: until the last row is written the old edition holds.
#pragma once
#include <functional>
#include <optional>

#include "systems/stations/circles/circles.h"
#include "systems/stations/circles/tables.h"

namespace tx::stations::circles {

struct ImportInput {
  std::string id, name_zh, name_en, scope, note_zh, note_en, attribution, gait = "walk";
  bool synthetic = false, lenient = false;          // lenient: rows with faults are left out instead of stopping everything
  std::string datum = "wgs84";                      // of the communities: wgs84, gcj02, or "test": as the test point says
  std::string stations_datum, candidates_datum;     // wgs84, gcj02; "": as the communities
  std::string extract_datum = "wgs84";              // of the extract: wgs84 (OpenStreetMap's own), gcj02, or "test"
  std::string test_gps, test_file, test_extract;    // "106.2,38.4": one place as a GPS receiver shows it, in the list, in the extract
  std::string extract, communities, stations, candidates;   // files; "" none
};
BOOST_DESCRIBE_STRUCT(ImportInput, (), (id, name_zh, name_en, scope, note_zh, note_en, attribution, gait, synthetic, lenient, datum,
                                        stations_datum, candidates_datum, extract_datum, test_gps, test_file, test_extract, extract, communities, stations, candidates))

struct ImportReport {
  std::vector<Problem> problems, doubts;            // a doubt stops nothing
  std::int64_t faults = 0;                          // all of them; `problems` holds the first few hundred
  std::int64_t communities = 0, people = 0, elders = 0, stations = 0, candidates = 0, left_out = 0;
  std::int64_t on_streets = 0, on_islands = 0, too_far = 0, no_place = 0;   // people
  std::int64_t street_km = 0, junctions = 0, islands = 0;
  std::string datum, stations_datum, candidates_datum, extract_datum;   // in which each file was read
  bool good = false;                                // may be taken over
};
BOOST_DESCRIBE_STRUCT(ImportReport, (), (problems, doubts, faults, communities, people, elders, stations, candidates, left_out, on_streets,
                                         on_islands, too_far, no_place, street_km, junctions, islands, datum, stations_datum, candidates_datum, extract_datum, good))

struct Checked {
  StreetRegion region;
  std::vector<DemandPoint> demand;
  std::vector<StationPlace> stations;
  std::vector<CandidateSite> candidates;
  std::string extract;                              // file to be kept
  ImportReport report;
};
using Told = std::function<bool(std::int64_t done, std::int64_t of, const char* stage)>;   // false: stop

// Rules (of the whole, not of a row): region.id, region.name, region.scope, region.nothing, region.file_missing, region.test_point,
// region.datum_differs, job.cancelled; those of the extract and of the tables stand in the report with their file.
// The names and the datums alone, before any file is read: what a form can say at once.
Result<void> check_asked(storage::Reader& reader, const ImportInput& input);
Result<Checked> check_import(storage::Reader& reader, const ImportInput& input, const Told& told);
// Rules: region.not_good, job.cancelled
Result<void> take_import(storage::Store& store, const std::string& folder, const Checked& checked, access::AccountId by, const Told& told);

}  // namespace tx::stations::circles
