// The state of the stack in Prometheus at one time.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "healer/verify/prometheus.h"

namespace healer {

// Of one subsystem. nullopt where Prometheus has no data.
struct SubsystemFacts {
  std::string status = "unknown";            // unknown healthy degraded critical failed, as the rules judge
  std::optional<base::WallTime> updated_at;  // of its own state
  std::optional<double> response_seconds;    // of its slowest probe
  std::optional<double> errors;              // failed calls, as the subsystem counts them
};

struct StackHealth {
  bool answered = false;  // Prometheus responded
  std::string error;      // why not, or why the overall status is unknown; empty: it is known
  std::string overall = "unknown";
  std::map<std::string, SubsystemFacts> subsystems;
};

// One query. Blocks up to the deadline.
StackHealth poll_stack_health(const checks::Prometheus& prometheus, base::Deadline deadline);

}  // namespace healer
