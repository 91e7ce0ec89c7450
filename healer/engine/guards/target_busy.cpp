#include <fmt/format.h>

#include <algorithm>

#include "healer/engine/guards/guard.h"
#include "healer/state/priority.h"
#include "healer/state/undo.h"

namespace healer::guards {
namespace {

// From the intent until the outcome is verified.
bool holds_target(State state) {
  switch (state) {
    case State::kIntent:
    case State::kRunning:
    case State::kVerifying:
    case State::kProbation:
    case State::kIneffective:
    case State::kUnknown:
      return true;
    default:
      return false;
  }
}

// No action of it runs, or may still be running.
bool only_looks(State state) { return state == State::kVerifying || state == State::kProbation; }

// The undo of an action need not wait for the verification of that action.
bool takes_back(const Incident& undo, const Incident& of) {
  return undo.undo && parse_action_id(undo.undoes).incident == of.number;
}

bool yields(const Incident& holder, const Incident& to, const Config& config) {
  return only_looks(holder.state) &&
         (takes_back(to, holder) || priority(to, config) < priority(holder, config));
}

// What the incident's last action stops apart from its target.
bool takes(const Incident& incident, const std::string& container, const Config& config) {
  const auto playbook = std::ranges::find(config.playbooks, incident.playbook, &Playbook::name);
  if (playbook == config.playbooks.end() || incident.rung >= playbook->rungs.size()) return false;
  const std::vector<std::string>& containers = playbook->rungs[incident.rung].takes;
  return std::ranges::find(containers, container) != containers.end();
}

// Why an action that stops further containers must wait: they are being healed, or will be.
std::optional<Refused> others_busy(const Question& question) {
  for (const std::string& container : question.rung.takes) {
    const Target target{std::string(kContainer), container};
    for (const std::uint64_t number : question.history.open_on(target)) {
      if (number == question.incident.number) continue;
      const Incident& other = *question.history.incident(number);
      if (question.rung.can_wait || holds_target(other.state)) {
        return Refused{Refusal::kTargetBusy, fmt::format("{} is open on {}", other.id(), container),
                       std::nullopt, number};
      }
    }
    if (const std::uint64_t number = taken(target, question.config, question.history);
        number != 0 && number != question.incident.number) {
      return Refused{Refusal::kTargetBusy, fmt::format("{} stops {}", incident_id(number), container),
                     std::nullopt, number};
    }
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t taken(const Target& target, const Config& config, const History& history) {
  if (target.kind != kContainer) return 0;
  for (const std::uint64_t number : history.open()) {
    const Incident& incident = *history.incident(number);
    if (holds_target(incident.state) && takes(incident, target.name, config)) return number;
  }
  return 0;
}

std::optional<Refused> busy(const Incident& incident, const Config& config, const History& history) {
  if (const std::uint64_t number = taken(incident.target, config, history);
      number != 0 && number != incident.number) {
    return Refused{Refusal::kTargetBusy,
                   fmt::format("{} has stopped {} on purpose", incident_id(number), incident.target.name),
                   std::nullopt, number};
  }
  for (const std::uint64_t number : history.open_on(incident.target)) {
    if (number == incident.number) continue;
    const Incident& other = *history.incident(number);
    if (!holds_target(other.state) || yields(other, incident, config)) continue;
    if (independent(incident, other, config)) continue;
    return Refused{Refusal::kTargetBusy, fmt::format("{} acts on {}", other.id(), incident.target.name),
                   std::nullopt, number};
  }
  return std::nullopt;
}

// A preparing rung that is not disruptive, such as a request to halt trading, does not conflict on the
// target.
std::optional<Refused> target_busy(const Question& question) {
  if (question.rung.prepares && !question.rung.disruptive) return std::nullopt;
  if (auto refused = busy(question.incident, question.config, question.history)) return refused;
  return others_busy(question);
}

std::vector<std::uint64_t> yielding(const Incident& to, const Config& config, const History& history) {
  std::vector<std::uint64_t> numbers;
  for (const std::uint64_t number : history.open_on(to.target)) {
    if (number == to.number) continue;
    const Incident& other = *history.incident(number);
    if (yields(other, to, config) && !independent(to, other, config)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace healer::guards
