#include <sodium.h>

#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/live.h"
#include "systems/supply/dispatch/search.h"
#include "systems/supply/needs/needs.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";

// 8 letters (40 random bits): the number itself cannot be guessed; the 4-digit code is for the telephone.
std::string random_number() {
  std::string number;
  for (int i = 0; i < 8; ++i) number += kLetters[randombytes_uniform(32)];
  return number;
}
std::string random_code() {
  std::string code;
  for (int i = 0; i < 4; ++i) code += static_cast<char>('0' + randombytes_uniform(10));
  return code;
}

std::string risk_text(const NeedInput& input) {
  std::string text;
  for (const auto& risk : input.risk) text += (text.empty() ? "" : ",") + risk;
  if (!input.risk_words.empty()) text += (text.empty() ? "" : ": ") + input.risk_words;
  return text;
}

// A neighbour who holds a recorded, still valid consent asks for a person with an account: that person sees the need too.
access::AccountId principal_with_phone(storage::Reader& reader, const identity::Vault& vault, Channel channel,
                                       access::AccountId by, const std::optional<std::string>& phone, Instant now) {
  if (channel != Channel::proxy || !by || !phone) return {};
  const auto owner = identity::find_account(reader, vault, *phone);
  for (const auto& proxy : identity::proxies_of(reader, by, now))
    if (owner && proxy.principal == owner) return owner;
  return {};
}

Result<Need> drafted(storage::Tx& tx, const identity::Vault& vault, const NeedInput& input, Channel channel,
                     const access::Actor& by) {
  TX_CHECK(rules::complete(input));
  TX_CHECK(rules::no_money(input));
  const auto span = TX_TRY(rules::time_of(input, tx.now()));
  const auto place = teams::region_position(tx, input.region);
  if (!place) return refuse(Kind::invalid, "need.region_missing", "region");
  const auto phone = identity::canonical_phone(input.phone);
  // A resident without a mobile phone is reached through the station or the proxy; the others need a number.
  if (!phone && (channel == Channel::own || channel == Channel::proxy || !input.phone.empty()))
    return refuse(Kind::invalid, "need.phone_wrong", "phone");

  const ServiceType& service = *service_type(input.service);
  Need need;
  need.id = {tx.new_id()};
  need.number = random_number();
  need.channel = channel;
  need.account = channel == Channel::own ? by.account : principal_with_phone(tx, vault, channel, by.account, phone, tx.now());
  need.helper_account = channel == Channel::own ? access::AccountId{} : by.account;
  need.consent = input.for_other ? input.consent : "";
  need.name_sealed = vault.seal(normal_text(input.name), "need.name");
  need.phone_sealed = phone ? vault.seal(*phone, "need.phone") : "";
  need.phone_index = phone ? vault.blind_index(*phone, "need.phone") : "";
  need.door_sealed = vault.seal(normal_text(input.door), "need.door");
  need.service = input.service;
  if (!input.menu_item.empty()) need.menu_item = id_value(input.menu_item).value_or(0);
  need.words = input.words;
  need.risks = risk_text(input);
  need.region = input.region;
  need.x_m = place->x_m;
  need.y_m = place->y_m;
  need.starts = span.starts;
  need.ends = span.ends;
  need.minor = input.minor || service.minors;
  need.helpers = rules::safeguard(service, input.minor, input.helpers).helpers;
  need.urgency = input.urgency;
  need.urgency_reason = input.urgency_reason;
  need.created = tx.now();
  if (need.account) {
    const auto volunteer = teams::find_volunteer_by_account(tx, need.account);
    need.priority = volunteer && volunteer->state == "active" ? 1 : 0;  // N6
  }
  return need;
}

void verify_on_the_spot(Need& need, Channel channel, const access::Actor& by, Instant now) {
  need.verified_by = by.account.value;
  need.verified_how = channel == Channel::station ? Verification::visit : Verification::phone;
  need.verified_at = now;
}

}  // namespace

Result<Asked> submit_need(storage::Tx& tx, const identity::Vault& vault, const NeedInput& input, Channel channel,
                          const access::Actor& by) {
  Need need = TX_TRY(drafted(tx, vault, input, channel, by));
  const std::string code = random_code();
  need.code_hash = code_hash(need.number, code);
  if (const auto earlier = same_needs(tx, need); !earlier.empty()) need.same_as = earlier.front().id.value;
  auto taken = TX_TRY(workflow::take(tx, kNeedFlow, need.id.value, "", "submit", by.account));
  need.state = taken.state;
  need.due = taken.due;
  storage::insert(tx, "need", need);
  live::changed(tx, need);
  if (channel == Channel::station || channel == Channel::hotline) {
    verify_on_the_spot(need, channel, by, tx.now());
    TX_CHECK(move_need(tx, need, "accept", by.account));
    if (workflow::setting_amount(tx, "asking.automatic", need.region, 0) > 0)   // the region's setting: search by itself
      (void)start_search(tx, need, usual_deadline(need, tx.now()), Pace::usual, by.account);
  }
  return Asked{need, code};
}

bool is_askers(const Need& need, const access::Actor& actor, const std::string& code) {
  if (actor.signed_in() && (actor.account == need.account || actor.account == need.helper_account)) return true;
  return !code.empty() && code_hash(need.number, code) == need.code_hash;
}

}  // namespace tx::supply
