// The weekly validation: five phases of checks, from what Prometheus knows of the stack and from commands
// that the configuration names.
//
//   modules     each core module loads: a command each
//   integrity   each listed file is there, larger than a few bytes and as its manifest says
//   containers  every declared container runs
//   system      disk, memory, CPU and memory of each container: information, never a failure
//   smoke       each command (load and instantiate a component) succeeds
//
// What is not known is never taken for good: a fact that Prometheus does not tell fails its check.
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
  base::Duration took{};  // zero where it was not measured by itself
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

// A phase of its checks, of which `may_fail` may fail.
Phase judge(std::string name, std::vector<Check> checks, base::Duration took, std::size_t may_fail = 0);

// Runs all of it: commands beside each other, as many at a time as configured. Returns by `deadline`, with
// every program it started gone; a check that had no time left has failed and says so. Never fails as a
// whole. Blocks; thread-safe.
Validation validate(const ValidationConfig& config, const checks::Prometheus& prometheus,
                    const base::Clock& clock, base::Deadline deadline);

}  // namespace healer::validation
