#include "healer/config/read/server_node.h"

#include "tests/catch.h"

namespace {

template <class Read>
std::string problems_of(const std::string& text, Read read) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse("value: " + text + "\n", "x.yml", problems);
  read(root.optional("value"));
  return problems.str();
}

}  // namespace

TEST_CASE("a URL is http or https, without secrets, query or fragment") {
  const auto [text, fine] = GENERATE(table<std::string, bool>({
      {"http://127.0.0.1:9090", true},
      {"https://prometheus.example.org/prefix/", true},
      {"'http://[::1]:9090'", true},
      {"127.0.0.1:9090", false},
      {"ftp://host", false},
      {"tcp://host:1", false},
      {"http://", false},
      {"http://host:99999", false},
      {"http://user:secret@host", false},
      {"http://host/?a=b", false},
  }));
  CAPTURE(text);
  const std::string problems = problems_of(text, healer::read_url);
  CHECK(problems.empty() == fine);
  CHECK_THAT(problems, !Catch::Contains("secret"));
}

TEST_CASE("a Docker host is a Unix socket or tcp") {
  const auto [text, fine] = GENERATE(table<std::string, bool>({
      {"unix:///run/docker.sock", true},
      {"tcp://127.0.0.1:2375", true},
      {"/run/docker.sock", false},
      {"unix://docker.sock", false},
      {"http://127.0.0.1:2375", false},
  }));
  CAPTURE(text);
  CHECK(problems_of(text, [](const auto& node) { return healer::read_docker_host(node, ""); }).empty() ==
        fine);
}
