#include "exporter/check_durations.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using namespace std::chrono_literals;

TEST_CASE("the checks of a subsystem and of its container are summed, each as of its last run") {
  const tests::FakeClock clock;
  const auto now = clock.now().mono;
  exporter::CheckDurations checks;
  REQUIRE(checks.of("database", "quantum_postgres", now) == 0s);
  checks.put_subsystem("database", "state", {9ms, now, 90s});
  checks.put_subsystem("database", "state", {2ms, now, 90s});
  checks.put_subsystem("database", "probe postgres", {30ms, now, 90s});
  checks.put_subsystem("database2", "state", {500ms, now, 90s});
  checks.put_container("quantum_postgres", {7ms, now, 15s});
  REQUIRE(checks.of("database", "quantum_postgres", now) == 39ms);
  REQUIRE(checks.of("database", "", now) == 32ms);
}

TEST_CASE("a duration counts only for as long as its check may be late") {
  const tests::FakeClock clock;
  const auto now = clock.now().mono;
  exporter::CheckDurations checks;
  checks.put_subsystem("database", "state", {2ms, now, 90s});
  checks.put_subsystem("database", "probe removed", {30ms, now, 15s});
  REQUIRE(checks.of("database", "", now + 15s) == 32ms);
  REQUIRE(checks.of("database", "", now + 16s) == 2ms);
  checks.put_subsystem("database", "state", {3ms, now + 16s, 90s});
  REQUIRE(checks.of("database", "", now) == 3ms);  // the other one is forgotten
}
