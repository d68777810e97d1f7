// What an activity with possible bodily danger needs before it goes on: a policy that covers it.
#pragma once
#include "systems/supply/insurance.h"
#include "systems/supply/offers/offers.h"

namespace tx::supply {

// The number of the policy under which it may go on. Rules of whoever keeps the policies (insurance.h)
Result<std::string> covered(storage::Reader& reader, const Activity& activity);
ToCover to_cover(const Activity& activity);

}  // namespace tx::supply
