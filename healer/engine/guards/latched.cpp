#include "healer/engine/guards/guard.h"
#include "healer/state/priority.h"
#include "healer/state/undo.h"

namespace healer::guards {

// A target that waits for an operator is not acted on, except for more urgent incidents.
std::optional<Refused> latched(const Question& question) {
  if (is_by_hand(question.incident)) return std::nullopt;
  for (const std::uint64_t number : question.history.open_on(question.incident.target)) {
    if (number == question.incident.number) continue;
    const Incident* other = question.history.incident(number);
    if (independent(question.incident, *other, question.config)) continue;
    const bool urgent = priority(question.incident, question.config) < priority(*other, question.config);
    if (other->state == State::kExhausted && !urgent) {
      return Refused{Refusal::kLatched, other->id() + " waits for an operator's release", std::nullopt,
                     number};
    }
  }
  return std::nullopt;
}

}  // namespace healer::guards
