#include "base/http/server/router.h"

namespace http = base::http;

namespace {

http::Handler says(const std::string& what) {
  return [what](const http::Request& request) {
    std::string body = what;
    for (const auto& capture : request.captures) body += " " + capture;
    return http::text(200, body);
  };
}

http::Router example() {
  http::Router router;
  router.add("GET", "/", says("landing"));
  router.add("GET", "/api/v1/incidents", says("list"));
  router.add("GET", "/api/v1/incidents/*", says("one"));
  router.add("POST", "/api/v1/incidents/*/release", says("release"));
  router.add("GET", "/api/v1/*/special", says("any"));
  router.add("GET", "/api/v1/pause", says("pause"));
  router.add("DELETE", "/api/v1/pause", says("unpause"));
  return router;
}

http::Response ask(const http::Router& router, const std::string& method, const std::string& path) {
  http::Request request;
  request.method = method;
  request.path = path;
  return router.answer(request);
}

}  // namespace

TEST_CASE("a path finds its handler") {
  const auto [method, path, body] = GENERATE(table<std::string, std::string, std::string>({
      {"GET", "/", "landing"},
      {"HEAD", "/", "landing"},
      {"GET", "/api/v1/incidents", "list"},
      {"GET", "/api/v1/incidents/42", "one 42"},
      {"POST", "/api/v1/incidents/a b/release", "release a b"},
      {"GET", "/api/v1/incidents/special", "one special"},
      {"DELETE", "/api/v1/pause", "unpause"},
  }));
  CAPTURE(method, path);
  const auto response = ask(example(), method, path);
  CHECK(response.status == 200);
  CHECK(response.body == body);
}

TEST_CASE("an exact path wins over a wildcard, whichever was added first") {
  http::Router router;
  router.add("GET", "/i/*", says("wild"));
  router.add("GET", "/i/exact", says("exact"));
  CHECK(ask(router, "GET", "/i/exact").body == "exact");
  CHECK(ask(router, "GET", "/i/other").body == "wild other");
}

TEST_CASE("an unknown path is 404") {
  const auto path = GENERATE(as<std::string>{}, "/nope", "/api/v1/incidents/", "/api/v1/incidents/1/2", "//",
                             "/api/v1/incidents//release");
  CAPTURE(path);
  CHECK(ask(example(), "GET", path).status == 404);
}

TEST_CASE("a wrong method is 405, and the answer lists the right ones") {
  const auto [method, path, allow] = GENERATE(table<std::string, std::string, std::string>({
      {"POST", "/api/v1/pause", "DELETE, GET, HEAD"},
      {"OPTIONS", "/", "GET, HEAD"},
      {"GET", "/api/v1/incidents/1/release", "POST"},
      {"HEAD", "/api/v1/incidents/1/release", "POST"},
  }));
  CAPTURE(method, path);
  const auto response = ask(example(), method, path);
  CHECK(response.status == 405);
  REQUIRE(response.headers.contains("Allow"));
  CHECK(response.headers.find("Allow")->second == allow);
}

TEST_CASE("the filter answers before routing, or lets pass") {
  http::Router router = example();
  router.before([](const http::Request& request) -> std::optional<http::Response> {
    if (request.method == "GET") return std::nullopt;
    return http::json_error(401, "no token");
  });
  CHECK(ask(router, "GET", "/").status == 200);
  CHECK(ask(router, "POST", "/nope").status == 401);
}

TEST_CASE("what a handler throws is a 500 without details") {
  http::Router router;
  router.add("GET", "/a", [](const http::Request&) -> http::Response { throw std::runtime_error("secret"); });
  router.add("GET", "/b", [](const http::Request&) -> http::Response { throw 42; });
  CHECK(ask(router, "GET", "/a").status == 500);
  CHECK(ask(router, "GET", "/a").body.find("secret") == std::string::npos);
  CHECK(ask(router, "GET", "/b").status == 500);
}
