// Commands of operators: each is checked, becomes durable, and only then is answered.
#pragma once

#include "base/result.h"
#include "healer/engine/decider/committer.h"
#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/policy_control.h"
#include "healer/engine/decider/step_context.h"
#include "healer/model/inputs.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class OperatorCommands {
 public:
  OperatorCommands(const DurableState& durable, PolicyControl& policy, Committer& committer,
                   StepContext& step)
      : durable_(durable), policy_(policy), committer_(committer), step_(step) {}

  // The error tells the operator why the command has no effect.
  base::Result<> handle(const OperatorInput& input);

 private:
  base::Result<> answer_approval(const OperatorInput& input);
  base::Result<> run_playbook(const OperatorInput& input);
  base::Result<> undo_action(const OperatorInput& input);

  const DurableState& durable_;
  PolicyControl& policy_;
  Committer& committer_;
  StepContext& step_;
};

}  // namespace healer
