// Structured log: one JSON object a line on standard error. Never a person's data: pass ids, counts and rule ids.
#pragma once
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace tx::log {

enum class Level { debug, info, warning, error };
void set_level(Level lowest);
void write(Level level, std::string_view event, std::initializer_list<std::pair<std::string, Json>> fields = {});
inline void info(std::string_view event, std::initializer_list<std::pair<std::string, Json>> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<std::pair<std::string, Json>> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<std::pair<std::string, Json>> fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace tx::log
