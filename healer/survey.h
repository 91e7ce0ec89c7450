// What Prometheus knows of the stack at one moment.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "healer/checks/prometheus.h"

namespace healer {

// Of one subsystem. What Prometheus does not tell is not there.
struct SubsystemFacts {
  std::string status = "unknown";            // unknown healthy degraded critical failed, as the rules judge
  std::optional<base::WallTime> updated_at;  // of its own state
  std::optional<double> response_seconds;    // of its slowest probe
  std::optional<double> errors;              // calls that failed, as it counts them itself
};

struct Survey {
  bool answered = false;  // Prometheus did
  std::string error;      // why not, or why the overall status is not known; empty: it is
  std::string overall = "unknown";
  std::map<std::string, SubsystemFacts> subsystems;
};

// One query. Blocks up to the deadline.
Survey take_survey(const checks::Prometheus& prometheus, base::Deadline deadline);

}  // namespace healer
