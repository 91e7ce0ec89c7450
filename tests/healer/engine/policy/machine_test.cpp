#include "healer/engine/policy/machine.h"

#include <algorithm>

#include "tests/catch.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;
using enum healer::Policy;

namespace {

constexpr base::Duration kDwell = 2min;
const base::MonoTime kStart{1h};
const RiskProfile kProfile{};
const Cause kHalt{kNoNewTrades, "halt INC-1/1 pause_trading", true};

Evidence healthy() { return {.causes = {}, .fresh = true}; }
Evidence demands(Policy policy) { return {.causes = {{policy, "alert X"}}, .fresh = true}; }
PolicyState at(Policy level, bool latched = false) { return standing_at(level, kProfile, latched); }
Step take(const PolicyState& standing, const Evidence& evidence, base::MonoTime now) {
  return step(standing, evidence, now, kDwell, kProfile);
}
Permissions of(Policy policy) { return permissions_of(policy, kProfile); }

// After so many full dwells.
PolicyState after(PolicyState standing, const Evidence& evidence, int dwells) {
  for (int i = 0; i <= dwells; ++i) standing = take(standing, evidence, kStart + i * kDwell).standing;
  return standing;
}

}  // namespace

TEST_CASE("a stricter cause tightens at once, to what the stricter word and both sets of permissions say") {
  const auto from = GENERATE(kAllowAll, kSafeRiskProfile, kNoNewTrades, kDefensiveExit);
  const auto to = GENERATE(kSafeRiskProfile, kNoNewTrades, kDefensiveExit, kEmergencyShutdown);
  const Step next = take(at(from), demands(to), kStart);
  CHECK(next.standing.level == std::max(from, to));
  CHECK(next.standing.permissions == meet(of(from), of(to)));
  CHECK(next.moved == (to > from || meet(of(from), of(to)) != of(from)));
  CHECK_FALSE(next.loosened);
  CHECK(next.standing.latched == (to == kEmergencyShutdown));
}

TEST_CASE("what holds is the meet of all causes, whatever their order") {
  std::vector<Cause> causes{{kNoNewTrades, "a"}, {kDefensiveExit, "b"}, {kSafeRiskProfile, "c"}, kHalt};
  std::ranges::sort(causes, {}, &Cause::what);
  do {
    const PolicyState standing = take(at(kAllowAll), {.causes = causes, .fresh = true}, kStart).standing;
    CHECK(standing.level == kDefensiveExit);
    CHECK(in_force(standing, causes, kProfile) == Permissions{NewPositions::kNo, 5, 0.5, Stops::kTighter,
                                                              ExistingPositions::kHighRiskClosed,
                                                              Trading::kHalted});
  } while (std::ranges::next_permutation(causes, {}, &Cause::what).found);
}

TEST_CASE("a held no_new_trades stays shut when safe_risk_profile is demanded besides") {
  const std::vector<Cause> causes{{kNoNewTrades, "operator hold"}, {kSafeRiskProfile, "alert X"}};
  const PolicyState standing = after(at(kNoNewTrades), {.causes = causes, .fresh = true}, 20);
  CHECK(standing.level == kNoNewTrades);
  CHECK_FALSE(may_open(in_force(standing, causes, kProfile)));
  CHECK(in_force(standing, causes, kProfile).max_leverage == 5);
}

TEST_CASE("it loosens by one word after each full dwell of health, new positions first small") {
  PolicyState standing = at(kDefensiveExit);
  base::MonoTime now = kStart;
  for (const Policy expected : {kNoNewTrades, kSafeRiskProfile, kAllowAll}) {
    Step next = take(standing, healthy(), now);
    CHECK_FALSE(next.moved);
    CHECK(next.due == now + kDwell);
    next = take(next.standing, healthy(), now + kDwell - 1ns);
    CHECK_FALSE(next.moved);
    now += kDwell;
    next = take(next.standing, healthy(), now);
    CHECK(next.moved);
    CHECK(next.loosened);
    CHECK(next.standing.level == expected);
    CHECK(next.standing.permissions == of(expected));
    standing = next.standing;
  }
  CHECK_FALSE(take(standing, healthy(), now + kDwell).moved);
  CHECK_FALSE(take(standing, healthy(), now + kDwell).due);
}

