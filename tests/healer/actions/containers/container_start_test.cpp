#include "healer/actions/containers/container_start.h"

#include <catch2/catch.hpp>

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
