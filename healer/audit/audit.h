// The health audit: one look at everything that the stack and its monitoring say of themselves.
//
// A check is a question to Prometheus for defects: each sample of the answer is one. It passes when there is
// none, provided that something is heard of what it is about; else it fails as unknown. Thresholds stand in
// the rules: the audit asks what fires, not how much is too much. Commands of the configuration are checks,
// too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/checks/prometheus.h"
#include "healer/config.h"

namespace healer::audit {

struct AuditCheck {
  std::string name;
  bool passed = false;
  std::vector<std::string> defects;  // each in words; one or more where it failed
};

// Of the checks that every audit makes: no command may bear one of them.
std::vector<std::string_view> question_names();

struct Audit {
  base::WallTime at{};
  std::string status = "unknown";  // of the stack: healthy degraded critical failed unknown
  std::vector<AuditCheck> checks;

  std::size_t passed() const;
  double score() const;  // 0 to 10: ten times the share of checks that passed
};

// Blocks up to the deadline, and 3 s more where a command must be ended. Never fails as a whole.
Audit audit(const std::vector<CommandCheck>& commands, const checks::Prometheus& prometheus,
            const base::Clock& clock, base::Deadline deadline);

// The report as Markdown.
std::string report(const Audit& audit);
// health_check_20251217_040000.md, in UTC.
std::string report_name(base::WallTime at);

}  // namespace healer::audit
