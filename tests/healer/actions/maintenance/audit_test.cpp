#include "healer/actions/maintenance/audit.h"

#include "tests/catch.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

const std::string kStopped = "salus_container_running == 0 and on (container) salus_container_expected == 1";
const std::string kStoppedUnreported =
    "(" + kStopped +
    ") unless on (container) ALERTS{alertstate=\"firing\", container!=\"\", alertname!~\"HealthAudit.*\"}";

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

TEST_CASE_METHOD(Fixture, "the score is a tenth of the health score, the same figure as on the dashboards") {
  prometheus.tell("max(salus:health_score:weighted)", "", "", "92.5");
  CHECK(run().score() == 9.25);
}

TEST_CASE_METHOD(Fixture, "each thing that is wrong is a defect of its check") {
  prometheus.tell("salus:overall_status:max", "", "", "2");
  prometheus.tell(kStopped, "container", "quantum_redis", "0");
  prometheus.tell(kStopped, "container", "quantum_nginx", "0");
  prometheus.tell(kStoppedUnreported, "container", "quantum_nginx", "0");
  const auto audit = run({{"disk", {"/bin/sh", "-c", "echo full >&2; exit 1"}, ""}});
  CHECK(audit.status == "critical");
  CHECK_FALSE(check(audit, "containers").passed);
  CHECK(check(audit, "containers").defects ==
        std::vector<std::string>{"container=quantum_redis", "container=quantum_nginx"});
  CHECK_FALSE(check(audit, "containers").reported);
  CHECK(check(audit, "disk").defects == std::vector<std::string>{"failed with exit code 1: full"});
  CHECK(check(audit, "files").passed);
  CHECK(audit.passed() == audit.checks.size() - 2);
  CHECK(audit.score() < 10);
}

TEST_CASE_METHOD(Fixture, "a defect that a firing alert reports, silenced or not, is not reported again") {
  prometheus.tell(kStopped, "container", "quantum_redis", "0");
  prometheus.tell("ALERTS{alertstate=\"firing\", severity=\"critical\", alertname!~\"HealthAudit.*\"}",
                  "alertname", "ContainerDown", "1");
  const auto audit = run();
  CHECK_FALSE(check(audit, "containers").passed);
  CHECK(check(audit, "containers").reported);
  CHECK_FALSE(check(audit, "critical alerts").passed);
  CHECK(check(audit, "critical alerts").reported);
}

TEST_CASE("what has no data has failed, and so has all when Prometheus does not answer") {
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

TEST_CASE("a report in which everything passes reads as specified") {
  audit::Audit audit;
  audit.at = base::WallTime(std::chrono::microseconds(1763901045123456));
  audit.status = "healthy";
  audit.checks = {{"Config cleanup", true, {}}, {"API functionality", true, {}}};
  CHECK(audit::report(audit) == R"(# Health Check Report
Generated: 2025-11-23T12:30:45.123456

## Diagnostic Summary
- Config cleanup: ✅ PASS
- API functionality: ✅ PASS

## System Status
✅ HEALTHY - All systems operational

## Metrics
- Health Score: 10/10
- Defects Found: 0
- Status: PRODUCTION READY

## Defects
None.
)");
  CHECK(audit::report_name(audit.at) == "health_check_20251123_123045.md");
}

TEST_CASE("a report names every check that failed, the status and the defects") {
  audit::Audit audit;
  audit.at = base::WallTime(std::chrono::seconds(1765944000));
  audit.status = "degraded";
  audit.checks = {{"containers", true, {}}, {"probes", true, {}}, {"log | sources", false, {"source=a<b>"}}};
  CHECK(audit::report(audit) == R"(# Health Check Report
Generated: 2025-12-17T04:00:00.000000

## Diagnostic Summary
- containers: ✅ PASS
- probes: ✅ PASS
- log \| sources: ❌ FAIL

## System Status
⚠️ DEGRADED - Manual review required, 1 of 3 checks failed

## Metrics
- Health Score: 6.6/10
- Defects Found: 1
- Status: MANUAL REVIEW REQUIRED

## Defects
- log \| sources: source=a\<b>
)");
}

TEST_CASE("a report says what state the system is in") {
  const auto [status, line] = GENERATE(table<std::string, std::string>(
      {{"healthy", "⚠️ HEALTHY - Manual review required, 1 of 1 checks failed"},
       {"critical", "❌ CRITICAL - Manual review required, 1 of 1 checks failed"},
       {"failed", "❌ FAILED - Manual review required, 1 of 1 checks failed"},
       {"unknown", "⚠️ UNKNOWN - Manual review required, 1 of 1 checks failed"}}));
  audit::Audit audit;
  audit.status = status;
  audit.checks = {{"containers", false, {"container=a"}}};
  CHECK_THAT(audit::report(audit), Catch::Contains("## System Status\n" + line + "\n"));
}
