#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "platform/identity/identity.h"

namespace tx::identity {
namespace {

constexpr std::size_t kKey = 32, kNonce = 12, kTag = 16;
// First byte of every ciphertext. A profile with SM4 would get the next number and both would open side by side.
constexpr char kAes256Gcm = 1;

struct CipherContext {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  ~CipherContext() { EVP_CIPHER_CTX_free(context); }
};

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void demand(bool good) {
  if (!good) throw std::runtime_error("vault: the cryptographic library failed");
}

std::string random_bytes(std::size_t count) {
  std::string random(count, '\0');
  randombytes_buf(random.data(), count);
  return random;
}

std::string base64(std::string_view raw) {
  std::string text(sodium_base64_encoded_len(raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(raw), raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its terminating zero
  return text;
}

std::optional<std::string> unbase64(std::string_view text) {
  std::string raw(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes(raw), raw.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  raw.resize(length);
  return raw;
}

std::string hex(std::string_view raw) {
  std::string text(raw.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes(raw), raw.size());
  text.pop_back();
  return text;
}

// Readable by its owner only. O_EXCL: two starting programs cannot each make one.
bool make_secret_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (file < 0) return errno == EEXIST;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  ::close(file);
  return written;
}

}  // namespace

Result<std::string> secret_file(const std::string& path, const std::function<std::string()>& fresh) {
  constexpr std::size_t kMost = 4096;
  if (::access(path.c_str(), F_OK) != 0 && !make_secret_file(path, fresh()))
    return refuse(Kind::unavailable, "identity.vault_unwritable", {}, {{"file", path}});
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat state {};
  std::string text(kMost, '\0');
  ssize_t length = -1;
  if (file >= 0 && fstat(file, &state) == 0) length = ::read(file, text.data(), text.size());
  if (file >= 0) ::close(file);
  if (length < 0) return refuse(Kind::unavailable, "identity.vault_unreadable", {}, {{"file", path}});
  if (state.st_mode & 077) return refuse(Kind::unavailable, "identity.vault_exposed", {}, {{"file", path}});
  text.resize(static_cast<std::size_t>(length));
  return text;
}

Result<Vault> Vault::open(const std::string& key_file) {
  demand(sodium_init() >= 0);
  const std::string text = TX_TRY(secret_file(key_file, [] { return hex(random_bytes(2 * kKey)) + "\n"; })).substr(0, 4 * kKey);
  std::string keys(2 * kKey, '\0');
  std::size_t length = 0;
  if (sodium_hex2bin(bytes(keys), keys.size(), text.data(), text.size(), nullptr, &length, nullptr) != 0 ||
      length != keys.size())
    return refuse(Kind::unavailable, "identity.vault_unreadable", {}, {{"file", key_file}});
  Vault vault;
  vault.seal_key_ = keys.substr(0, kKey);
  vault.index_key_ = keys.substr(kKey);
  return vault;
}

Vault Vault::for_tests() {
  demand(sodium_init() >= 0);
  Vault vault;
  vault.seal_key_ = std::string(kKey, 's');
  vault.index_key_ = std::string(kKey, 'i');
  return vault;
}

std::string Vault::seal(std::string_view plain, std::string_view place) const {
  std::string sealed(1, kAes256Gcm);
  sealed += random_bytes(kNonce);
  sealed.resize(1 + kNonce + plain.size() + kTag);
  unsigned char* body = bytes(sealed) + 1 + kNonce;
  CipherContext cipher;
  int length = 0;
  demand(EVP_EncryptInit_ex(cipher.context, EVP_aes_256_gcm(), nullptr, bytes(seal_key_), bytes(sealed) + 1) == 1);
  demand(EVP_EncryptUpdate(cipher.context, nullptr, &length, bytes(place), static_cast<int>(place.size())) == 1);
  demand(EVP_EncryptUpdate(cipher.context, body, &length, bytes(plain), static_cast<int>(plain.size())) == 1);
  demand(EVP_EncryptFinal_ex(cipher.context, body + length, &length) == 1);
  demand(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_GET_TAG, kTag, body + plain.size()) == 1);
  return base64(sealed);
}

std::optional<std::string> Vault::unseal(std::string_view sealed_text, std::string_view place) const {
  auto sealed = unbase64(sealed_text);
  if (!sealed || sealed->size() < 1 + kNonce + kTag || sealed->front() != kAes256Gcm) return std::nullopt;
  std::string plain(sealed->size() - 1 - kNonce - kTag, '\0');
  const unsigned char* body = bytes(*sealed) + 1 + kNonce;
  CipherContext cipher;
  int length = 0;
  demand(EVP_DecryptInit_ex(cipher.context, EVP_aes_256_gcm(), nullptr, bytes(seal_key_), bytes(*sealed) + 1) == 1);
  demand(EVP_DecryptUpdate(cipher.context, nullptr, &length, bytes(place), static_cast<int>(place.size())) == 1);
  demand(EVP_DecryptUpdate(cipher.context, bytes(plain), &length, body, static_cast<int>(plain.size())) == 1);
  demand(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_SET_TAG, kTag,
                             const_cast<unsigned char*>(body + plain.size())) == 1);
  if (EVP_DecryptFinal_ex(cipher.context, bytes(plain) + length, &length) != 1) return std::nullopt;
  return plain;
}

std::string Vault::blind_index(std::string_view canonical, std::string_view place) const {
  // The length of the place keeps ("ab", "c") and ("a", "bc") apart.
  std::string message = std::to_string(place.size()) + ":" + std::string(place) + std::string(canonical);
  std::string mac(32, '\0');
  unsigned length = 0;
  demand(HMAC(EVP_sha256(), bytes(index_key_), static_cast<int>(index_key_.size()), bytes(message), message.size(),
              bytes(mac), &length) != nullptr);
  return hex(mac);
}

}  // namespace tx::identity
