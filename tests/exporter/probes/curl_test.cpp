#include "exporter/probes/curl.h"

#include "tests/catch.h"
#include "tests/exporter/probes/scripted_peer.h"
#include "tests/fakes/temporary_folder.h"

using namespace exporter::probes;
using namespace std::chrono_literals;

namespace {

base::Deadline in(base::Duration length) { return base::Deadline::after(tests::real_clock(), length); }

base::Endpoint tcp(const std::string& address) { return base::parse_listen_address(address).value(); }

HttpExchange get(const std::string& url, base::Duration within = 20s, std::size_t max_body = 1000) {
  HttpRequest request;
  request.url = url;
  return http_exchange(request, max_body, in(within), {});
}

}  // namespace

TEST_CASE("a connection that is refused, a name without address and a missing socket are distinguished") {
  const tests::TemporaryFolder folder;
  const auto refused = dial(tcp("127.0.0.1:1"), {}, in(20s), {});
  REQUIRE(refused.connection.error().reason == Reason::kConnectRefused);
  const auto nameless = dial(tcp("no.such.host.invalid:80"), {}, in(20s), {});
  REQUIRE(nameless.connection.error().reason == Reason::kResolve);
  const auto missing = dial({.host = {}, .port = 0, .unix_path = folder.file("none.sock")}, {}, in(20s), {});
  REQUIRE(missing.connection.error().reason == Reason::kConnect);
}

TEST_CASE("bytes go both ways over a Unix socket") {
  const tests::TemporaryFolder folder;
  const base::Endpoint endpoint{.host = {}, .port = 0, .unix_path = folder.file("s")};
  const auto listener = base::listen_on(endpoint);
  REQUIRE(listener);
  auto dialled = dial(endpoint, {}, in(20s), {});
  REQUIRE(dialled.connection);
  const base::Descriptor peer(::accept(listener->get(), nullptr, nullptr));
  REQUIRE(dialled.connection->send("hello"));
  char heard[5] = {};
  REQUIRE(::recv(peer.get(), heard, sizeof(heard), MSG_WAITALL) == 5);
  REQUIRE(::send(peer.get(), "there", 5, 0) == 5);
  REQUIRE(dialled.connection->receive() == "there");
  ::shutdown(peer.get(), SHUT_WR);
  REQUIRE(dialled.connection->receive() == "");
}

TEST_CASE("a peer that says nothing is left at the deadline, or when a stop is requested") {
  tests::ScriptedPeer silent("");
  auto dialled = dial(tcp(silent.address()), {}, in(50ms), {});
  REQUIRE(dialled.connection);
  REQUIRE(dialled.connection->receive().error().reason == Reason::kTimeout);

  std::stop_source stop;
  auto endless = dial(tcp(silent.address()), {}, in(1h), stop.get_token());
  REQUIRE(endless.connection);
  stop.request_stop();
  REQUIRE(endless.connection->receive().error().reason == Reason::kTimeout);
  REQUIRE(get("http://" + silent.address() + "/", 50ms).failure.reason == Reason::kTimeout);
}

TEST_CASE("a peer that speaks no TLS is a failure of TLS, one that hangs in the handshake a time-out") {
  tests::ScriptedPeer plain("220 no TLS here\r\n", tests::ScriptedPeer::After::kHangUp);
  REQUIRE(dial(tcp(plain.address()), TlsOptions{}, in(20s), {}).connection.error().reason == Reason::kTls);
  tests::ScriptedPeer silent("");
  REQUIRE(dial(tcp(silent.address()), TlsOptions{}, in(50ms), {}).connection.error().reason ==
          Reason::kTimeout);
}

TEST_CASE("an answer that is cut, is none, or is too large is no answer") {
  using enum tests::ScriptedPeer::After;
  tests::ScriptedPeer cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", kHangUp);
  const auto half = get("http://" + cut.address() + "/");
  REQUIRE(half.failure.reason == Reason::kProtocol);
  REQUIRE(half.status == 200);
  tests::ScriptedPeer other("SSH-2.0-OpenSSH_9.2\r\n", kHangUp);
  REQUIRE(get("http://" + other.address() + "/").failure.reason == Reason::kProtocol);
  tests::ScriptedPeer large("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
  REQUIRE(get("http://" + large.address() + "/", 20s, 10).failure.reason == Reason::kBody);
  REQUIRE(get("http://" + large.address() + "/", 20s, 11).body == "hello world");
}

TEST_CASE("a redirect to something that is not HTTP is not followed") {
  tests::ScriptedPeer peer("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
  HttpRequest request;
  request.url = "http://" + peer.address() + "/";
  request.max_redirects = 3;
  const auto exchange = http_exchange(request, 1000, in(20s), {});
  REQUIRE(exchange.failure.reason == Reason::kRedirect);
  REQUIRE(exchange.body.empty());
}
