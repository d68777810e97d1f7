#include "platform/identity/canonical.h"

#include <algorithm>
#include <cctype>

#include "platform/identity/identity.h"

namespace tx::identity {
namespace {

bool digits_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without_separators(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '\t'; });
  return text;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0; };
    if (byte(i) == 0xEF && (byte(i + 1) == 0xBC || byte(i + 1) == 0xBD) && byte(i + 2) >= 0x80) {
      // U+FF01..U+FF5E, the full-width forms, stand 0xFEE0 above ASCII.
      const int code = (byte(i + 1) == 0xBC ? 0xFF00 : 0xFF40) + (byte(i + 2) & 0x3F);
      if (code >= 0xFF01 && code <= 0xFF5E) {
        out += static_cast<char>(code - 0xFEE0);
        i += 2;
        continue;
      }
    }
    if (byte(i) == 0xE3 && byte(i + 1) == 0x80 && byte(i + 2) == 0x80) {  // U+3000, the ideographic space
      out += ' ';
      i += 2;
      continue;
    }
    out += text[i];
  }
  const auto first = out.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> canonical_phone(std::string_view text) {
  std::string number = without_separators(folded(text));
  if (number.starts_with("+86")) number.erase(0, 3);
  else if (number.starts_with("0086")) number.erase(0, 4);
  else if (number.size() == 13 && number.starts_with("86")) number.erase(0, 2);
  if (number.size() != 11 || !digits_only(number) || number[0] != '1' || number[1] < '3') return std::nullopt;
  return number;
}

std::optional<std::string> canonical_id_number(std::string_view text) {
  std::string number = without_separators(folded(text));
  if (number.size() != 18 || !digits_only(std::string_view(number).substr(0, 17))) return std::nullopt;
  if (number[17] == 'x') number[17] = 'X';
  // GB 11643-1999 (rules.md 4.2): weighted sum modulo 11 gives the last character.
  static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += (number[static_cast<std::size_t>(i)] - '0') * kWeights[i];
  if (number[17] != "10X98765432"[sum % 11] || number[0] == '0') return std::nullopt;
  if (!birth_date_of(number)) return std::nullopt;
  return number;
}

std::optional<Date> birth_date_of(std::string_view id_number) {
  if (id_number.size() != 18 || !digits_only(id_number.substr(0, 17))) return std::nullopt;
  const std::string day = std::string(id_number.substr(6, 4)) + "-" + std::string(id_number.substr(10, 2)) + "-" +
                          std::string(id_number.substr(12, 2));
  auto date = Date::parse(day);
  if (!date || date->year() < 1850) return std::nullopt;
  return date;
}

std::string canonical_login(std::string_view text) {
  if (auto phone = canonical_phone(text)) return *phone;
  std::string name = folded(text);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool printable = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '@' || c == '<' || c == '>';
  });
  // Digits alone look like a mistyped phone number: not a name.
  if (!printable || name.size() < 3 || name.size() > 60 || digits_only(name)) return {};
  return name;
}

bool is_phone_login(std::string_view canonical) { return canonical.size() == 11 && digits_only(canonical); }

}  // namespace tx::identity
