// The list of insured people that an officer pastes: whatever it is, it is read within its limits.
#include <cstdint>
#include <cstdlib>

#include "systems/mobilisation/emergencies/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = tx::mobilisation::rules::read_numbers({reinterpret_cast<const char*>(data), size});
  if (read.good.size() > tx::mobilisation::rules::kMostNumbers || read.bad.size() > tx::mobilisation::rules::kMostNumbers) std::abort();
  for (const auto& number : read.good)
    if (number.size() != 18 || number[0] != 'V') std::abort();
  return 0;
}
