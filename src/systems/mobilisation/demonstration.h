// Inside the mobilisation room only: what the demonstration region begins with.
#pragma once
#include "systems/mobilisation/mobilisation.h"

namespace tx::mobilisation {

Result<void> demonstrate_emergencies(const Services& services, const std::string& data);
Result<void> demonstrate_campaigns(const Services& services, const std::string& data);

}  // namespace tx::mobilisation
