// The requests to run and check actions of an incident, and recommendations, as values. Nothing is decided
// here.
#pragma once

#include <cstdint>
#include <string>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/journal/records/record.h"
#include "healer/state/history/history.h"
#include "healer/state/incident.h"

namespace healer {

// Its next action, by this rung; for an incident that undoes an action, the undo.
ActionRequest action_request(const Incident& incident, const Playbook& playbook, std::size_t rung);

Recommended recommendation_of(const ActionRequest& order, const Rung& rung, const std::string& description,
                              const Incident& incident, const History& history);

// Checks whether its target is healthy, in facts newer than `facts_after`.
CheckRequest check_request(const Incident& incident, const History& history, const Verify& verify,
                           std::uint64_t round, base::WallTime facts_after);

}  // namespace healer
