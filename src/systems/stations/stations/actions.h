// Commands on a station as a whole; see flow.h for the steps and rules.h for what they demand.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

struct ProposalInput {
  std::string name, level = "station", region, address, hours = "09:00-17:30", why;
};
BOOST_DESCRIBE_STRUCT(ProposalInput, (), (name, level, region, address, hours, why))
struct StepInput {
  std::string reason, next_level;
};
BOOST_DESCRIBE_STRUCT(StepInput, (), (reason, next_level))
struct AppointInput {
  std::string login;
};
BOOST_DESCRIBE_STRUCT(AppointInput, (), (login))
struct DescribeInput {
  std::string address, phone, hours, rooms;
  std::vector<std::string> open_days;  // "1" Monday .. "7" Sunday
  std::int64_t area_m2 = 0;
  bool accessible = false;
};
BOOST_DESCRIBE_STRUCT(DescribeInput, (), (address, phone, hours, rooms, open_days, area_m2, accessible))

// Rules: station.name_missing, station.level_place, station.why_missing, station.hours_unreadable, station.region_missing
Result<Station> propose_station(storage::Tx& tx, const ProposalInput& input, access::AccountId by);
// Rules: those of rules::step and of the table (flow.not_allowed, flow.reason_missing, flow.moved_on)
Result<Station> step_station(storage::Tx& tx, const std::string& id, std::string_view action, const StepInput& input,
                             access::AccountId by);
// Gives the role station_keeper over this station. Rules: station.login_unknown, station.appoint_self
Result<Station> appoint_keeper(storage::Tx& tx, const identity::Vault& vault, const std::string& id,
                               const AppointInput& input, access::AccountId by);
// Rules: station.hours_unreadable, station.days_missing, station.area_range
Result<Station> describe_station(storage::Tx& tx, const std::string& id, const DescribeInput& input);

}  // namespace tx::stations
