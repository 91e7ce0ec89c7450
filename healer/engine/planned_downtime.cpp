#include "healer/engine/planned_downtime.h"

#include <algorithm>
#include <optional>

#include "healer/engine/planner.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

bool is_operators_stop(const Incident& incident) {
  return !incident.started_by.empty() && incident.target.kind == kContainer &&
         incident.action == "container_stop";
}

// When the action must have ended and been verified; nullopt: none is under way.
std::optional<base::MonoTime> limit(const Incident& incident, const Rung& rung, const Verify& verify) {
  // What an operator stopped stays stopped while that is being confirmed, and when it cannot be.
  const bool stopped =
      incident.state == State::kProbation || (incident.state == State::kGated && incident.unverified);
  if (stopped && is_operators_stop(incident)) return incident.since + verify.within + verify.healthy_for;
  switch (incident.state) {
    case State::kIntent:
    case State::kRunning:
      return incident.since + rung.timeout + verify.within;
    case State::kUnknown:
    case State::kVerifying:
      return incident.since + verify.within;
    default:
      return std::nullopt;
  }
}

base::MonoTime intended_at(const Incident& incident, const History& history) {
  const Attempts* attempts = history.attempts(incident.target, incident.playbook);
  if (attempts == nullptr || attempts->last_incident != incident.number || attempts->at.empty())
    return incident.since;
  return attempts->at.back();
}

bool is_stopped_on_purpose(const Incident& incident) {
  if (incident.state != State::kHealed || !is_operators_stop(incident)) return false;
  return std::ranges::none_of(incident.undoable, [](const auto& entry) { return entry.second.undone; });
}

int disruptive_actions(const Incident& incident, const Playbook& playbook) {
  int count = 0;
  for (const auto& [rung, tries] : incident.tries) {
    if (rung < playbook.rungs.size() && playbook.rungs[rung].disruptive) count += tries;
  }
  return count;
}

}  // namespace

bool is_maintenance(const Incident& incident) {
  return !incident.started_by.empty() || incident.target.kind == kTask;
}

bool prepares_at_once(const Playbook& playbook) {
  return !playbook.rungs.empty() && playbook.rungs.front().prepares && !playbook.rungs.front().disruptive;
}

std::map<std::string, PlannedDowntime> planned_downtime(const Config& config, const History& history,
                                                        base::MonoTime now) {
  std::map<std::string, PlannedDowntime> planned;
  const auto add = [&](const std::string& container, const PlannedDowntime& each) {
    const auto [found, is_new] = planned.try_emplace(container, each);
    if (!is_new && each.until > found->second.until) found->second = each;
  };
  for (const std::uint64_t number : history.open()) {
    const Incident& incident = *history.incident(number);
    const Playbook* playbook = find_playbook(config, incident.playbook);
    if (playbook == nullptr || incident.rung >= playbook->rungs.size()) continue;
    const Rung& rung = playbook->rungs[incident.rung];
    const auto until = limit(incident, rung, playbook->verify);
    if (!rung.disruptive || !until || now >= *until) continue;
    const bool maintenance = is_maintenance(incident);
    if (!maintenance && disruptive_actions(incident, *playbook) > 1) continue;
    const PlannedDowntime each{number, intended_at(incident, history), *until, maintenance};
    for (const std::string& container : rung.takes) add(container, each);
    if (incident.target.kind == kContainer) add(incident.target.name, each);
  }
  for (const std::uint64_t number : history.closed()) {
    const Incident& incident = *history.incident(number);
    const base::MonoTime until = incident.acted_at + config.guards.longest_pause;
    if (!is_stopped_on_purpose(incident) || now >= until) continue;
    add(incident.target.name, {number, intended_at(incident, history), until, false});
  }
  return planned;
}

}  // namespace healer
