// Inside the stations room only: the routes and jobs of street regions, circles and plans.
#pragma once
#include <memory>

#include "systems/stations/stations.h"

namespace tx::stations {
namespace circles {
class Circles;
}

void add_circle_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held);
void add_region_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held, jobs::Jobs& jobs);
void add_planning_routes(http::Router& router);

}  // namespace tx::stations
