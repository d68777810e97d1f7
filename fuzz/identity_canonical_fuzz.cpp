// What people type into number and name fields: canonical forms are stable and stay within their alphabet.
#include <cstdint>
#include <cstdlib>

#include "platform/identity/canonical.h"
#include "platform/identity/identity.h"
#include "platform/identity/passwords.h"
#include "platform/identity/routes.h"
#include "platform/identity/sessions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::identity;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto phone = canonical_phone(text); phone && canonical_phone(*phone) != phone) std::abort();
  if (const auto number = canonical_id_number(text); number && (canonical_id_number(*number) != number || !birth_date_of(*number)))
    std::abort();
  if (const auto login = canonical_login(text); !login.empty() && canonical_login(login) != login) std::abort();
  if (folded(folded(text)) != folded(text)) std::abort();
  const std::string path = safe_path(text, "/me");
  if (path.empty() || path[0] != '/' || path.starts_with("//")) std::abort();
  device_of(text);
  if (size < 200) (void)check_new_password(text);
  return 0;
}
