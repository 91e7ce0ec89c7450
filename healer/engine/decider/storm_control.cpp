#include "healer/engine/decider/storm_control.h"

#include <fmt/format.h>

#include "healer/engine/storm.h"

namespace healer {

bool StormControl::step() {
  const bool active = durable_.history().storm();
  const std::size_t targets = storm::targets_in_trouble(*step_.config, durable_.history());
  const std::size_t declared = step_.config->inventory.containers().size();
  const storm::Step next =
      storm::step(active, targets, declared, calm_since_, step_.now.mono, step_.config->guards.storm);
  calm_since_ = next.calm_since;
  step_.wake_at(next.due);
  if (!next.moved) return false;
  PendingEffects pending;
  pending.records.push_back({step_.now.wall, StormMoved{!active, targets, declared}});
  const std::string count = fmt::format("{} of {} containers are unhealthy", targets, declared);
  pending.notify.push_back({.kind = active ? Notice::Kind::kStormOver : Notice::Kind::kStorm,
                            .incident = {},
                            .subsystem = {},
                            .title = active ? "Storm over: automatic restarts resumed"
                                            : "Storm: " + count + "; operator action required",
                            .detail = active ? count : "Automatic restarts are suspended until it is over.",
                            .at = step_.now.wall});
  return committer_.commit(pending);
}

}  // namespace healer
