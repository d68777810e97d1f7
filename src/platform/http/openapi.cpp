// OpenAPI 3.1 of everything under /api, written from the routes themselves: a route that exists is described.
#include "platform/http/http.h"

namespace tx::http {
namespace {

Json text_schema() { return Json::of({{"type", "string"}}); }

Json parameters_of(const std::string& path) {
  Json parameters = Json::array();
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    const auto close = path.find('}', open);
    parameters.push(Json::of({{"name", path.substr(open + 1, close - open - 1)},
                              {"in", "path"}, {"required", true}, {"schema", text_schema()}}));
  }
  return parameters;
}

Json answer(const char* what, const char* type, Json schema) {
  return Json::of({{"description", what},
                   {"content", Json::object().set(type, Json::of({{"schema", std::move(schema)}}))}});
}

Json responses_of(const Route& route) {
  const Json problem = Json::of({{"$ref", "#/components/schemas/Problem"}});
  Json responses = Json::object();
  responses.set("200", answer("done", "application/json", Json::object()));
  const auto refusal = [&](const char* status, const char* what) {
    responses.set(status, answer(what, "application/problem+json", problem));
  };
  if (route.access.level != access::Access::Level::everyone) {
    refusal("401", "not signed in");
    refusal("403", "not allowed");
  }
  if (!route.access.object.empty()) refusal("404", "no such object");
  if (route.kind == Route::Kind::command) {
    refusal("409", "the state has moved on, or the key came with other content");
    refusal("422", "the input breaks a rule");
  }
  refusal("429", "too many requests");
  refusal("503", "overloaded; try again later");
  return responses;
}

Json access_text(const access::Access& access) {
  using Level = access::Access::Level;
  switch (access.level) {
    case Level::everyone: return "everyone";
    case Level::signed_in: return "signed_in";
    case Level::permission: return std::string(access.permission.id);
    case Level::permission_or_owner: return std::string(access.permission.id) + " or owner";
    case Level::owner: return "owner";
  }
  return "";
}

Json operation_of(const Route& route) {
  Json parameters = parameters_of(route.path);
  Json operation = Json::of({{"operationId", route.name}, {"x-access", access_text(route.access)}});
  if (route.kind == Route::Kind::command) {
    if (route.command->replayed)
      parameters.push(Json::of({{"name", "Idempotency-Key"}, {"in", "header"}, {"required", false},
                                {"schema", Json::of({{"type", "string"}, {"maxLength", 128}})}}));
    operation.set("requestBody",
                  Json::of({{"content", Json::object().set("application/json",
                                                           Json::of({{"schema", route.input_schema}}))}}));
  }
  operation.set("parameters", std::move(parameters));
  if (route.access.level != access::Access::Level::everyone)
    operation.set("security", Json::Array{Json::object().set("session", Json::array())});
  return operation.set("responses", responses_of(route));
}

Json components() {
  Json problem = Json::object();
  for (const auto* member : {"type", "title", "rule", "field", "detail"}) problem.set(member, text_schema());
  problem.set("status", Json::of({{"type", "integer"}}));
  const Json session = Json::of({{"type", "apiKey"}, {"in", "cookie"}, {"name", kSessionCookie}});
  return Json::of({{"schemas", Json::object().set("Problem", Json::of({{"type", "object"}, {"properties", problem}}))},
                   {"securitySchemes", Json::object().set("session", session)}});
}

}  // namespace

Json Router::openapi() const {
  Json paths = Json::object();
  for (const auto& route : routes()) {
    if (route.kind == Route::Kind::page) continue;
    const bool command = route.kind == Route::Kind::command;
    const std::string path = command ? "/api" + route.path : route.path;
    Json methods = paths[path].is_null() ? Json::object() : paths[path];
    methods.set(command ? "post" : "get", operation_of(route));
    paths.set(path, std::move(methods));
  }
  return Json::of({{"openapi", "3.1.0"},
                   {"info", Json::of({{"title", "Tongxin"}, {"version", "1"}})},
                   {"paths", std::move(paths)},
                   {"components", components()}});
}

}  // namespace tx::http
