#include "base/http/server/answer.h"

#include "tests/base/text/gunzip.h"
#include "tests/catch.h"

namespace http = base::http;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

http::Head request(const std::string& method = "GET") {
  http::Head head;
  head.method = method;
  return head;
}

class Long final : public http::BodyStream {
 public:
  std::size_t size() const override { return 123; }
  base::Result<std::string> next(std::size_t) override { return "x"; }
};

}  // namespace

TEST_CASE("an answer has its length, its type and what a browser may do with it") {
  const std::string bytes = answer_bytes(http::text(404, "no\n"), request());
  CHECK_THAT(bytes, StartsWith("HTTP/1.1 404 Not Found\r\n") && EndsWith("\r\n\r\nno\n") &&
                        Contains("Content-Length: 3\r\n") &&
                        Contains("Content-Type: text/plain; charset=utf-8\r\n") &&
                        Contains("X-Frame-Options: DENY\r\n") &&
                        Contains("X-Content-Type-Options: nosniff\r\n") &&
                        Contains("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
}

TEST_CASE("a handler's own security headers are kept, once") {
  http::Response response = http::text(200, "x");
  response.headers.emplace("content-security-policy", "default-src 'self'");
  const std::string bytes = answer_bytes(response, request());
  CHECK_THAT(bytes, Contains("default-src 'self'"));
  CHECK_THAT(bytes, !Contains("default-src 'none'"));
}

TEST_CASE("a header value cannot become a second header") {
  http::Response response = http::text(200, "x");
  response.headers.emplace("A", "b\r\nSet-Cookie: c");
  CHECK_THAT(answer_bytes(response, request()), Contains("A: b  Set-Cookie: c\r\n"));
}

TEST_CASE("HEAD, 304 and streams have a head alone") {
  CHECK_THAT(answer_bytes(http::text(200, "body"), request("HEAD")),
             Contains("Content-Length: 4\r\n") && EndsWith("\r\n\r\n"));
  const std::string unchanged =
      answer_bytes({.status = 304, .content_type = "", .body = "", .headers = {}}, request());
  CHECK_THAT(unchanged, StartsWith("HTTP/1.1 304 Not Modified\r\n") && !Contains("Content-Length"));
  http::Response streamed = http::text(200, "");
  streamed.stream = std::make_shared<Long>();
  http::Head accepts = request();
  accepts.accepts_gzip = true;
  CHECK_THAT(answer_bytes(streamed, accepts),
             Contains("Content-Length: 123\r\n") && !Contains("gzip") && EndsWith("\r\n\r\n"));
}

TEST_CASE("text is compressed for who accepts it") {
  http::Head head = request();
  head.accepts_gzip = true;
  const std::string bytes = answer_bytes(http::json(200, "{}"), head);
  CHECK_THAT(bytes, Contains("Content-Encoding: gzip\r\n"));
  CHECK(tests::gunzip(bytes.substr(bytes.find("\r\n\r\n") + 4)) == "{}");
}

TEST_CASE("the connection is as the request wants it") {
  http::Head head = request();
  CHECK_THAT(answer_bytes(http::text(200, ""), head), !Contains("Connection:"));
  head.http_1_0 = true;
  CHECK_THAT(answer_bytes(http::text(200, ""), head), Contains("Connection: keep-alive\r\n"));
  head.keep_alive = false;
  CHECK_THAT(answer_bytes(http::text(200, ""), head), Contains("Connection: close\r\n"));
}

TEST_CASE("a refusal is a whole answer that closes, and says when to come back") {
  CHECK_THAT(http::refusal_answer({503, "too many"}),
             StartsWith("HTTP/1.1 503 Service Unavailable\r\n") && Contains("Connection: close\r\n") &&
                 Contains("Retry-After: 1\r\n") && Contains("X-Frame-Options: DENY\r\n") &&
                 EndsWith("{\"status\":\"error\",\"error\":\"too many\"}"));
  CHECK_THAT(http::refusal_answer({400, "no"}), !Contains("Retry-After"));
  CHECK_THAT(std::string(http::out_of_memory_answer()), EndsWith("\r\n\r\n") && Contains("nosniff"));
}
