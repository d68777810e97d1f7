#include "platform/identity/accounts.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {

AccountId find_account(storage::Reader& reader, const Vault& vault, std::string_view login) {
  const auto account = account_by_login(reader, vault, login);
  return account ? account->id : AccountId{};
}

std::vector<AccountId> holders_over(storage::Reader& reader, std::string_view role, const std::string& region) {
  std::vector<AccountId> accounts;
  const auto rows = storage::query(reader,
                                   "select distinct account from account_grant where role = $1 and revoked = 0 and "
                                   "(kind = 'everywhere' or (kind = 'region' and substr($2, 1, length(scope)) = scope))",
                                   role, region);
  for (const auto& row : rows.rows) {
    std::int64_t account = 0;
    storage::from_value(row[0], account);
    accounts.push_back({account});
  }
  return accounts;
}

}  // namespace tx::identity
