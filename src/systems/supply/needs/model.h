// A need (需求): what a recipient asks. Its life cycle stands in flow.h, its rules in rules.h, its SQL in store.cpp.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::supply {

struct Need;
struct VolunteerTag;

// Equal ways in (N1): own phone, a neighbour as proxy, the station desk, a hotline operator.
enum class Channel { own, proxy, station, hotline };
BOOST_DESCRIBE_ENUM(Channel, own, proxy, station, hotline)
// How a need was verified before it was opened (Regulation art. 13: verify and answer promptly).
enum class Verification { none, visit, phone, online, known };
BOOST_DESCRIBE_ENUM(Verification, none, visit, phone, online, known)

struct Need {
  Id<Need> id;
  std::string number;             // shown to the asker; follows the need without an account, together with the code
  std::string code_hash;          // SHA-256 of the 6-digit code
  Channel channel = Channel::own;
  access::AccountId account;      // the recipient's account, 0: none
  access::AccountId helper_account;  // who wrote it down for the recipient (proxy, keeper, operator), 0: nobody
  std::string consent;            // how the recipient agreed when another person asks: spoken, written, guardian
  std::string name_sealed, phone_sealed, phone_index, door_sealed;
  std::string service;            // ServiceType id
  std::int64_t menu_item = 0;
  std::string words, risks;       // own words; risk statement (Regulation art. 13)
  std::string region;             // community code
  std::int64_t x_m = 0, y_m = 0;  // local metres, see teams::position
  Instant starts, ends;
  int helpers = 1;
  bool minor = false;             // the recipient is a minor
  std::int64_t languages = 0;
  int urgency = 0;                // 0 ordinary, 1 soon, 2 urgent, 3 now
  std::string urgency_reason;
  int priority = 0;               // 1: the asker is a volunteer with a good record (N6, 上海 30, 北京 38)
  std::string state;
  Instant due;                    // deadline of the state
  std::int64_t verified_by = 0;
  Verification verified_how = Verification::none;
  Instant verified_at;
  std::int64_t same_as = 0;       // the earlier need this one repeats
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Need, (), (id, number, code_hash, channel, account, helper_account, consent, name_sealed,
                                 phone_sealed, phone_index, door_sealed, service, menu_item, words, risks, region, x_m,
                                 y_m, starts, ends, helpers, minor, languages, urgency, urgency_reason, priority, state,
                                 due, verified_by, verified_how, verified_at, same_as, created))
using NeedId = Id<Need>;

// What the asker fills in; the same for all four ways in.
struct NeedInput {
  std::string service, words, region, day, from;  // day: 2026-11-24; from: 09:00, or "now"
  int minutes = 60;
  std::string door, name, phone;
  std::vector<std::string> risk;  // stairs, pets, heavy, illness, none
  std::string risk_words;
  bool minor = false;
  int urgency = 0;
  std::string urgency_reason;
  bool truth = false;             // truth declaration (N1)
  bool for_other = false;         // asked by a proxy
  std::string consent;            // spoken, written, guardian
  std::string menu_item;
  int helpers = 0;                // 0: as the service needs
};
BOOST_DESCRIBE_STRUCT(NeedInput, (), (service, words, region, day, from, minutes, door, name, phone, risk, risk_words,
                                      minor, urgency, urgency_reason, truth, for_other, consent, menu_item, helpers))

}  // namespace tx::supply
