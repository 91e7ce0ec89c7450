#include "healer/app/health_log.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/example_view.h"

using base::log::Level;
using healer::HealthLog;
using healer::Policy;
using namespace std::chrono_literals;

namespace {

healer::View critical_models() {
  healer::View view = tests::example_view();
  view.policy.policy = Policy::kNoNewTrades;
  view.firing = {tests::example_alert({{"alertname", "ModelsMissing"},
                                       {"subsystem", "ai_model"},
                                       {"status", "critical"},
                                       {"issue", "critical"}}),
                 tests::example_alert({{"alertname", "SubsystemLagging"},
                                       {"subsystem", "data_feed"},
                                       {"status", "degraded"},
                                       {"issue", "medium"}})};
  return view;
}

}  // namespace

TEST_CASE("a health check with critical issues is logged in the words that operators search for") {
  tests::FakeClock clock;
  HealthLog log;
  const auto lines = log.lines("critical", critical_models(), clock.now());
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].level == Level::kInfo);
  CHECK(lines[0].message ==
        "[SELF-HEAL] Health check complete: Overall=critical, policy=no_new_trades, issues=2");
  CHECK(lines[1].level == Level::kError);
  CHECK(lines[1].message == "[SELF-HEAL] 1 CRITICAL ISSUES detected!");
  CHECK(lines[2].level == Level::kError);
  CHECK(lines[2].message == "  - ai_model is critical");
  CHECK(lines[0].fields[2].second == "2");
}

TEST_CASE("a health check is logged when its result changes, and otherwise once an hour") {
  tests::FakeClock clock;
  HealthLog log;
  healer::View view = critical_models();
  CHECK(log.lines("critical", view, clock.now()).size() == 3);
  CHECK(log.lines("critical", view, clock.now()).empty());
  clock.advance(59min);
  CHECK(log.lines("critical", view, clock.now()).empty());
  clock.advance(1min);
  CHECK(log.lines("critical", view, clock.now()).size() == 3);
  view.firing.clear();
  CHECK(log.lines("critical", view, clock.now()).size() == 1);
  CHECK(log.lines("healthy", view, clock.now()).size() == 1);
  view.policy.policy = Policy::kAllowAll;
  CHECK(log.lines("healthy", view, clock.now()).size() == 1);
}

TEST_CASE("changes of the policy and actions are logged in the same words") {
  CHECK(healer::policy_change_line(Policy::kAllowAll, Policy::kNoNewTrades) ==
        "[SELF-HEAL] Safety policy changed: allow_all → no_new_trades");
  CHECK(healer::auto_executing_line("disable ai_model module") ==
        "[SELF-HEAL] Auto-executing: Disable ai_model module");
}
