// Operators' commands, expiries and undone actions.
#include <fmt/format.h>

#include "healer/state/history/history.h"
#include "healer/state/undo.h"

namespace healer {

void History::take(const OperatorActed& fact, const When& when) {
  const auto until =
      fact.length > base::Duration::zero() ? std::optional(when.mono + fact.length) : std::nullopt;
  switch (fact.verb) {
    case OperatorActed::Verb::kPause:
      pause_ = Pause{fact.who, fact.reason, until};
      return;
    case OperatorActed::Verb::kResume:
      pause_.reset();
      return;
    case OperatorActed::Verb::kHoldPolicy:
      hold_ = Hold{fact.policy, fact.who, fact.reason, until};
      if (fact.halts) halts_[std::string(kLostHalt)] = {0, "lost"};
      return;
    case OperatorActed::Verb::kReleasePolicy:
      hold_.reset();
      emergency_latched_ = false;
      halts_.erase(std::string(kLostHalt));
      return;
    case OperatorActed::Verb::kReleaseLease:
      leases_.erase(fact.lease);
      halts_.erase(fact.lease);
      return;
    case OperatorActed::Verb::kReleaseCause:  // added with the cause's own record
      return;
    case OperatorActed::Verb::kRelease:
      break;
  }
  Incident* incident = find(fact.incident);
  if (incident == nullptr) return;
  // An operator has checked the target: earlier attempts no longer count.
  attempts_.erase(attempts_key(incident->target, incident->playbook));
  tell(*incident, when.wall, "released", fmt::format("{}: {}", fact.who, fact.reason));
}

void History::take(const Expired& fact, const When&) {
  if (fact.what == Expired::What::kPause) pause_.reset();
  if (fact.what == Expired::What::kHold) hold_.reset();
  if (fact.what == Expired::What::kLease) leases_.erase(fact.lease);
}

Undoable* History::undoable(const std::string& action_id) {
  const ActionName name = parse_action_id(action_id);
  Incident* incident = find(name.incident);
  if (incident == nullptr) return nullptr;
  const auto found = incident->undoable.find(name.count);
  return found == incident->undoable.end() ? nullptr : &found->second;
}

// The policy that came with the action ends when the action is undone.
void History::mark_undone(const Incident& by, const When& when) {
  leases_.erase(by.undoes);
  halts_.erase(by.undoes);
  Undoable* acted = undoable(by.undoes);
  if (acted == nullptr) return;
  acted->undone = true;
  tell(*find(parse_action_id(by.undoes).incident), when.wall, "undone",
       fmt::format("{} by {}", by.undoes, by.id()));
}

}  // namespace healer
