#include "healer/engine/explain.h"

#include <algorithm>
#include <limits>

namespace healer {
namespace {

// Past every record's number.
constexpr std::uint64_t kUnwritten = std::numeric_limits<std::uint32_t>::max();

// The open incident that the alert belongs to or would join, else one that it opens.
std::uint64_t incident_for(const Alert& alert, const Asked& asked, History& history, base::Now now) {
  const auto known = history.alerts().find(alert.fingerprint);
  if (known == history.alerts().end() || !known->second.alert.firing)
    history.apply({kUnwritten, {now.wall, AlertSeen{alert}}}, now.mono);
  const std::string name(alert.label("alertname"));
  for (const std::uint64_t number : history.open_on(asked.target)) {
    if (history.incident(number)->playbook != asked.playbook->name) continue;
    const auto& members = history.incident(number)->members;
    if (std::ranges::find(members, alert.fingerprint, &Member::fingerprint) == members.end())
      history.apply({kUnwritten, {now.wall, AlertJoined{number, alert.fingerprint, name}}}, now.mono);
    return number;
  }
  history.apply({kUnwritten + 1,
                 {now.wall, IncidentOpened{.playbook = asked.playbook->name,
                                           .subsystem = asked.subsystem,
                                           .severity = std::string(alert.label("severity")),
                                           .target = asked.target,
                                           .fingerprint = alert.fingerprint,
                                           .alert_name = name,
                                           .alert_starts_at = alert.starts_at}}},
                now.mono);
  return kUnwritten + 1;
}

}  // namespace

Explanation explain(const Alert& alert, const Config& config, History& history, base::Now now,
                    const std::function<std::string(const std::string& playbook, std::size_t rung,
                                                    const Target& target)>& describe) {
  Explanation why;
  why.alert = alert;
  const auto request = read_request(alert, config);
  if (const auto* no = std::get_if<NotAllowed>(&request)) {
    why.not_allowed = *no;
    return why;
  }
  const auto& asked = std::get<Asked>(request);
  const std::uint64_t number = incident_for(alert, asked, history, now);
  // Assumes that the healer itself is healthy: its state is not in the journal.
  const GuardContext conditions{
      .policy = history.policy().value_or(Policy::kNoNewTrades),
      .permissions = history.permissions_remembered(config.policy.safe_risk_profile)};
  const Incident& incident = *history.incident(number);
  if (number < kUnwritten) why.incident = incident.id();
  why.playbook = asked.playbook->name;
  why.target = asked.target;
  why.subsystem = asked.subsystem;
  why.priority =
      priority_of(alert.label("issue"), incident.severity, alert.label("impacts_trading") == "true");
  why.rung = next_rung(incident, config);
  if (why.rung) {
    const Rung& rung = asked.playbook->rungs[*why.rung];
    why.action = rung.action;
    why.description = describe(why.playbook, *why.rung, why.target);
    why.automatic = rung.automatic;
    why.approval = rung.approval;
    why.guards = guards::ask_all(
        {incident, *asked.playbook, rung, config, history, conditions, now, *why.rung, why.description});
  }
  if (incident.state == State::kExhausted) {
    why.decision = Spent{Refusal::kLatched, incident.id() + " waits for an operator's release"};
  } else {
    why.decision = decide(incident, config, history, conditions, now, why.description);
  }
  return why;
}

}  // namespace healer
