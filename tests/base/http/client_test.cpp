#include "base/http/client.h"

#include <poll.h>
#include <sys/socket.h>

#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <thread>

#include "base/http/server/server.h"
#include "base/os/socket.h"
#include "tests/fakes/fake_clock.h"

namespace http = base::http;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;
base::Deadline soon() { return base::Deadline::after(kClock, 20s); }

// Says to every connection what it was told to say, whatever it is asked, and then waits for its end.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(std::string answer, bool hang_up = true) {
    auto listener = base::listen_on({.host = "127.0.0.1", .port = 0, .unix_path = {}});
    REQUIRE(listener);
    port_ = base::bound_port(*listener);
    thread_ = std::jthread([this, answer = std::move(answer), hang_up, listener = std::move(*listener)](
                               std::stop_token stop) { talk(listener, answer, hang_up, stop); });
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  // What the first connection asked; only after its answer.
  std::string asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void talk(const base::Descriptor& listener, const std::string& answer, bool hang_up, std::stop_token stop) {
    base::WaitLimit patience(soon(), stop);
    while (patience.wait(listener.get(), POLLIN) == base::WaitLimit::Outcome::kReady) {
      base::Descriptor connection(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      std::array<char, 4096> bytes{};
      const ssize_t count = ::recv(connection.get(), bytes.data(), bytes.size(), 0);
      {
        const std::lock_guard lock(mutex_);
        asked_.assign(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      }
      ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      if (!hang_up) patience.wait(connection.get(), POLLIN);
    }
  }

  int port_ = 0;
  std::mutex mutex_;
  std::string asked_;  // guarded by mutex_
  std::jthread thread_;
};

std::string error_of(const base::Result<http::Response>& result) {
  return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("an exchange with a server of ours") {
  http::Server server({}, kClock);
  server.handle("GET", "/api/hello", [](const http::Request& request) {
    http::Response response =
        http::json(203, request.parameter("a").value() + request.header("authorization").value());
    response.headers.emplace("X-Seen", "yes");
    return response;
  });
  server.handle("DELETE", "/api/hello", [](const http::Request&) { return http::text(204, ""); });
  server.handle("POST", "/api/echo", [](const http::Request& request) {
    return http::text(200, request.header("content-type").value() + ": " + request.body);
  });
  REQUIRE(server.listen("127.0.0.1:0"));
  http::ClientOptions options;
  options.headers.emplace("Authorization", "Bearer t%41ken");
  const http::Client client(fmt::format("http://127.0.0.1:{}/api/", server.port()), options);

  const auto got = client.get("/hello?a=1", soon());
  REQUIRE(got);
  CHECK(got->status == 203);
  CHECK(got->content_type == "application/json");
  CHECK(got->body == "1Bearer t%41ken");
  CHECK(got->headers.find("x-seen")->second == "yes");

  const std::string large(3 << 20, 'b');
  CHECK(client.post("/echo", large, "text/x", soon())->body == "text/x: " + large);
  CHECK(client.send("DELETE", "/hello", "", "", soon())->status == 204);
  CHECK(client.get("/nope", soon())->status == 404);
  CHECK(client.send("POST", "/hello", "", "", soon())->status == 405);
}

TEST_CASE("calls at once do not disturb each other") {
  http::Server server({}, kClock);
  server.handle("GET", "/*",
                [](const http::Request& request) { return http::text(200, request.captures[0]); });
  REQUIRE(server.listen("127.0.0.1:0"));
  const http::Client client(fmt::format("http://127.0.0.1:{}", server.port()));
  std::vector<std::future<bool>> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.push_back(std::async(std::launch::async, [&client, caller] {
      for (int i = 0; i < 25; ++i) {
        const std::string name = fmt::format("{}-{}", caller, i);
        const auto answer = client.get("/" + name, soon());
        if (!answer || answer->body != name) return false;
      }
      return true;
    }));
  }
  for (auto& caller : callers) CHECK(caller.get());
}

TEST_CASE("user info becomes basic authentication and appears in no error") {
  ScriptedPeer peer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const std::string address = peer.url().substr(7);
  const http::Client client("http://user:pass@" + address);
  CHECK(client.get("/", soon())->body == "ok");
  CHECK(peer.asked().find("Authorization: Basic dXNlcjpwYXNz\r\n") != std::string::npos);
  const http::Client refused("http://user:pass@127.0.0.1:1/prefix");
  CHECK(error_of(refused.get("/x?token=secret", soon())) ==
        "GET http://127.0.0.1:1/prefix/x: connection refused");
}

TEST_CASE("a call that cannot be made is an error") {
  CHECK(error_of(http::Client("ftp://x").get("/", soon())).find("http://") != std::string::npos);
  const http::Client client("http://127.0.0.1:1");
  CHECK(error_of(client.get("no-slash", soon())) ==
        "GET http://127.0.0.1:1no-slash: the path does not begin with a slash");
  CHECK(error_of(client.get("/a b", soon())).ends_with("the path is not percent-encoded"));
  CHECK(error_of(client.get("/a\r\nX: y", soon())).ends_with("the path is not percent-encoded"));
  http::ClientOptions options;
  options.headers.emplace("X-Token", "a\r\nX-Other: b");
  CHECK(error_of(http::Client("http://127.0.0.1:1", options).get("/", soon()))
            .ends_with("the header X-Token contains a line break"));
}

TEST_CASE("an answer is read however it is framed") {
  const auto [answer, body] = GENERATE(table<std::string, std::string>({
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello"},
      {"HTTP/1.0 200 OK\r\n\r\nhello", "hello"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
  }));
  CAPTURE(answer);
  const ScriptedPeer peer(answer);
  const auto response = http::Client(peer.url()).get("/", soon());
  REQUIRE(response);
  CHECK(response->body == body);
}

TEST_CASE("a 304 has no body to wait for") {
  const ScriptedPeer peer("HTTP/1.1 304 Not Modified\r\n\r\n", false);
  CHECK(http::Client(peer.url()).send("POST", "/", "", "", soon())->status == 304);
}

TEST_CASE("half an answer is an error") {
  const auto answer = GENERATE(as<std::string>{}, "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Len",
                               "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello");
  CAPTURE(answer);
  const ScriptedPeer peer(answer);
  CHECK(error_of(http::Client(peer.url()).get("/", soon())) ==
        "GET " + peer.url() + "/: the connection was closed before the response was complete");
}

TEST_CASE("an answer that is too large is an error") {
  http::ClientOptions options;
  options.max_body = 4;
  const auto answer = GENERATE(as<std::string>{}, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                               "HTTP/1.1 200 OK\r\n\r\nhello");
  const ScriptedPeer peer(answer);
  CHECK(error_of(http::Client(peer.url(), options).get("/", soon()))
            .ends_with("the response is larger than 4 bytes"));
}

TEST_CASE("headers that do not end are an error, also those of a chunk") {
  const auto begin = GENERATE(as<std::string>{}, "A: ", "Transfer-Encoding: chunked\r\n\r\n1;",
                              "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;");
  const ScriptedPeer peer("HTTP/1.1 200 OK\r\n" + begin + std::string(100'000, 'a'), false);
  CHECK(error_of(http::Client(peer.url()).get("/", soon()))
            .ends_with("the response headers are larger than 65536 bytes"));
}

TEST_CASE("a frozen peer costs no more than the deadline") {
  const auto answer = GENERATE(as<std::string>{}, "", "HTTP/1.1 200 OK\r\n",
                               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
  const ScriptedPeer peer(answer, false);
  CHECK(error_of(http::Client(peer.url()).get("/", base::Deadline::after(kClock, 50ms))) ==
        "GET " + peer.url() + "/: timed out while waiting for the response");
}

TEST_CASE("a trickling peer costs no more than the deadline") {
  // Every byte comes a second after the other, in the client's time.
  tests::FakeClock clock;
  auto listener = base::listen_on({.host = "127.0.0.1", .port = 0, .unix_path = {}});
  REQUIRE(listener);
  const bool in_head = GENERATE(true, false);
  int sent = 0;
  std::jthread peer([&] {
    base::WaitLimit patience(soon());
    patience.wait(listener->get(), POLLIN);
    const base::Descriptor connection(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    char request[4096];
    ::recv(connection.get(), request, sizeof(request), 0);
    std::string head = "HTTP/1.1 200 OK\r\n";
    if (!in_head) head += "\r\n";
    ::send(connection.get(), head.data(), head.size(), MSG_NOSIGNAL);
    pollfd gone{connection.get(), POLLIN, 0};
    while (::poll(&gone, 1, 1) == 0) {
      clock.advance(1s);
      ::send(connection.get(), "x", 1, MSG_NOSIGNAL);
      ++sent;
    }
  });
  const http::Client client(fmt::format("http://127.0.0.1:{}", base::bound_port(*listener)));
  const auto answer = client.get("/", base::Deadline::after(clock, 10s));
  peer.join();
  CHECK(error_of(answer).ends_with("timed out while waiting for the response"));
  CHECK(sent >= 10);
}

TEST_CASE("a deadline that has passed is not waited for") {
  const ScriptedPeer peer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(error_of(http::Client(peer.url()).get("/", base::Deadline::after(kClock, 0s)))
            .ends_with("timed out while connecting"));
}

TEST_CASE("a stream gives what comes until its end") {
  const ScriptedPeer peer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  int connected = 0;
  std::string received;
  const auto result = http::Client(peer.url())
                          .stream(
                              "/events", [&] { ++connected; },
                              [&](std::string_view chunk) {
                                received += chunk;
                                return true;
                              },
                              {}, kClock);
  CHECK(result);
  CHECK(connected == 1);
  CHECK(received == "abcde");
}

TEST_CASE("a stream ends when its reader has enough") {
  const ScriptedPeer peer("HTTP/1.1 200 OK\r\n\r\nabc", false);
  const auto result =
      http::Client(peer.url()).stream("/", [] {}, [](std::string_view) { return false; }, {}, kClock);
  CHECK(result);
}

TEST_CASE("a stream that is stopped ends though nothing comes") {
  // A clock that stands still: only the stop request can end it.
  tests::FakeClock clock;
  const auto answer = GENERATE(as<std::string>{}, "HTTP/1.1 200 OK\r\n\r\n", "");
  const ScriptedPeer peer(answer, false);
  std::stop_source stop;
  std::latch waiting(1);
  auto stream = std::async(std::launch::async, [&] {
    if (answer.empty()) waiting.count_down();
    return http::Client(peer.url())
        .stream(
            "/", [&] { waiting.count_down(); }, [](std::string_view) { return true; }, stop.get_token(),
            clock);
  });
  waiting.wait();
  stop.request_stop();
  CHECK(stream.get());
}

TEST_CASE("a stream that is refused quotes the answer") {
  const ScriptedPeer peer("HTTP/1.1 404 Not Found\r\nContent-Length: 17\r\n\r\n{\"message\":\"no\"}\n");
  bool connected = false;
  const auto result =
      http::Client(peer.url())
          .stream(
              "/logs?since=1", [&] { connected = true; }, [](std::string_view) { return true; }, {}, kClock);
  REQUIRE_FALSE(result);
  CHECK_FALSE(connected);
  CHECK(result.error().message == "GET " + peer.url() + "/logs: 404: {\"message\":\"no\"}\n");
}

TEST_CASE("a stream that breaks off is an error") {
  const ScriptedPeer peer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  const auto result =
      http::Client(peer.url()).stream("/", [] {}, [](std::string_view) { return true; }, {}, kClock);
  REQUIRE_FALSE(result);
  CHECK(result.error().message.ends_with("the connection was closed before the response was complete"));
}
