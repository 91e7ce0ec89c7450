// The part of a turn that handles the policy: determined, made durable and published before any incident is
// processed.
#include <algorithm>
#include <utility>

#include "healer/engine/decider/decider.h"

namespace healer {
namespace {

constexpr base::Duration kFileRetry = std::chrono::milliseconds(500);

}  // namespace

// Compares the reports of the rulers with those of Alertmanager. The end of a cause is durable before it
// applies; a new cause tightens before it is written.
void Decider::weigh_chain() {
  if (!chain_changed_ && (!verdict_.due || now_.mono < *verdict_.due)) return due(verdict_.due);
  verdict_ = chain_.judge(history_, *config_, now_);
  chain_changed_ = false;
  inputs_.chain = verdict_.causes;
  inputs_.chain_sound = verdict_.sound;
  const auto ends = [](const Fact& fact) { return std::holds_alternative<CauseEnded>(fact); };
  if (std::ranges::any_of(verdict_.facts, ends)) record_chain();
  due(verdict_.due);
}

void Decider::record_chain() {
  if (verdict_.facts.empty()) return;
  PendingEffects pending;
  for (Fact& fact : std::exchange(verdict_.facts, {}))
    pending.records.push_back({now_.wall, std::move(fact)});
  chain_changed_ = !commit(pending);
  inputs_.chain_sound = verdict_.sound && !chain_changed_;
}

void Decider::step_policy() {
  weigh_chain();
  inputs_.journal_failing = failing_since_.has_value();
  inputs_.outputs_behind = effects_.outputs_behind();
  const policy::Evidence evidence = policy::gather(history_, unwritten_alerts_, *config_, inputs_, now_.mono);
  const base::MonoTime unreachable_at = inputs_.unreachable_at(config_->policy.prometheus_timeout);
  if (!config_->prometheus_url.empty() && now_.mono < unreachable_at) due(unreachable_at);
  causes_ = evidence.causes;
  if (evidence.fresh) due(inputs_.watchdog.fresh_until(config_->reconcile_interval));
  const policy::Step step = policy::step(standing_, evidence, now_.mono, config_->policy.relax_after,
                                         config_->policy.safe_risk_profile);
  if (step.loosened) {
    // Durable first: after a crash the journal must not differ from the published policy in either direction.
    PendingEffects pending;
    pending.records.push_back({now_.wall, moved_to(step.standing)});
    if (commit(pending)) adopt(step.standing);
  } else {
    adopt(step.standing);
    // It may be published before it is durable, except for an emergency, which must outlast its cause.
    if (step.moved && !step.standing.latched) publish_if_due();
  }
  keep_policy_durable();
  record_chain();
  due(step.due);
  tell_of_silence();
}

void Decider::adopt(const policy::PolicyState& standing) {
  const Policy before = standing_.level;
  standing_ = standing;
  if (standing.level == before) return;
  const bool tightened = standing.level > before;
  PendingEffects pending;
  pending.notify.push_back(with_lines(
      {.kind = tightened ? Notice::Kind::kPolicyTightened : Notice::Kind::kPolicyRelaxed,
       .incident = {},
       .subsystem = {},
       .title = "Policy: " + std::string(to_string(before)) + " → " + std::string(to_string(standing.level)),
       .at = now_.wall},
      published_causes(standing)));
  carry_out(pending);
}

// A tightening applies at once, also while it cannot be written; this writes it as soon as possible.
void Decider::keep_policy_durable() {
  const PolicyMoved record = moved_to(standing_);
  if (history_.policy() == standing_.level && history_.emergency_latched() == standing_.latched &&
      history_.permissions() == record.permissions)
    return;
  PendingEffects pending;
  pending.records.push_back({now_.wall, record});
  commit(pending);
}

PolicyMoved Decider::moved_to(const policy::PolicyState& standing) const {
  const auto usual = policy::permissions_of(standing.level, config_->policy.safe_risk_profile);
  PolicyMoved moved{history_.policy().value_or(Policy::kNoNewTrades), standing.level,
                    published_causes(standing)};
  if (standing.permissions != usual) moved.permissions = standing.permissions;
  return moved;
}

policy::Permissions Decider::permissions_now() const {
  return policy::in_force(standing_, causes_, config_->policy.safe_risk_profile);
}

void Decider::tell_of_silence() {
  const base::Duration limit = config_->policy.watchdog_timeout;
  if (!inputs_.watchdog.silent(now_.mono, limit)) {
    silence_told_ = false;
    return due(inputs_.watchdog.silent_at(limit));
  }
  if (silence_told_) return;
  silence_told_ = true;
  PendingEffects pending;
  pending.notify.push_back({.kind = Notice::Kind::kWatchdogSilent,
                            .incident = {},
                            .subsystem = {},
                            .title = "The Watchdog alert is silent: alerts may not arrive",
                            .detail = {},
                            .at = now_.wall});
  carry_out(pending);
}

void Decider::publish_if_due() {
  publish_once();
  retry_file();
  // A failed write of the file is itself a cause, and the other outputs publish it at once.
  if (std::exchange(file_failed_, inputs_.file_failing) == inputs_.file_failing) return;
  step_policy();
  publish_once();
}

void Decider::publish_once() {
  // Until the first whole list, an alert that started while the healer was down may be unknown.
  const bool unlisted = !heard_of_alertmanager_ && !config_->alertmanager_url.empty();
  const bool blind = unlisted || !chain_.has_answers(*config_);
  Policy level = standing_.level;
  policy::Permissions permissions = permissions_now();
  std::vector<std::string> causes = published_causes(standing_);
  if (blind) {
    level = std::max(level, Policy::kNoNewTrades);
    permissions = policy::meet(
        permissions, policy::permissions_of(Policy::kNoNewTrades, config_->policy.safe_risk_profile));
    causes.emplace_back(unlisted ? policy::kStarting : policy::kStartingWithoutRules);
  }
  const bool changed = !document_ || document_->policy != level || document_->permissions != permissions ||
                       document_->causes != causes;
  // After the wall clock was set, a document is valid for longer or shorter than intended.
  const base::Duration age = document_ ? now_.wall - document_->issued_at : base::Duration::zero();
  const bool clock_was_set = age < base::Duration::zero() || age > config_->policy.lease / 3;
  if (changed || clock_was_set || now_.mono >= *renew_at_) {
    document_ = PolicyDocument{.policy = level,
                               .permissions = permissions,
                               .causes = std::move(causes),
                               .issued_at = now_.wall,
                               .valid_until = now_.wall + config_->policy.lease,
                               .sequence = next_sequence(),
                               .journal_record = journal_.retired() + journal_.records()};
    publish_document();
    renew_at_ = now_.mono + config_->policy.lease / 3;
  }
  due(renew_at_);
}

void Decider::publish_document() {
  inputs_.file_failing = !effects_.publish(*document_).has_value();
  file_retry_at_ = inputs_.file_failing ? std::optional(now_.mono + kFileRetry) : std::nullopt;
}

// Retries the file, so that its readers get the document soon after there is space again, not with the next
// renewal.
void Decider::retry_file() {
  if (file_retry_at_ && now_.mono >= *file_retry_at_) publish_document();
  due(file_retry_at_);
}

// From the clock, so that it is higher than the sequences that clients read before a restart.
std::uint64_t Decider::next_sequence() {
  const auto wall =
      std::chrono::duration_cast<std::chrono::milliseconds>(now_.wall.time_since_epoch()).count();
  sequence_ = std::max(sequence_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(wall, 0)));
  return sequence_;
}

std::vector<std::string> Decider::published_causes(const policy::PolicyState& standing) const {
  std::vector<std::string> causes = policy::listed(causes_);
  const policy::RiskProfile& profile = config_->policy.safe_risk_profile;
  const bool held =
      standing.level > policy::strictest(causes_) ||
      policy::in_force(standing, causes_, profile) !=
          policy::meet(policy::permissions_of(standing.level, profile), policy::allowed_by(causes_, profile));
  if (held) {
    causes.emplace_back(standing_.latched ? "emergency_shutdown waits for an operator's release"
                                          : "relaxing step by step");
  }
  return causes;
}

}  // namespace healer
