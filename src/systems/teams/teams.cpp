#include "systems/teams/teams.h"

#include "systems/teams/minors/flow.h"
#include "systems/teams/organisations/flow.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/flow.h"

namespace tx::teams {

std::vector<const workflow::Flow*> flows() { return {&kOrganisationFlow, &kVolunteerFlow, &kMinorAccessFlow}; }

void register_routes(http::Router& router, const Services& services) {
  add_volunteer_routes(router, services);
  add_check_routes(router, services);
  add_minor_routes(router, services);
  add_organisation_routes(router, services);
  add_roster_routes(router, services);
}

}  // namespace tx::teams
