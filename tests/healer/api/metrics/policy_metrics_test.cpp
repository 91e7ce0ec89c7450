#include "healer/api/metrics/policy_metrics.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

using namespace healer;

namespace {

std::string page(Policy policy, const policy::Permissions& permissions) {
  View view;
  view.policy.policy = policy;
  view.policy.permissions = permissions;
  std::vector<prometheus::MetricFamily> families;
  add_policy_families(families, view);
  return base::expose(families);
}

}  // namespace

TEST_CASE("each permission is a metric, with one value of each set at 1") {
  const auto text =
      page(Policy::kSafeRiskProfile, policy::permissions_of(Policy::kSafeRiskProfile, {3, 0.25}));
  for (const char* line :
       {"salus_safety_policy_level 1\n", "salus_safety_policy{policy=\"safe_risk_profile\"} 1\n",
        "salus_policy_new_positions{value=\"reduced\"} 1\n", "salus_policy_new_positions{value=\"no\"} 0\n",
        "salus_policy_max_leverage 3\n", "salus_policy_position_size_factor 0.25\n",
        "salus_policy_stops{value=\"tighter\"} 1\n", "salus_policy_existing_positions{value=\"kept\"} 1\n",
        "salus_policy_trading{value=\"yes\"} 1\n", "salus_policy_trading{value=\"halted\"} 0\n"})
    CHECK_THAT(text, Catch::Contains(line));
}

TEST_CASE("the permissions are those in force, whatever the word is, and no limit is infinite") {
  const auto both = policy::meet(policy::permissions_of(Policy::kNoNewTrades, {}), policy::halted());
  const auto text = page(Policy::kNoNewTrades, both);
  CHECK_THAT(text, Catch::Contains("salus_safety_policy_level 2\n"));
  CHECK_THAT(text, Catch::Contains("salus_policy_trading{value=\"halted\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("salus_policy_new_positions{value=\"no\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("salus_policy_max_leverage +Inf\n"));
}
