#include "base/http/server/server.h"

#include <fmt/format.h>

#include <future>
#include <latch>

#include "base/http/client.h"
#include "base/http/head.h"
#include "tests/base/http/server/server_fixture.h"
#include "tests/base/text/gunzip.h"
#include "tests/fakes/temporary_folder.h"

namespace http = base::http;
using namespace std::chrono_literals;
using namespace tests;
using Fixture = tests::ServerFixture;

TEST_CASE_METHOD(Fixture, "requests of one connection are answered one after another") {
  start();
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(get(fmt::format("/hello?name={}", i)));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == fmt::format("hello {}", i));
    CHECK(answer->has("Content-Type: text/plain; charset=utf-8\r\n"));
  }
}

TEST_CASE_METHOD(Fixture, "pipelined requests are answered in order") {
  start();
  RawClient client(server->port());
  client.send(post("one") + get("/hello?name=two") + post("three"));
  CHECK(client.answer()->body == "one");
  CHECK(client.answer()->body == "hello two");
  CHECK(client.answer()->body == "three");
}

TEST_CASE_METHOD(Fixture, "sixteen idle connections do not delay a request") {
  start({.workers = 1});
  std::vector<RawClient> idle;
  for (int i = 0; i < 16; ++i) {
    idle.emplace_back(server->port());
    // Half of them have been used before.
    if (i % 2 == 0) {
      REQUIRE(idle.back().ask(get("/hello")));
    }
  }
  CHECK(says_hello());
  for (const auto& client : idle) CHECK_FALSE(client.closed());
}

TEST_CASE_METHOD(Fixture,
                 "300 half-sent requests do not delay a valid one, and are closed at their deadline") {
  start({.workers = 1});
  std::vector<RawClient> half;
  const std::string whole = post("never sent in whole");
  for (std::size_t i = 0; i < 300; ++i) {
    half.emplace_back(server->port());
    REQUIRE(half.back().connected());
    half.back().send(std::string_view(whole).substr(0, i % (whole.size() - 1)));
  }
  // Time stands still, so nothing but the server's own work can let this through.
  RawClient valid(server->port());
  CHECK(valid.ask(post("valid"))->body == "valid");
  for (auto& client : half) CHECK_FALSE(client.closed());

  clock.advance(5s);
  CHECK(says_hello());
  for (std::size_t i = 1; i < half.size(); i += 2) half[i].send("X");  // a trickle does not buy time
  clock.advance(5s);
  CHECK(says_hello());
  for (auto& client : half) {
    const auto rest = client.rest();
    REQUIRE(rest);
    CHECK((rest->empty() || rest->starts_with("HTTP/1.1 4")));
  }
}

TEST_CASE_METHOD(Fixture, "a client that reads too slowly is cut off at the deadline") {
  start();
  RawClient slow(server->port(), 4096);
  slow.send(get("/large"));
  const auto head = slow.answer(false);
  REQUIRE(head);
  CHECK(head->status == 200);
  clock.advance(10s);
  CHECK(says_hello());
  const auto rest = slow.rest();
  REQUIRE(rest);
  CHECK(rest->size() < (32u << 20));
}

TEST_CASE_METHOD(Fixture, "an idle connection is closed after its time") {
  start();
  RawClient idle(server->port());
  REQUIRE(idle.ask(get("/hello")));
  clock.advance(119s);
  CHECK(says_hello());
  CHECK_FALSE(idle.closed());
  clock.advance(1s);
  CHECK(says_hello());
  CHECK(idle.rest() == "");
}

TEST_CASE_METHOD(Fixture, "what is too much, or not HTTP, is refused and the connection closed") {
  start({.header_bytes = 2000, .body_bytes = 100});
  const auto [request, status] = GENERATE(table<std::string, int>({
      {get("/hello", "A: " + std::string(2000, 'a') + "\r\n"), 431},
      {post(std::string(101, 'x')), 413},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", 415},
      {get("/../etc/passwd"), 400},
      {get("/hello%00"), 400},
      {"\x16\x03\x01\x02", 400},
  }));
  CAPTURE(request.substr(0, 100));
  RawClient client(server->port());
  const auto answer = client.ask(request);
  REQUIRE(answer);
  CHECK(answer->status == status);
  CHECK(answer->body.starts_with("{\"status\":\"error\""));
  client.finish_sending();
  CHECK(client.rest() == "");
  CHECK(says_hello());
}

TEST_CASE_METHOD(Fixture, "a refused client that goes on sending still gets its answer") {
  start({.body_bytes = 1000});
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
  client.send(std::string(8'000'000, 'x'));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
}

TEST_CASE_METHOD(Fixture, "a body may be larger where its head says whose it is") {
  start({.body_bytes = 1000, .large_body_bytes = 1 << 20, .may_send_large_body = [](const http::Head& head) {
           return head.headers.contains("Large");
         }});
  const auto post_large = [](std::size_t size, const std::string& header) {
    return fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", header, size,
                       std::string(size, 'b'));
  };
  const auto status = [&](std::size_t size, const std::string& header) {
    RawClient client(server->port());
    const auto answer = client.ask(post_large(size, header));
    return answer ? answer->status : 0;
  };
  CHECK(status(1000, "") == 200);
  CHECK(status(1001, "") == 413);
  CHECK(status(1001, "Large: yes\r\n") == 200);
  CHECK(status(1 << 20, "Large: yes\r\n") == 200);
  CHECK(status((1 << 20) + 1, "Large: yes\r\n") == 413);
}

TEST_CASE_METHOD(Fixture, "a body of the limit's size is accepted") {
  start({.body_bytes = 1 << 20});
  RawClient client(server->port());
  const std::string body(1 << 20, 'b');
  CHECK(client.ask(post(body))->body == body);
}

