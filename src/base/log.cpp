#include "base/log.h"

#include <atomic>
#include <cstdio>

#include "base/time.h"

namespace tx::log {
namespace {
std::atomic<Level> lowest_level{Level::info};
constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
}  // namespace

void set_level(Level lowest) { lowest_level = lowest; }

void write(Level level, std::string_view event, std::initializer_list<std::pair<std::string, Json>> fields) {
  if (level < lowest_level.load()) return;
  Json line = Json::of({{"at", iso_text(SystemClock().now())},
                        {"level", kNames[static_cast<int>(level)]},
                        {"event", event}});
  for (const auto& [name, value] : fields) line.set(name, value);
  const std::string text = line.dump() + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);  // one write a line: lines of several threads do not mix
}

}  // namespace tx::log
