#include "healer/engine/policy/chain_judge.h"

#include "tests/catch.h"
#include "tests/healer/engine/policy/chain_fixture.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;
using tests::ChainFixture;
using Words = std::vector<std::string>;

TEST_CASE_METHOD(ChainFixture, "what a ruler has firing with a policy is a cause at once, delivered or not") {
  add_rule("P", {{"policy", "defensive_exit"}});
  fire("P");
  demand("defensive_exit");
  CHECK(causes() == Words{"defensive_exit: alert P"});
  CHECK_FALSE(last.sound);
  deliver(delivered("P"));
  CHECK(causes() == Words{"defensive_exit: alert P"});
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "an alert that Alertmanager does not deliver is named") {
  add_rule("P", {{"policy", "defensive_exit"}});
  fire("P");
  demand("defensive_exit");
  SECTION("it is not there") {
    CHECK(lasting_causes() ==
          Words{"defensive_exit: alert P", "defensive_exit: alert P: not delivered by Alertmanager"});
  }
  SECTION("its label was dropped") {
    look();
    beats = false;
    chain.take(AlertsInput{.alerts = {heartbeat("defensive_exit"), tests::alert("p", {{"alertname", "P"}})},
                           .whole = true,
                           .asked_at = clock.now().mono},
               config.heartbeat, clock.now().mono);
    CHECK(lasting_causes() ==
          Words{"defensive_exit: alert P", "defensive_exit: alert P: delivered without its label policy"});
  }
  SECTION("its label was changed") {
    Alert other = delivered("P");
    other.labels["policy"] = "no_new_trades";
    deliver(other);
    CHECK(lasting_causes() ==
          Words{"defensive_exit: alert P", "defensive_exit: alert P: not delivered by Alertmanager"});
  }
}

TEST_CASE_METHOD(ChainFixture,
                 "a rule that acts on the policy and is gone while inactive holds no_new_trades") {
  add_rule("A", {{"policy", "defensive_exit"}});
  add_rule("B", {{"status", "critical"}});
  add_rule("C", {{"issue", "critical"}});
  add_rule("D", {{"severity", "critical"}});
  look();
  CHECK(history.rules().size() == 4);  // with the heartbeat's
  for (const char* name : {"A", "B", "C", "D"}) remove_rule(name);
  look();
  CHECK(last.causes.empty());
  CHECK_FALSE(last.sound);
  CHECK(last.view.missing_rules.at("prometheus") == Words{"A", "B", "C"});
  CHECK(lasting_causes() == Words{"no_new_trades: rules no longer loaded in prometheus: A, B, C"});
  add_rule("A", {{"policy", "emergency_shutdown"}});  // a stricter one will do
  add_rule("B", {{"status", "critical"}}).group = "renamed";
  add_rule("C", {{"issue", "critical"}});
  CHECK(causes().empty());
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "a rule that fails or a group that is not evaluated is named") {
  add_rule("A", {{"policy", "defensive_exit"}});
  look();
  SECTION("it fails") {
    rule("A").health = "err";
    CHECK(lasting_causes() == Words{"no_new_trades: rule A fails in prometheus",
                                    "no_new_trades: rule group g-A is not evaluated in prometheus"});
  }
  SECTION("it stands still") {
    evaluates = false;
    CHECK(lasting_causes().size() == 2);
    CHECK_FALSE(last.sound);
  }
  SECTION("it is slow") {
    rule("A").interval = 4min;
    evaluates = false;
    look(1min);
    evaluates = true;
    CHECK(causes().empty());
  }
  rule("A").health = "ok";
  evaluates = true;
  CHECK(causes().empty());
}

TEST_CASE_METHOD(ChainFixture, "a critical issue that no policy follows from is a cause when that lasts") {
  add_rule("Stale", {{"issue", "critical"}, {"impacts_trading", "true"}});
  fire("Stale");
  look();
  CHECK(last.causes.empty());
  CHECK_FALSE(last.sound);
  CHECK(lasting_causes() == Words{"defensive_exit: alert Stale: no alert with a policy fires for it"});
  add_rule("P", {{"policy", "defensive_exit"}});
  fire("P");
  demand("defensive_exit");
  deliver(delivered("P"));
  CHECK(causes() == Words{"defensive_exit: alert P"});
  CHECK(last.sound);
}

TEST_CASE_METHOD(ChainFixture, "other rulers are looked at as well") {
  config.rulers.push_back({"loki", "http://l", {}});
  look();
  CHECK_FALSE(last.sound);
  LoadedRule rule;
  rule.name = "LogPolicy";
  rule.group = rule.file = "logs";
  rule.health = "ok";
  rule.labels = {{"policy", "no_new_trades"}};
  rule.evaluated_at = clock.now().wall;
  rule.active = {{.labels = {{"alertname", "LogPolicy"}, {"policy", "no_new_trades"}}, .firing = true}};
  chain.take(RulesInput{.ruler = "loki",
                        .asked_at = clock.now().mono,
                        .state = std::make_shared<const RulerState>(std::vector{rule})},
             clock.now().mono);
  judge();
  REQUIRE_FALSE(last.causes.empty());
  CHECK(last.causes[0].what == "alert LogPolicy");
  CHECK(last.view.rulers.at("loki").up);
  // It is silent from now on: what it had firing holds, and it is named in the end.
  clock.advance(config.policy.prometheus_timeout);
  look();
  clock.advance(config.policy.prometheus_timeout);
  const auto words = causes();
  CHECK(std::ranges::find(words, "no_new_trades: ruler loki unreachable") != words.end());
  CHECK(std::ranges::find(words, "no_new_trades: alert LogPolicy") != words.end());
}
