// For tests of the teams and stations rooms only: a small Ningxia with a server in process and a few people.
#pragma once
#include <gtest/gtest.h>

#include <map>

#include "base/log.h"
#include "platform/audit/audit.h"
#include "platform/documents/documents.h"
#include "platform/notices/notices.h"
#include "platform/storage/testing.h"
#include "platform/workflow/workflow.h"
#include "systems/teams/teams.h"

namespace tx::teams::trial {

inline constexpr char kHome[] = "640104001002";

struct House {
  explicit House(storage::trial::Engine engine, const std::vector<storage::Migration>& more = {})
      : store(engine, schema(more), &clock), words(language::Catalogue::load("web/locales").value()) {
    log::set_level(log::Level::error);
    jobs = jobs::Jobs::create(*store, clock);
    register_routes(router, {*store, vault, clock, *jobs});
    add_jobs(*jobs, vault);
    EXPECT_TRUE(load_regions(*store, "data/ningxia").has_value());
  }
  void open() {
    http::ServerOptions options;
    options.requests_per_second = 0;
    server = http::Server::create(options, *store, router, words, clock, [this](const std::string& token) {
      const auto found = people.find(token);
      return found == people.end() ? nullptr : found->second;
    });
  }
  static std::vector<storage::Migration> schema(const std::vector<storage::Migration>& more) {
    std::vector<storage::Migration> all;
    for (auto block : {audit::migrations(), workflow::migrations(), jobs::migrations(), notices::migrations(),
                       identity::migrations(), migrations(), more})
      all.insert(all.end(), block.begin(), block.end());
    return all;
  }
  void person(const std::string& name, std::int64_t account, std::vector<access::Grant> grants = {}) {
    auto actor = std::make_shared<access::Actor>();
    actor->account = {account};
    actor->name = name;
    actor->grants = std::move(grants);
    actor->second_factor = true;
    actor->region = kHome;
    people[name] = actor;
  }
  http::Request request(const std::string& who, std::string path) {
    http::Request request;
    request.method = "GET";
    const auto question = path.find('?');
    if (question != std::string::npos) request.query_text = path.substr(question + 1);
    request.path = path.substr(0, question);
    request.remote = "127.0.0.1";
    request.headers = {{"host", "tongxin.test"}, {"accept-language", "en"}};
    if (!who.empty()) request.headers.emplace_back("cookie", std::string(http::kSessionCookie) + "=" + who);
    return request;
  }
  http::Response get(const std::string& who, const std::string& path) { return server->handle(request(who, path)); }
  http::Response post(const std::string& who, const std::string& path, const Json& fields) {
    auto made = request(who, "/api" + path);
    made.method = "POST";
    made.content_type = "application/json";
    made.body = fields.dump();
    return server->handle(made);
  }
  // A browser's form with a file.
  http::Response upload(const std::string& who, const std::string& path, const std::string& bytes, const std::string& name,
                        const std::vector<std::pair<std::string, std::string>>& fields) {
    auto made = request(who, path);
    made.method = "POST";
    made.content_type = "multipart/form-data; boundary=seam";
    auto all = fields;
    all.emplace_back("_csrf", server->csrf_for(made));
    for (const auto& [field, value] : all)
      made.body += "--seam\r\ncontent-disposition: form-data; name=\"" + field + "\"\r\n\r\n" + value + "\r\n";
    made.body += "--seam\r\ncontent-disposition: form-data; name=\"file\"; filename=\"" + name +
                 "\"\r\ncontent-type: application/octet-stream\r\n\r\n" + bytes + "\r\n--seam--\r\n";
    return server->handle(made);
  }
  std::int64_t count(const std::string& sql) { return storage::scalar<std::int64_t>(*store->read(), sql).value_or(0); }
  std::string word(const std::string& sql) { return storage::scalar<std::string>(*store->read(), sql).value_or(""); }

  ManualClock clock{instant_of(Date::of(2026, 11, 24), 9, 0)};
  storage::trial::TestStore store;
  identity::Vault vault = identity::Vault::for_tests();
  language::Catalogue words;
  access::Roles roles{{{"team_leader", {permission::roster_import, permission::organisation_lead}, false, true},
                       {"federation_officer",
                        {permission::organisation_approve, permission::volunteer_read, permission::volunteer_check, permission::minor_decide,
                         access::Permission{"station.read"}, access::Permission{"station.propose"}, access::Permission{"station.approve"},
                         access::Permission{"station.inspect"}, access::Permission{"station.standard"},
                         access::Permission{"station.plan"}}, true, true},
                       {"station_keeper", {access::Permission{"station.keep"}, access::Permission{"station.read"}}, false, true}}};
  http::Router router{roles};
  std::unique_ptr<jobs::Jobs> jobs;
  std::map<std::string, std::shared_ptr<const access::Actor>> people;
  std::unique_ptr<http::Server> server;
};

inline std::string rule_of(const http::Response& response) {
  const auto body = Json::parse(response.body);
  return body ? (*body)["rule"].text() : "";
}
inline Json answer_of(const http::Response& response) { return Json::parse(response.body).value_or(Json()); }
inline std::string location_of(const http::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "location") return value;
  return {};
}

}  // namespace tx::teams::trial
