// The rotating code: HMAC-SHA-256 over the step number, truncated as in RFC 4226 to six digits. A photograph of the
// screen dies after two steps; each volunteer may use a step once (table code_use).
#include <sodium.h>

#include <cstdio>

#include "systems/supply/attendance/attendance.h"

namespace tx::supply {

std::string rotating_code(std::string_view key, std::int64_t step) {
  unsigned char counter[8];
  for (int i = 7; i >= 0; --i, step >>= 8) counter[i] = static_cast<unsigned char>(step & 255);
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, counter, sizeof counter);
  crypto_auth_hmacsha256_final(&state, mac);
  const int offset = mac[sizeof mac - 1] & 15;
  const std::uint32_t number = (static_cast<std::uint32_t>(mac[offset] & 127) << 24 | mac[offset + 1] << 16 |
                                mac[offset + 2] << 8 | mac[offset + 3]) % 1'000'000;
  char text[8];
  std::snprintf(text, sizeof text, "%06u", number);
  return text;
}

std::int64_t code_step(Instant at) { return at.us / kCodeStep; }

std::optional<std::int64_t> step_of_code(std::string_view key, std::string_view code, Instant at) {
  const std::int64_t now = code_step(at);
  for (const std::int64_t step : {now, now - 1})
    if (rotating_code(key, step) == code) return step;
  return std::nullopt;
}

}  // namespace tx::supply
