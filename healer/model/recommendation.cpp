#include "healer/model/recommendation.h"

#include <fmt/format.h>

namespace healer {
namespace {

// 0: critical, 3: low.
int rank_of(std::string_view issue, std::string_view severity) {
  if (issue.empty()) issue = severity == "warning" ? "medium" : severity == "info" ? "low" : severity;
  if (issue == "critical") return 0;
  if (issue == "high") return 1;
  return issue == "medium" ? 2 : 3;
}

}  // namespace

std::string Recommendation::id() const { return fmt::format("REC-{}", number); }

std::string_view to_string(Recommendation::Outcome outcome) {
  switch (outcome) {
    case Recommendation::Outcome::kOpen:
      return "open";
    case Recommendation::Outcome::kExecuted:
      return "executed";
    case Recommendation::Outcome::kRefused:
      return "refused";
    case Recommendation::Outcome::kWithdrawn:
      return "withdrawn";
  }
  return "?";
}

int priority_of(std::string_view issue, std::string_view severity, bool impacts_trading) {
  return 1 + 2 * rank_of(issue, severity) + (impacts_trading ? 0 : 1);
}

int priority_of(std::span<const Alert> alerts, std::string_view severity) {
  std::string_view issue;
  bool impacts_trading = false;
  for (const Alert& alert : alerts) {
    if (issue.empty()) issue = alert.label("issue");
    impacts_trading = impacts_trading || alert.label("impacts_trading") == "true";
  }
  return priority_of(issue, severity, impacts_trading);
}

}  // namespace healer
