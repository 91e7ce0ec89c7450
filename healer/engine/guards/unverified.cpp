#include "healer/engine/guards/guard.h"

namespace healer::guards {

// What could not be verified may be healthy: another disruption needs evidence that it is not.
std::optional<Refused> unverified(const Question& question) {
  if (!question.incident.unverified || !question.rung.disruptive) return std::nullopt;
  return Refused{Refusal::kUnverified, "it is not known whether the last action helped"};
}

}  // namespace healer::guards
