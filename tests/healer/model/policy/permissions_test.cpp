#include "healer/model/policy/permissions.h"

#include <random>
#include <vector>

#include "tests/catch.h"

using namespace healer;
using namespace healer::policy;
using enum healer::Policy;

namespace {

constexpr std::array kPolicies{kAllowAll, kSafeRiskProfile, kNoNewTrades, kDefensiveExit, kEmergencyShutdown};
const RiskProfile kProfile{};

Permissions of(Policy policy) { return permissions_of(policy, kProfile); }

// Every value of every permission.
std::vector<Permissions> all() {
  std::vector<Permissions> list;
  for (const NewPositions positions : kNewPositionsValues) {
    for (const auto& leverage :
         {std::optional<double>(), std::optional<double>(2), std::optional<double>(5)}) {
      for (const double factor : {0.25, 0.5, 1.0}) {
        for (const Stops stops : kStopsValues) {
          for (const ExistingPositions existing : kExistingPositionsValues) {
            for (const Trading trading : kTradingValues)
              list.push_back({positions, leverage, factor, stops, existing, trading});
          }
        }
      }
    }
  }
  return list;
}

}  // namespace

TEST_CASE("each policy permits what its row of the table says") {
  CHECK(of(kAllowAll) == Permissions{NewPositions::kYes, std::nullopt, 1, Stops::kNormal,
                                     ExistingPositions::kKept, Trading::kYes});
  CHECK(of(kSafeRiskProfile) == Permissions{NewPositions::kReduced, 5, 0.5, Stops::kTighter,
                                            ExistingPositions::kKept, Trading::kYes});
  CHECK(of(kNoNewTrades) == Permissions{NewPositions::kNo, std::nullopt, 1, Stops::kNormal,
                                        ExistingPositions::kExitsAllowed, Trading::kExitsOnly});
  CHECK(of(kDefensiveExit) == Permissions{NewPositions::kNo, std::nullopt, 1, Stops::kTighter,
                                          ExistingPositions::kHighRiskClosed, Trading::kExitsOnly});
  CHECK(of(kEmergencyShutdown) == Permissions{NewPositions::kNo, std::nullopt, 1, Stops::kTighter,
                                              ExistingPositions::kAllClosed, Trading::kHalted});
  CHECK(permissions_of(kSafeRiskProfile, {3, 0.25}) == Permissions{NewPositions::kReduced, 3, 0.25,
                                                                   Stops::kTighter, ExistingPositions::kKept,
                                                                   Trading::kYes});
}

TEST_CASE("permissions that were not filled in are those of no_new_trades") {
  CHECK(Permissions{} == of(kNoNewTrades));
}

TEST_CASE("no_new_trades with safe_risk_profile forbids new positions and carries the reduced limits") {
  const Permissions both = meet(of(kNoNewTrades), of(kSafeRiskProfile));
  CHECK(both == Permissions{NewPositions::kNo, 5, 0.5, Stops::kTighter, ExistingPositions::kExitsAllowed,
                            Trading::kExitsOnly});
  CHECK_FALSE(may_open(both));
  CHECK_FALSE(may_trade(both));
}

TEST_CASE("a halt forbids new positions and leaves the rest to the other causes") {
  for (const Policy policy : kPolicies) {
    const Permissions both = meet(of(policy), halted());
    CHECK(both.trading == Trading::kHalted);
    CHECK_FALSE(may_open(both));
    CHECK(both.existing_positions == of(policy).existing_positions);
    CHECK(both.stops == of(policy).stops);
  }
}

TEST_CASE("the meet is commutative and idempotent, and allow_all is its neutral element") {
  const std::vector<Permissions> values = all();
  for (const Permissions& a : values) {
    REQUIRE(meet(a, a) == a);
    REQUIRE(meet(a, of(kAllowAll)) == a);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const Permissions& a = values[random() % values.size()];
    const Permissions& b = values[random() % values.size()];
    REQUIRE(meet(a, b) == meet(b, a));
  }
}

TEST_CASE("the meet is associative, and is the loosest value that is at most both") {
  const std::vector<Permissions> values = all();
  std::mt19937 random(2);
  const auto draw = [&]() -> const Permissions& { return values[random() % values.size()]; };
  for (int i = 0; i < 200'000; ++i) {
    const Permissions& a = draw();
    const Permissions& b = draw();
    const Permissions& c = draw();
    REQUIRE(meet(meet(a, b), c) == meet(a, meet(b, c)));
    REQUIRE(at_most(meet(a, b), a));
    REQUIRE(at_most(meet(a, b), b));
    if (at_most(c, a) && at_most(c, b)) REQUIRE(at_most(c, meet(a, b)));
    if (at_most(a, b) && at_most(b, a)) REQUIRE(a == b);
    if (at_most(a, b) && at_most(b, c)) REQUIRE(at_most(a, c));
  }
}

TEST_CASE("a stricter word never allows new positions that a looser one forbids") {
  for (const Policy looser : kPolicies) {
    for (const Policy stricter : kPolicies) {
      if (stricter < looser) continue;
      CHECK(of(stricter).new_positions >= of(looser).new_positions);
      CHECK(of(stricter).trading >= of(looser).trading);
      CHECK(of(stricter).existing_positions >= of(looser).existing_positions);
    }
  }
}

TEST_CASE("what is allowed beyond a required policy is named") {
  const auto [now, required, words] = GENERATE(table<Policy, Policy, std::string>({
      {kAllowAll, kAllowAll, ""},
      {kAllowAll, kSafeRiskProfile, "new positions: yes, not reduced"},
      {kSafeRiskProfile, kAllowAll, ""},
      {kSafeRiskProfile, kSafeRiskProfile, ""},
      {kSafeRiskProfile, kNoNewTrades, "new positions: reduced, not no"},
      {kNoNewTrades, kNoNewTrades, ""},
      {kNoNewTrades, kSafeRiskProfile, "stops: normal, not tighter"},
      {kNoNewTrades, kDefensiveExit, "stops: normal, not tighter"},
      {kDefensiveExit, kSafeRiskProfile, ""},
      {kDefensiveExit, kNoNewTrades, ""},
      {kDefensiveExit, kEmergencyShutdown, "existing positions: high_risk_closed, not all_closed"},
      {kEmergencyShutdown, kDefensiveExit, ""},
  }));
  CHECK(excess(of(now), of(required)) == words);
}

TEST_CASE("limits of new positions count only where there may be some") {
  Permissions now = permissions_of(kSafeRiskProfile, {10, 0.5});
  CHECK(excess(now, of(kSafeRiskProfile)) == "leverage: 10, not 5");
  now = permissions_of(kSafeRiskProfile, {5, 0.75});
  CHECK(excess(now, of(kSafeRiskProfile)) == "position size: 0.75, not 0.5");
  now.max_leverage.reset();
  CHECK(excess(now, of(kSafeRiskProfile)) == "leverage: unlimited, not 5");
  now.new_positions = NewPositions::kNo;
  CHECK(excess(now, of(kSafeRiskProfile)).empty());
}

TEST_CASE("every value is read back from its name, and no other is") {
  const auto check = [](const auto& values) {
    for (const auto value : values) CHECK(named(values, to_string(value)) == value);
    CHECK_FALSE(named(values, ""));
    CHECK_FALSE(named(values, "everything"));
  };
  check(kNewPositionsValues);
  check(kStopsValues);
  check(kExistingPositionsValues);
  check(kTradingValues);
}
