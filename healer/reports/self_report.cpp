#include "healer/reports/self_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "healer/engine/planner.h"
#include "healer/model/policy/policy_document.h"
#include "healer/publish/policy_json.h"
#include "healer/verify/health_reader.h"

namespace healer {
namespace {

using json = nlohmann::ordered_json;

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }
json or_null(const std::optional<base::WallTime>& time) { return time ? json(base::rfc3339(*time)) : json(); }

json subsystem_json(const base::Subsystem& subsystem, const SubsystemFacts& facts, const View& view,
                    bool answered, base::WallTime now) {
  std::set<std::string> alerts;
  for (const Alert& alert : view.firing) {
    if (alert.firing && alert.label("subsystem") == subsystem.name) alerts.emplace(alert.label("alertname"));
  }
  const bool known = facts.status != "unknown";
  return {{"status", facts.status},
          {"timestamp", answered && known ? json(base::rfc3339(now)) : json()},
          {"response_time_ms", facts.response_seconds ? json(*facts.response_seconds * 1000) : json()},
          {"error_count", facts.errors ? json(*facts.errors) : json()},
          {"details",
           {{"purpose", subsystem.purpose},
            {"trading", subsystem.trading},
            {"container", or_null(subsystem.container)},
            {"last_update", or_null(facts.updated_at)},
            {"alerts", alerts}}}};
}

// The subsystems that depend on it, directly or not.
std::set<std::string> affected_by(const std::string& name, const base::Inventory& inventory) {
  std::set<std::string> affected{name};
  for (bool grew = true; std::exchange(grew, false);) {
    for (const base::Subsystem& other : inventory.subsystems) {
      const bool needs = std::ranges::any_of(
          other.depends_on, [&](const std::string& needed) { return affected.contains(needed); });
      if (needs && affected.insert(other.name).second) grew = true;
    }
  }
  affected.erase(name);
  return affected;
}

json issues_of(const View& view, const Config& config) {
  json all = json::array();
  for (const Issue& issue : issues_among(view.firing)) {
    all.push_back({{"id", issue.fingerprint},
                   {"subsystem", or_null(issue.subsystem)},
                   {"severity", issue.issue},
                   {"detected_at", base::rfc3339(issue.since)},
                   {"alert", issue.alert},
                   {"description", issue.summary},
                   {"symptoms", or_null(issue.description)},
                   {"impacts_trading", issue.impacts_trading},
                   {"affected_subsystems", affected_by(issue.subsystem, config.inventory)}});
  }
  return all;
}

std::string next_action(const IncidentView& incident, const Config& config) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  if (playbook == nullptr || playbook->rungs.empty()) return "";
  return playbook->rungs[std::min(incident.rung, playbook->rungs.size() - 1)].action;
}

// 1 first.
int priority_of(const IncidentView& incident) {
  return incident.severity == "critical" ? 1 : incident.severity == "warning" ? 2 : 3;
}

json recommendations(const View& view, const Config& config) {
  std::vector<const IncidentView*> open;
  for (const IncidentView& incident : view.incidents) {
    if (is_open(incident.state)) open.push_back(&incident);
  }
  std::ranges::stable_sort(open, {}, [](const IncidentView* incident) { return priority_of(*incident); });
  json all = json::array();
  for (const IncidentView* incident : open) {
    const bool exhausted = incident->state == State::kExhausted;
    all.push_back({{"id", incident->id},
                   {"issues", incident->alert_names},
                   {"subsystem", or_null(incident->subsystem)},
                   {"target", incident->target.key()},
                   {"playbook", incident->playbook},
                   {"action", exhausted ? json() : or_null(next_action(*incident, config))},
                   {"priority", priority_of(*incident)},
                   {"state", to_string(incident->state)},
                   {"refusal", incident->refusal ? json(to_string(*incident->refusal)) : json()},
                   {"needs_operator", exhausted}});
  }
  return all;
}

std::string summary_of(const StackHealth& stack_health, const View& view, const Config& config,
                       std::size_t issues) {
  std::map<std::string, int> counts;
  for (const base::Subsystem& subsystem : config.inventory.subsystems) {
    const auto found = stack_health.subsystems.find(subsystem.name);
    ++counts[found == stack_health.subsystems.end() ? "unknown" : found->second.status];
  }
  std::string text = fmt::format("{} is {}", config.stack, stack_health.overall);
  for (const char* status : {"healthy", "degraded", "critical", "failed", "unknown"}) {
    if (counts[status] > 0) text += fmt::format(", {} {}", counts[status], status);
  }
  const auto open = std::ranges::count_if(
      view.incidents, [](const IncidentView& incident) { return is_open(incident.state); });
  return text + fmt::format("; policy {}; {} issues, {} open incidents", to_string(view.policy.policy),
                            issues, open);
}

}  // namespace

std::string self_report(const StackHealth& stack_health, const View& view, const Config& config,
                        base::WallTime now) {
  json subsystems = json::object();
  for (const base::Subsystem& subsystem : config.inventory.subsystems) {
    const auto found = stack_health.subsystems.find(subsystem.name);
    subsystems[subsystem.name] =
        subsystem_json(subsystem, found == stack_health.subsystems.end() ? SubsystemFacts{} : found->second,
                       view, stack_health.answered, now);
  }
  const auto issues = issues_among(view.firing);
  const json body{
      {"timestamp", base::rfc3339(now)},
      {"overall_status", stack_health.overall},
      {"current_safety_policy", to_string(view.policy.policy)},
      {"subsystem_health", std::move(subsystems)},
      {"detected_issues", issues_of(view, config)},
      {"recovery_recommendations", recommendations(view, config)},
      {"trading_should_continue", trading_allowed(view.policy)},
      {"requires_immediate_action", needs_action_now(stack_health.overall, issues, view.policy.policy)},
      {"summary", summary_of(stack_health, view, config, issues.size())},
      {"restrictions", json::parse(restrictions_json(view.policy.permissions))},
      {"error", or_null(stack_health.error)}};
  return body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace healer
