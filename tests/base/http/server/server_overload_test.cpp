// The server with more than it can take, with large bodies, and with requests from other sites.
#include <latch>
#include <new>
#include <thread>

#include "base/http/file_body.h"
#include "base/http/server/server.h"
#include "tests/base/http/server/server_fixture.h"
#include "tests/fakes/temporary_folder.h"

namespace http = base::http;
using namespace std::chrono_literals;
using namespace tests;
using Fixture = tests::ServerFixture;

TEST_CASE_METHOD(Fixture, "half-sent requests beyond the connection limit lock no other client out") {
  start({.connections = 100});
  std::vector<RawClient> half;
  for (int i = 0; i < 400; ++i) {
    half.emplace_back(server->port());
    half.back().send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    clock.advance(1ms);
    if (i % 50 == 49) CHECK(says_hello());
  }
  // Those that are left keep their time.
  CHECK_FALSE(half.back().closed());
  CHECK(server->counts().evicted[static_cast<std::size_t>(http::Evicted::kReceiving)] >= 290);
}

TEST_CASE_METHOD(Fixture, "a lane's requests do not wait for another lane's") {
  std::latch entered(1);
  std::latch leave(1);
  server.emplace(http::Limits{.workers = 1, .queue = 2}, clock);
  const auto urgent = server->add_lane(1, 10);
  const auto other = server->add_lane(1, 10);
  server->set_other_lane(other);
  server->handle("GET", "/slow", [&](const http::Request& request) {
    if (request.query.empty()) entered.count_down();
    leave.wait();
    return http::text(200, "slow");
  });
  server->handle("GET", "/hello", [](const http::Request&) { return http::text(200, "hello"); }, urgent);
  REQUIRE(server->listen("127.0.0.1:0"));
  std::vector<RawClient> slow;
  for (int i = 0; i < 5; ++i) {
    slow.emplace_back(server->port());
    slow.back().send(get(i == 0 ? "/slow" : "/slow?later"));
    if (i == 0) entered.wait();
  }
  CHECK(says_hello());
  // One runs and two wait: for the others there is no room.
  while (server->counts().overloaded < 2) std::this_thread::yield();
  CHECK(server->counts().overloaded == 2);
  RawClient unknown(server->port());
  CHECK(unknown.ask(get("/nope"))->status == 404);
  leave.count_down();
}

TEST_CASE_METHOD(Fixture, "what a handler has no memory for is a 503, and the server goes on") {
  server.emplace(http::Limits{}, clock);
  server->handle("GET", "/large", [](const http::Request&) -> http::Response { throw std::bad_alloc(); });
  server->handle("GET", "/hello", [](const http::Request&) { return http::text(200, "hello"); });
  REQUIRE(server->listen("127.0.0.1:0"));
  RawClient client(server->port());
  const auto answer = client.ask(get("/large"));
  CHECK(answer->status == 503);
  CHECK(answer->has("Retry-After: 1\r\n"));
  CHECK(says_hello());
}

TEST_CASE_METHOD(Fixture, "a streamed body arrives whole, HEAD has its length, and the connection goes on") {
  const tests::TemporaryFolder folder;
  std::string content;
  for (int i = 0; i < 500'000; ++i) content += static_cast<char>('a' + i % 26);
  folder.write("a.md", content);
  server.emplace(http::Limits{}, clock);
  server->handle("GET", "/file", [&](const http::Request&) {
    http::Response response = http::text(200, "");
    response.stream = http::FileBody::open(folder.file("a.md")).value();
    return response;
  });
  REQUIRE(server->listen("127.0.0.1:0"));
  RawClient client(server->port());
  CHECK(client.ask(get("/file", "Accept-Encoding: gzip\r\n"))->body == content);
  client.send("HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.answer(false)->has("Content-Length: 500000\r\n"));
  CHECK(client.ask(get("/file"))->body == content);
}

TEST_CASE_METHOD(Fixture, "every answer has the security headers, also one that refuses a connection") {
  start({.body_bytes = 10});
  for (const std::string& request :
       {get("/hello"), get("/nope"), get("/throw"), std::string("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n"),
        post(std::string(11, 'x')), std::string("nonsense\r\n\r\n")}) {
    CAPTURE(request);
    RawClient client(server->port());
    const auto answer = client.ask(request);
    REQUIRE(answer);
    for (const char* header : {"X-Frame-Options: DENY\r\n", "X-Content-Type-Options: nosniff\r\n",
                               "Content-Security-Policy: default-src 'none'"}) {
      CHECK(answer->has(header));
    }
  }
}

TEST_CASE_METHOD(Fixture, "what another site's page sends is refused before any handler") {
  start();
  RawClient client(server->port());
  CHECK(
      client
          .ask("POST /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\nContent-Length: 1\r\n\r\nx")
          ->status == 403);
  CHECK(client.ask(post("x"))->status == 200);
}
