// What parses can be written, and from then on writing and reading change nothing.
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = tx::Json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto once = tx::Json::parse(value->dump());
  if (!once || !tx::is_utf8(value->dump())) std::abort();
  const auto twice = tx::Json::parse(once->dump());
  if (!twice || twice->dump() != once->dump()) std::abort();
  return 0;
}
