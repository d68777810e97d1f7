// Typed identifiers: 63-bit, time-ordered (made by the write path, see storage::Tx::new_id), shown to people and in
// addresses as 13 characters of Crockford base 32. Id<Need> and Id<Shift> do not mix. 0 means "none".
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tx {

std::string id_text(std::int64_t value);                         // 13 lower-case characters
std::optional<std::int64_t> id_value(std::string_view text);     // nullopt: not an id

template <class Of>
struct Id {
  std::int64_t value = 0;
  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const Id&, const Id&) = default;
  std::string text() const { return id_text(value); }
  static std::optional<Id> parse(std::string_view text) {
    auto number = id_value(text);
    return number ? std::optional<Id>(Id{*number}) : std::nullopt;
  }
};

}  // namespace tx

template <class Of>
struct std::hash<tx::Id<Of>> {
  std::size_t operator()(const tx::Id<Of>& id) const noexcept { return std::hash<std::int64_t>()(id.value); }
};
