// Whatever can be read as an instance is solved, and the independent checker agrees; a table of weights reads or says why.
#include <cstdlib>
#include <sstream>
#include <string>

#include "engines/matching/matching_command.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::matching;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Weights weights;
  (void)Weights::parse(text, weights);
  std::istringstream in(text);
  Instance instance;
  if (!read_instance(in, instance).empty() || instance.volunteers.size() > 30 || instance.slots.size() > 30) return 0;
  for (const auto& slot : instance.slots)
    if (slot.heads > 50) return 0;
  const auto plan = solve(instance.volunteers, instance.slots, weights, instance.now);
  if (!verify(instance.volunteers, instance.slots, weights, instance.now, plan).empty()) std::abort();
  return 0;
}
