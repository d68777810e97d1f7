// Ciphertext from outside (a restored or edited database): never opens unless the vault itself made it, and then whole.
#include <cstdint>
#include <cstdlib>

#include "platform/identity/identity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tx::identity::Vault vault = tx::identity::Vault::for_tests();
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (vault.unseal(text, "fuzz")) std::abort();  // a forged tag: 2^-128
  if (vault.unseal(vault.seal(text, "fuzz"), "fuzz") != text) std::abort();
  if (vault.unseal(vault.seal(text, "fuzz"), "other")) std::abort();
  return 0;
}
