// Inside the teams room only: what its noun folders share.
#pragma once
#include "systems/teams/teams.h"

namespace tx::teams {

// The page that lets a person choose a community by going down the tree or by its name; links back to
// base?query&region=code.
http::Response where_page(http::Context& context, const std::string& base, const std::string& query, const std::string& region);
// The next free public number of a county and month; never given out twice, whatever is deleted.
std::string next_volunteer_no(storage::Tx& tx, const std::string& region);
Json volunteer_pill(const http::Context& context, const std::string& state);
// "" when the person is not known to the organisation; invited, asked, member.
std::string membership(storage::Reader& reader, std::int64_t organisation, std::int64_t volunteer);
// What the profile page shows below the form: invitations, papers, exclusions, pause.
void add_own_matters(http::Context& context, const Volunteer& volunteer, Json& view);
void add_own_routes(http::Router& router, http::PageHandler profile);
void add_minor_routes(http::Router& router, const Services& services);
void add_check_routes(http::Router& router, const Services& services);
void add_people(http::Context& context, const Organisation& organisation, Json& view);
void add_member_routes(http::Router& router, http::PageHandler page);
void add_volunteer_routes(http::Router& router, const Services& services);
void add_organisation_routes(http::Router& router, const Services& services);
void add_roster_routes(http::Router& router, const Services& services);

}  // namespace tx::teams
