#include <fmt/format.h>

#include <algorithm>

#include "healer/engine/guards/guard.h"
#include "healer/engine/planner.h"

namespace healer::guards {
namespace {

bool disrupts(const Incident& incident, const Config& config) {
  const Playbook* playbook = find_playbook(config, incident.playbook);
  return playbook == nullptr || incident.rung >= playbook->rungs.size() ||
         playbook->rungs[incident.rung].disruptive;
}

}  // namespace

// Too many simultaneous restarts would take the whole stack down.
std::optional<Refused> concurrency(const Question& question) {
  if (!question.rung.disruptive) return std::nullopt;
  const auto running = std::ranges::count_if(question.history.acting(), [&](std::uint64_t number) {
    return number != question.incident.number &&
           disrupts(*question.history.incident(number), question.config);
  });
  if (running < question.config.guards.concurrency) return std::nullopt;
  return Refused{Refusal::kConcurrency,
                 fmt::format("{} actions are running already", question.config.guards.concurrency)};
}

}  // namespace healer::guards
