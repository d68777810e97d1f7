#include "systems/stations/circles/import.h"

#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.h"
#include "platform/storage/record_sql.h"

namespace tx::stations::circles {
namespace {

constexpr std::size_t kProblemsKept = 300, kChunk = 400, kSuspects = 300;
constexpr std::int64_t kTableBytesMost = 64LL << 20;

std::optional<std::string> bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in || in.tellg() > kTableBytesMost) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return in ? std::optional(bytes) : std::nullopt;
}

std::string hash_of_file(const std::string& file) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 16);
  std::ifstream in(file, std::ios::binary);
  std::string part(1 << 20, '\0');
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount())
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), static_cast<unsigned long long>(in.gcount()));
  unsigned char digest[16];
  crypto_generichash_final(&state, digest, sizeof digest);
  char hex[33];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return hex;
}

bool is_id(const std::string& text) {
  return text.size() >= 2 && text.size() <= 40 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

std::optional<streets::Position> place_in(const std::string& text) {
  const auto comma = text.find_first_of(",; ");
  LonLat at;
  if (comma == std::string::npos || !read_value(Json(text.substr(0, comma)), at.lon) ||
      !read_value(Json(normal_text(text.substr(comma + 1))), at.lat))
    return std::nullopt;
  return streets::position(at.lat, at.lon);
}

// Faults are read as the files lie on the page, row by row.
int file_order(std::string_view table) { return table == "extract" ? 0 : table == "communities" ? 1 : table == "stations" ? 2 : 3; }

class Check {
 public:
  Check(storage::Reader& reader, const ImportInput& input, const Told& told) : reader_(reader), input_(input), told_(told) {}

  Result<void> asked() {
    TX_CHECK(names());
    return datum();
  }
  Result<Checked> run() {
    TX_CHECK(asked());
    if (!told_(0, 4, "region.stage.extract")) return refuse(Kind::conflict, "job.cancelled");
    streets();
    if (!told_(1, 4, "region.stage.lists")) return refuse(Kind::conflict, "job.cancelled");
    lists();
    if (!told_(2, 4, "region.stage.places")) return refuse(Kind::conflict, "job.cancelled");
    places();
    communities_known();
    suspicion();
    finish();
    return std::move(out_);
  }

 private:
  void fault(Problem problem) {
    ++out_.report.faults;
    if (out_.report.problems.size() < kProblemsKept) out_.report.problems.push_back(std::move(problem));
  }

  Result<void> names() {
    auto& region = out_.region;
    if (!is_id(input_.id)) return refuse(Kind::invalid, "region.id", "id");
    region.id = input_.id;
    region.name_zh = normal_text(input_.name_zh);
    region.name_en = normal_text(input_.name_en);
    if (letter_count(region.name_zh) < 2 || letter_count(region.name_zh) > 40) return refuse(Kind::invalid, "region.name", "name_zh");
    if (input_.scope.find_first_not_of("0123456789") != std::string::npos || (!input_.scope.empty() && !teams::region_position(reader_, input_.scope)))
      return refuse(Kind::invalid, "region.scope", "scope");
    region.scope = input_.scope;
    region.note_zh = normal_text(input_.note_zh);
    region.note_en = normal_text(input_.note_en);
    region.attribution = normal_text(input_.attribution);
    region.synthetic = input_.synthetic;
    region.gait = enum_value<Gait>(input_.gait) ? input_.gait : "walk";
    if (input_.communities.empty() && region.scope.empty()) return refuse(Kind::invalid, "region.nothing", "communities");
    return {};
  }

  // One place known twice says in which datum a file is; a claim against it is refused.
  Result<std::string> tested(const std::string& claimed, const char* claim_field, const std::string& listed, const char* listed_field) {
    const std::string claim = claimed == "gcj02" ? "gcj02" : "wgs84";
    if (listed.empty()) {
      if (claimed == "test") return refuse(Kind::invalid, "region.test_point", listed_field);
      return claim;
    }
    const auto place = place_in(listed), shown = place_in(input_.test_gps);
    if (!place || !shown) return refuse(Kind::invalid, "region.test_point", place ? "test_gps" : listed_field);
    const auto said = TX_TRY(streets::test_datum(*place, *shown));
    const std::string found = said.datum == streets::Datum::gcj02 ? "gcj02" : "wgs84";
    if (claimed != "test" && found != claim) return refuse(Kind::conflict, "region.datum_differs", claim_field);
    return found;
  }
  Result<void> datum() {
    auto& report = out_.report;
    if (!input_.test_gps.empty() && input_.test_file.empty() && input_.test_extract.empty()) return refuse(Kind::invalid, "region.test_point", "test_file");
    report.datum = TX_TRY(tested(input_.datum, "datum", input_.test_file, "test_file"));
    report.stations_datum = input_.stations_datum.empty() ? report.datum : input_.stations_datum == "gcj02" ? "gcj02" : "wgs84";
    report.candidates_datum = input_.candidates_datum.empty() ? report.datum : input_.candidates_datum == "gcj02" ? "gcj02" : "wgs84";
    report.extract_datum = out_.region.extract_datum = TX_TRY(tested(input_.extract_datum, "extract_datum", input_.test_extract, "test_extract"));
    return {};
  }

  void streets() {
    if (input_.extract.empty()) return;
    const auto extract = streets::load_extract(input_.extract, datum_of(out_.region.extract_datum));
    const auto graph = extract ? streets::build(*extract, streets::walking()) : Result<streets::Graph>(tl::unexpected(extract.error()));
    if (!graph) {
      Json args = Json::object();
      for (const auto& [name, value] : graph.error().args) args.set(name, value);
      return fault({"extract", graph.error().rule, "", "", 0, args});
    }
    graph_ = *graph;
    const auto summary = streets::describe(*graph_);
    out_.report.street_km = static_cast<std::int64_t>(summary.kilometres);
    out_.report.junctions = summary.junctions;
    out_.report.islands = summary.islands;
    out_.extract = input_.extract;
  }

  std::optional<Table> table(const std::string& file, const char* name) {
    if (file.empty()) return std::nullopt;
    const auto bytes = bytes_of(file);
    if (!bytes) {
      fault({name, "region.file_missing", "", "", 0});
      return std::nullopt;
    }
    auto read = read_table(*bytes, file);
    if (!read) {
      int row = 0;
      for (const auto& [key, value] : read.error().args)
        if (key == "row") row = std::atoi(value.c_str());
      fault({name, read.error().rule, "", "", row});
      return std::nullopt;
    }
    for (const auto& column : read->unknown)
      if (out_.report.doubts.size() < kProblemsKept) out_.report.doubts.push_back({name, "region.column_unknown", column, "", 1});
    return std::move(*read);
  }

  void lists() {
    std::vector<Problem> found;
    if ((communities_ = table(input_.communities, "communities"))) out_.demand = demand_rows(*communities_, found);
    if ((stations_ = table(input_.stations, "stations"))) out_.stations = station_rows(*stations_, found);
    if ((candidates_ = table(input_.candidates, "candidates"))) out_.candidates = candidate_rows(*candidates_, found);
    for (auto& problem : found) fault(std::move(problem));
    const auto turn = [](auto& rows, const std::string& datum) {
      if (datum != "gcj02") return;
      for (auto& row : rows) {
        const auto true_place = streets::to_wgs84(position_of({row.lon, row.lat}));
        row.lon = streets::longitude(true_place), row.lat = streets::latitude(true_place);
      }
    };
    turn(out_.demand, out_.report.datum);
    turn(out_.stations, out_.report.stations_datum);
    turn(out_.candidates, out_.report.candidates_datum);
  }

  template <class F>
  void each(F&& f) {
    for (auto& one : out_.demand) f(one.lon, one.lat);
    for (auto& one : out_.stations) f(one.lon, one.lat);
    for (auto& one : out_.candidates) f(one.lon, one.lat);
  }

  // Whatever lies outside the extract is a fault of its row: swapped degrees above all.
  template <class T>
  void on_ground(std::vector<T>& rows, const Table* table, const char* name, std::vector<streets::Standing>* standing) {
    std::vector<T> kept;
    for (auto& row : rows) {
      const auto place = streets::snap(*graph_, position_of({row.lon, row.lat}));
      if (place.standing == streets::Standing::outside || place.standing == streets::Standing::swapped) {
        fault({name, place.standing == streets::Standing::swapped ? "region.row_swapped" : "region.row_outside", "lon",
               std::to_string(row.lon) + ", " + std::to_string(row.lat), table ? row_number(*table, row.code) : 0});
        continue;
      }
      if (standing) standing->push_back(place.standing);
      kept.push_back(std::move(row));
    }
    rows = std::move(kept);
  }

  void places() {
    if (!graph_) return;
    std::vector<streets::Standing> standing;
    on_ground(out_.demand, communities_ ? &*communities_ : nullptr, "communities", &standing);
    on_ground(out_.stations, stations_ ? &*stations_ : nullptr, "stations", nullptr);
    on_ground(out_.candidates, candidates_ ? &*candidates_ : nullptr, "candidates", nullptr);
    auto& report = out_.report;
    for (std::size_t i = 0; i < standing.size(); ++i) {
      const auto people = out_.demand[i].people;
      (standing[i] == streets::Standing::street ? report.on_streets : standing[i] == streets::Standing::island ? report.on_islands : report.too_far) += people;
    }
  }

  void communities_known() {
    std::set<std::string> known;
    for (const auto& row : storage::query(reader_, "select code from region where level = 5").rows) known.insert(std::get<std::string>(row[0]));
    const auto look = [&](const std::string& community, const std::string& code, const std::optional<Table>& table, const char* name) {
      if (!community.empty() && !known.contains(community))
        fault({name, "region.row_community", "community", community, table ? row_number(*table, code) : 0});
    };
    for (const auto& row : out_.demand) look(row.community, row.code, communities_, "communities");
    for (const auto& row : out_.candidates) look(row.community, row.code, candidates_, "candidates");
  }

  // In China: do points and streets lie on each other better when one of them is taken for the other datum?
  void suspicion() {
    if (!graph_ || out_.demand.empty()) return;
    double as_given = 0, as_wgs84 = 0, as_gcj02 = 0;
    std::size_t count = 0;
    const auto step = std::max<std::size_t>(1, out_.demand.size() / kSuspects);
    for (std::size_t i = 0; i < out_.demand.size(); i += step, ++count) {
      const auto at = position_of({out_.demand[i].lon, out_.demand[i].lat});
      if (streets::to_gcj02(at) == at) return;      // not in China
      const auto metres = [&](streets::Position p) {
        const auto place = streets::snap(*graph_, p, {2'000, 1'000});
        return place.placed() ? place.metres : 2'000;
      };
      as_given += metres(at);
      as_wgs84 += metres(streets::to_wgs84(at));
      as_gcj02 += metres(streets::to_gcj02(at));
    }
    if (count < 5 || std::min(as_wgs84, as_gcj02) * 2 >= as_given) return;
    const bool lists_known = out_.report.datum != "wgs84" || !input_.test_file.empty();
    if (as_wgs84 < as_gcj02 && !lists_known && out_.region.extract_datum == "wgs84")
      out_.report.doubts.push_back({"communities", "region.doubt_gcj02", "", "", 0});
    else
      out_.report.doubts.push_back({"extract", "region.doubt_extract", "", "", 0});
  }

  void finish() {
    auto& report = out_.report;
    for (const auto& row : out_.demand) report.people += row.people, report.elders += row.elders;
    report.communities = static_cast<std::int64_t>(out_.demand.size());
    report.stations = static_cast<std::int64_t>(out_.stations.size());
    report.candidates = static_cast<std::int64_t>(out_.candidates.size());
    const auto rows = [](const std::optional<Table>& table) { return table ? static_cast<std::int64_t>(table->rows.size()) : 0; };
    report.left_out = rows(communities_) + rows(stations_) + rows(candidates_) - report.communities - report.stations - report.candidates;
    std::stable_sort(report.problems.begin(), report.problems.end(), [](const Problem& a, const Problem& b) { return std::pair(file_order(a.table), a.row) < std::pair(file_order(b.table), b.row); });
    const bool whole = std::none_of(report.problems.begin(), report.problems.end(), [](const Problem& one) { return one.row == 0; });
    report.good = (report.faults == 0 || (input_.lenient && whole)) && (report.communities > 0 || !out_.region.scope.empty());
    bounds();
  }

  void bounds() {
    auto& region = out_.region;
    region.west = region.south = 180, region.east = region.north = -180;
    const auto widen = [&](double lon, double lat) {
      region.west = std::min(region.west, lon), region.east = std::max(region.east, lon);
      region.south = std::min(region.south, lat), region.north = std::max(region.north, lat);
    };
    if (graph_) {
      const auto& box = graph_->box;
      widen(streets::longitude(box.low), streets::latitude(box.low));
      widen(streets::longitude(box.high), streets::latitude(box.high));
    } else {
      each([&](double& lon, double& lat) { widen(lon, lat); });
      if (out_.demand.empty())
        for (const auto& at : storage::select<teams::Position>(reader_, "select x_m, y_m from region where level = 5 and code like $1", region.scope + "%")) {
          const auto place = lonlat_of(at);
          widen(place.lon, place.lat);
        }
    }
  }

  storage::Reader& reader_;
  const ImportInput& input_;
  const Told& told_;
  Checked out_;
  std::optional<streets::Graph> graph_;
  std::optional<Table> communities_, stations_, candidates_;
};

// Rows of the new edition, a few hundred in one write, so that nobody waits for them.
template <class T>
Result<void> write_rows(storage::Store& store, const char* table, const std::string& region, std::int64_t edition, const std::vector<T>& rows) {
  for (std::size_t from = 0; from < rows.size(); from += kChunk) {
    const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
      for (std::size_t i = from; i < std::min(rows.size(), from + kChunk); ++i) {
        T row = rows[i];
        row.region = region;
        row.edition = edition;
        storage::insert(tx, table, row);
      }
      return Json();
    });
    if (!done) return tl::unexpected(done.error());
  }
  return {};
}

