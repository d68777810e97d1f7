// The log as files that any web server or cache can hold (C2SP tlog-tiles): 256 hashes or 256 entries a tile, so that an
// outsider fetches a few files and computes every proof alone.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tx::ledger {

inline constexpr std::uint64_t kTileWidth = 256;

struct TilePath {
  int level = 0;                 // -1: the entries themselves
  std::uint64_t index = 0;
  int width = kTileWidth;        // below 256: the growing end of the log
};
// What follows ".../tile/": "0/x001/067", "entries/000.p/12".
std::optional<TilePath> read_tile_path(std::string_view path);
std::string tile_path(const TilePath& tile);
bool tile_exists(const TilePath& tile, std::uint64_t log_size);
std::string entry_bundle(const std::vector<std::string>& entries);   // each with its length in two bytes before it

}  // namespace tx::ledger
