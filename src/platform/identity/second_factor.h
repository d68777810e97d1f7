// TOTP (RFC 6238: SHA-1, 30 s, six digits, one step either way, each step good once) and ten backup codes, each good
// once, stored as keyed hashes. Internal to identity.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "platform/identity/identity.h"

namespace tx::identity {

inline constexpr int kBackupCodes = 10;

std::string totp(std::string_view secret, std::int64_t step, int digits = 6);
// The step at which the code is right, within one step of `now`; steps up to `last_used` do not count any more.
std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t last_used);
std::string base32(std::string_view bytes);
// otpauth://totp/… as authenticator apps read it.
std::string otpauth_uri(std::string_view secret, std::string_view issuer, std::string_view name);
std::string qr_svg(const std::string& text);

struct SecondFactor {
  AccountId account;
  std::string secret_sealed, codes_sealed;
  Instant confirmed;
  std::int64_t last_step = 0;
};
BOOST_DESCRIBE_STRUCT(SecondFactor, (), (account, secret_sealed, codes_sealed, confirmed, last_step))

std::optional<SecondFactor> second_factor_of(storage::Reader& reader, AccountId account);
bool has_second_factor(storage::Reader& reader, AccountId account);   // confirmed
void begin_second_factor(storage::Tx& tx, const Vault& vault, AccountId account);
std::string secret_of(const Vault& vault, const SecondFactor& factor);
std::vector<std::string> unconfirmed_codes(const Vault& vault, const SecondFactor& factor);
Result<void> confirm_second_factor(storage::Tx& tx, const Vault& vault, AccountId account, std::string_view code);
void remove_second_factor(storage::Tx& tx, AccountId account);
int backup_codes_left(storage::Reader& reader, AccountId account);

// Is the code right now? Uses nothing up; for workers.
bool is_right_code(storage::Reader& reader, const Vault& vault, AccountId account, std::string_view code, Instant now);
// Uses the code up, or refuses with identity.code_wrong.
Result<void> spend_code(storage::Tx& tx, const Vault& vault, AccountId account, std::string_view code);

}  // namespace tx::identity
