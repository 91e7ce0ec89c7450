#include "healer/actions/containers/container_restart.h"

#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/fake_engine.h"

using tests::compile;
using tests::kTarget;
using namespace std::chrono_literals;

namespace {

const std::string kOwnTimeout = R"("Config":{"StopTimeout":5})";

}  // namespace

TEST_CASE("a restart without a pause is one call to the engine") {
  tests::FakeEngine engine;
  engine.contains("exited", {}, kOwnTimeout);
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{stop_timeout: 7s}", {engine.docker, clock});
  REQUIRE(compiled.problems == "");
  CHECK(compiled.action->describe(kTarget) ==
        "restart container quantum_trading_bot (stop timeout at least 7s), unless it was started less than "
        "10s ago");

  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "restarted container quantum_trading_bot");
  CHECK(engine.commands() == std::vector<std::string>{"restart quantum_trading_bot t=7"});
}

TEST_CASE("a restart with a pause stops, waits and starts") {
  tests::FakeEngine engine;
  engine.contains("exited", {}, kOwnTimeout);
  const base::SystemClock clock;
  const auto compiled =
      compile("container_restart", "{stop_timeout: 7s, pause: 10ms, settle: 0s}", {engine.docker, clock});
  CHECK(compiled.action->describe(kTarget) ==
        "stop container quantum_trading_bot (stop timeout at least 7s), wait 10ms, start it");

  REQUIRE(compiled.action->run(kTarget, base::Deadline::after(clock, 30s)));
  CHECK(engine.commands() ==
        std::vector<std::string>{"stop quantum_trading_bot t=7", "start quantum_trading_bot"});
}

TEST_CASE("a container whose stop failed is started all the same, and the failure is reported") {
  tests::FakeEngine engine;
  engine.answer("stop", 500, "cannot stop container");
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{pause: 10ms}", {engine.docker, clock});

  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("cannot stop container"));
  CHECK(engine.commands().back() == "start quantum_trading_bot");
}

TEST_CASE("a container that does not exist is a failure in the engine's words") {
  tests::FakeEngine engine;
  engine.answer("restart", 404, "No such container: quantum_trading_bot");
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{}", {engine.docker, clock});

  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("No such container"));
}

TEST_CASE("an engine that is not there fails the action within its deadline") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{}", {nowhere, clock});
  CHECK_FALSE(compiled.action->run(kTarget, base::Deadline::after(clock, 5s)));
}

TEST_CASE("a restart needs time to look, to stop, to pause and to start") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{stop_timeout: 10s, pause: 5s}", {nowhere, clock});
  CHECK(compiled.action->shortest_timeout() == 25s);
  const auto blind =
      compile("container_restart", "{stop_timeout: 10s, pause: 5s, settle: 0s}", {nowhere, clock});
  CHECK(blind.action->shortest_timeout() == 20s);
}

TEST_CASE("a container that another program has just started is left alone") {
  const std::string parameters = GENERATE("{settle: 1m}", "{settle: 1m, pause: 10ms}");
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const base::WallTime started = std::chrono::floor<std::chrono::milliseconds>(clock.now().wall - 5s);
  engine.contains("running", started);
  const auto compiled = compile("container_restart", parameters, {engine.docker, clock});

  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE(outcome);
  CHECK(outcome->detail ==
        "left container quantum_trading_bot alone: running again since " + base::rfc3339(started));
  CHECK(engine.commands().empty());
}

TEST_CASE("a container is restarted that has run for long, does not run, or carries a time from the future") {
  const auto [parameters, state, age] = GENERATE(table<std::string, std::string, base::Duration>({
      {"{settle: 1m}", "running", 2min},
      {"{settle: 1m}", "running", -1h},
      {"{settle: 1m}", "restarting", 5s},
      {"{settle: 1m}", "exited", 5s},
      {"{settle: 0s}", "running", 5s},
  }));
  CAPTURE(parameters, state);
  tests::FakeEngine engine;
  const base::SystemClock clock;
  engine.contains(state, clock.now().wall - age);
  const auto compiled = compile("container_restart", parameters, {engine.docker, clock});
  REQUIRE(compiled.action->run(kTarget, base::Deadline::after(clock, 30s)));
  CHECK(engine.commands().size() == 1);
}

TEST_CASE("nothing is done to a container that the engine cannot describe") {
  tests::FakeEngine engine;
  engine.cannot_tell();
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", "{}", {engine.docker, clock});
  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("out of order"));
  CHECK(engine.commands().empty());
}

