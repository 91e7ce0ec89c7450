#include "healer/engine/guards/guard.h"

namespace healer::guards {

// Alerts that are silenced, muted, inhibited or routed elsewhere are not acted on. Their policy still
// applies. Runs requested by an operator are not held.
std::optional<Refused> suppressed(const Question& question) {
  if (question.conditions.held.empty() || !question.incident.started_by.empty()) return std::nullopt;
  return Refused{Refusal::kSuppressed, question.conditions.held};
}

}  // namespace healer::guards
