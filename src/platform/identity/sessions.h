// Opening and ending sessions inside a transaction. The cookie holds 128 random bits; the database only their SHA-256.
// Internal to identity.
#pragma once
#include <string>

#include "platform/identity/identity.h"

namespace tx::identity {

inline constexpr std::string_view kFactorCookie = "tx_factor";   // password given, second factor still owed
inline constexpr std::int64_t kFactorTime = 10 * kMinute;
inline constexpr std::int64_t kOfficerIdle = 30 * kMinute, kOfficerLongest = 12 * kHour, kIdle = 30 * kDay;

struct SessionRow {
  std::int64_t id = 0;
  std::string token_hash;
  AccountId account;
  std::string purpose;
  bool second_factor = false, officer = false;
  Instant created, seen, ended;
  std::string device;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (id, token_hash, account, purpose, second_factor, officer, created, seen, ended,
                                       device))

struct NewSession {
  AccountId account;
  std::string purpose = "full";
  bool second_factor = false, officer = false;
  std::string device;
};

std::string token_hash(std::string_view token);
std::string open_session(storage::Tx& tx, const NewSession& session);      // returns the token
void end_session(storage::Tx& tx, std::int64_t id);
void end_all_sessions(storage::Tx& tx, AccountId account, std::int64_t except = 0);
std::optional<SessionRow> session_by_token(storage::Reader& reader, std::string_view token, std::string_view purpose,
                                           Instant now);
bool session_is_over(const SessionRow& session, Instant now);
std::string device_of(std::string_view user_agent);                        // "Android Chrome": for the list of sessions

}  // namespace tx::identity
