// The commands of operators: one struct for each, with what it needs to know. Who gives it and why is beside
// it, in OperatorInput.
#pragma once

#include <string>
#include <variant>

#include "base/os/clock.h"
#include "healer/model/model.h"

namespace healer {

// No automatic action starts for `length`; zero, or a longer time than guards.longest_pause: for that time.
struct PauseHealing {
  base::Duration length{};
};
struct ResumeHealing {};
// The incident is exhausted: the operator has checked its target.
struct ReleaseIncident {
  std::string incident;
};
// The policy is at least as strict as `policy` for `length`; zero: until it is released.
struct HoldPolicy {
  Policy policy = Policy::kNoNewTrades;
  base::Duration length{};
};
// Ends the hold and a latched emergency_shutdown.
struct ReleasePolicy {};
// Ends the policy that came with an action: INC-17/2.
struct ReleaseLease {
  std::string lease;
};
// Ends a cause of the policy that Prometheus no longer shows, by its text or the name of its alert or rule.
struct ReleaseCause {
  std::string cause;
};
struct ApproveAction {
  std::string approval;
};
struct RejectAction {
  std::string approval;
};
// Opens an incident for the playbook. `target` is a declared container or subsystem; empty: its task.
struct RunPlaybook {
  std::string playbook;
  std::string target{};
};
// Opens an incident that undoes the action: INC-17/2.
struct UndoAction {
  std::string action_id;
};

using OperatorCommand =
    std::variant<PauseHealing, ResumeHealing, ReleaseIncident, HoldPolicy, ReleasePolicy, ReleaseLease,
                 ReleaseCause, ApproveAction, RejectAction, RunPlaybook, UndoAction>;

}  // namespace healer
