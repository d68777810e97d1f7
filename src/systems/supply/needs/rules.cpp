#include "systems/supply/needs/rules.h"

#include <algorithm>

#include "base/text.h"

namespace tx::supply::rules {
namespace {

constexpr std::string_view kMoneyWords[] = {
#include "systems/supply/needs/money_words.inc"
};
constexpr std::string_view kPayWords[] = {
#include "systems/supply/needs/pay_words.inc"
};

constexpr int kWordsMax = 500, kDoorMax = 120, kNameMax = 40;

template <class Words>
std::string first_of(const std::string& text, const Words& words) {
  for (const auto word : words)
    if (text.find(word) != std::string::npos) return std::string(word);
  return {};
}

}  // namespace

Result<void> no_money(const NeedInput& input) {
  std::string text = normal_text(input.words);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (auto word = first_of(text, kMoneyWords); !word.empty())
    return refuse(Kind::invalid, "need.cash_refused", "words", {{"word", word}});
  if (auto word = first_of(text, kPayWords); !word.empty())
    return refuse(Kind::invalid, "need.pay_refused", "words", {{"word", word}});
  return {};
}

Result<void> complete(const NeedInput& input) {
  if (!service_type(input.service)) return refuse(Kind::invalid, "need.service_unknown", "service");
  if (input.service == "other" && input.words.empty()) return refuse(Kind::invalid, "need.words_missing", "words");
  if (letter_count(input.words) > kWordsMax) return refuse(Kind::invalid, "need.words_long", "words");
  if (input.region.size() != 12) return refuse(Kind::invalid, "need.region_missing", "region");
  if (input.name.empty() || letter_count(input.name) > kNameMax)
    return refuse(Kind::invalid, "need.name_missing", "name");
  if (letter_count(input.door) > kDoorMax) return refuse(Kind::invalid, "need.door_long", "door");
  if (input.risk.empty() && input.risk_words.empty()) return refuse(Kind::invalid, "need.risk_missing", "risk");
  if (input.urgency < 0 || input.urgency > 3) return refuse(Kind::invalid, "form.unreadable", "urgency");
  if (input.urgency >= 2 && input.urgency_reason.empty())
    return refuse(Kind::invalid, "need.urgency_reason_missing", "urgency_reason");
  if (input.for_other && input.consent != "spoken" && input.consent != "written" && input.consent != "guardian")
    return refuse(Kind::invalid, "need.consent_missing", "consent");
  if (!input.truth) return refuse(Kind::invalid, "need.truth_missing", "truth");
  return {};
}

Result<Span> time_of(const NeedInput& input, Instant now) {
  if (input.from == "now") {   // whoever needs somebody at once does not pick a day
    if (input.minutes < 15 || input.minutes > 12 * 60) return refuse(Kind::invalid, "need.time_long", "minutes");
    const Instant at{now.us - now.us % kMinute};
    return Span{at, at.plus(input.minutes * kMinute)};
  }
  const auto day = Date::parse(input.day);
  const auto start = day ? parse_instant(input.day + "T" + (input.from.empty() ? "09:00" : input.from)) : std::nullopt;
  if (!start) return refuse(Kind::invalid, "need.time_unreadable", "day");
  if (input.minutes < 15 || input.minutes > 12 * 60) return refuse(Kind::invalid, "need.time_long", "minutes");
  const Span span{*start, start->plus(input.minutes * kMinute)};
  if (span.ends < now) return refuse(Kind::invalid, "need.time_past", "day");
  if (span.starts > now.plus(90 * kDay)) return refuse(Kind::invalid, "need.time_far", "day");
  return span;
}

Safeguard safeguard(const ServiceType& service, bool minor, int wanted_helpers) {
  Safeguard guard;
  guard.helpers = std::clamp(wanted_helpers, 1, 20);
  if (service.minors || minor) {
    guard.helpers = std::max(guard.helpers, 2);  // never one adult alone with a child
    guard.checked_only = guard.adults_only = true;
  } else if (service.at_home) {
    guard.adults_only = true;
    guard.pair_unless_checked = guard.helpers < 2;
  }
  return guard;
}

bool looks_same(const Need& a, const Need& b) {
  const auto apart = a.starts.us > b.starts.us ? a.starts.us - b.starts.us : b.starts.us - a.starts.us;
  return !a.phone_index.empty() && a.phone_index == b.phone_index && a.service == b.service && apart < kDay;
}

}  // namespace tx::supply::rules
