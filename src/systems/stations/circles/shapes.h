// Shapes for the map: what a circle on streets looks like. For the eye only; no number comes from a shape.
#pragma once
#include <span>

#include "base/json.h"
#include "engines/streets/streets.h"
#include "systems/stations/circles/model.h"

namespace tx::stations::circles {

// One GeoJSON MultiPolygon for each bound in minutes, the widest first: the reached pieces of street, each with some metres of
// ground around it, outlines smoothed. {type, features: [{geometry, properties: {minutes}}]}
Json street_shapes(std::span<const streets::ReachedLine> lines, LonLat centre, std::span<const int> minutes);
// The same without streets: round circles.
Json round_shapes(LonLat centre, double metres_a_second, std::span<const int> minutes);

}  // namespace tx::stations::circles
