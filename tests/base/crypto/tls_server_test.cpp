#include "base/crypto/tls_server.h"

#include <sys/socket.h>

#include <csignal>

#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/authority.h"

namespace http = base::http;
namespace tls = base::tls;
using Status = http::Transport::Status;

namespace {

// The server's transport and a client in one thread, on a pair of small sockets: whatever one of them waits
// for, the other does next.
struct Pair {
  tests::Authority authority;
  base::yaml::Problems problems;
  std::vector<std::string> refused;
  base::Descriptor near, far;
  tls::Context server_context, client_context;
  std::unique_ptr<http::TlsTransport> server;
  tls::Session client;

  explicit Pair(const std::string& yaml = "") {
    std::signal(SIGPIPE, SIG_IGN);  // as both programs have it from their first line on
    const auto [certificate, key] = authority.issue("DNS:localhost");
    const auto node = base::yaml::parse(yaml, "web.yml", problems);
    http::TlsServerConfig config;
    config.cert = certificate;
    config.key = key;
    server_context = http::make_server_context(config, node);
    REQUIRE(problems.str().empty());
    client_context.reset(SSL_CTX_new(TLS_client_method()));

    int both[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both) == 0);
    near = base::Descriptor(both[0]);
    far = base::Descriptor(both[1]);
    const int small = 4096;
    ::setsockopt(near.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    server = std::make_unique<http::TlsTransport>(
        server_context.get(), near.get(), [this](std::string_view why) { refused.emplace_back(why); });
    client.reset(SSL_new(client_context.get()));
    SSL_set_fd(client.get(), far.get());
    SSL_set_connect_state(client.get());
  }
  // What the client can read now.
  std::string read() {
    std::string all;
    char bytes[4096];
    std::size_t size = 0;
    while (SSL_read_ex(client.get(), bytes, sizeof(bytes), &size) == 1) all.append(bytes, size);
    return all;
  }
};

}  // namespace

TEST_CASE_METHOD(Pair, "an answer that comes before the handshake's end waits for the client to speak") {
  const std::string answer(100'000, 'a');
  std::size_t sent = 0;
  CHECK(server->send(answer).status == Status::kAgain);
  CHECK(server->send_waits_to_receive());
  std::string got;
  for (int i = 0; i < 1000 && got.size() < answer.size(); ++i) {
    got += read();
    if (sent == answer.size()) continue;
    const auto result = server->send(std::string_view(answer).substr(sent));
    if (result.status == Status::kDone) sent += result.bytes;
  }
  CHECK(got == answer);
  CHECK_FALSE(server->send_waits_to_receive());
  server->finish();
  read();
  CHECK((SSL_get_shutdown(client.get()) & SSL_RECEIVED_SHUTDOWN) != 0);
}

TEST_CASE_METHOD(
    Pair, "what has been received is handed out whole, so that nothing is left where no poll sees it") {
  std::array<char, 64 * 1024> buffer;
  for (int i = 0; i < 10 && SSL_do_handshake(client.get()) != 1; ++i) server->receive(buffer);
  std::size_t sent = 0;
  REQUIRE(SSL_write_ex(client.get(), std::string(100, 'x').data(), 100, &sent) == 1);
  REQUIRE(SSL_write_ex(client.get(), std::string(100, 'y').data(), 100, &sent) == 1);
  const auto both = server->receive(buffer);
  CHECK(both.status == Status::kDone);
  CHECK(both.bytes == 200);
  CHECK(server->receive(buffer).status == Status::kAgain);
  SSL_shutdown(client.get());
  CHECK(server->receive(buffer).status == Status::kClosed);
  CHECK(refused.empty());
}

TEST_CASE_METHOD(Pair, "a failed handshake is reported once, and nothing is sent afterwards") {
  std::array<char, 64 * 1024> buffer;
  REQUIRE(::send(far.get(), "\x16\x03\x01\x00\x05hello", 10, 0) == 10);
  CHECK(server->receive(buffer).status == Status::kClosed);
  CHECK(server->receive(buffer).status == Status::kClosed);
  CHECK(server->send("x").status == Status::kClosed);
  server->finish();
  CHECK(refused.size() == 1);
}

TEST_CASE_METHOD(Pair, "a peer that leaves without a word is no failed handshake") {
  far.reset();
  std::array<char, 64 * 1024> buffer;
  CHECK(server->receive(buffer).status == Status::kClosed);
  CHECK(refused.empty());
}

TEST_CASE("what OpenSSL refuses is noted at its key") {
  base::yaml::Problems problems;
  const auto node = base::yaml::parse("cert_file: a\ncurve_preferences: [x]\n", "web.yml", problems);
  http::TlsServerConfig config;
  config.cert_file = "/nonexistent/server.crt";
  config.key = "secret";
  config.curves = {"no-such-curve"};
  http::make_server_context(config, node);
  CHECK_THAT(problems.str(),
             Catch::Matchers::Contains("web.yml:1: cert_file: open /nonexistent/server.crt") &&
                 Catch::Matchers::Contains("web.yml:2: curve_preferences: "));
  CHECK(problems.str().find("secret") == std::string::npos);
}
