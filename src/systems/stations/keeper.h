// Inside the stations room only: what a keeper does to the own station, each command declared in one line. Every one of them asks
// for the keeper's permission over the station, finds the station, and names its region to the audit entry.
#pragma once
#include "systems/stations/rooms.h"

namespace tx::stations {

struct KeeperCommands {
  http::Router& router;
  http::PageHandler page;                                                           // shown again on a refusal
  std::function<std::string(const http::CommandContext&, const Json&)> next;

  // path: below the station's own. act(tx, context, station, input) -> Result<Json>, the members of the answer.
  template <class Input, class Act>
  void add(const char* name, const char* path, const char* flash, Act act) const {
    http::CommandSpec spec{.name = name, .path = std::string("/stations/{station}") + path, .access = access::Access::over(permission::keep, "station")};
    spec.next = next;
    spec.flash = flash;
    spec.page = page;
    spec.region_field = "region";
    router.command<Input>(std::move(spec), [act](storage::Tx& tx, const http::CommandContext& context, const Input& input) -> Result<Json> {
      auto station = TX_TRY(station_of(tx, context.argument("station")));
      Json answer = TX_TRY(act(tx, context, station, input));
      answer.set("region", station.region);
      return answer;
    });
  }
};

}  // namespace tx::stations
