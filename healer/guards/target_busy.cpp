#include <fmt/format.h>

#include "healer/guards/guard.h"
#include "healer/priority.h"

namespace healer::guards {
namespace {

// From the intent until it is known what came of it.
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

// Nothing of it runs, nor may still run unseen.
bool only_looks(State state) { return state == State::kVerifying || state == State::kProbation; }

bool yields(const Incident& holder, const Incident& to, const Config& config) {
  return only_looks(holder.state) && priority(to, config) < priority(holder, config);
}

}  // namespace

std::optional<Refused> busy(const Incident& incident, const Config& config, const History& history) {
  for (const std::uint64_t number : history.open_on(incident.target)) {
    if (number == incident.number) continue;
    const Incident& other = *history.incident(number);
    if (!holds_target(other.state) || yields(other, incident, config)) continue;
    return Refused{Refusal::kTargetBusy, fmt::format("{} acts on {}", other.id(), incident.target.name),
                   std::nullopt, number};
  }
  return std::nullopt;
}

std::optional<Refused> target_busy(const Question& question) {
  return busy(question.incident, question.config, question.history);
}

std::vector<std::uint64_t> yielding(const Incident& to, const Config& config, const History& history) {
  std::vector<std::uint64_t> numbers;
  for (const std::uint64_t number : history.open_on(to.target)) {
    if (number != to.number && yields(*history.incident(number), to, config)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace healer::guards
