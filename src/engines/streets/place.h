// Positions on the ground, and the two datums met in China: WGS-84 (GPS, OpenStreetMap) and GCJ-02 (what Chinese map
// services hand out, shifted by up to some 700 m). Everything inside the streets engine is WGS-84.
#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"

namespace tx::streets {

struct Position {                          // in 1e-7 degrees, about a centimetre
  std::int32_t lat = 0, lon = 0;
  friend bool operator==(Position, Position) = default;
};
// nullopt: not a number, or not on the globe.
std::optional<Position> position(double lat, double lon);
inline double latitude(Position at) { return at.lat * 1e-7; }
inline double longitude(Position at) { return at.lon * 1e-7; }

// Metres along the ellipsoid; exact to a millimetre a kilometre for what lies within some tens of kilometres.
double metres(Position from, Position to);
struct Scale { double lat = 0, lon = 0; };  // metres in one unit of Position near a place
Scale scale_at(double degrees_north);

enum class Datum : std::uint8_t { wgs84, gcj02 };
Position to_gcj02(Position wgs84);          // unchanged outside China
Position to_wgs84(Position gcj02);          // the inverse, to a centimetre

// One place known twice: as the operator's file has it, and as a GPS receiver shows it. Says which datum the file is
// in. Refusal: streets.datum_unclear when neither fits within 60 m, or both do (outside China they are the same).
struct DatumTest { Datum datum = Datum::wgs84; double metres_wgs84 = 0, metres_gcj02 = 0; };
Result<DatumTest> test_datum(Position in_file, Position by_gps);

}  // namespace tx::streets
