#include "base/json.h"

#include <boost/json.hpp>
#include <boost/json/src.hpp>
#include <charconv>
#include <cmath>

namespace tx {
namespace {

constexpr std::size_t kMaxDepth = 32;

Json convert(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return {};
    case boost::json::kind::bool_: return value.get_bool();
    case boost::json::kind::int64: return value.get_int64();
    case boost::json::kind::uint64: return static_cast<double>(value.get_uint64());
    case boost::json::kind::double_: return value.get_double();
    case boost::json::kind::string: return std::string(value.get_string());
    case boost::json::kind::array: {
      Json::Array items;
      items.reserve(value.get_array().size());
      for (const auto& item : value.get_array()) items.push_back(convert(item));
      return items;
    }
    case boost::json::kind::object: {
      Json object = Json::object();
      for (const auto& [key, member] : value.get_object()) object.set(std::string_view(key), convert(member));
      return object;
    }
  }
  return {};
}

void write(std::string& out, const Json& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.boolean() ? "true" : "false";
  } else if (value.is_integer()) {
    char buffer[24];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, value.integer()).ptr;
    out.append(buffer, end);
  } else if (value.is_double()) {
    if (!std::isfinite(value.number())) {
      out += "null";
      return;
    }
    char buffer[40];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, value.number()).ptr;
    out.append(buffer, end);
  } else if (value.is_string()) {
    append_json_string(out, value.text());
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const auto& item : value.items()) {
      if (!first) out += ',';
      first = false;
      write(out, item);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : value.members()) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, key);
      out += ':';
      write(out, member);
    }
    out += '}';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (letter == '\n') {
      out += "\\n";
    } else if (letter == '\t') {
      out += "\\t";
    } else if (letter == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || letter == '<') {  // '<' escaped so that JSON may stand inside HTML
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += letter;
    }
  }
  out += '"';
}

bool Json::boolean() const {
  const auto* value = std::get_if<bool>(&value_);
  return value && *value;
}
std::int64_t Json::integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_); value && std::abs(*value) < 9e18)
    return static_cast<std::int64_t>(*value);
  return 0;
}
double Json::number() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  return 0;
}
const std::string& Json::text() const {
  static const std::string empty;
  const auto* value = std::get_if<std::string>(&value_);
  return value ? *value : empty;
}
const Json::Array& Json::items() const {
  static const Array empty;
  const auto* value = std::get_if<Array>(&value_);
  return value ? *value : empty;
}
const Json::Object& Json::members() const {
  static const Object empty;
  const auto* value = std::get_if<Object>(&value_);
  return value ? *value : empty;
}
const Json* Json::find(std::string_view key) const {
  for (const auto& member : members())
    if (member.first == key) return &member.second;
  return nullptr;
}
const Json& Json::operator[](std::string_view key) const {
  static const Json null;
  const Json* found = find(key);
  return found ? *found : null;
}
Json& Json::set(std::string_view key, Json value) {
  if (!is_object()) value_ = Object{};
  auto& object = std::get<Object>(value_);
  for (auto& member : object)
    if (member.first == key) {
      member.second = std::move(value);
      return *this;
    }
  object.emplace_back(std::string(key), std::move(value));
  return *this;
}
Json& Json::push(Json value) {
  if (!is_array()) value_ = Array{};
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}
std::size_t Json::size() const { return is_array() ? items().size() : members().size(); }

std::string Json::dump() const {
  std::string out;
  write(out, *this);
  return out;
}

std::optional<Json> Json::parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::error_code error;
  const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return std::nullopt;
  return convert(value);
}

}  // namespace tx
