// For tests of this room only: the demonstration's stations with a keeper, a neighbour and two officers.
#pragma once
#include "systems/stations/stations.h"
#include "systems/teams/trial.h"

namespace tx::stations::trial {

using teams::trial::answer_of;
using teams::trial::kHome;
using teams::trial::rule_of;

struct Stations : teams::trial::House {
  explicit Stations(storage::trial::Engine engine) : House(engine, stations::migrations()) {
    stations::register_routes(router, {*store, vault, clock, *jobs});
    stations::add_timed_work(*jobs, clock);
    EXPECT_TRUE(stations::load_demonstration(*store, vault, "data", clock, "640104").has_value());
    const auto own = station_of_community(*store->read(), kHome);
    home = own->id.text();
    person("keeper", 5, {{"station_keeper", access::ScopeKind::station, home}});
    person("anna", 7);
    person("officer", 8, {{"federation_officer", access::ScopeKind::region, "64"}});
    person("other_officer", 9, {{"federation_officer", access::ScopeKind::region, "6401"}});
    person("far_officer", 10, {{"federation_officer", access::ScopeKind::region, "6405"}});
    open();
  }
  Station at(const std::string& id) {
    return *storage::find<Station>(*store->read(), "select * from station where id = $1", id_value(id).value_or(0));
  }
  bool is_open() { return station_of_community(*store->read(), kHome)->on_duty_since.us > 0; }
  std::string home;
};

}  // namespace tx::stations::trial
