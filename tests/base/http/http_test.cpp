#include "base/http/http.h"

namespace http = base::http;

TEST_CASE("a request's headers are found whatever their case") {
  http::Request request;
  request.headers.emplace("Content-Type", "application/json");
  CHECK(request.header("content-TYPE") == "application/json");
  CHECK(request.header("Content") == std::nullopt);
}

TEST_CASE("a request's first parameter of a name is found") {
  http::Request request;
  request.query = {{"state", "open"}, {"state", "closed"}};
  CHECK(request.parameter("state") == "open");
  CHECK(request.parameter("State") == std::nullopt);
}

TEST_CASE("an error is a JSON document whatever its message holds") {
  const auto response = http::json_error(400, "bad \"name\"\n\xff");
  CHECK(response.status == 400);
  CHECK(response.content_type == "application/json");
  CHECK(response.body == R"({"status":"error","error":"bad \"name\"\n)"
                         "\xef\xbf\xbd"
                         R"("})");
}

TEST_CASE("text and JSON answers say what they are") {
  CHECK(http::text(200, "ok").content_type == "text/plain; charset=utf-8");
  CHECK(http::json(201, "{}").content_type == "application/json");
  CHECK(http::json(201, "{}").status == 201);
}
