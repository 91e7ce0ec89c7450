#include "healer/api/report/self_report.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "healer/actions/table.h"
#include "healer/api/json_views.h"
#include "healer/api/report/subsystem_facts.h"
#include "healer/engine/planner.h"
#include "healer/model/policy/policy_document.h"
#include "healer/publish/policy_json.h"
#include "healer/verify/health_reader.h"

namespace healer {
namespace {

using json = nlohmann::ordered_json;

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

// What the report is made of.
struct Sources {
  const StackHealth& stack_health;
  const View& view;
  const Config& config;
  base::WallTime now;
};

json subsystem_json(const base::Subsystem& subsystem, const Sources& from) {
  std::set<std::string> alerts;
  for (const Alert& alert : from.view.firing) {
    if (alert.firing && alert.label("subsystem") == subsystem.name) alerts.emplace(alert.label("alertname"));
  }
  const SubsystemFacts& facts = facts_of(from.stack_health, subsystem.name);
  json details = details_of(subsystem, facts, from.stack_health, from.now);
  details["alerts"] = alerts;
  return {{"subsystem", subsystem.name},
          {"status", facts.status},
          {"timestamp", base::rfc3339(from.now)},
          {"response_time_ms", response_time_ms(facts, from.stack_health)},
          {"error_count", error_count(facts, from.stack_health)},
          {"details", std::move(details)}};
}

// The subsystems that depend on these, directly or not.
std::set<std::string> affected_by(const std::set<std::string>& names, const base::Inventory& inventory) {
  std::set<std::string> affected = names;
  for (bool grew = true; std::exchange(grew, false);) {
    for (const base::Subsystem& other : inventory.subsystems) {
      const bool needs = std::ranges::any_of(
          other.depends_on, [&](const std::string& needed) { return affected.contains(needed); });
      if (needs && affected.insert(other.name).second) grew = true;
    }
  }
  return affected;
}

// Without a subsystem, an issue of a container affects what runs in it, and one of the host affects all.
std::set<std::string> affected_by(const Issue& issue, const base::Inventory& inventory) {
  std::set<std::string> affected;
  if (!issue.subsystem.empty()) {
    affected = affected_by(std::set{issue.subsystem}, inventory);
    affected.erase(issue.subsystem);
    return affected;
  }
  for (const base::Subsystem& subsystem : inventory.subsystems) {
    if (issue.container.empty() || subsystem.container == issue.container) affected.insert(subsystem.name);
  }
  return affected_by(affected, inventory);
}

json issue_json(const Issue& issue, const Sources& from) {
  json symptoms = json::array();
  if (!issue.status.empty()) symptoms.push_back("Status: " + issue.status);
  for (const std::string& text : {issue.summary, issue.description}) {
    if (!text.empty()) symptoms.push_back(text);
  }
  return {{"issue_id", issue.id},
          {"subsystem", issue.subsystem},
          {"severity", issue.issue},
          {"timestamp", base::rfc3339(issue.since)},
          {"description", issue.headline()},
          {"symptoms", std::move(symptoms)},
          {"root_cause", root_cause(issue.subsystem, from.stack_health, from.config.inventory)},
          {"impacts_trading", issue.impacts_trading},
          {"affects_subsystems", affected_by(issue, from.config.inventory)},
          {"alert", issue.alert},
          {"fingerprint", issue.fingerprint}};
}

std::string issue_of(std::string_view severity) {
  return severity == "critical" ? "critical" : severity == "warning" ? "medium" : "low";
}

// The issue that the incident is about: the one its recommendation answers, or else the most severe of its
// alerts and its subsystem. Built from the incident if none of its alerts is an issue, or if they have ended.
Issue issue_of(const IncidentView& incident, const std::vector<Issue>& issues) {
  const auto is_about = [&](const Issue& issue) {
    return std::ranges::find(incident.alert_names, issue.alert) != incident.alert_names.end() &&
           (incident.subsystem.empty() || issue.subsystem == incident.subsystem);
  };
  auto found = issues.end();
  if (incident.recommendation && !incident.recommendation->issue.empty())
    found = std::ranges::find(issues, incident.recommendation->issue, &Issue::fingerprint);
  if (found == issues.end()) found = std::ranges::find_if(issues, is_about);
  if (found != issues.end()) return *found;
  Issue issue{.id = incident.id,
              .alert = incident.alert_names.empty() ? incident.playbook : incident.alert_names.front(),
              .subsystem = incident.subsystem,
              .container = incident.target.kind == kContainer ? incident.target.name : "",
              .issue = issue_of(incident.severity),
              .status = "",
              .summary = "",
              .description = "",
              .fingerprint = "",
              .since = incident.opened_at};
  issue.summary = fmt::format("{} on {}", issue.alert, incident.target.name);
  return issue;
}

const Rung* rung_of(const IncidentView& incident, const Config& config) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  if (playbook == nullptr || playbook->rungs.empty()) return nullptr;
  return &playbook->rungs[std::min(incident.rung, playbook->rungs.size() - 1)];
}

// What an incident proposes: its recommendation, or else the rung that is next.
struct Proposal {
  std::uint64_t number = 0;
  std::string action;
  std::string description;
  int priority = 0;
  bool automatic = true;
  bool approval = false;
};

Proposal proposal_of(const IncidentView& incident, const Issue& issue, const Config& config) {
  if (const auto& made = incident.recommendation) {
    return {made->number, made->action, made->description, made->priority, made->automatic, made->approval};
  }
  const Rung* rung = rung_of(incident, config);
  Proposal proposal{.number = 0,
                    .action = rung == nullptr ? incident.playbook : rung->action,
                    .description = "",
                    .priority = priority_of(issue.issue, incident.severity, issue.impacts_trading),
                    .automatic = rung == nullptr || rung->automatic,
                    .approval = rung != nullptr && rung->approval};
  proposal.description = fmt::format("{} on {}", proposal.action, incident.target.name);
  return proposal;
}

json recommendation_json(const IncidentView& incident, const std::vector<Issue>& issues,
                         const Sources& from) {
  const Issue issue = issue_of(incident, issues);
  Proposal proposal = proposal_of(incident, issue, from.config);
  const Approval* waiting = pending_approval(incident, from.view);
  const bool exhausted = incident.state == State::kExhausted;
  if (waiting != nullptr) {
    proposal.action = waiting->action;
    proposal.description = waiting->description;
  }
  if (exhausted)
    proposal.description = fmt::format("Operator action required: {} did not help; then salusctl release {}",
                                       proposal.description, incident.id);
  if (!proposal.description.empty())
    proposal.description[0] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(proposal.description[0])));
  const actions::Info& about = actions::info(proposal.action);
  const bool automatic = proposal.automatic && !proposal.approval && waiting == nullptr && !exhausted;
  return {{"recommendation_id", proposal.number == 0 ? fmt::format("rec_{}_{}", incident.id, issue.id)
                                                     : fmt::format("rec_{}_{}", proposal.number, issue.id)},
          {"issue", issue_json(issue, from)},
          {"action", proposal.action},
          {"priority", proposal.priority},
          {"description", proposal.description},
          {"expected_result", about.expected},
          {"risks", json::array({about.risk})},
          {"can_auto_execute", automatic},
          {"requires_approval", !automatic},
          {"incident", incident.id},
          {"playbook", incident.playbook},
          {"target", incident.target.key()},
          {"state", to_string(incident.state)},
          {"refusal", incident.refusal ? json(to_string(*incident.refusal)) : json()},
          {"approval", waiting == nullptr ? json() : json(waiting->id)},
          {"needs_operator", exhausted || incident.refusal == Refusal::kUnverified}};
}

