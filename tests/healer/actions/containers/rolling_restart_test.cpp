#include "healer/actions/containers/rolling_restart.h"

#include "healer/config/config.h"
#include "tests/catch.h"
#include "tests/fakes/captured_log.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/fake_shards.h"

using namespace std::chrono_literals;
using Commands = std::vector<std::string>;

namespace {

const healer::Target kRotation{"task", "shard_rotation"};
const std::string kQuick = "stop_timeout: 1s, pause: 0s, healthy_within: 1s";
const std::string kThree = "{shards: [shard_1, shard_2, shard_3], ";

struct Fixture {
  const base::SystemClock clock;
  const base::WallTime an_hour_ago = clock.now().wall - 1h;
  tests::FakeShards shards;
  healer::Config config;

  Fixture() {
    for (const char* name : {"shard_1", "shard_2", "shard_3"}) {
      shards.add(name, {.started = an_hour_ago});
      config.inventory.other_containers.emplace_back(name);
    }
  }
  tests::Compiled compile(const std::string& parameters) {
    healer::actions::World world{shards.docker, clock};
    world.config = &config;
    return tests::compile("rolling_restart", parameters, world);
  }
  base::Result<healer::actions::Outcome> run(const std::string& parameters, base::Duration timeout = 60s) {
    const auto compiled = compile(parameters);
    REQUIRE(compiled.problems == "");
    return compiled.action->run(kRotation, base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "shards are restarted one after another, in their order") {
  const tests::CapturedLog log;
  const auto outcome = run("{shards: [shard_2, shard_1, shard_3], " + kQuick + "}");
  REQUIRE(outcome);
  CHECK(log.has("info", "♻️ Shard rotation: restarted 3 of 3"));
  CHECK(outcome->detail == "restarted shard_2, shard_1, shard_3");
  CHECK(outcome->counts.at("skipped") == 0);
  CHECK(shards.commands() == Commands{"stop shard_2 t=1", "start shard_2", "stop shard_1 t=1",
                                      "start shard_1", "stop shard_3 t=1", "start shard_3"});
  CHECK(shards.most_down() == 1);
}

TEST_CASE_METHOD(Fixture, "between its stop and its start a shard is left stopped for the pause") {
  REQUIRE(run("{shards: [shard_1], pause: 30ms}", 2min));
  CHECK(shards.at("shard_1").started - shards.at("shard_1").finished >= 30ms);
}

TEST_CASE_METHOD(Fixture, "a shard with a health check is waited for until it is healthy") {
  shards.add("shard_1", {.started = an_hour_ago, .health = "healthy", .starting_looks = 3});
  REQUIRE(run("{shards: [shard_1, shard_2], stop_timeout: 1s, pause: 0s, healthy_within: 20s}"));
  CHECK(shards.commands() ==
        Commands{"stop shard_1 t=1", "start shard_1", "stop shard_2 t=1", "start shard_2"});
  CHECK(shards.at("shard_1").starting_left == 0);
  CHECK(shards.most_not_well() == 1);
}

TEST_CASE_METHOD(Fixture, "a shard without a health check is well when it has run for the pause") {
  shards.add("shard_2", {.started = clock.now().wall});
  const auto outcome = run(kThree + "stop_timeout: 1s, pause: 10m}", 1h);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message,
             Catch::StartsWith("shard_1 is not restarted while shard_2 was started only a short time ago"));
  CHECK(shards.commands().empty());
}

TEST_CASE_METHOD(Fixture, "the first that does not come back ends it, and the others are left alone") {
  shards.add("shard_2", {.started = an_hour_ago, .comes_back = false});
  const auto outcome = run(kThree + kQuick + "}");
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message == "shard_2 did not recover: it is exited (restarted before: shard_1)");
  CHECK(shards.commands() ==
        Commands{"stop shard_1 t=1", "start shard_1", "stop shard_2 t=1", "start shard_2"});
}

TEST_CASE_METHOD(Fixture, "nothing is stopped while a shard is not well") {
  const std::string sick = GENERATE("shard_1", "shard_3");
  const bool stopped = GENERATE(true, false);
  if (stopped) shards.add(sick, {.running = false, .started = an_hour_ago});
  if (!stopped) shards.add(sick, {.started = an_hour_ago, .health = "unhealthy"});
  const auto outcome = run(kThree + kQuick + "}");
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message ==
        fmt::format("shard_1 is not restarted while {} is {} (restarted before: none)",
                    sick == "shard_1" ? "it" : sick, stopped ? "exited" : "unhealthy"));
  CHECK(shards.commands().empty());
}

TEST_CASE_METHOD(Fixture, "a shard that does not exist is skipped and counted") {
  config.inventory.other_containers.emplace_back("shard_4");
  const auto outcome = run("{shards: [shard_4, shard_1], " + kQuick + "}");
  REQUIRE(outcome);
  CHECK(outcome->detail == "restarted shard_1; skipped because not found: shard_4");
  CHECK(outcome->counts.at("skipped") == 1);
  CHECK(shards.commands() == Commands{"stop shard_1 t=1", "start shard_1"});
}

TEST_CASE_METHOD(Fixture, "without shards there is nothing to do, which is a success and disrupts nothing") {
  const auto outcome = run("{shards: []}");
  REQUIRE(outcome);
  CHECK(outcome->detail == "no shards are configured: nothing was restarted");
  CHECK(shards.commands().empty());
  CHECK(compile("{shards: []}").properties.impact == healer::actions::Impact::kNotDisruptive);
  CHECK(compile("{shards: [shard_1]}").properties.impact == healer::actions::Impact::kDisruptive);
}

