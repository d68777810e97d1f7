#include "platform/identity/second_factor.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <qrencode.h>
#include <sodium.h>

#include <algorithm>
#include <cctype>

#include "platform/identity/canonical.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

constexpr std::string_view kSecretPlace = "second_factor.secret", kCodesPlace = "second_factor.codes";
constexpr std::int64_t kStep = 30 * kSecond;

std::string code_index(const Vault& vault, AccountId account, std::string_view code) {
  return vault.blind_index(account.text() + ":" + std::string(code), "backup_code");
}

// Digits of a code from an app, or a backup code in its canonical letters; people type spaces and dashes.
std::string canonical_code(std::string_view typed) {
  std::string code = folded(typed);
  std::erase_if(code, [](char c) { return c == ' ' || c == '-'; });
  for (char& c : code) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return code;
}

std::string random_code() {
  // Crockford's letters: no i, l, o, u. 8 of them are 40 bits, behind a back-off.
  static constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string code(8, '0');
  for (char& c : code) c = kLetters[randombytes_uniform(32)];
  return code;
}

}  // namespace

std::string totp(std::string_view secret, std::int64_t step, int digits) {
  unsigned char counter[8];
  for (int i = 7; i >= 0; --i, step >>= 8) counter[i] = static_cast<unsigned char>(step & 0xff);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter, sizeof counter, mac, &length);
  const unsigned offset = mac[length - 1] & 15;  // RFC 4226 §5.3, dynamic truncation
  const std::uint32_t number = (static_cast<std::uint32_t>(mac[offset] & 0x7f) << 24) |
                               (static_cast<std::uint32_t>(mac[offset + 1]) << 16) |
                               (static_cast<std::uint32_t>(mac[offset + 2]) << 8) | mac[offset + 3];
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  std::string text = std::to_string(number % modulus);
  return std::string(static_cast<std::size_t>(digits) - text.size(), '0') + text;
}

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t last_used) {
  if (secret.empty() || code.size() != 6) return std::nullopt;
  const std::int64_t present = now.us / kStep;
  for (const std::int64_t step : {present, present - 1, present + 1})
    if (step > last_used && sodium_memcmp(totp(secret, step).data(), code.data(), 6) == 0) return step;
  return std::nullopt;
}

std::string base32(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) text += kLetters[(bits >> (count - 5)) & 31];
  }
  if (count) text += kLetters[(bits << (5 - count)) & 31];
  return text;
}

std::string otpauth_uri(std::string_view secret, std::string_view issuer, std::string_view name) {
  const std::string from = http::url_encoded(issuer);
  return "otpauth://totp/" + from + ":" + http::url_encoded(name) + "?secret=" + base32(secret) + "&issuer=" + from +
         "&algorithm=SHA1&digits=6&period=30";
}

std::string qr_svg(const std::string& text) {
  QRcode* code = QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M);
  TX_ASSERT(code != nullptr);
  const int side = code->width + 8;  // four modules of white around it, ISO 18004
  std::string path;
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if (code->data[y * code->width + x] & 1)
        path += "M" + std::to_string(x + 4) + " " + std::to_string(y + 4) + "h1v1h-1z";
  QRcode_free(code);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(side) + " " +
         std::to_string(side) +
         "\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"" + path +
         "\" fill=\"#000\"/></svg>";
}

std::optional<SecondFactor> second_factor_of(storage::Reader& reader, AccountId account) {
  return storage::find<SecondFactor>(reader, "select * from second_factor where account = $1", account);
}

bool has_second_factor(storage::Reader& reader, AccountId account) {
  const auto factor = second_factor_of(reader, account);
  return factor && factor->confirmed.us;
}

