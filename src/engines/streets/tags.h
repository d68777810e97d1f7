// What OpenStreetMap's tags say about who may go where. One table of classes, one function for ways, one for barriers;
// everything else in the engine sees only the answers.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "engines/streets/pbf.h"

namespace tx::streets {

enum class Mode : std::uint8_t { walk, cycle, drive };
inline constexpr std::size_t modes = 3;
inline constexpr std::uint8_t ahead = 1, back = 2;   // along the way as drawn, and against it

enum class WayKind : std::uint8_t { street, steps, ferry, motorway };
struct WayRules {
  WayKind kind = WayKind::street;
  std::array<std::uint8_t, modes> may{};    // ahead | back, by mode; all 0: not a street for anybody
  std::uint8_t drive_kmh = 0;
  std::uint32_t ferry_seconds = 0;          // of the whole way, where tagged
  bool anybody() const { return (may[0] | may[1] | may[2]) != 0; }
};
WayRules way_rules(std::span<const Tag> tags);

// Bit m set: mode m cannot pass this node.
std::uint8_t barrier(std::span<const Tag> tags);

}  // namespace tx::streets
