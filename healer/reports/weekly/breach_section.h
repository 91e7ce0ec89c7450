// The section that a threshold breach of the logs adds to the report of the open week:
//
//   ### ⚡ Real-Time Incident Report
//
//   **Timestamp:** 2025-12-17T17:06:14.759238
//   **Auto-Heal Triggered:** ✅ Yes
//   …
//
// Each incident has at most one. Its timestamp is unique, so that the section is recognised after a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "healer/model/notice.h"
#include "healer/reports/data/known.h"
#include "healer/reports/incident/incident.h"

namespace healer::reports {

struct BreachSection {
  base::WallTime opened_at{};
  std::uint64_t incident = 0;  // its number
  bool triggered = false;
  std::string why_not;   // if not triggered: the reason; a clause
  Notice::Pairs fields;  // from breach_fields()
  Known<Evidence> evidence;
};

// "**Timestamp:** 2025-12-17T17:06:14.759017": when the incident was opened, in UTC, without a zone. Records
// have milliseconds, and several incidents may open in the same one; the microseconds are the last three
// digits of the incident's number.
std::string timestamp_line(base::WallTime opened_at, std::uint64_t incident);

// The timestamp of the newest section; nullopt if there is none.
std::optional<base::WallTime> newest_section(std::string_view sections);

// Markdown that ends with a newline. Log lines are unchanged, except for escaped tags and links.
std::string to_markdown(const BreachSection& section);

// Why an incident did not trigger automatic healing, as a clause; nullopt if it did.
std::optional<std::string> why_not_healed(const IncidentFacts& facts);

}  // namespace healer::reports
