#include "healer/engine/incident/requests.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;

namespace {

Incident incident() {
  Incident incident;
  incident.number = 17;
  incident.actions = 1;
  incident.target = {"container", "feed"};
  incident.severity = "critical";
  return incident;
}

Playbook playbook() {
  Playbook playbook;
  playbook.name = "heal";
  playbook.rungs = {{.action = "container_restart"}, {.action = "command"}};
  playbook.rungs[1].timeout = std::chrono::minutes(3);
  return playbook;
}

}  // namespace

TEST_CASE("an order is the incident's next action by that rung") {
  const ActionRequest order = action_request(incident(), playbook(), 1);
  CHECK(order.action_id == "INC-17/2");
  CHECK(order.incident == "INC-17");
  CHECK(order.playbook == "heal");
  CHECK(order.rung == 1);
  CHECK(order.action == "command");
  CHECK(order.timeout == std::chrono::minutes(3));
  CHECK_FALSE(order.undo);
}

TEST_CASE("the next action of an incident that undoes another is the undo") {
  Incident undoing = incident();
  undoing.undo = Undo{"container_start", "{}"};
  const ActionRequest order = action_request(undoing, undo_playbook(), 0);
  CHECK(order.action == "container_start");
  CHECK(order.undo == undoing.undo);
}

TEST_CASE("a recommendation says what would be done, for which alert, and how urgent it is") {
  Incident ill = incident();
  ill.members = {{"f1", "ContainerDown"}};
  Rung rung;
  rung.automatic = false;
  const Recommended said =
      recommendation_of(action_request(ill, playbook(), 0), rung, "restart it", ill, History());
  CHECK(said.incident == 17);
  CHECK(said.issue == "f1");
  CHECK(said.action == "container_restart");
  CHECK(said.description == "restart it");
  CHECK_FALSE(said.automatic);
  CHECK(said.priority >= 1);
}

TEST_CASE("a look asks for the target, and for every alert of the incident that is remembered") {
  History history;
  AlertSeen seen{tests::alert("f1", {{"alertname", "ContainerDown"}}), false};
  history.apply({1, {base::WallTime{}, seen}}, base::MonoTime(std::chrono::hours(1)));
  Incident ill = incident();
  ill.members = {{"f1", "ContainerDown"}, {"f2", "Gone"}};
  const auto after = base::WallTime(std::chrono::seconds(5));
  const CheckRequest order = check_request(ill, history, Verify{}, 3, after);
  CHECK(order.incident == "INC-17");
  CHECK(order.round == 3);
  CHECK(order.target == ill.target);
  CHECK(order.facts_after == after);
  REQUIRE(order.alerts.size() == 1);
  CHECK(order.alerts[0].fingerprint == "f1");
}
