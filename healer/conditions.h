// The inputs of a decision beside the incident and the history. The decider passes them; they are never
// looked up.
#pragma once

#include <string>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/policy/permissions.h"
#include "healer/self_health.h"

namespace healer {

struct Conditions {
  bool journal_ok = true;  // an intent can be made durable
  bool may_act = true;     // otherwise an action, or giving up, waits
  bool confirmed = true;   // recently reported by Alertmanager; otherwise it is queried before an action
  std::string held{};      // why its alerts may not be healed; empty: they may
  Policy policy = Policy::kAllowAll;                                                // in force
  policy::Permissions permissions = policy::permissions_of(Policy::kAllowAll, {});  // likewise
  Fitness fitness{};
  base::MonoTime started = base::MonoTime::min();  // of this process
  bool listed = true;                              // it has read a whole list of Alertmanager's alerts
};

}  // namespace healer
