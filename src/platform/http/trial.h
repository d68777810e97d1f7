// For tests only: a small house of its own — a wall on which people leave notes — with a store, a router, a server and
// two people, so that every kind of route can be tried in process and over a socket.
#pragma once
#include <gtest/gtest.h>

#include <map>

#include "base/log.h"
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/http/http.h"
#include "platform/storage/testing.h"

namespace tx::http::trial {

struct NoteInput {
  std::string words, reason;
  std::int64_t stars = 0;
};
BOOST_DESCRIBE_STRUCT(NoteInput, (), (words, reason, stars))

inline constexpr access::Permission kRemove{"note.remove"};

inline std::vector<storage::Migration> migrations() {
  auto all = audit::migrations();
  all.push_back({90, "note", "create table note (id bigint primary key, words text not null, region text not null,"
                             " owner bigint not null);"});
  return all;
}

inline Result<Json> put_note(storage::Tx& tx, const CommandContext& context, const NoteInput& input) {
  if (input.words.empty()) return refuse(Kind::invalid, "form.unreadable", "words");
  if (input.words == "full") return refuse(Kind::full, "http.busy");
  const auto id = tx.new_id();
  storage::execute(tx, "insert into note (id, words, region, owner) values ($1, $2, '640104', $3)", id, input.words,
                   context.actor.account);
  return Json::of({{"id", id_text(id)}, {"region", "640104"}});
}

class House {
 public:
  explicit House(ServerOptions options = quiet(), storage::trial::Engine engine = storage::trial::Engine::sqlite)
      : store(engine, migrations(), &clock), words(language::Catalogue::load("web/locales").value()), router(roles) {
    log::set_level(log::Level::error);
    add_person("anna-session", 7, {});
    add_person("desk-session", 8, {{"keeper", access::ScopeKind::region, "6401"}});
    add_routes();
    server = Server::create(std::move(options), *store, router, words, clock, [this](const std::string& token) {
      const auto found = people.find(token);
      return found == people.end() ? nullptr : found->second;
    });
  }
  static ServerOptions quiet() {
    ServerOptions options;
    options.port = 0;
    options.requests_per_second = 0;
    return options;
  }

  Request get(std::string path, std::string session = {}) {
    Request request;
    request.method = "GET";
    const auto question = path.find('?');
    if (question != std::string::npos) request.query_text = path.substr(question + 1);
    request.path = path.substr(0, question);
    request.remote = "127.0.0.1";
    request.headers = {{"host", "tongxin.test"}, {"accept-language", "en"}};
    if (!session.empty()) request.headers.emplace_back("cookie", std::string(kSessionCookie) + "=" + session);
    return request;
  }
  // A form post from the page that the person has open.
  Request form(std::string path, std::string fields, std::string session = "anna-session") {
    Request request = get(std::move(path), std::move(session));
    request.method = "POST";
    request.content_type = "application/x-www-form-urlencoded";
    request.body = fields + (fields.empty() ? "" : "&") + "_csrf=" + server->csrf_for(request);
    return request;
  }
  Request api(std::string path, const Json& body, std::string session = "anna-session") {
    Request request = get("/api" + path, std::move(session));
    request.method = "POST";
    request.content_type = "application/json";
    request.body = body.dump();
    return request;
  }
  std::int64_t notes() { return storage::scalar<std::int64_t>(*store->read(), "select count(*) from note").value(); }

  ManualClock clock{instant_of(Date::of(2026, 11, 24), 9, 0)};
  storage::trial::TestStore store;
  language::Catalogue words;
  access::Roles roles{{{"keeper", {kRemove}}, {"auditor", {kRemove}, true}}};
  std::map<std::string, std::shared_ptr<const access::Actor>> people;
  Router router;
  std::unique_ptr<Server> server;
  int pages_shown = 0;

  void add_person(const std::string& session, std::int64_t account, std::vector<access::Grant> grants) {
    auto actor = std::make_shared<access::Actor>();
    actor->account = {account};
    actor->name = session.substr(0, session.find('-'));
    actor->grants = std::move(grants);
    people[session] = actor;
  }

 private:
  void add_routes() {
    using access::Access;
    const PageHandler wall = [this](Context& context) -> Result<Response> {
      ++pages_shown;
      Json view = Json::of({{"title", "Wall"}, {"sentence", context.submitted["words"].text()}, {"rule", ""}});
      if (context.problem) view.set("rule", context.problem->rule);
      return context.page("http/refusal", std::move(view));
    };
    router.page("wall", "/", Access::everyone("the front door"), wall);
    router.page("note.write", "/notes", Access::signed_in("own notes"), wall);
    router.page("note.broken", "/broken", Access::everyone("test"), [](Context&) -> Result<Response> {
      throw std::runtime_error("a bug");
    });
    router.page("note.big", "/big", Access::everyone("test"), [](Context&) -> Result<Response> {
      return Response::html(std::string(20000, 'x'));
    });
    router.page("desk", "/desk", Access::any(kRemove), wall);
    router.page("note.show", "/notes/{note}", Access::over_or_owner(kRemove, "note"), wall);
    router.query("note.count", "/api/notes/count", Access::everyone("a number"), [](Context& context) -> Result<Json> {
      return Json::of({{"count", storage::scalar<std::int64_t>(context.reader, "select count(*) from note").value()}});
    });
    router.query("note.me", "/api/me", Access::signed_in("own name"), [](Context& context) -> Result<Json> {
      return Json::of({{"name", context.actor.name}, {"lang", language::tag(context.language)}});
    });
    router.command<NoteInput>({.name = "note.put", .path = "/notes", .access = Access::signed_in("own notes"),
                               .next = [](const CommandContext&, const Json& answer) {
                                 return "/notes/" + answer["id"].text();
                               },
                               .flash = "http.home", .page = wall, .region_field = "region"}, put_note);
    router.command<NoteInput>({.name = "note.quick", .path = "/quick", .access = Access::signed_in("own notes"),
                               .hot = true}, put_note);
    router.command<NoteInput>({.name = "note.remove", .path = "/notes/{note}/remove",
                               .access = Access::over(kRemove, "note")},
                              [](storage::Tx& tx, const CommandContext& context, const NoteInput&) -> Result<Json> {
                                storage::execute(tx, "delete from note where id = $1",
                                                 id_value(context.argument("note")).value_or(0));
                                return Json::object();
                              });
    router.command<NoteInput>({.name = "note.upload", .path = "/upload", .access = Access::signed_in("own files"),
                               .prepare = [](Context& context, Json input) -> Result<Json> {
                                 if (context.request.uploads.empty()) return refuse(Kind::invalid, "http.body", "file");
                                 return input.set("words", std::to_string(context.request.uploads[0].bytes.size()));
                               }}, put_note);
    router.command<NoteInput>({.name = "door.open", .path = "/door", .access = Access::everyone("sign-in"),
                               .finish = [](Response& response, const Json&) {
                                 response.set_cookie(std::string(kSessionCookie), "anna-session", 3600);
                               },
                               .audited = false, .replayed = false}, put_note);
    router.resolver("note", [](storage::Reader& reader, const std::string& id) -> std::optional<access::Place> {
      const auto rows =
          storage::query(reader, "select region, owner from note where id = $1", id_value(id).value_or(0));
      if (rows.empty()) return std::nullopt;
      access::Place place;
      storage::from_value(rows.rows[0][0], place.region);
      access::AccountId owner;
      storage::from_value(rows.rows[0][1], owner);
      place.owners.push_back(owner);
      return place;
    });
  }
};

inline std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

}  // namespace tx::http::trial
