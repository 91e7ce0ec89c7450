// Makes records durable, and only then carries out what waits for them.
#pragma once

#include "healer/engine/decider/durable_state.h"
#include "healer/engine/decider/policy_control.h"
#include "healer/engine/effects.h"
#include "healer/engine/incident/progress.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class Committer {
 public:
  Committer(DurableState& durable, PolicyControl& policy, Effects& effects)
      : durable_(durable), policy_(policy), effects_(effects) {}

  // False when the journal cannot be written: nothing was carried out. Without records the effects are
  // carried out at once.
  bool commit(const PendingEffects& pending) {
    if (!durable_.append(pending.records)) return false;
    // An action's lease is durable with its intent, and must be published before the action starts.
    if (!pending.run.empty()) policy_.step_and_publish();
    for (const ActionRequest& request : pending.run) effects_.run(request);
    for (const CheckRequest& request : pending.check) effects_.check(request);
    for (const Notice& notice : pending.notify) effects_.notify(notice);
    return true;
  }

 private:
  DurableState& durable_;
  PolicyControl& policy_;
  Effects& effects_;
};

}  // namespace healer
