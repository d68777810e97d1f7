#include "systems/support/honours/rules.h"

#include <cstdlib>

namespace tx::support::honour_rules {
namespace {

std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> found;
  std::string word;
  for (const char c : std::string(text) + ",") {
    if (c >= '0' && c <= '9' && word.size() < 6) word += c;
    else if (c == ',' && !word.empty()) {
      found.push_back(std::atoi(word.c_str()));
      word.clear();
    } else if (c != ' ') {
      return {};
    }
  }
  return found;
}

}  // namespace

std::vector<StarStep> read_hours(std::string_view hours) {
  const auto numbers = numbers_of(hours);
  std::vector<StarStep> steps;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] <= (i ? numbers[i - 1] : 0)) return {};
    steps.push_back({static_cast<int>(i) + 1, numbers[i] * 60LL});
  }
  return steps.size() == 5 ? steps : std::vector<StarStep>();
}

int level_of(std::string_view levels, int star) {
  const auto numbers = numbers_of(levels);
  return star >= 1 && star <= static_cast<int>(numbers.size()) ? numbers[static_cast<std::size_t>(star) - 1] : 6;
}
bool levels_readable(std::string_view levels) {
  const auto numbers = numbers_of(levels);
  for (const int number : numbers)
    if (number != 2 && number != 4 && number != 6) return false;
  return numbers.size() == 5;
}

Result<void> may_ask_star(int star, int held, std::int64_t minutes, int quality_percent, const std::vector<StarStep>& steps, int least_quality) {
  if (star < 1 || star > 5) return refuse(Kind::invalid, "form.unreadable", "star");
  if (star <= held) return refuse(Kind::conflict, "honour.star_held", "star");
  const auto needed = steps[static_cast<std::size_t>(star) - 1].minutes;
  if (minutes < needed) return refuse(Kind::invalid, "honour.hours_missing", "star", {{"n", std::to_string((needed - minutes + 59) / 60)}});
  if (quality_percent < least_quality) return refuse(Kind::invalid, "honour.quality", "star", {{"n", std::to_string(least_quality)}});
  return {};
}

Result<void> fit(const Judge& judge) {
  if (judge.is_nominee) return refuse(Kind::forbidden, "honour.own");
  if (judge.is_nominator) return refuse(Kind::forbidden, "honour.nominator");
  if (judge.judged_before) return refuse(Kind::forbidden, "honour.same_person");
  if (judge.same_team) return refuse(Kind::forbidden, "honour.same_team");
  if (judge.is_kin) return refuse(Kind::forbidden, "honour.kin");
  return {};
}

Result<void> high_enough(int level, const std::vector<std::string>& regions, std::string_view region) {
  for (const auto& mine : regions)
    if (static_cast<int>(mine.size()) <= level && region.starts_with(mine)) return {};
  return refuse(Kind::forbidden, "honour.level");
}

Result<Date> bar_until(int years, Date today) {
  if (years < 1 || years > 3) return refuse(Kind::invalid, "honour.bar_years", "years");
  const int day = today.month() == 2 && today.day() == 29 ? 28 : today.day();
  return Date::of(today.year() + years, today.month(), day);
}

}  // namespace tx::support::honour_rules
