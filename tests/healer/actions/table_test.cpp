#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/healer/actions/compiled.h"

using tests::compile;

TEST_CASE("every action of the table is made with no more parameters than it needs and describes itself") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto names = healer::actions::names();
  CHECK(std::ranges::is_sorted(names));
  for (const std::string_view name : names) {
    const std::string parameters =
        name == "command"        ? "{argv: [/usr/bin/restart, quantum_trading_bot]}"
        : name == "log_rotation" ? "{folder: /var/log/quantum_trading_bot}"
        : name == "prune_files"  ? "{folder: /srv/quantum_trading_bot, include: ['*.md']}"
        : name == "redis_prune"  ? "{address: 'quantum_trading_bot:6379', patterns: ['cache:*']}"
                                 : "{}";
    const auto compiled = compile(std::string(name), parameters, {nowhere, clock});
    CAPTURE(name);
    CHECK(compiled.problems == "");
    REQUIRE(compiled.action);
    CHECK_THAT(compiled.action->describe(tests::kTarget), Catch::Contains("quantum_trading_bot"));
  }
}

TEST_CASE("an unknown action is refused with the list of those that there are") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = compile("container_rstart", "{}", {nowhere, clock});
  CHECK_FALSE(compiled.action);
  CHECK(compiled.problems ==
        "rung.yml:1: action: \"container_rstart\" is no action; there are: command, container_restart, "
        "container_start, container_stop, log_rotation, prune_files, redis_prune\n");
}
