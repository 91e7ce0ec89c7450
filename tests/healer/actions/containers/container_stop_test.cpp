#include "healer/actions/containers/container_stop.h"

#include <catch2/catch.hpp>

#include "tests/healer/actions/compiled.h"
#include "tests/healer/fake_engine.h"

using tests::compile;
using tests::kTarget;
using namespace std::chrono_literals;

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
