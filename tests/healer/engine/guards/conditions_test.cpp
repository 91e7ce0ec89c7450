// What holds for every target at once: the healer's own state, its start, the policy, a storm.
#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Asking;
using tests::kRedis;

TEST_CASE_METHOD(Asking, "a healer that is unhealthy disrupts nothing, and says why") {
  const auto incident = open("a", kRedis);
  CHECK_FALSE(ask(guards::self_health, incident));
  const auto which = GENERATE(&SelfHealth::disk, &SelfHealth::clock, &SelfHealth::config);
  conditions.self_health.*which = "for a reason";
  CHECK(ask(guards::self_health, incident)->reason == Refusal::kUnhealthy);
  CHECK(ask(guards::self_health, incident)->detail == "for a reason");
  disruptive = false;
  CHECK_FALSE(ask(guards::self_health, incident));
}

TEST_CASE_METHOD(Asking,
                 "after a start nothing is disrupted until the grace is over and the whole list was read") {
  const auto incident = open("a", kRedis);
  config.guards.startup_grace = 10s;
  conditions.started = clock.now().mono;
  conditions.listed = true;
  CHECK(ask(guards::starting, incident)->reason == Refusal::kStarting);
  CHECK(opens_after(10s, guards::starting, incident));
  conditions.listed = false;
  CHECK(ask(guards::starting, incident)->detail == "Alertmanager's list of alerts has not been read yet");
  // It posts but does not answer: what it posts must do.
  CHECK(opens_after(5min - 10s, guards::starting, incident));
}

TEST_CASE_METHOD(Asking, "without a grace a start is like any other moment") {
  const auto incident = open("a", kRedis);
  config.guards.startup_grace = 0s;
  conditions.started = clock.now().mono;
  conditions.listed = false;
  CHECK_FALSE(ask(guards::starting, incident));
}

TEST_CASE_METHOD(Asking, "a playbook waits for the policy that it requires") {
  const auto incident = open("a", kRedis);
  const auto [needs, holds, refused] = GENERATE(table<Policy, Policy, bool>({
      {Policy::kAllowAll, Policy::kAllowAll, false},
      {Policy::kNoNewTrades, Policy::kAllowAll, true},
      {Policy::kNoNewTrades, Policy::kNoNewTrades, false},
      {Policy::kNoNewTrades, Policy::kSafeRiskProfile, true},
      {Policy::kSafeRiskProfile, Policy::kSafeRiskProfile, false},
      {Policy::kSafeRiskProfile, Policy::kNoNewTrades, true},
      {Policy::kSafeRiskProfile, Policy::kDefensiveExit, false},
      {Policy::kDefensiveExit, Policy::kNoNewTrades, true},
      {Policy::kDefensiveExit, Policy::kSafeRiskProfile, true},
      {Policy::kDefensiveExit, Policy::kEmergencyShutdown, false},
  }));
  playbook().requires_policy = needs;
  conditions.policy = holds;
  conditions.permissions = policy::permissions_of(holds, {});
  CHECK(ask(guards::policy, incident).has_value() == refused);
  if (refused)
    CHECK_THAT(ask(guards::policy, incident)->detail,
               Catch::StartsWith("waits for policy " + std::string(to_string(needs)) + " or stricter ("));
  disruptive = false;
  CHECK_FALSE(ask(guards::policy, incident));
}

TEST_CASE_METHOD(Asking, "what is required may be the sum of several causes, and says what is missing") {
  const auto incident = open("a", kRedis);
  playbook().requires_policy = Policy::kSafeRiskProfile;
  conditions.policy = Policy::kNoNewTrades;
  conditions.permissions = policy::permissions_of(Policy::kNoNewTrades, {});
  CHECK(ask(guards::policy, incident)->detail ==
        "waits for policy safe_risk_profile or stricter (stops: normal, not tighter)");
  conditions.permissions =
      policy::meet(conditions.permissions, policy::permissions_of(Policy::kSafeRiskProfile, {}));
  CHECK_FALSE(ask(guards::policy, incident));
}

TEST_CASE_METHOD(Asking, "in a storm nothing is disrupted") {
  const auto incident = open("a", kRedis);
  CHECK_FALSE(ask(guards::storm, incident));
  tell(StormMoved{true, 6, 13});
  CHECK(ask(guards::storm, incident)->reason == Refusal::kStorm);
  disruptive = false;
  CHECK_FALSE(ask(guards::storm, incident));
  disruptive = true;
  tell(StormMoved{false, 2, 13});
  CHECK_FALSE(ask(guards::storm, incident));
}
