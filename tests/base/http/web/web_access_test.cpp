#include "base/http/web/web_access.h"

#include <crypt.h>
#include <openssl/evp.h>

#include "base/http/client.h"
#include "base/http/server/server.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/catch.h"
#include "tests/fakes/authority.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

namespace http = base::http;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using namespace std::chrono_literals;

namespace {

std::string hash_of(const std::string& password) {
  crypt_data scratch{};
  return crypt_r(password.c_str(), "$2y$04$abcdefghijklmnopqrstuu", &scratch);
}

std::string base64(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
  encoded.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                                          reinterpret_cast<const unsigned char*>(text.data()),
                                                          static_cast<int>(text.size()))));
  return encoded;
}

struct Fixture {
  base::SystemClock system;
  tests::FakeClock clock;
  tests::TemporaryFolder folder;
  tests::Authority authority;
  std::unique_ptr<http::WebAccess> access;
  std::optional<http::Server> server;

  void write(const std::string& name, const tests::Issued& issued) {
    folder.write(name + ".crt", issued.certificate);
    folder.write(name + ".key", issued.key);
  }
  // A web.yml over TLS with what `more` adds to tls_server_config and after it.
  void configure(const std::string& in_tls = "", const std::string& after = "") {
    folder.write("web.yml",
                 "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n" + in_tls + after);
  }
  void start() {
    auto opened = http::WebAccess::open(folder.file("web.yml"), clock);
    if (!opened) FAIL(opened.error().message);
    access = std::move(*opened);
    server.emplace(http::Limits{}, clock);
    server->handle("GET", "/hello", [](const http::Request&) { return http::text(200, "hello"); });
    server->handle("POST", "/echo",
                   [](const http::Request& request) { return http::text(200, request.body); });
    server->handle("GET", "/large",
                   [](const http::Request&) { return http::text(200, std::string(8 << 20, 'x')); });
    server->protect(*access);
    REQUIRE(server->listen("127.0.0.1:0"));
  }
  void start_tls(const std::string& in_tls = "", const std::string& after = "") {
    write("server", authority.issue("IP:127.0.0.1,DNS:localhost"));
    folder.write("ca.crt", authority.certificate());
    configure(in_tls, after);
    start();
  }
  http::ClientOptions trusting() const {
    http::ClientOptions options;
    options.tls.ca_file = folder.file("ca.crt");
    return options;
  }
  http::ClientOptions presenting(const std::string& name) const {
    http::ClientOptions options = trusting();
    options.tls.cert_file = folder.file(name + ".crt");
    options.tls.key_file = folder.file(name + ".key");
    return options;
  }
  base::Result<http::Response> ask(const http::ClientOptions& options, const std::string& path = "/hello",
                                   const std::string& host = "127.0.0.1") {
    const std::string scheme = access->tls() ? "https" : "http";
    return http::Client(fmt::format("{}://{}:{}", scheme, host, server->port()), options)
        .get(path, base::Deadline::after(system, 20s));
  }
  std::string refusal(const http::ClientOptions& options, const std::string& host = "127.0.0.1") {
    const auto answer = ask(options, "/hello", host);
    return answer ? "" : answer.error().message;
  }
  http::ClientOptions as(const std::string& user, const std::string& password) const {
    http::ClientOptions options;
    options.username = user;
    options.password_file = folder.write("password", password);
    std::filesystem::permissions(options.password_file, std::filesystem::perms::owner_read);
    return options;
  }
};

std::string problems_of(const std::string& file) {
  base::yaml::Problems problems;
  http::WebAccess::check(file, problems);
  return problems.str();
}

}  // namespace

TEST_CASE_METHOD(Fixture, "requests and answers of any size travel over TLS") {
  start_tls();
  CHECK(ask(trusting()).value().body == "hello");
  CHECK(ask(trusting(), "/large").value().body.size() == 8 << 20);
  const std::string body(3 << 20, 'b');
  const http::Client client(fmt::format("https://localhost:{}", server->port()), trusting());
  CHECK(client.post("/echo", body, "text/plain", base::Deadline::after(system, 20s)).value().body == body);
}

