#include "healer/engine/guards/guard.h"

namespace healer::guards {

std::optional<Refused> storm(const Question& question) {
  if (!question.history.storm() || !question.rung.disruptive) return std::nullopt;
  return Refused{Refusal::kStorm, "storm active: operator action required"};
}

}  // namespace healer::guards
