#include "engines/ledger/tiles.h"

#include <charconv>

namespace tx::ledger {
namespace {

std::optional<int> whole(std::string_view text, int least, int most) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || std::to_string(value) != text || value < least || value > most)
    return std::nullopt;
  return value;
}

std::string_view take_part(std::string_view& path) {
  const auto end = path.find('/');
  const auto part = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  return part;
}

bool three_digits(std::string_view text) { return text.size() == 3 && text.find_first_not_of("0123456789") == std::string_view::npos; }

std::string padded(std::uint64_t number) {
  const auto text = std::to_string(number);
  return std::string(3 - text.size(), '0') + text;
}

}  // namespace

std::optional<TilePath> read_tile_path(std::string_view path) {
  TilePath tile;
  const auto level = take_part(path);
  if (level == "entries") tile.level = -1;
  else if (const auto value = whole(level, 0, 7)) tile.level = *value;   // 256^8 leaves are more than there can be
  else return std::nullopt;
  for (int parts = 0; parts < 5; ++parts) {
    auto part = take_part(path);
    const bool more = part.starts_with('x'), growing = part.ends_with(".p");
    if (more) part.remove_prefix(1);
    if (growing) part.remove_suffix(2);
    if (!three_digits(part) || (more && growing) || (more && parts == 0 && part == "000")) return std::nullopt;
    tile.index = tile.index * 1000 + static_cast<std::uint64_t>((part[0] - '0') * 100 + (part[1] - '0') * 10 + (part[2] - '0'));
    if (more) continue;
    if (growing) {
      const auto width = whole(take_part(path), 1, static_cast<int>(kTileWidth) - 1);
      if (!width) return std::nullopt;
      tile.width = *width;
    }
    return path.empty() ? std::optional(tile) : std::nullopt;
  }
  return std::nullopt;
}

std::string tile_path(const TilePath& tile) {
  std::string index = padded(tile.index % 1000);
  for (auto rest = tile.index / 1000; rest > 0; rest /= 1000) index = "x" + padded(rest % 1000) + "/" + index;
  return (tile.level < 0 ? std::string("entries") : std::to_string(tile.level)) + "/" + index +
         (tile.width < static_cast<int>(kTileWidth) ? ".p/" + std::to_string(tile.width) : "");
}

bool tile_exists(const TilePath& tile, std::uint64_t log_size) {
  const auto hashes = log_size >> (8 * std::max(tile.level, 0));
  return tile.index < (std::uint64_t{1} << 50) && tile.index * kTileWidth + static_cast<std::uint64_t>(tile.width) <= hashes;
}

std::string entry_bundle(const std::vector<std::string>& entries) {
  std::string bundle;
  for (const auto& entry : entries) {
    bundle += static_cast<char>(entry.size() >> 8 & 0xff);
    bundle += static_cast<char>(entry.size() & 0xff);
    bundle += entry;
  }
  return bundle;
}

}  // namespace tx::ledger
