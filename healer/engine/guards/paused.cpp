#include "healer/engine/guards/guard.h"

namespace healer::guards {

std::optional<Refused> paused(const Question& question) {
  const auto& pause = question.history.pause();
  if (!pause || (pause->until && question.now.mono >= *pause->until)) return std::nullopt;
  return Refused{Refusal::kPaused, pause->reason, pause->until};
}

}  // namespace healer::guards
