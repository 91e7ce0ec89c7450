// The section that a breach of the logs' limits adds to the report of the open week:
//
//   ### ⚡ Real-Time Incident Report
//
//   **Timestamp:** 2025-12-17T17:06:14.759238
//   **Auto-Heal Triggered:** ✅ Yes
//   …
//
// There is one for each incident, and its time stamp tells it from every other: so it is recognised after a
// crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "healer/notice.h"
#include "healer/reports/incident.h"
#include "healer/reports/known.h"

namespace healer::reports {

struct BreachSection {
  base::WallTime opened_at{};
  std::uint64_t incident = 0;  // its number
  bool triggered = false;
  std::string why_not;   // of one that was not; a clause
  Notice::Pairs fields;  // as breach_fields() gives them
  Known<Evidence> evidence;
};

// "**Timestamp:** 2025-12-17T17:06:14.759017": when the incident was opened, without a zone, in UTC. Records
// keep milliseconds, and several incidents may be opened in one; the last three digits of the incident's
// number stand for the microseconds.
std::string timestamp_line(base::WallTime opened_at, std::uint64_t incident);

// When the newest of the sections was about; nothing when there is none.
std::optional<base::WallTime> newest_section(std::string_view sections);

// Markdown that ends with a newline. Log lines stand in it as they are but for what a browser might run.
std::string to_markdown(const BreachSection& section);

// Why an incident did not trigger automatic healing, in a clause; nothing when it did, or may still.
std::optional<std::string> why_not_healed(const IncidentFacts& facts);

}  // namespace healer::reports
