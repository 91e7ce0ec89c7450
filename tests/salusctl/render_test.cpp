#include "salusctl/render.h"

#include <nlohmann/json.hpp>

#include "healer/api/json_views.h"
#include "healer/publish/policy_json.h"
#include "healer/verify/health_reader.h"
#include "tests/catch.h"
#include "tests/healer/example_view.h"

using healer::Policy;
using nlohmann::json;
using namespace healer::salusctl;

TEST_CASE("columns are as wide as their widest cell") {
  CHECK(table({{"A", "LONG", "C"}, {"wide", "é", ""}, {"x"}}) ==
        "A     LONG  C\n"
        "wide  é\n"
        "x\n");
}

TEST_CASE("incidents are a table") {
  const auto view = tests::example_view();
  CHECK(render_incidents(json::parse(healer::incidents_json(view, healer::Listed::kOpen))) ==
        "INCIDENT  STATE      TARGET               SUBSYSTEM   ALERTS                         ACTIONS  "
        "OPENED                    REFUSED  WAITS FOR\n"
        "INC-17    exhausted  quantum_trading_bot  risk_guard  ContainerDown, SubsystemStale  2        "
        "2025-12-17T04:00:01.500Z\n");
  CHECK(render_incidents(json::array()) == "No incidents.\n");
}

TEST_CASE("an incident that waits for an approval names it and its action") {
  healer::View view = tests::example_view();
  healer::Approval approval;
  approval.id = "APR-17-1";
  approval.incident = 17;
  approval.action = "disable_module";
  approval.description = "disable ai_model module";
  approval.expires_at = tests::at(90);
  view.approvals = {approval};
  CHECK_THAT(render_incidents(json::parse(healer::incidents_json(view, healer::Listed::kOpen))),
             Catch::Contains("approval APR-17-1 of disable_module\n"));
  CHECK_THAT(render_incident(json::parse(healer::incident_json(view.incidents[0], view))),
             Catch::Contains("waits for   approval APR-17-1 of disable_module\n"
                             "            disable ai_model module\n"
                             "            salusctl approve APR-17-1 | salusctl reject APR-17-1, until "
                             "2025-12-17T04:01:30.000Z\n"));
}

TEST_CASE("an incident's story counts from its alert") {
  CHECK(render_incident(json::parse(healer::incident_json(tests::example_view().incidents[0], {}))) ==
        "INC-17 exhausted\n"
        "target      quantum_trading_bot\n"
        "subsystem   risk_guard\n"
        "severity    critical\n"
        "alerts      ContainerDown, SubsystemStale\n"
        "playbook    restart_container\n"
        "actions     2\n"
        "blocks      INC-18\n"
        "started     2025-12-17T04:00:00.000Z\n"
        "\n"
        "AT                        SINCE ALERT  WHAT       DETAIL\n"
        "2025-12-17T04:00:01.500Z  +1.5s        accepted   ContainerDown\n"
        "2025-12-17T04:00:31.000Z  +31.0s       exhausted  the ladder is at its end\n");
}

TEST_CASE("the status is what an operator asks first") {
  healer::View view = tests::example_view();
  view.pause_reason = "maintenance";
  view.paused_until = tests::at(3600);
  healer::Health health{
      .overall = "degraded", .subsystems = {{"logging", "degraded"}, {"risk_guard", "healthy"}}, .error = ""};
  const auto text = render_status(json::parse(healer::policy_document(view.policy)),
                                  json{{"ok", false}, {"problems", {"heartbeat: Watchdog is not delivered"}}},
                                  json::parse(healer::health_document(health, {}, view.policy)),
                                  json::parse(healer::pause_json(view)),
                                  json::parse(healer::incidents_json(view, healer::Listed::kOpen)));
  CHECK_THAT(text, Catch::StartsWith("policy      defensive_exit (level 3)\n"
                                     "trading     no new positions, exits only\n"
                                     "limits      tighter stops, high-risk positions closed\n"
                                     "causes      alert PolicyDefensiveExit\n"
                                     "valid until 2025-12-17T04:01:29.000Z\n"
                                     "evidence    missing: heartbeat: Watchdog is not delivered\n"
                                     "health      degraded: 1 healthy, 1 degraded\n"
                                     "healing     paused until 2025-12-17T05:00:00.000Z: maintenance\n"
                                     "incidents   1 open\n\nINCIDENT"));
}

TEST_CASE("the policy says whether trading goes on, and every limit that is not as usual") {
  const auto shown = [](Policy policy, bool halted = false) {
    healer::PolicyDocument document;
    document.policy = policy;
    document.permissions = healer::policy::permissions_of(policy, {});
    if (halted) document.permissions = healer::policy::meet(document.permissions, healer::policy::halted());
    return render_policy(json::parse(healer::policy_document(document)));
  };
  CHECK_THAT(shown(Policy::kAllowAll), Catch::Contains("trading     new positions allowed\nvalid until"));
  CHECK_THAT(
      shown(Policy::kSafeRiskProfile),
      Catch::Contains("trading     new positions, reduced\n"
                      "limits      leverage at most 5, 0.5 of the usual position size, tighter stops\n"));
  CHECK_THAT(shown(Policy::kNoNewTrades), Catch::Contains("trading     no new positions, exits only\n"));
  CHECK_THAT(shown(Policy::kNoNewTrades, true), Catch::Contains("trading     halted\n"));
  CHECK_THAT(shown(Policy::kEmergencyShutdown),
             Catch::Contains("limits      tighter stops, all positions closed"));
}

TEST_CASE("health that could not be read is left out") {
  const auto text = render_status(json::object(), json(), json(), json::object(), json::array());
  CHECK_THAT(text, !Catch::Contains("health"));
  CHECK_THAT(text, Catch::Contains("healing     active\nincidents   none open\n"));
}

TEST_CASE("what comes from alerts sends no control characters to the terminal") {
  healer::IncidentView incident = tests::example_view().incidents[0];
  incident.subsystem = "\x1b[2Jgone";
  CHECK(render_incident(json::parse(healer::incident_json(incident, {}))).find('\x1b') == std::string::npos);
}
