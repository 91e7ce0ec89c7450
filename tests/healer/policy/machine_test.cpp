#include "healer/policy/machine.h"

#include <catch2/catch.hpp>

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;
using enum healer::Policy;

namespace {

constexpr base::Duration kDwell = 2min;
const base::MonoTime kStart{1h};

Evidence healthy() { return {.causes = {}, .fresh = true}; }
Evidence demands(Policy policy) { return {.causes = {{policy, "alert X"}}, .fresh = true}; }
Standing at(Policy level, bool latched = false) {
  return {.level = level, .latched = latched, .healthy_since = {}};
}

}  // namespace

TEST_CASE("a stricter cause tightens at once, to exactly what it demands") {
  const auto from = GENERATE(kAllowAll, kNoNewTrades, kSafeRiskProfile, kDefensiveExit);
  const auto to = GENERATE(kNoNewTrades, kSafeRiskProfile, kDefensiveExit, kEmergencyShutdown);
  const Step next = step(at(from), demands(to), kStart, kDwell);
  CHECK(next.standing.level == std::max(from, to));
  CHECK(next.moved == (to > from));
  CHECK(next.standing.latched == (to == kEmergencyShutdown));
}

TEST_CASE("the strictest of several causes holds") {
  const Evidence evidence{.causes = {{kNoNewTrades, "a"}, {kDefensiveExit, "b"}, {kSafeRiskProfile, "c"}},
                          .fresh = true};
  CHECK(step(at(kAllowAll), evidence, kStart, kDwell).standing.level == kDefensiveExit);
}

TEST_CASE("it loosens by one step after each full dwell of health") {
  Standing standing = at(kDefensiveExit);
  base::MonoTime now = kStart;
  for (const Policy expected : {kSafeRiskProfile, kNoNewTrades, kAllowAll}) {
    Step next = step(standing, healthy(), now, kDwell);
    CHECK_FALSE(next.moved);
    CHECK(next.due == now + kDwell);
    next = step(next.standing, healthy(), now + kDwell - 1ns, kDwell);
    CHECK_FALSE(next.moved);
    now += kDwell;
    next = step(next.standing, healthy(), now, kDwell);
    CHECK(next.moved);
    CHECK(next.standing.level == expected);
    standing = next.standing;
  }
  CHECK_FALSE(step(standing, healthy(), now + kDwell, kDwell).moved);
  CHECK_FALSE(step(standing, healthy(), now + kDwell, kDwell).due);
}

TEST_CASE("any break of the evidence starts the dwell anew") {
  const auto broken = GENERATE(0, 1, 2);
  const Evidence interruption = broken == 0   ? demands(kDefensiveExit)
                                : broken == 1 ? Evidence{.causes = {}, .fresh = false}
                                              : demands(kSafeRiskProfile);
  const Standing begun = step(at(kSafeRiskProfile), healthy(), kStart, kDwell).standing;
  Standing standing = step(begun, interruption, kStart + 1min, kDwell).standing;
  standing = step(standing, healthy(), kStart + 90s, kDwell).standing;
  CHECK_FALSE(step(standing, healthy(), kStart + kDwell, kDwell).moved);
  CHECK(step(standing, healthy(), kStart + 90s + kDwell, kDwell).moved);
}

TEST_CASE("a cause that stays stops the way down at what it demands") {
  Standing standing = at(kDefensiveExit);
  base::MonoTime now = kStart;
  for (int i = 0; i < 10; ++i, now += kDwell)
    standing = step(standing, demands(kNoNewTrades), now, kDwell).standing;
  CHECK(standing.level == kNoNewTrades);
}

TEST_CASE("emergency_shutdown is left only after an operator's release, and then step by step") {
  Standing standing = step(at(kAllowAll), demands(kEmergencyShutdown), kStart, kDwell).standing;
  base::MonoTime now = kStart;
  for (int i = 0; i < 10; ++i, now += kDwell) standing = step(standing, healthy(), now, kDwell).standing;
  CHECK(standing.level == kEmergencyShutdown);
  standing = release(standing);
  CHECK(standing.level == kEmergencyShutdown);
  standing = step(standing, healthy(), now, kDwell).standing;
  CHECK(step(standing, healthy(), now + kDwell, kDwell).standing.level == kDefensiveExit);
}

TEST_CASE("a new emergency after the release latches again, before anything was loosened") {
  Standing standing = release(at(kEmergencyShutdown, true));
  const Step next = step(standing, demands(kEmergencyShutdown), kStart, kDwell);
  CHECK(next.moved);
  CHECK(next.standing.latched);
  CHECK(next.standing.level == kEmergencyShutdown);
}

TEST_CASE("a standing nobody remembers is no_new_trades") { CHECK(Standing{}.level == kNoNewTrades); }
