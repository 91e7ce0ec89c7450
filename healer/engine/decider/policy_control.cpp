#include "healer/engine/decider/policy_control.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace healer {

void PolicyControl::start(const std::vector<policy::Published>& published) {
  const History& history = durable_.history();
  inputs_.watchdog.since = step_.now.mono;
  inputs_.prometheus_answered = step_.now.mono;
  state_ = policy::standing_at(history.policy().value_or(Policy::kNoNewTrades),
                               step_.config->policy.safe_risk_profile, history.emergency_latched());
  if (history.permissions()) state_.permissions = policy::meet(state_.permissions, *history.permissions());
  for (const policy::Published& each : published) {
    // Also after the wall clock was set back: readers keep the document with the highest sequence.
    publisher_.continue_after(each.sequence);
    // A previous start has already considered older ones.
    if (each.whole && (durable_.quarantined() || each.issued_at > durable_.last_start())) tighten_to(each);
  }
}

void PolicyControl::tighten_to(const policy::Published& published) {
  // It may be stricter than the policy only because of the start.
  if (published.starting && published.policy <= Policy::kNoNewTrades) return;
  const auto& profile = step_.config->policy.safe_risk_profile;
  policy::Permissions permissions =
      published.permissions.value_or(policy::permissions_of(published.policy, profile));
  // A halt is a cause of its own.
  permissions.trading = std::min(permissions.trading, policy::Trading::kExitsOnly);
  const policy::PolicyState before = state_;
  state_.permissions = policy::meet(state_.permissions, permissions);
  if (published.policy > state_.level) {
    state_ = policy::standing_at(published.policy, profile, published.policy == Policy::kEmergencyShutdown);
    state_.permissions = policy::meet(state_.permissions, policy::meet(before.permissions, permissions));
  }
  if (state_.level == before.level && state_.permissions == before.permissions) return;
  base::log::warn("starting with the last published policy",
                  {{"policy", to_string(published.policy)}, {"where", published.where}});
}

Policy PolicyControl::hold_without_journal(const std::vector<policy::Published>& published) const {
  Policy strictest = std::max(Policy::kNoNewTrades, state_.level);
  for (const policy::Published& each : published) strictest = std::max(strictest, each.policy);
  return strictest;
}

bool PolicyControl::on_event(const AlertsInput& input) {
  chain_.take(input, step_.config->heartbeat, step_.now.mono);
  chain_changed_ = true;
  const auto watchdog = [&](bool firing) {
    return std::ranges::any_of(input.alerts, [&](const Alert& alert) {
      return alert.firing == firing && policy::is_heartbeat(alert, step_.config->heartbeat);
    });
  };
  const bool alive = watchdog(true);
  if (alive) {
    inputs_.watchdog.seen = step_.now.mono;
    inputs_.watchdog.seen_wall = step_.now.wall;
  }
  if (alive && input.whole) inputs_.watchdog.listed = input.asked_at;
  // Its label is the policy that the rules demand. When that changes, the old Watchdog ends while the new one
  // fires.
  if (input.whole ? !alive : watchdog(false) && !chain_.beats()) {
    // Monitoring does not work: ends of alerts that arrive now, or arrived recently, are no evidence of
    // health.
    inputs_.watchdog.listed.reset();
    state_.healthy_since.reset();
  }
  return alive;
}

void PolicyControl::on_event(const PrometheusInput& input) {
  if (input.answers) inputs_.prometheus_answered = step_.now.mono;
}

void PolicyControl::on_event(const policy::RulesInput& input) {
  chain_.take(input, step_.now.mono);
  chain_changed_ = true;
}

void PolicyControl::step_and_publish() {
  step();
  publish();
}

bool PolicyControl::chain_changed() const {
  return chain_changed_ || judged_records_ != durable_.alert_records();
}

