#include "base/http/response_reader.h"

#include "tests/catch.h"

using base::http::ResponseReader;
using Catch::Matchers::Contains;

namespace {

// Pushes all of `wire` at once; the error's message, or "".
std::string push(ResponseReader& reader, std::string_view wire) {
  std::string body;
  const auto pushed = reader.push(wire, body);
  return pushed ? "" : pushed.error().message;
}

}  // namespace

TEST_CASE("a response is the same wherever it is cut") {
  const std::string wire =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 203 Non-Authoritative Information\r\nX-Seen:  a b%20 \r\n"
      "content-length: 5\r\n\r\nhello";
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    ResponseReader reader;
    std::string body;
    REQUIRE(reader.push(std::string_view(wire).substr(0, cut), body));
    CHECK(reader.complete() == (cut == wire.size()));
    REQUIRE(reader.push(std::string_view(wire).substr(cut), body));
    CHECK(reader.complete());
    CHECK(reader.status() == 203);
    CHECK(reader.headers().find("x-seen")->second == "a b%20");
    CHECK(body == "hello");
  }
}

TEST_CASE("what follows a response is not part of it") {
  const auto wire = GENERATE(as<std::string>{}, "Content-Length: 2\r\n\r\nokHTTP/1.1 ",
                             "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 ");
  ResponseReader reader;
  std::string body;
  REQUIRE(reader.push("HTTP/1.1 200 OK\r\n" + wire, body));
  CHECK(reader.complete());
  CHECK(body == "ok");
}

TEST_CASE("a response without a length ends with the connection") {
  ResponseReader reader;
  std::string body;
  CHECK_FALSE(reader.ends_with_connection());
  REQUIRE(reader.push("HTTP/1.0 200 OK\r\n\r\nhello", body));
  CHECK(reader.ends_with_connection());
  CHECK_FALSE(reader.complete());
  CHECK(body == "hello");
}

TEST_CASE("some responses have no body, whatever their length says") {
  const auto [to_head, status] = GENERATE(table<bool, int>({{true, 200}, {false, 204}, {false, 304}}));
  ResponseReader reader(to_head);
  CHECK(push(reader, fmt::format("HTTP/1.1 {} X\r\nContent-Length: 5\r\n\r\n", status)).empty());
  CHECK(reader.complete());
  CHECK_FALSE(reader.ends_with_connection());
}

TEST_CASE("a response whose end is ambiguous is refused") {
  const auto header = GENERATE(as<std::string>{}, "Content-Length: -1", "Content-Length: 5, 5",
                               "Content-Length:", "Content-Length: 5\r\nContent-Length: 6",
                               "Transfer-Encoding: gzip, chunked", "no colon");
  CAPTURE(header);
  ResponseReader reader;
  CHECK_FALSE(push(reader, "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n").empty());
}

TEST_CASE("what is not HTTP is refused") {
  const auto line = GENERATE(as<std::string>{}, "SSH-2.0-x", "HTTP/2 200", "HTTP/1.1 2xx", "HTTP/1.1 -12",
                             "HTTP/1.1 101 Switching Protocols", "");
  ResponseReader reader;
  CHECK(push(reader, line + "\r\n\r\n") == "the response is not HTTP/1.1");
}

TEST_CASE("headers, chunk extensions and trailers without an end are refused") {
  const auto begin = GENERATE(as<std::string>{}, "X: ", "Transfer-Encoding: chunked\r\n\r\n1;",
                              "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ");
  ResponseReader reader;
  CHECK(push(reader, "HTTP/1.1 200 OK\r\n" + begin).empty());
  std::string error;
  int pieces = 0;
  for (; error.empty() && pieces < 100; ++pieces) error = push(reader, std::string(1000, 'x') + "\r");
  CHECK_THAT(error, Contains("headers are larger than 65536 bytes"));
  CHECK(pieces == 66);
}
