// The stack's health, as the rules record it in Prometheus, and the issues among the firing alerts.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/state/snapshot.h"
#include "healer/verify/prometheus.h"

namespace healer {

// unknown, healthy, degraded, critical or failed.
struct Health {
  std::string overall = "unknown";
  std::map<std::string, std::string> subsystems;
  std::string error;  // why it is unknown; empty: it is known
};

// The word for a recorded status: -1 unknown to 3 failed.
std::string health_word(double status);

// Reads the recorded health. Thread-safe.
class HealthReader {
 public:
  HealthReader(checks::Prometheus prometheus, const base::Clock& clock);

  // At most a second old. Blocks one caller at a time, for 2 s at most. The others get the last result, so
  // that a Prometheus that hangs delays no one else.
  Health read();
  // Read now. Blocks up to the deadline.
  Health read_now(base::Deadline deadline) const;

 private:
  checks::Prometheus prometheus_;
  const base::Clock& clock_;
  std::mutex reading_;
  std::mutex mutex_;
  Health last_;
  std::optional<base::MonoTime> read_at_;
};

// One firing alert that is an issue: it carries the label `issue`.
struct Issue {
  std::string id;  // ai_model_20251123_013456: subsystem (without one, the alert's name) and start; unique
  std::string alert;
  std::string subsystem;  // empty: none, for example an issue of the host
  std::string container;  // empty: none
  std::string issue;      // low medium high critical
  std::string status;     // of the subsystem, as the alert's rule judges it; empty: the rule says nothing
  std::string summary;
  std::string description;
  std::string fingerprint;
  bool impacts_trading = false;
  base::WallTime since{};

  // "ai_model is critical"; without a subsystem or status, the summary.
  std::string headline() const;
};
// The most severe first.
std::vector<Issue> issues_among(const std::vector<Alert>& firing);

// Whether an operator or the trading system must act at once.
bool needs_action_now(const std::string& overall, const std::vector<Issue>& issues, Policy policy);

// The document of GET /health/system.
std::string health_document(const Health& health, const std::vector<Issue>& issues,
                            const PolicyDocument& policy);
// The document of POST /health/force-check. `warnings`: what could not be checked again.
std::string force_check_document(const Health& health, const std::vector<Issue>& issues,
                                 const std::vector<std::string>& warnings, base::WallTime now);

}  // namespace healer
