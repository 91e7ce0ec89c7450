#include "healer/engine/decider/decider.h"

#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

TEST_CASE_METHOD(DeciderFixture, "nothing runs before its intent is on disk") {
  list({});
  journal.befall(tests::FakeJournal::Fault::kFail,
                 journal.appends() + 3);  // the alert, the incident, its intent
  deliver(down());
  CHECK(effects.runs.empty());
  CHECK(state() == State::kAccepted);
  CHECK(newest().refusal == std::nullopt);
  CHECK_FALSE(decider->view()->journal_ok);
  CHECK(policy() >= Policy::kNoNewTrades);
  turn();
  CHECK(newest().refusal == Refusal::kJournalUnwritable);
  CHECK(decider->view()->decisions_total.at({"restart_container", "refuse", "journal_unwritable"}) == 1);
  pass(1s);
  CHECK(decider->view()->journal_ok);
  REQUIRE(effects.runs.size() == 1);
  CHECK(effects.runs[0].action_id == newest().id + "/1");
}

TEST_CASE_METHOD(DeciderFixture, "an outcome that cannot be written waits in memory") {
  deliver(down());
  journal.set_failing(true);
  finish_action();
  CHECK(state() == State::kRunning);
  pass(10s);
  CHECK(state() == State::kRunning);
  journal.set_failing(false);
  pass(1s);
  CHECK(state() == State::kVerifying);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture, "an outcome of another action, or reported twice, changes nothing") {
  deliver(down());
  turn({ActionInput{"INC-99/1", "INC-99", true, ""}});
  turn({ActionInput{newest().id + "/9", newest().id, true, ""}});
  turn({ActionInput{"nonsense", "nonsense", true, ""}});
  CHECK(state() == State::kRunning);
  finish_action();
  const std::size_t records = journal.entries().size();
  finish_action();
  CHECK(journal.entries().size() == records);
}

TEST_CASE_METHOD(DeciderFixture, "an answer to an older question is no answer") {
  deliver(down());
  finish_action();
  const CheckRequest old = effects.checks.back();
  answer_check(kUnhealthy);
  pass(config.playbooks[0].verify.every);
  REQUIRE(effects.checks.back().round != old.round);
  turn({CheckInput{old.incident, old.round, kHealthy, clock.now().wall, ""}});
  CHECK(state() == State::kVerifying);
  answer_check(kHealthy);
  CHECK(state() == State::kProbation);
}

TEST_CASE_METHOD(DeciderFixture, "health must be seen in a sample as old as probation is long") {
  deliver(down());
  finish_action();
  answer_check(kHealthy);
  REQUIRE(state() == State::kProbation);
  const base::WallTime began = clock.now().wall;
  pass(config.playbooks[0].verify.healthy_for + 1s);
  const CheckRequest& order = effects.checks.back();
  turn({CheckInput{order.incident, order.round, kHealthy,
                   began + config.playbooks[0].verify.healthy_for - 1ms, ""}});
  CHECK(state() == State::kProbation);
  pass(config.playbooks[0].verify.every);
  answer_check(kHealthy);
  CHECK(state() == State::kHealed);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "facts for a verification are newer than the action, wherever the wall clock is set meanwhile") {
  deliver(down());
  clock.advance(2s);
  finish_action();
  CHECK(effects.checks.back().facts_after == clock.now().wall);
  const auto hours = GENERATE(-1, 1, 24 * 3650);
  clock.advance(1s);
  clock.set_wall(clock.now().wall + std::chrono::hours(hours));
  answer_check(kUnhealthy);
  turn();
  CHECK(effects.checks.back().facts_after == clock.now().wall - 1s);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "waiting for an effect ends in time, whatever the wall clock does and with or without an answer") {
  deliver(down());
  finish_action();
  const bool answered = GENERATE(true, false);
  if (answered) answer_check(kUnhealthy);
  clock.set_wall(clock.now().wall + std::chrono::hours(GENERATE(-1, 1, 24 * 3650)));
  pass(config.playbooks[0].verify.within - 1ns);
  CHECK(state() == State::kVerifying);
  pass(1ns);
  CHECK(effects.runs.size() == (answered ? 2 : 1));
  CHECK(state() == (answered ? State::kRunning : State::kGated));
}

TEST_CASE_METHOD(DeciderFixture, "unknown is never health") {
  deliver(down());
  finish_action();
  answer_check(kHealthy);
  const base::Duration longest = config.playbooks[0].verify.healthy_for + config.playbooks[0].verify.within;
  for (base::Duration passed{}; passed < longest; passed += 1s) {
    CHECK(state() == State::kProbation);
    pass(1s);
    if (state() == State::kProbation) answer_check(kUnknown);
  }
  CHECK(newest().refusal == Refusal::kUnverified);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(
    DeciderFixture,
    "after a restart a cooldown goes on where it was, and a clock that was set back does not shorten it") {
  deliver(down());
  finish_action();
  answer_check(kHealthy);
  pass(6s);
  answer_check(kHealthy);
  REQUIRE(state() == State::kHealed);
  const bool back = GENERATE(true, false);
  clock.advance(10s);
  if (back) clock.set_wall(clock.now().wall - 1h);
  start();
  auto again = down();
  again.starts_at = clock.now().wall + 24h;
  deliver(again);
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kCooldown);
  pass(back ? 49s : 43s);
  CHECK(state() == State::kGated);
  pass(back ? 11s : 1s);
  CHECK(effects.runs.size() == 2);
}

