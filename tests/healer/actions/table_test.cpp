#include <fmt/ranges.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "healer/config/config.h"
#include "healer/verify/prometheus.h"
#include "tests/healer/actions/compiled.h"

using tests::compile;

TEST_CASE("every action of the table is made with no more parameters than it needs and describes itself") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const healer::checks::Prometheus prometheus("http://127.0.0.1:1");
  healer::Config config;
  config.reports.folder = "/srv/quantum_trading_bot/reports";
  config.inventory.other_containers = {"quantum_trading_bot"};
  healer::TradingConfig& trading = config.trading;
  trading.url = "http://quantum_trading_bot:8000";
  const auto names = healer::actions::names();
  CHECK(std::ranges::is_sorted(names));
  for (const std::string_view name : names) {
    const std::string http = "{url: 'http://127.0.0.1:8000/{{target}}'}";
    const std::string parameters =
        name == "container_signal" || name == "reload_config"   ? "{signal: SIGHUP}"
        : name == "http_request"                                ? http
        : name == "disable_module" || name == "enable_module"   ? "{http: " + http + "}"
        : name == "fallback_to_backup" || name == "clear_cache" ? "{http: " + http + "}"
        : name == "restore_original"                            ? "{http: " + http + "}"
        : name == "command"         ? "{argv: [/usr/bin/restart, quantum_trading_bot]}"
        : name == "health_audit"    ? "{folder: /var/lib/quantum_trading_bot}"
        : name == "log_rotation"    ? "{folder: /var/log/quantum_trading_bot}"
        : name == "prune_files"     ? "{folder: /srv/quantum_trading_bot, include: ['*.md']}"
        : name == "redis_prune"     ? "{address: 'quantum_trading_bot:6379', patterns: ['cache:*']}"
        : name == "rolling_restart" ? "{shards: [quantum_trading_bot]}"
        : name == "stack_rebuild"   ? "{containers: [quantum_trading_bot], folder: /srv/reports}"
        : name == "restore_files"   ? "{manifests: [/srv/quantum_trading_bot/MANIFEST]}"
                                    : "{}";
    const auto compiled =
        compile(std::string(name), parameters, {nowhere, clock, &trading, &config, &prometheus});
    CAPTURE(name);
    CHECK(compiled.problems == "");
    REQUIRE(compiled.action);
    if (name == "validation") continue;  // what it does stands in a section of its own
    CHECK_THAT(compiled.action->describe(tests::kTarget), Catch::Contains("quantum_trading_bot"));
  }
}

TEST_CASE("an unknown action is refused with the list of those that there are") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = compile("container_rstart", "{}", {nowhere, clock});
  CHECK_FALSE(compiled.action);
  CHECK(compiled.problems ==
        fmt::format("rung.yml:1: action: unknown action \"container_rstart\"; expected one of: {}\n",
                    fmt::join(healer::actions::names(), ", ")));
}