TEST_CASE("any break of the evidence starts the dwell again") {
  const auto broken = GENERATE(0, 1, 2);
  const Evidence interruption = broken == 0   ? demands(kDefensiveExit)
                                : broken == 1 ? Evidence{.causes = {}, .fresh = false}
                                              : demands(kNoNewTrades);
  const PolicyState begun = take(at(kNoNewTrades), healthy(), kStart).standing;
  PolicyState standing = take(begun, interruption, kStart + 1min).standing;
  standing = take(standing, healthy(), kStart + 90s).standing;
  CHECK_FALSE(take(standing, healthy(), kStart + kDwell).moved);
  CHECK(take(standing, healthy(), kStart + 90s + kDwell).moved);
}

TEST_CASE("a cause that stays stops the way down at what it demands") {
  const auto stays = GENERATE(kSafeRiskProfile, kNoNewTrades);
  const PolicyState standing = after(at(kDefensiveExit), demands(stays), 10);
  CHECK(standing.level == stays);
  CHECK(standing.permissions == of(stays));
}

TEST_CASE("permissions that the word does not say loosen on the same evidence, and the word stays") {
  const std::vector<Cause> both{{kNoNewTrades, "operator hold"}, {kSafeRiskProfile, "alert X"}};
  const Evidence hold = demands(kNoNewTrades);
  PolicyState standing = take(at(kNoNewTrades), {.causes = both, .fresh = true}, kStart).standing;
  CHECK(standing.permissions == meet(of(kNoNewTrades), of(kSafeRiskProfile)));
  standing = take(standing, hold, kStart).standing;
  CHECK(standing.permissions == meet(of(kNoNewTrades), of(kSafeRiskProfile)));
  CHECK_FALSE(take(standing, {.causes = hold.causes, .fresh = false}, kStart + kDwell).moved);
  const Step next = take(standing, hold, kStart + kDwell);
  CHECK(next.loosened);
  CHECK(next.standing.level == kNoNewTrades);
  CHECK(next.standing.permissions == of(kNoNewTrades));
}

TEST_CASE("a halt begins and ends with its cause, and forbids new positions by the word as well") {
  const std::vector<Cause> causes{{kSafeRiskProfile, "lease INC-1/1 pause_trading"},
                                  {kSafeRiskProfile, "halt INC-1/1 pause_trading", true}};
  CHECK(word_of(causes[1]) == kNoNewTrades);
  const PolicyState standing = take(at(kAllowAll), {.causes = causes, .fresh = true}, kStart).standing;
  CHECK(standing.level == kNoNewTrades);
  CHECK(in_force(standing, causes, kProfile).trading == Trading::kHalted);
  CHECK(in_force(standing, causes, kProfile).max_leverage == 5);
  CHECK(in_force(standing, {}, kProfile).trading == Trading::kExitsOnly);
  CHECK_FALSE(may_open(in_force(standing, {}, kProfile)));
}

TEST_CASE("a profile that is configured stricter holds at once, and a looser one after a dwell") {
  const RiskProfile strict{2, 0.25};
  const Evidence evidence = demands(kSafeRiskProfile);
  PolicyState standing = step(at(kSafeRiskProfile), evidence, kStart, kDwell, strict).standing;
  CHECK(standing.permissions == permissions_of(kSafeRiskProfile, strict));
  standing = take(standing, evidence, kStart).standing;
  CHECK(standing.permissions == permissions_of(kSafeRiskProfile, strict));
  CHECK(take(standing, evidence, kStart + kDwell).standing.permissions == of(kSafeRiskProfile));
}

TEST_CASE("emergency_shutdown is left only after an operator's release, and then step by step") {
  PolicyState standing = take(at(kAllowAll), demands(kEmergencyShutdown), kStart).standing;
  base::MonoTime now = kStart;
  for (int i = 0; i < 10; ++i, now += kDwell) standing = take(standing, healthy(), now).standing;
  CHECK(standing.level == kEmergencyShutdown);
  standing = release(standing);
  CHECK(standing.level == kEmergencyShutdown);
  standing = take(standing, healthy(), now).standing;
  CHECK(take(standing, healthy(), now + kDwell).standing.level == kDefensiveExit);
}

TEST_CASE("a new emergency after the release latches again, before anything was loosened") {
  const PolicyState standing = release(at(kEmergencyShutdown, true));
  const Step next = take(standing, demands(kEmergencyShutdown), kStart);
  CHECK(next.moved);
  CHECK(next.standing.latched);
  CHECK(next.standing.level == kEmergencyShutdown);
}

TEST_CASE("a standing that is not remembered is no_new_trades") {
  CHECK(PolicyState{}.level == kNoNewTrades);
  CHECK(PolicyState{}.permissions == of(kNoNewTrades));
}
