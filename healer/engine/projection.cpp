#include "healer/engine/projection.h"

#include <algorithm>
#include <functional>

#include "healer/engine/planned_downtime.h"
#include "healer/engine/storm.h"

namespace healer {
namespace {

IncidentView show(const Incident& incident, const History& history) {
  IncidentView view{.id = incident.id(),
                    .state = incident.state,
                    .playbook = incident.playbook,
                    .subsystem = incident.subsystem,
                    .severity = incident.severity,
                    .target = incident.target,
                    .alert_names = {},
                    .refusal = incident.refusal,
                    .refusal_detail = incident.refusal_detail,
                    .waits_for = incident.waits_for == 0 ? "" : incident_id(incident.waits_for),
                    .blocks = {},
                    .rung = incident.rung,
                    .actions = incident.actions,
                    .firings = incident.firings,
                    .alert_starts_at = incident.alert_starts_at,
                    .opened_at = incident.opened_at,
                    .closed_at = incident.closed_at,
                    .recommendation = {},
                    .timeline = incident.timeline,
                    .started_by = incident.started_by,
                    .reason = incident.reason,
                    .undos = {},
                    .undoes = incident.undoes};
  for (const auto& [count, undoable] : incident.undoable) {
    view.undos.push_back({.action_id = action_id_of(incident.number, count),
                          .action = undoable.action,
                          .by = undoable.by.action,
                          .incident = undoable.incident == 0 ? "" : incident_id(undoable.incident),
                          .undone = undoable.undone});
  }
  if (const Recommendation* last = history.recommendation(incident.recommendation))
    view.recommendation = *last;
  for (const Member& member : incident.members) view.alert_names.push_back(member.name);
  std::sort(view.alert_names.begin(), view.alert_names.end());
  view.alert_names.erase(std::unique(view.alert_names.begin(), view.alert_names.end()),
                         view.alert_names.end());
  return view;
}

}  // namespace

View project(const Config& config, const History& history, base::Now now) {
  View view;
  std::vector<std::uint64_t> numbers(history.open().begin(), history.open().end());
  numbers.insert(numbers.end(), history.closed().begin(), history.closed().end());
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  view.incidents.reserve(numbers.size());
  for (const std::uint64_t number : numbers)
    view.incidents.push_back(show(*history.incident(number), history));
  for (const IncidentView& incident : view.incidents) {
    if (incident.refusal != Refusal::kParent) continue;
    const auto parent = std::ranges::find(view.incidents, incident.waits_for, &IncidentView::id);
    if (parent != view.incidents.end()) parent->blocks.push_back(incident.id);
  }
  view.storm = history.storm();
  view.targets_in_trouble = storm::targets_in_trouble(config, history);
  for (const auto& [container, planned] : planned_downtime(config, history, now.mono)) {
    view.planned_downtime[container] = {now.wall - (now.mono - planned.since),
                                        now.wall - (now.mono - planned.until)};
  }
  if (const auto& pause = history.pause()) {
    view.pause_reason = pause->reason;
    if (pause->until) view.paused_until = now.wall + (*pause->until - now.mono);
  }
  if (const auto& hold = history.hold()) view.operator_hold = hold->policy;
  for (const auto& [fingerprint, state] : history.alerts()) {
    if (!state.alert.firing) continue;
    view.firing.push_back(state.alert);
    if (!state.refused) continue;
    view.refused.push_back({.alert_name = std::string(state.alert.label("alertname")),
                            .subsystem = std::string(state.alert.label("subsystem")),
                            .playbook = state.refused->playbook,
                            .refusal = state.refused->refusal,
                            .detail = state.refused->detail});
  }
  for (const auto& [id, approval] : history.approvals()) view.approvals.push_back(approval);
  std::ranges::stable_sort(view.approvals, std::greater<>(), &Approval::requested_at);
  view.recommendations.assign(history.recommendations().rbegin(), history.recommendations().rend());
  view.actions_total = history.actions_total();
  view.decisions_total = history.decisions_total();
  view.healed = history.healed();
  view.first_start = history.first_start();
  for (const auto& [name, runs] : history.tasks()) {
    view.tasks[name] = {runs.last_run, runs.last_success, runs.duration, runs.failures, runs.counts};
  }
  for (const auto& [suite, found] : history.found()) view.found[suite] = {found.at, found.list};
  return view;
}

}  // namespace healer
