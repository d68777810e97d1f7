// A record is described once: BOOST_DESCRIBE_STRUCT(Need, (), (id, title, ...)). From that one description come its
// JSON, its reading from a form or a JSON body, its SQL columns (platform/storage) and its OpenAPI schema. Fields may
// be bool, integers, double, std::string, Id<>, Instant, Minutes, Money, Date, Json, enums described with
// BOOST_DESCRIBE_ENUM (stored and shown by name), std::optional and std::vector of these.
#pragma once
#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string>
#include <type_traits>

#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace tx {

template <class R>
using Fields = boost::describe::describe_members<R, boost::describe::mod_any_access>;

template <class R, class F>  // f(name, member reference)
void for_each_field(R& record, F&& f) {
  boost::mp11::mp_for_each<Fields<std::remove_const_t<R>>>([&](auto d) { f(d.name, record.*d.pointer); });
}

template <class E>
const char* enum_name(E value) {
  return boost::describe::enum_to_string(value, "");
}
template <class E>
std::optional<E> enum_value(std::string_view name) {
  E value{};
  if (boost::describe::enum_from_string(std::string(name).c_str(), value)) return value;
  return std::nullopt;
}

// ---- to JSON
inline Json to_json(bool v) { return v; }
inline Json to_json(const std::string& v) { return v; }
inline Json to_json(double v) { return v; }
inline Json to_json(const Json& v) { return v; }
inline Json to_json(Instant v) { return v.us ? Json(iso_text(v)) : Json(); }
inline Json to_json(Minutes v) { return v.value; }
inline Json to_json(Money v) { return v.fen; }
inline Json to_json(Date v) { return v.text(); }
template <class I>
Json to_json(Id<I> v) { return v ? Json(v.text()) : Json(); }
template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
Json to_json(T v) { return v; }
template <class T, std::enable_if_t<std::is_enum_v<T>, int> = 0>
Json to_json(T v) { return enum_name(v); }
template <class T>
Json to_json(const std::optional<T>& v) { return v ? to_json(*v) : Json(); }
template <class R, std::enable_if_t<boost::describe::has_describe_members<R>::value, int> = 0>
Json to_json(const R& record);
template <class T>
Json to_json(const std::vector<T>& v) {
  Json list = Json::array();
  for (const auto& item : v) list.push(to_json(item));
  return list;
}
template <class R, std::enable_if_t<boost::describe::has_describe_members<R>::value, int>>
Json to_json(const R& record) {
  Json object = Json::object();
  for_each_field(record, [&](const char* name, const auto& member) { object.set(name, to_json(member)); });
  return object;
}

// ---- from JSON or a form. A form is an object whose members are strings (repeated names: arrays of strings), so
// every reader also accepts text. Returns false when the value cannot be read as the type.
bool read_value(const Json& in, bool& out);        // "on", "true", "1", "yes"
bool read_value(const Json& in, std::string& out); // trimmed; line ends normalised
bool read_value(const Json& in, double& out);
bool read_value(const Json& in, std::int64_t& out);
bool read_value(const Json& in, Instant& out);
bool read_value(const Json& in, Minutes& out);
bool read_value(const Json& in, Money& out);
bool read_value(const Json& in, Date& out);
inline bool read_value(const Json& in, Json& out) { out = in; return true; }
template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, std::int64_t>, int> = 0>
bool read_value(const Json& in, T& out) {
  std::int64_t wide = 0;
  if (!read_value(in, wide) || wide != static_cast<std::int64_t>(static_cast<T>(wide))) return false;
  out = static_cast<T>(wide);
  return true;
}
template <class I>
bool read_value(const Json& in, Id<I>& out) {
  if (in.is_null() || (in.is_string() && in.text().empty())) { out = {}; return true; }
  auto parsed = Id<I>::parse(in.text());
  if (parsed) out = *parsed;
  return parsed.has_value();
}
template <class T, std::enable_if_t<std::is_enum_v<T>, int> = 0>
bool read_value(const Json& in, T& out) {
  auto parsed = enum_value<T>(in.text());
  if (parsed) out = *parsed;
  return parsed.has_value();
}
template <class T>
bool read_value(const Json& in, std::optional<T>& out) {
  if (in.is_null() || (in.is_string() && in.text().empty())) { out.reset(); return true; }
  return read_value(in, out.emplace());
}
template <class T>
bool read_value(const Json& in, std::vector<T>& out) {
  out.clear();
  if (in.is_null()) return true;
  if (!in.is_array()) {
    if (in.is_string() && in.text().empty()) return true;
    return read_value(in, out.emplace_back());
  }
  for (const auto& item : in.items())
    if (!read_value(item, out.emplace_back())) return false;
  return true;
}
template <class R, std::enable_if_t<boost::describe::has_describe_members<R>::value, int> = 0>
bool read_value(const Json& in, R& out) {
  if (!in.is_object()) return false;
  bool good = true;
  for_each_field(out, [&](const char* name, auto& member) {
    if (const Json* value = in.find(name)) good = read_value(*value, member) && good;
  });
  return good;
}

// Reads a whole record; absent members keep their defaults. Refuses with "form.unreadable" naming the field.
template <class R>
Result<R> read_record(const Json& in) {
  R record{};
  std::string wrong;
  for_each_field(record, [&](const char* name, auto& member) {
    if (const Json* value = in.find(name); value && !read_value(*value, member) && wrong.empty()) wrong = name;
  });
  if (!wrong.empty()) return refuse(Kind::invalid, "form.unreadable", wrong);
  return record;
}

// ---- OpenAPI schema of a field type, e.g. {"type":"string","format":"date-time"}.
Json schema_of_text(const char* format);
template <class T>
struct SchemaOf;
template <class R>
Json record_schema() {
  Json properties = Json::object();
  R record{};
  for_each_field(record, [&](const char* name, auto& member) {
    properties.set(name, SchemaOf<std::remove_cvref_t<decltype(member)>>::get());
  });
  return Json::of({{"type", "object"}, {"properties", properties}});
}
template <class T>
struct SchemaOf {
  static Json get() {
    if constexpr (std::is_same_v<T, bool>) return Json::of({{"type", "boolean"}});
    else if constexpr (std::is_integral_v<T> || std::is_same_v<T, Minutes> || std::is_same_v<T, Money>)
      return Json::of({{"type", "integer"}});
    else if constexpr (std::is_same_v<T, double>) return Json::of({{"type", "number"}});
    else if constexpr (std::is_same_v<T, Instant>) return schema_of_text("date-time");
    else if constexpr (std::is_same_v<T, Date>) return schema_of_text("date");
    else if constexpr (std::is_enum_v<T>) {
      Json names = Json::array();
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto d) { names.push(d.name); });
      return Json::of({{"type", "string"}, {"enum", names}});
    } else if constexpr (std::is_same_v<T, Json>) return Json::object();
    else if constexpr (boost::describe::has_describe_members<T>::value) return record_schema<T>();
    else return Json::of({{"type", "string"}});
  }
};
template <class T>
struct SchemaOf<std::vector<T>> {
  static Json get() { return Json::of({{"type", "array"}, {"items", SchemaOf<T>::get()}}); }
};
template <class T>
struct SchemaOf<std::optional<T>> {
  static Json get() { return SchemaOf<T>::get(); }
};

}  // namespace tx
