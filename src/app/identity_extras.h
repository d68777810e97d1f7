// What the rooms add to identity's pages: names of places, choices of place, their part of a person's data.
#pragma once
#include "platform/identity/identity.h"

namespace tx::app {

identity::Extras identity_extras(const identity::Vault& vault);

}  // namespace tx::app
