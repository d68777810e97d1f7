// Inside the supply room: its panels and feeds in other rooms, and the escalation of late deadlines.
#pragma once
#include "platform/language/language.h"
#include "platform/storage/storage.h"

namespace tx::supply {

void escalate_late(storage::Tx& tx);   // tells the officers of the region; called by one timed work only

}  // namespace tx::supply
