#include "healer/actions/maintenance/rebuild/rebuild.h"

#include "tests/catch.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"
#include "tests/healer/actions/maintenance/rebuild/fake_stack.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace healer::rebuild;
using namespace std::chrono_literals;
using Steps = std::vector<std::string>;

namespace {

struct Fixture {
  const base::SystemClock clock;
  tests::ToldPrometheus prometheus;
  tests::EngineOf engine;
  tests::FakeStack stack;
  ValidationConfig validation;
  RebuildRequest order{.containers = {"db", "bot"},
                       .build_timeout = 10s,
                       .stop_timeout = 1s,
                       .healthy_within = 60s,
                       .settle = 0s};

  Fixture() { prometheus.tell("count(max_over_time(salus_exporter_build_info[1h]))", "", "", "1"); }

  Rebuild run(base::Duration within = 60s) {
    return healer::rebuild::rebuild(order, stack, validation, engine.docker, prometheus.client(), clock,
                                    base::Deadline::after(clock, within));
  }
};

// "look done, build failed, …"
std::string told(const Rebuild& rebuild) {
  std::string all;
  for (const Step& step : rebuild.steps) {
    const char* how = step.outcome == Step::Outcome::kDone     ? " done"
                      : step.outcome == Step::Outcome::kFailed ? " failed"
                                                               : " skipped";
    all += (all.empty() ? "" : ", ") + step.name + how;
  }
  return all;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "the phases follow one another, and volumes are kept unless it is said otherwise") {
  const Rebuild done = run();
  CHECK(told(done) == "look done, build done, stop done, volumes skipped, start done, health done");
  CHECK(stack.taken == Steps{"look", "build", "stop", "start"});
  CHECK(done.passed());
  CHECK(done.status() == "✅ rebuilt, 2 of 2 checks passed");
  CHECK(done.next_steps.empty());
  CHECK(done.lost.empty());
  REQUIRE(done.containers.size() == 2);
  CHECK(done.containers[0].image == "bot:latest");
  CHECK(done.containers[0].image_before == "sha256:old");
}

TEST_CASE_METHOD(Fixture, "a phase that fails ends it, and the report says how to go on") {
  const auto [step, words] = GENERATE(table<std::string, std::string>({
      {"look", "Nothing was changed."},
      {"build", "Nothing was stopped"},
      {"stop", "compose up"},
      {"start", "compose up"},
  }));
  stack.fails = step;
  const Rebuild done = run();
  REQUIRE(done.failed() != nullptr);
  CHECK(done.failed()->name == step);
  CHECK(done.failed()->detail == "it broke");
  CHECK(stack.taken.back() == step);
  CHECK(done.steps.size() == 6);
  CHECK(done.suites.empty());
  CHECK_FALSE(done.passed());
  CHECK(done.status() == "❌ failed in phase " + step);
  CHECK_THAT(done.next_steps, Catch::Contains(words) && Catch::Contains("salusctl run"));
}

TEST_CASE_METHOD(Fixture, "a container that does not become well fails the phase of health") {
  engine.contains("running", "unhealthy");
  order.healthy_within = 2s;
  const Rebuild done = run();
  CHECK(told(done) == "look done, build done, stop done, volumes skipped, start done, health failed");
  CHECK(done.failed()->detail == "db is unhealthy");
}

TEST_CASE_METHOD(Fixture, "of the volumes that were to go the report says which are gone and which are not") {
  order.remove_volumes = true;
  CHECK(run().lost == Steps{"state (db:/data)"});
  CHECK(stack.removed == Steps{"state"});
  CHECK(stack.taken == Steps{"look", "build", "stop", "remove", "start"});
  engine.answer("GET", "/volumes/*", 200, R"({"Name":"state"})");
  stack.fails = "remove";
  const Rebuild done = run();
  CHECK(done.lost.empty());
  CHECK(done.kept == Steps{"state (db:/data)"});
  CHECK(done.failed()->name == "volumes");
  engine.answer("GET", "/volumes/*", 500, "{}");
  CHECK(run().lost == Steps{"state (db:/data)"});  // not known to be there
}

TEST_CASE_METHOD(Fixture, "no volume is touched when a phase before failed") {
  order.remove_volumes = true;
  stack.fails = "stop";
  const Rebuild done = run();
  CHECK(stack.removed.empty());
  CHECK(done.lost.empty());
  CHECK(done.kept.empty());
}

TEST_CASE_METHOD(Fixture, "a check that fails is no failure of a phase, but the whole has not passed") {
  validation.modules = {{"core", {"/bin/false"}, ""}};
  const Rebuild done = run();
  CHECK(done.failed() == nullptr);
  CHECK_FALSE(done.passed());
  CHECK(done.status() == "❌ rebuilt, 2 of 3 checks passed");
  CHECK_FALSE(done.next_steps.empty());
}

TEST_CASE_METHOD(Fixture, "without time no phase of a rebuild is started") {
  const Rebuild done = run(0s);
  CHECK(done.failed()->name == "look");
  CHECK(done.failed()->detail == "timed out before it started");
  CHECK(stack.taken.empty());
}

TEST_CASE_METHOD(Fixture, "containers with longer stop timeouts of their own have their time") {
  stack.longer = 10min;
  CHECK(run().passed());
  CHECK(stack.to_stop > 10min);
}

TEST_CASE("all phases fit into what is said to be the longest") {
  const RebuildRequest order{.containers = {"a", "b"},
                             .remove_volumes = false,
                             .build_timeout = 10min,
                             .stop_timeout = 10s,
                             .healthy_within = 1min,
                             .settle = 5s};
  CHECK(order.longest() == 30s + 10min + 2 * 2 * 15s + 2 * 1min);
}
