// A crowd of made-up volunteers for measuring: a region of any size, loaded in minutes. Spread over all communities like the
// demonstration's people, every telephone number really sealed; no accounts, teams or history. Not for a region in use.
#pragma once
#include "platform/identity/identity.h"
#include "platform/storage/storage.h"

namespace tx::teams {

// `progress` is told how many are written. Needs the regions. Rules teams.regions_missing, teams.demonstration_missing
Result<void> load_crowd(storage::Store& store, const identity::Vault& vault, const std::string& data, std::int64_t count,
                        const std::function<void(std::int64_t)>& progress);

}  // namespace tx::teams
