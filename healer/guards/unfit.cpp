#include "healer/guards/guard.h"

namespace healer::guards {

// What the healer itself cannot be relied on for: that it remembers, that its times are right, that its
// configuration is the one that is meant.
std::optional<Refused> unfit(const Question& question) {
  const std::string& why = question.conditions.fitness.first();
  if (why.empty() || !question.rung.disruptive) return std::nullopt;
  return Refused{Refusal::kUnfit, why};
}

}  // namespace healer::guards
