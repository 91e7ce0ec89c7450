// Commands of operators: each is checked, becomes durable, and only then is answered.
#pragma once

#include <string>

#include "base/result.h"
#include "healer/engine/decider/committer.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/policy_control.h"
#include "healer/engine/decider/step_context.h"
#include "healer/model/inputs.h"
#include "healer/model/self_health.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class OperatorCommands {
 public:
  OperatorCommands(const DurableState& durable, PolicyControl& policy, Committer& committer,
                   StepContext& step, const SelfHealth& self_health)
      : durable_(durable), policy_(policy), committer_(committer), step_(step), self_health_(self_health) {}

  // The error says why the command has no effect.
  base::Result<> handle(const OperatorInput& input);

 private:
  // `input` says who gives the command and why.
  base::Result<> run(const PauseHealing& pause, const OperatorInput& input);
  base::Result<> run(const ResumeHealing& resume, const OperatorInput& input);
  base::Result<> run(const ReleaseIncident& release, const OperatorInput& input);
  base::Result<> run(const HoldPolicy& hold, const OperatorInput& input);
  base::Result<> run(const ReleasePolicy& release, const OperatorInput& input);
  base::Result<> run(const ReleaseLease& release, const OperatorInput& input);
  base::Result<> run(const ReleaseCause& release, const OperatorInput& input);
  base::Result<> run(const ApproveAction& approve, const OperatorInput& input);
  base::Result<> run(const RejectAction& reject, const OperatorInput& input);
  base::Result<> run(const RunPlaybook& wanted, const OperatorInput& input);
  base::Result<> run(const UndoAction& undo, const OperatorInput& input);

  base::Result<> answer_approval(const std::string& id, ApprovalAnswered::Answer answer,
                                 const OperatorInput& input);
  // An open incident on the same target that must be released before an undo.
  bool waits_for_release(const Incident& open, const IncidentOpened& opened) const;
  // Why an operator's run is refused; empty: it is not.
  std::string cannot_run(const IncidentOpened& opened, const Playbook& playbook) const;
  base::Result<> commit(Fact fact);
  base::Result<> commit(const PendingEffects& pending);

  const DurableState& durable_;
  PolicyControl& policy_;
  Committer& committer_;
  StepContext& step_;
  const SelfHealth& self_health_;
};

}  // namespace healer
