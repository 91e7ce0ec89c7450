// The weekly validation: five phases of checks, from facts in Prometheus and from configured commands.
//
//   modules     each core module loads: a command each
//   integrity   each listed file exists, is larger than a few bytes and matches its manifest
//   containers  every declared container runs
//   system      disk, memory, CPU and memory of each container: information, never a failure
//   smoke       each command (load and instantiate a component) succeeds
//
// Unknown never passes: a check fails if Prometheus has no data for it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/checks/prometheus.h"
#include "healer/config.h"

namespace healer::validation {

enum class Verdict { kPass, kFail, kSkipped };
std::string_view to_string(Verdict verdict);  // pass fail skipped

struct Check {
  std::string name;  // a module, a file, a container, a figure
  Verdict verdict = Verdict::kSkipped;
  std::string detail;     // why it failed, or what was found; may be empty. One line, secrets masked
  base::Duration took{};  // zero if it was not measured separately
};

struct Phase {
  std::string name;  // modules integrity containers system smoke
  bool passed = true;
  std::string detail;  // "4 of 5 passed"
  std::vector<Check> checks;
  base::Duration took{};

  std::size_t count(Verdict verdict) const {
    return static_cast<std::size_t>(std::ranges::count(checks, verdict, &Check::verdict));
  }
};

struct Validation {
  base::WallTime began{};
  base::Duration took{};
  std::vector<Phase> phases;  // always these five, in the order above

  bool passed() const { return std::ranges::all_of(phases, &Phase::passed); }
};

// A phase from its checks, of which `may_fail` may fail.
Phase judge(std::string name, std::vector<Check> checks, base::Duration took, std::size_t may_fail = 0);

// Runs all phases, with as many commands in parallel as configured. Returns by `deadline`, after every
// program that it started has ended. A check without time left has failed and says so. Never fails as a
// whole. Blocks; thread-safe.
Validation validate(const ValidationConfig& config, const checks::Prometheus& prometheus,
                    const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::validation
