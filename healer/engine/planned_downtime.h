// Containers that an action of the healer has stopped, or may have stopped, on purpose: no outage.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/state/history/history.h"

namespace healer {

struct PlannedDowntime {
  std::uint64_t incident = 0;  // whose action it is
  base::MonoTime since{};      // the intent
  base::MonoTime until{};      // after this it is an outage, whatever the action does
  bool maintenance = false;    // an operator or a schedule started it: no incident is opened meanwhile
};

// An operator or a schedule started it, and no alert about a symptom.
bool is_maintenance(const Incident& incident);

// Whether its first rung only prepares and disrupts nothing, as one that halts trading does: maintenance of
// its target does not delay it.
bool prepares_at_once(const Playbook& playbook);

// By container. From the intent of a disruptive action until its outcome is verified, and no longer than the
// rung's `timeout` and the playbook's `verify.within`: the containers that it stops beside its target, and
// the target itself. Of an incident that alerts have opened, only the first disruptive action counts: a
// container that it did not help is down. What an operator's container_stop has stopped stays so until the
// stop is undone, at most for `guards.longest_pause`.
std::map<std::string, PlannedDowntime> planned_downtime(const Config& config, const History& history,
                                                        base::MonoTime now);

}  // namespace healer
