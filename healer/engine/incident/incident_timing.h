// When an incident's alerts last changed and its target was last acted on, in monotonic time of this process.
#pragma once

#include "base/os/clock.h"
#include "healer/state/history/history.h"
#include "healer/state/incident.h"

namespace healer {

// It has acted, none of its alerts fires, and one of them changed since it entered its state.
bool ended_while_waiting(const Incident& incident, const History& history);
// The last change of its firing alerts, if that is after `from`; else `from`.
base::MonoTime heard_since(const Incident& incident, const History& history, base::MonoTime from);
// The end of the last action on its target, which may have been another incident's.
base::MonoTime last_touched(const Incident& incident, const History& history);

// It has not acted and will not without an operator: it was notified, and blocks no other incident.
bool only_recommended(const Incident& incident);

}  // namespace healer
