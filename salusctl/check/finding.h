// A problem, its location, its effect and its fix.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace healer::salusctl::check {

enum class Severity { kError, kWarning };

struct Finding {
  Severity severity = Severity::kError;
  std::string_view kind;  // a short name for scripts, such as "metric-unknown"
  std::string file;
  int line = 1;      // 1 for the first
  std::string what;  // one line, no full stop
  std::string why;   // the effect
  std::string fix;
  bool operator==(const Finding&) const = default;
};

// Sorts by file and line and removes duplicates.
void sort(std::vector<Finding>& findings);

// The findings, with what was checked and what was skipped.
struct Report {
  std::vector<std::string> checked;
  std::vector<std::string> skipped;
  std::vector<Finding> findings;  // sorted
  std::size_t errors() const;
  std::size_t warnings() const { return findings.size() - errors(); }
};

std::string as_text(const Report& report);
// {"checked": [...], "skipped": [...], "errors": n, "warnings": n, "findings": [{"severity", "kind",
// "file", "line", "what", "why", "fix"}]}
std::string as_json(const Report& report);

}  // namespace healer::salusctl::check
