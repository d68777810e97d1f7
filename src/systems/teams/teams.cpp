#include "systems/teams/teams.h"

#include "systems/teams/minors/flow.h"
#include "systems/teams/oath/oath.h"
#include "systems/teams/organisations/flow.h"
#include "systems/teams/rooms.h"
#include "systems/teams/training/training.h"
#include "systems/teams/volunteers/flow.h"

namespace tx::teams {

std::vector<const workflow::Flow*> flows() { return {&kOrganisationFlow, &kVolunteerFlow, &kMinorAccessFlow, &kCourseFlow}; }

void register_routes(http::Router& router, const Services& services) {
  add_volunteer_routes(router, services);
  add_check_routes(router, services);
  add_minor_routes(router, services);
  add_organisation_routes(router, services);
  add_roster_routes(router, services);
  add_training_routes(router);
  add_training_desk_routes(router);
  add_oath_routes(router);
  add_training_work(services.jobs);
}

}  // namespace tx::teams
