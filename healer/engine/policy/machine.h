// The safety policy as a pure step function: tightens at once, loosens slowly, and leaves emergency_shutdown
// only by an operator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/policy/permissions.h"

namespace healer::policy {

// A reason why trading is restricted.
struct Cause {
  Policy demands = Policy::kNoNewTrades;
  std::string what;    // stable text: it is a metric's label
  bool halts = false;  // trading is halted for as long as the cause lasts, in addition to what it demands
};

struct PolicyState {
  Policy level = Policy::kNoNewTrades;          // safe start
  Permissions permissions{};                    // at most those of the level; never a halt
  bool latched = false;                         // emergency_shutdown, not released by an operator yet
  std::optional<base::MonoTime> healthy_since;  // since when evidence allows one step, without interruption
};

struct Evidence {
  std::vector<Cause> causes;
  bool fresh = false;  // monitoring is known to work: no alerts alone is no evidence of health
};

struct Step {
  PolicyState standing;
  bool moved = false;                 // to be made durable; a tightening applies even if that fails
  bool loosened = false;              // that move allows more
  std::optional<base::MonoTime> due;  // when the next step down is due if nothing changes
};

// The policy of a cause: what it demands, or no_new_trades if it halts trading and demands less.
Policy word_of(const Cause& cause);
// The strictest policy of all causes.
Policy strictest(const std::vector<Cause>& causes);
// The causes for documents, records and metrics: the first 200, and how many more there are.
std::vector<std::string> listed(const std::vector<Cause>& causes);
// The meet of the permissions of all causes.
Permissions allowed_by(const std::vector<Cause>& causes, const RiskProfile& profile);
// The permissions in force: the meet of the standing permissions and those of each cause.
Permissions in_force(const PolicyState& standing, const std::vector<Cause>& causes,
                     const RiskProfile& profile);

// A standing with exactly the permissions of the level.
PolicyState standing_at(Policy level, const RiskProfile& profile, bool latched = false);

// The next standing. Tightens at once to the strictest policy and to the meet of all permissions. Loosens by
// one step when the causes allowed more and evidence was fresh for all of `relax_after`: to the next policy,
// and to what that policy and every cause permit. An emergency cause latches, also at a level that is
// emergency_shutdown already. A halt begins and ends with its cause, because the end of the cause is evidence
// in itself; the policy that came with it still loosens step by step.
Step step(const PolicyState& standing, const Evidence& evidence, base::MonoTime now,
          base::Duration relax_after, const RiskProfile& profile);

// An operator's release, of the latch only. Callers refuse it while a cause still demands emergency_shutdown.
PolicyState release(PolicyState standing);

}  // namespace healer::policy
