#include "engines/streets/place.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace tx::streets {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double near_enough = 60;          // metres within which a datum fits the test point

// One term of the published shift: two sine waves over x, of two periods.
double waves(double x, double amplitude, double period, double other_amplitude, double other_period) {
  constexpr double pi = std::numbers::pi;
  return (amplitude * std::sin(x / period * pi) + other_amplitude * std::sin(x / other_period * pi)) * 2 / 3;
}

struct Degrees { double lat, lon; };

Degrees shift(double lat, double lon) {
  constexpr double axis = 6378245.0, flat = 0.00669342162296594323;
  const double x = lon - 105, y = lat - 35;
  const double common = waves(x, 20, 1.0 / 6, 20, 1.0 / 2);
  const double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) + common +
                       waves(y, 20, 1, 40, 3) + waves(y, 160, 12, 320, 30);
  const double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) + common +
                      waves(x, 20, 1, 40, 3) + waves(x, 150, 12, 300, 30);
  const double sine = std::sin(lat * radians);
  const double magic = 1 - flat * sine * sine, root = std::sqrt(magic);
  return {north / ((axis * (1 - flat)) / (magic * root) * radians),
          east / (axis / root * std::cos(lat * radians) * radians)};
}

bool in_china(double lat, double lon) {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

}  // namespace

std::optional<Position> position(double lat, double lon) {
  if (!(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180)) return std::nullopt;
  return Position{static_cast<std::int32_t>(std::lround(lat * 1e7)), static_cast<std::int32_t>(std::lround(lon * 1e7))};
}

Scale scale_at(double degrees_north) {
  constexpr double axis = 6378137.0, eccentricity = 0.00669437999014;
  const double sine = std::sin(degrees_north * radians);
  const double magic = 1 - eccentricity * sine * sine, root = std::sqrt(magic);
  return {axis * (1 - eccentricity) / (magic * root) * radians * 1e-7,
          axis / root * std::cos(degrees_north * radians) * radians * 1e-7};
}

double metres(Position from, Position to) {
  const Scale scale = scale_at((latitude(from) + latitude(to)) / 2);
  const double north = (static_cast<double>(to.lat) - from.lat) * scale.lat;
  const double east = (static_cast<double>(to.lon) - from.lon) * scale.lon;
  return std::sqrt(north * north + east * east);
}

Position to_gcj02(Position at) {
  const double lat = latitude(at), lon = longitude(at);
  if (!in_china(lat, lon)) return at;
  const Degrees by = shift(lat, lon);
  return *position(lat + by.lat, lon + by.lon);
}

Position to_wgs84(Position at) {
  const double lat = latitude(at), lon = longitude(at);
  if (!in_china(lat, lon)) return at;
  double back_lat = lat, back_lon = lon;
  for (int round = 0; round < 8; ++round) {  // the shift changes slowly, so repeating it converges fast
    const Degrees by = shift(back_lat, back_lon);
    back_lat = lat - by.lat;
    back_lon = lon - by.lon;
  }
  return *position(back_lat, back_lon);
}

Result<DatumTest> test_datum(Position in_file, Position by_gps) {
  DatumTest test;
  test.metres_wgs84 = metres(in_file, by_gps);
  test.metres_gcj02 = metres(to_wgs84(in_file), by_gps);
  const bool wgs84 = test.metres_wgs84 <= near_enough, gcj02 = test.metres_gcj02 <= near_enough;
  if (wgs84 == gcj02)
    return refuse(Kind::invalid, "streets.datum_unclear", "",
                  {{"wgs84", std::to_string(std::llround(test.metres_wgs84))},
                   {"gcj02", std::to_string(std::llround(test.metres_gcj02))}});
  test.datum = wgs84 ? Datum::wgs84 : Datum::gcj02;
  return test;
}

}  // namespace tx::streets
