#include "engines/ledger/certificate.h"

#include <sodium.h>

#include <cstring>

namespace tx::ledger {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNumber = 16, kBody = 1 + 4 + kNumber + 3 * 4 + 4 * 4 + 8, kWhole = kBody + crypto_sign_BYTES;

void put(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}
std::uint32_t take(std::string_view& in) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(in[static_cast<std::size_t>(i)]);
  in.remove_prefix(4);
  return value;
}
const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string body_of(const Certificate& c, const Key& key) {
  std::string body(1, kVersion);
  body += key.id();
  body += (c.number + std::string(kNumber, ' ')).substr(0, kNumber);
  for (const auto day : {c.issued_day, c.from_day, c.to_day}) put(body, static_cast<std::uint32_t>(day));
  for (const auto minutes : c.minutes) put(body, minutes);
  body.append(reinterpret_cast<const char*>(c.name.data()), c.name.size());
  return body;
}

}  // namespace

std::array<unsigned char, 8> name_hash(std::string_view number, std::string_view name) {
  const auto hash = sha256(std::string(number) + "\n" + std::string(name));
  std::array<unsigned char, 8> part{};
  std::copy_n(hash.begin(), part.size(), part.begin());
  return part;
}

std::string encode(const Certificate& certificate, const Key& key) {
  std::string whole = body_of(certificate, key);
  whole.resize(kWhole);
  crypto_sign_detached(reinterpret_cast<unsigned char*>(whole.data()) + kBody, nullptr, bytes(whole), kBody, bytes(key.secret));
  std::string text(sodium_base64_encoded_len(kWhole, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(whole), kWhole, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

Read read(std::string_view text, const std::vector<Issuer>& issuers) {
  unsigned char raw[kWhole];
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(raw, sizeof raw, text.data(), text.size(), nullptr, &length, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      length != kWhole || end != text.data() + text.size() || raw[0] != kVersion)
    return {};
  std::string_view rest(reinterpret_cast<const char*>(raw), kBody);
  const std::string_view key_id = rest.substr(1, 4);
  for (const auto& issuer : issuers) {
    if (issuer.key.id() != key_id) continue;
    if (crypto_sign_verify_detached(raw + kBody, raw, kBody, bytes(issuer.key.open)) != 0) return {Reading::forged, {}};
    Read found{Reading::good, {}};
    rest.remove_prefix(5);
    found.certificate.number = std::string(rest.substr(0, kNumber));
    found.certificate.number.erase(found.certificate.number.find_last_not_of(' ') + 1);
    rest.remove_prefix(kNumber);
    for (auto* day : {&found.certificate.issued_day, &found.certificate.from_day, &found.certificate.to_day})
      *day = static_cast<std::int32_t>(take(rest));
    for (auto& minutes : found.certificate.minutes) minutes = take(rest);
    std::memcpy(found.certificate.name.data(), rest.data(), found.certificate.name.size());
    if (issuer.valid_to_day && found.certificate.issued_day > issuer.valid_to_day) found.reading = Reading::expired_key;
    return found;
  }
  return {Reading::unknown_key, {}};
}

}  // namespace tx::ledger
