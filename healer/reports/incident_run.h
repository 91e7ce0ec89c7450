// One incident's report from beginning to end: read the journal, ask everything, write the files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/subsystems.h"
#include "healer/reports/config.h"
#include "healer/reports/gather.h"
#include "healer/reports/incident.h"

namespace healer::reports {

struct IncidentOrder {
  std::string stack;
  ReportsConfig config;                      // with the folder that it is written to
  Sources sources;                           // with the journal
  std::optional<base::Inventory> inventory;  // none: what depends on what is not known
};

// What the journal holds of an incident. An error: it cannot be read, or knows of no such incident.
// `policy_now` as in IncidentReader. Blocks.
base::Result<IncidentFacts> read_incident(const ReadJournal& journal, std::uint64_t number,
                                          std::optional<Policy> policy_now = std::nullopt);

// INCIDENT_REPORT_INC-17_2025-12-17, without an ending: the day on which it was opened.
std::string incident_report_name(const std::string& id, base::WallTime opened_at);

// Whether the folder holds a report that was made of these very records.
bool is_written(const std::string& folder, const IncidentFacts& facts);

// Writes Markdown and HTML, mode 640, each atomically, the Markdown last; returns its path. An error means
// that the report could not be written; whatever could merely not be asked is in it. Blocks up to the
// deadline.
base::Result<std::string> run_incident(const IncidentOrder& order, IncidentFacts facts,
                                       const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::reports
