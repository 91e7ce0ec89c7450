#include "healer/engine/incident/incident_timing.h"

#include <algorithm>

namespace healer {

bool ended_while_waiting(const Incident& incident, const History& history) {
  if (incident.actions == 0 || history.any_firing(incident)) return false;
  return std::ranges::any_of(incident.members, [&](const Member& member) {
    const auto found = history.alerts().find(member.fingerprint);
    return found != history.alerts().end() && found->second.changed_at > incident.since;
  });
}

base::MonoTime heard_since(const Incident& incident, const History& history, base::MonoTime from) {
  for (const Member& member : incident.members) {
    const auto found = history.alerts().find(member.fingerprint);
    if (found != history.alerts().end() && found->second.alert.firing)
      from = std::max(from, found->second.changed_at);
  }
  return from;
}

base::MonoTime last_touched(const Incident& incident, const History& history) {
  const Attempts* attempts = history.attempts(incident.target, incident.playbook);
  return attempts == nullptr ? incident.acted_at : std::max(incident.acted_at, attempts->last_ended);
}

bool only_recommended(const Incident& incident) {
  return incident.refusal == Refusal::kNotAutomatic && incident.actions == 0;
}

}  // namespace healer
