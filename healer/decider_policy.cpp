// The policy's part of a turn: judged, made durable, published before any incident is looked at.
#include <algorithm>

#include "healer/decider.h"

namespace healer {

void Decider::step_policy() {
  const policy::Evidence evidence =
      policy::gather(history_, unwritten_alerts_, *config_, watchdog_, failing_since_.has_value(), now_.mono);
  causes_ = evidence.causes;
  if (evidence.fresh) due(watchdog_.fresh_until(config_->reconcile_interval));
  const policy::Step step = policy::step(standing_, evidence, now_.mono, config_->policy.relax_after);
  if (step.moved && step.standing.level < standing_.level) {
    // Durable first: a crash must not leave behind something stricter than what was promised, nor the other
    // way round.
    Outbox outbox;
    outbox.records.push_back({now_.wall, PolicyMoved{standing_.level, step.standing.level,
                                                     published_causes(step.standing.level)}});
    if (commit(outbox)) adopt(step.standing);
  } else {
    adopt(step.standing);
  }
  keep_policy_durable();
  due(step.due);
  tell_of_silence();
}

void Decider::adopt(const policy::Standing& standing) {
  const Policy before = standing_.level;
  standing_ = standing;
  if (standing.level == before) return;
  const bool tightened = standing.level > before;
  std::string detail;
  for (const std::string& cause : published_causes(standing.level))
    detail += (detail.empty() ? "" : "\n") + cause;
  Outbox outbox;
  outbox.notify.push_back(
      {.kind = tightened ? Notice::Kind::kPolicyTightened : Notice::Kind::kPolicyRelaxed,
       .incident = {},
       .subsystem = {},
       .title = "Policy: " + std::string(to_string(before)) + " → " + std::string(to_string(standing.level)),
       .detail = std::move(detail),
       .at = now_.wall});
  carry_out(outbox);
}

// A tightening holds at once, also while it cannot be written; then this writes it as soon as it can be.
void Decider::keep_policy_durable() {
  if (history_.policy() == standing_.level && history_.emergency_latched() == standing_.latched) return;
  Outbox outbox;
  outbox.records.push_back({now_.wall, PolicyMoved{history_.policy().value_or(Policy::kNoNewTrades),
                                                   standing_.level, published_causes(standing_.level)}});
  commit(outbox);
}

void Decider::tell_of_silence() {
  const base::Duration limit = config_->policy.watchdog_timeout;
  if (!watchdog_.silent(now_.mono, limit)) {
    silence_told_ = false;
    return due(watchdog_.silent_at(limit));
  }
  if (silence_told_) return;
  silence_told_ = true;
  Outbox outbox;
  outbox.notify.push_back({.kind = Notice::Kind::kWatchdogSilent,
                           .incident = {},
                           .subsystem = {},
                           .title = "The Watchdog alert is silent: alerts may not arrive",
                           .detail = {},
                           .at = now_.wall});
  carry_out(outbox);
}

void Decider::publish_if_due() {
  // Until the first whole list, an alert that began while the healer was away may not be known yet.
  const bool blind = !heard_of_alertmanager_ && !config_->alertmanager_url.empty();
  const Policy level = std::max(standing_.level, blind ? Policy::kNoNewTrades : Policy::kAllowAll);
  std::vector<std::string> causes = published_causes(standing_.level);
  if (blind) causes.emplace_back("starting: Alertmanager has not been heard yet");
  const bool changed = !document_ || document_->policy != level || document_->causes != causes;
  if (changed || now_.mono >= *renew_at_) {
    document_ = PolicyDocument{.policy = level,
                               .causes = std::move(causes),
                               .issued_at = now_.wall,
                               .valid_until = now_.wall + config_->policy.lease};
    effects_.publish(*document_);
    renew_at_ = now_.mono + config_->policy.lease / 3;
  }
  due(renew_at_);
}

std::vector<std::string> Decider::published_causes(Policy level) const {
  std::vector<std::string> causes;
  for (const policy::Cause& cause : causes_) causes.push_back(cause.what);
  if (level > policy::strictest(causes_)) {
    causes.emplace_back(standing_.latched ? "emergency_shutdown waits for an operator's release"
                                          : "relaxing step by step");
  }
  return causes;
}

}  // namespace healer
