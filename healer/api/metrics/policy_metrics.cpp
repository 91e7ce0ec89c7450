#include "healer/api/metrics/policy_metrics.h"

#include <array>
#include <limits>
#include <utility>

#include "base/text/exposition.h"
#include "healer/model/policy/permissions.h"

namespace healer {
namespace {

using base::add_sample;
using prometheus::MetricFamily;

constexpr std::array kPolicies{Policy::kAllowAll, Policy::kSafeRiskProfile, Policy::kNoNewTrades,
                               Policy::kDefensiveExit, Policy::kEmergencyShutdown};

MetricFamily single(MetricFamily family, double value) {
  add_sample(family, {}, value);
  return family;
}

// 1 for the value that holds, 0 for each other.
template <class T, std::size_t N>
MetricFamily state_set(std::string name, std::string help, const std::array<T, N>& values, T holds,
                       const char* label = "value") {
  MetricFamily family = base::gauge_family(std::move(name), std::move(help));
  for (const T value : values) add_sample(family, {{label, to_string(value)}}, value == holds ? 1 : 0);
  return family;
}

void add_permissions(std::vector<MetricFamily>& families, const policy::Permissions& permissions) {
  families.push_back(
      state_set("salus_policy_new_positions",
                "1 for what is in force for new positions: yes, reduced (by leverage and size) or no.",
                policy::kNewPositionsValues, permissions.new_positions));
  families.push_back(
      single(base::gauge_family("salus_policy_max_leverage",
                                "The maximum leverage of new positions; +Inf: the policy sets no limit."),
             permissions.max_leverage.value_or(std::numeric_limits<double>::infinity())));
  families.push_back(
      single(base::gauge_family("salus_policy_position_size_factor",
                                "The allowed size of new positions, as a factor of the usual size."),
             permissions.position_size_factor));
  families.push_back(state_set("salus_policy_stops", "1 for what is in force for stops: normal or tighter.",
                               policy::kStopsValues, permissions.stops));
  families.push_back(
      state_set("salus_policy_existing_positions",
                "1 for what is in force for existing positions: kept, exits_allowed, high_risk_closed "
                "or all_closed.",
                policy::kExistingPositionsValues, permissions.existing_positions));
  families.push_back(state_set("salus_policy_trading",
                               "1 for what is in force for trading as a whole: yes, exits_only or halted.",
                               policy::kTradingValues, permissions.trading));
}

}  // namespace

void add_policy_families(std::vector<MetricFamily>& families, const View& view) {
  families.push_back(state_set("salus_safety_policy", "1 for the policy in force, 0 for the others.",
                               kPolicies, view.policy.policy, "policy"));
  families.push_back(
      single(base::gauge_family("salus_safety_policy_level",
                                "The policy in force as a number: 0 allow_all, 1 safe_risk_profile, "
                                "2 no_new_trades, 3 defensive_exit, 4 emergency_shutdown."),
             static_cast<int>(view.policy.policy)));
  add_permissions(families, view.policy.permissions);
  MetricFamily causes =
      base::gauge_family("salus_policy_cause", "1 for each reason why the policy is not looser.");
  for (const std::string& cause : view.policy.causes) add_sample(causes, {{"cause", cause}}, 1);
  families.push_back(std::move(causes));
}

}  // namespace healer