TEST_CASE_METHOD(Fixture, "a shard is not stopped when the time is too short to bring it back") {
  const auto outcome = run(kThree + kQuick + "}", 6s);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message == "timed out before restarting shard_1 (restarted before: none)");
  CHECK(shards.commands().empty());
}

TEST_CASE_METHOD(Fixture, "a shard whose stop failed is started all the same, and the failure ends it") {
  shards.add("shard_1", {.started = an_hour_ago, .stops = false});
  const auto outcome = run(kThree + kQuick + "}");
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message,
             Catch::StartsWith("shard_1 was not stopped: ") && Catch::Contains("cannot stop container"));
  CHECK(shards.commands() == Commands{"stop shard_1 t=1", "start shard_1"});
}

TEST_CASE_METHOD(Fixture, "an engine that is not there fails it") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  healer::actions::World world{nowhere, clock};
  world.config = &config;
  const auto compiled = tests::compile("rolling_restart", "{shards: [shard_1]}", world);
  CHECK_FALSE(compiled.action->run(kRotation, base::Deadline::after(clock, 2min)));
}

TEST_CASE_METHOD(Fixture, "what a rolling restart is to be like is checked when it is read") {
  CHECK_THAT(compile("{}").problems, Catch::Contains("shards"));
  CHECK_THAT(compile("{shards: [nobody]}").problems,
             Catch::Contains("shards[0]: subsystems.yml declares no container \"nobody\""));
  CHECK_THAT(compile("{shards: [shard_1, shard_1]}").problems,
             Catch::Contains("\"shard_1\" is listed twice"));
  CHECK_THAT(compile("{shards: [shard_1], healthy_within: 0s}").problems, Catch::Contains("healthy_within"));
  const auto compiled = compile("{shards: [shard_1, shard_2]}");
  CHECK(compiled.problems == "");
  CHECK(compiled.properties.acts_on("task"));
  CHECK_FALSE(compiled.properties.acts_on("container"));
  CHECK(compiled.action->shortest_timeout() == 2 * (5s + 10s + 5s + 5s + 60s));
  CHECK(compiled.action->describe(kRotation) ==
        "restart shard_1, shard_2 one after another: stop (its own stop timeout), wait 5s, start, wait until "
        "healthy");
}

TEST_CASE_METHOD(Fixture, "a run that was cut short is taken up at the right shard") {
  const base::WallTime since = clock.now().wall - 1min;
  shards.add("shard_1", {.started = clock.now().wall - 30s});
  shards.add("shard_2", {.running = false, .started = an_hour_ago, .finished = clock.now().wall - 10s});
  const auto compiled = compile(kThree + kQuick + "}");
  const auto outcome = compiled.action->run_as({.id = "INC-1/2", .since = since}, kRotation,
                                               base::Deadline::after(clock, 60s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "restarted shard_3; restarted before, by an interrupted run: shard_1, shard_2");
  CHECK(shards.commands() == Commands{"start shard_2", "stop shard_3 t=1", "start shard_3"});
}

TEST_CASE_METHOD(Fixture, "a shard that an operator stopped is not started, and nothing else is stopped") {
  const base::WallTime since = clock.now().wall - 1min;
  shards.add("shard_2", {.running = false, .started = an_hour_ago, .finished = since - 1s});
  const auto compiled = compile(kThree + kQuick + "}");
  CHECK_FALSE(compiled.action->run_as({.id = "INC-1/2", .since = since}, kRotation,
                                      base::Deadline::after(clock, 60s)));
  CHECK(shards.commands().empty());
}

TEST_CASE_METHOD(Fixture, "its shards are not healed meanwhile, and it waits until they are well") {
  const auto taking = compile("{shards: [shard_1, shard_2]}").action->takes();
  CHECK(taking.containers == std::vector<std::string>{"shard_1", "shard_2"});
  CHECK(taking.can_wait);
  CHECK_FALSE(compile("{shards: []}").action->takes().can_wait);
}

TEST_CASE_METHOD(Fixture, "nothing is stopped while one of the shards must be left alone") {
  const std::string which = GENERATE("shard_1", "shard_3");
  SECTION("--rm") {
    shards.add(which, {.started = an_hour_ago, .auto_remove = true});
    const auto outcome = run(kThree + kQuick + "}");
    REQUIRE_FALSE(outcome);
    CHECK_THAT(outcome.error().message, Catch::StartsWith("container " + which + " is left alone: ") &&
                                            Catch::Contains("--rm") &&
                                            Catch::EndsWith("(restarted before: none)"));
  }
  SECTION("paused") {
    shards.add(which, {.started = an_hour_ago, .state = "paused"});
    const auto outcome = run(kThree + kQuick + "}");
    REQUIRE_FALSE(outcome);
    CHECK_THAT(outcome.error().message, Catch::Contains("docker unpause " + which));
  }
  CHECK(shards.commands().empty());
}

TEST_CASE_METHOD(Fixture, "a shard has its own stop timeout, whatever was planned with") {
  shards.add("shard_2", {.started = an_hour_ago, .stop_timeout = 300});
  const auto compiled = compile(kThree + kQuick + "}");
  REQUIRE(compiled.action->run(kRotation, base::Deadline::after(clock, compiled.action->shortest_timeout())));
  CHECK(shards.commands() == Commands{"stop shard_1 t=1", "start shard_1", "stop shard_2 t=", "start shard_2",
                                      "stop shard_3 t=1", "start shard_3"});
}
