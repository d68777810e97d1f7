#include "systems/support/time_bank/rules.h"

#include <algorithm>
#include <cstdio>

namespace tx::support::bank {
namespace {

constexpr std::string_view kKinds[] = {"companion", "housework", "meal", "shopping", "medical_escort", "repair", "haircut",
                                       "digital_help", "health_check", "counselling", "transport"};
constexpr std::string_view kRelations[] = {"spouse", "parent", "child", "grandparent", "grandchild"};
constexpr int kLoneAge = 80, kLonePoorAge = 60;

Policy policy(const char* id, int day, int cap, char grade, bool group) {
  Policy made;
  made.profile = id;
  made.day_minutes = day;
  made.cap_minutes = cap;
  made.least_grade = grade;
  made.group_time = group;
  return made;
}

int rank(Care care) { return care == Care::lone ? 0 : care == Care::lone_poor ? 1 : 2; }

}  // namespace

std::span<const Profile> profiles() {
  static const Profile all[] = {{"standard", policy("standard", 480, 1500 * 60, 'B', false)},
                                {"nanjing", policy("nanjing", 0, 1500 * 60, 'B', true)},
                                {"beijing", policy("beijing", 0, 0, 'A', false)},
                                {"changning", policy("changning", 120, 600 * 60, 'B', false)}};
  return all;
}
const Policy* find_profile(std::string_view id) {
  for (const auto& profile : profiles())
    if (profile.id == id) return &profile.policy;
  return nullptr;
}

std::span<const std::string_view> kinds() { return kKinds; }
bool is_kind(std::string_view service) { return std::find(std::begin(kKinds), std::end(kKinds), service) != std::end(kKinds); }

Share share_of(std::int64_t minutes, std::int64_t before_today, std::int64_t before, bool group, const Policy& policy) {
  Share share;
  if (minutes <= 0 || (group && !policy.group_time)) return share;
  if (policy.day_minutes) minutes = std::clamp<std::int64_t>(policy.day_minutes - before_today, 0, minutes);
  share.own = group ? 0 : policy.cap_minutes ? std::clamp<std::int64_t>(policy.cap_minutes - before, 0, minutes) : minutes;
  share.give = minutes - share.own;
  return share;
}

bool may_use(Date birth, Care care, Date today, const Policy& policy) {
  return care != Care::none || policy.use_age == 0 || age_on(birth, today) >= policy.use_age;
}

Result<void> may_open(Date birth, std::string_view consent, Date today, const Policy& policy) {
  if (birth.days == 0 || birth > today) return refuse(Kind::invalid, "bank.birth_missing", "birth");
  if (consent.empty()) return refuse(Kind::invalid, "bank.consent_missing", "consent");
  if (age_on(birth, today) < policy.open_age && consent != "guardian")
    return refuse(Kind::forbidden, "bank.too_young", "birth", {{"age", std::to_string(policy.open_age)}});
  return {};
}

Result<void> care_fits(Care care, Date birth, Date today) {
  const int age = age_on(birth, today), least = care == Care::lone ? kLoneAge : care == Care::lone_poor ? kLonePoorAge : 0;
  if (age < least) return refuse(Kind::invalid, "bank.care_age", "care", {{"age", std::to_string(least)}});
  return {};
}

std::span<const std::string_view> relations() { return kRelations; }
std::string_view reverse_of(std::string_view relation) {
  if (relation == "parent") return "child";
  if (relation == "child") return "parent";
  if (relation == "grandparent") return "grandchild";
  if (relation == "grandchild") return "grandparent";
  return relation;
}

std::vector<Portion> portions(std::int64_t pool, std::vector<Claim> claims, std::int64_t target) {
  std::erase_if(claims, [&](const Claim& claim) { return claim.care == Care::none || claim.balance >= target; });
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tuple(rank(a.care), a.balance, a.member) < std::tuple(rank(b.care), b.balance, b.member);
  });
  std::vector<Portion> given;
  for (const auto& claim : claims) {
    const auto minutes = std::min(pool, target - std::max<std::int64_t>(0, claim.balance));
    if (minutes <= 0) continue;
    given.push_back({claim.member, minutes});
    pool -= minutes;
  }
  return given;
}

std::vector<TownLine> with_clearing(std::vector<TownLine> lines) {
  std::map<std::string, std::int64_t> sums;
  for (const auto& line : lines) sums[line.town] += line.amount;
  std::erase_if(lines, [](const TownLine& line) { return line.amount == 0; });
  for (const auto& [town, sum] : sums)
    if (sum != 0) lines.push_back({town, "clear:" + town, -sum});
  return lines;
}

std::string town_of(std::string_view region) { return std::string(region.substr(0, 9)); }

std::int64_t expired(std::int64_t in_before_cut, std::int64_t out_ever) { return std::max<std::int64_t>(0, in_before_cut - out_ever); }

std::string clock_text(std::int64_t minutes) {
  char text[32];
  const auto plain = minutes < 0 ? -minutes : minutes;
  std::snprintf(text, sizeof text, "%s%lld:%02lld", minutes < 0 ? "-" : "", static_cast<long long>(plain / 60), static_cast<long long>(plain % 60));
  return text;
}

}  // namespace tx::support::bank
