// An incident's report as what its reader reads. Markdown and HTML are both written from this.
#pragma once

#include <string>

#include "healer/reports/document.h"
#include "healer/reports/incident.h"

namespace healer::reports {

Document document_of(const IncidentReport& report);

// In a few words: "healed after 42 s", "not healed: operator action required", "still open".
std::string status_of(const IncidentFacts& facts);

// The sentence that only a report of these records holds: whether one has to be written anew is told by it.
std::string basis_of(const IncidentFacts& facts);

}  // namespace healer::reports
