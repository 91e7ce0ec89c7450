#include "healer/engine/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "healer/state/undo.h"

namespace healer {
namespace {

bool declared(const Config& config, const Target& target) {
  if (target.kind == kTask) {
    return std::ranges::find(config.playbooks, target.name, &Playbook::task) != config.playbooks.end();
  }
  if (target.kind == kSubsystem) return config.inventory.find(target.name) != nullptr;
  if (target.kind == kTrading) return target.name == kTrading;
  return target.kind == kContainer && config.inventory.has_container(target.name);
}

// The configuration may have changed since the incident was opened.
bool acts_on(const Playbook& playbook, const Target& target) {
  return playbook.name == kUndoPlaybook || target.kind == (playbook.task.empty() ? playbook.acts_on : kTask);
}

// A rung's intents count, also over restarts of the healer: an interrupted run may have had its full effect.
// A rung that only prepares is spent once a run has ended, with any outcome.
bool is_spent(const Incident& incident, const Playbook& playbook, std::size_t rung) {
  const auto tries = incident.tries.find(rung);
  if (tries == incident.tries.end()) return false;
  const auto found = incident.interrupted.find(rung);
  const int interrupted = found == incident.interrupted.end() ? 0 : found->second;
  const int ended = tries->second - interrupted;
  const bool repeated = playbook.rungs[rung].repeats && interrupted > 0;
  return (playbook.rungs[rung].prepares && ended > 0) ||
         tries->second >= playbook.rungs[rung].attempts + (repeated ? 1 : 0);
}

// A rung that only prepares does not delay the rungs that heal. In a manual run no rung is skipped.
bool passes_over(const Incident& incident, const Rung& rung) {
  return rung.prepares && (!rung.automatic || rung.approval) && incident.started_by.empty();
}

}  // namespace

std::variant<Asked, NotAllowed> read_request(const Alert& alert, const Config& config) {
  const std::string heal(alert.label("heal"));
  const std::string name(alert.label("alertname"));
  const Playbook* playbook = find_playbook(config, heal);
  if (playbook == nullptr)
    return NotAllowed{Refusal::kUnknownPlaybook, fmt::format("no playbook \"{}\"", heal)};
  if (std::find(playbook->accepts.begin(), playbook->accepts.end(), name) == playbook->accepts.end()) {
    return NotAllowed{Refusal::kNotAccepted, fmt::format("{} does not accept {}", heal, name)};
  }
  if (!playbook->scheduled)
    return NotAllowed{Refusal::kNotAccepted, fmt::format("{} is not scheduled", heal)};
  if (!playbook->task.empty()) return Asked{playbook, {std::string(kTask), playbook->task}, ""};
  const std::string subsystem(alert.label("subsystem"));
  if (playbook->acts_on == kTrading)
    return Asked{playbook, {std::string(kTrading), std::string(kTrading)}, subsystem};
  if (playbook->acts_on == kSubsystem) {
    Target whole{std::string(kSubsystem), subsystem};
    if (declared(config, whole)) return Asked{playbook, std::move(whole), subsystem};
    return NotAllowed{Refusal::kUndeclaredTarget, fmt::format("subsystem \"{}\" is not declared", subsystem)};
  }
  if (Target named{std::string(kContainer), std::string(alert.label("container"))}; !named.name.empty()) {
    // A container named by the alert takes precedence: the subsystem's own container may be healthy.
    if (declared(config, named)) return Asked{playbook, std::move(named), subsystem};
    return NotAllowed{Refusal::kUndeclaredTarget,
                      fmt::format("container \"{}\" is not declared", named.name)};
  }
  const base::Subsystem* home = config.inventory.find(subsystem);
  if (home != nullptr && !home->container.empty())
    return Asked{playbook, {std::string(kContainer), home->container}, subsystem};
  return NotAllowed{
      Refusal::kUndeclaredTarget,
      fmt::format("the alert names no container, and no container is declared for subsystem \"{}\"",
                  subsystem)};
}

base::Result<Asked> read_wish(const std::string& playbook, const std::string& target, const Config& config) {
  const Playbook* found = find_playbook(config, playbook);
  if (found == nullptr || found == &config.undo) return base::fail("unknown playbook \"{}\"", playbook);
  if (!found->task.empty()) {
    if (!target.empty()) return base::fail("playbook {} acts on its task and takes no target", playbook);
    return Asked{found, {std::string(kTask), found->task}, ""};
  }
  if (found->acts_on == kTrading || found->acts_on == kSubsystem) {
    Target whole{found->acts_on, target};
    if (!declared(config, whole)) {
      return base::fail("playbook {} needs a target: {}", playbook,
                        found->acts_on == kTrading ? "trading" : "a declared subsystem");
    }
    const std::string subsystem = found->acts_on == kSubsystem ? target : "";
    return Asked{found, std::move(whole), subsystem};
  }
  if (target.empty()) return base::fail("playbook {} needs a target: a container or a subsystem", playbook);
  if (const base::Subsystem* home = config.inventory.find(target);
      home != nullptr && !home->container.empty())
    return Asked{found, {std::string(kContainer), home->container}, home->name};
  if (Target container{std::string(kContainer), target}; declared(config, container))
    return Asked{found, container, ""};
  return base::fail("\"{}\" is neither a declared container nor a subsystem with one", target);
}

std::optional<std::size_t> next_rung(const Incident& incident, const Config& config) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  if (playbook == nullptr || !declared(config, incident.target)) return std::nullopt;
  if (playbook->on_crash == OnCrash::kNeverRepeat && !incident.interrupted.empty()) return std::nullopt;
  std::size_t rung = incident.rung;
  while (rung < playbook->rungs.size() &&
         (is_spent(incident, *playbook, rung) || passes_over(incident, playbook->rungs[rung]))) {
    ++rung;
  }
  return rung < playbook->rungs.size() ? std::optional(rung) : std::nullopt;
}

