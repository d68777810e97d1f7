// For identity's own tests: a store on either engine, the routes of identity, a server without sockets.
#pragma once
#include <gtest/gtest.h>

#include "platform/audit/audit.h"
#include "platform/identity/second_factor.h"
#include "platform/identity/testing.h"
#include "platform/storage/testing.h"

namespace tx::identity::trial {

inline std::vector<storage::Migration> schema() {
  auto all = audit::migrations();
  for (const auto& migration : migrations()) all.push_back(migration);
  return all;
}

struct House {
  ManualClock clock{{1'790'000'000 * kSecond}};
  std::unique_ptr<storage::trial::TestStore> store;
  Vault vault = Vault::for_tests();
  std::unique_ptr<Sessions> sessions;
  access::Roles roles{{{"helper", {}, false, true},
                       {"system_admin", {permission::system_settings, permission::account_read}, true, true},
                       {"security_admin", {permission::grant_roles, permission::account_read}, true, true},
                       {"audit_admin", {permission::audit_read}, true, true}}};
  http::Router router{roles};
  language::Catalogue words;
  std::unique_ptr<http::Server> server;

  explicit House(storage::trial::Engine engine) {
    store = std::make_unique<storage::trial::TestStore>(engine, schema(), &clock);
    sessions = std::make_unique<Sessions>(**store, clock);
    add_routes(router, {**store, vault, *sessions, clock});
    router.page("home", "/", access::Access::everyone("test"),
                [](http::Context&) -> Result<http::Response> { return http::Response::text("home"); });
    router.page("me", "/me", access::Access::signed_in("test"),
                [](http::Context& c) -> Result<http::Response> { return http::Response::text("me " + c.actor.name); });
    words = *language::Catalogue::load("web/locales");
    http::ServerOptions options;
    options.requests_per_second = 0;
    options.web_directory = "web";
    server = http::Server::create(options, **store, router, words, clock,
                                  [this](const std::string& token) { return sessions->find(token); });
  }
  ~House() { server->stop(); }

  SignedIn actor(const std::string& name, const std::vector<access::Grant>& grants = {}, bool factor = true,
                 const std::string& login = {}) {
    return sign_in(**store, vault, name, grants, factor, "640104", login);
  }
  http::Response get(const SignedIn& who, const std::string& path) { return server->handle(who.get(path)); }
  http::Response post(const SignedIn& who, const std::string& path, Json fields, const std::string& key = {}) {
    return server->handle(who.post("/api" + path, fields, key));
  }
  // Follows the cookies of an answer, as a browser does.
  static SignedIn with_cookies(SignedIn who, const http::Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name != "set-cookie") continue;
      const std::string pair = value.substr(0, value.find(';'));
      if (!who.cookie.empty()) who.cookie += "; ";
      who.cookie += pair;
      if (pair.starts_with("tx_session=")) who.cookie = pair;
    }
    return who;
  }
  std::int64_t count(const std::string& sql) {
    auto reader = (*store)->read();
    return storage::scalar<std::int64_t>(*reader, sql).value_or(0);
  }
  std::string secret(AccountId account) {
    auto reader = (*store)->read();
    return secret_of(vault, *second_factor_of(*reader, account));
  }
  std::string code(AccountId account) { return totp(secret(account), clock.now().us / kSecond / 30); }
};

inline std::string rule_of(const http::Response& response) {
  const auto body = Json::parse(response.body);
  return body ? (*body)["rule"].text() : "";
}

}  // namespace tx::identity::trial
