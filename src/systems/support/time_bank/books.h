// Inside the time bank: how its commands write the book. Every posting balances for each town by itself.
#pragma once
#include "systems/support/time_bank/time_bank.h"

namespace tx::support::bank {

inline std::string own_account(std::int64_t member) { return "bank:" + id_text(member); }
inline std::string give_account(std::int64_t member) { return "give:" + id_text(member); }
inline std::string debt_account(std::int64_t member) { return "debt:" + id_text(member); }
inline std::string hold_account(std::int64_t need) { return "hold:" + id_text(need); }
// What a record in doubt had brought, for own use and to give away: nobody spends it until people have decided.
inline std::string frozen_account(std::int64_t record) { return "frozen:" + id_text(record); }
inline std::string frozen_give_account(std::int64_t record) { return "frozen_give:" + id_text(record); }
inline std::string county_of(std::string_view region) { return std::string(region.substr(0, 6)); }
inline std::string pool_account(std::string_view region) { return "pool:" + county_of(region); }
inline std::int64_t minutes_in(storage::Reader& reader, const std::string& account) { return balance(reader, Unit::bank_minutes, account); }

// Posts lines with their clearing; lines of nothing are left out. Returns the posting, 0 when nothing is left.
std::int64_t post(storage::Tx& tx, const Book& book, std::string_view kind, std::vector<TownLine> lines, std::int64_t source,
                  std::int64_t reverses = 0);
std::optional<Hold> find_hold(storage::Reader& reader, std::int64_t need);
// Debt of minutes that were taken back after use is paid first from what comes in.
void settle_debt(storage::Tx& tx, const Book& book, const Member& member);
void tell(storage::Tx& tx, const Member& member, const char* key, const std::vector<std::pair<std::string, std::string>>& args);
// The keeper of this member's station.
bool keeps(const access::Actor& actor, const Member& member);

}  // namespace tx::support::bank
