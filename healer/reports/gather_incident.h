// Asks Prometheus and the exporter what they know of the time of an incident. A source that is missing costs
// its own part of the report and nothing else: what is not known says why.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/subsystems.h"
#include "healer/reports/gather.h"
#include "healer/reports/hypotheses.h"
#include "healer/reports/incident.h"
#include "healer/reports/samples.h"

namespace healer::reports {

// What was hit, and what depends on it.
std::vector<Affected> affected_by(const IncidentFacts& facts, const base::Inventory& inventory);

// Fills everything but the facts, the stack's name and the version. `sources.journal` and `.past` are not
// used. Blocks up to the deadline.
void gather_incident(const Sources& sources, const base::Inventory& inventory, IncidentReport& report,
                     base::Deadline deadline);

}  // namespace healer::reports
