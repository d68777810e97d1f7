// The file of policy profiles: what is read is bounded, known, and named once.
#include <cstdint>
#include <cstdlib>

#include "systems/support/records/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace rules = tx::support::rules;
  const auto numbers = rules::read_policies({reinterpret_cast<const char*>(data), size});
  if (!numbers) return 0;
  rules::Policy policy;
  for (const auto& number : *numbers)
    if (!rules::number_of(policy, number.setting) || number.amount < 0 || number.amount > 100'000) std::abort();
  return 0;
}
