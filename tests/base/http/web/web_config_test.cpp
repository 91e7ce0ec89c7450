#include "base/http/web/web_config.h"

#include "tests/catch.h"

namespace http = base::http;

namespace {

const std::string kHash = "$2y$10$" + std::string(53, 'a');

http::WebConfig read(const std::string& text, base::yaml::Problems& problems) {
  return http::read_web_config(base::yaml::parse(text, "web.yml", problems), "/etc/salus");
}

http::WebConfig right(const std::string& text) {
  base::yaml::Problems problems;
  auto config = read(text, problems);
  CHECK(problems.str().empty());
  return config;
}

std::string problems_of(const std::string& text) {
  base::yaml::Problems problems;
  read(text, problems);
  return problems.str();
}

const std::string kTls = "tls_server_config:\n  cert_file: a\n  key_file: b\n  ";

}  // namespace

TEST_CASE("an empty file demands nothing") {
  const auto config = right("");
  CHECK_FALSE(config.tls);
  CHECK(config.users.empty());
  CHECK(config.headers.empty());
  CHECK(config.rate_interval == base::Duration::zero());
  CHECK_FALSE(right("tls_server_config: {}\nhttp_server_config:\nbasic_auth_users: {}\n").tls);
}

TEST_CASE("everything that the format knows is read") {
  const auto config = right(R"(
tls_server_config:
  cert_file: tls/server.crt
  key_file: /keys/server.key
  client_ca_file: ca.pem
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example, 10.0.0.1]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]
  curve_preferences: [X25519, CurveP256]
  prefer_server_cipher_suites: false
http_server_config:
  http2: false
  headers:
    Content-Security-Policy: default-src 'self'
    Strict-Transport-Security: max-age=31536000
    X-Content-Type-Options: nosniff
    X-Frame-Options: deny
    X-XSS-Protection: ""
basic_auth_users:
  prometheus: )" + kHash + R"(
rate_limit: {interval: 1s, burst: 20}
)");
  REQUIRE(config.tls);
  CHECK(config.tls->cert_file == "/etc/salus/tls/server.crt");
  CHECK(config.tls->key_file == "/keys/server.key");
  CHECK(config.tls->client_ca_file == "/etc/salus/ca.pem");
  CHECK(config.tls->client_auth == http::ClientAuth::kRequireAndVerify);
  CHECK(config.tls->client_allowed_sans == std::vector<std::string>{"prometheus.example", "10.0.0.1"});
  CHECK(config.tls->min_version == 0x0304);
  CHECK(config.tls->max_version == 0x0304);
  CHECK(config.tls->cipher_suites ==
        std::vector<std::string>{"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"});
  CHECK(config.tls->curves == std::vector<std::string>{"X25519", "P-256"});
  CHECK_FALSE(config.tls->prefer_server_cipher_suites);
  CHECK(config.headers ==
        std::vector<std::pair<std::string, std::string>>{{"Content-Security-Policy", "default-src 'self'"},
                                                         {"Strict-Transport-Security", "max-age=31536000"},
                                                         {"X-Content-Type-Options", "nosniff"},
                                                         {"X-Frame-Options", "deny"}});
  REQUIRE(config.users.size() == 1);
  CHECK(config.users[0] == std::pair<std::string, std::string>{"prometheus", kHash});
  CHECK(config.rate_interval == std::chrono::seconds(1));
  CHECK(config.rate_burst == 20);
}

TEST_CASE("the five ways to ask for a client's certificate, and the toolkit's former name of one") {
  const auto [name, auth] = GENERATE(table<std::string, http::ClientAuth>({
      {"\"\"", http::ClientAuth::kNone},
      {"NoClientCert", http::ClientAuth::kNone},
      {"RequestClientCert", http::ClientAuth::kRequest},
      {"RequireAnyClientCert", http::ClientAuth::kRequireAny},
      {"RequireClientCert", http::ClientAuth::kRequireAny},
      {"VerifyClientCertIfGiven", http::ClientAuth::kVerifyIfGiven},
      {"RequireAndVerifyClientCert", http::ClientAuth::kRequireAndVerify},
  }));
  CHECK(right(kTls + "client_auth_type: " + name).tls->client_auth == auth);
}

