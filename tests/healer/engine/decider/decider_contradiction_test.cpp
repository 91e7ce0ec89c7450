// An alert that fires on although the target was found healthy: an operator is asked, nothing is restarted
// again.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

namespace {

struct Contradiction : DeciderFixture {
  Contradiction() { config.playbooks[0].cooldown = 1s; }

  void heal() {
    deliver(down());
    REQUIRE(effects.runs.size() == 1);
    finish_action();
    answer_check(kHealthy);
    pass(6s);
    answer_check(kHealthy);
    REQUIRE(state() == State::kHealed);
  }
  std::size_t calls_for_an_operator() const {
    return static_cast<std::size_t>(
        std::ranges::count(effects.notices, Notice::Kind::kExhausted, &Notice::kind));
  }
  // Another ruler's: the facts are healthy, and it fires on.
  void answer_that_it_fires_on() {
    const CheckRequest& order = effects.checks.back();
    CheckInput answer{order.incident, order.round, kUnknown, clock.now().wall, "LogStorm still fires"};
    answer.contradicts = true;
    turn({answer});
  }
};

}  // namespace

TEST_CASE_METHOD(Contradiction,
                 "what is still listed after its target was verified calls an operator, once") {
  heal();
  for (int i = 0; i < 10; ++i) {
    pass(1min);
    list({down()});
    if (effects.checks.back().incident == newest().id) answer_check(kHealthy);
  }
  CHECK(effects.runs.size() == 1);
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kContradicted);
  REQUIRE(calls_for_an_operator() == 1);
  const Notice& call = *std::ranges::find(effects.notices, Notice::Kind::kExhausted, &Notice::kind);
  CHECK_THAT(call.title, Catch::Contains("quantum_redis is healthy, but its alert still fires"));
  CHECK_THAT(call.detail, Catch::Contains("container=\"quantum_redis\""));

  SECTION("it ends with the alert, and the next one is healed") {
    deliver(down("quantum_redis", false));
    CHECK(state() == State::kResolved);
    Alert next = down();
    next.starts_at += 1h;
    deliver(next);
    CHECK(effects.runs.size() == 2);
  }
  SECTION("a restart of the healer does not restart the container") {
    start();
    list({down()});
    pass(1min);
    list({down()});
    CHECK(effects.runs.size() == 1);
    CHECK(newest().refusal == Refusal::kContradicted);
  }
  SECTION("an alert of the same target that nothing contradicts is healed") {
    deliver(
        tests::alert("a", {{"heal", "restart_container"}, {"container", "quantum_redis"}, {"replica", "a"}}));
    CHECK(effects.runs.size() == 2);
  }
  SECTION("a look that finds the symptom is acted on") {
    pass(30s);
    answer_check(kUnhealthy);
    pass(1s);
    list({down()});
    CHECK(effects.runs.size() == 2);
  }
}

TEST_CASE_METHOD(Contradiction, "looks at a contradicted target go on, seldom") {
  heal();
  pass(2s);
  list({down()});
  REQUIRE(newest().refusal == Refusal::kContradicted);
  const std::size_t before = effects.checks.size();
  for (int i = 0; i < 60; ++i) {
    pass(1s);
    if (effects.checks.size() > before) answer_check(kUnknown);
  }
  CHECK(effects.checks.size() - before == 2);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Contradiction,
                 "an alert of another ruler that never ends calls an operator, and not for another rung") {
  deliver(down());
  finish_action();
  for (int i = 0; i < 20; ++i) {
    answer_that_it_fires_on();
    pass(1s);
  }
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kContradicted);
  CHECK(newest().refusal_detail == "LogStorm still fires");
  CHECK(calls_for_an_operator() == 1);
  CHECK(effects.runs.size() == 1);
  list({down()});
  pass(1min);
  CHECK(effects.runs.size() == 1);
  CHECK(calls_for_an_operator() == 1);

  SECTION("it ends, and is verified") {
    deliver(down("quantum_redis", false));
    REQUIRE(state() == State::kVerifying);
    answer_check(kHealthy);
    pass(6s);
    answer_check(kHealthy);
    CHECK(state() == State::kHealed);
    CHECK(effects.runs.size() == 1);
  }
  SECTION("a look finds the symptom: the next rung") {
    answer_check(kUnhealthy);
    list({down()});
    CHECK(effects.runs.size() == 2);
  }
}

TEST_CASE_METHOD(Contradiction, "an unknown answer that contradicts nothing is no health") {
  deliver(down());
  finish_action();
  answer_that_it_fires_on();
  pass(1s);
  answer_check(kUnknown);
  pass(config.playbooks[0].verify.within);
  CHECK(newest().refusal == Refusal::kUnverified);
  CHECK(effects.runs.size() == 1);
}
