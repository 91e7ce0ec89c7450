#include "healer/api/report/self_report.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/healer/documents.h"
#include "tests/healer/example_view.h"

using nlohmann::json;

namespace {

healer::Config example_stack() {
  healer::Config config = tests::example_config();
  config.inventory.subsystems = {
      {"data_feed", "market data updates", "critical", "critical", "quantum_feed", {}},
      {"ai_model", "model availability", "partial", "normal", "quantum_ai_engine", {}},
      {"event_executor", "trading event loop", "critical", "critical", "", {"ai_model", "data_feed"}},
      {"model_supervisor", "", "none", "normal", "", {"ai_model"}},
      {"risk_guard", "risk enforcement", "critical", "critical", "quantum_trading_bot", {}},
  };
  healer::Playbook disable;
  disable.name = "disable_module";
  disable.accepts = {"ModelsMissing"};
  disable.rungs = {{.action = "disable_module"}};
  config.playbooks.push_back(disable);
  return config;
}

// A stale feed and one model left, as in the specification.
healer::StackHealth example_health(const std::string& status = "critical") {
  healer::StackHealth health;
  health.answered = true;
  health.overall = status;
  health.query_seconds = 0.004;
  health.containers = {{"quantum_ai_engine", true}};
  auto& feed = health.subsystems["data_feed"];
  feed.status = status;
  feed.updated_at = tests::at(60 - 320);
  feed.degraded_after = 300;
  feed.critical_after = 3600;
  feed.state_present = true;
  feed.check_seconds = 0.0052;
  feed.items = {{"symbols", 12}};
  auto& model = health.subsystems["ai_model"];
  model.status = status;
  model.check_seconds = 0.0031;
  model.sets["models"] = {
      .expected = 4, .present = 1, .files = {{"xgb_model.pkl", true}, {"lgbm_model.pkl", false}}};
  model.probes = {{"ai_engine", true}};
  return health;
}

healer::View example_issues() {
  healer::View view = tests::example_view();
  healer::Alert missing = tests::example_alert({{"alertname", "ModelsMissing"},
                                                {"subsystem", "ai_model"},
                                                {"status", "critical"},
                                                {"issue", "critical"},
                                                {"heal", "disable_module"},
                                                {"impacts_trading", "false"}});
  missing.fingerprint = "249702a64e92fd62";
  missing.annotations = {{"summary", "At most one model file is left."}, {"description", "1 of 4."}};
  view.firing = {missing, tests::example_alert({{"alertname", "HostCpuHigh"}, {"issue", "high"}})};
  healer::IncidentView incident = view.incidents[0];
  incident.id = "INC-18";
  incident.state = healer::State::kGated;
  incident.refusal = healer::Refusal::kApproval;
  incident.playbook = "disable_module";
  incident.subsystem = "ai_model";
  incident.alert_names = {"ModelsMissing"};
  incident.target = {"container", "quantum_ai_engine"};
  healer::Recommendation made;
  made.number = 7;
  made.issue = missing.fingerprint;
  made.action = "disable_module";
  made.description = "disable ai_model module";
  made.priority = 2;
  incident.recommendation = made;
  view.incidents.insert(view.incidents.begin(), incident);
  return view;
}

json report_of(const healer::StackHealth& health, const healer::View& view = example_issues(),
               const healer::Config& config = example_stack()) {
  return json::parse(healer::self_report(health, view, config, tests::at(60)));
}

}  // namespace

TEST_CASE("the report has the keys and types of its specification, whatever the stack's health") {
  const std::string status = GENERATE("healthy", "degraded", "critical", "failed", "unknown");
  const json report = report_of(example_health(status));
  tests::check_shape(report, tests::example_document("self_healing_report.json"));
  CHECK(report["overall_status"] == status);
  CHECK(report["summary"][status].get<int>() >= 2);
}

