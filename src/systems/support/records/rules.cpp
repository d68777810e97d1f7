#include "systems/support/records/rules.h"

#include <cstdio>

namespace tx::support::rules {

std::vector<Span> split_at_midnight(Span span) {
  std::vector<Span> parts;
  while (span.from < span.to) {
    const Instant midnight = start_of({local_date(span.from).days + 1});
    parts.push_back({span.from, std::min(span.to, midnight)});
    span.from = midnight;
  }
  return parts;
}

bool overlap(Span a, Span b) { return a.from < b.to && b.from < a.to; }

Passage passage(std::int64_t before, std::int64_t added, const Policy& policy) {
  const auto day = before + added;
  return day > policy.block_minutes ? Passage::authority : day > policy.approve_minutes ? Passage::second : Passage::straight;
}

Grade grade(const Evidence& evidence) {
  const int shown = evidence.came_shown + evidence.left_shown;
  if (shown == 2) return evidence.by_recipient ? Grade::A : Grade::B;
  return shown == 1 && evidence.by_recipient ? Grade::B : Grade::C;
}

Result<void> may_enter(Span span, Date birth, Instant now, const Policy& policy) {
  if (span.to > now) return refuse(Kind::invalid, "record.future", "to");
  if (span.minutes() < 1) return refuse(Kind::invalid, "record.backwards", "to");
  if (local_date(span.from) != local_date(span.to.plus(-1))) return refuse(Kind::invalid, "record.two_days", "to");
  if (span.minutes() > policy.block_minutes)
    return refuse(Kind::invalid, "record.too_long", "to", {{"most", hours_text(policy.block_minutes)}});
  if (span.from < now.plus(-policy.backfill_days * kDay))
    return refuse(Kind::too_late, "record.too_old", "day", {{"days", std::to_string(policy.backfill_days)}});
  if (age_on(birth, local_date(span.from)) < policy.least_age)
    return refuse(Kind::forbidden, "record.too_young", "people", {{"age", std::to_string(policy.least_age)}});
  return {};
}

std::string hours_text(std::int64_t minutes) {
  const bool negative = minutes < 0;
  const std::int64_t hundredths = ((negative ? -minutes : minutes) * 100 + 30) / 60;
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%02lld", negative ? "-" : "", static_cast<long long>(hundredths / 100),
                static_cast<long long>(hundredths % 100));
  return text;
}

}  // namespace tx::support::rules
