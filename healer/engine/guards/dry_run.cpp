#include "healer/engine/guards/guard.h"

namespace healer::guards {

// Checked after all guards that would also refuse a real run.
std::optional<Refused> dry_run(const Question& question) {
  if (!question.rung.dry_run) return std::nullopt;
  return Refused{Refusal::kDryRun, "would run: " + std::string(question.description), std::nullopt};
}

}  // namespace healer::guards
