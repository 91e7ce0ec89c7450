#include "tests/stack/http.h"

#include "tests/catch.h"

TEST_CASE("a request line gives the method and the path") {
  const auto request = example::parse_request("POST /fault/hang HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(request);
  CHECK(request->method == "POST");
  CHECK(request->path == "/fault/hang");
}

TEST_CASE("what is not a request line is refused") {
  const auto text = GENERATE(as<std::string>(), "", "GET /health HTTP/1.1", "GET\r\n", "GET /health\r\n",
                             "GET /health SMTP/1\r\n");
  CHECK_FALSE(example::parse_request(text));
}

TEST_CASE("an answer states its length") {
  CHECK(example::serialise({200, "{}"}) ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: "
        "close\r\n\r\n{}");
}

TEST_CASE("a request with a body is whole when all of it is there, and has who it comes from") {
  const std::string head = "POST /control/pause HTTP/1.1\r\nauthorization: Bearer x\r\nContent-Length: 2\r\n";
  CHECK_FALSE(example::request_length(head));
  CHECK(example::request_length(head + "\r\n{}") == head.size() + 4);
  const auto request = example::parse_request(head + "\r\n{}");
  REQUIRE(request);
  CHECK(request->authorization == "Bearer x");
  CHECK(request->body == "{}");
  CHECK(example::request_length("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == 27);
}
