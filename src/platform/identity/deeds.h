// Who was given or lost a permission, told in the same transaction to whoever keeps a proof of it.
#pragma once
#include <functional>

#include "platform/identity/identity.h"

namespace tx::identity {

struct GrantDeed {
  bool ended = false;
  std::int64_t grant = 0;
  AccountId account, by;
  std::string role, kind, scope, reason;
  Instant at;
};
void on_grant(std::function<void(storage::Tx&, const GrantDeed&)> listener);   // empty: none
// Every grant that was ever given, ended ones too, as it stands in the table: for a check against that proof.
std::vector<GrantDeed> all_grants(storage::Reader& reader);

}  // namespace tx::identity
