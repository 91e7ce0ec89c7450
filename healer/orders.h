// What is asked of the world about an incident, and what is said of it before: as values, nothing is decided
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

// Its next action, by this rung; or, of an incident that takes an action back, what does that.
ActionOrder action_order(const Incident& incident, const Playbook& playbook, std::size_t rung);

Recommended recommendation_of(const ActionOrder& order, const Rung& rung, const std::string& description,
                              const Incident& incident, const History& history);

// Whether it is healthy, in facts that are newer than `facts_after`.
CheckOrder check_order(const Incident& incident, const History& history, const Verify& verify,
                       std::uint64_t round, base::WallTime facts_after);

}  // namespace healer