TEST_CASE_METHOD(Fixture, "a client that promised more than it sends is forgotten") {
  start();
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nshort");
  client.finish_sending();
  CHECK(client.rest() == "");
}

TEST_CASE_METHOD(Fixture, "a client that stops sending after its request gets its answer") {
  start();
  RawClient client(server->port());
  client.send(get("/hello"));
  client.finish_sending();
  CHECK(client.answer()->status == 200);
  CHECK(client.rest() == "");
}

TEST_CASE_METHOD(Fixture, "a client that asks gets 100 Continue before it sends its body") {
  start();
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.answer(false)->status == 100);
  CHECK(client.ask("body")->body == "body");
}

TEST_CASE_METHOD(Fixture, "HEAD is GET without the body") {
  start();
  RawClient client(server->port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.answer(false);
  CHECK(answer->status == 200);
  CHECK(answer->has("Content-Length: 9\r\n"));
  CHECK(client.ask(get("/hello"))->body == "hello you");
}

TEST_CASE_METHOD(Fixture, "unknown paths, wrong methods and throwing handlers keep the connection") {
  start();
  RawClient client(server->port());
  CHECK(client.ask(get("/nope"))->status == 404);
  const auto wrong = client.ask("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wrong->status == 405);
  CHECK(wrong->has("Allow: GET, HEAD\r\n"));
  const auto thrown = client.ask(get("/throw"));
  CHECK(thrown->status == 500);
  CHECK(thrown->body.find("as it should") == std::string::npos);
  CHECK(client.ask(get("/hello"))->status == 200);
}

TEST_CASE_METHOD(Fixture, "text and JSON are compressed for who accepts gzip") {
  start();
  RawClient client(server->port());
  const auto packed = client.ask(get("/hello", "Accept-Encoding: br;q=1.0, gzip\r\n"));
  CHECK(packed->has("Content-Encoding: gzip\r\n"));
  CHECK(packed->has("Vary: Accept-Encoding\r\n"));
  CHECK(tests::gunzip(packed->body) == "hello you");
  const auto error = client.ask(get("/nope", "Accept-Encoding: gzip\r\n"));
  CHECK(error->has("Content-Type: application/json\r\n"));
  CHECK(tests::gunzip(error->body) == R"({"status":"error","error":"no such path"})");
  CHECK(client.ask(get("/hello", "Accept-Encoding: br\r\n"))->body == "hello you");
}

TEST_CASE_METHOD(Fixture, "a handler sees headers and addresses as they came") {
  server.emplace(http::Limits{}, clock);
  server->handle("GET", "/see/*", [](const http::Request& request) {
    return http::text(
        200, fmt::format("{}|{}|{}|{}", request.captures.at(0), request.header("authorization").value(),
                         request.parameter("q").value(), request.remote_address));
  });
  REQUIRE(server->listen("127.0.0.1:0"));
  RawClient client(server->port());
  const auto answer =
      client.ask(get("/see/a%20b?q=x%26y+z", "Authorization: Bearer a%41b\r\nRange: bytes=0-1\r\n"));
  CHECK(answer->status == 200);
  CHECK(answer->body == "a b|Bearer a%41b|x&y z|127.0.0.1");
}

TEST_CASE_METHOD(Fixture, "HTTP/1.0 is spoken") {
  start();
  RawClient once(server->port());
  once.send("GET /hello HTTP/1.0\r\n\r\n");
  CHECK(once.answer()->has("Connection: close\r\n"));
  CHECK(once.rest() == "");
  RawClient kept(server->port());
  CHECK(kept.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->has("Connection: keep-alive\r\n"));
  CHECK(kept.ask("GET /hello HTTP/1.0\r\n\r\n")->status == 200);
}

TEST_CASE_METHOD(Fixture, "a Unix socket serves like TCP and is removed at the end") {
  const tests::TemporaryFolder folder;
  const std::string address = "unix://" + folder.file("socket");
  start({}, address);
  CHECK(server->port() == 0);
  const base::SystemClock system;
  const http::Client client(address);
  const auto answer = client.get("/hello?name=unix", base::Deadline::after(system, 20s));
  REQUIRE(answer);
  CHECK(answer->body == "hello unix");
  server->stop();
  CHECK_FALSE(std::filesystem::exists(folder.file("socket")));
}

TEST_CASE_METHOD(Fixture, "an address that is taken is an error") {
  start();
  http::Server second({}, clock);
  const auto listening = second.listen(fmt::format("127.0.0.1:{}", server->port()));
  REQUIRE_FALSE(listening);
  CHECK(listening.error().message ==
        fmt::format("listen on 127.0.0.1:{}: address already in use", server->port()));
  CHECK_FALSE(second.listen("nonsense"));
  second.stop();
}

TEST_CASE_METHOD(Fixture, "stop lets a running handler answer, and closes what is idle") {
  std::latch entered(1);
  std::latch leave(1);
  server.emplace(http::Limits{}, clock);
  server->handle("GET", "/slow", [&](const http::Request&) {
    entered.count_down();
    leave.wait();
    return http::text(200, "done");
  });
  REQUIRE(server->listen("127.0.0.1:0"));
  const int port = server->port();
  RawClient idle(port);
  RawClient busy(port);
  busy.send(get("/slow"));
  entered.wait();
  auto stopped = std::async(std::launch::async, [&] { server->stop(); });
  CHECK(idle.rest() == "");  // so the server is stopping while the handler runs
  leave.count_down();
  CHECK(busy.answer()->body == "done");
  CHECK(busy.rest() == "");
  stopped.get();
  server->stop();
  CHECK_FALSE(RawClient(port).connected());
}
