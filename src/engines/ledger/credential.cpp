#include "engines/ledger/credential.h"

#include <sodium.h>

#include <algorithm>

#include "base/result.h"

namespace tx::ledger {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kEd25519{"\xed\x01", 2};        // multicodec

void write_text(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    switch (letter) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte < 0x20) out += std::string("\\u00") + hex[byte >> 4] + hex[byte & 15];
        else out += letter;
    }
  }
  out += '"';
}

// Members in the order of their UTF-16 code units; for our names that of their bytes.
void write(std::string& out, const Json& value) {
  if (value.is_string()) return write_text(out, value.text());
  if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (i) out += ',';
      write(out, value.items()[i]);
    }
    out += ']';
    return;
  }
  if (value.is_object()) {
    std::vector<std::pair<std::string_view, const Json*>> members;
    for (const auto& [name, member] : value.members()) members.emplace_back(name, &member);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i) out += ',';
      write_text(out, members[i].first);
      out += ':';
      write(out, *members[i].second);
    }
    out += '}';
    return;
  }
  TX_ASSERT(!value.is_double());
  out += value.dump();
}

Json without(const Json& object, std::string_view left_out) {
  Json rest = Json::object();
  for (const auto& [name, member] : object.members())
    if (name != left_out) rest.set(name, member);
  return rest;
}

std::string hash_of(const Json& document, const Json& proof) {
  const auto options = sha256(canonical(without(proof, "proofValue"))), body = sha256(canonical(without(document, "proof")));
  return std::string(options.begin(), options.end()) + std::string(body.begin(), body.end());
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string canonical(const Json& value) {
  std::string out;
  write(out, value);
  return out;
}

std::string base58(std::string_view raw) {
  std::vector<unsigned char> digits;
  for (const char c : raw) {
    int carry = static_cast<unsigned char>(c);
    for (auto& digit : digits) {
      carry += digit * 256;
      digit = static_cast<unsigned char>(carry % 58);
      carry /= 58;
    }
    for (; carry; carry /= 58) digits.push_back(static_cast<unsigned char>(carry % 58));
  }
  std::string text(std::min(raw.find_first_not_of('\0'), raw.size()), '1');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) text += kAlphabet[*digit];
  return text;
}

std::optional<std::string> from_base58(std::string_view text) {
  std::vector<unsigned char> digits;
  for (const char c : text) {
    const auto at = kAlphabet.find(c);
    if (at == std::string_view::npos || text.size() > 200) return std::nullopt;
    int carry = static_cast<int>(at);
    for (auto& digit : digits) {
      carry += digit * 58;
      digit = static_cast<unsigned char>(carry & 255);
      carry >>= 8;
    }
    for (; carry; carry >>= 8) digits.push_back(static_cast<unsigned char>(carry & 255));
  }
  std::string raw(std::min(text.find_first_not_of('1'), text.size()), '\0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) raw += static_cast<char>(*digit);
  return raw;
}

std::string did_key(std::string_view open) { return "did:key:z" + base58(std::string(kEd25519) + std::string(open)); }

Json secured(Json credential, const Key& key, const std::string& created) {
  const std::string did = did_key(key.open);
  Json proof = Json::of({{"type", "DataIntegrityProof"}, {"cryptosuite", "eddsa-jcs-2022"}, {"created", created},
                         {"verificationMethod", did + "#" + did.substr(8)}, {"proofPurpose", "assertionMethod"}, {"@context", credential["@context"]}});
  const auto hash = hash_of(credential, proof);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes(hash), hash.size(), bytes(key.secret));
  return credential.set("proof", proof.set("proofValue", "z" + base58(signature)));
}

bool verify_credential(const Json& credential) {
  const Json& proof = credential["proof"];
  const std::string method = proof["verificationMethod"].text(), value = proof["proofValue"].text();
  if (proof["type"].text() != "DataIntegrityProof" || proof["cryptosuite"].text() != "eddsa-jcs-2022" || proof["proofPurpose"].text() != "assertionMethod" ||
      !method.starts_with("did:key:z") || !value.starts_with("z"))
    return false;
  const auto key = from_base58(std::string_view(method).substr(9, method.find('#') - 9)), signature = from_base58(std::string_view(value).substr(1));
  if (!key || key->size() != 34 || !key->starts_with(kEd25519) || !signature || signature->size() != crypto_sign_BYTES) return false;
  const auto hash = hash_of(credential, proof);
  return crypto_sign_verify_detached(bytes(*signature), bytes(hash), hash.size(), bytes(*key) + 2) == 0;
}

}  // namespace tx::ledger
