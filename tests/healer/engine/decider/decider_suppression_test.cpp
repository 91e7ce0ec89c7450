// What Alertmanager silences, inhibits, mutes or routes elsewhere: nothing is healed, and the policy holds.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

namespace {

struct Suppressed : DeciderFixture {
  static Alert demanding(bool firing = true) {
    Alert alert = down("quantum_redis", firing);
    alert.labels["policy"] = "defensive_exit";
    return alert;
  }
  const std::vector<std::string> kHeld{"down-quantum_redis"};
};

}  // namespace

TEST_CASE_METHOD(Suppressed,
                 "a silenced alert with a policy holds the policy, and is healed when the silence ends") {
  list({demanding()}, true, kHeld);
  CHECK(policy() == Policy::kDefensiveExit);
  CHECK(effects.runs.empty());
  REQUIRE(decider->view()->incidents.size() == 1);
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kSuppressed);
  CHECK(newest().refusal_detail == "silenced");
  for (int i = 0; i < 5; ++i) {
    pass(1min);
    list({demanding()}, true, kHeld);
  }
  CHECK(effects.runs.empty());
  CHECK(policy() == Policy::kDefensiveExit);
  list({demanding()});
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Suppressed, "a silence of one alert does not hold another one of the same target") {
  list({demanding(), tests::alert("b", {{"heal", "restart_container"}, {"container", "quantum_redis"}})},
       true, kHeld);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Suppressed, "an alert that ends while it is silenced is over") {
  list({demanding()}, true, kHeld);
  REQUIRE(state() == State::kGated);
  deliver(demanding(false));
  CHECK(state() == State::kResolved);
}

TEST_CASE_METHOD(Suppressed,
                 "a silence that begins while the incident is open keeps the next rung from starting") {
  const Alert alert = GENERATE(demanding(), down());
  deliver(alert);
  REQUIRE(effects.runs.size() == 1);
  const std::vector<Alert> still = alert.label("policy").empty() ? std::vector<Alert>{} : std::vector{alert};
  SECTION("while its action runs") { list(still, true, kHeld); }
  finish_action();
  REQUIRE(state() == State::kVerifying);
  SECTION("while it is verified") { list(still, true, kHeld); }
  SECTION("in probation") {
    answer_check(kHealthy);
    REQUIRE(state() == State::kProbation);
    list(still, true, kHeld);
    pass(1s);
    answer_check(kUnhealthy);
  }
  if (state() == State::kVerifying) answer_check(kUnhealthy);
  list(still, true, kHeld);
  pass(config.playbooks[0].verify.within);
  CHECK(effects.runs.size() == 1);
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kSuppressed);
  // It is verified all the same: it may have recovered.
  list({alert});
  CHECK(effects.runs.size() == 2);
}

TEST_CASE_METHOD(Suppressed, "an alert that is routed elsewhere keeps its policy and is not healed") {
  deliver(demanding());
  finish_action();
  pass(1s);
  for (int i = 0; i < 5; ++i) {
    list({}, true, kHeld);
    pass(1min);
  }
  CHECK(policy() == Policy::kDefensiveExit);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Suppressed, "a silence outlives a restart of the healer") {
  list({demanding()}, true, kHeld);
  start();
  pass(1min);
  list({demanding()}, true, kHeld);
  CHECK(effects.runs.empty());
  CHECK(newest().refusal == Refusal::kSuppressed);
}

TEST_CASE_METHOD(Suppressed,
                 "before a rung on an alert that was reported a while ago, Alertmanager is asked") {
  effects.has_alertmanager = true;
  deliver(down());
  CHECK(effects.runs.size() == 1);  // it has just been delivered
  CHECK(effects.lists_wanted == 0);
  finish_action();
  answer_check(kUnhealthy);
  pass(config.playbooks[0].verify.within);
  CHECK(effects.runs.size() == 1);
  CHECK(effects.lists_wanted == 1);
  turn();
  CHECK(effects.lists_wanted == 1);
  SECTION("it says that the alert is silenced now") {
    list({}, true, kHeld);
    pass(1min);
    CHECK(effects.runs.size() == 1);
    CHECK(newest().refusal == Refusal::kSuppressed);
  }
  SECTION("it says that the alert fires") {
    list({down()});
    CHECK(effects.runs.size() == 2);
  }
  SECTION("it does not answer") {
    pass(5s);
    CHECK(effects.runs.size() == 1);
    pass(1s);
    CHECK(effects.runs.size() == 2);
  }
}
