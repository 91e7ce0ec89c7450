#include "healer/guards/guard.h"

namespace healer::guards {

// What an operator silences, or Alertmanager mutes, inhibits or routes elsewhere, is left alone. Its policy
// holds all the same. An operator's own run is not held.
std::optional<Refused> suppressed(const Question& question) {
  if (question.conditions.held.empty() || !question.incident.asked_by.empty()) return std::nullopt;
  return Refused{Refusal::kSuppressed, question.conditions.held};
}

}  // namespace healer::guards
