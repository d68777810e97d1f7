// One small JSON value for the whole house: API bodies, template views, audit details, idempotent answers. Objects
// keep insertion order. Parsing goes through Boost.JSON in json.cpp (depth 32, UTF-8 checked), so including this
// header stays cheap.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tx {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  template <class I, std::enable_if_t<std::is_integral_v<I> && !std::is_same_v<I, bool>, int> = 0>
  Json(I value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  static Json object() { return Json(Object{}, 0); }
  static Json array() { return Json(Array{}); }
  // Json::of({{"name", "..."}, {"minutes", 60}})
  static Json of(std::initializer_list<std::pair<std::string, Json>> members) { return Json(Object(members), 0); }

  bool is_null() const { return value_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // Readers return a neutral value when the type differs; use is_… where it matters.
  bool boolean() const;
  std::int64_t integer() const;
  double number() const;
  const std::string& text() const;
  const Array& items() const;
  const Object& members() const;

  const Json* find(std::string_view key) const;           // nullptr: absent or not an object
  const Json& operator[](std::string_view key) const;     // null value when absent
  Json& set(std::string_view key, Json value);            // makes this an object if null; returns *this
  Json& push(Json value);                                 // makes this an array if null; returns *this
  std::size_t size() const;

  std::string dump() const;                               // compact UTF-8
  static std::optional<Json> parse(std::string_view text);  // nullopt: malformed or too deep

  friend bool operator==(const Json&, const Json&) = default;

 private:
  Json(Object value, int) : value_(std::move(value)) {}
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

void append_json_string(std::string& out, std::string_view text);  // with quotes

}  // namespace tx
