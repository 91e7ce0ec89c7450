// A storm: so many containers are unhealthy that restarting them one by one would add to the problem.
// Disruptive actions are suspended, the policy tightens, and operators are notified. Begins at once, ends
// slowly. The decider writes the result.
#pragma once

#include <cstddef>
#include <optional>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/config/guards_config.h"
#include "healer/state/history/history.h"

namespace healer::storm {

// Containers with an open incident that has a firing alert, except those that are down on purpose
// (guards::taken).
std::size_t targets_in_trouble(const Config& config, const History& history);

// More than so many are a storm. At least two, because two failures at once are not unusual.
std::size_t limit(const StormConfig& config, std::size_t declared);

struct Step {
  bool moved = false;                          // the storm begins or ends
  std::optional<base::MonoTime> calm_since{};  // since when it may end
  std::optional<base::MonoTime> due{};         // when it ends if nothing changes
};

// `active`: a storm is active. It ends when at most half of the limit has been unhealthy for `calm` without
// interruption.
Step step(bool active, std::size_t targets, std::size_t declared, std::optional<base::MonoTime> calm_since,
          base::MonoTime now, const StormConfig& config);

}  // namespace healer::storm
