// Dates, instants, ids: what is read is written in the one form that is read as the same value.
#include <cstdlib>

#include "base/id.h"
#include "base/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto day = tx::Date::parse(text); day && day->text() != text) std::abort();
  if (const auto at = tx::parse_instant(text)) {
    const int year = tx::local_date(*at).year();   // an offset may lead out of the years that are written
    if (year >= 1 && year <= 9999 && tx::parse_instant(tx::iso_text(*at)) != at) std::abort();
  }
  if (const auto id = tx::id_value(text); id && (*id < 0 || tx::id_value(tx::id_text(*id)) != id)) std::abort();
  return 0;
}
