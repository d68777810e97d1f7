#include "check.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include <cstring>
#include <sstream>

namespace verify {
namespace {

const unsigned char* raw(const Bytes& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Bytes key_id(const std::string& name, const Bytes& type, const Bytes& open) { return sha256(name + "\n" + type + open).substr(0, 4); }

bool sm2(const Bytes& key, const Bytes& message, const Bytes& signature) {
  if (signature.size() != 64 || key.size() != 65) return false;
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>("SM2"), 0),
                         OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<char*>(key.data()), key.size()), OSSL_PARAM_construct_end()};
  EVP_PKEY_CTX* maker = EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr);
  EVP_PKEY* open = nullptr;
  if (EVP_PKEY_fromdata_init(maker) != 1 || EVP_PKEY_fromdata(maker, &open, EVP_PKEY_PUBLIC_KEY, params) != 1) open = nullptr;
  EVP_PKEY_CTX_free(maker);
  if (!open) return false;
  ECDSA_SIG* pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(raw(signature), 32, nullptr), BN_bin2bn(raw(signature) + 32, 32, nullptr));
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(pair, &encoded);
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(open, nullptr);
  EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16);
  EVP_MD_CTX_set_pkey_ctx(digest, context);
  const bool good = length > 0 && EVP_DigestVerifyInit(digest, nullptr, EVP_sm3(), nullptr, open) == 1 &&
                    EVP_DigestVerify(digest, encoded, static_cast<std::size_t>(length), raw(message), message.size()) == 1;
  EVP_MD_CTX_free(digest);
  EVP_PKEY_CTX_free(context);
  OPENSSL_free(encoded);
  ECDSA_SIG_free(pair);
  EVP_PKEY_free(open);
  return good;
}

bool decimal(const std::string& text, std::uint64_t& value) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos || (text.size() > 1 && text[0] == '0')) return false;
  value = std::stoull(text);
  return true;
}

}  // namespace

Bytes sha256(const Bytes& bytes) {
  Bytes hash(32, '\0');
  SHA256(raw(bytes), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

bool from_base64(const std::string& text, Bytes& out) {
  out.clear();
  if (text.empty()) return false;
  std::string plain = text;
  for (char& c : plain) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (plain.size() % 4 != 0) plain += '=';
  out.assign(plain.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(plain), static_cast<int>(plain.size()));
  if (length < 0) return false;
  out.resize(static_cast<std::size_t>(length) - (plain.ends_with("==") ? 2 : plain.ends_with("=") ? 1 : 0));
  // Only one way of writing the same bytes is taken.
  std::string again((out.size() + 2) / 3 * 4 + 1, '\0');
  again.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(again.data()), raw(out), static_cast<int>(out.size()))));
  return again == plain;
}

Bytes from_hex(const std::string& text) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out += static_cast<char>(std::strtol(text.substr(i, 2).c_str(), nullptr, 16));
  return out;
}

Bytes root_of(const std::vector<Bytes>& leaves, std::size_t from, std::size_t to) {
  if (from == to) return sha256("");
  if (to - from == 1) return leaves[from];
  std::size_t half = 1;
  while (half * 2 < to - from) half *= 2;
  return sha256(Bytes(1, '\1') + root_of(leaves, from, from + half) + root_of(leaves, from + half, to));
}

// The tree of `size` leaves is cut in two as above; the last hash of the proof belongs to the half without the leaf.
Bytes root_from(const Bytes& leaf, std::uint64_t index, std::uint64_t size, const std::vector<Bytes>& proof) {
  if (index >= size) return {};
  if (size == 1) return proof.empty() ? leaf : Bytes();
  if (proof.empty()) return {};
  std::uint64_t half = 1;
  while (half * 2 < size) half *= 2;
  const std::vector<Bytes> rest(proof.begin(), proof.end() - 1);
  const bool left = index < half;
  const Bytes own = left ? root_from(leaf, index, half, rest) : root_from(leaf, index - half, size - half, rest);
  if (own.empty()) return {};
  return sha256(Bytes(1, '\1') + (left ? own + proof.back() : proof.back() + own));
}

bool read_head(const std::string& text, Head& head) {
  std::istringstream in(text);
  std::string size, root, line;
  if (!std::getline(in, head.origin) || head.origin.empty() || !std::getline(in, size) || !std::getline(in, root) || !std::getline(in, line) || !line.empty())
    return false;
  if (!decimal(size, head.size) || !from_base64(root, head.root) || head.root.size() != 32) return false;
  head.body = head.origin + "\n" + size + "\n" + root + "\n";
  while (std::getline(in, line) && !line.empty()) {
    static const std::string dash = "\xe2\x80\x94 ";
    const auto blank = line.rfind(' ');
    Bytes bytes;
    if (!line.starts_with(dash) || blank < dash.size() || !from_base64(line.substr(blank + 1), bytes) || bytes.size() < 5) return false;
    head.lines.push_back({line.substr(dash.size(), blank - dash.size()), bytes.substr(0, 4), bytes.substr(4)});
  }
  return true;
}

bool read_key(const std::string& text, Key& key) {
  const auto first = text.find('+');
  const auto second = first == std::string::npos ? first : text.find('+', first + 1);
  Bytes bytes;
  if (second != std::string::npos && from_base64(text.substr(second + 1), bytes) && bytes.size() == 33) {
    key = {text.substr(0, first), static_cast<unsigned char>(bytes[0]), bytes.substr(1)};
    if (key_id(key.name, bytes.substr(0, 1), key.open) == from_hex(text.substr(first + 1, second - first - 1))) return key.type == 1 || key.type == 4;
  }
  if (!from_base64(text, bytes) || (bytes.size() != 32 && bytes.size() != 65)) return false;
  key = {"", static_cast<unsigned char>(bytes.size() == 32 ? 1 : 2), bytes};
  return true;
}

bool ed25519(const Bytes& key, const Bytes& message, const Bytes& signature) {
  EVP_PKEY* open = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key), key.size());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = open && context && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, open) == 1 &&
                    EVP_DigestVerify(context, raw(signature), signature.size(), raw(message), message.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(open);
  return good;
}

Signed signed_by(const Head& head, const Key& key, std::int64_t* when) {
  const Bytes type = key.type == 2 ? Bytes("\xff" "sm2-sm3", 8) : Bytes(1, static_cast<char>(key.type));
  for (const auto& line : head.lines) {
    if ((!key.name.empty() && key.name != line.name) || key_id(line.name, type, key.open) != line.id) continue;
    if (key.type == 1) return ed25519(key.open, head.body, line.signature) ? Signed::yes : Signed::no;
    if (key.type == 2) return sm2(key.open, head.body, line.signature) ? Signed::yes : Signed::no;
    if (line.signature.size() != 72) return Signed::no;
    std::uint64_t second = 0;
    for (int i = 0; i < 8; ++i) second = second << 8 | static_cast<unsigned char>(line.signature[static_cast<std::size_t>(i)]);
    if (when) *when = static_cast<std::int64_t>(second);
    return ed25519(key.open, "cosignature/v1\ntime " + std::to_string(second) + "\n" + head.body, line.signature.substr(8)) ? Signed::yes : Signed::no;
  }
  return Signed::absent;
}

}  // namespace verify
