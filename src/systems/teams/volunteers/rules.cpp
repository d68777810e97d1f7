#include "systems/teams/volunteers/rules.h"

#include <cstdio>

namespace tx::teams::rules {
namespace {

constexpr int kCategoriesMost = 4, kLeastAge = 8;
struct Part {
  const char* name;
  int from, to;
};
constexpr Part kParts[] = {{"morning", 8, 12}, {"afternoon", 14, 18}, {"evening", 18, 21}};
constexpr char kCheck[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";   // 31 letters, as in GB 32100

}  // namespace

std::string volunteer_no(const std::string& region, Instant at, std::int64_t serial) {
  const Date day = local_date(at);
  char text[32];
  std::snprintf(text, sizeof text, "V%.6s%02d%02d%06lld", region.c_str(), day.year() % 100, day.month(),
                static_cast<long long>(serial % 1'000'000));
  int sum = 0, weight = 1;
  for (const char* c = text + 1; *c; ++c, weight = weight * 3 % 31) sum += (*c - '0') * weight;
  return std::string(text) + kCheck[sum % 31];
}

Result<void> age(Date birth, Date today, const std::string& guardian) {
  if (birth.days == 0 || birth > today || age_on(birth, today) > 120) return refuse(Kind::invalid, "volunteer.birth", "birth");
  const int years = age_on(birth, today);
  if (years < kLeastAge) return refuse(Kind::invalid, "volunteer.too_young", "birth");
  if (years < kAdult && guardian.empty()) return refuse(Kind::invalid, "volunteer.guardian", "guardian");
  return {};
}

Result<void> categories(const std::vector<std::string>& codes) {
  if (codes.size() > kCategoriesMost) return refuse(Kind::invalid, "volunteer.categories", "categories");
  return {};
}

std::string week_hours(const std::vector<std::string>& parts) {
  std::string hours(168, '0');
  for (const auto& part : parts) {
    if (part.size() < 3 || part[0] < '1' || part[0] > '7') continue;
    for (const auto& each : kParts)
      if (part.substr(2) == each.name)
        for (int hour = each.from; hour < each.to; ++hour) hours[(part[0] - '1') * 24 + hour] = '1';
  }
  return hours;
}

std::vector<std::string> week_parts(const std::string& hours) {
  std::vector<std::string> parts;
  if (hours.size() != 168) return parts;
  for (int day = 0; day < 7; ++day)
    for (const auto& each : kParts)
      if (hours[day * 24 + each.from] == '1') parts.push_back(std::string(1, static_cast<char>('1' + day)) + "-" + each.name);
  return parts;
}

}  // namespace tx::teams::rules
