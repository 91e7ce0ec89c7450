// The result of a weekly validation (healer/actions/maintenance/validation/validation.h) or of a suite of
// checks.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"

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

}  // namespace healer::validation
