#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text/duration.h"
#include "healer/engine/guards/guard.h"
#include "healer/engine/incident/incident_timing.h"

namespace healer::guards {
namespace {

using Numbers = std::set<std::uint64_t>;

// Being healed, or waiting for it. Not: an incident whose symptom went away while it waited, one with only a
// recommendation, or one whose target was found healthy.
bool is_ill(const Incident& incident, const History& history) {
  if (only_recommended(incident) || incident.refusal == Refusal::kContradicted) return false;
  const bool waits = incident.state == State::kGated || incident.state == State::kExhausted;
  return is_open(incident.state) && (!waits || history.any_firing(incident));
}

// The subsystems of the incident's firing alerts. Empty if one alert has none: then no dependency is the
// cause.
std::set<std::string> ailing(const Incident& incident, const Config& config, const History& history) {
  std::set<std::string> names;
  for (const Member& member : incident.members) {
    const auto found = history.alerts().find(member.fingerprint);
    if (found == history.alerts().end() || !found->second.alert.firing) continue;
    const std::string name(found->second.alert.label("subsystem"));
    if (config.inventory.find(name) == nullptr) return {};
    names.insert(name);
  }
  if (names.empty() && config.inventory.find(incident.subsystem) != nullptr) names.insert(incident.subsystem);
  return names;
}

// Its direct and indirect dependencies. A cycle ends where it started.
std::set<std::string> ancestors(const std::string& subsystem, const base::Inventory& inventory) {
  std::set<std::string> seen;
  std::vector<std::string> todo{subsystem};
  while (!todo.empty()) {
    const base::Subsystem* at = inventory.find(todo.back());
    todo.pop_back();
    if (at == nullptr) continue;
    for (const std::string& parent : at->depends_on) {
      if (parent != subsystem && seen.insert(parent).second) todo.push_back(parent);
    }
  }
  return seen;
}

// Open incidents on the containers of the dependencies of each affected subsystem. Empty if one subsystem has
// only healthy dependencies: then the incident has its own cause.
Numbers parents(const Incident& incident, const Config& config, const History& history) {
  Numbers all;
  for (const std::string& subsystem : ailing(incident, config, history)) {
    Numbers of_this;
    for (const std::string& ancestor : ancestors(subsystem, config.inventory)) {
      const Target target{std::string(kContainer), config.inventory.find(ancestor)->container};
      if (target == incident.target) continue;
      for (const std::uint64_t number : history.open_on(target)) {
        if (is_ill(*history.incident(number), history)) of_this.insert(number);
      }
    }
    if (of_this.empty()) return {};
    all.merge(of_this);
  }
  return all;
}

// Containers shared by several subsystems can have cyclic dependencies. Within a cycle the older incident
// goes first.
bool depends_on(std::uint64_t from, std::uint64_t to, const Config& config, const History& history) {
  Numbers seen{from};
  std::vector<std::uint64_t> todo{from};
  while (!todo.empty()) {
    const Incident& at = *history.incident(todo.back());
    todo.pop_back();
    for (const std::uint64_t parent : parents(at, config, history)) {
      if (parent == to) return true;
      if (seen.insert(parent).second) todo.push_back(parent);
    }
  }
  return false;
}

}  // namespace

// Restarting the dependents of an unhealthy container does not help. When it has recovered, its dependents
// are checked again; most recover by themselves.
std::optional<Refused> parent(const Question& question) {
  const Incident& incident = question.incident;
  const History& history = question.history;
  for (const std::uint64_t number : parents(incident, question.config, history)) {
    if (number > incident.number && depends_on(number, incident.number, question.config, history)) continue;
    const Incident& other = *history.incident(number);
    return Refused{Refusal::kParent,
                   other.state == State::kExhausted
                       ? fmt::format("depends on {}, where {} waits for an operator's release",
                                     other.target.name, other.id())
                       : fmt::format("depends on {}, which {} heals first", other.target.name, other.id()),
                   std::nullopt, number};
  }
  if (incident.refusal != Refusal::kParent) return std::nullopt;
  const Incident* before = history.incident(incident.waits_for);
  if (before == nullptr || (before->state != State::kHealed && before->state != State::kResolved))
    return std::nullopt;
  const base::MonoTime settled = before->since + question.config.guards.parent_settle;
  if (question.now.mono >= settled) return std::nullopt;
  return Refused{
      Refusal::kParent,
      fmt::format("dependency {} recovered; waiting {} for its dependents to recover", before->target.name,
                  base::format_duration(question.config.guards.parent_settle)),
      settled, before->number};
}

}  // namespace healer::guards
