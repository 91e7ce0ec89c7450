#include "healer/guards/guard.h"

namespace healer::guards {

// A target that waits for a person is left to that person by every playbook.
std::optional<Refused> latched(const Question& question) {
  for (const std::uint64_t number : question.history.open_on(question.incident.target)) {
    if (number == question.incident.number) continue;
    const Incident* other = question.history.incident(number);
    if (other->state == State::kExhausted) {
      return Refused{Refusal::kLatched, other->id() + " waits for a person's release", std::nullopt};
    }
  }
  return std::nullopt;
}

}  // namespace healer::guards
