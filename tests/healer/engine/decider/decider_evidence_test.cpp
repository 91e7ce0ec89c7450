// What the rulers report, as the decider takes it: durable causes, an operator's release, a careful start.
#include "tests/catch.h"
#include "tests/healer/engine/policy/chain_fixture.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using enum healer::Policy;

namespace {

struct Watched : DeciderFixture {
  Watched() {
    config.rulers = {{"prometheus", "http://p", {}}};
    config.heartbeat.labels = {{"installation", "salus"}};
    config.policy.relax_after = 10s;
    start();
    ruler.add_rule("P", {{"policy", "defensive_exit"}});
  }

  // Some time passes; the ruler answers and Alertmanager lists the heartbeat and `firing`.
  void live(base::Duration time, const std::vector<Alert>& firing = {}) {
    for (base::Duration passed{}; passed < time; passed += 5s) {
      clock.advance(5s);
      ruler.clock.advance(5s);
      auto rules = ruler.answer();
      rules.asked_at = clock.now().mono;
      turn({std::move(rules)});
      std::vector<Alert> all = firing;
      all.push_back(ruler.heartbeat(ruler.demanded));
      list(all, false);
    }
  }
  Alert delivered(bool firing = true) {
    Alert alert = tests::alert("p", {{"alertname", "P"}, {"policy", "defensive_exit"}}, firing);
    alert.starts_at = clock.now().wall;
    if (!firing) alert.ends_at = clock.now().wall;
    return alert;
  }
  std::vector<std::string> causes() const { return effects.published.back().causes; }

  tests::ChainFixture ruler;
};

}  // namespace

TEST_CASE_METHOD(Watched, "until the rules are known no new positions are allowed") {
  live(30s);
  REQUIRE(policy() == kAllowAll);
  start();
  list({ruler.heartbeat("allow_all")}, false);
  CHECK(policy() == kNoNewTrades);
  CHECK(causes() == std::vector<std::string>{"starting: the rules are not known yet"});
  live(5s);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Watched, "the end of an alert loosens nothing until its rule says so") {
  live(30s);
  ruler.fire("P");
  ruler.demand("defensive_exit");
  deliver(delivered());
  live(10s, {delivered()});
  REQUIRE(policy() == kDefensiveExit);
  deliver(delivered(false));
  live(5min);
  CHECK(policy() == kDefensiveExit);
  ruler.quiet("P");
  ruler.demand("allow_all");
  live(1min);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Watched, "a cause outlives its rule and the healer, until an operator releases it") {
  live(30s);
  ruler.fire("P");
  ruler.demand("defensive_exit");
  deliver(delivered());
  live(10s, {delivered()});
  ruler.remove_rule("P");
  ruler.demand("allow_all");
  deliver(delivered(false));
  live(1min);
  CHECK(policy() == kDefensiveExit);
  const bool by_checkpoint = GENERATE(true, false);
  if (by_checkpoint) journal.set_eager(true);
  live(10s);
  start();
  live(1min);
  CHECK(policy() == kDefensiveExit);
  CHECK(operate(ReleaseCause{"Q"}).find("alert P: its rule is no longer loaded in prometheus") !=
        std::string::npos);
  CHECK(operate(ReleaseCause{"P"}).empty());
  live(1min);
  CHECK(policy() == kAllowAll);
  start();
  live(1min);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Watched, "what a ruler has firing tightens also while it cannot be written down") {
  live(30s);
  ruler.fire("P");
  journal.set_failing(true);
  live(5s);
  CHECK(policy() == kDefensiveExit);
  journal.set_failing(false);
  live(10s);
  start();
  turn();
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(Watched, "another system's Watchdog keeps nothing alive") {
  live(30s);
  for (int i = 0; i < 20; ++i) {
    clock.advance(30s);
    list({tests::alert("other", {{"alertname", "Watchdog"}, {"cluster", "staging"}})}, false);
  }
  CHECK(decider->view()->watchdog_silent);
  CHECK(policy() == kNoNewTrades);
}

TEST_CASE_METHOD(Watched, "what is known of the way is shown") {
  live(10s);
  const auto view = decider->view();
  CHECK(view->chain.ok);
  CHECK(view->chain.rulers.at("prometheus").up);
  CHECK(view->knows_rule("P"));
  CHECK_FALSE(view->knows_rule("Q"));
}
