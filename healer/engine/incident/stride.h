// One step of one incident: the implementation of advance(). progress.cpp decides and acts,
// progress_verification.cpp verifies, progress_task.cpp reports the runs of tasks.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healer/engine/incident/progress.h"
#include "healer/engine/incident/threshold_breach.h"
#include "healer/engine/planner.h"

namespace healer {

class IncidentStateMachine {
 public:
  IncidentStateMachine(const Incident& incident, IncidentRuntime& runtime, std::uint64_t& round,
                       const Config& config, const History& history, const Effects& effects,
                       const GuardContext& conditions, base::Now now)
      : incident_(incident),
        runtime_(runtime),
        round_(round),
        config_(config),
        history_(history),
        effects_(effects),
        conditions_(conditions),
        now_(now),
        playbook_(find_playbook(config, incident.playbook)) {}

  StepResult take();

 private:
  void forget_what_is_over();
  bool asked_for() const { return !incident_.started_by.empty() || history_.any_firing(incident_); }
  // A task that no alert requests is done when its run succeeded: there is no symptom to verify.
  bool task_failed_by_hand() const;
  bool is_task() const { return incident_.target.kind == kTask; }
  std::string action_of_notice() const;
  // Of a task only what matters is reported: what its run found, that it was given up, that it works again.
  void report_task(const ActionInput& outcome);
  // Of a task: an operator rejected it, or it was interrupted and must not be repeated. Its alert may not
  // start it again.
  bool needs_release() const;
  // It runs again when it is due next; no operator has to release it.
  void give_up_task(const Spent& spent);
  void write(Fact fact) { result_.pending.records.push_back({now_.wall, std::move(fact)}); }
  void move(State to, std::string detail, std::optional<Refusal> refusal = std::nullopt);
  void notice(Notice::Kind kind, std::string title, std::string detail, Notice::Pairs fields = {});
  // The threshold breach that its alerts report; nullopt for other alerts.
  std::optional<Notice::Pairs> breach() const { return breach_of(history_.alerts_of(incident_)); }
  // Its action before a more urgent incident took over the target was not verified.
  void look_again();
  void consider();
  void gate(const guards::Refused& refused);
  void report_contradiction(const std::string& why);
  // If the facts show the symptom as well, it is healed after all.
  void watch_contradiction();
  // Until a check finds the target healthy or unhealthy: then it goes on.
  void watch_unverified();
  void check_again_every(base::Duration interval);
  // Once for each action; again when the action has changed, or when the request expired and the alert still
  // fires.
  void ask_a_person(Refusal why);
  void propose(std::size_t index);
  // Sent once: rungs that would be first, but may not start automatically.
  void recommend_passed_over(std::size_t next);
  // Written before the decision about it, unless already written.
  void recommend();
  // In the same transaction as the intent, so that exactly one incident holds the target.
  void take_target(const std::vector<std::uint64_t>& from);
  void act(const Plan& plan);
  void exhaust(const Spent& spent);
  void await_outcome();
  void report_written(const Written& report);
  Verify rules() const { return playbook_ == nullptr ? Verify{} : playbook_->verify; }
  // A monotonic time as wall time by the current clock, which may have been set since.
  base::WallTime wall_of(base::MonoTime at) const { return now_.wall - (now_.mono - at); }
  void verify();
  // True when the check's answer moves the incident.
  bool heed(const CheckInput& answer, const Verify& verify);
  // A healthy sample from this time on heals: probation was long enough, and reports of the alerts are older.
  base::MonoTime healthy_from(const Verify& verify) const;
  void ineffective(const std::string& why, bool relapsed);
  // The time for verification is over, and there is no evidence: nothing disruptive follows.
  void inconclusive();
  // Keeps what the answer says about a container that does not run, for operators.
  void note_failure(const CheckInput& answer);
  // What an operator needs when healing has ended without success.
  Notice::Pairs operator_fields() const;
  void pause_before_retry(const Verify& verify);
  void ask(Verify verify);

  const Incident& incident_;
  IncidentRuntime& runtime_;
  std::uint64_t& round_;
  const Config& config_;
  const History& history_;
  const Effects& effects_;
  const GuardContext& conditions_;
  const base::Now now_;
  const Playbook* playbook_;
  std::optional<ActionRequest> order_;  // of the next rung, if there is one
  std::string description_;             // what the order would do
  bool recommended_ = false;            // in this step
  StepResult result_;
};

}  // namespace healer
