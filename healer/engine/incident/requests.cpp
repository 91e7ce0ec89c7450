#include "healer/engine/incident/requests.h"

#include "healer/engine/planned_downtime.h"
#include "healer/model/recommendation.h"

namespace healer {
namespace {

// After a signal, a container may end and be started again by the engine's restart policy.
bool starts_its_container(std::string_view action) {
  return action.starts_with("container_") && action != "container_stop" && action != "container_signal";
}

}  // namespace

ActionRequest action_request(const Incident& incident, const Playbook& playbook, std::size_t rung) {
  return {.action_id = incident.next_action_id(),
          .incident = incident.id(),
          .playbook = playbook.name,
          .rung = rung,
          .action = incident.undo ? incident.undo->action : playbook.rungs[rung].action,
          .target = incident.target,
          .timeout = playbook.rungs[rung].timeout,
          .incident_since = incident.opened_at,
          .undo = incident.undo,
          .maintenance = is_maintenance(incident)};
}

Recommended recommendation_of(const ActionRequest& order, const Rung& rung, const std::string& description,
                              const Incident& incident, const History& history) {
  return {.incident = incident.number,
          .issue = incident.members.empty() ? "" : incident.members.front().fingerprint,
          .playbook = order.playbook,
          .rung = order.rung,
          .action_id = order.action_id,
          .action = order.action,
          .target = order.target,
          .description = description,
          .priority = static_cast<std::size_t>(priority_of(history.alerts_of(incident), incident.severity)),
          .automatic = rung.automatic,
          .approval = rung.approval};
}

CheckRequest check_request(const Incident& incident, const History& history, const Verify& verify,
                           std::uint64_t round, base::WallTime facts_after) {
  return {.incident = incident.id(),
          .round = round,
          .target = incident.target,
          .verify = verify,
          .alerts = history.alerts_of(incident),
          .facts_after = facts_after,
          .should_run = incident.target.kind == kContainer && starts_its_container(incident.action)};
}

}  // namespace healer