TEST_CASE_METHOD(Fixture, "a client refuses a server that it cannot trust, and says why") {
  start_tls();
  CHECK_THAT(
      refusal({}),
      EndsWith("TLS handshake: the certificate is not trusted: unable to get local issuer certificate"));
  http::ClientOptions options = trusting();
  options.tls.server_name = "example.org";
  CHECK_THAT(refusal(options),
             Contains("TLS handshake: the certificate is not trusted: hostname mismatch (it is for ") &&
                 EndsWith(", not for example.org)"));
  options.tls.server_name = "10.0.0.1";
  CHECK_THAT(refusal(options),
             Contains("IP address mismatch (it is for ") && EndsWith(", not for 10.0.0.1)"));
  options.tls.server_name = "localhost";
  CHECK(ask(options));
  options.tls = {.insecure_skip_verify = true};
  CHECK(ask(options));
  options.tls = {.ca_file = folder.file("nope")};
  CHECK_THAT(refusal(options), Contains("ca_file: open") && EndsWith("No such file or directory"));
  options.tls.ca_file = folder.file("web.yml");
  CHECK_THAT(refusal(options), EndsWith("web.yml: contains no PEM certificate"));
}

TEST_CASE_METHOD(Fixture, "a client refuses a certificate that has expired") {
  write("server", authority.issue("IP:127.0.0.1", -60));
  folder.write("ca.crt", authority.certificate());
  configure();
  start();
  CHECK_THAT(refusal(trusting()), Contains("the certificate is not trusted: certificate has expired (on 20"));
}

TEST_CASE_METHOD(Fixture, "a client's certificate is asked for as configured") {
  const tests::Authority stranger("Stranger");
  write("known", authority.issue("DNS:prometheus.example"));
  write("unknown", stranger.issue("DNS:prometheus.example"));
  const auto [type, none, known, unknown] = GENERATE(table<std::string, bool, bool, bool>({
      {"NoClientCert", true, true, true},
      {"RequestClientCert", true, true, true},
      {"RequireAnyClientCert", false, true, true},
      {"VerifyClientCertIfGiven", true, true, false},
      {"RequireAndVerifyClientCert", false, true, false},
  }));
  CAPTURE(type);
  start_tls("  client_auth_type: " + type + "\n" +
            (type == "NoClientCert" ? "" : "  client_ca_file: ca.crt\n"));
  CHECK(ask(trusting()).has_value() == none);
  CHECK(ask(presenting("known")).has_value() == known);
  CHECK(ask(presenting("unknown")).has_value() == unknown);
}

TEST_CASE_METHOD(Fixture, "a client's certificate must be for an allowed name") {
  start_tls(
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"
      "  client_allowed_sans: [prometheus.example, 10.1.2.3, 'fe80::1', 'urn:me', me@example.org]\n");
  const auto [names, allowed] = GENERATE(table<std::string, bool>({
      {"DNS:prometheus.example", true},
      {"DNS:other.example,IP:10.1.2.3", true},
      {"IP:fe80::1", true},
      {"URI:urn:me", true},
      {"email:me@example.org", true},
      {"DNS:other.example", false},
      {"DNS:x.prometheus.example", false},
      {"IP:10.1.2.4", false},
      {"", false},
  }));
  CAPTURE(names);
  write("client", authority.issue(names));
  CHECK(ask(presenting("client")).has_value() == allowed);
}

TEST_CASE_METHOD(Fixture, "a renewed certificate is taken up by the next connection, a broken one is not") {
  start_tls();
  REQUIRE(ask(trusting()));
  const tests::Authority next("Next CA");
  folder.write("next.crt", next.certificate());
  http::ClientOptions trusting_next;
  trusting_next.tls.ca_file = folder.file("next.crt");

  write("server", {.certificate = "half a certif", .key = "half a k"});
  CHECK(ask(trusting()));
  CHECK_FALSE(access->up_to_date());
  write("server", next.issue("IP:127.0.0.1"));
  CHECK(ask(trusting_next));
  CHECK_FALSE(ask(trusting()));
  CHECK(access->up_to_date());
}

