// A View with something of everything.
#pragma once

#include "healer/config/config.h"
#include "healer/state/snapshot.h"

namespace tests {

inline base::WallTime at(double seconds_after) {
  return base::from_unix_seconds(1'765'944'000 + seconds_after);
}

inline healer::Alert example_alert(healer::Labels labels) {
  healer::Alert alert;
  alert.firing = true;
  alert.labels = std::move(labels);
  alert.annotations = {{"summary", "A container is down."}};
  alert.starts_at = at(0);
  return alert;
}

inline healer::View example_view() {
  using namespace healer;
  View view;
  view.at = at(60);
  view.chain.rulers["prometheus"] = {};
  IncidentView open;
  open.id = "INC-17";
  open.state = State::kExhausted;
  open.playbook = "restart_container";
  open.subsystem = "risk_guard";
  open.severity = "critical";
  open.target = {"container", "quantum_trading_bot"};
  open.alert_names = {"ContainerDown", "SubsystemStale"};
  open.rung = 1;
  open.actions = 2;
  open.blocks = {"INC-18"};
  open.alert_starts_at = at(0);
  open.opened_at = at(1.5);
  open.timeline = {{at(1.5), "accepted", "ContainerDown"}, {at(31), "exhausted", "the ladder is at its end"}};
  IncidentView closed;
  closed.id = "INC-3";
  closed.state = State::kHealed;
  closed.playbook = "restart_container";
  closed.severity = "warning";
  closed.target = {"container", "quantum_redis"};
  closed.alert_names = {"ContainerDown"};
  closed.refusal = Refusal::kCooldown;
  closed.actions = 1;
  closed.alert_starts_at = at(-100);
  closed.opened_at = at(-99);
  closed.closed_at = at(-90);
  view.incidents = {open, closed};
  view.policy = {.policy = Policy::kDefensiveExit,
                 .permissions = policy::permissions_of(Policy::kDefensiveExit, {}),
                 .causes = {"alert PolicyDefensiveExit"},
                 .issued_at = at(59),
                 .valid_until = at(89),
                 .sequence = 17};
  view.watchdog_last_seen = at(55);
  view.firing = {
      example_alert({{"alertname", "ContainerDown"},
                     {"container", "quantum_trading_bot"},
                     {"subsystem", "risk_guard"},
                     {"heal", "restart_container"},
                     {"issue", "critical"},
                     {"impacts_trading", "true"}}),
      example_alert({{"alertname", "ContainerDown"},
                     {"container", "quantum_trading_bot"},
                     {"subsystem", "position_monitor"},
                     {"heal", "restart_container"},
                     {"issue", "high"}}),
      example_alert({{"alertname", "SubsystemLagging"}, {"subsystem", "orchestrator"}, {"issue", "medium"}}),
      example_alert({{"alertname", "Watchdog"}})};
  view.actions_total = {{{"container_restart", "success"}, 3}, {{"container_restart", "failure"}, 1}};
  view.decisions_total = {{{"restart_container", "act", ""}, 4},
                          {{"restart_container", "refuse", "cooldown"}, 2},
                          {{"no_such_playbook", "refuse", "unknown_playbook"}, 1}};
  view.tasks = {
      {"log_rotation", {.last_run = at(-3600), .last_success = at(-3598), .duration = 2, .failures = 1}}};
  view.healed = {{"restart_container", 8.5}, {"restart_container", 31}};
  view.found["validation"].list = {{"smoke", "", false}, {"smoke", "model", false}};
  view.found["health_audit"].list = {{"", "probes", true}, {"", "disk", false}};
  return view;
}

inline healer::Config example_config() {
  healer::Config config;
  healer::Playbook playbook;
  playbook.name = "restart_container";
  playbook.accepts = {"ContainerDown"};
  playbook.rungs = {{.action = "container_restart"}};
  healer::Playbook rotation;
  rotation.name = "rotate_logs";
  rotation.task = "log_rotation";
  rotation.accepts = {"LogRotationDue"};
  rotation.rungs = {{.action = "command"}};
  config.playbooks = {playbook, rotation};
  for (const char* name : {"risk_guard", "position_monitor", "orchestrator"}) {
    base::Subsystem subsystem;
    subsystem.name = name;
    subsystem.container = "quantum_trading_bot";
    config.inventory.subsystems.push_back(subsystem);
  }
  base::Subsystem logging;
  logging.name = "logging";
  config.inventory.subsystems.push_back(logging);
  config.inventory.other_containers = {"quantum_redis"};
  return config;
}

}  // namespace tests
