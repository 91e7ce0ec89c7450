// When what an incident is about was last heard of and last touched, in times of the healer's own life.
#pragma once

#include "base/clock.h"
#include "healer/history.h"
#include "healer/incident.h"

namespace healer {

// It has acted, none of its alerts fires, and one of them changed since it is in its state.
bool ended_while_waiting(const Incident& incident, const History& history);
// The last change of those of its alerts that fire, if that is after `from`; else `from`.
base::MonoTime heard_since(const Incident& incident, const History& history, base::MonoTime from);
// The end of the last action on its target, which may have been another incident's.
base::MonoTime last_touched(const Incident& incident, const History& history);

// Nothing was done about it, nor will be before a person says so: it is told, and is in nobody's way.
bool only_recommended(const Incident& incident);

}  // namespace healer
