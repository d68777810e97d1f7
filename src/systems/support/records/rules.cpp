#include "systems/support/records/rules.h"

#include <cstdio>
#include <cstdlib>

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

Result<void> guardian_agrees(Date birth, Date day, const std::string& consent) {
  if (age_on(birth, day) < 18 && consent.empty()) return refuse(Kind::forbidden, "record.guardian_missing", "people");
  return {};
}

std::vector<Exception> exceptions_of(const Seen& seen, const Policy& policy) {
  std::vector<Exception> found;
  if (!seen.signed_out) return {Exception::no_sign_out};
  if (seen.counted.minutes() < 1) found.push_back(Exception::nothing);
  if (seen.left_by == "forced") found.push_back(Exception::forced);
  else if (seen.came_by == "leader" || seen.left_by == "leader") found.push_back(Exception::by_list);
  if (seen.late_sync) found.push_back(Exception::late_sync);
  if (seen.counted.minutes() * 100 < seen.planned.minutes() * policy.presence_percent) found.push_back(Exception::short_presence);
  if (passage(seen.day_before, seen.counted.minutes(), policy) != Passage::straight) found.push_back(Exception::long_day);
  if (seen.checks > policy.checks_most) found.push_back(Exception::many_checks);
  return found;
}

std::string_view name_of(Exception exception) {
  static constexpr std::string_view names[] = {"no_sign_out", "forced", "by_list", "late_sync", "short_presence", "long_day", "many_checks", "nothing"};
  return names[static_cast<std::size_t>(exception)];
}

namespace {
struct Named {
  std::string_view setting;
  int Policy::* number;
};
constexpr Named kNumbers[] = {
    {"record.approve_minutes", &Policy::approve_minutes}, {"record.block_minutes", &Policy::block_minutes},
    {"record.presence_percent", &Policy::presence_percent}, {"record.checks_most", &Policy::checks_most},
    {"record.backfill_days", &Policy::backfill_days}, {"record.notice_days", &Policy::notice_days},
    {"record.least_age", &Policy::least_age}, {"record.most_people", &Policy::most_people},
    {"record.budget_minutes", &Policy::budget_minutes}};
constexpr std::int64_t kAmountMost = 100'000;
}  // namespace

int* number_of(Policy& policy, std::string_view setting) {
  for (const auto& named : kNumbers)
    if (named.setting == setting) return &(policy.*named.number);
  return nullptr;
}

std::span<const std::string_view> settings() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const auto& named : kNumbers) all.push_back(named.setting);
    return all;
  }();
  return names;
}

Result<std::vector<Number>> read_policies(std::string_view csv) {
  std::vector<Number> numbers;
  Policy known;
  for (int line = 1; !csv.empty(); ++line) {
    const auto end = csv.find('\n');
    std::string_view rest = csv.substr(0, end);
    csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    if (rest.empty() || (line == 1 && rest == "profile,setting,amount,source")) continue;
    std::string cells[4];
    const auto unreadable = [&] { return refuse(Kind::invalid, "policy.unreadable", std::to_string(line), {{"line", std::to_string(line)}}); };
    for (int cell = 0; cell < 4; ++cell) {
      const auto comma = rest.find(',');
      if ((comma == std::string_view::npos) != (cell == 3)) return unreadable();
      cells[cell] = rest.substr(0, comma);
      if (cells[cell].empty() || cells[cell].find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") != std::string::npos) return unreadable();
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    Number number{cells[0], cells[1], cells[3], 0};
    if (cells[2].size() > 6 || cells[2].find_first_not_of("0123456789") != std::string::npos) return unreadable();
    number.amount = std::atoll(cells[2].c_str());
    if (number.amount > kAmountMost || numbers.size() >= 1000) return unreadable();
    if (!number_of(known, number.setting)) return refuse(Kind::invalid, "policy.unknown_setting", std::to_string(line), {{"line", std::to_string(line)}});
    for (const auto& other : numbers)
      if (other.profile == number.profile && other.setting == number.setting)
        return refuse(Kind::invalid, "policy.twice", std::to_string(line), {{"line", std::to_string(line)}});
    numbers.push_back(std::move(number));
  }
  if (numbers.empty()) return refuse(Kind::invalid, "policy.empty");
  return numbers;
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
