#include "base/record.h"

#include <charconv>
#include <cmath>

namespace tx {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class T>
bool parse_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool read_value(const Json& in, bool& out) {
  if (in.is_bool()) {
    out = in.boolean();
    return true;
  }
  if (in.is_integer()) {
    out = in.integer() != 0;
    return true;
  }
  const std::string_view text = trimmed(in.text());
  out = text == "on" || text == "true" || text == "1" || text == "yes";
  return in.is_null() || out || text.empty() || text == "off" || text == "false" || text == "0" || text == "no";
}

bool read_value(const Json& in, std::string& out) {
  if (in.is_null()) {
    out.clear();
    return true;
  }
  if (!in.is_string()) return false;
  out.clear();
  for (const char letter : trimmed(in.text()))
    if (letter != '\r') out += letter;
  return true;
}

bool read_value(const Json& in, double& out) {
  if (in.is_integer() || in.is_double()) {
    out = in.number();
    return true;
  }
  return in.is_string() && parse_number(trimmed(in.text()), out) && std::isfinite(out);
}

bool read_value(const Json& in, std::int64_t& out) {
  if (in.is_integer()) {
    out = in.integer();
    return true;
  }
  return in.is_string() && parse_number(trimmed(in.text()), out);
}

bool read_value(const Json& in, Instant& out) {
  if (in.is_null() || (in.is_string() && trimmed(in.text()).empty())) {
    out = {};
    return true;
  }
  const auto parsed = parse_instant(trimmed(in.text()));
  if (parsed) out = *parsed;
  return parsed.has_value();
}
bool read_value(const Json& in, Minutes& out) { return read_value(in, out.value); }
bool read_value(const Json& in, Money& out) { return read_value(in, out.fen); }
bool read_value(const Json& in, Date& out) {
  const auto parsed = Date::parse(trimmed(in.text()));
  if (parsed) out = *parsed;
  return parsed.has_value();
}

Json schema_of_text(const char* format) { return Json::of({{"type", "string"}, {"format", format}}); }

}  // namespace tx
