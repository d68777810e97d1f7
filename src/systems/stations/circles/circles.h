// The ground under the stations, kept in memory: streets of each extract, places put on them, who reaches whom. Built when first
// asked for, thrown away when a station, a place or the people of a region change (its `revision`), so that a report, a plan
// and a what-if answer from one state. Not here: what is counted (rules.h), how a region comes in (import.h).
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "systems/stations/circles/model.h"
#include "systems/stations/circles/rules.h"
#include "systems/stations/stations.h"

namespace tx::stations::circles {

inline constexpr std::int32_t kFar = 3600, kFarDrive = 1800;   // seconds searched for the nearest station
inline constexpr std::int32_t kSiteMost = 1800;                // of a candidate's row: circles up to half an hour

// The graphs of one extract, one for each gait, built on demand; shared by all states of its region.
class Streets {
 public:
  Streets(std::string file, streets::Datum datum) : file_(std::move(file)), datum_(datum) {}
  Result<const streets::Graph*> graph(Gait gait);
  bool is(const std::string& file, streets::Datum datum) const { return file == file_ && datum == datum_; }

 private:
  std::string file_;
  streets::Datum datum_;
  std::mutex mutex_;
  std::array<std::unique_ptr<const streets::Graph>, kGaits.size()> graphs_;
};

// One gait on one ground. `graph` is null where the region has no extract: straight lines then.
struct Net {
  const streets::Graph* graph = nullptr;
  double metres_a_second = 0;                        // of straight lines
  std::vector<streets::Place> demand;                // empty without a graph
  std::vector<streets::Standing> standing;           // of each demand
  streets::Reach stations;                           // station -> demands, up to kFar
  std::vector<std::uint8_t> running;                 // which stations count
  std::vector<std::int32_t> nearest;                 // of each demand, among the running ones
};

class Ground {
 public:
  Ground(StreetRegion of, std::shared_ptr<Streets> on, Straight otherwise)
      : region(std::move(of)), straight(otherwise), streets_(std::move(on)) {}
  const StreetRegion region;
  const Straight straight;
  std::vector<Demand> demand;
  std::vector<Site> stations, candidates;
  bool on_streets() const { return streets_ != nullptr; }
  std::shared_ptr<Streets> streets() const { return streets_; }

  Result<const Net*> net(Gait gait) const;
  Result<const streets::Reach*> candidate_reach(Gait gait) const;   // up to kSiteMost
  // Rows of sites that stand nowhere yet.
  streets::Reach reach_of(const Net& net, std::span<const LonLat> sites, Gait gait, std::int32_t seconds) const;
  Report report(const Net& net) const { return count(demand, net.nearest, net.standing); }
  // Drawn for the eye only; no number comes from it.
  Result<Json> circle(LonLat at, Gait gait, std::span<const int> minutes) const;

 private:
  std::shared_ptr<Streets> streets_;
  mutable std::mutex mutex_;
  mutable std::array<std::unique_ptr<Net>, kGaits.size()> nets_;
  mutable std::array<std::unique_ptr<streets::Reach>, kGaits.size()> candidates_;
};

// One loaded extract, for ways between any two places that it holds. Its graph is built when first walked on.
struct Extract {
  double west = 0, south = 0, east = 0, north = 0;
  std::shared_ptr<Streets> streets;
  bool holds(LonLat at) const { return at.lon >= west && at.lon <= east && at.lat >= south && at.lat <= north; }
};
inline constexpr std::int32_t kWalkMost = 2 * kFar;                // seconds searched for a way; at 5 km/h 10 km
std::int64_t walked_metres(std::int32_t seconds);                  // at 5 km/h
// Metres by streets from a home to each place: -1 where none joins them, more than kWalkMost's where it is further.
std::vector<std::int64_t> street_metres(const Extract& extract, LonLat home, std::span<const LonLat> places);

class Circles {
 public:
  // folder: where imported extracts lie; data: where those of the demonstration lie.
  Circles(std::string folder, std::string data) : folder_(std::move(folder)), data_(std::move(data)) {}
  // Refusal: http.not_found. The same ground is given again until the region's revision moves.
  Result<std::shared_ptr<const Ground>> ground(storage::Reader& reader, const std::string& id);
  std::string extract_path(const StreetRegion& region) const;   // "" without an extract
  const std::string& folder() const { return folder_; }
  std::vector<Extract> extracts(storage::Reader& reader);
  // As Walks::from, for places in degrees.
  std::vector<Walks::Way> walks(storage::Reader& reader, LonLat from, std::span<const LonLat> to);

 private:
  std::shared_ptr<Streets> streets_of(const StreetRegion& region);   // null without an extract; mutex_ is held
  struct Kept {
    std::shared_ptr<const Ground> ground;
    std::shared_ptr<Streets> streets;
  };
  std::string folder_, data_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

std::vector<streets::Place> snapped(const streets::Graph& graph, std::span<const LonLat> places);

// ---- store
std::vector<StreetRegion> regions(storage::Reader& reader);
std::optional<StreetRegion> find_region(storage::Reader& reader, const std::string& id);
void load_ground(storage::Reader& reader, Ground& ground);
Straight straight_of(storage::Reader& reader, const std::string& scope);
// Everything counted on the register's stations of this place is to be counted anew.
void touch(storage::Tx& tx, const std::string& register_code);

streets::Datum datum_of(std::string_view name);   // "gcj02", else WGS-84
LonLat lonlat_of(teams::Position at);          // the register's metres as degrees
std::string region_name(const http::Context& context, const StreetRegion& region);
std::string region_note(const http::Context& context, const StreetRegion& region);
// Officers see every ground that is no part of the register, and of the register what their grant touches.
bool may_plan(const http::Context& context, access::Permission permission, const StreetRegion& region);
Gait gait_asked(const http::Context& context, const StreetRegion& region);   // ?profile=

}  // namespace tx::stations::circles
