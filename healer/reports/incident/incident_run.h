// Creates an incident report: reads the journal, queries the sources, writes the files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/reports/data/gather.h"
#include "healer/reports/incident/incident.h"
#include "inventory/subsystems.h"

namespace healer::reports {

struct IncidentRequest {
  std::string stack;
  ReportsConfig config;                      // with the output folder
  Sources sources;                           // with the journal
  std::optional<base::Inventory> inventory;  // none: dependencies are unknown
};

// Reads the facts of an incident. An error: the journal cannot be read, or has no such incident.
// `policy_now` as in IncidentReader. Blocks.
base::Result<IncidentFacts> read_incident(const ReadJournal& journal, std::uint64_t number,
                                          std::optional<Policy> policy_now = std::nullopt);

// The sources of a running healer for the incident `number`: its journal from shortly before the incident.
Sources sources_of(const Config& config, std::uint64_t number);
// The facts of an incident, from the healer's journal. Blocks for the disk.
base::Result<IncidentFacts> facts_of(std::uint64_t number, const Config& config, Policy policy_now);

// INCIDENT_REPORT_INC-17_2025-12-17, without extension. The date is that of the opening.
std::string incident_report_name(const std::string& id, base::WallTime opened_at);

// Whether the folder has a report that is based on the same records, according to its state file. For a
// report of an earlier version, which has none, its text decides once. Blocks.
bool is_written(const std::string& folder, const IncidentFacts& facts);

// Writes Markdown and HTML, mode 640, each atomically, then the report's state; returns the Markdown's path.
// An error: the report could not be written. Failed queries are no error; the report states them. Blocks up
// to the deadline.
base::Result<std::string> run_incident(const IncidentRequest& order, IncidentFacts facts,
                                       const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::reports
