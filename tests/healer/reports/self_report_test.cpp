#include "healer/reports/self_report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/healer/example_view.h"

using nlohmann::json;

namespace {

healer::StackHealth example_survey() {
  healer::StackHealth stack_health;
  stack_health.answered = true;
  stack_health.overall = "critical";
  stack_health.subsystems["risk_guard"] = {
      .status = "critical", .updated_at = tests::at(-400), .response_seconds = 0.25, .errors = 12};
  return stack_health;
}

json report_of(const healer::StackHealth& stack_health, const healer::View& view = tests::example_view()) {
  return json::parse(healer::self_report(stack_health, view, tests::example_config(), tests::at(60)));
}

}  // namespace

TEST_CASE("the report has exactly the fields it is specified with, and why something is not known") {
  const auto report = nlohmann::ordered_json::parse(
      healer::self_report(example_survey(), tests::example_view(), tests::example_config(), tests::at(60)));
  std::vector<std::string> names;
  for (const auto& [name, value] : report.items()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"timestamp", "overall_status", "current_safety_policy",
                                          "subsystem_health", "detected_issues", "recovery_recommendations",
                                          "trading_should_continue", "requires_immediate_action", "summary",
                                          "restrictions", "error"});
}

TEST_CASE("the report tells what Prometheus and the healer know") {
  const json report = report_of(example_survey());
  CHECK(report["timestamp"] == "2025-12-17T04:01:00.000Z");
  CHECK(report["overall_status"] == "critical");
  CHECK(report["current_safety_policy"] == "defensive_exit");
  const json& guard = report["subsystem_health"]["risk_guard"];
  CHECK(guard["status"] == "critical");
  CHECK(guard["timestamp"] == "2025-12-17T04:01:00.000Z");
  CHECK(guard["response_time_ms"] == 250);
  CHECK(guard["error_count"] == 12);
  CHECK(guard["details"]["last_update"] == "2025-12-17T03:53:20.000Z");
  CHECK(guard["details"]["alerts"] == json::array({"ContainerDown"}));
  REQUIRE(report["detected_issues"].size() == 3);
  CHECK(report["detected_issues"][0]["severity"] == "critical");
  CHECK(report["detected_issues"][0]["impacts_trading"] == true);
  REQUIRE(report["recovery_recommendations"].size() == 1);
  CHECK(report["recovery_recommendations"][0]["id"] == "INC-17");
  CHECK(report["recovery_recommendations"][0]["priority"] == 1);
  CHECK(report["recovery_recommendations"][0]["needs_operator"] == true);
  CHECK(report["trading_should_continue"] == false);
  CHECK(report["requires_immediate_action"] == true);
  CHECK_THAT(report["summary"].get<std::string>(), Catch::Contains("is critical, 1 critical"));
  CHECK_THAT(report["summary"].get<std::string>(),
             Catch::Contains("policy defensive_exit; 3 issues, 1 open incidents"));
}

TEST_CASE("what is not known is null, never a number") {
  healer::StackHealth away;
  away.error = "Prometheus is away";
  const json report = report_of(away);
  CHECK(report["overall_status"] == "unknown");
  CHECK(report["error"] == "Prometheus is away");
  CHECK_FALSE(report["subsystem_health"].empty());
  for (const json& subsystem : report["subsystem_health"]) {
    CHECK(subsystem["status"] == "unknown");
    for (const char* field : {"timestamp", "response_time_ms", "error_count"})
      CHECK(subsystem[field].is_null());
    CHECK(subsystem["details"]["last_update"].is_null());
  }
}

TEST_CASE("an issue affects what needs its subsystem, also by way of others") {
  healer::Config config = tests::example_config();
  config.inventory.subsystems = {{"risk_guard", "", "critical", "critical", "", {}},
                                 {"executor", "", "critical", "critical", "", {"risk_guard"}},
                                 {"supervisor", "", "none", "normal", "", {"executor"}},
                                 {"logging", "", "none", "normal", "", {}}};
  const json report =
      json::parse(healer::self_report(example_survey(), tests::example_view(), config, tests::at(60)));
  CHECK(report["detected_issues"][0]["affected_subsystems"] == json::array({"executor", "supervisor"}));
}
