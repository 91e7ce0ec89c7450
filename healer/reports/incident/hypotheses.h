// Possible causes of an incident: each hypothesis has evidence, and none is stated as a fact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/reports/incident/incident.h"

namespace healer::reports {

// Observations around the start of an incident. Empty: nothing was found, or the sources could not be
// queried.
struct Signals {
  std::string container;                  // of the incident; empty: none
  std::vector<base::WallTime> oom_kills;  // of its processes
  std::optional<int> exit_code;           // of the run that ended by itself, not by an action of the healer
  base::WallTime exit_code_at{};          // when it was first seen
  std::optional<int> stopped_code;        // of a run that an action of the healer ended
  base::WallTime stopped_code_at{};
  struct Change {
    base::WallTime at{};
    std::string before, after;  // images; equal: the container was recreated
  };
  std::vector<Change> changes;
  struct Down {
    std::string name;
    base::WallTime from{};
  };
  std::vector<Down> dependencies;  // that were down at the start
  struct Fresh {
    base::WallTime first_seen{};
    std::string source;
    std::string level;
    std::string words;
  };
  std::vector<Fresh> patterns;  // new patterns of log events
  struct Firing {
    std::string alert;
    std::string where;  // "container quantum_redis"; may be empty
    base::WallTime since{};
  };
  std::vector<Firing> alerts;  // other alerts at the start
};

// The strongest first. `began`: the first bad sample or, if unknown, the alert's start.
std::vector<Hypothesis> hypotheses_of(const Signals& signals, const IncidentFacts& facts,
                                      base::WallTime began);

}  // namespace healer::reports
