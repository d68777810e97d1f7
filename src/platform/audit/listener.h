// Lets another part of the program keep its own proof of what the trail says: told of every entry in the same transaction.
#pragma once
#include <functional>

#include "platform/audit/audit.h"

namespace tx::audit {

void on_append(std::function<void(storage::Tx&, const Entry&)> listener);   // empty: none

}  // namespace tx::audit
