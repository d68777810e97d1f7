// What parses can be written and read again as the same value. Doubles may differ in the last place: the reader
// (Boost.JSON 1.81) does not round them exactly, which is why money and minutes are integers.
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"

namespace {

bool same(const tx::Json& a, const tx::Json& b) {
  if (a.is_integer() && b.is_integer()) return a == b;
  if ((a.is_double() || a.is_integer()) && (b.is_double() || b.is_integer()))
    return std::abs(a.number() - b.number()) <= 1e-14 * std::abs(a.number());
  if (a.is_array()) {
    if (!b.is_array() || a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!same(a.items()[i], b.items()[i])) return false;
    return true;
  }
  if (!a.is_object()) return a == b || (a.is_double() && !std::isfinite(a.number()));
  if (!b.is_object() || a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a.members()[i].first != b.members()[i].first || !same(a.members()[i].second, b.members()[i].second)) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = tx::Json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const std::string text = value->dump();
  const auto again = tx::Json::parse(text);
  if (!again || !tx::is_utf8(text) || !same(*value, *again)) std::abort();
  return 0;
}