json recommendations(const std::vector<Issue>& issues, const Sources& from) {
  std::vector<json> all;
  for (const IncidentView& incident : from.view.incidents) {
    if (is_open(incident.state)) all.push_back(recommendation_json(incident, issues, from));
  }
  std::ranges::stable_sort(all, {}, [](const json& each) { return each["priority"].get<int>(); });
  return all;
}

std::map<std::string, int> counts_of(const Sources& from) {
  std::map<std::string, int> counts;
  for (const base::Subsystem& subsystem : from.config.inventory.subsystems)
    ++counts[facts_of(from.stack_health, subsystem.name).status];
  return counts;
}

constexpr std::array kStatuses{"healthy", "degraded", "critical", "failed", "unknown"};

std::string summary_text(std::map<std::string, int> counts, const Sources& from, std::size_t issues) {
  std::string text = fmt::format("{} is {}", from.config.stack, from.stack_health.overall);
  for (const char* status : kStatuses) {
    if (counts[status] > 0) text += fmt::format(", {} {}", counts[status], status);
  }
  const auto open = std::ranges::count_if(
      from.view.incidents, [](const IncidentView& incident) { return is_open(incident.state); });
  return text + fmt::format("; policy {}; {} issues, {} open incidents", to_string(from.view.policy.policy),
                            issues, open);
}

}  // namespace

std::string self_report(const StackHealth& stack_health, const View& view, const Config& config,
                        base::WallTime now) {
  const Sources from{stack_health, view, config, now};
  json subsystems = json::object();
  for (const base::Subsystem& subsystem : config.inventory.subsystems)
    subsystems[subsystem.name] = subsystem_json(subsystem, from);
  const auto issues = issues_among(view.firing);
  json detected = json::array();
  for (const Issue& issue : issues) detected.push_back(issue_json(issue, from));
  auto counts = counts_of(from);
  json summary = json::object();
  for (const char* status : kStatuses) summary[status] = counts[status];
  const json body{
      {"timestamp", base::rfc3339(now)},
      {"overall_status", stack_health.overall},
      {"current_safety_policy", to_string(view.policy.policy)},
      {"subsystem_health", std::move(subsystems)},
      {"detected_issues", std::move(detected)},
      {"recovery_recommendations", recommendations(issues, from)},
      {"trading_should_continue", trading_allowed(view.policy)},
      {"requires_immediate_action", needs_action_now(stack_health.overall, issues, view.policy.policy)},
      {"summary", std::move(summary)},
      {"summary_text", summary_text(std::move(counts), from, issues.size())},
      {"restrictions", json::parse(restrictions_json(view.policy.permissions))},
      {"error", or_null(stack_health.error)}};
  return body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace healer
