#include "platform/language/language.h"

#include <cctype>
#include <cstdlib>

namespace tx::language {
namespace {

// Written as escapes: the few words of a date need no catalogue, and sources hold no Han characters.
constexpr const char* kWeekdayZh[] = {"\u4e00", "\u4e8c", "\u4e09", "\u56db", "\u4e94", "\u516d", "\u65e5"};
constexpr const char* kWeekdayEn[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr const char* kMonthEn[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Quality of one list item in thousandths; 1000 when not given, 0 when unreadable.
int quality(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  const double value = std::strtod(std::string(parameters.substr(at + 2, 5)).c_str(), nullptr);
  return value >= 0 && value <= 1 ? static_cast<int>(value * 1000) : 0;
}

bool names(std::string_view item, std::string_view language) {
  if (item.size() < language.size()) return false;
  for (std::size_t i = 0; i < language.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(item[i])) != language[i]) return false;
  return item.size() == language.size() || item[language.size()] == '-';
}

}  // namespace

const char* tag(Language language) { return language == Language::zh ? "zh-CN" : "en"; }

Language best_language(std::string_view header) {
  int best = 0;
  Language chosen = Language::zh;
  for (int items = 0; !header.empty() && items < 32; ++items) {
    const auto comma = header.find(',');
    const auto item = trimmed(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    const auto semicolon = item.find(';');
    const auto name = trimmed(item.substr(0, semicolon));
    const int q = semicolon == std::string_view::npos ? 1000 : quality(item.substr(semicolon));
    if (q <= best) continue;
    if (names(name, "zh") || name == "*") chosen = Language::zh;
    else if (names(name, "en")) chosen = Language::en;
    else continue;
    best = q;
  }
  return chosen;
}

std::string day_text(Language language, Date date) {
  const int weekday = date.weekday() - 1;
  if (language == Language::zh)
    return std::to_string(date.month()) + "\u6708" + std::to_string(date.day()) + "\u65e5 \u5468" +
           kWeekdayZh[weekday];
  return std::string(kWeekdayEn[weekday]) + " " + std::to_string(date.day()) + " " + kMonthEn[date.month() - 1];
}

std::string date_text(Language language, Instant at) {
  const LocalTime local = local_time(at);
  return day_text(language, local.date) + " " + two(local.hour) + ":" + two(local.minute);
}

std::string duration_text(Language language, Minutes minutes) {
  const bool zh = language == Language::zh;
  const std::int64_t whole = std::abs(minutes.value);
  const std::string hours = std::to_string(whole / 60) + (zh ? " \u5c0f\u65f6" : " h");
  const std::string rest = std::to_string(whole % 60) + (zh ? " \u5206" : " min");
  const std::string sign = minutes.value < 0 ? "-" : "";
  if (whole < 60) return sign + rest;
  return sign + (whole % 60 == 0 ? hours : hours + " " + rest);
}

std::string hours_text(Minutes minutes) {
  const std::int64_t whole = std::abs(minutes.value);
  const std::int64_t hundredths = (whole * 100 + 30) / 60;
  return (minutes.value < 0 && hundredths > 0 ? "-" : "") + std::to_string(hundredths / 100) + "." +
         two(static_cast<int>(hundredths % 100));
}

}  // namespace tx::language
