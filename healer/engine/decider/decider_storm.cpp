// The part of a turn that handles storms, and the inputs about the healer's own state.
#include <fmt/format.h>

#include "base/log.h"
#include "healer/engine/decider/decider.h"
#include "healer/engine/storm.h"

namespace healer {

// True when a storm began or ended, and that is durable.
bool Decider::step_storm() {
  const bool raging = history_.storm();
  const std::size_t targets = storm::targets_in_trouble(*config_, history_);
  const std::size_t declared = config_->inventory.containers().size();
  const storm::Step step =
      storm::step(raging, targets, declared, calm_since_, now_.mono, config_->guards.storm);
  calm_since_ = step.calm_since;
  due(step.due);
  if (!step.moved) return false;
  PendingEffects pending;
  pending.records.push_back({now_.wall, StormMoved{!raging, targets, declared}});
  const std::string count = fmt::format("{} of {} containers are unhealthy", targets, declared);
  pending.notify.push_back({.kind = raging ? Notice::Kind::kStormOver : Notice::Kind::kStorm,
                            .incident = {},
                            .subsystem = {},
                            .title = raging ? "Storm over: automatic restarts resumed"
                                            : "Storm: " + count + "; operator action required",
                            .detail = raging ? count : "Automatic restarts are suspended until it is over.",
                            .at = now_.wall});
  return commit(pending);
}

void Decider::take(const SelfHealth& self_health) {
  if (self_health == self_health_) return;
  self_health_ = self_health;
  if (const std::string& why = self_health.first(); !why.empty()) {
    base::log::warn("the healer is unhealthy; disruptive actions are suspended", {{"reason", why}});
  } else {
    base::log::info("the healer is healthy again; disruptive actions resume");
  }
}

}  // namespace healer
