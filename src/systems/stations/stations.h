// The door of the stations room (阵地): a station stands in a community, has a keeper and hours, and says truthfully
// whether it is open. (Circles, six-haves and the building plan move in with their own issue.)
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "systems/teams/teams.h"

namespace tx::stations {

namespace permission {
inline constexpr access::Permission keep{"station.keep"};
}

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
};

struct StationTag;
struct Station {
  Id<StationTag> id;
  std::string code, name, level, region, address, phone, hours;   // level: centre, sub_centre, station, point
  std::string state;                                              // open_for_business, resting, closed
  Instant on_duty_since;                                          // 0: nobody on duty now, so it is not open
  access::AccountId keeper;
};
BOOST_DESCRIBE_STRUCT(Station, (), (id, code, name, level, region, address, phone, hours, state, on_duty_since, keeper))

std::optional<Station> station_of_community(storage::Reader& reader, const std::string& region);
// The nearest station with somebody on duty now, in a straight line, within `most_m`; nothing when none is open there.
std::optional<Station> nearest_open_station(storage::Reader& reader, teams::Position at, std::int64_t most_m);

// What another room shows on the keeper's day board: {panel_title, panel_href?, rows} or {…, empty}; null: nothing.
// Registered before the server starts.
using BoardPanel = std::function<Json(http::Context&, const Station&)>;
void add_board_panel(BoardPanel panel);
std::vector<storage::Migration> migrations();   // block 150-199
void register_routes(http::Router& router, const Services& services);
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const Clock& clock);

}  // namespace tx::stations
