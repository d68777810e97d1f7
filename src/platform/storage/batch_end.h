// What is done once for a whole batch, in its own transaction, after its commands and before the commit: the log signs its
// head there, however many commands added to it. One work for the program; it must be quick when there is nothing to do.
#pragma once
#include <functional>

#include "platform/storage/storage.h"

namespace tx::storage {

// Runs on the sequencer's thread of every store. When it throws, the batch fails as a whole. Empty: none.
void at_end_of_batch(std::function<void(Tx&)> work);

}  // namespace tx::storage
