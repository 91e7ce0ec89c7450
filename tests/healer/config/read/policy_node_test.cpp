#include "healer/config/read/policy_node.h"

#include <algorithm>

#include "tests/catch.h"

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
  healer::policy::resolve_paths("/etc/salus", policy);
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

TEST_CASE("the safe profile is configured within its limits, and is 5x and one half by default") {
  std::string problems;
  CHECK(read("{}", problems).safe_risk_profile == healer::policy::RiskProfile{5, 0.5});
  CHECK(read("{safe_risk_profile: {max_leverage: 2.5, position_size_factor: 0.25}}", problems)
            .safe_risk_profile == healer::policy::RiskProfile{2.5, 0.25});
  CHECK(problems == "");
  const auto wrong =
      GENERATE(as<std::string>{}, "{max_leverage: 0}", "{max_leverage: -5}", "{max_leverage: 5x}",
               "{position_size_factor: 0}", "{position_size_factor: 1.5}", "{size: 1}", "[]");
  read("{safe_risk_profile: " + wrong + "}", problems);
  CHECK_THAT(problems, Catch::Contains("safe_risk_profile"));
}

TEST_CASE("a silence that would allow new positions is refused, and the floor holds meanwhile") {
  std::string problems;
  const auto loose = GENERATE(as<std::string>{}, "allow_all", "safe_risk_profile");
  CHECK(read("{on_watchdog_silence: " + loose + "}", problems).on_watchdog_silence == "no_new_trades");
  CHECK_THAT(problems, Catch::Contains(loose + " would allow new positions while monitoring is silent"));
  CHECK(read("{on_watchdog_silence: defensive_exit}", problems).on_watchdog_silence == "defensive_exit");
  CHECK(problems == "");
  read("{on_watchdog_silence: [allow_all]}", problems);
  CHECK(std::ranges::count(problems, '\n') <= 1);
}