// Compares the reports of the rulers with those of Alertmanager. The end of a cause is durable before it
// applies; a new cause tightens before it is written.
void PolicyControl::judge_chain() {
  if (!chain_changed() && (!verdict_.due || step_.now.mono < *verdict_.due))
    return step_.wake_at(verdict_.due);
  verdict_ = chain_.judge(durable_.history(), *step_.config, step_.now);
  chain_changed_ = false;
  judged_records_ = durable_.alert_records();
  inputs_.chain = verdict_.causes;
  inputs_.chain_sound = verdict_.sound;
  const auto ends = [](const Fact& fact) { return std::holds_alternative<CauseEnded>(fact); };
  if (std::ranges::any_of(verdict_.facts, ends)) record_chain();
  step_.wake_at(verdict_.due);
}

void PolicyControl::record_chain() {
  if (verdict_.facts.empty()) return;
  std::vector<Record> records;
  for (Fact& fact : std::exchange(verdict_.facts, {})) records.push_back({step_.now.wall, std::move(fact)});
  chain_changed_ = !durable_.append(records);
  inputs_.chain_sound = verdict_.sound && !chain_changed_;
}

void PolicyControl::step() {
  judge_chain();
  inputs_.journal_failing = durable_.failing();
  inputs_.outputs_behind = effects_.outputs_behind();
  const policy::Evidence evidence =
      policy::gather(durable_.history(), intake_.unwritten(), *step_.config, inputs_, step_.now.mono);
  const base::MonoTime unreachable_at = inputs_.unreachable_at(step_.config->policy.prometheus_timeout);
  if (!step_.config->prometheus_url.empty() && step_.now.mono < unreachable_at) step_.wake_at(unreachable_at);
  causes_ = evidence.causes;
  if (evidence.fresh) step_.wake_at(inputs_.watchdog.fresh_until(step_.config->reconcile_interval));
  const policy::Step next = policy::step(state_, evidence, step_.now.mono, step_.config->policy.relax_after,
                                         step_.config->policy.safe_risk_profile);
  if (next.loosened) {
    // Durable first: after a crash the journal must not differ from the published policy in either direction.
    if (durable_.append({{step_.now.wall, moved_to(next.standing)}})) adopt(next.standing);
  } else {
    adopt(next.standing);
    // It may be published before it is durable, except for an emergency, which must outlast its cause.
    if (next.moved && !next.standing.latched) publish();
  }
  keep_durable();
  record_chain();
  step_.wake_at(next.due);
  report_silence();
}

void PolicyControl::adopt(const policy::PolicyState& state) {
  const Policy before = state_.level;
  state_ = state;
  if (state.level == before) return;
  const bool tightened = state.level > before;
  effects_.notify(with_lines(
      {.kind = tightened ? Notice::Kind::kPolicyTightened : Notice::Kind::kPolicyRelaxed,
       .incident = {},
       .subsystem = {},
       .title = "Policy: " + std::string(to_string(before)) + " → " + std::string(to_string(state.level)),
       .at = step_.now.wall},
      published_causes(state)));
}

// A tightening applies at once, also while it cannot be written; this writes it as soon as possible.
void PolicyControl::keep_durable() {
  const PolicyMoved record = moved_to(state_);
  if (durable_.history().policy() == state_.level &&
      durable_.history().emergency_latched() == state_.latched &&
      durable_.history().permissions() == record.permissions)
    return;
  durable_.append({{step_.now.wall, record}});
}

PolicyMoved PolicyControl::moved_to(const policy::PolicyState& state) const {
  const auto usual = policy::permissions_of(state.level, step_.config->policy.safe_risk_profile);
  PolicyMoved moved{durable_.history().policy().value_or(Policy::kNoNewTrades), state.level,
                    published_causes(state)};
  if (state.permissions != usual) moved.permissions = state.permissions;
  return moved;
}

policy::Permissions PolicyControl::permissions_now() const {
  return policy::in_force(state_, causes_, step_.config->policy.safe_risk_profile);
}

