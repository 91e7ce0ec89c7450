#include <fmt/format.h>

#include "healer/guards/guard.h"

namespace healer::guards {

// Not while positions may be open. It opens when the policy tightens: by a rule, or by an operator's hold.
std::optional<Refused> policy(const Question& question) {
  const Policy needed = question.playbook.requires_policy;
  if (!question.rung.disruptive || question.conditions.policy >= needed) return std::nullopt;
  return Refused{Refusal::kPolicy, fmt::format("waits for {} at least", to_string(needed))};
}

}  // namespace healer::guards
