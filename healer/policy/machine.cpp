#include "healer/policy/machine.h"

#include <algorithm>

namespace healer::policy {

Policy strictest(const std::vector<Cause>& causes) {
  Policy level = Policy::kAllowAll;
  for (const Cause& cause : causes) level = std::max(level, cause.demands);
  return level;
}

Step step(const Standing& standing, const Evidence& evidence, base::MonoTime now,
          base::Duration relax_after) {
  Step next{.standing = standing, .moved = false, .due = {}};
  Standing& to = next.standing;
  const Policy demanded = strictest(evidence.causes);
  const bool latches = demanded == Policy::kEmergencyShutdown && !standing.latched;
  if (demanded > standing.level || latches) {
    to = Standing{.level = demanded, .latched = demanded == Policy::kEmergencyShutdown, .healthy_since = {}};
    next.moved = true;
    return next;
  }
  const bool may_loosen = demanded < standing.level && evidence.fresh && !standing.latched;
  if (!may_loosen) {
    to.healthy_since.reset();
    return next;
  }
  if (!to.healthy_since) to.healthy_since = now;
  const base::MonoTime ripe = *to.healthy_since + relax_after;
  if (now < ripe) {
    next.due = ripe;
    return next;
  }
  to.level = static_cast<Policy>(static_cast<int>(standing.level) - 1);
  to.healthy_since = now;
  next.moved = true;
  if (demanded < to.level) next.due = now + relax_after;
  return next;
}

Standing release(Standing standing) {
  standing.latched = false;
  standing.healthy_since.reset();
  return standing;
}

}  // namespace healer::policy
