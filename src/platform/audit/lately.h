// What is sealed is shown for a short while to whoever has just put a reason on record: the audit entry itself is the key.
#pragma once
#include <string>

#include "platform/access/access.h"
#include "platform/storage/storage.h"

namespace tx::audit {

inline constexpr std::int64_t kShownFor = 10 * kMinute;   // one statement of a reason, one look

// Whether `account` has left an entry of `action` over `object` within kShownFor before `now`.
bool said_lately(storage::Reader& reader, const std::string& action, const std::string& object, access::AccountId account, Instant now);

}  // namespace tx::audit
