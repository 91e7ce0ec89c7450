// Who goes first where two incidents want the same.
#pragma once

#include "healer/config.h"
#include "healer/incident.h"

namespace healer {

// 1 comes first. The playbook's own, else by the severity of the incident's gravest alert: critical 10,
// warning 20, anything else 30. A playbook that the configuration no longer has comes last.
int priority(const Incident& incident, const Config& config);

// 0 for critical, 1 for warning, 2 for info, 3 for what is none of them.
int gravity(std::string_view severity);

}  // namespace healer
