// What would change if stations opened, closed or moved: whom the circles reach then, in one pass over the rows in memory.
#pragma once
#include "systems/stations/circles/circles.h"

namespace tx::stations::circles {

struct WhatIfInput {
  std::string plan, profile;       // profile: walk, slow, drive; "": the region's own
  Json add, remove, move;          // [{lon, lat}], [station id], [{station, lon, lat}]
  Json answer;                     // filled on the way
};
BOOST_DESCRIBE_STRUCT(WhatIfInput, (), (plan, profile, add, remove, move, answer))

// Rules: circle.place, circle.station_unknown, circle.too_many, circle.plan_unknown
Result<Json> what_if(storage::Reader& reader, const Ground& ground, const WhatIfInput& input);

// Sites of a stored plan on this ground, as candidate ids; filled by the planning folder.
Result<std::vector<std::string>> sites_of_plan(storage::Reader& reader, const std::string& plan, const std::string& region);

}  // namespace tx::stations::circles
