#include "healer/policy/policy_node.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

healer::PolicyConfig read(const std::string& text, std::string& problems) {
  base::yaml::Problems found;
  const auto root = base::yaml::parse(text, "x.yml", found);
  auto policy = healer::policy::read_policy(root);
  problems = found.str();
  return policy;
}

}  // namespace

TEST_CASE("every way for the policy out is read, with paths from the file's folder") {
  std::string problems;
  auto policy = read(
      "{file: p.json, prometheus_timeout: 2m,\n"
      " redis: {address: 'localhost:6379', database: 3, key: k, channel: c, username: u, password_file: "
      "pw},\n"
      " push: [{name: bot, url: 'http://bot:8000/policy', http_config: {authorization: {credentials_file: "
      "t}}}]}",
      problems);
  REQUIRE(problems == "");
  healer::policy::take_from("/etc/salus", policy);
  CHECK(policy.file == "/etc/salus/p.json");
  CHECK(policy.prometheus_timeout == 2min);
  REQUIRE(policy.redis);
  CHECK(policy.redis->server.endpoint.str() == "localhost:6379");
  CHECK(policy.redis->server.database == 3);
  CHECK(policy.redis->key == "k");
  CHECK(policy.redis->channel == "c");
  CHECK(policy.redis->server.password_file == "/etc/salus/pw");
  REQUIRE(policy.push.size() == 1);
  CHECK(policy.push[0].url == "http://bot:8000/policy");
  CHECK(policy.push[0].http.credentials_file == "/etc/salus/t");
}

TEST_CASE("what is not said is the usual") {
  std::string problems;
  const auto policy = read("{redis: {address: 'unix:///run/redis.sock'}}", problems);
  CHECK(problems == "");
  CHECK(policy.redis->key == "salus:policy");
  CHECK(policy.redis->channel == "salus:policy");
  CHECK(policy.lease == 30s);
  CHECK(policy.push.empty());
}
