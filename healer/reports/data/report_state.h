// What a report already contains, in a JSON file beside it: <report>.state.json. It decides what is due; the
// text of a report is for readers only and is never searched, except once in a folder of an earlier version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer::reports {

// In UTC with microseconds, without a zone: 2025-12-17T17:06:14.759238.
std::string timestamp_of(base::WallTime time);

// A section about a threshold breach in the report of a week.
struct WrittenSection {
  std::string subject;  // INC-17; without an incident: the alert's fingerprint; empty: as below
  // Of the incident or alert. Without a subject, of a section of an earlier version: the time in the section,
  // whose last three digits are those of the incident's number.
  base::WallTime opened_at{};
  bool operator==(const WrittenSection&) const = default;
};

struct WeekState {
  std::vector<WrittenSection> sections;
  // Set while the last section is being added: the size of the report without it.
  std::optional<std::uint64_t> adding_at = {};
  bool operator==(const WeekState&) const = default;
};

struct IncidentReportState {
  std::uint64_t journal_record = 0;  // the last record that the report is based on
  base::WallTime opened_at{};        // tells incidents of the same number apart, after a lost journal
  bool operator==(const IncidentReportState&) const = default;
};

// `report`: the path without extension. nullopt: there is no such file. An error: it cannot be read or is
// malformed; the message names it.
base::Result<std::optional<WeekState>> read_week_state(const std::string& report);
base::Result<std::optional<IncidentReportState>> read_incident_state(const std::string& report);
// Mode 640, atomically. Block for the disk.
base::Result<> write_state(const std::string& report, const WeekState& state);
base::Result<> write_state(const std::string& report, const IncidentReportState& state);

// The sections of a report that has no state file because an earlier version wrote it.
std::vector<WrittenSection> sections_in_text(std::string_view sections);
// Whether the section about this incident is among them. `number`: 0 if there is no incident.
bool contains_section(const std::vector<WrittenSection>& written, const WrittenSection& section,
                      std::uint64_t number);

}  // namespace healer::reports
