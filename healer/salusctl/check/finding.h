// What is wrong, where, and what to do about it.
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
  std::string why;   // what comes of it
  std::string fix;
  bool operator==(const Finding&) const = default;
};

// In file and line order, each once.
void sort(std::vector<Finding>& findings);

// What was read and what was left out, for the reader to see that nothing was forgotten.
struct Report {
  std::vector<std::string> looked_at;
  std::vector<std::string> left_out;
  std::vector<Finding> findings;  // sorted
  std::size_t errors() const;
  std::size_t warnings() const { return findings.size() - errors(); }
};

std::string as_text(const Report& report);
// {"looked_at": [...], "left_out": [...], "errors": n, "warnings": n, "findings": [{"severity", "kind",
// "file", "line", "what", "why", "fix"}]}
std::string as_json(const Report& report);

}  // namespace healer::salusctl::check
