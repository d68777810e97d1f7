// No text made without the secret key reads as a certificate.
#include <cstdlib>
#include <string>

#include "engines/ledger/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::ledger;
  static const Key key{"tongxin/log", {}, std::string(32, '\x17')};
  const auto found = read(std::string_view(reinterpret_cast<const char*>(data), size), {{key, 0}});
  if (found.reading == Reading::good || found.reading == Reading::expired_key) std::abort();
  return 0;
}
