// Street regions (街道区域): a piece of ground for which the 15-minute circle (十五分钟服务圈) is counted. It has, or lacks, a
// street extract; it has points where people live, stations that stand, and sites where stations could stand. A region with a
// `scope` takes its communities and stations from the register of the house; one without is a place of its own.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::stations::circles {

// How people move: an adult on foot (5 km/h), an elder on foot (0.8 m/s), by car. Speeds: engines/streets.
enum class Gait { walk, slow, drive };
BOOST_DESCRIBE_ENUM(Gait, walk, slow, drive)
inline constexpr std::array kGaits{Gait::walk, Gait::slow, Gait::drive};

struct LonLat {
  double lon = 0, lat = 0;
};

struct StreetRegion {
  std::string id;                  // "porto_alegre": lower-case letters, digits, _
  std::string name_zh, name_en;
  std::string scope;               // code prefix of the register ("64"); "": not of the register
  bool synthetic = false;          // positions are made up
  std::string note_zh, note_en;    // what everybody who sees a figure must know
  std::string attribution;         // must be shown wherever the map or its figures are
  double west = 0, south = 0, east = 0, north = 0;
  std::string extract_file, extract_hash;   // in the folder of extracts; "": straight lines with a factor
  std::int64_t extract_bytes = 0;
  std::string extract_datum = "wgs84";      // wgs84 (OpenStreetMap's own), or gcj02: what it was drawn in; turned on reading
  std::int64_t edition = 0;        // which of its rows hold
  std::int64_t revision = 1;       // grows with everything that changes a figure
  std::string gait = "walk";       // the way of moving that its page begins with
  access::AccountId created_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(StreetRegion, (), (id, name_zh, name_en, scope, synthetic, note_zh, note_en, attribution, west, south,
                                         east, north, extract_file, extract_hash, extract_bytes,
                                         extract_datum, edition, revision, gait,
                                         created_by, created, changed))

// Where people live. `community`: code in the register, where it is one of the register's.
struct DemandPoint {
  std::string region;
  std::int64_t edition = 0;
  std::string code, name, town, county, community;
  double lon = 0, lat = 0;
  std::int64_t people = 0, elders = 0;
};
BOOST_DESCRIBE_STRUCT(DemandPoint, (), (region, edition, code, name, town, county, community, lon, lat, people, elders))

// Where a station could stand, and what it would cost (in the operator's unit of money, said on the page).
struct CandidateSite {
  std::string region;
  std::int64_t edition = 0;
  std::string code, name, town, community, kind;
  double lon = 0, lat = 0;
  std::int64_t cost = 1;
};
BOOST_DESCRIBE_STRUCT(CandidateSite, (), (region, edition, code, name, town, community, kind, lon, lat, cost))

// A station's place: its true position where the code is one of the register's stations, else one that stands on its own.
struct StationPlace {
  std::string region;
  std::int64_t edition = 0;
  std::string code, name, town, kind, state;   // state: open, resting, coming
  double lon = 0, lat = 0;
};
BOOST_DESCRIBE_STRUCT(StationPlace, (), (region, edition, code, name, town, kind, state, lon, lat))

// ---- as they stand in memory
struct Demand {
  std::string code, name, town, county, community;
  LonLat at;
  std::int64_t people = 0, elders = 0;
};
struct Site {
  std::string id, name, town, community, kind, state;   // id: of the register, or the code
  LonLat at;
  std::int64_t cost = 1;
  bool running = false;            // counts for the circle: open, or open while it is upgraded
  bool standard = false;           // has the six haves (达标)
};

}  // namespace tx::stations::circles