void PolicyControl::report_silence() {
  const base::Duration limit = step_.config->policy.watchdog_timeout;
  if (!inputs_.watchdog.silent(step_.now.mono, limit)) {
    silence_reported_ = false;
    return step_.wake_at(inputs_.watchdog.silent_at(limit));
  }
  if (silence_reported_) return;
  silence_reported_ = true;
  effects_.notify({.kind = Notice::Kind::kWatchdogSilent,
                   .incident = {},
                   .subsystem = {},
                   .title = "The Watchdog alert is silent: alerts may not arrive",
                   .detail = {},
                   .at = step_.now.wall});
}

void PolicyControl::publish() {
  publish_once();
  publisher_.retry_file();
  inputs_.file_failing = publisher_.file_failing();
  // A failed write of the file is itself a cause, and the other outputs publish it at once.
  if (std::exchange(file_failed_, inputs_.file_failing) == inputs_.file_failing) return;
  step();
  publish_once();
  inputs_.file_failing = publisher_.file_failing();
}

void PolicyControl::publish_once() {
  // Until the first whole list, an alert that started while the healer was down may be unknown.
  const bool unlisted = !intake_.listed() && !step_.config->alertmanager_url.empty();
  const bool blind = unlisted || !chain_.has_answers(*step_.config);
  Policy level = state_.level;
  policy::Permissions permissions = permissions_now();
  std::vector<std::string> causes = published_causes(state_);
  if (blind) {
    level = std::max(level, Policy::kNoNewTrades);
    permissions = policy::meet(
        permissions, policy::permissions_of(Policy::kNoNewTrades, step_.config->policy.safe_risk_profile));
    causes.emplace_back(unlisted ? policy::kStarting : policy::kStartingWithoutRules);
  }
  publisher_.publish({.policy = level, .permissions = permissions, .causes = std::move(causes)},
                     durable_.records());
}

Policy PolicyControl::policy_in_force() const {
  return publisher_.document() ? publisher_.document()->policy : state_.level;
}

policy::Permissions PolicyControl::permissions_in_force() const {
  return publisher_.document() ? publisher_.document()->permissions : permissions_now();
}

base::Result<> PolicyControl::can_release() const {
  if (!durable_.history().hold() && !state_.latched)
    return base::fail("the policy is not held by an operator");
  for (const policy::Cause& cause : causes_) {
    if (cause.demands == Policy::kEmergencyShutdown && cause.what != policy::kOperatorHold) {
      return base::fail("emergency_shutdown is still demanded by: {}", cause.what);
    }
  }
  return {};
}

void PolicyControl::release() { state_ = policy::release(state_); }

base::Result<std::vector<Fact>> PolicyControl::release_cause(const std::string& cause) {
  auto facts = policy::Chain::release(verdict_, cause);
  if (facts) chain_changed_ = true;
  return facts;
}

void PolicyControl::fill(View& view) const {
  if (publisher_.document()) view.policy = *publisher_.document();
  view.watchdog_last_seen = inputs_.watchdog.seen_wall;
  view.watchdog_silent = inputs_.watchdog.silent(step_.now.mono, step_.config->policy.watchdog_timeout);
  view.chain = verdict_.view;
  view.rulers = chain_.states();
}

std::vector<std::string> PolicyControl::published_causes(const policy::PolicyState& state) const {
  std::vector<std::string> causes = policy::listed(causes_);
  const policy::RiskProfile& profile = step_.config->policy.safe_risk_profile;
  const bool held =
      state.level > policy::strictest(causes_) ||
      policy::in_force(state, causes_, profile) !=
          policy::meet(policy::permissions_of(state.level, profile), policy::allowed_by(causes_, profile));
  if (held) {
    causes.emplace_back(state_.latched ? "emergency_shutdown waits for an operator's release"
                                       : "relaxing step by step");
  }
  return causes;
}

}  // namespace healer
