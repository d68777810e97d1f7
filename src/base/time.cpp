#include "base/time.h"

#include <chrono>
#include <cstdio>

namespace tx {
namespace {
constexpr std::int64_t kZone = 8 * kHour;

std::chrono::year_month_day civil(Date date) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(date.days)));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

// Reads exactly `count` digits at `at`, or returns -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}
}  // namespace

Date Date::of(int year, int month, int day) {
  using namespace std::chrono;
  const year_month_day ymd{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                           std::chrono::day(static_cast<unsigned>(day))};
  return {static_cast<std::int32_t>(sys_days(ymd).time_since_epoch().count())};
}
int Date::year() const { return static_cast<int>(civil(*this).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(civil(*this).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(civil(*this).day())); }
int Date::weekday() const {
  return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(std::chrono::days(days))).iso_encoding());
}
std::string Date::text() const {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year(), month(), day());
  return buffer;
}
std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (y < 1 || m < 1 || d < 1) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                        std::chrono::day(static_cast<unsigned>(d))};
  if (!ymd.ok()) return std::nullopt;
  return Date::of(y, m, d);
}

Date local_date(Instant at) { return {static_cast<std::int32_t>(floor_div(at.us + kZone, kDay))}; }
LocalTime local_time(Instant at) {
  const Date date = local_date(at);
  const std::int64_t second = (at.us + kZone - date.days * kDay) / kSecond;
  return {date, static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60), static_cast<int>(second % 60)};
}
Instant start_of(Date date) { return {date.days * kDay - kZone}; }
Instant instant_of(Date date, int hour, int minute) { return start_of(date).plus(hour * kHour + minute * kMinute); }

std::string iso_text(Instant at) {
  const LocalTime t = local_time(at);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%sT%02d:%02d:%02d+08:00", t.date.text().c_str(), t.hour, t.minute, t.second);
  return buffer;
}
std::string local_text(Instant at) {
  const LocalTime t = local_time(at);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%s %02d:%02d", t.date.text().c_str(), t.hour, t.minute);
  return buffer;
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return std::nullopt;
  const auto date = Date::parse(text.substr(0, 10));
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
  if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  std::size_t at = 16;
  int second = 0;
  if (at < text.size() && text[at] == ':') {
    second = digits(text, at + 1, 2);
    if (second < 0 || second > 59) return std::nullopt;
    at += 3;
  }
  std::int64_t offset = kZone;
  if (at < text.size()) {
    if (text.substr(at) == "Z") {
      offset = 0;
    } else if (text.size() == at + 6 && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
      const int oh = digits(text, at + 1, 2), om = digits(text, at + 4, 2);
      if (oh < 0 || oh > 14 || om < 0 || om > 59) return std::nullopt;
      offset = (oh * kHour + om * kMinute) * (text[at] == '-' ? -1 : 1);
    } else {
      return std::nullopt;
    }
  }
  return Instant{date->days * kDay + hour * kHour + minute * kMinute + second * kSecond - offset};
}

int age_on(Date birth, Date day) {
  int years = day.year() - birth.year();
  if (day.month() < birth.month() || (day.month() == birth.month() && day.day() < birth.day())) --years;
  return years;
}

Instant SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

}  // namespace tx
