#include "healer/actions/containers/container_call.h"

#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/fake_engine.h"

using tests::compile;
using tests::kTarget;
using namespace std::chrono_literals;

TEST_CASE("a start is one call to the engine") {
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const auto compiled = compile("container_start", "{}", {engine.docker, clock});
  CHECK(compiled.action->describe(kTarget) == "start container quantum_trading_bot");
  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "started container quantum_trading_bot");
  CHECK(engine.commands() == std::vector<std::string>{"start quantum_trading_bot"});
}

TEST_CASE("a start takes no parameters") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  CHECK_THAT(compile("container_start", "{stop_timeout: 3s}", {nowhere, clock}).problems,
             Catch::Contains("rung.yml:2: parameters: unknown key \"stop_timeout\""));
}

TEST_CASE("neither a paused container nor one whose id merely begins like the name is started") {
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const auto compiled = compile("container_start", "{}", {engine.docker, clock});
  engine.contains("paused", {});
  const auto paused = compiled.action->run(kTarget, base::Deadline::after(clock, 20s));
  REQUIRE_FALSE(paused);
  CHECK_THAT(paused.error().message, Catch::Contains("docker unpause quantum_trading_bot"));
  engine.inspected(200, R"({"Id":"quantum_trading_bot00","Name":"/other","State":{"Status":"exited"}})");
  CHECK_FALSE(compiled.action->run(kTarget, base::Deadline::after(clock, 20s)));
  CHECK(engine.commands().empty());
}

TEST_CASE("a stop gives the process its time") {
  tests::FakeEngine engine;
  engine.contains("running", {}, R"("Config":{"StopTimeout":1})");
  const base::SystemClock clock;
  const auto compiled = compile("container_stop", "{stop_timeout: 3s}", {engine.docker, clock});
  CHECK(compiled.action->describe(kTarget) ==
        "stop container quantum_trading_bot (stop timeout at least 3s)");
  REQUIRE(compiled.action->run(kTarget, base::Deadline::after(clock, 20s)));
  CHECK(engine.commands() == std::vector<std::string>{"stop quantum_trading_bot t=3"});
}

TEST_CASE("a stop of a stopped container succeeds") {
  tests::FakeEngine engine;
  engine.answer("stop", 304);
  const base::SystemClock clock;
  CHECK(compile("container_stop", "{}", {engine.docker, clock})
            .action->run(kTarget, base::Deadline::after(clock, 20s)));
}

TEST_CASE("a stop that the engine refuses is a failure") {
  tests::FakeEngine engine;
  engine.answer("stop", 500, "no");
  const base::SystemClock clock;
  CHECK_FALSE(compile("container_stop", "{}", {engine.docker, clock})
                  .action->run(kTarget, base::Deadline::after(clock, 20s)));
}

TEST_CASE(
    "a stop never shortens the container's own stop timeout, and leaves alone what must not be stopped") {
  const base::SystemClock clock;
  tests::FakeEngine engine;
  engine.contains("running", {}, R"("Config":{"StopTimeout":40})");
  const auto compiled = compile("container_stop", "{stop_timeout: 3s}", {engine.docker, clock});
  REQUIRE(compiled.action->run(kTarget, base::Deadline::after(clock, compiled.action->shortest_timeout())));
  CHECK(engine.commands() == std::vector<std::string>{"stop quantum_trading_bot"});
  engine.contains("running", {}, R"("HostConfig":{"AutoRemove":true})");
  CHECK_FALSE(compiled.action->run(kTarget, base::Deadline::after(clock, 20s)));
  engine.contains("paused", {});
  CHECK_FALSE(compiled.action->run(kTarget, base::Deadline::after(clock, 20s)));
  CHECK(engine.commands().size() == 1);
}

TEST_CASE("a signal is sent to the container by its name") {
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const auto compiled = compile("container_signal", "{signal: SIGUSR1}", {engine.docker, clock});
  CHECK(compiled.action->describe(kTarget) == "send SIGUSR1 to container quantum_trading_bot");
  const auto outcome = compiled.action->run(kTarget, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "sent SIGUSR1 to container quantum_trading_bot");
  CHECK(engine.commands() == std::vector<std::string>{"kill quantum_trading_bot SIGUSR1"});
}

TEST_CASE("a signal to a container that does not run is a failure in the engine's words") {
  tests::FakeEngine engine;
  engine.answer("kill", 409, "Container a1 is not running");
  const base::SystemClock clock;
  const auto outcome = compile("container_signal", "{signal: SIGHUP}", {engine.docker, clock})
                           .action->run(kTarget, base::Deadline::after(clock, 20s));
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("409") && Catch::Contains("is not running"));
}

TEST_CASE("a signal is one of a closed list, without those that cannot be caught") {
  tests::FakeEngine engine;
  const base::SystemClock clock;
  const auto parameters = GENERATE("{}", "{signal: SIGKILL}", "{signal: 9}", "{signal: HUP}",
                                   "{signal: SIGHUP, container: other}");
  CHECK(compile("container_signal", parameters, {engine.docker, clock}).problems != "");
}

TEST_CASE("a signal that may end a container with --rm, or one that is paused, is not sent") {
  const auto [signal, state, more, sent] = GENERATE(table<std::string, std::string, std::string, bool>({
      {"SIGTERM", "running", R"("HostConfig":{"AutoRemove":true})", false},
      {"SIGINT", "running", R"("HostConfig":{"AutoRemove":true})", false},
      {"SIGQUIT", "running", R"("HostConfig":{"AutoRemove":true})", false},
      {"SIGHUP", "running", R"("HostConfig":{"AutoRemove":true})", false},
      {"SIGUSR1", "running", R"("HostConfig":{"AutoRemove":true})", false},
      {"SIGWINCH", "running", R"("HostConfig":{"AutoRemove":true})", true},
      {"SIGWINCH", "running", R"("HostConfig":{"AutoRemove":true},"Config":{"StopSignal":"SIGWINCH"})",
       false},
      {"SIGWINCH", "running", R"("HostConfig":{"AutoRemove":true},"Config":{"StopSignal":"28"})", false},
      {"SIGHUP", "paused", R"("HostConfig":{})", false},
      {"SIGTERM", "running", R"("HostConfig":{})", true},
  }));
  CAPTURE(signal, state, more);
  tests::FakeEngine engine;
  engine.contains(state, {}, more);
  const base::SystemClock clock;
  const auto outcome = compile("container_signal", "{signal: " + signal + "}", {engine.docker, clock})
                           .action->run(kTarget, base::Deadline::after(clock, 20s));
  CHECK(outcome.has_value() == sent);
  CHECK(engine.commands().empty() != sent);
}
