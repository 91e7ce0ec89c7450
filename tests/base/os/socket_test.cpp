#include "base/os/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <latch>
#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

base::Endpoint at(const std::string& address) { return base::parse_listen_address(address).value(); }

std::string connect_error(const base::Endpoint& endpoint) {
  base::WaitLimit patience(base::Deadline::after(kClock, 20s));
  const auto connection = base::connect_to(endpoint, patience);
  return connection ? "" : connection.error().message;
}

}  // namespace

TEST_CASE("a TCP listener takes any free port and says which") {
  const auto listener = base::listen_on(at("127.0.0.1:0"));
  REQUIRE(listener);
  const int port = base::bound_port(*listener);
  CHECK(port > 0);
  base::WaitLimit patience(base::Deadline::after(kClock, 20s));
  const auto connection = base::connect_to({.host = "127.0.0.1", .port = port, .unix_path = {}}, patience);
  REQUIRE(connection);
  CHECK(base::peer_address(*connection) == "127.0.0.1");
}

TEST_CASE("listening on every address reaches IPv4") {
  const auto listener = base::listen_on(at(":0"));
  REQUIRE(listener);
  CHECK(connect_error({.host = "127.0.0.1", .port = base::bound_port(*listener), .unix_path = {}}).empty());
}

TEST_CASE("an address in use is an error that names it") {
  const auto first = base::listen_on(at("127.0.0.1:0"));
  REQUIRE(first);
  const std::string address = fmt::format("127.0.0.1:{}", base::bound_port(*first));
  const auto second = base::listen_on(at(address));
  REQUIRE_FALSE(second);
  CHECK(second.error().message == fmt::format("listen on {}: address already in use", address));
}

TEST_CASE("a Unix socket replaces a stale file, but neither a live socket nor another file") {
  const tests::TemporaryFolder folder;
  const auto endpoint = at("unix://" + folder.file("socket"));
  {
    const auto listener = base::listen_on(endpoint);
    REQUIRE(listener);
    CHECK(base::bound_port(*listener) == 0);
    struct stat status{};
    REQUIRE(::stat(endpoint.unix_path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0660);
    const auto second = base::listen_on(endpoint);
    REQUIRE_FALSE(second);
    CHECK(second.error().message == "listen on " + endpoint.str() + ": address already in use");
  }
  CHECK(connect_error(endpoint) == "connection refused");
  CHECK(base::listen_on(endpoint));

  const auto file = at("unix://" + folder.write("notes", "precious"));
  CHECK_FALSE(base::listen_on(file));
  CHECK(folder.read("notes") == "precious");
}

TEST_CASE("a failed connect says why") {
  const tests::TemporaryFolder folder;
  CHECK(connect_error(at("unix://" + folder.file("none"))) == "no such file or directory");
  int port = 0;
  {
    const auto listener = base::listen_on(at("127.0.0.1:0"));
    REQUIRE(listener);
    port = base::bound_port(*listener);
  }
  CHECK(connect_error({.host = "127.0.0.1", .port = port, .unix_path = {}}) == "connection refused");
  CHECK_FALSE(connect_error({.host = "no host", .port = 1, .unix_path = {}}).empty());
}

TEST_CASE("patience ends with its deadline") {
  tests::FakeClock clock;
  const base::Waker silent;
  base::WaitLimit patience(base::Deadline::after(clock, 1ms));
  CHECK(patience.wait(silent.fd(), POLLIN) == base::WaitLimit::Outcome::kTimedOut);
  clock.advance(1h);
  CHECK(patience.over());
  CHECK(patience.last() == base::WaitLimit::Outcome::kTimedOut);
}

TEST_CASE("patience ends with a stop request, also without a deadline") {
  const base::Waker silent;
  std::stop_source stop;
  base::WaitLimit patience(base::Deadline::after(kClock, 0s), stop.get_token());
  patience.forget_deadline();
  std::latch waiting(1);
  auto outcome = base::WaitLimit::Outcome::kReady;
  std::jthread waiter([&] {
    waiting.count_down();
    outcome = patience.wait(silent.fd(), POLLIN);
  });
  waiting.wait();
  stop.request_stop();
  waiter.join();
  CHECK(outcome == base::WaitLimit::Outcome::kStopped);
}

TEST_CASE("patience waits for what is ready") {
  const base::Waker waker;
  waker.notify();
  base::WaitLimit patience(base::Deadline::after(kClock, 20s));
  CHECK(patience.wait(waker.fd(), POLLIN) == base::WaitLimit::Outcome::kReady);
  waker.clear();
  pollfd watched{waker.fd(), POLLIN, 0};
  CHECK(::poll(&watched, 1, 0) == 0);
}

TEST_CASE("an errno reads like the rest of a sentence") {
  CHECK(base::errno_text(ECONNREFUSED) == "connection refused");
  CHECK(base::errno_text(ENOENT) == "no such file or directory");
}
