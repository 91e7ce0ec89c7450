#include "healer/actions/maintenance/validation/validation.h"

#include "tests/catch.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace healer::validation;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::ToldPrometheus prometheus;
  const base::SystemClock clock;
  ValidationConfig config;

  Fixture() { prometheus.tell("count(salus_exporter_build_info)", "", "", "1"); }
  Validation run(base::Duration within = 60s) {
    return validate(config, prometheus.client(), clock, base::Deadline::after(clock, within));
  }
};

const Phase& phase(const Validation& validation, std::string_view name) {
  return *std::ranges::find(validation.phases, name, &Phase::name);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a validation has its five phases in order, and passes when all of them do") {
  config.modules = {{"ai", {"/bin/true"}, ""}};
  config.smoke = {{"bot", {"/bin/true"}, ""}};
  const auto validation = run();
  std::vector<std::string> names;
  for (const Phase& each : validation.phases) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"modules", "integrity", "containers", "system", "smoke"});
  CHECK(validation.passed());
  CHECK(phase(validation, "modules").detail == "1 of 1 passed");
  CHECK(phase(validation, "integrity").detail == "nothing is configured");
}

TEST_CASE_METHOD(Fixture, "modules pass with 4 of 5 where that is enough, smoke tests only with all") {
  config.modules.assign(5, {"m", {"/bin/true"}, ""});
  config.modules[2].argv = {"/bin/false"};
  config.smoke = config.modules;
  config.modules_may_fail = 1;
  const auto validation = run();
  CHECK(phase(validation, "modules").passed);
  CHECK(phase(validation, "modules").detail == "4 of 5 passed");
  CHECK_FALSE(phase(validation, "smoke").passed);
  CHECK_FALSE(validation.passed());
  config.modules[3].argv = {"/bin/false"};
  CHECK_FALSE(phase(run(), "modules").passed);
}

TEST_CASE_METHOD(Fixture, "a damaged file or a container that is down fails its phase") {
  prometheus.tell("min by (file, subsystem) (salus_file_present)", "file", "xgb.json", "0");
  prometheus.tell("max by (container) (salus_container_expected)", "container", "bot", "1");
  const auto validation = run();
  CHECK_FALSE(phase(validation, "integrity").passed);
  CHECK_FALSE(phase(validation, "containers").passed);
  CHECK(phase(validation, "system").passed);
}

TEST_CASE_METHOD(Fixture, "all of it is over in time, whatever hangs") {
  config.timeout = 1s;
  config.modules = {{"hangs", {"/bin/sh", "-c", "trap '' TERM; sleep 3600"}, ""}};
  const auto validation = run();
  CHECK(phase(validation, "modules").checks[0].detail == "did not end in time");
  CHECK(validation.took < 30s);
}

TEST_CASE("a verdict has a name") {
  CHECK(to_string(Verdict::kPass) == "pass");
  CHECK(to_string(Verdict::kFail) == "fail");
  CHECK(to_string(Verdict::kSkipped) == "skipped");
}
