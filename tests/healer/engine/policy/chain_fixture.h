// A chain between a ruler and an Alertmanager that a test scripts.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "healer/engine/policy/chain.h"
#include "healer/model/policy/demand.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

namespace tests {

struct ChainFixture : Memory {
  ChainFixture() {
    config = example_config();
    config.rulers = {{"prometheus", "http://p", {}}};
    config.heartbeat.labels = {{"installation", "salus"}};
    config.policy.unconfirmed_end = std::chrono::minutes(2);
    tell(healer::ProcessStarted{"", true});
    add_rule("Watchdog", {{"installation", "salus"}, {"policy", "{{ $value }}"}});
    demand("allow_all");
  }

  // ---- the ruler ----
  healer::policy::LoadedRule& add_rule(const std::string& name, healer::Labels labels = {}) {
    healer::policy::LoadedRule rule;
    rule.name = name;
    rule.group = rule.file = "g-" + name;
    rule.labels = std::move(labels);
    rule.health = "ok";
    rule.interval = std::chrono::seconds(5);
    rules.push_back(std::move(rule));
    return rules.back();
  }
  healer::policy::LoadedRule& rule(const std::string& name) {
    return *std::ranges::find(rules, name, &healer::policy::LoadedRule::name);
  }
  void remove_rule(const std::string& name) {
    std::erase_if(rules, [&name](const auto& each) { return each.name == name; });
  }
  // Fires with these labels beside those of its rule; none: it is quiet.
  void fire(const std::string& name, healer::Labels labels = {}, bool firing = true) {
    labels["alertname"] = name;
    for (const auto& [key, value] : rule(name).labels) labels.emplace(key, value);
    rule(name).active.push_back(
        {.labels = std::move(labels), .firing = firing, .active_at = clock.now().wall});
  }
  void quiet(const std::string& name) { rule(name).active.clear(); }
  void demand(const std::string& policy) {
    quiet("Watchdog");
    rule("Watchdog").active = {
        {.labels = {{"alertname", "Watchdog"}, {"installation", "salus"}, {"policy", policy}},
         .firing = true,
         .active_at = clock.now().wall}};
    demanded = policy;
  }
  healer::policy::RulesInput answer() {
    for (auto& each : rules) {
      if (each.health == "ok" && evaluates) each.evaluated_at = clock.now().wall;
    }
    return {.ruler = "prometheus",
            .asked_at = clock.now().mono,
            .error = "",
            .state = std::make_shared<const healer::policy::RulerState>(rules),
            .started_at = started_at,
            .facts = facts};
  }

  // ---- Alertmanager ----
  healer::Alert heartbeat(const std::string& policy) const {
    return alert("w-" + policy, {{"alertname", "Watchdog"}, {"installation", "salus"}, {"policy", policy}});
  }
  // Alertmanager delivers what the ruler has firing, with an external label.
  healer::Alert delivered(const std::string& name, bool firing = true) {
    healer::Labels labels{{"alertname", name}, {"cluster", "a"}};
    for (const auto& [key, value] : rule(name).labels) labels.emplace(key, value);
    healer::Alert one = alert("f-" + name, std::move(labels), firing);
    one.starts_at = clock.now().wall;
    if (!firing) one.ends_at = clock.now().wall;
    return one;
  }
  void deliver(const healer::Alert& one) {
    tell(healer::AlertSeen{one});
    chain.take(healer::AlertsInput{.alerts = {one}}, config.heartbeat, clock.now().mono);
  }

  // ---- the verdict ----
  // Some time passes, the ruler is asked, the heartbeat arrives, and what is decided is remembered.
  healer::policy::Chain::Verdict look(base::Duration later = std::chrono::seconds(5)) {
    clock.advance(later);
    if (answers) {
      chain.take(answer(), clock.now().mono);
    } else {
      chain.take(
          healer::policy::RulesInput{.ruler = "prometheus", .asked_at = clock.now().mono, .error = "refused"},
          clock.now().mono);
    }
    if (beats) {
      chain.take(
          healer::AlertsInput{
              .alerts = {heartbeat(beat.value_or(demanded))}, .whole = true, .asked_at = clock.now().mono},
          config.heartbeat, clock.now().mono);
    }
    return judge();
  }
  healer::policy::Chain::Verdict judge() {
    auto verdict = chain.judge(history, config, clock.now());
    for (const healer::Fact& fact : verdict.facts) tell(fact);
    last = verdict;
    return verdict;
  }
  // Each cause with what it demands.
  std::vector<std::string> causes(base::Duration later = std::chrono::seconds(5)) {
    std::vector<std::string> words;
    for (const auto& cause : look(later).causes)
      words.push_back(std::string(healer::to_string(cause.demands)) + ": " + cause.what);
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
  }
  // The same, once doubts have lasted.
  std::vector<std::string> lasting_causes() {
    look();
    return causes(config.policy.chain_tolerance + std::chrono::seconds(1));
  }

  healer::Config config;
  healer::policy::Chain chain;
  std::vector<healer::policy::LoadedRule> rules;
  std::optional<healer::policy::Facts> facts;
  std::optional<base::WallTime> started_at;
  bool answers = true;
  bool evaluates = true;
  bool beats = true;
  std::optional<std::string> beat;  // what the heartbeat carries; none: what is demanded
  std::string demanded;
  healer::policy::Chain::Verdict last;
};

}  // namespace tests
