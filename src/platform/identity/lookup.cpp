#include "platform/identity/accounts.h"

namespace tx::identity {

AccountId find_account(storage::Reader& reader, const Vault& vault, std::string_view login) {
  const auto account = account_by_login(reader, vault, login);
  return account ? account->id : AccountId{};
}

}  // namespace tx::identity
