// Inside matter: code points of UTF-8 that is known to be sound.
#pragma once
#include <string_view>
#include <vector>

namespace tx::typesetting {

inline std::size_t letter_size(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return size < text.size() - at ? size : text.size() - at;
}
inline char32_t letter_at(std::string_view text, std::size_t at) {
  const std::size_t size = letter_size(text, at);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (size == 1) return byte(0);
  char32_t letter = byte(0) & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) letter = letter << 6 | (byte(i) & 0x3fu);
  return letter;
}
inline std::vector<char32_t> letters(std::string_view text) {
  std::vector<char32_t> out;
  for (std::size_t i = 0; i < text.size(); i += letter_size(text, i)) out.push_back(letter_at(text, i));
  return out;
}

}  // namespace tx::typesetting
