#include "systems/teams/teams.h"

#include "systems/teams/rooms.h"

namespace tx::teams {

void register_routes(http::Router& router, const Services& services) {
  add_volunteer_routes(router, services);
  add_check_routes(router, services);
  add_organisation_routes(router, services);
  add_roster_routes(router, services);
}

}  // namespace tx::teams
