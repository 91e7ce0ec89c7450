#include "healer/actions/maintenance/rebuild/suites.h"

#include "tests/catch.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace healer::rebuild;
using namespace std::chrono_literals;

namespace {

const std::string kRequired = "max by (container, variable) (max_over_time(salus_container_env_present[1h]))";

struct Fixture {
  const base::SystemClock clock;
  tests::ToldPrometheus prometheus;
  tests::EngineOf engine;
  ValidationConfig config;

  std::vector<validation::Phase> run(base::Duration within = 60s) {
    return run_suites(config, {"db", "bot"}, engine.docker, prometheus.client(), clock,
                      base::Deadline::after(clock, within));
  }
  validation::Phase suite(std::string_view name, base::Duration within = 60s) {
    const auto suites = run(within);
    return *std::ranges::find(suites, name, &validation::Phase::name);
  }
  // The container's requirement, as Prometheus has it.
  void require(const std::string& variable) {
    prometheus.tell(kRequired, R"(container":"bot","variable)", variable, "1");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the stability check has its six suites, also where nothing is configured") {
  prometheus.tell("count(max_over_time(salus_exporter_build_info[1h]))", "", "", "1");
  std::string names;
  for (const validation::Phase& suite : run()) {
    names += suite.name + " ";
    CHECK(suite.passed);
  }
  CHECK(names == "containers modules smoke http environment integrations ");
  CHECK(suite("containers").detail == "2 of 2 passed");
  CHECK(suite("http").detail == "nothing is configured");
}

TEST_CASE_METHOD(Fixture, "a container that is down fails its suite") {
  engine.contains("exited");
  CHECK(suite("containers").checks.at(1).detail == "exited with code 3");
  CHECK_FALSE(suite("containers").passed);
  engine.answer("GET", "/containers/*/json", 404, "{}");
  CHECK(suite("containers").checks.at(0).detail == "does not exist");
}

TEST_CASE_METHOD(Fixture, "what exporter.yml requires of an environment is asked of the engine") {
  require("MODE");
  CHECK(suite("environment").passed);
  require("SECRET");
  const auto suite_now = suite("environment");
  CHECK_FALSE(suite_now.passed);
  REQUIRE(suite_now.checks.size() == 2);
  CHECK(suite_now.checks[1].name == "bot SECRET");
  CHECK(suite_now.checks[1].detail == "is not set");
}

TEST_CASE_METHOD(Fixture, "what is not known of the environment has failed") {
  CHECK(suite("environment").checks.at(0).detail == "Prometheus has no data from the exporter");
  prometheus.breaks();
  CHECK_FALSE(suite("environment", 50ms).passed);
}

TEST_CASE_METHOD(Fixture, "modules may fail as many as in a validation, integrations none") {
  config.modules.assign(2, {"m", {"/bin/true"}, ""});
  config.modules[0].argv = {"/bin/false"};
  config.modules_may_fail = 1;
  config.integrations = config.modules;
  CHECK(suite("modules").passed);
  CHECK_FALSE(suite("integrations").passed);
}
