#include <fmt/format.h>

#include <algorithm>

#include "healer/guards/guard.h"

namespace healer::guards {

// Not while positions may be open: it opens when the policy tightens, by a rule, or by an operator's hold.
// And what can wait is not begun while something is seriously wrong.
std::optional<Refused> policy(const Question& question) {
  const Policy needed = question.playbook.requires_policy;
  const Policy now = question.conditions.policy;
  if (!question.rung.disruptive) return std::nullopt;
  if (now < needed) return Refused{Refusal::kPolicy, fmt::format("waits for {} at least", to_string(needed))};
  if (question.rung.can_wait && now > std::max(needed, Policy::kNoNewTrades))
    return Refused{Refusal::kPolicy, fmt::format("waits until {} is over", to_string(now))};
  return std::nullopt;
}

}  // namespace healer::guards
