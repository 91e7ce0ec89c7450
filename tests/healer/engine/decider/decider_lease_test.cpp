// Policy that comes with an action.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using enum healer::Policy;

namespace {

using Words = std::vector<std::string>;

struct Leasing : DeciderFixture {
  Leasing() {
    config.playbooks[0].rungs[0].policy = kDefensiveExit;
    config.playbooks[0].rungs[0].lease = 30min;
    decider->reconfigure(config);
    list({});
    live(5min);
    REQUIRE(policy() == kAllowAll);
  }
  void live(base::Duration time) {
    for (base::Duration passed{}; passed < time; passed += 30s) {
      clock.advance(30s);
      list({});
    }
  }
  const Words& causes() const { return effects.published.back().causes; }
  // From the alert to health, in little time.
  void heal() {
    deliver(down());
    finish_action();
    deliver(down("quantum_redis", false));
    for (int i = 0; i < 100 && state() != State::kHealed; ++i) {
      clock.advance(1s);
      turn();
      if (!effects.checks.empty()) answer_check(CheckInput::Verdict::kHealthy);
    }
    REQUIRE(state() == State::kHealed);
  }
  std::string lease() const { return newest().id + "/1"; }
};

// What is asked of the world, in its order.
class Order final : public Effects {
 public:
  std::string describe(const ActionRequest&) const override { return ""; }
  void run(const ActionRequest&) override { seen.push_back("run"); }
  void check(const CheckRequest&) override {}
  base::Result<> publish(const PolicyDocument& document) override {
    seen.emplace_back(to_string(document.policy));
    causes = document.causes;
    return {};
  }
  void notify(const Notice&) override {}
  void answer(std::uint64_t, const base::Result<>&) override {}

  Words seen;
  Words causes;
};

}  // namespace

TEST_CASE_METHOD(Leasing, "a lease is on disk and published before its action starts") {
  Order order;
  decider = std::make_unique<Decider>(config, journal, order, clock);
  REQUIRE(decider->recover());
  list({});
  order.seen.clear();
  deliver(down());
  CHECK(order.seen == Words{"defensive_exit", "run"});
  CHECK(order.causes == Words{"lease " + lease() + " container_restart"});
  const auto intended = std::ranges::find_if(journal.entries(), [](const Entry& entry) {
    return std::holds_alternative<ActionIntended>(entry.record.fact);
  });
  REQUIRE(intended != journal.entries().end());
  CHECK(std::get<ActionIntended>(intended->record.fact).policy == kDefensiveExit);
  CHECK(std::get<ActionIntended>(intended->record.fact).lease == 30min);
}

TEST_CASE_METHOD(
    Leasing, "a lease outlasts the healing, ends when its time is over, and policy relaxes step by step") {
  heal();
  live(29min);
  CHECK(policy() == kDefensiveExit);
  live(1min + config.policy.relax_after);
  CHECK(policy() == kNoNewTrades);
  live(2 * config.policy.relax_after);
  CHECK(policy() == kAllowAll);
  start();
  list({});
  CHECK(policy() == kAllowAll);  // it does not come back
}

TEST_CASE_METHOD(Leasing, "a restart keeps a lease, and no clock that was set shortens it") {
  heal();
  live(20min);
  const auto set = GENERATE(base::Duration(0s), base::Duration(48h), base::Duration(-48h));
  clock.set_wall(clock.now().wall + set);
  const bool restarted = GENERATE(true, false);
  if (restarted) start();
  live(9min);
  CHECK(policy() == kDefensiveExit);
  if (restarted) live(20min);
  CHECK(policy() == kDefensiveExit);
  live(10min);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Leasing, "an operator releases a lease by its name, and no other") {
  heal();
  const auto release = [&](const std::string& name) { return operate(ReleaseLease{name}); };
  CHECK(release("INC-999/1") == "unknown lease INC-999/1; the causes of the policy list the leases");
  CHECK(operate(ReleasePolicy{}) == "the policy is not held by an operator");
  CHECK(causes() == Words{"lease " + lease() + " container_restart"});
  CHECK(release(lease()).empty());
  CHECK(causes() == Words{"relaxing step by step"});
  start();
  live(10min);
  CHECK(policy() == kAllowAll);
}

TEST_CASE_METHOD(Leasing, "a lease of emergency_shutdown waits for an operator when it is over") {
  config.playbooks[0].rungs[0].policy = kEmergencyShutdown;
  decider->reconfigure(config);
  heal();
  CHECK(operate(ReleasePolicy{}) ==
        "emergency_shutdown is still demanded by: lease " + lease() + " container_restart");
  live(2h);
  start();
  live(2h);
  CHECK(policy() == kEmergencyShutdown);
  CHECK(operate(ReleasePolicy{}).empty());
  live(config.policy.relax_after);
  CHECK(policy() == kDefensiveExit);
}

TEST_CASE_METHOD(Leasing, "an action that could not be started leaves no lease, one that failed does") {
  const bool begun = GENERATE(true, false);
  deliver(down());
  turn({ActionInput{.action_id = effects.runs.back().action_id,
                    .incident = effects.runs.back().incident,
                    .ok = false,
                    .detail = "the queue is full",
                    .started = begun}});
  turn();
  CHECK(causes() ==
        (begun ? Words{"lease " + lease() + " container_restart"} : Words{"relaxing step by step"}));
}

TEST_CASE_METHOD(Leasing, "a policy while running holds from the intent until the incident is verified") {
  config.playbooks[0].rungs[0].policy.reset();
  config.playbooks[0].policy_while_running = kNoNewTrades;
  decider->reconfigure(config);
  deliver(down());
  CHECK(policy() == kNoNewTrades);
  CHECK(causes() == Words{"healing " + newest().id + " container_restart"});
  const bool restarted = GENERATE(true, false);
  if (restarted) {
    start();
    list({});
  }
  heal();
  turn();
  CHECK(causes() == Words{"relaxing step by step"});
  live(2 * config.policy.relax_after);
  CHECK(policy() == kAllowAll);
}
