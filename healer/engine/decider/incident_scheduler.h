// Opens incidents for alerts and advances every open incident, the most urgent first.
//
// A step is limited: what exceeds the limits waits for the next step, because an alert with a policy may
// arrive meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "base/os/clock.h"
#include "healer/engine/decider/alert_intake.h"
#include "healer/engine/decider/committer.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/policy_control.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/effects.h"
#include "healer/engine/incident/progress.h"
#include "healer/state/snapshot.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class IncidentScheduler {
 public:
  IncidentScheduler(DurableState& durable, AlertIntake& intake, const PolicyControl& policy,
                    Committer& committer, const Effects& effects, StepContext& step)
      : durable_(durable),
        intake_(intake),
        policy_(policy),
        committer_(committer),
        effects_(effects),
        step_(step) {}

  // After history was read: an action without an outcome was interrupted.
  void start();

  // Results of actions and checks; those of older requests are ignored.
  void on_event(const ActionInput& input);
  void on_event(const CheckInput& input);
  void on_event(const SelfHealth& self_health) { self_health_ = self_health; }
  // Alerts that the old configuration refused are answered again.
  void config_changed() { reconsider_refused_ = true; }
  void journal_writable_again();

  // Before the other two, once in each step.
  void begin_step();
  // Answers alerts that request healing: each opens or joins an incident, or is refused.
  void open_incidents();
  void advance_all();

  void fill(View& view) const;

 private:
  bool spent();
  void note_maintenance();
  std::optional<std::size_t> open_incidents_once(bool refused_too);
  bool advance_once();
  StepResult next_step(const Incident& incident);
  GuardContext context_for(const Incident& incident) const;
  bool end_alerts_of(const Incident& incident);

  DurableState& durable_;
  AlertIntake& intake_;
  const PolicyControl& policy_;
  Committer& committer_;
  const Effects& effects_;
  StepContext& step_;

  std::size_t records_left_ = 0;                       // of alerts that are answered in this step
  int writes_left_ = 0;                                // transactions for incidents in this step
  std::map<std::uint64_t, IncidentRuntime> runtimes_;  // of open incidents, in this process
  std::uint64_t round_ = 0;                            // of checks
  bool reconsider_refused_ = true;              // the configuration changed, perhaps since the last process
  base::MonoTime started_{};                    // of this process
  std::map<Target, std::uint64_t> maintained_;  // what is stopped on purpose → the incident that does it
  SelfHealth self_health_;
  // While the journal fails
  std::set<std::uint64_t> held_back_;  // incidents whose move was not written
  std::map<DecisionLabels, std::uint64_t> unwritten_refusals_;
};

}  // namespace healer
