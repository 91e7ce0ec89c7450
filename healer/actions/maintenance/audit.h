// The health audit: one check of everything that is known about the stack and its monitoring.
//
// A check queries Prometheus for defects: each sample of the result is one. It passes if there is none and
// there is data about its subject; without data it fails as unknown. Thresholds are in the rules: the audit
// queries what fires. Configured commands are checks, too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/verify/prometheus.h"

namespace healer::audit {

struct AuditCheck {
  std::string name;
  bool passed = false;
  std::vector<std::string> defects;  // one or more if it failed
  bool reported = false;             // a firing alert reports each of them already, silenced or not
};

// Names of the built-in checks, which commands may not use.
std::vector<std::string_view> question_names();

struct Audit {
  base::WallTime at{};
  std::string status = "unknown";  // of the stack: healthy degraded critical failed unknown
  std::vector<AuditCheck> checks;

  std::size_t passed() const;
  // The health score of the rules at that time, 0 to 100; nullopt: it is not recorded.
  std::optional<double> health_score = {};
  // 0 to 10: a tenth of the health score. If that is not recorded, ten times the share of checks that passed.
  double score() const;
};

// Blocks up to the deadline, and 3 s more where a command must be ended. Never fails as a whole.
Audit audit(const std::vector<CommandCheck>& commands, const checks::Prometheus& prometheus,
            const base::Clock& clock, base::Deadline deadline);

// The report as Markdown.
std::string report(const Audit& audit);
// health_check_20251217_040000.md, in UTC.
std::string report_name(base::WallTime at);

}  // namespace healer::audit
