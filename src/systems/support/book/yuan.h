// Money as people write it: "1,234.5" yuan to fen and back. No float touches it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tx::support {

std::optional<std::int64_t> fen_of(std::string_view yuan);   // 0 to 10^12 fen, at most two decimals; nullopt: unreadable
std::string yuan_text(std::int64_t fen);                     // "-1,234.50"

}  // namespace tx::support
