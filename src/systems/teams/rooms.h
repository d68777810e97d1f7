// Inside the teams room only: what its noun folders share.
#pragma once
#include "systems/teams/teams.h"

namespace tx::teams {

// The page that lets a person choose a community by going down the tree or by its name; links back to
// base?query&region=code.
http::Response where_page(http::Context& context, const std::string& base, const std::string& query, const std::string& region);
void add_volunteer_routes(http::Router& router, const Services& services);
void add_organisation_routes(http::Router& router, const Services& services);
void add_roster_routes(http::Router& router, const Services& services);

}  // namespace tx::teams
