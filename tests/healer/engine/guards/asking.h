// A history, a configuration and what bears on a decision, to ask one guard about.
#pragma once

#include <optional>

#include "healer/engine/guards/guard.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

namespace tests {

struct Asking : Memory {
  healer::Config config = example_config();
  healer::GuardContext conditions;
  bool disruptive = true;

  healer::Playbook& playbook() { return config.playbooks[0]; }
  std::optional<healer::guards::Refused> ask(healer::guards::Ask guard, std::uint64_t incident) {
    for (healer::Rung& rung : playbook().rungs) rung.disruptive = disruptive;
    return guard({*history.incident(incident), playbook(), playbook().rungs[0], config, history, conditions,
                  clock.now()});
  }
  // The guard refuses at this moment, opens by itself after `wait`, and not a moment earlier.
  bool opens_after(base::Duration wait, healer::guards::Ask guard, std::uint64_t incident) {
    const auto refused = ask(guard, incident);
    if (!refused || refused->retry_at != clock.now().mono + wait) return false;
    clock.advance(wait - base::Duration(1));
    if (!ask(guard, incident)) return false;
    clock.advance(base::Duration(1));
    return !ask(guard, incident);
  }
  // An incident that acted once and is closed.
  std::uint64_t heal(const std::string& fingerprint, const healer::Target& target) {
    const auto incident = open(fingerprint, target);
    act(incident, healer::State::kAccepted, target);
    move(incident, healer::State::kRunning, healer::State::kVerifying);
    move(incident, healer::State::kVerifying, healer::State::kProbation);
    move(incident, healer::State::kProbation, healer::State::kHealed);
    return incident;
  }
};

}  // namespace tests
