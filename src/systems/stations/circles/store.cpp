#include <cmath>
#include <map>
#include <set>

#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"
#include "systems/stations/circles/circles.h"
#include "systems/stations/rooms.h"

namespace tx::stations::circles {
namespace {

struct Community {
  std::string code, name;
  std::int64_t x_m = 0, y_m = 0, people = 0, elders = 0;
};
BOOST_DESCRIBE_STRUCT(Community, (), (code, name, x_m, y_m, people, elders))
struct Standing {
  std::int64_t id = 0;
  std::string code, name, level, region, state;
  std::int64_t x_m = 0, y_m = 0;
  bool standard = false;
};
BOOST_DESCRIBE_STRUCT(Standing, (), (id, code, name, level, region, state, x_m, y_m, standard))

// What a station of a kind costs where the operator has not said: one unit, so that a budget is a number of stations.
constexpr std::int64_t kCost = 1;

void register_demand(storage::Reader& reader, Ground& ground) {
  for (const auto& row : storage::select<Community>(
           reader,
           "select r.code, r.name, r.x_m, r.y_m, coalesce(p.people, 0) as people, coalesce(p.elders, 0) as elders "
           "from region r left join community_people p on p.code = r.code where r.level = 5 and r.code like $1 order by r.code",
           ground.region.scope + "%"))
    ground.demand.push_back({row.code, row.name, row.code.substr(0, 9), row.code.substr(0, 6), row.code,
                             lonlat_of({row.x_m, row.y_m}), row.people, row.elders});
}

// The register's stations stand where their community does, unless the operator has said better.
void register_stations(storage::Reader& reader, Ground& ground, const std::map<std::string, LonLat>& true_places) {
  for (const auto& row : storage::select<Standing>(
           reader,
           "select s.id, s.code, s.name, s.level, s.region, s.state, s.standard, r.x_m, r.y_m from "
           "station s join region r on r.code = s.region where s.region like $1 and s.state not in ('closed','dropped') order by s.id",
           ground.region.scope + "%")) {
    Site site{id_text(row.id), row.name, row.region.substr(0, 9), row.region, row.level, row.state,
              lonlat_of({row.x_m, row.y_m})};
    if (const auto found = true_places.find(row.code); found != true_places.end()) site.at = found->second;
    site.running = row.state == "open" || row.state == "upgrading";
    site.standard = row.standard;
    ground.stations.push_back(std::move(site));
  }
}

// Where no list of sites was given, every community without a station is one: its service building.
void register_candidates(Ground& ground) {
  std::set<std::string> taken;
  for (const auto& station : ground.stations) taken.insert(station.community);
  for (const auto& demand : ground.demand)
    if (!taken.contains(demand.community))
      ground.candidates.push_back({demand.code, demand.name, demand.town, demand.community, "community", "", demand.at, kCost});
}

}  // namespace

std::vector<StreetRegion> regions(storage::Reader& reader) {
  return storage::select<StreetRegion>(reader, "select * from street_region order by created, id");
}
std::optional<StreetRegion> find_region(storage::Reader& reader, const std::string& id) {
  return storage::find<StreetRegion>(reader, "select * from street_region where id = $1", id);
}

void load_ground(storage::Reader& reader, Ground& ground) {
  const auto& region = ground.region;
  for (const auto& row : storage::select<DemandPoint>(
           reader, "select * from demand_point where region = $1 and edition = $2 order by code", region.id, region.edition))
    ground.demand.push_back({row.code, row.name, row.town, row.county, row.community, {row.lon, row.lat}, row.people, row.elders});
  if (ground.demand.empty() && !region.scope.empty()) register_demand(reader, ground);
  std::map<std::string, LonLat> true_places;
  std::vector<Site> own;
  for (const auto& row : storage::select<StationPlace>(
           reader, "select * from station_place where region = $1 and edition = $2 order by code", region.id, region.edition)) {
    true_places[row.code] = {row.lon, row.lat};
    Site site{row.code, row.name, row.town, "", row.kind, row.state, {row.lon, row.lat}};
    site.running = row.state == "open";
    own.push_back(std::move(site));
  }
  if (!region.scope.empty()) {
    std::set<std::string> codes;
    for (const auto& row : storage::query(reader, "select code from station where region like $1", region.scope + "%").rows)
      codes.insert(std::get<std::string>(row[0]));
    std::erase_if(own, [&](const Site& site) { return codes.contains(site.id); });
    register_stations(reader, ground, true_places);
  }
  ground.stations.insert(ground.stations.end(), own.begin(), own.end());
  for (const auto& row : storage::select<CandidateSite>(
           reader, "select * from candidate_site where region = $1 and edition = $2 order by code", region.id, region.edition))
    ground.candidates.push_back({row.code, row.name, row.town, row.community, row.kind, "", {row.lon, row.lat}, row.cost});
  if (ground.candidates.empty()) register_candidates(ground);
}

Straight straight_of(storage::Reader& reader, const std::string& scope) {
  Straight straight;
  straight.detour_percent = std::max(100, workflow::setting_amount(reader, "station.detour_percent", scope, straight.detour_percent));
  straight.drive_kmh = std::max(1, workflow::setting_amount(reader, "station.drive_kmh", scope, straight.drive_kmh));
  return straight;
}

void touch(storage::Tx& tx, const std::string& register_code) {
  storage::execute(tx, "update street_region set revision = revision + 1 where scope <> '' and $1 like scope || '%'", register_code);
}

streets::Datum datum_of(std::string_view name) { return name == "gcj02" ? streets::Datum::gcj02 : streets::Datum::wgs84; }

// The inverse of the register's metres (teams/regions): east and north of 106 E 37.5 N on a cylinder that touches there.
LonLat lonlat_of(teams::Position at) {
  constexpr double lat0 = 37.5, lon0 = 106.0, pi = 3.14159265358979;
  return {lon0 + static_cast<double>(at.x_m) / (111'320.0 * std::cos(lat0 * pi / 180)), lat0 + static_cast<double>(at.y_m) / 110'574.0};
}

std::string region_name(const http::Context& context, const StreetRegion& region) {
  return context.language == language::Language::en && !region.name_en.empty() ? region.name_en : region.name_zh;
}
std::string region_note(const http::Context& context, const StreetRegion& region) {
  return context.language == language::Language::en && !region.note_en.empty() ? region.note_en : region.note_zh;
}

bool may_plan(const http::Context& context, access::Permission permission, const StreetRegion& region) {
  for (const auto& prefix : access::regions_of(context.roles, context.actor, permission))
    if (region.scope.empty() || region.scope.starts_with(prefix) || prefix.starts_with(region.scope)) return true;
  return false;
}

Gait gait_asked(const http::Context& context, const StreetRegion& region) {
  const auto asked = enum_value<Gait>(context.request.query["profile"].text());
  return asked ? *asked : enum_value<Gait>(region.gait).value_or(Gait::walk);
}

}  // namespace tx::stations::circles