void begin_second_factor(storage::Tx& tx, const Vault& vault, AccountId account) {
  std::string secret(20, '\0');  // RFC 4226 §4 R6: 160 bits
  randombytes_buf(secret.data(), secret.size());
  Json codes = Json::array();
  for (int i = 0; i < kBackupCodes; ++i) codes.push(random_code());
  SecondFactor factor;
  factor.account = account;
  factor.secret_sealed = vault.seal(secret, kSecretPlace);
  factor.codes_sealed = vault.seal(codes.dump(), kCodesPlace);
  storage::execute(tx, "delete from second_factor where account = $1", account);
  storage::insert(tx, "second_factor", factor);
}

std::string secret_of(const Vault& vault, const SecondFactor& factor) {
  return vault.unseal(factor.secret_sealed, kSecretPlace).value_or("");
}

std::vector<std::string> unconfirmed_codes(const Vault& vault, const SecondFactor& factor) {
  std::vector<std::string> codes;
  const auto text = vault.unseal(factor.codes_sealed, kCodesPlace);
  const auto list = text ? Json::parse(*text) : std::nullopt;
  if (list)
    for (const auto& code : list->items()) codes.push_back(code.text());
  return codes;
}

Result<void> confirm_second_factor(storage::Tx& tx, const Vault& vault, AccountId account, std::string_view code) {
  const auto factor = second_factor_of(tx, account);
  if (!factor || factor->confirmed.us) return refuse(Kind::conflict, "identity.factor_not_begun");
  const std::string secret = secret_of(vault, *factor);
  const auto step =
      secret.empty() ? std::nullopt : matching_step(secret, canonical_code(code), tx.now(), factor->last_step);
  if (!step) return refuse(Kind::invalid, "identity.code_wrong", "code");
  storage::execute(tx, "delete from backup_code where account = $1", account);
  for (const auto& backup : unconfirmed_codes(vault, *factor))
    storage::execute(tx, "insert into backup_code (id, account, code_index, used) values ($1, $2, $3, 0)", tx.new_id(),
                     account, code_index(vault, account, backup));
  storage::execute(tx, "update second_factor set confirmed = $2, last_step = $3, codes_sealed = '' where account = $1",
                   account, tx.now(), *step);
  return {};
}

void remove_second_factor(storage::Tx& tx, AccountId account) {
  storage::execute(tx, "delete from second_factor where account = $1", account);
  storage::execute(tx, "delete from backup_code where account = $1", account);
}

int backup_codes_left(storage::Reader& reader, AccountId account) {
  return static_cast<int>(
      storage::scalar<std::int64_t>(reader, "select count(*) from backup_code where account = $1 and used = 0", account)
          .value_or(0));
}

bool is_right_code(storage::Reader& reader, const Vault& vault, AccountId account, std::string_view typed,
                   Instant now) {
  const auto factor = second_factor_of(reader, account);
  if (!factor || !factor->confirmed.us) return false;
  const std::string code = canonical_code(typed);
  if (matching_step(secret_of(vault, *factor), code, now, factor->last_step)) return true;
  return storage::scalar<std::int64_t>(reader,
                                       "select id from backup_code where account = $1 and code_index = $2 and used = 0",
                                       account, code_index(vault, account, code))
      .has_value();
}

Result<void> spend_code(storage::Tx& tx, const Vault& vault, AccountId account, std::string_view typed) {
  const auto factor = second_factor_of(tx, account);
  if (!factor || !factor->confirmed.us) return refuse(Kind::invalid, "identity.code_wrong", "code");
  const std::string code = canonical_code(typed);
  if (const auto step = matching_step(secret_of(vault, *factor), code, tx.now(), factor->last_step)) {
    storage::execute(tx, "update second_factor set last_step = $2 where account = $1", account, *step);
    return {};
  }
  const auto used =
      storage::execute(tx, "update backup_code set used = $3 where account = $1 and code_index = $2 and used = 0",
                       account, code_index(vault, account, code), tx.now());
  if (used == 0) return refuse(Kind::invalid, "identity.code_wrong", "code");
  return {};
}

}  // namespace tx::identity
