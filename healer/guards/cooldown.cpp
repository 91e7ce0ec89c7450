#include "base/duration.h"
#include "healer/guards/guard.h"

namespace healer::guards {

// Between the actions of two incidents on one target, never between the rungs of one.
std::optional<Refused> cooldown(const Question& question) {
  const Attempts* attempts = question.history.attempts(question.incident.target);
  if (attempts == nullptr || attempts->last_incident == 0) return std::nullopt;
  if (attempts->last_incident == question.incident.number) return std::nullopt;
  const base::MonoTime over = attempts->last_ended + question.playbook.cooldown;
  if (question.now >= over) return std::nullopt;
  return Refused{
      Refusal::kCooldown,
      base::format_duration(question.playbook.cooldown) + " after " + incident_id(attempts->last_incident),
      over};
}

}  // namespace healer::guards
