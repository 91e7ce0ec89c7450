#include <fmt/format.h>

#include <algorithm>

#include "healer/engine/guards/guard.h"
#include "healer/model/policy/permissions.h"

namespace healer::guards {
namespace {

bool halts_trading_itself(const Question& question) {
  return std::ranges::any_of(question.history.halts(), [&](const auto& halt) {
    return halt.second.incident == question.incident.number;
  });
}

}  // namespace

// Refuses while the policy permits more than the required policy; opens when the policy tightens, by a rule
// or by an operator's hold. An action that can wait is also refused while a permission is stricter than both
// no_new_trades and the required policy.
std::optional<Refused> policy(const Question& question) {
  const Policy needed = question.playbook.requires_policy;
  const policy::RiskProfile& profile = question.config.policy.safe_risk_profile;
  const policy::Permissions& now = question.conditions.permissions;
  if (!question.rung.disruptive) return std::nullopt;
  const policy::Permissions required = policy::permissions_of(needed, profile);
  if (const std::string excess = policy::excess(now, required); !excess.empty())
    return Refused{Refusal::kPolicy,
                   fmt::format("waits for policy {} or stricter ({})", to_string(needed), excess)};
  if (!question.rung.can_wait) return std::nullopt;
  policy::Permissions usual = policy::meet(policy::permissions_of(Policy::kNoNewTrades, profile), required);
  if (halts_trading_itself(question)) usual = policy::meet(usual, policy::halted());
  if (const std::string missing = policy::excess(usual, now); !missing.empty()) {
    return Refused{Refusal::kPolicy, fmt::format("waits until policy {} ends (needs {})",
                                                 to_string(question.conditions.policy), missing)};
  }
  return std::nullopt;
}

}  // namespace healer::guards
