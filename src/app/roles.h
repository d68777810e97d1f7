// The table of roles: which role holds which permission, in one place. Scopes come from the grants.
#pragma once
#include "platform/access/access.h"

namespace tx::app {
access::Roles roles();
}
