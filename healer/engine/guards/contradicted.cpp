#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "healer/engine/guards/guard.h"

namespace healer::guards {
namespace {

// The newest incident on the target that was verified as healed while this alert kept firing. 0: none.
std::uint64_t healed_meanwhile(const Alert& alert, const Target& target, const History& history) {
  for (const std::uint64_t number : history.closed()) {
    const Incident& closed = *history.incident(number);
    if (closed.state != State::kHealed || closed.target != target) continue;
    const auto member = std::ranges::find(closed.members, alert.fingerprint, &Member::fingerprint);
    if (member != closed.members.end() && member->starts_at == alert.starts_at) return number;
  }
  return 0;
}

// What contradicts this alert; empty: nothing.
std::string contradiction(const AlertState& state, const Question& question) {
  const Incident& incident = question.incident;
  const std::string_view name = state.alert.label("alertname");
  if (incident.contradicted && state.changed_at <= *incident.contradicted)
    return fmt::format("{} still fires although {} was found healthy", name, incident.target.name);
  if (incident.symptom_seen) return "";
  const std::uint64_t healed = healed_meanwhile(state.alert, incident.target, question.history);
  if (healed == 0) return "";
  return fmt::format("{} still fires although {} has verified that {} is healthy", name, incident_id(healed),
                     incident.target.name);
}

}  // namespace

// Another action would disrupt a target that is healthy as far as can be verified. One alert that nothing
// contradicts is enough to act, and so is a check that finds the symptom.
std::optional<Refused> contradicted(const Question& question) {
  if (!question.incident.started_by.empty()) return std::nullopt;
  std::string detail;
  for (const Member& member : question.incident.members) {
    const auto found = question.history.alerts().find(member.fingerprint);
    if (found == question.history.alerts().end() || !found->second.alert.firing) continue;
    std::string why = contradiction(found->second, question);
    if (why.empty()) return std::nullopt;
    if (detail.empty()) detail = std::move(why);
  }
  if (detail.empty()) return std::nullopt;
  return Refused{Refusal::kContradicted, std::move(detail)};
}

}  // namespace healer::guards