TEST_CASE("TLS versions stand for what is on the wire, 1.2 to 1.3 by default") {
  const auto config = right(kTls + "min_version: TLS10\n  max_version: TLS11");
  CHECK(config.tls->min_version == 0x0301);
  CHECK(config.tls->max_version == 0x0302);
  CHECK(right(kTls).tls->min_version == 0x0303);
  CHECK(right(kTls).tls->max_version == 0x0304);
}

TEST_CASE("what is wrong is reported with its place, all of it, and without secrets") {
  const auto [text, problems] = GENERATE(table<std::string, std::string>({
      {"tls_config: {}\nbasic_auth_user: {}\n",
       "web.yml:1: unknown key \"tls_config\"\n"
       "web.yml:2: unknown key \"basic_auth_user\" (did you mean \"basic_auth_users\"?)\n"},
      {"tls_server_config: {min_version: TLS12}\n",
       "web.yml:1: tls_server_config: needs cert_file or cert\n"
       "web.yml:1: tls_server_config: needs key_file or key\n"},
      {kTls + "cert: x\n  key: secret\n",
       "web.yml:2: tls_server_config.cert_file: must not be set together with cert\n"
       "web.yml:3: tls_server_config.key_file: must not be set together with key\n"},
      {kTls + "client_ca_file: ca\n",
       "web.yml:2: tls_server_config: a client CA requires a client_auth_type that requests a certificate\n"},
      {kTls + "client_allowed_sans: [x]\n  client_auth_type: VerifyClientCertIfGiven\n",
       "web.yml:4: tls_server_config.client_allowed_sans: needs client_auth_type RequireAnyClientCert or "
       "RequireAndVerifyClientCert\n"},
      {kTls + "min_version: TLS13\n  max_version: TLS12\n",
       "web.yml:5: tls_server_config.max_version: is lower than min_version\n"},
      {kTls + "cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n  curve_preferences: [P256]\n",
       "web.yml:4: tls_server_config.cipher_suites[0]: unknown cipher suite \"TLS_RSA_WITH_RC4_128_SHA\"\n"
       "web.yml:5: tls_server_config.curve_preferences[0]: unknown curve \"P256\": CurveP256, CurveP384, "
       "CurveP521, X25519\n"},
      {"http_server_config:\n  headers:\n    X-Frame-Options: never\n    X-Content-Type-Options: sniff\n"
       "    X-XSS-Protection: \"a\\nb\"\n    Server: me\n",
       "web.yml:3: http_server_config.headers.X-Frame-Options: must be deny or sameorigin\n"
       "web.yml:4: http_server_config.headers.X-Content-Type-Options: must be nosniff\n"
       "web.yml:5: http_server_config.headers.X-XSS-Protection: must be one line of ASCII\n"
       "web.yml:6: http_server_config.headers: unknown key \"Server\"\n"},
      {"basic_auth_users:\n  alice: hunter2\n  bo:b: " + kHash + "\n  carol: $1$" + std::string(57, 'a') +
           "\n",
       "web.yml:2: basic_auth_users.alice: is not a bcrypt hash\n"
       "web.yml:3: basic_auth_users.bo:b: a user name must not contain a colon\n"
       "web.yml:4: basic_auth_users.carol: is not a bcrypt hash\n"},
      {"basic_auth_users: [alice]\n", "web.yml:1: basic_auth_users: must be a map\n"},
      {"rate_limit: {interval: 1s}\n", "web.yml:1: rate_limit: a burst of 0 allows no requests\n"},
  }));
  CHECK(problems_of(text) == problems);
}

TEST_CASE("a hash is bcrypt's in every dialect, with a cost that there is") {
  const auto [hash, good] = GENERATE(table<std::string, bool>({
      {"$2a$04$" + std::string(53, '.'), true},
      {"$2b$12$" + std::string(53, 'Z'), true},
      {"$2y$31$" + std::string(53, '9'), true},
      {"$2x$10$" + std::string(53, 'a'), false},
      {"$2y$03$" + std::string(53, 'a'), false},
      {"$2y$32$" + std::string(53, 'a'), false},
      {"$2y$1a$" + std::string(53, 'a'), false},
      {"$2y$10$" + std::string(52, 'a'), false},
      {"$2y$10$" + std::string(52, 'a') + "$", false},
      {"", false},
  }));
  CAPTURE(hash);
  CHECK(problems_of("basic_auth_users: {alice: \"" + hash + "\"}\n").empty() == good);
}
