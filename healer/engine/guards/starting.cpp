#include "healer/engine/guards/guard.h"

namespace healer::guards {
namespace {

// After that, webhooks are enough: an Alertmanager that posts but does not answer must not stop healing.
constexpr base::Duration kListPatience = std::chrono::minutes(5);

}  // namespace

// Right after a start the first alert is not enough: the other firing alerts decide whether this is a storm,
// which dependency is the cause, and which incident goes first.
std::optional<Refused> starting(const Question& question) {
  const base::Duration grace = question.config.guards.startup_grace;
  if (grace == base::Duration::zero() || !question.rung.disruptive) return std::nullopt;
  const base::MonoTime started = question.conditions.started;
  if (question.now.mono < started + grace)
    return Refused{Refusal::kStarting, "the healer has just started", started + grace};
  const base::MonoTime patient_until = started + std::max(grace, kListPatience);
  if (!question.conditions.listed && question.now.mono < patient_until)
    return Refused{Refusal::kStarting, "Alertmanager's list of alerts has not been read yet", patient_until};
  return std::nullopt;
}

}  // namespace healer::guards
