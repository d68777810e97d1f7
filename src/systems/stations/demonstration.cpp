// Stations of the demonstration region, made up with a fixed seed: nearly every community has one, some are still coming,
// some rest, and some communities visibly lack one.
#include <random>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/actions.h"
#include "systems/stations/stations/flow.h"

namespace tx::stations {
namespace {

constexpr char kKeeperHome[] = "640104001002";

struct Made {
  std::mt19937_64 random{20241015};
  int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
};

void event(storage::Tx& tx, std::int64_t object, int seq, std::string_view from, std::string_view action, std::string_view to, Instant at) {
  workflow::Event event;
  event.id = tx.new_id();
  event.object = object;
  event.seq = seq;
  event.flow = kStationFlow.id;
  event.from_state = from;
  event.action = action;
  event.to_state = to;
  event.at = at;
  storage::insert(tx, "flow_event", event);
}

Station drafted(storage::Tx& tx, const teams::Region& region, const char* level) {
  Station station;
  station.id = {tx.new_id()};
  station.code = "S" + region.code;
  station.name = region.name;
  station.level = level;
  station.region = region.code;
  station.hours = "09:00-17:30";
  station.search = search_tokens(region.name);
  return station;
}

// One that has stood for a while: its way is written with past times.
void standing(storage::Tx& tx, Made& made, Station& station) {
  const Instant opened = tx.now().plus(-(60 + made.below(1400)) * kDay);
  station.opened = opened;
  station.created = opened.plus(-120 * kDay);
  station.open_days = made.below(3) ? "1111111" : "1111100";
  station.area_m2 = 40 + 10 * made.below(20);
  station.accessible = made.below(4) != 0;
  station.state = "open";
  event(tx, station.id.value, 1, "", "propose", "proposed", station.created);
  event(tx, station.id.value, 2, "proposed", "approve", "approved", station.created.plus(6 * kDay));
  event(tx, station.id.value, 3, "approved", "prepare", "preparing", station.created.plus(9 * kDay));
  event(tx, station.id.value, 4, "preparing", "open", "open", opened);
}

// One that is still coming: its last step is a real one, so that its clock runs.
Result<void> coming(storage::Tx& tx, Station& station, int way) {
  station.created = tx.now();
  station.why = station.name;
  TX_CHECK(move_station(tx, station, "propose", {}, ""));
  if (way > 0) TX_CHECK(move_station(tx, station, "approve", {}, ""));
  if (way > 1) TX_CHECK(move_station(tx, station, "prepare", {}, ""));
  return {};
}

Result<void> one_community(storage::Tx& tx, Made& made, const teams::Region& region, int serial, const identity::Vault& vault) {
  const bool home = region.code == kKeeperHome;
  if (!home && serial % 41 == 5) return {};   // lacks one: the coverage page shows it
  Station station = drafted(tx, region, "station");
  if (!home && serial % 67 == 9) {
    TX_CHECK(coming(tx, station, serial % 3));
  } else {
    standing(tx, made, station);
    if (!home && serial % 97 == 11) TX_CHECK(move_station(tx, station, "rest", {}, station.name));
    if (station.state == "open" && serial % 3) station.on_duty_since = tx.now();
  }
  if (home) {
    station.keeper = identity::find_account(tx, vault, "sunzhan");
    if (station.keeper) identity::grant(tx, station.keeper, {"station_keeper", access::ScopeKind::station, station.id.text()}, {});
  }
  storage::insert(tx, "station", station);
  return {};
}

}  // namespace

Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string&, const Clock&) {
  Made made;
  auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    int serial = 0;
    for (const auto& region : storage::select<teams::Region>(tx, "select code, name, level, parent from region where level = 5 order by code"))
      TX_CHECK(one_community(tx, made, region, ++serial, vault));
    for (const auto& region : storage::select<teams::Region>(tx, "select code, name, level, parent from region where level in (3, 4) order by code")) {
      Station station = drafted(tx, region, region.level == 3 ? "centre" : "sub_centre");
      standing(tx, made, station);
      if (made.below(4)) station.on_duty_since = tx.now();
      storage::insert(tx, "station", station);
    }
    return Json(serial);
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations
