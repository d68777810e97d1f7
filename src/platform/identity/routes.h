// The groups of routes behind identity::add_routes, one file each. Internal to identity.
#pragma once
#include "platform/identity/identity.h"

namespace tx::identity {

void add_sign_in_routes(http::Router& router, const Services& services);   // sign_in.cpp
void add_factor_routes(http::Router& router, const Services& services);    // factor_pages.cpp
void add_recovery_routes(http::Router& router, const Services& services);  // recovery.cpp
void add_account_routes(http::Router& router, const Services& services);   // account_pages.cpp
void add_proxy_routes(http::Router& router, const Services& services);     // proxy_pages.cpp
void add_role_routes(http::Router& router, const Services& services);      // role_pages.cpp
void add_audit_routes(http::Router& router, const Services& services);     // audit_pages.cpp

struct Nothing {};  // input of a command without fields
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

std::string safe_path(const std::string& path, const std::string& otherwise);  // a path of this house only
std::string initial_of(std::string_view name);                                 // its first letter, for the avatar
std::string typed_text(const Json& input, std::string_view name);              // as typed: passwords keep their spaces
void forget_after_commit(storage::Tx& tx, Sessions& sessions, AccountId account);
// Sets the session cookie from an answer made by session_answer().
Json session_answer(const Vault& vault, const std::string& token, bool officer);
void set_session_cookie(const Vault& vault, http::Response& response, const Json& answer);
// The code that an officer gave out for an account and that still counts; "" when there is none.
std::string recovery_code(storage::Reader& reader, const Vault& vault, AccountId account, AccountId given_by,
                          Instant now);
// The right password of the account, or a refusal; counts failures. On a worker.
Result<void> demand_password(const Services& services, http::Context& context, AccountId account,
                             const std::string& password);

}  // namespace tx::identity
