// For tests, the bench and the demonstration only: an account with grants and an open session in one call, without
// hashing a password. `cookie` goes into a request's "cookie" header.
//   auto officer = identity::trial::sign_in(*store, vault, "Ma Yan", {{"county_dispatcher", access::ScopeKind::region,
//   "640106"}}); server->handle(officer.get("/desk"));  server->handle(officer.post("/needs", {{"title", "…"}}));
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "platform/identity/identity.h"

namespace tx::identity::trial {

struct SignedIn {
  AccountId account;
  std::string token, cookie, login;

  http::Request get(const std::string& path_and_query) const;
  // A JSON command under /api: needs no form token.
  http::Request post(const std::string& path, const Json& fields, const std::string& key = {}) const;
};
SignedIn anonymous();

// Password of every account made here; its hash is computed once in the process.
inline constexpr const char* kPassword = "correct horse battery";

SignedIn sign_in(storage::Store& store, const Vault& vault, const std::string& name,
                 const std::vector<access::Grant>& grants = {}, bool second_factor = true,
                 const std::string& region = "64", const std::string& login = {});

}  // namespace tx::identity::trial
