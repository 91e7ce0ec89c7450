#include "healer/model/model.h"

#include "tests/catch.h"

using namespace healer;

TEST_CASE("every policy, state and refusal is read back from its name") {
  for (int i = 0; i <= static_cast<int>(Policy::kEmergencyShutdown); ++i) {
    CHECK(parse_policy(to_string(static_cast<Policy>(i))) == static_cast<Policy>(i));
  }
  for (int i = 0; i <= static_cast<int>(State::kFailed); ++i) {
    CHECK(parse_state(to_string(static_cast<State>(i))) == static_cast<State>(i));
  }
  for (int i = 0; i <= static_cast<int>(Refusal::kJournalUnwritable); ++i) {
    CHECK(parse_refusal(to_string(static_cast<Refusal>(i))) == static_cast<Refusal>(i));
  }
  CHECK_FALSE(parse_policy("allow_everything"));
  CHECK_FALSE(parse_state(""));
  CHECK_FALSE(parse_refusal("?"));
  // Journals of earlier versions have it.
  CHECK(parse_refusal("unfit") == Refusal::kUnhealthy);
}

TEST_CASE("the order of the policies is their strictness") {
  CHECK(Policy::kAllowAll < Policy::kSafeRiskProfile);
  CHECK(Policy::kSafeRiskProfile < Policy::kNoNewTrades);
  CHECK(Policy::kNoNewTrades < Policy::kDefensiveExit);
  CHECK(Policy::kDefensiveExit < Policy::kEmergencyShutdown);
}

TEST_CASE("a label that an alert does not have is empty") {
  Alert alert;
  alert.labels["heal"] = "restart_container";
  CHECK(alert.label("heal") == "restart_container");
  CHECK(alert.label("policy").empty());
}
