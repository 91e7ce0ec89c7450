// What holds when causes of different kinds come together.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using enum healer::Policy;

namespace {

Alert demanding(const std::string& policy, bool firing = true) {
  return tests::alert("p-" + policy, {{"alertname", "P"}, {"policy", policy}}, firing);
}

// Time passes while Alertmanager holds these alerts.
void live(DeciderFixture& mind, base::Duration time, const std::vector<Alert>& firing = {}) {
  for (base::Duration passed{}; passed < time; passed += 30s) {
    mind.clock.advance(30s);
    mind.list(firing);
  }
}

}  // namespace

TEST_CASE_METHOD(DeciderFixture,
                 "a cause that demands safe_risk_profile never opens what another one keeps shut") {
  list({});
  live(*this, 5min);
  REQUIRE(policy() == kAllowAll);
  const bool held_first = GENERATE(true, false);
  const auto hold = [this] { operate(HoldPolicy{kNoNewTrades}); };
  if (held_first) hold();
  list({demanding("safe_risk_profile")});
  if (!held_first) hold();
  CHECK(policy() == kNoNewTrades);
  CHECK(permissions() ==
        policy::meet(policy::permissions_of(kNoNewTrades, {}), policy::permissions_of(kSafeRiskProfile, {})));
  CHECK(permissions().max_leverage == 5);
  // A third that is stricter comes and goes: on the way back nothing is opened that the hold forbids.
  list({demanding("safe_risk_profile"), demanding("defensive_exit")});
  CHECK(policy() == kDefensiveExit);
  deliver(demanding("defensive_exit", false));
  const std::size_t before = effects.published.size();
  live(*this, 30min, {demanding("safe_risk_profile")});
  CHECK(policy() == kNoNewTrades);
  for (std::size_t i = before; i < effects.published.size(); ++i)
    CHECK(effects.published[i].permissions.new_positions == policy::NewPositions::kNo);
}

TEST_CASE_METHOD(DeciderFixture,
                 "permissions that the word does not say survive a restart, and loosen on evidence alone") {
  operate(HoldPolicy{kNoNewTrades});
  list({demanding("safe_risk_profile")});
  const policy::Permissions both = permissions();
  CHECK(both.max_leverage == 5);
  deliver(demanding("safe_risk_profile", false));
  start();
  turn();
  CHECK(permissions() == both);
  list({});
  CHECK(permissions() == both);
  CHECK(effects.published.back().causes ==
        std::vector<std::string>{"operator hold", "relaxing step by step"});
  live(*this, config.policy.relax_after);
  CHECK(policy() == kNoNewTrades);
  CHECK(permissions() == policy::permissions_of(kNoNewTrades, {}));
  CHECK(effects.published.back().causes == std::vector<std::string>{"operator hold"});
}

TEST_CASE_METHOD(DeciderFixture,
                 "a healer that is starting, or receives nothing from monitoring, allows no new position") {
  const auto standing = GENERATE(kAllowAll, kSafeRiskProfile);
  list({});
  live(*this, 5min);
  if (standing == kSafeRiskProfile) operate(HoldPolicy{kSafeRiskProfile});
  REQUIRE(policy() == standing);
  SECTION("it starts") {
    start();
    turn();
  }
  SECTION("the Watchdog is silent, and is configured to allow it") {
    config.policy.on_watchdog_silence = "safe_risk_profile";
    decider->reconfigure(config);
    clock.advance(config.policy.watchdog_timeout);
    turn();
  }
  SECTION("the policy file cannot be written") {
    effects.file_fails = true;
    clock.advance(config.policy.lease / 3);
    turn();
  }
  SECTION("the journal cannot be written") {
    journal.set_failing(true);
    deliver(down());
    turn();
  }
  CHECK(policy() == kNoNewTrades);
  CHECK(permissions().new_positions == policy::NewPositions::kNo);
  CHECK(permissions().trading == policy::Trading::kExitsOnly);
  CHECK(permissions().max_leverage.has_value() == (standing == kSafeRiskProfile));
}

TEST_CASE_METHOD(DeciderFixture, "the configured profile is what the document carries") {
  config.policy.safe_risk_profile = {3, 0.25};
  decider->reconfigure(config);
  list({demanding("safe_risk_profile")});
  CHECK(permissions().max_leverage == 3);
  CHECK(permissions().position_size_factor == 0.25);
}
