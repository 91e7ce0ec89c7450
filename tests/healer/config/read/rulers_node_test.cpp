#include "healer/config/read/rulers_node.h"

#include "tests/catch.h"

using namespace healer;

namespace {

std::vector<RulerConfig> read(const std::string& text, std::string& problems) {
  base::yaml::Problems found;
  Config config;
  config.prometheus_url = "http://p:9090";
  auto rulers = policy::read_rulers(base::yaml::parse(text, "x.yml", found), config);
  problems = found.str();
  return rulers;
}

}  // namespace

TEST_CASE("the first ruler is Prometheus, others follow with their own address") {
  std::string problems;
  const auto rulers = read("[{name: loki, url: 'http://loki:3100/prometheus'}]", problems);
  CHECK(problems.empty());
  REQUIRE(rulers.size() == 2);
  CHECK(rulers[0].name == kFirstRuler);
  CHECK(rulers[0].url == "http://p:9090");
  CHECK(rulers[1].name == "loki");
  CHECK(rulers[1].url == "http://loki:3100/prometheus");
}

TEST_CASE("a ruler without a name, with a name that is taken or not one, or without a URL is a problem") {
  for (const char* text :
       {"[{url: 'http://a'}]", "[{name: prometheus, url: 'http://a'}]", "[{name: a}]",
        "[{name: 'a b', url: 'http://a'}]", "[7]", "[{name: a, url: 'http://a'}, {name: a, url: 'http://b'}]",
        "[{name: a, url: 'http://a', x: y}]"}) {
    CAPTURE(text);
    std::string problems;
    read(text, problems);
    CHECK_FALSE(problems.empty());
  }
}

TEST_CASE("the heartbeat is recognised by the shipped label unless others are named") {
  base::yaml::Problems problems;
  const auto of = [&](const std::string& text) {
    return policy::read_heartbeat(base::yaml::parse(text, "x.yml", problems).optional("heartbeat")).labels;
  };
  CHECK(of("{}") == std::map<std::string, std::string>{{"installation", "salus"}});
  CHECK(of("heartbeat: {labels: {cluster: a, installation: b}}") ==
        std::map<std::string, std::string>{{"cluster", "a"}, {"installation", "b"}});
  CHECK(problems.empty());
  of("heartbeat: {labels: {}}");
  CHECK_FALSE(problems.empty());
}
