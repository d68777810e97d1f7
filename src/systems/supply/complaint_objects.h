// What the complaints desk, which stands in the support room, asks about a thing that somebody complains of.
#pragma once
#include "systems/supply/supply.h"

namespace tx::supply {

const ComplaintObjects* complaint_objects(const std::string& prefix);   // nullptr: no such kind of thing

}  // namespace tx::supply
