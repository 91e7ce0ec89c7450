#include "healer/engine/policy/machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace healer::policy {
namespace {

// The permissions of the causes' policies, which are relaxed step by step.
Permissions allowed_by_words(const std::vector<Cause>& causes, const RiskProfile& profile) {
  Permissions allowed = permissions_of(Policy::kAllowAll, profile);
  for (const Cause& cause : causes) {
    allowed = meet(allowed, permissions_of(cause.demands, profile));
    allowed = meet(allowed, permissions_of(word_of(cause), profile));
  }
  return allowed;
}

}  // namespace

Policy word_of(const Cause& cause) {
  return cause.halts ? std::max(cause.demands, Policy::kNoNewTrades) : cause.demands;
}

Policy strictest(const std::vector<Cause>& causes) {
  Policy level = Policy::kAllowAll;
  for (const Cause& cause : causes) level = std::max(level, word_of(cause));
  return level;
}

std::vector<std::string> listed(const std::vector<Cause>& causes) {
  constexpr std::size_t kMost = 200;
  std::vector<std::string> words;
  for (const Cause& cause : causes) {
    if (words.size() == kMost) {
      words.push_back(fmt::format("{} further causes", causes.size() - kMost));
      break;
    }
    words.push_back(cause.what);
  }
  return words;
}

Permissions allowed_by(const std::vector<Cause>& causes, const RiskProfile& profile) {
  const Permissions allowed = allowed_by_words(causes, profile);
  return std::ranges::any_of(causes, &Cause::halts) ? meet(allowed, halted()) : allowed;
}

Permissions in_force(const PolicyState& standing, const std::vector<Cause>& causes,
                     const RiskProfile& profile) {
  return meet(meet(standing.permissions, permissions_of(standing.level, profile)),
              allowed_by(causes, profile));
}

PolicyState standing_at(Policy level, const RiskProfile& profile, bool latched) {
  return {
      .level = level, .permissions = permissions_of(level, profile), .latched = latched, .healthy_since = {}};
}

Step step(const PolicyState& standing, const Evidence& evidence, base::MonoTime now,
          base::Duration relax_after, const RiskProfile& profile) {
  Step next{.standing = standing, .moved = false, .loosened = false, .due = {}};
  PolicyState& to = next.standing;
  const Policy demanded = strictest(evidence.causes);
  const Permissions allowed = allowed_by_words(evidence.causes, profile);
  const bool latches = demanded == Policy::kEmergencyShutdown && !standing.latched;
  to.level = std::max(standing.level, demanded);
  to.latched = standing.latched || latches;
  to.permissions = meet(meet(standing.permissions, permissions_of(to.level, profile)), allowed);
  if (to.level != standing.level || to.permissions != standing.permissions || latches) {
    to.healthy_since.reset();
    next.moved = true;
    return next;
  }
  const Policy lower = demanded < to.level ? static_cast<Policy>(static_cast<int>(to.level) - 1) : to.level;
  const Permissions looser = meet(permissions_of(lower, profile), allowed);
  const bool more = lower != to.level || looser != to.permissions;
  if (!more || !evidence.fresh || to.latched) {
    to.healthy_since.reset();
    return next;
  }
  if (!to.healthy_since) to.healthy_since = now;
  const base::MonoTime ripe = *to.healthy_since + relax_after;
  if (now < ripe) {
    next.due = ripe;
    return next;
  }
  to.level = lower;
  to.permissions = looser;
  to.healthy_since = now;
  next.moved = next.loosened = true;
  if (demanded < to.level) next.due = now + relax_after;
  return next;
}

PolicyState release(PolicyState standing) {
  standing.latched = false;
  standing.healthy_since.reset();
  return standing;
}

}  // namespace healer::policy