TEST_CASE("the report keeps its types without Prometheus, without issues and without incidents") {
  healer::StackHealth away;
  away.error = "Prometheus is away";
  away.query_seconds = 5;
  const bool empty = GENERATE(false, true);
  const json report = report_of(away, empty ? healer::View{} : example_issues());
  tests::check_shape(report, tests::example_document("self_healing_report.json"));
  CHECK(report["error"] == "Prometheus is away");
  CHECK(report["summary"]["unknown"] == 5);
  for (const json& subsystem : report["subsystem_health"]) {
    CHECK(subsystem["status"] == "unknown");
    CHECK(subsystem["response_time_ms"] == 5000);
    CHECK(subsystem["error_count"] == 1);
    CHECK(subsystem["details"]["error"] == "Prometheus is away");
  }
  CHECK(report["trading_should_continue"] == false);
}

TEST_CASE("the report names what was checked, what was seen and why") {
  const json report = report_of(example_health());
  const json& feed = report["subsystem_health"]["data_feed"];
  CHECK(feed["response_time_ms"] == Approx(5.2));
  CHECK(feed["details"]["warning"] == "Snapshot 320s old (stale)");
  const json& model = report["subsystem_health"]["ai_model"];
  CHECK(model["details"]["existing_models"] == json::array({"xgb_model.pkl"}));
  CHECK(model["details"]["total"] == 1);
  CHECK(model["details"]["alerts"] == json::array({"ModelsMissing"}));

  REQUIRE(report["detected_issues"].size() == 2);
  const json& issue = report["detected_issues"][0];
  CHECK(issue["issue_id"] == "ai_model_20251217_040000");
  CHECK(issue["description"] == "ai_model is critical");
  CHECK(issue["symptoms"] == json::array({"Status: critical", "At most one model file is left.", "1 of 4."}));
  CHECK(issue["root_cause"] == "Missing model files");
  CHECK(issue["affects_subsystems"] == json::array({"event_executor", "model_supervisor"}));
  // The host affects everything.
  CHECK(report["detected_issues"][1]["subsystem"] == "");
  CHECK(report["detected_issues"][1]["affects_subsystems"].size() == 5);
}

TEST_CASE("a recommendation is complete, and says when an operator must decide") {
  healer::View view = example_issues();
  json first = report_of(example_health(), view)["recovery_recommendations"][0];
  CHECK(first["recommendation_id"] == "rec_7_ai_model_20251217_040000");
  CHECK(first["issue"]["description"] == "ai_model is critical");
  CHECK(first["action"] == "disable_module");
  CHECK(first["description"] == "Disable ai_model module");
  CHECK(first["can_auto_execute"] == true);
  CHECK(first["requires_approval"] == false);
  CHECK(first["approval"].is_null());
  CHECK_FALSE(first["risks"].empty());

  healer::Approval approval;
  approval.id = "APR-18-1";
  approval.incident = 18;
  approval.action = "fallback_to_backup";
  approval.description = "restore the models of the last release";
  view.approvals = {approval};
  first = report_of(example_health(), view)["recovery_recommendations"][0];
  CHECK(first["action"] == "fallback_to_backup");
  CHECK(first["description"] == "Restore the models of the last release");
  CHECK(first["can_auto_execute"] == false);
  CHECK(first["requires_approval"] == true);
  CHECK(first["approval"] == "APR-18-1");
}

TEST_CASE("an incident that no action has healed requires an operator") {
  const json report = report_of(example_health(), tests::example_view());
  REQUIRE(report["recovery_recommendations"].size() == 1);
  const json& exhausted = report["recovery_recommendations"][0];
  CHECK(exhausted["incident"] == "INC-17");
  CHECK(exhausted["priority"] == 1);
  CHECK(exhausted["needs_operator"] == true);
  CHECK(exhausted["requires_approval"] == true);
  CHECK(exhausted["action"] == "container_restart");
  CHECK_THAT(exhausted["description"].get<std::string>(), Catch::StartsWith("Operator action required: "));
}

TEST_CASE("the summary is also there in words") {
  const json report = report_of(example_health());
  CHECK_THAT(report["summary_text"].get<std::string>(),
             Catch::Contains("is critical, 2 critical, 3 unknown"));
  CHECK_THAT(report["summary_text"].get<std::string>(),
             Catch::Contains("policy defensive_exit; 2 issues, 2 open incidents"));
}
