// What the rooms add to identity's pages: names of places, choices of place, their part of a person's data.
#pragma once
#include "platform/identity/identity.h"

namespace tx::support {
class Book;
}

namespace tx::app {

identity::Extras identity_extras(const identity::Vault& vault, const support::Book& book);

}  // namespace tx::app
