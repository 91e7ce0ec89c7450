// What may have been behind an incident: each thought with what speaks for it, and none stated as a fact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/reports/incident.h"

namespace healer::reports {

// What was seen around the beginning of an incident. Empty: nothing was seen, or nobody could be asked.
struct Clues {
  std::string container;                  // that it is about; empty: none
  std::vector<base::WallTime> oom_kills;  // of its processes
  std::optional<int> exit_code;           // of its last run
  base::WallTime exit_code_at{};          // when it was first seen
  struct Change {
    base::WallTime at{};
    std::string before, after;  // images; the same: it was made anew
  };
  std::vector<Change> changes;
  struct Down {
    std::string name;
    base::WallTime from{};
  };
  std::vector<Down> dependencies;  // that were down when it began
  struct Fresh {
    base::WallTime first_seen{};
    std::string source;
    std::string level;
    std::string words;
  };
  std::vector<Fresh> patterns;  // of log events, never seen before
  struct Firing {
    std::string alert;
    std::string where;  // "container quantum_redis"; may be empty
    base::WallTime since{};
  };
  std::vector<Firing> alerts;  // others, when it began
};

// The strongest first. `began`: its first bad sample, or where that is not known its alert's start.
std::vector<Hypothesis> hypotheses_of(const Clues& clues, const IncidentFacts& facts, base::WallTime began);

}  // namespace healer::reports
