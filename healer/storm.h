// A storm: so much is ill at once that restarting piece by piece would only add to it. Then disruptive
// actions stop, the policy tightens, and a person is called. Entered at once, left slowly; what is decided
// here is written by the decider.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/guards/config.h"
#include "healer/history.h"

namespace healer::storm {

// Containers with an open incident one of whose alerts fires, but for those that are down on purpose
// (guards::taken).
std::size_t targets_in_trouble(const Config& config, const History& history);

// More than so many are a storm. At least two: two may well fall at once.
std::size_t limit(const StormConfig& config, std::size_t declared);

struct Step {
  bool moved = false;                          // a storm begins or ends
  std::optional<base::MonoTime> calm_since{};  // while it may end
  std::optional<base::MonoTime> due{};         // when it may, if nothing changes
};

// `raging`: there is one. It ends when for `calm` at most half of the limit has been in trouble without a
// break.
Step step(bool raging, std::size_t targets, std::size_t declared, std::optional<base::MonoTime> calm_since,
          base::MonoTime now, const StormConfig& config);

}  // namespace healer::storm
