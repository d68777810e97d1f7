// Routes: found by path and method, refused when declared wrongly, described in OpenAPI.
#include "platform/http/trial.h"

namespace tx::http {
namespace {

using access::Access;

const PageHandler kEmpty = [](Context&) -> Result<Response> { return Response::text(""); };

class RouterTest : public ::testing::Test {
 protected:
  access::Roles roles{{}};
  Router router{roles};
};

TEST_F(RouterTest, FixedSegmentsWinOverArguments) {
  router.page("any", "/needs/{need}", Access::everyone("t"), kEmpty);
  router.page("new", "/needs/new", Access::everyone("t"), kEmpty);
  router.page("deep", "/needs/{need}/offers/{offer}", Access::everyone("t"), kEmpty);
  router.page("new_only", "/needs/new/help", Access::everyone("t"), kEmpty);
  EXPECT_EQ(router.match("GET", "/needs/new").route->name, "new");
  const auto any = router.match("GET", "/needs/17");
  EXPECT_EQ(any.route->name, "any");
  EXPECT_EQ(any.arguments, (std::vector<std::pair<std::string, std::string>>{{"need", "17"}}));
  EXPECT_EQ(router.match("GET", "/needs/new/offers/2").route->name, "deep");  // falls back to the argument
  EXPECT_EQ(router.match("GET", "/needs/1/offers/2").arguments.size(), 2u);
  for (const auto* none : {"/needs", "/needs/", "/needs/1/", "", "needs/1", "/needs/1/offers"})
    EXPECT_EQ(router.match("GET", none).route, nullptr) << none;
  EXPECT_TRUE(router.match("POST", "/needs/1").other_method);
  EXPECT_FALSE(router.match("POST", "/elsewhere").other_method);
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, WrongDeclarationsDoNotStart) {
  router.page("a", "/a/{x}", Access::everyone("t"), kEmpty);
  EXPECT_DEATH(router.page("b", "/a/{y}", Access::everyone("t"), kEmpty), "assertion");    // same path
  EXPECT_DEATH(router.page("a", "/b", Access::everyone("t"), kEmpty), "assertion");        // same name
  EXPECT_DEATH(router.page("c", "/c", Access::everyone(""), kEmpty), "assertion");         // no reason
  EXPECT_DEATH(router.page("d", "/d", Access::owner("need"), kEmpty), "assertion");        // object not in the path
  EXPECT_DEATH(router.query("e", "/e", Access::everyone("t"), nullptr), "assertion");      // not under /api/
  router.page("f", "/f/{need}", Access::owner("need"), kEmpty);
  EXPECT_DEATH(router.check(), "assertion");                                               // no resolver
}

TEST_F(RouterTest, OpenApiIsWellFormed) {
  trial::House house;
  const Json api = house.router.openapi();
  EXPECT_TRUE(Json::parse(api.dump()).has_value());
  EXPECT_EQ(api["openapi"].text(), "3.1.0");
  EXPECT_FALSE(api["info"]["title"].text().empty());
  std::set<std::string> operations;
  int count = 0;
  for (const auto& [path, methods] : api["paths"].members()) {
    EXPECT_TRUE(path.starts_with("/api/")) << path;
    for (const auto& [method, operation] : methods.members()) {
      ++count;
      EXPECT_TRUE(method == "get" || method == "post");
      operations.insert(operation["operationId"].text());
      EXPECT_FALSE(operation["responses"]["200"]["description"].text().empty());
      // Every {argument} is a declared, required path parameter.
      std::set<std::string> declared;
      for (const auto& parameter : operation["parameters"].items())
        if (parameter["in"].text() == "path" && parameter["required"].boolean())
          declared.insert(parameter["name"].text());
      for (auto at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
        EXPECT_TRUE(declared.contains(path.substr(at + 1, path.find('}', at) - at - 1))) << path;
    }
  }
  EXPECT_EQ(operations.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(count, 7);
  const Json& put = api["paths"]["/api/notes"]["post"];
  const Json& schema = put["requestBody"]["content"]["application/json"]["schema"];
  EXPECT_EQ(schema["properties"]["stars"]["type"].text(), "integer");
  EXPECT_EQ(put["security"].items().at(0)["session"].size(), 0u);
  EXPECT_EQ(put["responses"]["409"]["content"]["application/problem+json"]["schema"]["$ref"].text(),
            "#/components/schemas/Problem");
}

}  // namespace
}  // namespace tx::http
