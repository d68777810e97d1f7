// What a room needs to speak HTTP: requests, responses, pages, commands, routes. The server itself (Boost.Beast, SSE,
// limits) is hidden in server.cpp; business code is synchronous. Three kinds of route, each declared once:
//   page()     GET, HTML from a mustache template; works without script
//   query()    GET /api/…, JSON
//   command()  POST; ONE declaration gives the HTML form target (POST <path>, then redirect), the JSON API
//              (POST /api<path>), the OpenAPI entry, the role x route matrix row, the idempotency and the audit entry
// A page or query handler runs on a worker with a Reader; a command's decide() runs on the sequencer with a Tx.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/record.h"
#include "base/result.h"
#include "base/time.h"
#include "platform/access/access.h"
#include "platform/language/language.h"
#include "platform/storage/storage.h"

namespace tx::http {

struct Upload {
  std::string field, file_name, content_type, bytes;
};

struct Request {
  std::string method, path, query_text, body, content_type, remote;  // path: decoded, without query
  std::vector<std::pair<std::string, std::string>> headers;          // names in lower case
  Json query = Json::object();    // decoded query string; repeated names become arrays
  Json fields = Json::object();   // body: form, multipart text fields, or JSON object
  std::vector<Upload> uploads;
  bool wants_json = false;        // /api/… or Accept: application/json
  std::string_view header(std::string_view lower_case_name) const;
  std::string cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  static Response html(std::string body, int status = 200);
  static Response json(const Json& body, int status = 200);
  static Response text(std::string body, int status = 200);
  static Response file(std::string bytes, std::string content_type, std::string download_name = {});
  static Response redirect(std::string location);  // 303
  Response& set_header(std::string name, std::string value);
  Response& set_cookie(std::string name, std::string value, std::int64_t max_age_s, bool http_only = true);
};

class Router;
class Pages;
struct Route;

// One request on its way through a handler.
struct Context {
  const Request& request;
  const access::Actor& actor;
  const access::Roles& roles;
  const language::Catalogue& words;
  language::Language language = language::Language::zh;
  bool elder = false;
  Instant now;
  storage::Reader& reader;                 // snapshot for this request
  std::vector<std::pair<std::string, std::string>> arguments;  // path arguments by name
  const Router& router;
  const Route* route = nullptr;
  std::string csrf;
  // Set when the page is shown again because a command on it was refused: `problem` says why, `submitted` are the
  // values the person typed (show them: nothing is lost).
  const Refusal* problem = nullptr;
  Json submitted = Json::object();
  std::string flash;                       // catalogue key of a success notice carried over a redirect
  const Pages* pages = nullptr;            // templates and layout; set by the server

  std::string argument(std::string_view name) const;
  template <class I>
  Result<Id<I>> id(std::string_view name) const {
    auto parsed = Id<I>::parse(argument(name));
    if (!parsed) return refuse(Kind::not_found, "http.not_found");
    return *parsed;
  }
  std::string text(std::string_view key, const std::vector<std::pair<std::string, std::string>>& args = {}) const {
    return words.text(language, key, args);
  }
  // Renders web/<name>.html inside the layout. `view` members are the template's names. Layout names: title (text).
  Response page(std::string_view name, Json view, int status = 200) const;
  std::string fragment(std::string_view name, const Json& view) const;  // without the layout
  bool may(access::Permission permission) const;  // over any scope; to show a button, never instead of a route's access
};

using PageHandler = std::function<Result<Response>(Context&)>;
using QueryHandler = std::function<Result<Json>(Context&)>;

// What decide() knows besides the input.
struct CommandContext {
  const access::Actor& actor;
  Instant now;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::string remote;
  language::Language language = language::Language::zh;
  std::string argument(std::string_view name) const;
  template <class I>
  Result<Id<I>> id(std::string_view name) const {
    auto parsed = Id<I>::parse(argument(name));
    if (!parsed) return refuse(Kind::not_found, "http.not_found");
    return *parsed;
  }
};

// A command as the router keeps it; made by Router::command<Input>.
struct CommandSpec {
  std::string name;                        // "need.submit": stable; audit action, OpenAPI operationId
  std::string path;                        // "/needs/{need}/dispatch"
  access::Access access;
  // Where the browser goes after success (answer = what decide returned). "" = back to `page`.
  std::function<std::string(const CommandContext&, const Json& answer)> next = nullptr;
  std::string flash;                       // catalogue key of the success notice, may be empty
  PageHandler page = nullptr;              // shown again, with problem and submitted values, on a refusal
  std::string region_field;                // member of the answer that holds the region for the audit entry, or ""
  // Runs before queueing, on a worker (hash a password, read an upload); may enrich the input. Optional.
  std::function<Result<Json>(Context&, Json input)> prepare = nullptr;
  std::function<void(Response&, const Json& answer)> finish = nullptr;  // e.g. set the session cookie
  bool audited = true;
  bool hot = false;                        // decided without a worker hop (no prepare, access signed_in or everyone)
  bool replayed = true;                    // false: the answer holds a secret (sign-in) and is never stored for replay
};

struct Route {
  std::string method, path, name;          // path with {arguments}
  access::Access access;
  enum class Kind { page, query, command } kind = Kind::page;
  Json input_schema;                       // commands
  PageHandler page = nullptr;
  QueryHandler query = nullptr;
  std::shared_ptr<const CommandSpec> command = nullptr;
  std::function<Result<Json>(storage::Tx&, const CommandContext&, const Json& input)> decide = nullptr;
};

using PlaceResolver = std::function<std::optional<access::Place>(storage::Reader&, const std::string& argument)>;

class Router {
 public:
  explicit Router(const access::Roles& roles);
  ~Router();
  void page(std::string name, std::string path, access::Access access, PageHandler handler);
  void query(std::string name, std::string path, access::Access access, QueryHandler handler);  // path: /api/…
  template <class Input>
  void command(CommandSpec spec,
               std::function<Result<Json>(storage::Tx&, const CommandContext&, const Input&)> decide) {
    add_command(std::move(spec), record_schema<Input>(),
                [decide = std::move(decide)](storage::Tx& tx, const CommandContext& context,
                                             const Json& fields) -> Result<Json> {
                  auto input = read_record<Input>(fields);
                  if (!input) return tl::unexpected(std::move(input.error()));
                  return decide(tx, context, *input);
                });
  }
  // Finds the Place of an object named in a path ("need" for {need}); used by Access::over and owner.
  void resolver(std::string object, PlaceResolver resolver);

