#include "base/id.h"

namespace tx {
namespace {
constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";  // no i, l, o, u: read aloud without error
constexpr int kLength = 13;
}  // namespace

std::string id_text(std::int64_t value) {
  std::string text(kLength, '0');
  auto bits = static_cast<std::uint64_t>(value);
  for (int position = kLength - 1; position >= 0; --position, bits >>= 5) text[position] = kAlphabet[bits & 31];
  return text;
}

std::optional<std::int64_t> id_value(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  std::uint64_t bits = 0;
  for (char letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    const auto* found = std::char_traits<char>::find(kAlphabet, 32, letter);
    if (!found) return std::nullopt;
    if (bits >> 58) return std::nullopt;  // would not fit into 63 bits
    bits = bits << 5 | static_cast<std::uint64_t>(found - kAlphabet);
  }
  return static_cast<std::int64_t>(bits);
}

}  // namespace tx