bool only_prepared(const Incident& incident, const Config& config, const History& history) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  return incident.state == State::kVerifying && incident.actions > 0 && history.any_firing(incident) &&
         playbook != nullptr && incident.rung < playbook->rungs.size() &&
         playbook->rungs[incident.rung].prepares && next_rung(incident, config).has_value();
}

Decision decide(const Incident& incident, const Config& config, const History& history,
                const GuardContext& conditions, base::Now now, std::string_view description) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  if (playbook == nullptr || !acts_on(*playbook, incident.target) || !declared(config, incident.target)) {
    const Refusal reason = playbook == nullptr ? Refusal::kUnknownPlaybook : Refusal::kUndeclaredTarget;
    const std::string why =
        "the configuration no longer has " + (playbook == nullptr ? incident.playbook : incident.target.name);
    if (incident.actions > 0) return Spent{reason, why};
    return guards::Refused{reason, why, std::nullopt};
  }
  const bool never_again = playbook->on_crash == OnCrash::kNeverRepeat && !incident.interrupted.empty();
  const auto rung = next_rung(incident, config);
  // Not exhausted either: it may have helped.
  if (incident.unverified && (never_again || !rung))
    return guards::Refused{Refusal::kUnverified, "it is not known whether the last action helped"};
  if (never_again) {
    return Spent{std::nullopt, "its action was interrupted and is never repeated"};
  }
  if (!rung) {
    return Spent{std::nullopt, fmt::format("every rung was tried, {} actions", incident.actions)};
  }
  if (auto refused = guards::ask({incident, *playbook, playbook->rungs[*rung], config, history, conditions,
                                  now, *rung, description})) {
    // A task waits until the window has passed: nothing of the stack is disrupted by it again and again.
    if (refused->latches || (refused->reason == Refusal::kAttempts && incident.target.kind != kTask))
      return Spent{refused->reason, refused->detail};
    return std::move(*refused);
  }
  return Plan{*rung, guards::yielding(incident, config, history)};
}

}  // namespace healer
