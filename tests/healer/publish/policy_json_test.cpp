#include "healer/publish/policy_json.h"

#include "tests/catch.h"
#include "tests/healer/example_view.h"

TEST_CASE("the policy document is what a trading system reads") {
  CHECK(
      healer::policy_document(tests::example_view().policy) ==
      R"({"policy":"defensive_exit","level":3,"trading_allowed":false,"new_positions_allowed":false,)"
      R"("restrictions":{"new_positions":"no","max_leverage":null,"position_size_factor":1.0,"stops":"tighter",)"
      R"("existing_positions":"high_risk_closed","trading":"exits_only"},)"
      R"("causes":["alert PolicyDefensiveExit"],"issued_at":"2025-12-17T04:00:59.000Z",)"
      R"("valid_until":"2025-12-17T04:01:29.000Z","sequence":17,"journal_record":0})"
      "\n");
}

TEST_CASE("the document carries the limits of leverage and size under every policy word") {
  using healer::Policy;
  const Policy word = GENERATE(Policy::kAllowAll, Policy::kSafeRiskProfile, Policy::kNoNewTrades,
                               Policy::kDefensiveExit, Policy::kEmergencyShutdown);
  healer::PolicyDocument document;
  document.policy = word;
  document.permissions =
      healer::policy::meet(healer::policy::permissions_of(word, {}),
                           healer::policy::permissions_of(Policy::kSafeRiskProfile,
                                                          {.max_leverage = 5, .position_size_factor = 0.5}));
  CHECK_THAT(healer::policy_document(document),
             Catch::Contains(R"("max_leverage":5.0,"position_size_factor":0.5,"stops":"tighter")"));
}
