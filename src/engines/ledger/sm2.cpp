#include "engines/ledger/sm2.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "engines/ledger/note.h"

namespace tx::ledger {
namespace {

constexpr std::size_t kPart = 32, kOpen = 65;
constexpr char kUser[] = "1234567812345678";
constexpr std::string_view kType{"\xff" "sm2-sm3", 8};

template <class T, void (*F)(T*)>
struct Free {
  void operator()(T* what) const { F(what); }
};
using Big = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Pkey loaded(const Sm2Key& key) {
  const Builder builder(OSSL_PARAM_BLD_new());
  Big secret(key.secret.empty() ? nullptr : BN_bin2bn(bytes(key.secret), static_cast<int>(key.secret.size()), nullptr));
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.open.data(), key.open.size());
  if (secret) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get());
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Pkey(made);
}

EVP_PKEY* ready_of(const Sm2Key& key) { return static_cast<EVP_PKEY*>(key.ready.get()); }

std::string part_of(const BIGNUM* number) {
  std::string part(kPart, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(part.data()), kPart);
  return part;
}

}  // namespace

std::string Sm2Key::id() const { return key_id(name, kType, open); }

bool make_ready(Sm2Key& key) {
  if (key.open.size() != kOpen || (!key.secret.empty() && key.secret.size() != kPart)) return false;
  if (!key.ready) key.ready = std::shared_ptr<void>(loaded(key).release(), [](void* made) { EVP_PKEY_free(static_cast<EVP_PKEY*>(made)); });
  return key.ready != nullptr;
}

Sm2Key make_sm2_key(std::string name) {
  Sm2Key key{std::move(name), {}, std::string(kOpen, '\0'), nullptr};
  const Pkey made(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  BIGNUM* secret = nullptr;
  std::size_t length = 0;
  EVP_PKEY_get_bn_param(made.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret);
  EVP_PKEY_get_octet_string_param(made.get(), OSSL_PKEY_PARAM_PUB_KEY, reinterpret_cast<unsigned char*>(key.open.data()), kOpen, &length);
  key.secret = part_of(secret);
  BN_clear_free(secret);
  make_ready(key);
  return key;
}

std::string sm2_sign(const Sm2Key& key, std::string_view message) {
  const Digest digest(EVP_MD_CTX_new());
  const PkeyContext context(EVP_PKEY_CTX_new(ready_of(key), nullptr));
  std::string encoded(80, '\0');
  std::size_t length = encoded.size();
  EVP_PKEY_CTX_set1_id(context.get(), kUser, sizeof kUser - 1);
  EVP_MD_CTX_set_pkey_ctx(digest.get(), context.get());
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sm3(), nullptr, ready_of(key)) != 1 ||
      EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(encoded.data()), &length, bytes(message), message.size()) != 1)
    return {};
  const unsigned char* at = bytes(encoded);
  const Pair pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(length)));
  return pair ? part_of(ECDSA_SIG_get0_r(pair.get())) + part_of(ECDSA_SIG_get0_s(pair.get())) : std::string();
}

bool sm2_verify(const Sm2Key& key, std::string_view message, std::string_view signature) {
  if (!key.ready || signature.size() != 2 * kPart) return false;
  const Pair pair(ECDSA_SIG_new());
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes(signature), kPart, nullptr), BN_bin2bn(bytes(signature.substr(kPart)), kPart, nullptr));
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &encoded);
  const Digest digest(EVP_MD_CTX_new());
  const PkeyContext context(EVP_PKEY_CTX_new(ready_of(key), nullptr));
  EVP_PKEY_CTX_set1_id(context.get(), kUser, sizeof kUser - 1);
  EVP_MD_CTX_set_pkey_ctx(digest.get(), context.get());
  const bool good = length > 0 && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sm3(), nullptr, ready_of(key)) == 1 &&
                    EVP_DigestVerify(digest.get(), encoded, static_cast<std::size_t>(length), bytes(message), message.size()) == 1;
  OPENSSL_free(encoded);
  return good;
}

std::string sm2_line(std::string_view body, const Sm2Key& key) { return note_line(key.name, key.id(), sm2_sign(key, body)); }

bool sm2_signed(std::string_view note, const Sm2Key& key) {
  const auto parts = note_parts(note);
  if (!parts) return false;
  for (const auto& line : parts->lines)
    if (line.name == key.name && line.key_id == key.id()) return sm2_verify(key, parts->body, line.signature);
  return false;
}

}  // namespace tx::ledger
