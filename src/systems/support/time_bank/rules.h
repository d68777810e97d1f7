// The rules of the time bank, pure: no clock, no SQL. Every number is a setting of the region; the profiles are what cities
// have published (rules.md §5.3), and none is national law: Ningxia's own scheme was not found.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "systems/support/time_bank/model.h"

namespace tx::support::bank {

struct Policy {
  std::string profile = "standard";
  int day_minutes = 480;           // most that one day's service brings; 0: no cap
  int cap_minutes = 1500 * 60;     // of a life for one's own use; what is above may only be given away; 0: no cap
  int use_age = 60;                // own use begins; 0: at once
  int open_age = 18;               // younger only with the guardian's consent
  int expire_months = 0;           // unused minutes go to the common pool; 0: never
  char least_grade = 'B';          // weaker evidence counts as recognition but never as time
  bool group_time = false;         // time given in a team's activity comes in, to be given away only
  int grant_minutes = 240;         // a lone elder is brought up to this much from the pool at each round
  int fund_hours = 0;              // hours that a guarantee fund could buy
};
struct Profile {
  const char* id;                  // texts bank.profile.<id>, bank.profile.<id>.source
  Policy policy;
};
std::span<const Profile> profiles();
const Policy* find_profile(std::string_view id);

// Services that the time bank takes in and pays out: help for elders in daily life. Ids of supply's service types.
std::span<const std::string_view> kinds();
bool is_kind(std::string_view service);

// ---- what a service brings
struct Share {
  std::int64_t own = 0, give = 0;  // what is neither (over the cap of the day) stays recognition alone
};
// `before_today`: own + give of this day so far; `before`: own minutes ever deposited.
Share share_of(std::int64_t minutes, std::int64_t before_today, std::int64_t before, bool group, const Policy& policy);

// ---- who may do what
bool may_use(Date birth, Care care, Date today, const Policy& policy);
// Rules bank.too_young, bank.consent_missing
Result<void> may_open(Date birth, std::string_view consent, Date today, const Policy& policy);
// Rules bank.care_age: `lone` is for 80 and more, `lone_poor` for 60 and more.
Result<void> care_fits(Care care, Date birth, Date today);
std::span<const std::string_view> relations();
std::string_view reverse_of(std::string_view relation);   // what `member` is to `other`

// ---- the common pool
struct Claim {
  std::int64_t member = 0;
  Care care = Care::none;
  std::int64_t balance = 0;
};
struct Portion {
  std::int64_t member = 0, minutes = 0;
};
// Brings lone elders up to `target`, those alone in high age first, then the poor who need care; within a class whoever
// has least. Whole minutes; never more than the pool holds.
std::vector<Portion> portions(std::int64_t pool, std::vector<Claim> claims, std::int64_t target);

// ---- balanced books, town by town
struct TownLine {
  std::string town, account;
  std::int64_t amount = 0;
};
// Adds to lines that sum to zero over all towns a clearing line for each town that they do not sum to zero in, so that the
// book of every town balances by itself: clear:<town> above zero is what that town owes the others.
std::vector<TownLine> with_clearing(std::vector<TownLine> lines);
std::string town_of(std::string_view region);             // nine digits; six of a county or shorter as it is

// ---- expiry: of what came in before the cut and was not used since, first in, first out.
std::int64_t expired(std::int64_t in_before_cut, std::int64_t out_ever);

// Minutes as people write them on a passbook: "12:30".
std::string clock_text(std::int64_t minutes);

}  // namespace tx::support::bank
