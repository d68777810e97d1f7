#include "systems/stations/stations/rules.h"

#include "base/text.h"

namespace tx::stations::rules {
namespace {

constexpr std::size_t kNameMost = 40, kWhyMost = 300;

std::optional<int> minute_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0u, 1u, 3u, 4u})
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 24 || minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 60 + minute;
}

}  // namespace

std::optional<Hours> read_hours(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = minute_of(text.substr(0, 5)), until = minute_of(text.substr(6));
  if (!from || !until || *until <= *from) return std::nullopt;
  return Hours{*from, *until};
}

bool is_day_mask(std::string_view text) {
  return text.size() == 7 && text.find_first_not_of("01") == std::string_view::npos &&
         text.find('1') != std::string_view::npos;
}

bool opens_on(const Station& station, Date day) {
  return is_day_mask(station.open_days) && station.open_days[static_cast<std::size_t>(day.weekday() - 1)] == '1';
}

std::size_t region_digits(std::string_view level) {
  if (level == "centre" || level == "mobile") return 6;   // a mobile one goes round a county
  if (level == "sub_centre") return 9;
  return level == "station" || level == "point" ? 12 : 0;
}

int level_rank(std::string_view level) {
  return level == "point" ? 0 : level == "station" ? 1 : level == "sub_centre" ? 2 : level == "centre" ? 3
         : level == "mobile" ? 4 : -1;
}

Result<void> proposal(const Station& station) {
  if (letter_count(station.name) < 2 || letter_count(station.name) > kNameMost)
    return refuse(Kind::invalid, "station.name_missing", "name", {{"most", std::to_string(kNameMost)}});
  if (level_rank(station.level) < 0) return refuse(Kind::invalid, "form.unreadable", "level");
  if (station.region.size() != region_digits(station.level))
    return refuse(Kind::invalid, "station.level_place", "level");
  if (station.why.empty() || letter_count(station.why) > kWhyMost)
    return refuse(Kind::invalid, "station.why_missing", "why");
  if (!station.hours.empty() && !read_hours(station.hours))
    return refuse(Kind::invalid, "station.hours_unreadable", "hours");
  return {};
}

Result<void> ready_to_open(const Station& station) {
  if (station.address.empty()) return refuse(Kind::conflict, "station.address_missing", "address");
  if (!read_hours(station.hours)) return refuse(Kind::conflict, "station.hours_unreadable", "hours");
  if (!station.keeper) return refuse(Kind::conflict, "station.keeper_missing", "login");
  return {};
}

Result<void> step(const Station& station, std::string_view action, access::AccountId by, std::string_view next_level) {
  if (action == "approve" && by == station.created_by) return refuse(Kind::forbidden, "station.own_proposal");
  if (action == "open") return ready_to_open(station);
  if (action == "upgrade" && (next_level == "mobile" || level_rank(next_level) < level_rank(station.level)))
    return refuse(Kind::invalid, "station.level_lower", "next_level");
  return {};
}

}  // namespace tx::stations::rules
