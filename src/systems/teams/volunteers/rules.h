// Rules of a volunteer's registration, pure.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tx::teams::rules {

// The public number: V + county (6 digits) + YYMM + 6-digit serial + check letter, 18 characters (rules §4.2: the shape
// of the one number seen of the national system; the check letter is ours).
std::string volunteer_no(const std::string& region, Instant at, std::int64_t serial);
inline constexpr int kAdult = 18;
// Under 14 only with a guardian at one's side, 14-17 with the guardian's consent (浙江 9, 宁波 10, 山东 10).
// volunteer.birth, volunteer.too_young (8), volunteer.guardian
Result<void> age(Date birth, Date today, const std::string& guardian);
// At most four service categories (rules §4.3): volunteer.categories
Result<void> categories(const std::vector<std::string>& codes);
// Week mask from the ticked parts "1-morning" … "7-evening" (8-12, 14-18, 19-21).
std::string week_hours(const std::vector<std::string>& parts);
std::vector<std::string> week_parts(const std::string& hours);

}  // namespace tx::teams::rules
