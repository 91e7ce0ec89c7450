// The section that a threshold breach of the logs adds to the report of the open week:
//
//   ---
//
//   ### ⚡ Real-Time Incident Report
//
//   **Timestamp:** 2025-12-17T17:06:14.759238
//   **Auto-Heal Triggered:** ✅ Yes
//   …
//
// Both lines end with two blanks; docs/reports.md has the whole.
//
// Each incident has at most one.
#pragma once

#include <optional>
#include <string>

#include "base/os/clock.h"
#include "healer/model/notice.h"
#include "healer/reports/data/known.h"
#include "healer/reports/incident/incident.h"

namespace healer::reports {

struct BreachSection {
  base::WallTime written_at{};
  bool triggered = false;
  std::string why_not;   // if not triggered: the reason; a clause
  Notice::Pairs fields;  // from breach_fields()
  Known<Evidence> evidence;
};

// Markdown that ends with a newline. The timestamp is when it was written, in UTC with microseconds. Log
// lines are unchanged, in fences.
std::string to_markdown(const BreachSection& section);

// Why an incident did not trigger automatic healing, as a clause; nullopt if it did.
std::optional<std::string> why_not_healed(const IncidentFacts& facts);

}  // namespace healer::reports
