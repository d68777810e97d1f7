// What people do with a station as a whole: propose it, take a step of its life, appoint its keeper, describe it.
#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/actions.h"
#include "systems/stations/stations/flow.h"
#include "systems/stations/stations/rules.h"

namespace tx::stations {
namespace {

// "S640104001002", then "S640104001002-2": a community may have more than one.
std::string free_code(storage::Reader& reader, const std::string& region) {
  const auto taken =
      storage::scalar<std::int64_t>(reader, "select count(*) from station where region = $1", region).value_or(0);
  return "S" + region + (taken ? "-" + std::to_string(taken + 1) : "");
}

std::string day_mask(const std::vector<std::string>& days) {
  std::string mask = "0000000";
  for (const auto& day : days)
    if (day.size() == 1 && day[0] >= '1' && day[0] <= '7') mask[static_cast<std::size_t>(day[0] - '1')] = '1';
  return mask;
}

}  // namespace

Result<Station> propose_station(storage::Tx& tx, const ProposalInput& input, access::AccountId by) {
  Station station;
  station.id = {tx.new_id()};
  station.name = normal_text(input.name);
  station.level = input.level;
  station.region = input.region;
  station.address = normal_text(input.address);
  station.hours = input.hours;
  station.why = normal_text(input.why);
  TX_CHECK(rules::proposal(station));
  if (!teams::region_position(tx, station.region)) return refuse(Kind::invalid, "station.region_missing", "region");
  station.code = free_code(tx, station.region);
  station.search = search_tokens(station.name + " " + teams::region_name(tx, station.region, language::Language::zh));
  station.created_by = by;
  station.created = tx.now();
  TX_CHECK(move_station(tx, station, "propose", by, station.why));
  storage::insert(tx, "station", station);
  return station;
}

Result<Station> step_station(storage::Tx& tx, const std::string& id, std::string_view action, const StepInput& input,
                             access::AccountId by) {
  Station station = TX_TRY(station_of(tx, id));
  TX_CHECK(rules::step(station, action, by, input.next_level));
  TX_CHECK(move_station(tx, station, action, by, input.reason));
  if (action == "upgrade") station.next_level = input.next_level;
  if (action == "finish_upgrade") station.level = station.next_level;
  if (action == "finish_upgrade" || action == "stop_upgrade") station.next_level.clear();
  storage::update(tx, "station", station);
  const std::string key = "notice.station." + station.state, link = "/stations/" + station.id.text() + "/file";
  for (const auto account :
       {station.created_by, station.keeper == station.created_by ? access::AccountId{} : station.keeper})
    if (account && account != by) notices::send(tx, {account, key, {{"name", station.name}}, link});
  return station;
}

Result<Station> appoint_keeper(storage::Tx& tx, const identity::Vault& vault, const std::string& id,
                               const AppointInput& input, access::AccountId by) {
  Station station = TX_TRY(station_of(tx, id));
  if (station.state == "closed" || station.state == "dropped") return refuse(Kind::conflict, "flow.not_allowed");
  const auto account = identity::find_account(tx, vault, input.login);
  if (!account) return refuse(Kind::invalid, "station.login_unknown", "login");
  if (account == by) return refuse(Kind::forbidden, "station.appoint_self", "login");
  if (account != station.keeper)
    identity::grant(tx, account, {"station_keeper", access::ScopeKind::station, station.id.text()}, by);
  station.keeper = account;
  storage::update(tx, "station", station);
  notices::send(tx, {account, "notice.station.appointed", {{"name", station.name}}, "/stations/board"});
  return station;
}

Result<Station> describe_station(storage::Tx& tx, const std::string& id, const DescribeInput& input) {
  Station station = TX_TRY(station_of(tx, id));
  if (!input.hours.empty() && !rules::read_hours(input.hours))
    return refuse(Kind::invalid, "station.hours_unreadable", "hours");
  if (station.state == "open" && input.hours.empty()) return refuse(Kind::invalid, "station.hours_unreadable", "hours");
  const std::string days = day_mask(input.open_days);
  if (!rules::is_day_mask(days)) return refuse(Kind::invalid, "station.days_missing", "open_days");
  if (input.area_m2 < 0 || input.area_m2 > 100'000) return refuse(Kind::invalid, "station.area_range", "area_m2");
  station.address = normal_text(input.address);
  station.phone = normal_text(input.phone);
  station.hours = input.hours;
  station.open_days = days;
  station.area_m2 = input.area_m2;
  station.accessible = input.accessible;
  station.rooms = normal_text(input.rooms);
  storage::update(tx, "station", station);
  return station;
}

}  // namespace tx::stations
