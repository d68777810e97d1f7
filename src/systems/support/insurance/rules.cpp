#include "base/text.h"
#include "systems/support/insurance/insurance.h"

namespace tx::support::insurance_rules {

Result<void> readable(const PolicyInput& input) {
  if (letter_count(input.number) < 4 || letter_count(input.number) > 40) return refuse(Kind::invalid, "insurance.number_wrong", "number");
  if (letter_count(input.insurer) < 2) return refuse(Kind::invalid, "insurance.insurer_missing", "insurer");
  if (letter_count(input.cover) < 4) return refuse(Kind::invalid, "insurance.cover_missing", "cover");
  if (letter_count(input.phone) < 5) return refuse(Kind::invalid, "insurance.phone_missing", "phone");
  if (input.scope != "region" && input.scope != "organisation" && input.scope != "activity") return refuse(Kind::invalid, "insurance.scope_wrong", "scope");
  if (!input.from_day.days || input.until_day < input.from_day) return refuse(Kind::invalid, "insurance.days_wrong", "until_day");
  return {};
}

bool covers(const Policy& policy, const supply::ToCover& what) {
  const Date day = local_date(what.starts);
  if (policy.state != "open" || day < policy.from_day || policy.until_day < day) return false;
  if (policy.scope == "activity") return policy.activity == what.activity;
  if (policy.scope == "organisation") return policy.organisation == what.organisation;
  return what.region.starts_with(policy.region);
}

const Policy* best(const std::vector<Policy>& policies, const supply::ToCover& what) {
  const auto rank = [&](const Policy& policy) {
    if (!what.number.empty() && policy.number == what.number) return 4;
    return policy.scope == "activity" ? 3 : policy.scope == "organisation" ? 2 : 1;
  };
  const Policy* found = nullptr;
  for (const auto& policy : policies)
    if (covers(policy, what) && (!found || rank(policy) > rank(*found))) found = &policy;
  return found;
}

}  // namespace tx::support::insurance_rules