TEST_CASE_METHOD(Fixture, "a changed web configuration is taken up, but TLS is not turned off by it") {
  start_tls();
  configure("", "http_server_config: {headers: {X-Frame-Options: deny}}\n");
  CHECK(ask(trusting()).value().headers.find("X-Frame-Options")->second == "deny");
  folder.write("web.yml", "basic_auth_users: {}\n");
  CHECK(ask(trusting()).value().headers.contains("X-Frame-Options"));
  CHECK_FALSE(access->up_to_date());
  folder.write("web.yml", "nonsense: {}\n");
  CHECK(ask(trusting()));
}

TEST_CASE_METHOD(Fixture, "no change of the file lets in who must show a password or a certificate") {
  const std::string users = "basic_auth_users: {alice: \"" + hash_of("wonderland") + "\"}\n";
  SECTION("a password, without TLS") {
    folder.write("web.yml", users);
    start();
    for (const std::string& half : std::vector<std::string>{"", "basic_auth_users:\n", "# " + users}) {
      folder.write("web.yml", half);
      CHECK(ask({}).value().status == 401);
      CHECK_FALSE(access->up_to_date());
    }
    folder.write("web.yml", users + "rate_limit: {}\n");
    CHECK(ask({}).value().status == 401);
    CHECK(access->up_to_date());
  }
  SECTION("a certificate") {
    start_tls("  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
    configure("");
    CHECK_FALSE(ask(trusting()));
    CHECK_FALSE(access->up_to_date());
    configure("  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n", users);
    CHECK_FALSE(ask(trusting()));
    CHECK(access->up_to_date());
  }
}

TEST_CASE_METHOD(Fixture, "a file that goes with the folder we run in changes nothing") {
  folder.write("run/web.yml", "basic_auth_users: {alice: \"" + hash_of("wonderland") + "\"}\n");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file("run"));
  auto opened = http::WebAccess::open("web.yml", clock);
  std::filesystem::remove_all(folder.file("run"));
  CHECK((*opened)->refuse({})->status == 401);
  CHECK_FALSE((*opened)->up_to_date());
  std::filesystem::current_path(before);
}

TEST_CASE_METHOD(Fixture,
                 "a peer that is silent, or says nonsense, blocks no other and is closed at its deadline") {
  start_tls();
  tests::RawClient silent(server->port());
  tests::RawClient half(server->port());
  half.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  tests::RawClient garbage(server->port());
  garbage.send(std::string(4096, '\xa5'));
  tests::RawClient http(server->port());
  http.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(ask(trusting()).value().body == "hello");
  const auto told = garbage.rest();
  REQUIRE(told);
  CHECK((told->empty() || told->front() == '\x15'));  // an alert
  CHECK_THAT(http.rest().value(), Contains("Client sent an HTTP request to an HTTPS server."));
  CHECK_FALSE(silent.closed());
  CHECK_FALSE(half.closed());
  clock.advance(10s);
  CHECK(ask(trusting()));
  CHECK(silent.rest() == "");
  CHECK(half.rest() == "");
}

TEST_CASE_METHOD(Fixture, "garbage of any kind after a handshake's beginning ends that connection alone") {
  start_tls();
  std::uint32_t random = GENERATE(range(1u, 40u)) * 2654435761u;
  tests::RawClient client(server->port());
  std::string bytes = "\x16\x03\x01";
  while (bytes.size() < 600) {
    random = random * 1664525u + 1013904223u;
    bytes += static_cast<char>(random >> 24);
  }
  bytes[3] = '\x00';
  client.send(bytes);
  client.finish_sending();
  CHECK(client.rest());
  CHECK(ask(trusting()));
}

