// What the QR code of a certificate carries: short enough for paper, signed, and checked without a network by anybody who
// holds the issuer's open key. It names nobody: the name enters only as a hash, so that a name typed from the paper can
// be compared. Deterministic: the same certificate gives the same text at any time.
#pragma once
#include "engines/ledger/tree.h"

namespace tx::ledger {

struct Certificate {
  std::string number;                        // 16 letters and digits
  std::int32_t issued_day = 0, from_day = 0, to_day = 0;   // days since 1970-01-01
  std::array<std::uint32_t, 4> minutes{};    // by evidence grade A to D
  std::array<unsigned char, 8> name{};       // name_hash(number, name)
};
std::array<unsigned char, 8> name_hash(std::string_view number, std::string_view name);
std::string encode(const Certificate& certificate, const Key& key);   // base64url, 156 characters

struct Issuer {
  Key key;
  std::int32_t valid_to_day = 0;             // 0: still in use; certificates issued later do not count
};
enum class Reading { good, malformed, forged, unknown_key, expired_key };
struct Read {
  Reading reading = Reading::malformed;
  Certificate certificate;                   // only when good or expired_key
};
Read read(std::string_view text, const std::vector<Issuer>& issuers);

}  // namespace tx::ledger
