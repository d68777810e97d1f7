// What the 15-minute circle counts: pure, from seconds to the nearest station and people. Every person is counted once, those
// whom no street reaches included: shares are of all people.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engines/streets/streets.h"
#include "systems/stations/circles/model.h"

namespace tx::stations::circles {

inline constexpr std::array kBands{5, 10, 15};   // minutes; the circle of the policy is the last
inline constexpr int kCircle = 15;

struct Heads {
  std::int64_t people = 0, elders = 0;
  void add(const Demand& demand) { people += demand.people, elders += demand.elders; }
};
struct Report {
  Heads all, missed, island, too_far, outside;   // missed: on the streets, but no station within the circle
  std::array<Heads, kBands.size()> within;       // at most 5, 10, 15 minutes
  const Heads& reached() const { return within.back(); }
};
// nearest: seconds to the nearest running station, -1: none found.
Report count(std::span<const Demand> demand, std::span<const std::int32_t> nearest,
             std::span<const streets::Standing> standing);

// Demands outside the circle with anybody in them, the widest gap first. by: people, elders, minutes; ties by code.
std::vector<std::size_t> gaps(std::span<const Demand> demand, std::span<const std::int32_t> nearest, const std::string& by);

// The nearest of the open rows for each demand; -1: none.
void lower(std::vector<std::int32_t>& nearest, const streets::Reach& reach, std::size_t site);
std::vector<std::int32_t> nearest_of(const streets::Reach& reach, std::span<const std::uint8_t> open);

// Without streets: the straight line, longer by a factor, at an even speed. The factor and the speed of cars are the operator's
// (settings station.detour_percent, station.drive_kmh). Walking speeds are those of the street profiles.
struct Straight {
  int detour_percent = 140, drive_kmh = 30;
  double metres_a_second(Gait gait) const;       // along the straight line
};
streets::Reach straight_reach(std::span<const LonLat> sites, std::span<const LonLat> demands, double metres_a_second,
                              std::int32_t seconds);
std::int32_t straight_seconds(LonLat from, LonLat to, double metres_a_second);

streets::Position position_of(LonLat at);        // (0, 0) for what is not on the globe
std::int32_t minutes_of(std::int32_t seconds);   // rounded up
// "97.47 %" of what is: cut off, never rounded up; "98.24 %" of what cannot be more: rounded up.
std::string at_least_percent(std::int64_t part, std::int64_t of);
std::string at_most_percent(std::int64_t part, std::int64_t of);

}  // namespace tx::stations::circles
