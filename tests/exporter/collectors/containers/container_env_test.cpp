#include "exporter/collectors/containers/container_env.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

using namespace exporter::collectors;

namespace {

RequiredEnv read(const std::string& yaml, base::yaml::Problems& problems) {
  const base::Inventory inventory{.subsystems = {},
                                  .other_containers = {"quantum_trading_bot", "quantum_redis"}};
  return read_required_env(base::yaml::parse(yaml, "exporter.yml", problems).optional("env"), inventory);
}

}  // namespace

TEST_CASE("required variables are read by container") {
  base::yaml::Problems problems;
  const auto required =
      read("env:\n  quantum_trading_bot: [API_KEY, api.secret]\n  quantum_redis: []\n", problems);
  REQUIRE(problems.str().empty());
  REQUIRE(required == RequiredEnv{{"quantum_trading_bot", {"API_KEY", "api.secret"}}, {"quantum_redis", {}}});
  REQUIRE(read("{}", problems).empty());
}

TEST_CASE("an undeclared container and a name that is none are problems, reported with their place") {
  base::yaml::Problems problems;
  read("env:\n  quantum_bot: [A]\n  quantum_redis: [A=1, 'B C', [D]]\n", problems);
  REQUIRE(problems.str() ==
          "exporter.yml:2: env.quantum_bot: subsystems.yml declares no container \"quantum_bot\"\n"
          "exporter.yml:3: env.quantum_redis[0]: must be the name of an environment variable\n"
          "exporter.yml:3: env.quantum_redis[1]: must be the name of an environment variable\n"
          "exporter.yml:3: env.quantum_redis[2]: must be text, not a list\n");
}

TEST_CASE("a variable is present by its name alone") {
  base::docker::Container bot;
  bot.name = "quantum_trading_bot";
  bot.environment_names = {"PATH", "API_KEY"};
  const RequiredEnv required{{"quantum_trading_bot", {"API_KEY", "API"}}, {"gone", {"X"}}, {"slow", {"Y"}}};
  const auto text = base::expose({container_env_metric(required, {&bot}, {"slow"})});
  REQUIRE(text.substr(text.find("gauge\n") + 6) ==
          "salus_container_env_present{container=\"gone\",variable=\"X\"} 0\n"
          "salus_container_env_present{container=\"quantum_trading_bot\",variable=\"API\"} 0\n"
          "salus_container_env_present{container=\"quantum_trading_bot\",variable=\"API_KEY\"} 1\n");
}
