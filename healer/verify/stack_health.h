// The state of the stack in Prometheus at one time: the health that the rules record, and the facts behind
// it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "healer/verify/prometheus.h"

namespace healer {

// How many files of a set exist, and their names where the exporter publishes them.
struct FileSetFacts {
  double expected = 0;
  double present = 0;
  std::map<std::string, bool> files;  // name → exists
};

// Of one subsystem. nullopt and empty where Prometheus has no data.
struct SubsystemFacts {
  std::string status = "unknown";            // unknown healthy degraded critical failed, as the rules judge
  std::optional<base::WallTime> updated_at;  // of its own state
  std::optional<double> degraded_after;      // limits of the age of its state, in seconds
  std::optional<double> critical_after;
  std::optional<bool> state_present;
  std::optional<bool> state_read;            // every configured value was found
  std::optional<double> check_seconds;       // all checks of the last round
  std::optional<double> probe_seconds;       // its slowest probe
  std::optional<double> errors;              // failed calls, as the subsystem counts them
  std::map<std::string, double> items;       // counts in its state
  std::map<std::string, bool> files;         // name → exists
  std::map<std::string, FileSetFacts> sets;  // by name
  std::map<std::string, bool> probes;        // name → succeeded
};

struct StackHealth {
  bool answered = false;  // Prometheus responded
  std::string error;      // why not, or why the overall status is unknown; empty: it is known
  std::string overall = "unknown";
  std::map<std::string, SubsystemFacts> subsystems;
  std::map<std::string, bool> containers;  // name → runs
  double query_seconds = 0;                // how long the query took
};

// One query. Blocks up to the deadline.
StackHealth poll_stack_health(const checks::Prometheus& prometheus, const base::Clock& clock,
                              base::Deadline deadline);

}  // namespace healer
