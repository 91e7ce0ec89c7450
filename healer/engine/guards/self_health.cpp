#include "healer/engine/guards/guard.h"

namespace healer::guards {

// Refuses while the healer itself is unhealthy: its journal, its clock or its configuration cannot be relied
// on.
std::optional<Refused> self_health(const Question& question) {
  const std::string& why = question.conditions.self_health.first();
  if (why.empty() || !question.rung.disruptive) return std::nullopt;
  return Refused{Refusal::kUnhealthy, why};
}

}  // namespace healer::guards
