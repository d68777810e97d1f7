#include <algorithm>

#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/circles/circles.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/flow.h"

namespace tx::stations {

std::optional<Station> find_station(storage::Reader& reader, std::int64_t id) {
  return storage::find<Station>(reader, "select * from station where id = $1", id);
}
std::optional<Station> find_station(storage::Reader& reader, const std::string& text) {
  return find_station(reader, id_value(text).value_or(0));
}
Result<Station> station_of(storage::Reader& reader, const std::string& text) {
  auto station = find_station(reader, text);
  if (!station) return refuse(Kind::not_found, "http.not_found");
  return *station;
}

std::optional<Station> station_of_community(storage::Reader& reader, const std::string& region) {
  return storage::find<Station>(reader,
                                "select * from station where region = $1 and state not in ('closed','dropped') "
                                "order by case state when 'open' then 0 else 1 end, id limit 1",
                                region);
}

std::optional<Station> nearest_open_station(storage::Reader& reader, teams::Position at, std::int64_t most_m) {
  const auto rows =
      storage::query(reader,
                     "select s.*, r.x_m, r.y_m from station s join region r on r.code = s.region where "
                     "s.state in ('open','upgrading') and s.on_duty_since > 0 and r.x_m between $1 and $2 and "
                     "r.y_m between $3 and $4",
                     at.x_m - most_m, at.x_m + most_m, at.y_m - most_m, at.y_m + most_m);
  std::vector<teams::Position> doors;
  for (std::size_t i = 0; i < rows.size(); ++i) doors.push_back(storage::read_row<teams::Position>(rows, i));
  std::optional<std::size_t> best;
  const auto ways = doors.empty() ? std::vector<Walks::Way>() : Walks(reader).from(at, doors);
  for (std::size_t i = 0; i < ways.size(); ++i)
    if (teams::distance_m(at, doors[i]) <= most_m && (!best || ways[i].metres < ways[*best].metres)) best = i;
  return best ? std::optional(storage::read_row<Station>(rows, *best)) : std::nullopt;
}

std::optional<Station> own_station(const http::Context& context) {
  for (const auto& text : access::stations_of(context.roles, context.actor, permission::keep))
    if (auto station = find_station(context.reader, text)) return station;
  return std::nullopt;
}

bool may_over(const access::Roles& roles, const access::Actor& actor, access::Permission permission,
              const Station& station) {
  access::Place place;
  place.region = station.region;
  place.station = station.id.text();
  return access::decide(roles, actor, access::Access::over(permission, "station"), &place).allowed;
}

bool may_in(const http::Context& context, access::Permission permission, const std::string& region) {
  for (const auto& prefix : access::regions_of(context.roles, context.actor, permission))
    if (region.starts_with(prefix)) return true;
  return false;
}

void tell_keeper(storage::Tx& tx, const Station& station, const std::string& key, const std::string& link) {
  if (station.keeper) notices::send(tx, {station.keeper, key, {{"name", station.name}}, link});
}

Result<void> move_station(storage::Tx& tx, Station& station, std::string_view action, access::AccountId by,
                          const std::string& reason) {
  const auto taken =
      TX_TRY(workflow::take(tx, kStationFlow, station.id.value, station.state, action, by, reason, station.region));
  station.state = taken.state;
  station.due = taken.due;
  circles::touch(tx, station.region);
  if (station.state == "open" && !station.opened.us) station.opened = tx.now();
  if (station.state != "open" && station.state != "upgrading")
    station.on_duty_since = {};  // nobody serves behind closed doors
  return {};
}

}  // namespace tx::stations
