// Rules of a need, pure: no clock, no SQL. Every refusal has a stable id that is its text's catalogue key.
#pragma once
#include "base/result.h"
#include "systems/supply/needs/model.h"
#include "systems/supply/services.h"

namespace tx::supply::rules {

// need.cash_refused (N2; 慈善法 124: personal appeals for money only on designated platforms),
// need.pay_refused (Regulation art. 37: no pay)
Result<void> no_money(const NeedInput& input);
// need.service_unknown, need.words_missing, need.risk_missing (Regulation art. 13), need.truth_missing (N1),
// need.urgency_reason_missing, need.consent_missing, need.name_missing, need.region_missing
Result<void> complete(const NeedInput& input);
struct Span {
  Instant starts, ends;
};
// need.time_unreadable, need.time_past, need.time_far (90 days), need.time_long (12 h)
Result<Span> time_of(const NeedInput& input, Instant now);

// How many helpers come and who they must be: minors -> checked adults, never one alone (two); home visits -> two, or
// one who is identified and checked.
struct Safeguard {
  int helpers = 1;
  bool checked_only = false;   // background check valid
  bool adults_only = false;
  bool pair_unless_checked = false;
};
Safeguard safeguard(const ServiceType& service, bool minor, int wanted_helpers);

// Why two needs look the same: same phone, same service, starting within 24 hours.
bool looks_same(const Need& a, const Need& b);

}  // namespace tx::supply::rules
