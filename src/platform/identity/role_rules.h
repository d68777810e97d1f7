// Rules of giving and taking roles, pure: nobody changes the own roles; nobody reaches beyond the own scope; the three
// administrators of 等保2.0 (system, security, audit; GB/T 22239 level 3, 8.1.4 and 8.1.9) stay three people; every
// change states its reason.
#pragma once
#include "platform/access/access.h"
#include "platform/identity/identity.h"

namespace tx::identity {

Result<void> not_oneself(const access::Actor& actor, AccountId account);
Result<void> stated_reason(const std::string& reason);
// Giving or taking this grant: the actor's own grants of grant_roles must cover its scope.
Result<void> may_change(const access::Roles& roles, const access::Actor& actor, AccountId account,
                        const access::Grant& grant, const std::string& reason);
Result<void> may_grant(const access::Roles& roles, const access::Actor& actor, AccountId account,
                       const std::vector<access::Grant>& held, const access::Grant& wanted, const std::string& reason);

}  // namespace tx::identity
