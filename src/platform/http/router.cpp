#include <map>
#include <set>

#include "platform/http/http.h"

namespace tx::http {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t at = 1; at < path.size();) {
    const auto next = path.find('/', at);
    segments.emplace_back(path.substr(at, next == std::string_view::npos ? next : next - at));
    if (next == std::string_view::npos) break;
    at = next + 1;
  }
  return segments;
}

bool is_argument(std::string_view segment) { return segment.size() > 2 && segment.front() == '{'; }

// A tree over path segments; fixed segments win over arguments.
struct Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> any;
  std::map<std::string, std::size_t, std::less<>> routes;  // by method
};

const Node* find_node(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                      std::string_view method, std::vector<std::string>& values, const Node** other_method) {
  if (at == segments.size()) {
    if (node.routes.find(method) != node.routes.end()) return &node;
    if (!node.routes.empty()) *other_method = &node;
    return nullptr;
  }
  if (const auto child = node.fixed.find(segments[at]); child != node.fixed.end())
    if (const Node* found = find_node(*child->second, segments, at + 1, method, values, other_method)) return found;
  if (!node.any || segments[at].empty()) return nullptr;
  values.push_back(segments[at]);
  if (const Node* found = find_node(*node.any, segments, at + 1, method, values, other_method)) return found;
  values.pop_back();
  return nullptr;
}

}  // namespace

struct Router::State {
  explicit State(const access::Roles& r) : roles(r) {}
  const access::Roles& roles;
  std::vector<Route> routes;
  std::map<std::string, PlaceResolver, std::less<>> resolvers;
  std::set<std::string> names;
  Node root;

  void insert(const std::string& method, const std::string& path, std::size_t index) {
    Node* node = &root;
    for (const auto& segment : segments_of(path)) {
      auto& next = is_argument(segment) ? node->any : node->fixed[segment];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    const bool duplicate_path = !node->routes.emplace(method, index).second;
    TX_ASSERT(!duplicate_path);
  }

  void add(Route route) {
    using Level = access::Access::Level;
    TX_ASSERT(!route.path.empty() && route.path.front() == '/' && !route.name.empty());
    const bool states_why_open = !route.access.reason.empty() ||
                                 (route.access.level != Level::everyone && route.access.level != Level::signed_in);
    TX_ASSERT(states_why_open);
    const bool object_in_path =
        route.access.object.empty() || route.path.find("{" + route.access.object + "}") != std::string::npos;
    TX_ASSERT(object_in_path);
    const bool name_is_new = names.insert(route.method + " " + route.name).second;
    TX_ASSERT(name_is_new);
    const std::size_t index = routes.size();
    insert(route.method, route.path, index);
    if (route.kind == Route::Kind::command) insert(route.method, "/api" + route.path, index);
    routes.push_back(std::move(route));
  }
};

Router::Router(const access::Roles& roles) : state_(std::make_unique<State>(roles)) {}
Router::~Router() = default;
const std::vector<Route>& Router::routes() const { return state_->routes; }
const access::Roles& Router::roles() const { return state_->roles; }

void Router::page(std::string name, std::string path, access::Access access, PageHandler handler) {
  Route route{.method = "GET", .path = std::move(path), .name = std::move(name), .access = std::move(access)};
  route.kind = Route::Kind::page;
  route.page = std::move(handler);
  state_->add(std::move(route));
}

void Router::query(std::string name, std::string path, access::Access access, QueryHandler handler) {
  TX_ASSERT(path.starts_with("/api/"));
  Route route{.method = "GET", .path = std::move(path), .name = std::move(name), .access = std::move(access)};
  route.kind = Route::Kind::query;
  route.query = std::move(handler);
  state_->add(std::move(route));
}

void Router::add_command(CommandSpec spec, Json schema,
                         std::function<Result<Json>(storage::Tx&, const CommandContext&, const Json&)> decide) {
  using Level = access::Access::Level;
  const bool hot_is_cheap = !spec.hot || (!spec.prepare && (spec.access.level == Level::everyone ||
                                                            spec.access.level == Level::signed_in));
  TX_ASSERT(hot_is_cheap);
  TX_ASSERT(!spec.path.starts_with("/api/"));
  Route route{.method = "POST", .path = spec.path, .name = spec.name, .access = spec.access};
  route.kind = Route::Kind::command;
  route.input_schema = std::move(schema);
  route.command = std::make_shared<const CommandSpec>(std::move(spec));
  route.decide = std::move(decide);
  state_->add(std::move(route));
}

void Router::resolver(std::string object, PlaceResolver resolver) {
  const bool first = state_->resolvers.emplace(std::move(object), std::move(resolver)).second;
  TX_ASSERT(first);
}

void Router::check() const {
  for (const auto& route : state_->routes) {
    const bool resolver_known = route.access.object.empty() || state_->resolvers.contains(route.access.object);
    TX_ASSERT(resolver_known);
  }
}

access::Decision Router::authorise(storage::Reader& reader, const Route& route, const access::Actor& actor,
                                   const std::vector<std::pair<std::string, std::string>>& arguments,
                                   bool& missing) const {
  missing = false;
  const auto& access = route.access;
  // Whoever is not signed in learns nothing about which objects exist.
  if (access.object.empty() || !actor.signed_in()) return access::decide(state_->roles, actor, access, nullptr);
  const auto resolver = state_->resolvers.find(access.object);
  TX_ASSERT(resolver != state_->resolvers.end());
  std::string value;
  for (const auto& [name, text] : arguments)
    if (name == access.object) value = text;
  const auto place = resolver->second(reader, value);
  if (!place) {
    missing = true;
    return {false, "http.not_found", {}};
  }
  return access::decide(state_->roles, actor, access, &*place);
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/' || (path.size() > 1 && path.back() == '/')) return match;
  const Node* other = nullptr;
  std::vector<std::string> values;
  const Node* node = find_node(state_->root, segments_of(path), 0, method, values, &other);
  if (!node) {
    match.other_method = other != nullptr;
    return match;
  }
  match.route = &state_->routes[node->routes.find(method)->second];
  std::size_t next = 0;
  for (const auto& segment : segments_of(match.route->path))
    if (is_argument(segment)) match.arguments.emplace_back(segment.substr(1, segment.size() - 2), values[next++]);
  return match;
}

}  // namespace tx::http
