// The inputs of a decision beside the incident and the history. The decider passes them; they are never
// looked up.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/policy/permissions.h"
#include "healer/model/self_health.h"

namespace healer {

struct GuardContext {
  bool journal_ok = true;  // an intent can be made durable
  bool may_act = true;     // otherwise an action, or giving up, waits
  bool confirmed = true;   // recently reported by Alertmanager; otherwise it is queried before an action
  std::string held{};      // why its alerts may not be healed; empty: they may
  Policy policy = Policy::kAllowAll;                                                // in force
  policy::Permissions permissions = policy::permissions_of(Policy::kAllowAll, {});  // likewise
  SelfHealth self_health{};
  base::MonoTime started = base::MonoTime::min();  // of this process
  bool listed = true;                              // it has read a whole list of Alertmanager's alerts
};

}  // namespace healer
