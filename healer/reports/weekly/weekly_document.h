// Converts the data of a weekly report into a document, from which Markdown and HTML are written.
#pragma once

#include <string>
#include <string_view>

#include "healer/model/validation_result.h"
#include "healer/reports/data/known.h"
#include "healer/reports/render/document.h"
#include "healer/reports/weekly/weekly.h"

namespace healer::reports {

Document document_of(const Weekly& weekly);

// Whether the phase passed or failed a check. Figures that are information only (phase `system`) are no
// checks.
bool was_checked(const validation::Phase& phase);
// The status in a few words: "✅ All checks passed", "❌ 2 phases failed", "❔ Validation is unknown". For
// the execution log and notices. Phases that are not configured did not pass: "✅ All configured checks
// passed; not configured: modules, smoke", and without any check "❔ Validation is not configured".
std::string status_of(const Known<validation::Validation>& validation);
std::string status_of(const Weekly& weekly);

// The annotation `runbook_url` of the alert's rule; without one, the page of the configured runbooks. Empty:
// none.
std::string runbook_of(const Weekly& weekly, const std::string& alert);

// A callout for missing data: "Disk space is unknown: Prometheus could not be
// queried."
Callout unknown(std::string_view what, std::string_view why);

// ---- the sections, in their order --------------------------------------------------------------

void add_headline(const Weekly& weekly, Document& document);
void add_coverage(const Weekly& weekly, Document& document);
void add_validation(const Weekly& weekly, Document& document);
void add_availability(const Weekly& weekly, Document& document);
void add_restarts(const Weekly& weekly, Document& document);
void add_healing(const Weekly& weekly, Document& document);
void add_alerts(const Weekly& weekly, Document& document);
void add_logs(const Weekly& weekly, Document& document);
void add_capacity(const Weekly& weekly, Document& document);
void add_regressions(const Weekly& weekly, Document& document);
void add_trends(const Weekly& weekly, Document& document);
void add_appendix(const Weekly& weekly, Document& document);

}  // namespace healer::reports
