// The safety policy as a pure step: tightens at once, loosens slowly, and never by itself out of
// emergency_shutdown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/policy/permissions.h"

namespace healer::policy {

// Why trading may not do more.
struct Cause {
  Policy demands = Policy::kNoNewTrades;
  std::string what;    // stable words: it is a metric's label
  bool halts = false;  // trading is halted for as long as the cause lasts, whatever it demands besides
};

struct Standing {
  Policy level = Policy::kNoNewTrades;          // safe start
  Permissions permissions{};                    // at most those of the level; a halt is never among them
  bool latched = false;                         // emergency_shutdown, not released by an operator yet
  std::optional<base::MonoTime> healthy_since;  // since when evidence allows one step, without a break
};

struct Evidence {
  std::vector<Cause> causes;
  bool fresh = false;  // monitoring is known to be alive: silence is not health
};

struct Step {
  Standing standing;
  bool moved = false;                 // to be made durable; a tightening holds even when it cannot be
  bool loosened = false;              // that move allows more
  std::optional<base::MonoTime> due;  // when the next step down may come if nothing changes
};

// The word of a cause: what it demands, or no_new_trades where it halts trading and demands less.
Policy word_of(const Cause& cause);
// The strictest word of all causes.
Policy strictest(const std::vector<Cause>& causes);
// What documents, records and metrics name: the first 200, and how many more there are.
std::vector<std::string> listed(const std::vector<Cause>& causes);
// The meet of what each cause permits.
Permissions allowed_by(const std::vector<Cause>& causes, const RiskProfile& profile);
// What holds at this moment: the standing permissions, and what each cause permits.
Permissions in_force(const Standing& standing, const std::vector<Cause>& causes, const RiskProfile& profile);

// A standing with exactly what the level permits.
Standing standing_at(Policy level, const RiskProfile& profile, bool latched = false);

// The next standing. Tightens to the strictest word and to the meet of all permissions at once. Loosens by
// one step when for `relax_after` the causes allowed more and evidence was fresh all the while: to the next
// word, and to what that word and every cause permit. An emergency cause latches, also at a level that is
// emergency_shutdown already. A halt begins and ends with its cause: what ends it is evidence by itself, and
// the word that came with it still loosens step by step.
Step step(const Standing& standing, const Evidence& evidence, base::MonoTime now, base::Duration relax_after,
          const RiskProfile& profile);

// An operator's release, of the latch only. Callers refuse it while a cause still demands emergency_shutdown.
Standing release(Standing standing);

}  // namespace healer::policy
