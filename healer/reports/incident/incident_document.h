// Converts the data of an incident report into a document, from which Markdown and HTML are written.
#pragma once

#include <string>

#include "healer/reports/incident/incident.h"
#include "healer/reports/render/document.h"

namespace healer::reports {

Document document_of(const IncidentReport& report);

// The status in a few words: "healed after 42 s", "not healed: operator action required", "still open".
std::string status_of(const IncidentFacts& facts);

// A sentence that identifies the records that a report is based on. If it is missing in an existing report,
// the report has to be written again.
std::string basis_of(const IncidentFacts& facts);

}  // namespace healer::reports
