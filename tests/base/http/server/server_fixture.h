// A server with a few routes, and requests to it.
#pragma once

#include <optional>
#include <string>

#include "base/http/server/server.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

namespace tests {

namespace http = base::http;
using namespace std::chrono_literals;

inline std::string get(const std::string& path, const std::string& headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}
inline std::string post(const std::string& body) {
  return fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

// A server whose time moves only when told.
struct ServerFixture {
  tests::FakeClock clock;
  std::optional<http::Server> server;

  void start(http::Limits limits = {}, const std::string& address = "127.0.0.1:0") {
    server.emplace(limits, clock);
    server->handle("GET", "/hello", [](const http::Request& request) {
      return http::text(200, "hello " + request.parameter("name").value_or("you"));
    });
    server->handle("POST", "/echo",
                   [](const http::Request& request) { return http::text(200, request.body); });
    server->handle("GET", "/large",
                   [](const http::Request&) { return http::text(200, std::string(32 << 20, 'x')); });
    server->handle("GET", "/throw",
                   [](const http::Request&) -> http::Response { throw std::runtime_error("as it should"); });
    const auto listening = server->listen(address);
    if (!listening) FAIL(listening.error().message);
  }
  // Makes the server look at the clock.
  bool says_hello() {
    RawClient client(server->port());
    const auto answer = client.ask(get("/hello"));
    return answer && answer->status == 200;
  }
};

}  // namespace tests
