// The order of incidents that compete for a target or for a limit.
#pragma once

#include "healer/config/config.h"
#include "healer/state/incident.h"

namespace healer {

// 1 is first. The playbook's priority, else by the highest severity of the incident's alerts: critical 10,
// warning 20, anything else 30. A playbook that the configuration no longer has is last.
int priority(const Incident& incident, const Config& config);

// 0 for critical, 1 for warning, 2 for info, 3 for anything else.
int gravity(std::string_view severity);

}  // namespace healer
