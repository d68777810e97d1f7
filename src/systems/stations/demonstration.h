// Inside the loader of the demonstration only.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

Result<void> demonstrate_days(storage::Tx& tx, const identity::Vault& vault, const std::string& data,
                              const std::string& home);

}  // namespace tx::stations
