// Random tokens and keyed digests for forms and addresses of assets; libsodium behind it. No passwords here.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tx::http {
std::string random_hex(std::size_t bytes);
// 128-bit digest, hex. The csrf value of a session is keyed_hex(session token, "csrf"): it proves that whoever posts
// can read pages of this session, and tells nothing about the token.
std::string keyed_hex(std::string_view key, std::string_view text);
// The same value looks different in every page, so that compression tells nothing about it (BREACH).
std::string masked(std::string_view hex);
std::string unmasked(std::string_view hex);  // "" when it is not of masked()'s form
std::uint64_t fingerprint(std::string_view text);
bool equal_constant_time(std::string_view a, std::string_view b);
}  // namespace tx::http
