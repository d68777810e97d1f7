// The time bank (时间银行): passbooks, what confirmed service brings, gifts to kin, the common pool for lone elders, paying a
// need with minutes, settlement between towns, and what the officials must know: is the promise backed by hands?
//
// Accounts in the book (unit bank_minutes): bank:<member> for own use, give:<member> to give away only, hold:<need> set aside,
// pool:<county> for lone elders, issued:<town> and retired:<town> (what came into being and what ended there), clear:<town>
// (above zero: the town owes the others this month), owed:<town> (after netting), debt:<member> (taken back after use),
// frozen:<record> and frozen_give:<record> (the record is in doubt: not to be spent until people have decided).
#pragma once
#include <functional>
#include <optional>

#include "platform/http/http.h"
#include "systems/support/book/book.h"
#include "systems/support/incentives.h"
#include "systems/support/time_bank/rules.h"
#include "systems/support/time_bank/stress.h"

namespace tx::support {
struct ServiceRecord;
}

namespace tx::support::bank {

// ---- policy and members
Policy policy_of(storage::Reader& reader, const std::string& region);   // profile bank.profile, numbers bank.<name>
std::optional<Member> find_member(storage::Reader& reader, std::int64_t id);
std::optional<Member> find_member_by_number(storage::Reader& reader, std::string number);
std::optional<Member> member_of_account(storage::Reader& reader, access::AccountId account);
std::optional<Member> member_of_volunteer(storage::Reader& reader, std::int64_t volunteer);
std::string name_of(const Member& member, const identity::Vault& vault);
struct Balances {
  std::int64_t own = 0, give = 0, held = 0, debt = 0, frozen = 0;
};
Balances balances_of(storage::Reader& reader, const Member& member);

// ---- commands. `consent`: how an office-only member agreed, given by the keeper who acts; rule bank.consent_missing.
struct Opening {
  std::string name, region, consent, consent_by;
  Date birth;
  Care care = Care::none;
  std::int64_t volunteer = 0, station = 0;
  access::AccountId account;
};
// Rules bank.already, bank.name_missing, those of may_open and care_fits
Result<Member> open_member(storage::Tx& tx, const Book& book, const identity::Vault& vault, const Opening& opening, access::AccountId by);
// Own minutes to kin. Rules bank.amount, bank.short, bank.not_kin, bank.closed
Result<Order> gift(storage::Tx& tx, const Book& book, const Member& from, const Member& to, std::int64_t minutes, access::AccountId by,
                   const std::string& consent);
// To the common pool of the county, from what may only be given first. Rules bank.amount, bank.short
Result<Order> donate(storage::Tx& tx, const Book& book, const Member& from, std::int64_t minutes, access::AccountId by, const std::string& consent);
Result<Kin> state_kin(storage::Tx& tx, const Member& member, const Member& other, const std::string& relation, access::AccountId by);
// agree, decline (the other side), attest, refuse (a third person: rule bank.kin_third), end (either)
Result<Kin> step_kin(storage::Tx& tx, const Book& book, std::int64_t kin, std::string_view action, access::AccountId by, const std::string& reason);
std::vector<Kin> kin_of(storage::Reader& reader, std::int64_t member);
struct Granted {
  int people = 0;
  std::int64_t minutes = 0;
};
Result<Granted> distribute(storage::Tx& tx, const Book& book, const std::string& county, access::AccountId by);   // rule bank.pool_empty
int expire(storage::Tx& tx, const Book& book, int limit = 500);          // timed
void close_member(storage::Tx& tx, const Book& book, Member member);     // what is left goes to the pool

// ---- service in, need out
void deposit(storage::Tx& tx, const Book& book, const ServiceRecord& record);   // with every record, also one that takes back
// Hours in doubt cannot be spent (H8): what they brought is set aside as far as it is still there, and comes back when they
// are released. Voided hours are taken back by the reversal of their record; what was spent meanwhile is owed.
void after(storage::Tx& tx, const Book& book, const HoursChanged& change);
// Sets minutes aside for a need. Rules bank.unknown_number, bank.not_yours, bank.not_kind, bank.short, bank.too_early
Result<void> hold(storage::Tx& tx, const Book& book, std::int64_t need, const std::string& number_of_need, const std::string& service,
                  std::int64_t minutes, const std::string& passbook, const access::Actor& by, bool for_other);
void release(storage::Tx& tx, const Book& book, std::int64_t need);      // what is left goes back
// The field "pay with minutes" of the asking form; null: not offered. The front door hangs it, hold() and release() into supply.
Json need_field(http::Context& context, const std::string& service, bool desk);
// At which need a presence stands (0: none): supply knows, and the front door says so before the server starts.
void set_need_lookup(std::function<std::int64_t(storage::Reader&, std::int64_t attendance)> lookup);

// ---- settlement between towns: the positions of a month become what towns owe one another.
struct Position {
  std::string town;
  std::int64_t came = 0, went = 0, owed = 0;   // taken over from others, handed over to others in the month; owed after it
};
BOOST_DESCRIBE_STRUCT(Position, (), (town, came, went, owed))
std::vector<Position> positions(storage::Reader& reader, const std::string& county, int year, int month);
// Rules bank.month_open (not over yet), bank.month_closed, bank.month_empty
Result<int> net(storage::Tx& tx, const Book& book, const std::string& county, int year, int month, access::AccountId by);

// ---- what others read
struct Entry {
  std::int64_t posting = 0, amount = 0, after = 0, source = 0;
  std::string kind, account;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (posting, amount, after, source, kind, account, at))
std::vector<Entry> entries_of(storage::Reader& reader, std::int64_t member, int limit);   // newest first, with the running balance
// Minutes that went from person to person, for the fraud desk's rings: gifts, and services paid by one member to another.
struct Transfer {
  std::int64_t posting = 0, from = 0, to = 0, minutes = 0;   // members
  std::int64_t from_volunteer = 0, to_volunteer = 0;
  std::string kind;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Transfer, (), (posting, from, to, minutes, from_volunteer, to_volunteer, kind, at))
std::vector<Transfer> transfers(storage::Reader& reader, const std::vector<std::string>& regions, Instant since);
struct Backing {
  std::string town;
  Town figures;
  int members = 0;
};
std::vector<Backing> backing(storage::Reader& reader, const std::string& county, Instant now);

// ---- pages
Json passbook_view(http::Context& context, const Member& member, const identity::Vault& vault, bool own);
std::string passbook_pdf(http::Context& context, const Member& member, const std::string& name);
void add_own_routes(http::Router& router, const Services& services, const Book& book);
void add_desk_routes(http::Router& router, const Services& services, const Book& book);
void add_report_routes(http::Router& router, const Book& book);
// ---- the demonstration: passbooks before the history is told, gifts and the pool after it
void demonstrate_members(storage::Tx& tx, const identity::Vault& vault, const Book& book);
void demonstrate_life(storage::Tx& tx, const Book& book);

}  // namespace tx::support::bank
