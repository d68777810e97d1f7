#include "systems/support/book/yuan.h"

namespace tx::support {

std::optional<std::int64_t> fen_of(std::string_view yuan) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  std::int64_t fen = 0;
  int decimals = -1, digits = 0;
  for (const char c : yuan) {
    if (c == ',' && decimals < 0 && digits) continue;
    if (c == '.' && decimals < 0 && digits) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == 2) return std::nullopt;
    fen = fen * 10 + (c - '0');
    ++digits;
    if (decimals >= 0) ++decimals;
    if (fen > kMost) return std::nullopt;
  }
  if (!digits || decimals == 0) return std::nullopt;
  for (int d = decimals < 0 ? 0 : decimals; d < 2; ++d) fen *= 10;
  if (fen > kMost) return std::nullopt;
  return fen;
}

std::string yuan_text(std::int64_t fen) {
  const bool below = fen < 0;
  const std::uint64_t amount = below ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
  std::string whole = std::to_string(amount / 100);
  for (int at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(static_cast<std::size_t>(at), ",");
  const auto rest = amount % 100;
  return (below ? "-" : "") + whole + "." + (rest < 10 ? "0" : "") + std::to_string(rest);
}

}  // namespace tx::support
