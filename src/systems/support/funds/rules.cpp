#include <algorithm>

#include "systems/support/funds/funds.h"

namespace tx::support::fund_rules {

Date months_after(Date day, int months) {
  const int at = day.year() * 12 + day.month() - 1 + months, year = at / 12, month = at % 12 + 1;
  const Date next = month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1);
  return Date::of(year, month, std::min(day.day(), Date{next.days - 1}.day()));
}

std::vector<Due> disclosures(Date from, Date until) {
  std::vector<Due> all;
  if (months_after(from, 6) < until)
    for (int months = 3; months_after(from, months) <= until; months += 3) all.push_back({"quarter", months_after(from, months)});
  all.push_back({"full", months_after(until, 3)});
  all.push_back({"surplus", months_after(until, 3)});
  for (int year = from.year() + 1; year <= until.year() + 1; ++year) all.push_back({"annual", Date::of(year, 5, 31)});
  return all;
}

std::vector<Left> spread(const std::vector<Left>& gifts, std::int64_t fen) {
  std::vector<Left> used;
  for (const auto& gift : gifts) {
    if (fen <= 0) break;
    const auto part = std::min(gift.fen, fen);
    if (part <= 0) continue;
    used.push_back({gift.gift, part});
    fen -= part;
  }
  return fen > 0 ? std::vector<Left>{} : used;
}

}  // namespace tx::support::fund_rules
