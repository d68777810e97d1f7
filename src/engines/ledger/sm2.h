// The second signature of a head, after the domestic standards: SM2 with SM3 (GB/T 32918.2 and 32905, with the customary
// user identity "1234567812345678") through OpenSSL. It says the same as the Ed25519 line beside it; whoever may count on
// domestic algorithms only reads this one. Slower (about 0.3 ms), therefore once for each commit and not for each leaf.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace tx::ledger {

struct Sm2Key {
  std::string name;
  std::string secret;                    // 32 bytes, empty: can only verify
  std::string open;                      // 65 bytes: 0x04, x, y
  std::string id() const;                // signed-note type 0xff followed by "sm2-sm3"
  std::shared_ptr<void> ready;           // what OpenSSL made of it, so that it is read once
};
Sm2Key make_sm2_key(std::string name);
// False: not a point of the curve, or a secret that does not belong to it.
bool make_ready(Sm2Key& key);
std::string sm2_sign(const Sm2Key& key, std::string_view message);                          // r and s, 32 bytes each
bool sm2_verify(const Sm2Key& key, std::string_view message, std::string_view signature);
std::string sm2_line(std::string_view body, const Sm2Key& key);                             // a line of a signed note
bool sm2_signed(std::string_view note, const Sm2Key& key);                                  // it holds this key's line, and the line is good

}  // namespace tx::ledger
