// When a cause of the policy is over.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/duration.h"
#include "healer/engine/policy/chain_judge.h"
#include "healer/model/policy/demand.h"

namespace healer::policy {
namespace {

using namespace std::chrono_literals;

// After its start a ruler needs this time to scrape everything once.
constexpr base::Duration kSettle = 1min;

}  // namespace

void Chain::Judge::end_causes() {
  for (const auto& [key, cause] : history_.alert_causes()) {
    // Those that fire are causes already, by delivery or by their ruler.
    const bool delivered = history_.demanding().contains(key);
    if (active_.contains(key) || delivered) continue;
    auto why = why_not_over(cause);
    if (!why) {
      verdict_.facts.emplace_back(CauseEnded{.key = key, .how = CauseEnded::How::kEvidence});
      continue;
    }
    const auto demands = policy_demand(cause.labels) ? policy_demand(cause.labels)
                                                     : contribution(cause.labels, config_.inventory);
    if (!demands) {
      verdict_.facts.emplace_back(CauseEnded{.key = key, .how = CauseEnded::How::kEvidence});
      continue;
    }
    // Many alerts may end together, for one reason.
    std::string words = fmt::format("alert {}: {}", cause.name(), *why);
    const bool only_waits = std::exchange(waits_, false);
    auto [unproven, is_new] = verdict_.unproven.try_emplace(std::move(words), *demands);
    unproven->second.keys.push_back(key);
    if (!is_new && *demands <= unproven->second.demands) continue;
    unproven->second.demands = *demands;
    add_cause(*demands, unproven->first);
    // It is not a problem before the first responses, nor if it only waits for time to pass.
    if (is_new && answered_all_ && !only_waits) verdict_.view.problems.push_back(unproven->first);
  }
}

const std::set<std::string>& Chain::Judge::rulers_of(const std::string& alertname) {
  const auto [found, is_new] = rulers_of_.try_emplace(alertname);
  if (!is_new) return found->second;
  for (const auto& [ruler, state] : chain_.rulers_) {
    if (state.answered && state.newest.state->knows(alertname)) found->second.insert(ruler);
  }
  for (const auto& [key, known] : history_.rules()) {
    if (known.labels.at("alertname") == alertname) found->second.insert(known.ruler);
  }
  return found->second;
}

std::optional<std::string> Chain::Judge::why_not_over(const AlertCause& cause) {
  if (!cause.ruler.empty()) return why_not_over(cause, cause.ruler);
  const std::set<std::string>& rulers = rulers_of(cause.name());
  if (rulers.empty()) return why_unconfirmed(cause);
  for (const std::string& ruler : rulers) {
    if (auto why = why_not_over(cause, ruler)) return why;
  }
  return std::nullopt;
}

// Its rule cannot be queried: its end and some time count as evidence.
std::optional<std::string> Chain::Judge::why_unconfirmed(const AlertCause& cause) {
  for (const RulerConfig& ruler : config_.rulers) {
    if (answered(ruler.name) == nullptr) return fmt::format("the rules of {} are not known yet", ruler.name);
  }
  if (!cause.resolved) return "not resolved, and its rule is in no configured ruler";
  const base::MonoTime over_at = cause.changed_at + config_.policy.unconfirmed_end;
  if (now_.mono >= over_at) return std::nullopt;
  verdict_.due = std::min(verdict_.due.value_or(over_at), over_at);
  waits_ = true;
  return fmt::format("resolved, held for {} because its rule is in no configured ruler",
                     base::format_duration(config_.policy.unconfirmed_end));
}

std::optional<std::string> Chain::Judge::why_not_over(const AlertCause& cause, const std::string& name) {
  if (!is_configured(name)) return fmt::format("ruler {} is not configured any more", name);
  const Ruler* ruler = answered(name);
  if (ruler == nullptr) return fmt::format("the rules of {} are not known yet", name);
  const RulesInput& newest = ruler->newest;
  if (!ruler->error.empty()) return fmt::format("{} does not answer", name);

  const std::string alertname = cause.name();
  auto rules = newest.state->named(alertname);
  const auto produces = [&cause](const Labels& labels) { return can_produce(labels, cause.labels); };
  // If relabelling added the label, no rule ever had it.
  const bool labelled = std::ranges::any_of(history_.rules(), [&](const auto& known) {
    return known.second.ruler == name && known.second.labels.at("alertname") == alertname &&
           produces(known.second.labels);
  });
  if (rules.empty()) return fmt::format("its rule is no longer loaded in {}", name);
  if (labelled) {
    std::erase_if(rules, [&](const LoadedRule* rule) { return !produces(rule->labels); });
    if (rules.empty()) return fmt::format("its rule has other labels now in {}", name);
  }
  for (const LoadedRule* rule : rules) {
    if (is_active(name, *rule, cause.labels)) return fmt::format("still active in {}", name);
    if (rule->health == "err") return fmt::format("its rule fails in {}", name);
    if (rule->evaluated_at <= cause.starts_at || rule->health != "ok")
      return fmt::format("its rule has not been evaluated since in {}", name);
    // After a ruler's start, a missing alert is no evidence until its data is collected.
    if (newest.started_at && cause.starts_at < *newest.started_at &&
        rule->evaluated_at < *newest.started_at + kSettle + rule->hold + 2 * rule->interval)
      return fmt::format("{} has restarted and is still collecting data", name);
  }
  if (name != config_.rulers.front().name) return std::nullopt;
  if (!demand_is_known(newest)) return fmt::format("{} does not know the policy that the rules demand", name);
  return why_no_facts(cause, newest);
}

bool Chain::Judge::is_active(const std::string& ruler, const LoadedRule& rule, const Labels& labels) {
  auto [at, is_new] = active_index_.try_emplace({ruler, rule.name});
  if (is_new) {
    for (const LoadedRule* each : answered(ruler)->newest.state->named(rule.name)) {
      for (const RuledAlert& alert : each->active) at->second.add(alert.labels);
    }
  }
  return at->second.holds(labels);
}

bool Chain::Judge::demand_is_known(const RulesInput& newest) const {
  return std::ranges::any_of(newest.state->named(kHeartbeatName), [](const LoadedRule* rule) {
    return std::ranges::any_of(rule->active, [](const RuledAlert& alert) {
      const auto policy = alert.labels.find("policy");
      return alert.firing && policy != alert.labels.end() && parse_policy(policy->second);
    });
  });
}

// An alert also ends when its subject is no longer monitored, which is no evidence.
std::optional<std::string> Chain::Judge::why_no_facts(const AlertCause& cause,
                                                      const RulesInput& newest) const {
  if (cause.facts.empty()) return std::nullopt;
  const std::string& subsystem = cause.labels.at("subsystem");
  if (!newest.facts) return fmt::format("the facts about subsystem {} cannot be read", subsystem);
  const auto facts = newest.facts->find(subsystem);
  if (facts == newest.facts->end()) return fmt::format("subsystem {} has no metrics any more", subsystem);
  for (const std::string& metric : cause.facts) {
    if (!facts->second.contains(metric))
      return fmt::format("metric {} of subsystem {} is missing", metric, subsystem);
  }
  return std::nullopt;
}

}  // namespace healer::policy
