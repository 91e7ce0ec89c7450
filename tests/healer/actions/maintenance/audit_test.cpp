#include "healer/actions/maintenance/audit.h"

#include <catch2/catch.hpp>

#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::ToldPrometheus prometheus;
  const base::SystemClock clock;

  // Everything is heard of.
  Fixture() {
    for (const char* heard : {"salus_collector_success", "salus_container_expected",
                              "subsystem:salus_health_status:max", "salus_exporter_build_info",
                              "ALERTS{alertname=\"Watchdog\"}", "salus_healer_config_last_reload_successful",
                              "salus_healer_reconcile_success", "salus_healer_build_info"}) {
      prometheus.tell(fmt::format("count({})", heard), "", "", "1");
    }
  }
  audit::Audit run(const std::vector<CommandCheck>& commands = {}) {
    return audit::audit(commands, prometheus.client(), clock, base::Deadline::after(clock, 60s));
  }
};

const audit::AuditCheck& check(const audit::Audit& audit, std::string_view name) {
  return *std::ranges::find(audit.checks, name, &audit::AuditCheck::name);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "where nothing is wrong every check passes") {
  prometheus.tell("salus:overall_status:max", "", "", "0");
  const auto audit = run({{"disk", {"/bin/true"}, ""}});
  CHECK(audit.status == "healthy");
  CHECK(audit.passed() == audit.checks.size());
  CHECK(audit.score() == 10);
  CHECK(audit.checks.size() == audit::question_names().size() + 1);
}

TEST_CASE_METHOD(Fixture, "each thing that is wrong is a defect of its check") {
  prometheus.tell("salus:overall_status:max", "", "", "2");
  prometheus.tell("salus_container_running == 0", "container", "quantum_redis", "0");
  prometheus.tell("salus_container_running == 0", "container", "quantum_nginx", "0");
  const auto audit = run({{"disk", {"/bin/sh", "-c", "echo full >&2; exit 1"}, ""}});
  CHECK(audit.status == "critical");
  CHECK_FALSE(check(audit, "containers").passed);
  CHECK(check(audit, "containers").defects ==
        std::vector<std::string>{"container=quantum_redis", "container=quantum_nginx"});
  CHECK(check(audit, "disk").defects == std::vector<std::string>{"failed with exit code 1: full"});
  CHECK(check(audit, "files").passed);
  CHECK(audit.passed() == audit.checks.size() - 2);
  CHECK(audit.score() < 10);
}

TEST_CASE("what nothing is heard of has failed, and so has all when Prometheus does not answer") {
  tests::ToldPrometheus silent;
  const base::SystemClock clock;
  const bool broken = GENERATE(true, false);
  if (broken) silent.breaks();
  const auto audit = audit::audit({}, silent.client(), clock, base::Deadline::after(clock, 60s));
  CHECK(audit.status == "unknown");
  CHECK_FALSE(check(audit, "containers").passed);
  CHECK_THAT(check(audit, "containers").defects.front(), Catch::StartsWith("unknown: "));
  if (broken) CHECK(audit.score() == 0);
}

TEST_CASE("a report has every check, the status, the score and the defects") {
  audit::Audit audit;
  audit.at = base::WallTime(std::chrono::seconds(1765944000));
  audit.status = "degraded";
  audit.checks = {{"containers", true, {}}, {"log | sources", false, {"source=a<b>"}}};
  CHECK(audit::report(audit) == R"(# Health check 2025-12-17T04:00:00.000Z

**System status:** degraded
**Score:** 5.0/10 (1 of 2 checks passed)

## Checks

| Check | Result |
|---|---|
| containers | PASS |
| log \| sources | FAIL |

## Defects

- log \| sources: source=a\<b>
)");
  audit.checks.pop_back();
  CHECK_THAT(audit::report(audit), Catch::EndsWith("## Defects\n\nNone.\n"));
  CHECK(audit::report_name(audit.at) == "health_check_20251217_040000.md");
}
