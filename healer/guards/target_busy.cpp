#include "healer/guards/guard.h"

namespace healer::guards {
namespace {

// From the intent until it is known what came of it.
bool holds_target(State state) {
  switch (state) {
    case State::kIntent:
    case State::kRunning:
    case State::kVerifying:
    case State::kProbation:
    case State::kIneffective:
    case State::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Refused> target_busy(const Question& question) {
  for (const std::uint64_t number : question.history.open_on(question.incident.target)) {
    if (number == question.incident.number) continue;
    const Incident* other = question.history.incident(number);
    if (holds_target(other->state)) {
      return Refused{Refusal::kTargetBusy, other->id() + " acts on " + question.incident.target.name,
                     std::nullopt};
    }
  }
  return std::nullopt;
}

}  // namespace healer::guards
