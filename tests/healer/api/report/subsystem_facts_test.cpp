#include "healer/api/report/subsystem_facts.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/healer/example_view.h"

using healer::StackHealth;
using healer::SubsystemFacts;

namespace {

const base::Inventory& inventory() {
  static const base::Inventory declared = [] {
    base::Inventory made;
    made.subsystems = {{"database", "data persistence", "partial", "normal", "quantum_postgres", {}},
                       {"risk_guard", "", "critical", "critical", "quantum_bot", {"database"}}};
    return made;
  }();
  return declared;
}

nlohmann::json details(const SubsystemFacts& facts, const StackHealth& health) {
  return healer::details_of(inventory().subsystems[0], facts, health, tests::at(0));
}

}  // namespace

TEST_CASE("details list what was checked and warn of each fault that was seen") {
  StackHealth health;
  health.answered = true;
  health.containers["quantum_postgres"] = false;
  SubsystemFacts facts;
  facts.status = "critical";
  facts.files = {{"quantum.db", false}, {"wal", true}};
  facts.probes = {{"postgres", false}};
  facts.state_present = false;
  const auto seen = details(facts, health);
  CHECK(seen["checked"] == nlohmann::json::array({"age of the state", "files", "probe postgres"}));
  CHECK(seen["missing_files"] == nlohmann::json::array({"quantum.db"}));
  CHECK(seen["existing_files"] == nlohmann::json::array({"wal"}));
  CHECK(seen["probes"]["postgres"] == "failure");
  CHECK(seen["container_running"] == false);
  CHECK(seen["warning"] == "Snapshot missing; File quantum.db missing; Probe postgres fails");
  CHECK_FALSE(seen.contains("error"));
}

TEST_CASE("a state within its limit has an age and no warning") {
  SubsystemFacts facts;
  facts.status = "healthy";
  facts.updated_at = tests::at(-20);
  facts.degraded_after = 300;
  const auto seen = details(facts, {});
  CHECK(seen["age_seconds"] == 20);
  CHECK(seen["degraded_after_seconds"] == 300);
  CHECK_FALSE(seen.contains("warning"));
}

TEST_CASE("the response time is that of all checks, or the best that is known") {
  StackHealth health;
  health.query_seconds = 0.004;
  SubsystemFacts facts;
  CHECK(healer::response_time_ms(facts, health) == Approx(4));
  facts.probe_seconds = 0.02;
  CHECK(healer::response_time_ms(facts, health) == Approx(20));
  facts.check_seconds = 0.03;
  CHECK(healer::response_time_ms(facts, health) == Approx(30));
}

TEST_CASE("errors are those that the subsystem counts, or its checks that fail") {
  StackHealth health;
  SubsystemFacts facts;
  CHECK(healer::error_count(facts, health) == 1);  // nothing was answered
  health.answered = true;
  CHECK(healer::error_count(facts, health) == 0);
  facts.probes = {{"a", false}, {"b", true}};
  facts.state_read = false;
  CHECK(healer::error_count(facts, health) == 2);
  facts.errors = 17;
  CHECK(healer::error_count(facts, health) == 17);
}

TEST_CASE("the root cause is the closest fault, also of a dependency, and empty when none is known") {
  StackHealth health;
  health.answered = true;
  health.subsystems["database"].status = "critical";
  CHECK(healer::root_cause("risk_guard", health, inventory()).empty());
  CHECK(healer::root_cause("unknown", health, inventory()).empty());
  health.subsystems["database"].probes = {{"postgres", false}};
  CHECK(healer::root_cause("risk_guard", health, inventory()) == "Failed probes: postgres (database)");
  health.containers["quantum_bot"] = false;
  CHECK(healer::root_cause("risk_guard", health, inventory()) == "Container quantum_bot is not running");
  health.containers.clear();
  health.subsystems["database"].status = "healthy";
  CHECK(healer::root_cause("risk_guard", health, inventory()).empty());
}
