// What would change if stations opened, closed or moved: whom the circles reach then, in one pass over the rows in memory.
#pragma once
#include "systems/stations/circles/circles.h"

namespace tx::stations::circles {

struct WhatIfInput {
  std::string plan, profile;       // profile: walk, slow, drive; "": the region's own
  std::int64_t year = 0;           // of the plan: its sites up to here; 0: all of them
  Json add, remove, move;          // [{lon, lat}], [station id], [{station, lon, lat}]
  Json answer;                     // filled on the way
};
BOOST_DESCRIBE_STRUCT(WhatIfInput, (), (plan, profile, year, add, remove, move, answer))

// Rules: circle.place, circle.station_unknown, circle.too_many, circle.plan_unknown
Result<Json> what_if(storage::Reader& reader, const Ground& ground, const WhatIfInput& input);

// Seconds to the nearest station for each demand if the sites of a plan stood too, up to a year (0: all).
Result<std::vector<std::int32_t>> nearest_with_plan(storage::Reader& reader, const Ground& ground, Gait gait, std::vector<std::int32_t> nearest,
                                                    const std::string& plan, std::int64_t year);

// Sites of a stored plan on this ground up to a year (0: all), as candidate ids; filled by the planning folder.
Result<std::vector<std::string>> sites_of_plan(storage::Reader& reader, const std::string& plan, const std::string& region, std::int64_t year = 0);

}  // namespace tx::stations::circles
