// uses: stations
// The file of a plan's proof: what is read is written again as the same plan.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "systems/stations/planning/proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::stations::planning;
  const auto proof = read_proof({reinterpret_cast<const char*>(data), size});
  if (!proof) return 0;
  const auto bytes = write_proof(*proof);
  const auto again = read_proof(bytes);
  if (!again || write_proof(*again) != bytes) std::abort();
  return 0;
}