TEST_CASE_METHOD(DeciderFixture,
                 "nothing is healed on an answer from before the journal could be written again") {
  deliver(down());
  finish_action();
  answer_check(kHealthy);
  REQUIRE(state() == State::kProbation);
  pass(config.playbooks[0].verify.healthy_for + 1s);
  journal.set_failing(true);
  answer_check(kHealthy);
  pass(GENERATE(as<base::Duration>{}, 0s, 10min));
  journal.set_failing(false);
  const std::size_t asked = effects.checks.size();
  pass(1s);
  CHECK(state() == State::kProbation);
  REQUIRE(effects.checks.size() == asked + 1);
  answer_check(kUnhealthy);
  CHECK(effects.runs.size() == 2);
}

TEST_CASE_METHOD(DeciderFixture, "urgent incidents come first, and one target is acted on once at a time") {
  Playbook other = config.playbooks[0];
  other.name = "another";
  config.playbooks.push_back(other);
  start();
  list({tests::alert("a", {{"heal", "another"}, {"container", "quantum_redis"}, {"severity", "warning"}}),
        down()});
  REQUIRE(effects.runs.size() == 1);
  CHECK(effects.runs[0].playbook == "restart_container");
  const auto view = decider->view();
  const auto waiting = std::find_if(view->incidents.begin(), view->incidents.end(),
                                    [](const auto& i) { return i.playbook == "another"; });
  REQUIRE(waiting != view->incidents.end());
  CHECK(waiting->refusal == Refusal::kTargetBusy);
}

TEST_CASE_METHOD(DeciderFixture,
                 "five hundred alerts become as many incidents in a handful of writes, and not one action") {
  for (int i = 0; i < 500; ++i) config.inventory.other_containers.push_back("c" + std::to_string(i));
  start();
  std::vector<Alert> alerts;
  for (int i = 0; i < 500; ++i) alerts.push_back(down("c" + std::to_string(i)));
  const int before = journal.appends();
  list(alerts);
  CHECK(decider->view()->incidents.size() == 500);
  CHECK(decider->view()->storm);
  CHECK(effects.runs.empty());
  CHECK(journal.appends() - before < 8);
}

TEST_CASE_METHOD(DeciderFixture, "an operator learns why a command makes no sense") {
  CHECK(operate(ResumeHealing{}) == "healing is not paused");
  CHECK(operate(ReleasePolicy{}) == "the policy is not held by an operator");
  CHECK_FALSE(operate(HoldPolicy{Policy::kAllowAll}).empty());
  CHECK(operate(ReleaseIncident{"INC-99"}) == "unknown incident INC-99");
  deliver(down());
  CHECK(operate(ReleaseIncident{newest().id}).find("is running, not exhausted") != std::string::npos);
  journal.set_failing(true);
  CHECK(operate(PauseHealing{}).find("disk full") != std::string::npos);
}

TEST_CASE_METHOD(DeciderFixture, "an answer is given when what it promises can be seen") {
  CHECK(operate(PauseHealing{}).empty());
  CHECK(effects.answers.back().first == 7);
  CHECK(decider->view()->pause_reason);
  CHECK(operate(ResumeHealing{}).empty());
  CHECK_FALSE(decider->view()->pause_reason);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a journal that was quarantined starts restricted until an operator says otherwise") {
  journal.set_quarantined("record 3 does not match its hash");
  start();
  list({});
  CHECK(decider->view()->journal_quarantined == "record 3 does not match its hash");
  CHECK(decider->view()->operator_hold == Policy::kNoNewTrades);
  for (int i = 0; i < 20; ++i) {
    clock.advance(1min);
    list({});
  }
  CHECK(policy() == Policy::kNoNewTrades);
  CHECK(operate(ReleasePolicy{}).empty());
  for (int i = 0; i < 5; ++i) {
    clock.advance(1min);
    list({});
  }
  CHECK(policy() == Policy::kAllowAll);
}

TEST_CASE_METHOD(DeciderFixture, "a journal that was quarantined heals nothing until an operator resumes") {
  journal.set_quarantined("record 3 does not match its hash");
  start();
  CHECK(effects.notices.back().whole_detail().find("Healing is paused") != std::string::npos);
  deliver(down());
  CHECK(newest().refusal == Refusal::kPaused);
  CHECK(effects.runs.empty());
  CHECK(operate(ResumeHealing{}).empty());
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a disk that is full at the start does not keep the healer from watching over the policy") {
  journal.set_failing(true);
  start();
  turn();
  CHECK_FALSE(decider->view()->journal_ok);
  CHECK(policy() == Policy::kNoNewTrades);
  journal.set_failing(false);
  pass(1s);
  CHECK(decider->view()->journal_ok);
  CHECK(std::holds_alternative<ProcessStarted>(journal.entries().back().record.fact) == false);
}

TEST_CASE_METHOD(DeciderFixture, "operators are notified of what matters, in order") {
  deliver(down());
  finish_action();
  answer_check(kHealthy);
  pass(6s);
  answer_check(kHealthy);
  std::vector<Notice::Kind> kinds;
  for (const Notice& notice : effects.notices) kinds.push_back(notice.kind);
  CHECK(kinds == std::vector{Notice::Kind::kStarted, Notice::Kind::kActing, Notice::Kind::kHealed});
  CHECK(effects.notices.back().incident == newest().id);
}

TEST_CASE_METHOD(DeciderFixture,
                 "a decider that is stopping plans no action, and deals with everything else") {
  deliver(down());
  REQUIRE(effects.runs.size() == 1);
  decider->begin_stop();
  deliver(down("quantum_trading_bot"));
  CHECK(state() == State::kAccepted);
  finish_action();
  CHECK(effects.checks.size() == 1);
  CHECK(effects.runs.size() == 1);
  list({down(), down("quantum_trading_bot")});
  answer_check(kUnhealthy);
  pass(config.playbooks[0].verify.within);
  CHECK(effects.runs.size() == 1);
  start();
  list({down(), down("quantum_trading_bot")});
  CHECK(effects.runs.size() == 3);
}
