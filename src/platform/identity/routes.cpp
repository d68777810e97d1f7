#include "platform/identity/routes.h"

namespace tx::identity {

void add_routes(http::Router& router, Services services) {
  add_sign_in_routes(router, services);
  add_factor_routes(router, services);
  add_recovery_routes(router, services);
  add_account_routes(router, services);
  add_proxy_routes(router, services);
  add_role_routes(router, services);
  add_audit_routes(router, services);
}

}  // namespace tx::identity
