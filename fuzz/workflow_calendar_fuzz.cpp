// A calendar file that is accepted holds days of one year, each once and of a known kind.
#include <cstdlib>
#include <set>

#include "platform/workflow/workflow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto days = tx::workflow::read_calendar({reinterpret_cast<const char*>(data), size});
  if (!days) return 0;
  std::set<std::string> seen;
  for (const auto& day : *days) {
    const auto date = tx::Date::parse(day.day);
    if (!date || !seen.insert(day.day).second || day.holiday.empty()) std::abort();
    if (day.kind != "off" && day.kind != "work") std::abort();
    if (day.day.substr(0, 4) != days->front().day.substr(0, 4)) std::abort();
  }
  return 0;
}
