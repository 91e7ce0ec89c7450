// Actions on targets and for tasks, and the policies that they bring along.
#include <algorithm>
#include <utility>

#include "healer/state/history/history.h"
#include "healer/state/undo.h"

namespace healer {
namespace {

constexpr std::size_t kAttemptsLimit = 1000;  // remembered of one target
constexpr std::size_t kIncidentsLimit = 32;   // likewise: backoff has reached any limit by then

void note_run(TaskRuns& task, const ActionFinished& fact, base::WallTime at) {
  task.duration = std::max(0.0, std::chrono::duration<double>(at - task.last_run).count());
  if (fact.outcome == ActionFinished::Outcome::kSuccess) {
    task.last_success = at;
    task.failing = false;
  } else {
    ++task.failures;
  }
  for (const auto& [what, count] : fact.counts) task.counts[what] += count;
}

}  // namespace

void History::take(const ActionIntended& fact, const When& when) {
  if (fact.policy) {
    leases_[fact.action_id] = {fact.incident, fact.action, *fact.policy, fact.lease, when.mono + fact.lease};
  }
  if (halts_trading(fact.action)) halts_[fact.action_id] = {fact.incident, fact.action};
  if (fact.policy_while_running) {
    leases_[incident_id(fact.incident)] = {fact.incident, fact.action, *fact.policy_while_running, {}, {}};
  }
  count(fact.playbook, "act", "");
  if (fact.target.kind == kTask) tasks_[fact.target.name].last_run = when.wall;
  Attempts& attempts = attempts_[attempts_key(fact.target, fact.playbook)];
  attempts.at.push_back(when.mono);
  if (attempts.at.size() > kAttemptsLimit) attempts.at.pop_front();
  attempts.last_ended = when.mono;
  if (attempts.last_incident != fact.incident) {
    attempts.health_before.push_back(std::exchange(attempts.health, base::Duration::zero()));
    if (attempts.health_before.size() > kIncidentsLimit) attempts.health_before.pop_front();
  }
  attempts.last_incident = fact.incident;
  while (acts_.size() >= kActsLimit ||
         (!acts_.empty() && acts_.front().at + std::chrono::hours(1) <= when.mono)) {
    acts_.pop_front();
  }
  acts_.push_back({when.mono, fact.playbook, fact.target.kind == kTask});
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  if (const auto asked = approvals_.find(incident->approval);
      asked != approvals_.end() && asked->second.live()) {
    decided(asked->second, Approval::State::kUsed);
  }
  if (Recommendation* recommended = current_recommendation(*incident)) {
    recommended->outcome = Recommendation::Outcome::kExecuted;
    recommended->refusal.reset();
    recommended->detail.clear();
  }
  incident->rung = fact.rung;
  incident->action_id = fact.action_id;
  incident->action = fact.action;
  incident->last_ok = false;
  ++incident->actions;
  ++incident->tries[fact.rung];
  // The move to intent is just before and has no text.
  if (!incident->timeline.empty() && incident->timeline.back().what == "intent")
    incident->timeline.back().detail = fact.description;
}

void History::take(const ActionFinished& fact, const When& when) {
  if (!fact.started) {
    leases_.erase(fact.action_id);
    halts_.erase(fact.action_id);
  }
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  incident->acted_at = when.mono;
  incident->last_ok = fact.outcome == ActionFinished::Outcome::kSuccess;
  const auto attempts = attempts_.find(attempts_key(incident->target, incident->playbook));
  if (attempts != attempts_.end()) attempts->second.last_ended = when.mono;
  ++actions_total_[{incident->action, std::string(to_string(fact.outcome))}];
  if (incident->target.kind == kTask) note_run(tasks_[incident->target.name], fact, when.wall);
  const auto undo = fact.undo || fact.outcome != ActionFinished::Outcome::kInterrupted
                        ? fact.undo
                        : undo_of_interrupted(incident->action);
  if (undo) incident->undoable[incident->actions] = {*undo, incident->action, 0, false};
  if (!fact.findings.suite.empty()) found_[fact.findings.suite] = {when.wall, fact.findings.list};
  switch (fact.outcome) {
    case ActionFinished::Outcome::kSuccess:
      if (!incident->undoes.empty()) mark_undone(*incident, when);
      return tell(*incident, when.wall, "action_succeeded", fact.detail);
    case ActionFinished::Outcome::kFailure:
      return tell(*incident, when.wall, "action_failed", fact.detail);
    case ActionFinished::Outcome::kInterrupted:
      ++incident->interrupted[incident->rung];
      return tell(*incident, when.wall, "interrupted", fact.detail);
  }
}

}  // namespace healer
