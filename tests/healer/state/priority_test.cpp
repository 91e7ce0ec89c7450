#include "healer/state/priority.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

using namespace healer;

TEST_CASE("an incident is as urgent as its playbook says, else as its severity") {
  Config config = tests::example_config();
  const auto [own, severity, expected] = GENERATE(table<std::optional<int>, std::string, int>({
      {std::nullopt, "critical", 10},
      {std::nullopt, "warning", 20},
      {std::nullopt, "info", 30},
      {std::nullopt, "none of them", 30},
      {1, "info", 1},
      {1000, "critical", 1000},
  }));
  config.playbooks[0].priority = own;
  Incident incident;
  incident.playbook = "restart_container";
  incident.severity = severity;
  CHECK(priority(incident, config) == expected);
  incident.playbook = "gone";
  CHECK(priority(incident, config) > 1000);
}

TEST_CASE_METHOD(tests::Memory,
                 "a graver alert that joins makes the incident more urgent, a lesser one does not") {
  tell(AlertSeen{tests::alert("a", {{"severity", "warning"}})});
  tell(AlertSeen{tests::alert("b", {{"severity", "critical"}})});
  tell(AlertSeen{tests::alert("c", {{"severity", "info"}})});
  const auto incident = tell(IncidentOpened{.playbook = "restart_container",
                                            .subsystem = "",
                                            .severity = "warning",
                                            .target = tests::kRedis,
                                            .fingerprint = "a",
                                            .alert_name = "ContainerDown",
                                            .alert_starts_at = clock.now().wall});
  tell(AlertJoined{incident, "c", "ContainerDown"});
  CHECK(history.incident(incident)->severity == "warning");
  tell(AlertJoined{incident, "b", "ContainerDown"});
  CHECK(history.incident(incident)->severity == "critical");
}
