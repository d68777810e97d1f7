#include "platform/http/random.h"

#include <sodium.h>

#include <cstring>
#include <vector>

#include "base/result.h"

namespace tx::http {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

const unsigned char* data(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

// Digit-wise exclusive or of two hex texts of equal length; "" when either is not lower-case hex.
std::string combined(std::string_view a, std::string_view b) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int x = digit(a[i]), y = digit(b[i]);
    if (x < 0 || y < 0) return {};
    out += digits[x ^ y];
  }
  return out;
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  static const bool ready = sodium_init() >= 0;
  TX_ASSERT(ready);
  std::vector<unsigned char> buffer(bytes);
  randombytes_buf(buffer.data(), buffer.size());
  return hex(buffer.data(), buffer.size());
}

std::string keyed_hex(std::string_view key, std::string_view text) {
  unsigned char digest[16], folded[32];
  crypto_generichash(folded, sizeof folded, data(key), key.size(), nullptr, 0);
  crypto_generichash(digest, sizeof digest, data(text), text.size(), folded, sizeof folded);
  return hex(digest, sizeof digest);
}

std::string masked(std::string_view text) {
  const std::string pad = random_hex((text.size() + 1) / 2).substr(0, text.size());
  return pad + combined(pad, text);
}

std::string unmasked(std::string_view text) {
  if (text.size() % 2 != 0 || text.size() > 128) return {};
  return combined(text.substr(0, text.size() / 2), text.substr(text.size() / 2));
}

std::uint64_t fingerprint(std::string_view text) {
  unsigned char digest[16];
  crypto_generichash(digest, sizeof digest, data(text), text.size(), nullptr, 0);
  std::uint64_t value = 0;
  std::memcpy(&value, digest, sizeof value);
  return value;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && !a.empty() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tx::http
