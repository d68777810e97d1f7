// A note that opens says the same body again, and nothing that is not signed by a known key is called signed.
#include <cstdlib>
#include <string>

#include "engines/ledger/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::ledger;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const Key key{"tongxin/log", {}, std::string(32, '\x17')};
  const auto opened = open_note(text, {key});
  if (!opened) return 0;
  if (!opened->signers.empty()) std::abort();   // nobody holds the secret of this key
  if (!text.starts_with(opened->checkpoint.body() + "\n")) std::abort();
  if (frontier_of(0, text.substr(0, text.size() / 32 * 32)).roots.size() != text.size() / 32) std::abort();
  return 0;
}
