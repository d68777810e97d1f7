// A story's text into paragraphs: none is empty, none holds a line end, and taking them apart again changes nothing.
#include <cstdlib>

#include "systems/culture/stories/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = tx::culture::rules::paragraphs(std::string_view(reinterpret_cast<const char*>(data), size));
  std::string joined;
  for (const auto& paragraph : found) {
    if (paragraph.empty() || paragraph.find('\n') != std::string::npos) std::abort();
    joined += paragraph + "\n";
  }
  if (tx::culture::rules::paragraphs(joined) != found) std::abort();
  return 0;
}
