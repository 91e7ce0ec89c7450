#include "healer/model/policy/policy_document.h"

#include "tests/catch.h"

using healer::Policy;

TEST_CASE("positions may be opened under two policies only, and not where a permission forbids it") {
  const auto [policy, allowed] = GENERATE(table<Policy, bool>({
      {Policy::kAllowAll, true},
      {Policy::kSafeRiskProfile, true},
      {Policy::kNoNewTrades, false},
      {Policy::kDefensiveExit, false},
      {Policy::kEmergencyShutdown, false},
  }));
  healer::PolicyDocument document;
  document.policy = policy;
  document.permissions = healer::policy::permissions_of(policy, {});
  CHECK(healer::may_open_positions(document) == allowed);
  CHECK(healer::trading_allowed(document) == allowed);
  document.permissions = healer::policy::meet(document.permissions, healer::policy::halted());
  CHECK_FALSE(healer::may_open_positions(document));
  CHECK_FALSE(healer::trading_allowed(document));
  // The word and the permissions are published together; either may forbid it.
  document.permissions = healer::policy::permissions_of(Policy::kAllowAll, {});
  CHECK(healer::may_open_positions(document) == allowed);
}
