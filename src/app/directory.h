// Where notices find a person's phone number and language, and how addresses are sealed: the one place that joins the
// notices room with identity and its vault.
#pragma once
#include "platform/identity/identity.h"

namespace tx::app {

void wire_directory(const identity::Vault& vault);  // the vault must outlive the house's jobs and routes

}  // namespace tx::app