TEST_CASE_METHOD(Fixture, "without the right password every path is 401, also one that does not exist") {
  folder.write("web.yml", "basic_auth_users: {alice: \"" + hash_of("wonderland") + "\"}\n");
  start();
  for (const std::string path : {"/hello", "/nope"}) {
    const auto answer = ask({}, path).value();
    CHECK(answer.status == 401);
    CHECK(answer.headers.find("WWW-Authenticate")->second == "Basic");
  }
  CHECK(ask(as("alice", "builder")).value().status == 401);
  std::filesystem::remove(folder.file("password"));
  CHECK(ask(as("bob", "wonderland")).value().status == 401);
  std::filesystem::remove(folder.file("password"));
  CHECK(ask(as("alice", "wonderland")).value().status == 200);
  CHECK(ask(as("alice", "wonderland"), "/nope").value().status == 404);
}

TEST_CASE_METHOD(Fixture,
                 "a right password is answered at the first try, whoever else waits with wrong ones") {
  folder.write("web.yml", "basic_auth_users: {alice: \"" + hash_of("wonderland") + "\"}\n");
  start();
  std::vector<tests::RawClient> guessers;
  for (int i = 0; i < 40; ++i) {
    guessers.emplace_back(server->port());
    guessers.back().send(fmt::format("GET /hello HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {}\r\n\r\n",
                                     base64(fmt::format("alice:{}", i))));
  }
  // Time stands still: most of the guesses are held back.
  CHECK(ask(as("alice", "wonderland")).value().status == 200);
  CHECK_FALSE(guessers.back().closed());
}

TEST_CASE_METHOD(Fixture, "another credential can replace a password") {
  folder.write("web.yml", "basic_auth_users: {alice: \"" + hash_of("wonderland") + "\"}\n");
  auto opened = http::WebAccess::open(folder.file("web.yml"), clock);
  REQUIRE(opened);
  (*opened)->accept_also(
      [](const http::Request& request) { return request.header("Authorization") == "Bearer x"; });
  http::Request request;
  CHECK((*opened)->refuse(request)->status == 401);
  request.headers.emplace("Authorization", "Bearer x");
  CHECK_FALSE((*opened)->refuse(request));
}

TEST_CASE_METHOD(Fixture, "more requests than the rate are refused until it allows them again") {
  folder.write("web.yml", "rate_limit: {interval: 10s, burst: 2}\n");
  auto opened = http::WebAccess::open(folder.file("web.yml"), clock);
  REQUIRE(opened);
  const http::Request request;
  CHECK_FALSE((*opened)->refuse(request));
  CHECK_FALSE((*opened)->refuse(request));
  CHECK((*opened)->refuse(request)->status == 429);
  clock.advance(9s);
  CHECK((*opened)->refuse(request)->status == 429);
  clock.advance(1s);
  CHECK_FALSE((*opened)->refuse(request));
  CHECK((*opened)->refuse(request)->status == 429);
  clock.advance(1h);
  CHECK_FALSE((*opened)->refuse(request));
  CHECK_FALSE((*opened)->refuse(request));
  CHECK((*opened)->refuse(request)->status == 429);
}

TEST_CASE_METHOD(Fixture, "files that cannot be used are problems at the keys that name them") {
  CHECK(problems_of("").empty());
  CHECK_THAT(problems_of(folder.file("web.yml")), Contains("web.yml: open"));
  folder.write("server.crt", authority.certificate());
  folder.write("ca.crt", "no PEM");
  configure("  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  const std::string at = folder.file("web.yml");
  CHECK(problems_of(at) ==
        fmt::format("{}:3: tls_server_config.key_file: open {}: No such file or directory\n"
                    "{}:4: tls_server_config.client_ca_file: contains no PEM certificate\n",
                    at, folder.file("server.key"), at));
  CHECK_FALSE(http::WebAccess::open(at, clock));
  CHECK(http::WebAccess::open("", clock).value() == nullptr);
}

TEST_CASE_METHOD(Fixture, "certificate and key may be in the file itself") {
  const auto [certificate, key] = authority.issue("IP:127.0.0.1");
  folder.write("ca.crt", authority.certificate());
  const auto indented = [](std::string pem) {
    for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos; at += 5)
      pem.insert(at + 1, "    ");
    return "|\n    " + pem;
  };
  folder.write("web.yml",
               "tls_server_config:\n  cert: " + indented(certificate) + "\n  key: " + indented(key) + "\n");
  start();
  CHECK(ask(trusting()));
}
