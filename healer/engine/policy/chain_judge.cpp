#include "healer/engine/policy/chain_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/duration.h"
#include "healer/model/policy/demand.h"
#include "healer/state/alert_store.h"

namespace healer::policy {
namespace {

using namespace std::chrono_literals;

// Without a response for so long, the last one is no longer evidence.
constexpr base::Duration kStaleAfter = 30s;
// How long the rest of a truncated delivery may take.
constexpr base::Duration kTruncatedFor = 10s;
constexpr std::size_t kNamed = 3;  // rules named in one text

std::optional<Policy> strictest(std::optional<Policy> a, std::optional<Policy> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

Policy at_least_no_new_trades(Policy policy) { return std::max(policy, Policy::kNoNewTrades); }

std::string some_of(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamed);
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace

Chain::Verdict Chain::judge(const History& history, const Config& config, base::Now now) {
  return Judge(*this, history, config, now).run();
}

Chain::Verdict Chain::Judge::run() {
  answered_all_ = chain_.has_answers(config_);
  look_at_rulers();
  if (!config_.rulers.empty()) look_at_heartbeat();
  if (chain_.truncated_) {
    doubt({.key = "truncated",
           .text = "Alertmanager truncated a delivery, and its list of alerts has not been read since",
           .demands = Policy::kNoNewTrades,
           .patience = kTruncatedFor});
  }
  end_causes();
  settle_doubts();
  verdict_.view.ok = verdict_.sound && verdict_.view.problems.empty();
  return std::move(verdict_);
}

// ---- the rulers --------------------------------------------------------------------------------

const Chain::Ruler* Chain::Judge::answered(std::string_view name) const {
  const auto found = chain_.rulers_.find(name);
  return found == chain_.rulers_.end() || !found->second.answered ? nullptr : &found->second;
}

bool Chain::Judge::is_configured(std::string_view name) const {
  return std::ranges::any_of(config_.rulers, [name](const RulerConfig& ruler) { return ruler.name == name; });
}

base::Duration Chain::Judge::patience(const LoadedRule& rule) const {
  return std::max(config_.policy.chain_tolerance, 3 * rule.interval);
}

void Chain::Judge::look_at_rulers() {
  for (const RulerConfig& config : config_.rulers) {
    RulerView& view = verdict_.view.rulers[config.name];
    const auto found = chain_.rulers_.find(config.name);
    if (found != chain_.rulers_.end()) view.error = found->second.error;
    const Ruler* ruler = answered(config.name);
    if (ruler == nullptr) {
      verdict_.sound = false;
      continue;
    }
    view.answered = true;
    view.rules = ruler->newest.state->rules().size();
    const base::MonoTime stale_at = *ruler->answered + kStaleAfter;
    view.up = ruler->error.empty() && now_.mono < stale_at;
    if (now_.mono >= stale_at) {
      doubt({.key = "answers " + config.name,
             .text = config.name == kFirstRuler ? "Prometheus unreachable"
                                                : fmt::format("ruler {} unreachable", config.name),
             .patience = std::max(config_.policy.prometheus_timeout - kStaleAfter, base::Duration::zero())});
    } else {
      verdict_.due = std::min(verdict_.due.value_or(stale_at), stale_at);
    }
    learn_rules(config, *ruler);
    look_for_missing_rules(config, *ruler);
    look_at_evaluation(config, *ruler);
    look_at_alerts(config, *ruler);
  }
}

void Chain::Judge::learn_rules(const RulerConfig& config, const Ruler& ruler) {
  RulesSeen fresh{.ruler = config.name, .rules = {}};
  std::set<std::string> seen;
  for (const LoadedRule& rule : ruler.newest.state->rules()) {
    if (!acts_on_policy(rule.labels)) continue;
    const std::string key = rule_key(config.name, identity(rule.name, rule.labels));
    if (history_.rules().contains(key) || !seen.insert(key).second) continue;
    Labels labels = policy_labels(rule.labels);
    labels["alertname"] = rule.name;
    fresh.rules.push_back(std::move(labels));
  }
  if (!fresh.rules.empty()) verdict_.facts.emplace_back(std::move(fresh));
}

void Chain::Judge::look_for_missing_rules(const RulerConfig& config, const Ruler& ruler) {
  std::vector<std::string> lasting;
  RulesAccepted gone{.ruler = config.name, .rules = {}};
  for (const auto& [key, known] : history_.rules()) {
    if (known.ruler != config.name) continue;
    const std::string& name = known.labels.at("alertname");
    const bool loaded = std::ranges::any_of(ruler.newest.state->named(name), [&known](const auto* rule) {
      return covers(rule->labels, known.labels);
    });
    if (loaded) continue;
    verdict_.view.missing_rules[config.name].push_back(name);
    gone.rules.push_back(known.labels);
    verdict_.releasable.emplace("rule " + name, RulesAccepted{.ruler = config.name, .rules = {known.labels}});
    verdict_.sound = false;
    const auto since = chain_.doubts_.find("missing " + key);
    if (since != chain_.doubts_.end() && now_.mono >= since->second + config_.policy.chain_tolerance)
      lasting.push_back(name);
    // All missing rules are in one cause below.
    doubt({.key = "missing " + key, .text = "", .patience = config_.policy.chain_tolerance});
  }
  if (lasting.empty()) return;
  std::ranges::sort(lasting);
  lasting.erase(std::unique(lasting.begin(), lasting.end()), lasting.end());
  add_cause(Policy::kNoNewTrades,
            fmt::format("rules no longer loaded in {}: {}", config.name, some_of(lasting)));
  verdict_.releasable.emplace(verdict_.causes.back().what, std::move(gone));
}

void Chain::Judge::look_at_evaluation(const RulerConfig& config, const Ruler& ruler) {
  for (const LoadedRule& rule : ruler.newest.state->rules()) {
    if (!acts_on_policy(rule.labels)) continue;
    if (rule.health == "err") {
      doubt({.key = fmt::format("fails {} {}", config.name, rule.name),
             .text = fmt::format("rule {} fails in {}", rule.name, config.name),
             .patience = patience(rule)});
    }
    const auto progress = ruler.groups.find(rule.file + ";" + rule.group);
    // As of the newest response: a missing response is another doubt.
    if (*ruler.answered >= progress->second.since + patience(rule)) {
      doubt({.key = fmt::format("stuck {} {}", config.name, rule.group),
             .text = fmt::format("rule group {} is not evaluated in {}", rule.group, config.name),
             .patience = {}});
    }
  }
}

// An alert that fires in a ruler is a cause by itself. It is recorded, so that it ends on evidence only.
void Chain::Judge::look_at_alerts(const RulerConfig& config, const Ruler& ruler) {
  std::vector<const RuledAlert*> counted;
  for (const LoadedRule& rule : ruler.newest.state->rules()) {
    if (rule.name == kHeartbeatName) continue;
    for (const RuledAlert& alert : rule.active) {
      if (!alert.firing) continue;
      const auto by_policy = policy_demand(alert.labels);
      const auto demands = strictest(by_policy, contribution(alert.labels, config_.inventory));
      if (!demands) continue;
      const std::string key = cause_key(config.name, alert.labels);
      active_.insert(key);
      if (by_policy) {
        ruled_ = strictest(ruled_, by_policy);
        add_cause(*by_policy, "alert " + rule.name);
        look_at_delivery(rule, alert, *by_policy);
      } else if (issue_demand(alert.labels)) {
        counted.push_back(&alert);
      }
      const auto known = history_.alert_causes().find(key);
      if (known != history_.alert_causes().end() && known->second.starts_at >= alert.active_at) continue;
      CauseSeen seen{.ruler = config.name, .labels = alert.labels, .starts_at = alert.active_at, .facts = {}};
      const auto subsystem = alert.labels.find("subsystem");
      if (ruler.newest.facts && subsystem != alert.labels.end()) {
        if (const auto facts = ruler.newest.facts->find(subsystem->second);
            facts != ruler.newest.facts->end())
          seen.facts.assign(facts->second.begin(), facts->second.end());
      }
      verdict_.facts.emplace_back(std::move(seen));
    }
  }
  // The policy rules count critical issues. If no alert with a policy demands as much, these rules do not
  // work.
  for (const RuledAlert* alert : counted) {
    const Policy demands = *issue_demand(alert->labels);
    if (ruled_ && *ruled_ >= demands) continue;
    const std::string& name = alert->labels.at("alertname");
    doubt({.key = "uncounted " + name,
           .text = fmt::format("alert {}: no alert with a policy fires for it", name),
           .demands = demands,
           .patience = config_.policy.chain_tolerance});
  }
}

// ---- the delivery ------------------------------------------------------------------------------

const AlertIndex& Chain::Judge::delivered(std::string_view name) {
  static const AlertIndex kNone;
  if (!std::exchange(delivered_indexed_, true)) {
    for (const std::string& fingerprint : history_.demanding()) {
      const Alert& alert = history_.alerts().at(fingerprint).alert;
      delivered_index_[fmt::format("{} {}", alert.label("policy"), alert.label("alertname"))].add(
          alert.labels);
    }
  }
  const auto found = delivered_index_.find(name);
  return found == delivered_index_.end() ? kNone : found->second;
}

void Chain::Judge::look_at_delivery(const LoadedRule& rule, const RuledAlert& alert, Policy demands) {
  const std::string& policy = alert.labels.at("policy");
  if (delivered(policy + " " + rule.name).holds(alert.labels)) return;
  const bool unlabelled = std::ranges::any_of(
      chain_.unasking_, [&](const Alert& each) { return each.label("alertname") == rule.name; });
  const std::string_view what =
      unlabelled ? "delivered without its label policy" : "not delivered by Alertmanager";
  doubt({.key = "undelivered " + rule.name,
         .text = fmt::format("alert {}: {}", rule.name, what),
         .demands = at_least_no_new_trades(demands),
         .patience = patience(rule)});
}

void Chain::Judge::look_at_heartbeat() {
  const std::string& name = config_.rulers.front().name;
  const Ruler* ruler = answered(name);
  if (ruler == nullptr) return;
  const auto wrong = [&](std::string text) {
    doubt({.key = "heartbeat", .text = "heartbeat: " + text, .patience = config_.policy.chain_tolerance});
  };
  std::optional<Policy> by_ruler;
  bool loaded = false;
  for (const LoadedRule* rule : ruler->newest.state->named(kHeartbeatName)) {
    const auto matches = [&](const Labels& labels) {
      return std::ranges::all_of(config_.heartbeat.labels, [&labels](const auto& label) {
        const auto found = labels.find(label.first);
        return found != labels.end() && found->second == label.second;
      });
    };
    loaded = loaded || (rule->labels.contains("policy") && matches(rule->labels));
    for (const RuledAlert& alert : rule->active) {
      const auto policy = alert.labels.find("policy");
      if (alert.firing && matches(alert.labels) && policy != alert.labels.end())
        by_ruler = strictest(by_ruler, parse_policy(policy->second));
    }
  }
  verdict_.view.demanded = by_ruler;
  if (!by_ruler) {
    wrong(
        loaded
            ? fmt::format("{} does not know the policy that the rules demand", name)
            : fmt::format(
                  "the rule {} with the label policy and the labels of this installation is not loaded in {}",
                  kHeartbeatName, name));
    return;
  }
  std::optional<Policy> by_delivery;
  for (const auto& [fingerprint, heartbeat] : chain_.heartbeats_)
    by_delivery = strictest(by_delivery, heartbeat.demand);
  verdict_.view.delivered = by_delivery;
  if (chain_.heartbeats_.empty()) {
    wrong(fmt::format("{} is not delivered by Alertmanager", kHeartbeatName));
  } else if (!by_delivery) {
    wrong(fmt::format("{} is delivered without its label policy", kHeartbeatName));
  } else {
    look_at_demand(by_ruler, by_delivery);
  }
}

void Chain::Judge::look_at_demand(std::optional<Policy> by_ruler, std::optional<Policy> by_delivery) {
  if (by_ruler != by_delivery) {
    doubt({.key = "demand delivered",
           .text = fmt::format("heartbeat: the rules demand {}, Alertmanager delivers {}",
                               to_string(*by_ruler), to_string(*by_delivery)),
           .demands = at_least_no_new_trades(std::max(*by_ruler, *by_delivery)),
           .patience = config_.policy.chain_tolerance});
  }
  const Policy demand = std::max(*by_ruler, *by_delivery);
  if (demand != Policy::kAllowAll && ruled_.value_or(Policy::kAllowAll) < demand) {
    doubt({.key = "demand ruled",
           .text = fmt::format("heartbeat: the rules demand {}, but no alert has it as its policy",
                               to_string(demand)),
           .demands = at_least_no_new_trades(demand),
           .patience = config_.policy.chain_tolerance});
  }
}

// ---- doubts ------------------------------------------------------------------------------------

void Chain::Judge::doubt(Doubt doubt) {
  auto [at, is_new] = doubts_.try_emplace(doubt.key, doubt);
  if (!is_new) at->second.demands = std::max(at->second.demands, doubt.demands);
}

void Chain::Judge::settle_doubts() {
  std::map<std::string, base::MonoTime> since;
  for (const auto& [key, doubt] : doubts_) {
    const auto before = chain_.doubts_.find(key);
    const base::MonoTime began = before == chain_.doubts_.end() ? now_.mono : before->second;
    since[key] = began;
    verdict_.sound = false;
    if (!doubt.text.empty()) verdict_.view.problems.push_back(doubt.text);
    const base::MonoTime lasts_at = began + doubt.patience;
    if (now_.mono < lasts_at) {
      verdict_.due = std::min(verdict_.due.value_or(lasts_at), lasts_at);
    } else if (!doubt.text.empty()) {
      add_cause(doubt.demands, doubt.text);
    }
  }
  chain_.doubts_ = std::move(since);
}

}  // namespace healer::policy
