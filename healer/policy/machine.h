// The safety policy as a pure step: tightens at once, loosens slowly, and never by itself out of
// emergency_shutdown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/model.h"

namespace healer::policy {

// Why trading may not do more.
struct Cause {
  Policy demands = Policy::kNoNewTrades;
  std::string what;  // stable words: it is a metric's label
};

struct Standing {
  Policy level = Policy::kNoNewTrades;          // safe start
  bool latched = false;                         // emergency_shutdown, not released by an operator yet
  std::optional<base::MonoTime> healthy_since;  // since when evidence allows one step down, without a break
};

struct Evidence {
  std::vector<Cause> causes;
  bool fresh = false;  // monitoring is known to be alive: silence is not health
};

struct Step {
  Standing standing;
  bool moved = false;                 // to be made durable; a tightening holds even when it cannot be
  std::optional<base::MonoTime> due;  // when the next step down may come if nothing changes
};

// The strictest that any cause demands.
Policy strictest(const std::vector<Cause>& causes);

// The next standing. Tightens to the strictest cause at once. Loosens by one step when for `relax_after` no
// cause demanded this level and evidence was fresh all the while. An emergency cause latches, also at a level
// that is emergency_shutdown already.
Step step(const Standing& standing, const Evidence& evidence, base::MonoTime now, base::Duration relax_after);

// An operator's release, of the latch only. Callers refuse it while a cause still demands emergency_shutdown.
Standing release(Standing standing);

}  // namespace healer::policy
