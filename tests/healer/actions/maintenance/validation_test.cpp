#include "healer/actions/maintenance/validation.h"

#include "healer/actions/maintenance/validation/validation.h"
#include "healer/config/config.h"
#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace std::chrono_literals;

TEST_CASE("a validation that finds faults has done its work, and reports them") {
  tests::ToldPrometheus told;
  told.tell("count(salus_exporter_build_info)", "", "", "1");
  told.tell("min by (file, subsystem) (salus_file_present)", "file", "xgb.json", "0");
  const checks::Prometheus prometheus = told.client();
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  Config config;
  config.validation.modules = {{"ai", {"/bin/true"}, ""}};
  const auto compiled = tests::compile("validation", "{}", {nowhere, clock, nullptr, &config, &prometheus});
  REQUIRE(compiled.action);
  CHECK(compiled.action->shortest_timeout() > config.validation.timeout);
  CHECK(compiled.properties.acts_on("task"));
  CHECK_FALSE(compiled.properties.acts_on("container"));
  const auto outcome = compiled.action->run({"task", "weekly_validation"}, base::Deadline::after(clock, 60s));
  REQUIRE(outcome);
  CHECK(outcome->detail ==
        "modules: 1 of 1 passed; integrity: 0 of 1 passed, xgb.json: missing; containers: nothing is "
        "configured; "
        "system: 0 of 0 passed; smoke: nothing is configured");
  // Phases that are not configured have none.
  const std::vector<Finding> expected{{"modules", "", true},
                                      {"modules", "ai", true},
                                      {"integrity", "", false},
                                      {"integrity", "xgb.json", false},
                                      {"system", "", true}};
  CHECK(outcome->findings == Findings{"validation", expected});
}

TEST_CASE("what was skipped or is information makes no finding of its own") {
  using validation::Verdict;
  validation::Validation validation;
  validation.phases = {{.name = "system",
                        .passed = true,
                        .detail = "",
                        .checks = {{"disk", Verdict::kPass, "", {}}},
                        .took = {}},
                       {.name = "smoke",
                        .passed = true,
                        .detail = "",
                        .checks = {{"x", Verdict::kSkipped, "", {}}},
                        .took = {}}};
  CHECK(actions::findings_of(validation).list ==
        std::vector<Finding>{{"system", "", true}, {"smoke", "", true}});
}
