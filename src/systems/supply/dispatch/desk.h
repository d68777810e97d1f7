// Pages of the dispatch desk and of the asked volunteer; wired by supply.cpp.
#pragma once
#include "platform/http/http.h"
#include "systems/supply/supply.h"

namespace tx::supply {

void add_desk_routes(http::Router& router, const Services& services);
void add_asked_routes(http::Router& router, const Services& services);

}  // namespace tx::supply
