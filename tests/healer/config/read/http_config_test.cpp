#include "healer/config/read/http_config.h"

#include "tests/catch.h"

namespace {

base::http::ClientOptions read(const std::string& text, std::string& problems) {
  base::yaml::Problems noted;
  auto options = healer::read_http_config(base::yaml::parse(text, "healer.yml", noted));
  problems = noted.str();
  return options;
}

}  // namespace

TEST_CASE("an http_config is read as Prometheus writes it") {
  std::string problems;
  auto options = read(R"(
tls_config: {ca_file: ca.pem, cert_file: /tls/me.crt, key_file: me.key, server_name: exporter, insecure_skip_verify: true}
basic_auth: {username: healer, password_file: secrets/password}
)",
                      problems);
  CHECK(problems.empty());
  CHECK(options.username == "healer");
  healer::resolve_paths("/etc/salus", options);
  CHECK(options.tls == base::tls::ClientOptions{.ca_file = "/etc/salus/ca.pem",
                                                .cert_file = "/tls/me.crt",
                                                .key_file = "/etc/salus/me.key",
                                                .server_name = "exporter",
                                                .insecure_skip_verify = true});
  CHECK(options.password_file == "/etc/salus/secrets/password");
  CHECK(options.credentials_file.empty());

  options = read("authorization: {type: Bearer, credentials_file: token}\n", problems);
  CHECK(problems.empty());
  CHECK(options.credentials_file == "token");
  options = read("", problems);
  CHECK(problems.empty());
  CHECK(options.tls == base::tls::ClientOptions{});
}

TEST_CASE("a wrong http_config is reported in full") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"tls_config: {ca: x}\nbasic_auth: {username: a, password: secret}\n",
       "healer.yml:1: tls_config: unknown key \"ca\"\n"
       "healer.yml:2: basic_auth: unknown key \"password\"\n"},
      {"tls_config: {cert_file: x}\nbasic_auth: {}\nauthorization: {type: Digest}\n",
       "healer.yml:1: tls_config: needs both of cert_file and key_file, or neither\n"
       "healer.yml:1: basic_auth and authorization exclude each other\n"
       "healer.yml:2: basic_auth.username: is missing\n"
       "healer.yml:3: authorization.type: \"Digest\" is not one of Bearer\n"
       "healer.yml:3: authorization.credentials_file: is missing\n"},
  }));
  std::string problems;
  read(text, problems);
  CHECK(problems == expected);
}
