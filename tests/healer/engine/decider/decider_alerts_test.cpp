// What the decider believes of alerts: by delivery, by list, from the journal, or not at all.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

TEST_CASE_METHOD(DeciderFixture,
                 "what stays missing from Alertmanager's whole lists has ended, if the Watchdog is in them") {
  deliver(down("quantum_nowhere"));
  for (int i = 0; i < 5; ++i) {
    pass(1min);
    i % 2 == 0 ? list({}, false) : list({}, true, {"down-quantum_nowhere"});
  }
  CHECK(decider->view()->firing.size() == 1);
  list({});
  pass(AlertLiveness::kMissingEnds - 1s);
  list({});
  CHECK(decider->view()->firing.size() == 1);
  pass(1s);
  list({});
  CHECK(decider->view()->firing.empty());
  deliver(down("quantum_nowhere"));
  CHECK(decider->view()->firing.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "a restart of Alertmanager, which forgets its alerts, ends no incident") {
  operate(PauseHealing{});
  deliver(down());
  REQUIRE(state() == State::kGated);
  list({});
  operate(ResumeHealing{});
  CHECK(state() == State::kGated);
  CHECK(effects.runs.empty());
  pass(1min);
  deliver(down());
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "after a restart nothing is done about what only the journal remembers") {
  const bool answered = GENERATE(true, false);
  if (answered) {
    operate(PauseHealing{});
    deliver(down());
    REQUIRE(state() == State::kGated);
    start();
    operate(ResumeHealing{});
  } else {
    REQUIRE(decider->alerts().accept(std::vector{down()}, AlertStore::Source::kWebhook));
    start();
  }
  pass(1h);
  CHECK(effects.runs.empty());
  SECTION("it has recovered meanwhile") {
    list({});
    pass(AlertLiveness::kMissingEnds);
    list({});
    CHECK(effects.runs.empty());
    CHECK(state() == State::kResolved);
  }
  SECTION("the list still has it") {
    list({down()}, GENERATE(true, false));
    CHECK(effects.runs.size() == 1);
  }
  SECTION("a delivery reports it again") {
    deliver(down());
    CHECK(effects.runs.size() == 1);
  }
}

TEST_CASE_METHOD(DeciderFixture,
                 "what an operator silences is left alone when the guard opens, until the silence ends") {
  operate(PauseHealing{});
  deliver(down());
  list({}, true, {"down-quantum_redis"});
  operate(ResumeHealing{});
  pass(10min);
  CHECK(effects.runs.empty());
  list({down()});
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a target is looked at, not given up, when its alerts ended while a guard was closed") {
  config.playbooks[0].attempts = 1;
  start();
  deliver(down());
  finish_action();
  answer_check(kUnhealthy);
  operate(PauseHealing{});
  pass(config.playbooks[0].verify.within);
  REQUIRE(state() == State::kGated);
  auto end = down();
  end.firing = false;
  deliver(end);
  operate(ResumeHealing{});
  CHECK(state() == State::kVerifying);
  const bool healthy = GENERATE(true, false);
  if (healthy) {
    answer_check(kHealthy);
    pass(6s);
    answer_check(kHealthy);
    CHECK(state() == State::kHealed);
  } else {
    answer_check(kUnhealthy);
    pass(config.playbooks[0].verify.within);
    CHECK(state() == State::kExhausted);
  }
}

TEST_CASE_METHOD(DeciderFixture, "a look of an earlier life is not acted on when the alerts have ended") {
  deliver(down());
  finish_action();
  answer_check(kUnhealthy);
  decider->begin_stop();
  auto end = down();
  end.firing = false;
  deliver(end);
  pass(config.playbooks[0].verify.within);
  REQUIRE(state() == State::kIneffective);
  start();
  turn();
  CHECK(state() == State::kVerifying);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "an alert whose webhook was lost is found in the whole list") {
  list({down()});
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "a reload takes up an alert that was refused before") {
  const auto playbooks = std::exchange(config.playbooks, {});
  start();
  deliver(down());
  deliver(tests::alert("b", {{"heal", "restart_container"}, {"container", "quantum_redis"}}));
  REQUIRE(decider->view()->refused.size() == 2);
  CHECK(decider->view()->refused[0].refusal == Refusal::kUnknownPlaybook);
  const std::size_t records = journal.entries().size();
  decider->reconfigure(config);
  turn();
  CHECK(journal.entries().size() == records);
  config.playbooks = playbooks;
  decider->reconfigure(config);
  turn();
  CHECK(decider->view()->refused.empty());
  REQUIRE(decider->view()->incidents.size() == 1);
  CHECK(newest().firings == 2);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "a restart takes up an alert that was refused before") {
  const auto playbooks = std::exchange(config.playbooks, {});
  start();
  deliver(down());
  REQUIRE(decider->view()->refused.size() == 1);
  config.playbooks = playbooks;
  start();
  list({down()});
  CHECK(decider->view()->refused.empty());
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "what asks for nothing is shown, and is not journalled") {
  list({});
  const std::size_t records = journal.entries().size();
  list({tests::alert("h", {{"alertname", "HostDown"}, {"issue", "high"}})});
  CHECK(journal.entries().size() == records);
  REQUIRE(decider->view()->firing.size() == 1);
  list({});
  CHECK(decider->view()->firing.empty());
}