void drop_edition(storage::Tx& tx, const std::string& region, const char* which, std::int64_t edition) {
  for (const char* table : {"demand_point", "station_place", "candidate_site"})
    storage::execute(tx, std::string("delete from ") + table + " where region = $1 and edition " + which + " $2", region, edition);
}

}  // namespace

Result<void> check_asked(storage::Reader& reader, const ImportInput& input) {
  const Told told = [](std::int64_t, std::int64_t, const char*) { return true; };
  return Check(reader, input, told).asked();
}
Result<Checked> check_import(storage::Reader& reader, const ImportInput& input, const Told& told) { return Check(reader, input, told).run(); }

Result<void> take_import(storage::Store& store, const std::string& folder, const Checked& checked, access::AccountId by, const Told& told) {
  if (!checked.report.good) return refuse(Kind::conflict, "region.not_good");
  StreetRegion region = checked.region;
  if (!checked.extract.empty()) {
    std::filesystem::create_directories(folder);
    region.extract_hash = hash_of_file(checked.extract);
    region.extract_file = region.id + "-" + region.extract_hash.substr(0, 16) + ".osm.pbf";
    region.extract_bytes = static_cast<std::int64_t>(std::filesystem::file_size(checked.extract));
    const auto part = folder + "/" + region.extract_file + ".part";
    std::filesystem::copy_file(checked.extract, part, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(part, folder + "/" + region.extract_file);
  }
  std::int64_t edition = 1;
  {
    const auto reader = store.read();
    edition += storage::scalar<std::int64_t>(*reader, "select edition from street_region where id = $1", region.id).value_or(0);
  }
  const auto clear = [&] {
    (void)store.write([&](storage::Tx& tx) -> Result<Json> {
      drop_edition(tx, region.id, "=", edition);
      return Json();
    });
  };
  clear();                                          // of an earlier try that was stopped
  if (!told(3, 4, "region.stage.keep")) return refuse(Kind::conflict, "job.cancelled");
  for (const auto& written : {write_rows(store, "demand_point", region.id, edition, checked.demand),
                              write_rows(store, "station_place", region.id, edition, checked.stations),
                              write_rows(store, "candidate_site", region.id, edition, checked.candidates)})
    if (!written) {
      clear();
      return written;
    }
  if (!told(4, 4, "region.stage.keep")) {
    clear();
    return refuse(Kind::conflict, "job.cancelled");
  }
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    const auto old = find_region(tx, region.id);
    region.edition = edition;
    region.revision = old ? old->revision + 1 : 1;
    region.created_by = old ? old->created_by : by;
    region.created = old ? old->created : tx.now();
    region.changed = tx.now();
    storage::execute(tx, "delete from street_region where id = $1", region.id);
    storage::insert(tx, "street_region", region);
    drop_edition(tx, region.id, "<>", edition);
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations::circles