TEST_CASE("without a stop_timeout, and with one that is shorter, the container's own counts") {
  const auto [parameters, own, command] = GENERATE(table<std::string, std::string, std::string>({
      {"{settle: 0s}", R"("Config":{"StopTimeout":40})", "restart quantum_trading_bot"},
      {"{settle: 0s}", R"("Config":{})", "restart quantum_trading_bot"},
      {"{settle: 0s, stop_timeout: 5s}", R"("Config":{"StopTimeout":40})", "restart quantum_trading_bot"},
      {"{settle: 0s, stop_timeout: 5s}", R"("Config":{})", "restart quantum_trading_bot"},
      {"{settle: 0s, stop_timeout: 50s}", R"("Config":{"StopTimeout":40})",
       "restart quantum_trading_bot t=50"},
      {"{settle: 0s, stop_timeout: 50s}", R"("Config":{})", "restart quantum_trading_bot t=50"},
  }));
  CAPTURE(parameters, own);
  tests::FakeEngine engine;
  engine.contains("running", {}, own);
  const base::SystemClock clock;
  const auto compiled = compile("container_restart", parameters, {engine.docker, clock});
  REQUIRE(compiled.problems == "");
  // A rung's shortest timeout has no room for 40 s: the action takes it all the same.
  REQUIRE(compiled.action->run(kTarget, base::Deadline::after(clock, compiled.action->shortest_timeout())));
  CHECK(engine.commands() == std::vector<std::string>{command});
}

TEST_CASE("what must be left alone is not stopped, and the failure says why") {
  const auto [parameters, state, more,
              why] = GENERATE(table<std::string, std::string, std::string, std::string>({
      {"{settle: 0s}", "running", R"("HostConfig":{"AutoRemove":true})", "created with --rm"},
      {"{settle: 0s, pause: 10ms}", "running", R"("HostConfig":{"AutoRemove":true})", "created with --rm"},
      {"{settle: 0s}", "paused", R"("HostConfig":{})", "docker unpause quantum_trading_bot"},
      {"{settle: 0s, pause: 10ms}", "paused", R"("HostConfig":{})", "it is paused"},
      {"{settle: 0s}", "running", R"("Config":{"StopTimeout":-1})", "has no limit"},
  }));
  CAPTURE(parameters, state, more);
  tests::FakeEngine engine;
  engine.contains(state, {}, more);
  const base::SystemClock clock;
  const auto outcome = compile("container_restart", parameters, {engine.docker, clock})
                           .action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains(why));
  CHECK(engine.commands().empty());
}

TEST_CASE("what uses the container's network is restarted after it where the playbook says so") {
  const std::string sidecar =
      R"([{"Id":"sidecar","Names":["/sidecar"],"State":"running","HostConfig":{"NetworkMode":"container:quantum_trading_bot"}}])";
  const base::SystemClock clock;
  tests::FakeEngine engine;
  engine.contains("running", {}, R"("HostConfig":{"NetworkMode":"trading"})");
  engine.lists(sidecar);
  const auto refused = compile("container_restart", "{settle: 0s}", {engine.docker, clock})
                           .action->run(kTarget, base::Deadline::after(clock, 60s));
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("sidecar would lose the network"));
  CHECK(engine.commands().empty());

  const auto compiled =
      compile("container_restart", "{settle: 0s, network_users: restart}", {engine.docker, clock});
  CHECK(compiled.action->describe(kTarget) ==
        "restart container quantum_trading_bot (its own stop timeout), then restart the containers that use "
        "its network");
  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 60s));
  REQUIRE(outcome);
  CHECK(
      outcome->detail ==
      "restarted container quantum_trading_bot, and restarted the containers that use its network: sidecar");
  CHECK(engine.commands() == std::vector<std::string>{"restart quantum_trading_bot", "restart sidecar"});
}

TEST_CASE("a container that was replaced while it was stopped is not started") {
  const std::string ours =
      R"({"Id":"quantum_trading_bot","Name":"/quantum_trading_bot","State":{"Status":"running"}})";
  tests::FakeEngine engine;
  engine.inspected_once(ours);
  engine.inspected(200, R"({"Id":"another","Name":"/quantum_trading_bot","State":{"Status":"running"}})");
  const base::SystemClock clock;
  const auto outcome = compile("container_restart", "{settle: 0s, pause: 10ms}", {engine.docker, clock})
                           .action->run(kTarget, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("another container took the name"));
  CHECK(engine.commands() == std::vector<std::string>{"stop quantum_trading_bot"});
}
