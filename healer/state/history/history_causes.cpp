// The alerts that act on the policy until there is evidence that they are over.
#include <fmt/format.h>

#include "healer/model/policy/demand.h"
#include "healer/state/history/history.h"

namespace healer {

std::string AlertCause::name() const {
  const auto found = labels.find("alertname");
  return found == labels.end() ? "" : found->second;
}

std::string cause_key(std::string_view ruler, const Labels& labels) {
  return fmt::format("{}/{}", ruler, fingerprint(labels));
}

std::string rule_key(std::string_view ruler, std::string_view identity) {
  return fmt::format("{}/{}", ruler, identity);
}

// Applies Alertmanager's report of an alert.
void History::note_cause(const Alert& alert, const When& when) {
  const auto found = alert_causes_.find(alert.fingerprint);
  if (alert.firing) {
    if (!policy::policy_demand(alert.labels)) return;
    alert_causes_[alert.fingerprint] = AlertCause{.ruler = "",
                                                  .labels = alert.labels,
                                                  .starts_at = alert.starts_at,
                                                  .facts = {},
                                                  .resolved = false,
                                                  .changed_at = when.mono};
    return;
  }
  if (found == alert_causes_.end()) return;
  if (!needs_evidence_) {
    alert_causes_.erase(found);
    return;
  }
  found->second.resolved = alert.ends_at != base::WallTime{};
  found->second.changed_at = when.mono;
}

void History::take(const CauseSeen& fact, const When& when) {
  AlertCause& cause = alert_causes_[cause_key(fact.ruler, fact.labels)];
  cause.ruler = fact.ruler;
  cause.labels = fact.labels;
  cause.starts_at = fact.starts_at;
  cause.facts.insert(fact.facts.begin(), fact.facts.end());
  cause.changed_at = when.mono;
}

void History::take(const CauseEnded& fact, const When&) { alert_causes_.erase(fact.key); }

void History::take(const RulesSeen& fact, const When&) {
  for (const Labels& labels : fact.rules) {
    const auto name = labels.find("alertname");
    if (name == labels.end()) continue;
    rules_[rule_key(fact.ruler, policy::identity(name->second, labels))] = KnownRule{fact.ruler, labels};
  }
}

void History::take(const RulesAccepted& fact, const When&) {
  for (const Labels& labels : fact.rules) {
    const auto name = labels.find("alertname");
    if (name != labels.end()) rules_.erase(rule_key(fact.ruler, policy::identity(name->second, labels)));
  }
}

}  // namespace healer
