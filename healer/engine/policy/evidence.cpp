#include "healer/engine/policy/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace healer::policy {

Evidence gather(const History& history, const std::map<std::string, Alert>& unwritten, const Config& config,
                const PolicyInputs& inputs, base::MonoTime now) {
  Evidence evidence;
  std::vector<Cause>& causes = evidence.causes;
  const auto add = [&causes](const Alert& alert) {
    const Policy demands = parse_policy(alert.label("policy")).value_or(Policy::kNoNewTrades);
    if (demands != Policy::kAllowAll)
      causes.push_back({demands, "alert " + std::string(alert.label("alertname"))});
  };
  for (const std::string& fingerprint : history.demanding()) add(history.alerts().at(fingerprint).alert);
  for (const auto& [fingerprint, alert] : unwritten) add(alert);
  causes.insert(causes.end(), inputs.chain.begin(), inputs.chain.end());
  if (const auto& hold = history.hold(); hold && hold->policy != Policy::kAllowAll) {
    causes.push_back({hold->policy, std::string(kOperatorHold)});
  }
  for (const auto& [id, lease] : history.leases()) {
    const bool timed = lease.length > base::Duration::zero();
    causes.push_back({lease.policy, fmt::format("{} {} {}", timed ? "lease" : "healing", id, lease.action)});
  }
  for (const auto& [id, halt] : history.halts())
    causes.push_back({Policy::kNoNewTrades, fmt::format("halt {} {}", id, halt.action), true});
  if (history.storm()) {
    const Policy demands = parse_policy(config.guards.storm.policy).value_or(Policy::kNoNewTrades);
    if (demands != Policy::kAllowAll) causes.push_back({demands, "storm"});
  }
  const bool silent = inputs.watchdog.silent(now, config.policy.watchdog_timeout);
  if (silent) {
    const Policy demands = parse_policy(config.policy.on_watchdog_silence).value_or(Policy::kNoNewTrades);
    causes.push_back({std::max(demands, Policy::kNoNewTrades), "watchdog silent"});
  }
  const bool unreachable =
      !config.prometheus_url.empty() && now >= inputs.unreachable_at(config.policy.prometheus_timeout);
  if (unreachable) causes.push_back({Policy::kNoNewTrades, "Prometheus unreachable"});
  if (inputs.journal_failing) causes.push_back({Policy::kNoNewTrades, "journal not writable"});
  if (inputs.file_failing) causes.push_back({Policy::kNoNewTrades, "policy file not writable"});
  for (const std::string& output : inputs.outputs_behind)
    causes.push_back({Policy::kNoNewTrades, fmt::format("policy output {} not updated", output)});

  std::sort(causes.begin(), causes.end(), [](const Cause& a, const Cause& b) {
    return std::tuple(word_of(b), std::string_view(a.what)) <
           std::tuple(word_of(a), std::string_view(b.what));
  });
  const auto same = [](const Cause& a, const Cause& b) {
    return a.demands == b.demands && a.halts == b.halts && a.what == b.what;
  };
  causes.erase(std::unique(causes.begin(), causes.end(), same), causes.end());
  const auto fresh_until = inputs.watchdog.fresh_until(config.reconcile_interval);
  evidence.fresh = fresh_until && now < *fresh_until && !silent && !unreachable && inputs.chain_sound;
  return evidence;
}

}  // namespace healer::policy
