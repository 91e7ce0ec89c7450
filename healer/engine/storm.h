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

// Containers with an open incident that has a firing alert. Not counted: those that are down on purpose
// (guards::taken), alerts about a degraded target (`status="degraded"`, `issue="medium"` or `"low"`), and
// incidents that are only verifying, or in probation, after an action.
std::size_t targets_in_trouble(const Config& config, const History& history);

// More than so many are a storm: `targets`, or the share of the declared containers if that is fewer. What is
// not configured is by default 5 targets and a share of 0.5, and 2/3 of fewer than ten containers. At least
// two, and at least three by the default share of a small stack: its containers depend on each other, and
// two or three failures at once are not unusual.
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
