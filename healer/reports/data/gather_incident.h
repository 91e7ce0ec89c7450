// Queries Prometheus and the exporter for the time of an incident. A missing source affects only its part
// of the report, which states the reason.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "healer/reports/data/gather.h"
#include "healer/reports/data/samples.h"
#include "healer/reports/incident/hypotheses.h"
#include "healer/reports/incident/incident.h"
#include "inventory/subsystems.h"

namespace healer::reports {

// The incident's subsystems, and what depends on them.
std::vector<Affected> affected_by(const IncidentFacts& facts, const base::Inventory& inventory);

// Fills everything except the facts, the stack's name and the version. `sources.journal` and `.past` are not
// used. Blocks up to the deadline.
void gather_incident(const Sources& sources, const base::Inventory& inventory, IncidentReport& report,
                     base::Deadline deadline);

}  // namespace healer::reports
