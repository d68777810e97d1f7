// Time as the product counts it: instants are UTC microseconds, service time is whole minutes, and the civil calendar
// is China's single zone (+08:00, no daylight saving), so no time-zone database is needed.
#pragma once
#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tx {

struct Minutes {
  std::int64_t value = 0;
  friend auto operator<=>(const Minutes&, const Minutes&) = default;
};
struct Money {  // fen
  std::int64_t fen = 0;
  friend auto operator<=>(const Money&, const Money&) = default;
};

inline constexpr std::int64_t kSecond = 1'000'000;  // microseconds
inline constexpr std::int64_t kMinute = 60 * kSecond;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;

struct Instant {
  std::int64_t us = 0;  // microseconds since 1970-01-01T00:00:00Z; 0 means "not set"
  friend auto operator<=>(const Instant&, const Instant&) = default;
  Instant plus(std::int64_t microseconds) const { return {us + microseconds}; }
};

// A day of the civil calendar as a count of days since 1970-01-01 (local).
struct Date {
  std::int32_t days = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
  static Date of(int year, int month, int day);
  int year() const;
  int month() const;
  int day() const;
  int weekday() const;             // 1 Monday .. 7 Sunday
  std::string text() const;        // 2026-11-24
  static std::optional<Date> parse(std::string_view text);
};

struct LocalTime {  // broken-down local time, minute precision
  Date date;
  int hour = 0, minute = 0, second = 0;
};

Date local_date(Instant at);
LocalTime local_time(Instant at);
Instant start_of(Date date);                                   // 00:00 local
Instant instant_of(Date date, int hour, int minute);
std::string iso_text(Instant at);                              // 2026-11-24T09:30:00+08:00
std::string local_text(Instant at);                            // 2026-11-24 09:30
// Accepts "2026-11-24T09:30", "2026-11-24 09:30", with optional seconds and offset; without offset: local.
std::optional<Instant> parse_instant(std::string_view text);
int age_on(Date birth, Date day);                              // completed years

// The only source of "now" for business code; engines and rules get instants as arguments.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};
class ManualClock final : public Clock {  // tests and the demonstration loader
 public:
  explicit ManualClock(Instant start) : us_(start.us) {}
  Instant now() const override { return {us_.load()}; }
  void set(Instant at) { us_ = at.us; }
  void advance(std::int64_t microseconds) { us_ += microseconds; }

 private:
  std::atomic<std::int64_t> us_;
};

}  // namespace tx
