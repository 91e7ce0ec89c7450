#include "healer/model/policy/demand.h"

#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace healer::policy;
using enum healer::Policy;

TEST_CASE("the label policy demands what it names, and no_new_trades where it names nothing known") {
  CHECK(policy_demand({{"policy", "defensive_exit"}}) == kDefensiveExit);
  CHECK(policy_demand({{"policy", "defensive-exit"}}) == kNoNewTrades);
  CHECK_FALSE(policy_demand({{"policy", "allow_all"}}));
  CHECK_FALSE(policy_demand({{"issue", "critical"}}));
}

TEST_CASE("an alert contributes what the rules of the policy derive from it") {
  const base::Inventory inventory = tests::example_config().inventory;
  const auto [labels, demand] = GENERATE(table<Labels, std::optional<Policy>>({
      {{{"issue", "critical"}, {"impacts_trading", "true"}}, kDefensiveExit},
      {{{"issue", "critical"}, {"impacts_trading", "false"}}, kNoNewTrades},
      {{{"issue", "critical"}}, kNoNewTrades},
      {{{"issue", "high"}, {"impacts_trading", "true"}}, std::nullopt},
      {{{"status", "failed"}, {"trading", "critical"}}, kEmergencyShutdown},
      {{{"status", "failed"}, {"trading", "partial"}}, kSafeRiskProfile},
      {{{"status", "critical"}, {"trading", "partial"}}, kSafeRiskProfile},
      {{{"status", "critical"}, {"trading", "none"}}, kNoNewTrades},
      {{{"status", "degraded"}, {"trading", "partial"}}, kNoNewTrades},
      {{{"status", "degraded"}, {"trading", "none"}}, std::nullopt},
      {{{"status", "degraded"}, {"subsystem", "risk_guard"}}, kNoNewTrades},
      {{{"status", "degraded"}, {"subsystem", "logging"}}, std::nullopt},
      {{{"status", "degraded"}, {"subsystem", "unheard_of"}}, std::nullopt},
      {{{"status", "unknown"}, {"trading", "critical"}}, std::nullopt},
      {{{"severity", "critical"}}, std::nullopt},
  }));
  CHECK(contribution(labels, inventory) == demand);
}

TEST_CASE("a rule acts on the policy by its label policy, issue or status") {
  CHECK(acts_on_policy({{"policy", "no_new_trades"}}));
  CHECK(acts_on_policy({{"policy", "{{ $labels.policy }}"}}));
  CHECK(acts_on_policy({{"status", "unknown"}}));
  CHECK(acts_on_policy({{"issue", "critical"}}));
  CHECK(acts_on_policy({{"issue", "{{ $labels.issue }}"}}));
  CHECK_FALSE(acts_on_policy({{"policy", "allow_all"}}));
  CHECK_FALSE(acts_on_policy({{"issue", "medium"}, {"severity", "warning"}}));
}

TEST_CASE("a rule's identity is its name and the labels by which it acts on the policy") {
  CHECK(identity("Stale", {{"status", "critical"}, {"severity", "warning"}, {"issue", "critical"}}) ==
        R"(Stale{issue="critical",status="critical"})");
  CHECK(identity("Stale", {{"severity", "warning"}}) == "Stale");
  CHECK(policy_labels({{"status", "critical"}, {"severity", "warning"}}) == Labels{{"status", "critical"}});
}

TEST_CASE("a rule can have produced an alert whose labels it has, or has as a template") {
  const Labels rule{{"policy", "defensive_exit"}, {"impacts_trading", "{{ $value }}"}, {"severity", "info"}};
  CHECK(can_produce(rule, {{"policy", "defensive_exit"}, {"impacts_trading", "true"}, {"severity", "x"}}));
  CHECK(can_produce(rule, {{"policy", "defensive_exit"}}));
  CHECK_FALSE(can_produce(rule, {{"policy", "no_new_trades"}}));
  CHECK_FALSE(can_produce({}, {{"policy", "no_new_trades"}}));
}

TEST_CASE("a stricter rule covers one that is gone, a looser one or another template does not") {
  CHECK(covers({{"policy", "defensive_exit"}}, {{"policy", "no_new_trades"}}));
  CHECK_FALSE(covers({{"policy", "no_new_trades"}}, {{"policy", "defensive_exit"}}));
  CHECK_FALSE(covers({}, {{"status", "critical"}}));
  CHECK(covers({{"status", "failed"}}, {{"status", "critical"}}));
  CHECK(covers({{"issue", "critical"}, {"impacts_trading", "{{ x }}"}},
               {{"issue", "critical"}, {"impacts_trading", "{{ x }}"}}));
  CHECK_FALSE(covers({{"impacts_trading", "{{ x }}"}}, {{"impacts_trading", "{{ y }}"}}));
}
