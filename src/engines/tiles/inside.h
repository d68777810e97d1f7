// Inside the tiles engine only: what a tag means on the map, joining ways to rings and lines, cutting and simplifying.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "engines/tiles/tiles.h"

namespace tx::tiles {

// ---- tags.cpp
struct Meaning { Layer layer; Kind kind; std::uint8_t zoom, rank = 0; std::int8_t level = 0; bool link = false; };
std::optional<Meaning> area_meaning(std::span<const streets::Tag> tags);
std::optional<Meaning> line_meaning(std::span<const streets::Tag> tags);
std::optional<Meaning> point_meaning(std::span<const streets::Tag> tags);
std::optional<Meaning> label_of_area(const Meaning& area, std::span<const streets::Tag> tags);
std::uint8_t boundary_level(std::span<const streets::Tag> tags);   // 0: none
std::uint8_t boundary_zoom(std::uint8_t level);
std::string_view value_of(std::span<const streets::Tag> tags, std::string_view key);

// ---- join.cpp: lists of node numbers
using Chain = std::vector<std::int64_t>;
// Joins chains at ends where exactly two of them meet, whatever their direction; closed ones stay as they are. A joined
// chain has at most `most` nodes.
std::vector<Chain> joined(std::vector<Chain> chains, std::size_t most);

// ---- cut.cpp: whole numbers, y to the south
struct At { std::int64_t x = 0, y = 0; friend bool operator==(At, At) = default; };
using Path = std::vector<At>;
double doubled_area(const Path& ring);                                // > 0: clockwise on the screen
void simplify(Path& path, std::int64_t tolerance, bool closed);       // Douglas-Peucker
std::vector<Path> cut_line(const Path& line, const Box& box);
Path cut_ring(const Path& ring, const Box& box);                      // empty: nothing of it is inside
bool inside(const Path& ring, At place);

}  // namespace tx::tiles
