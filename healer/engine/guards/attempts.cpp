#include <fmt/format.h>

#include <algorithm>

#include "base/text/duration.h"
#include "healer/engine/guards/guard.h"

namespace healer::guards {

std::optional<Refused> attempts(const Question& question) {
  if (is_by_hand(question.incident)) return std::nullopt;
  const Attempts* made = question.history.attempts(question.incident.target, question.incident.playbook);
  if (made == nullptr) return std::nullopt;
  const base::MonoTime from = question.now.mono - question.playbook.attempts_window;
  const auto recent =
      std::count_if(made->at.begin(), made->at.end(), [&](base::MonoTime at) { return at > from; });
  if (recent < question.playbook.attempts) return std::nullopt;
  return Refused{Refusal::kAttempts,
                 fmt::format("{} actions on {} within {}", recent, question.incident.target.name,
                             base::format_duration(question.playbook.attempts_window)),
                 made->at[made->at.size() - static_cast<std::size_t>(question.playbook.attempts)] +
                     question.playbook.attempts_window};
}

}  // namespace healer::guards
