#include "healer/engine/policy/evidence.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;

namespace {

struct Fixture : tests::Memory {
  Config config;
  std::map<std::string, Alert> unwritten;
  PolicyInputs inputs{.watchdog = {.since = clock.now().mono,
                                   .seen = clock.now().mono,
                                   .seen_wall = {},
                                   .listed = clock.now().mono},
                      .prometheus_answered = clock.now().mono,
                      .journal_failing = false,
                      .file_failing = false};
  Watchdog& watchdog = inputs.watchdog;

  Evidence evidence(bool journal_failing = false) {
    inputs.journal_failing = journal_failing;
    return gather(history, unwritten, config, inputs, clock.now().mono);
  }

  std::vector<std::string> causes(bool journal_failing = false) {
    std::vector<std::string> words;
    for (const Cause& cause : evidence(journal_failing).causes) {
      words.push_back(std::string(to_string(cause.demands)) + ": " + cause.what);
    }
    return words;
  }
  void fire(const std::string& fingerprint, const std::string& name, const std::string& policy,
            bool firing = true) {
    tell(AlertSeen{tests::alert(fingerprint, {{"alertname", name}, {"policy", policy}}, firing)});
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "without a reason there is none") {
  CHECK(causes().empty());
  CHECK(evidence().fresh);
}

TEST_CASE_METHOD(Fixture, "firing alerts with a policy are causes, strictest first, each once") {
  fire("a", "TradingDegraded", "no_new_trades");
  fire("b", "TradingDegraded", "no_new_trades");
  fire("c", "OverallFailed", "emergency_shutdown");
  fire("d", "Quiet", "allow_all");
  CHECK(causes() == Words{"emergency_shutdown: alert OverallFailed", "no_new_trades: alert TradingDegraded"});
  fire("c", "OverallFailed", "emergency_shutdown", false);
  CHECK(causes() == Words{"no_new_trades: alert TradingDegraded"});
}

TEST_CASE_METHOD(Fixture, "an unknown policy demands no_new_trades") {
  fire("a", "Misspelt", "defensive-exit");
  CHECK(causes() == Words{"no_new_trades: alert Misspelt"});
}

TEST_CASE_METHOD(Fixture, "a Prometheus that does not answer for its time is a cause, and nothing is fresh") {
  clock.advance(config.policy.prometheus_timeout);
  watchdog.seen = watchdog.listed = clock.now().mono;
  CHECK(causes().empty());  // there is none to be asked
  config.prometheus_url = "http://prometheus.example:9090";
  CHECK(causes() == Words{"no_new_trades: Prometheus unreachable"});
  CHECK_FALSE(evidence().fresh);
  inputs.prometheus_answered = clock.now().mono - config.policy.prometheus_timeout + 1ns;
  CHECK(causes().empty());
  CHECK(evidence().fresh);
}

TEST_CASE_METHOD(Fixture, "a policy file that cannot be written is a cause") {
  inputs.file_failing = true;
  CHECK(causes() == Words{"no_new_trades: policy file not writable"});
}

TEST_CASE_METHOD(Fixture, "leases are causes, and so is healing that must not be traded over") {
  tell(ActionIntended{.incident = 17,
                      .action_id = "INC-17/2",
                      .playbook = "p",
                      .action = "pause_trading",
                      .rung = 0,
                      .target = tests::kRedis,
                      .description = "",
                      .policy = Policy::kDefensiveExit,
                      .lease = 30min,
                      .policy_while_running = Policy::kNoNewTrades});
  CHECK(causes() == Words{"defensive_exit: lease INC-17/2 pause_trading",
                          "no_new_trades: halt INC-17/2 pause_trading",
                          "no_new_trades: healing INC-17 pause_trading"});
}

TEST_CASE_METHOD(Fixture,
                 "a halt outlasts the lease that came with it, until its action is undone or released") {
  tell(ActionIntended{.incident = 17,
                      .action_id = "INC-17/2",
                      .playbook = "p",
                      .action = "pause_trading",
                      .rung = 0,
                      .target = tests::kRedis,
                      .description = "",
                      .policy = Policy::kNoNewTrades,
                      .lease = 30min});
  tell(Expired{Expired::What::kLease, "INC-17/2"});
  REQUIRE(causes() == Words{"no_new_trades: halt INC-17/2 pause_trading"});
  CHECK(evidence().causes.front().halts);
  tell(OperatorActed{.verb = OperatorActed::Verb::kReleaseLease,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = 0,
                     .policy = {},
                     .lease = "INC-17/2"});
  CHECK(causes().empty());
}

TEST_CASE_METHOD(Fixture, "causes are listed by their words, whatever else they permit") {
  fire("a", "Busy", "safe_risk_profile");
  fire("b", "Worse", "no_new_trades");
  CHECK(causes() == Words{"no_new_trades: alert Worse", "safe_risk_profile: alert Busy"});
}

TEST_CASE_METHOD(Fixture, "an operator's hold and a failing journal are causes") {
  tell(OperatorActed{.verb = OperatorActed::Verb::kHoldPolicy,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = 0,
                     .policy = Policy::kDefensiveExit});
  CHECK(causes(true) == Words{"defensive_exit: operator hold", "no_new_trades: journal not writable"});
  tell(OperatorActed{.verb = OperatorActed::Verb::kReleasePolicy,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = 0,
                     .policy = {}});
  CHECK(causes().empty());
}

TEST_CASE_METHOD(Fixture,
                 "silence of the Watchdog is a cause from its limit on, and no evidence is fresh meanwhile") {
  config.policy.on_watchdog_silence = GENERATE(as<std::string>{}, "no_new_trades", "defensive_exit");
  const bool ever_seen = GENERATE(true, false);
  if (!ever_seen) watchdog.seen.reset();
  clock.advance(config.policy.watchdog_timeout - 1ns);
  CHECK(causes().empty());
  watchdog.listed = clock.now().mono;
  CHECK(evidence().fresh);
  clock.advance(1ns);
  CHECK(causes() == Words{config.policy.on_watchdog_silence + ": watchdog silent"});
  CHECK_FALSE(evidence().fresh);
}

TEST_CASE_METHOD(Fixture, "a silence never allows new positions, whatever it is configured to allow") {
  config.policy.on_watchdog_silence = GENERATE(as<std::string>{}, "allow_all", "safe_risk_profile");
  clock.advance(config.policy.watchdog_timeout);
  CHECK(causes() == Words{"no_new_trades: watchdog silent"});
}

TEST_CASE_METHOD(Fixture, "evidence is fresh for two intervals after a list with a live Watchdog") {
  config.reconcile_interval = 5s;
  clock.advance(10s - 1ns);
  CHECK(evidence().fresh);
  clock.advance(1ns);
  CHECK_FALSE(evidence().fresh);
  watchdog.seen = clock.now().mono;
  CHECK_FALSE(evidence().fresh);
  watchdog.listed = clock.now().mono;
  CHECK(evidence().fresh);
  watchdog.listed.reset();
  CHECK_FALSE(evidence().fresh);
}

TEST_CASE_METHOD(Fixture, "what could not be written demands its policy all the same, each cause once") {
  fire("a", "TradingDegraded", "no_new_trades");
  unwritten["a"] = history.alerts().at("a").alert;
  unwritten["b"] = tests::alert("b", {{"alertname", "OverallFailed"}, {"policy", "emergency_shutdown"}});
  CHECK(causes() == Words{"emergency_shutdown: alert OverallFailed", "no_new_trades: alert TradingDegraded"});
}
