// What bears on a decision beyond the incident and the history: told by the decider, never looked up.
#pragma once

#include <string>

#include "base/clock.h"
#include "healer/fitness.h"
#include "healer/model.h"
#include "healer/policy/permissions.h"

namespace healer {

struct Conditions {
  bool journal_ok = true;             // an intent can be made durable
  bool may_act = true;                // otherwise an action, or giving up, waits
  bool confirmed = true;              // Alertmanager has just said so; otherwise it is asked before an action
  std::string held{};                 // why nothing may be healed for its alerts; empty: it may
  Policy policy = Policy::kAllowAll;  // in force
  policy::Permissions permissions = policy::permissions_of(Policy::kAllowAll, {});  // likewise
  Fitness fitness{};
  base::MonoTime started = base::MonoTime::min();  // this life of the healer
  bool listed = true;                              // a whole list of Alertmanager's alerts was read in it
};

}  // namespace healer
