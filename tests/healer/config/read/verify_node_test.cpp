#include "healer/config/read/verify_node.h"

#include "tests/catch.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

Verify read(const std::string& text, std::string& said, std::string_view kind = kContainer) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse(text, "healer.yml", problems);
  Verify verify = read_verify(root.optional("verify"), kind);
  said = problems.str();
  return verify;
}

}  // namespace

TEST_CASE("what is not said has its default, and Prometheus alone judges") {
  std::string said;
  const Verify verify = read("verify: {healthy_for: 3s, every: 500ms}", said);
  CHECK(said == "");
  CHECK(verify.healthy_for == 3s);
  CHECK(verify.within == 1min);
  CHECK(verify.monitored);
  CHECK_FALSE(verify.direct);
  CHECK_FALSE(read("x: 1", said).direct);
}

TEST_CASE("the second source is the container, a page or a port") {
  std::string said;
  CHECK(read("verify: {direct: container}", said).direct->kind == DirectProbe::Kind::kEngine);
  CHECK(said == "");
  const auto page =
      read(
          "verify: {direct: {http: {url: 'http://bot:8000/of/{{target}}?deep=1', status: 204, timeout: 1s}}}",
          said)
          .direct;
  CHECK(said == "");
  CHECK(page->server == "http://bot:8000");
  CHECK(page->path == "/of/{{target}}?deep=1");
  CHECK(page->status == 204);
  CHECK(page->timeout == 1s);
  CHECK(read("verify: {direct: {http: {url: 'http://bot'}}}", said).direct->path == "/");
  const auto port = read("verify: {direct: {tcp: {address: '127.0.0.1:6379'}}}", said).direct;
  CHECK(said == "");
  CHECK(port->address.port == 6379);
}

TEST_CASE("what makes no sense is reported in its place") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"verify: {direct: engine}", "healer.yml:1: verify.direct: \"engine\" is not one of container\n"},
      {"verify: {direct: {}}", "healer.yml:1: verify.direct: needs exactly one of: http, tcp\n"},
      {"verify: {direct: {tcp: {address: ':1'}}}",
       "healer.yml:1: verify.direct.tcp.address: \":1\" names no host and port\n"},
      {"verify: {direct: {http: {url: 'ftp://a/'}}}",
       "healer.yml:1: verify.direct.http.url: a URL must begin with http:// or https://\n"},
      {"verify: {direct: {http: {url: 'http://{{target}}/'}}}",
       "healer.yml:1: verify.direct.http.url: {{target}} is allowed only after the host\n"},
      {"verify: {direct: {http: {url: 'http://a/{b}'}}}",
       "healer.yml:1: verify.direct.http.url: the path of a URL must be percent-encoded; only {{target}} is "
       "filled in\n"},
      {"verify: {direct: {http: {url: 'http://u:p@a/'}}}",
       "healer.yml:1: verify.direct.http.url: must not hold a user or a password\n"},
  }));
  std::string said;
  read(text, said);
  CHECK(said == problem);
  read("verify: {direct: container}", said, kTrading);
  CHECK(said ==
        "healer.yml:1: verify.direct: only a playbook that acts on containers can check its container\n");
}
