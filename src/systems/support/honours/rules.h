// The rules of honours, pure: which star is due, who may judge, how long a bar lasts.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "systems/support/honours/model.h"

namespace tx::support {

struct StarStep {
  int star;
  std::int64_t minutes;
};

namespace honour_rules {

// Five rising numbers of hours; empty: unreadable.
std::vector<StarStep> read_hours(std::string_view hours);
// Length of the region code that may grant this star: 6 county, 4 city, 2 region.
int level_of(std::string_view levels, int star);
bool levels_readable(std::string_view levels);

// Rules honour.hours_missing (not enough minutes, or a star skipped that way), honour.star_held, honour.quality
Result<void> may_ask_star(int star, int held, std::int64_t minutes, int quality_percent, const std::vector<StarStep>& steps, int least_quality);

// Whoever judges has no interest in it. Rules honour.own, honour.nominator, honour.same_person, honour.same_team, honour.kin
struct Judge {
  bool is_nominee = false, is_nominator = false, judged_before = false, same_team = false, is_kin = false;
};
Result<void> fit(const Judge& judge);
// Rule honour.level: a county grants one and two stars, a city three and four, the region five.
Result<void> high_enough(int level, const std::vector<std::string>& regions, std::string_view region);
// Rule honour.bar_years
Result<Date> bar_until(int years, Date today);

}  // namespace honour_rules
}  // namespace tx::support