  const std::vector<Route>& routes() const;
  const access::Roles& roles() const;
  // The decision for an actor on a route; resolves the object on the reader. `missing` is set when it does not exist.
  access::Decision authorise(storage::Reader& reader, const Route& route, const access::Actor& actor,
                             const std::vector<std::pair<std::string, std::string>>& arguments, bool& missing) const;
  struct Match {
    const Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> arguments;
    bool other_method = false;  // path exists with another method: 405
  };
  Match match(std::string_view method, std::string_view path) const;
  Json openapi() const;  // OpenAPI 3.1
  void check() const;    // asserts that every object named by an access has its resolver; Server::create calls it

 private:
  void add_command(CommandSpec spec, Json schema,
                   std::function<Result<Json>(storage::Tx&, const CommandContext&, const Json&)> decide);
  struct State;
  std::unique_ptr<State> state_;
};

// Live events (server-sent) to the browsers of an account, or to everybody on a topic. Thread-safe, never blocks.
class EventHub {
 public:
  virtual ~EventHub() = default;
  virtual void publish(access::AccountId account, std::string_view event, const Json& data) = 0;
  virtual void publish_topic(std::string_view topic, std::string_view event, const Json& data) = 0;
};

// Web files: templates, assets, locales. Embedded in the binary; read from `directory` when given (development).
struct WebFiles {
  std::string directory;
  static WebFiles embedded();
  // "supply/ask.html", "locales/en/http.json", "assets/app.css"; nullopt when there is none.
  std::optional<std::string> read(std::string_view name) const;
  std::vector<std::string> names(std::string_view prefix) const;  // embedded files only
  // The catalogue's files, for Catalogue::load.
  static std::vector<std::pair<std::string, std::string_view>> locales();
};

// Text that the layout shows and that other rooms fill: unread count, desk navigation.
using LayoutFiller = std::function<void(const Context&, Json& view)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 8080;                 // 0: any free port
  int io_threads = 1, workers = 4;
  std::size_t worker_queue = 1024; // more are refused with 503
  std::size_t body_limit = 1 << 20, upload_limit = 16 << 20;
  double requests_per_second = 50; // token bucket per account or address; 0: off
  double burst = 200;
  bool secure_cookies = false;     // behind TLS: __Host- prefix and Secure
  bool demonstration = false;      // shows the banner
  std::string web_directory;       // development: read web/ from disk
  bool behind_proxy = false;       // the client's address is the last entry of X-Forwarded-For
  int connections_per_address = 256;  // 0: no cap
};

class Server {
 public:
  // `sessions` turns the session cookie into an actor (nullptr: anonymous); must be quick (cached).
  using Sessions = std::function<std::shared_ptr<const access::Actor>(const std::string& token)>;
  static std::unique_ptr<Server> create(ServerOptions options, storage::Store& store, const Router& router,
                                        const language::Catalogue& words, const Clock& clock, Sessions sessions);
  virtual ~Server() = default;
  virtual Result<int> start() = 0;   // listens; returns the port
  virtual void stop() = 0;           // stops accepting, answers what is in flight (<= 10 s), returns
  virtual EventHub& events() = 0;
  virtual void layout(LayoutFiller filler) = 0;   // before start
  // In-process: the same path as a network request, without the socket. For tests and the matrix.
  virtual Response handle(Request request) = 0;
  // The `_csrf` value that a form post with these cookies must carry ("" when it has neither session nor csrf cookie).
  virtual std::string csrf_for(const Request& request) const = 0;
};

inline constexpr std::string_view kSessionCookie = "tx_session";
std::string url_encoded(std::string_view text);

}  // namespace tx::http
