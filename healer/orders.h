// The requests to run and check actions of an incident, and recommendations, as values. Nothing is decided
// here.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/effects.h"
#include "healer/history.h"
#include "healer/incident.h"
#include "healer/record.h"

namespace healer {

// Its next action, by this rung; for an incident that undoes an action, the undo.
ActionOrder action_order(const Incident& incident, const Playbook& playbook, std::size_t rung);

Recommended recommendation_of(const ActionOrder& order, const Rung& rung, const std::string& description,
                              const Incident& incident, const History& history);

// Checks whether its target is healthy, in facts newer than `facts_after`.
CheckOrder check_order(const Incident& incident, const History& history, const Verify& verify,
                       std::uint64_t round, base::WallTime facts_after);

}  // namespace healer
