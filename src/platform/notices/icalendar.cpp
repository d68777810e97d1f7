// iCalendar text, RFC 5545: times in UTC, text escaped, lines folded at 75 octets without cutting a character.
#include <cstdio>

#include "platform/notices/notices.h"

namespace tx::notices {
namespace {

std::string utc(Instant at) {
  const LocalTime t = local_time(at.plus(-8 * kHour));  // the house's local time is +08:00, always
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%04d%02d%02dT%02d%02d%02dZ", t.date.year(), t.date.month(), t.date.day(),
                t.hour, t.minute, t.second);
  return buffer;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') out += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out;
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
  const std::string line = std::string(name) + ":" + std::string(value);
  std::size_t room = 75;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = std::min(at + room, line.size());
    while (end < line.size() && end > at + 1 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    if (at > 0) out += ' ';
    out.append(line, at, end - at);
    out += "\r\n";
    at = end;
    room = 74;  // the leading blank counts
  }
}

}  // namespace

std::string icalendar(const std::string& name, const std::vector<CalendarEntry>& entries) {
  std::string out;
  add_line(out, "BEGIN", "VCALENDAR");
  add_line(out, "VERSION", "2.0");
  add_line(out, "PRODID", "-//Tongxin//Volunteer service//EN");
  add_line(out, "CALSCALE", "GREGORIAN");
  add_line(out, "X-WR-CALNAME", escaped(name));
  for (const auto& entry : entries) {
    add_line(out, "BEGIN", "VEVENT");
    add_line(out, "UID", escaped(entry.uid));
    add_line(out, "DTSTAMP", utc(entry.changed.us ? entry.changed : entry.start));
    add_line(out, "DTSTART", utc(entry.start));
    if (entry.end > entry.start) add_line(out, "DTEND", utc(entry.end));
    add_line(out, "SUMMARY", escaped(entry.summary));
    if (!entry.location.empty()) add_line(out, "LOCATION", escaped(entry.location));
    if (!entry.description.empty()) add_line(out, "DESCRIPTION", escaped(entry.description));
    add_line(out, "END", "VEVENT");
  }
  add_line(out, "END", "VCALENDAR");
  return out;
}

}  // namespace tx::notices
