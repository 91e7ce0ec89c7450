#include "healer/state/history/history.h"

#include <set>

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kBot;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  void see(const std::string& fingerprint, bool firing = true,
           const std::string& heal = "restart_container") {
    tell(AlertSeen{tests::alert(fingerprint, {{"heal", heal}}, firing)});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a firing alert that asks for healing waits for an answer until it gets one") {
  see("a");
  CHECK(history.unanswered().contains("a"));
  open("a", kRedis);
  CHECK(history.unanswered().empty());
  see("b", true, "");
  CHECK(history.unanswered().empty());
  see("c");
  see("c", false);
  CHECK(history.unanswered().empty());
  CHECK(history.alerts().size() == 2);
}

TEST_CASE_METHOD(Fixture, "a refused alert is answered until it starts again") {
  see("a");
  tell(AlertRefused{"a", "nonsense", Refusal::kUnknownPlaybook, ""});
  CHECK(history.unanswered().empty());
  CHECK(history.alerts().at("a").refused->refusal == Refusal::kUnknownPlaybook);
  see("a");
  CHECK(history.unanswered().contains("a"));
  // A label's value never becomes a metric's label.
  CHECK(history.decisions_total().contains({"unknown", "refuse", "unknown_playbook"}));
}

TEST_CASE_METHOD(Fixture, "an alert that still fires when its incident closes asks again") {
  see("a");
  see("b");
  const auto incident = open("a", kRedis);
  tell(AlertJoined{incident, "b", "ContainerDown"});
  see("b", false);
  move(incident, State::kAccepted, State::kExhausted);
  move(incident, State::kExhausted, State::kReleased);
  CHECK(history.unanswered() == std::set<std::string>{"a"});
  CHECK_FALSE(history.alerts().contains("b"));
  CHECK(history.open().empty());
  CHECK(history.open_on(kRedis).empty());
}

TEST_CASE_METHOD(
    Fixture,
    "an alert whose end is in the journal before its incident leaves the incident with nothing firing") {
  see("a");
  see("a", false);
  const auto incident = open("a", kRedis);
  CHECK_FALSE(history.any_firing(*history.incident(incident)));
  see("a");
  // It is asked about, joins again, and is one member still.
  CHECK(history.unanswered().contains("a"));
  tell(AlertJoined{incident, "a", "ContainerDown"});
  CHECK(history.incident(incident)->members.size() == 1);
  CHECK(history.any_firing(*history.incident(incident)));
}

TEST_CASE_METHOD(Fixture, "an incident counts how often its alerts began to fire") {
  see("a");
  const auto incident = open("a", kRedis);
  for (int i = 0; i < 4; ++i) {
    see("a", false);
    see("a");
  }
  CHECK(history.incident(incident)->firings == 5);
}

TEST_CASE_METHOD(Fixture, "what was done is counted by action and outcome, what was decided by reason") {
  const auto incident = open("a", kRedis);
  move(incident, State::kAccepted, State::kGated, Refusal::kCooldown);
  act(incident, State::kGated, kRedis);
  act(incident, State::kRunning, kRedis, 0, ActionFinished::Outcome::kInterrupted);
  CHECK(history.actions_total().at({"container_restart", "success"}) == 1);
  CHECK(history.actions_total().at({"container_restart", "interrupted"}) == 1);
  CHECK(history.decisions_total().at({"restart_container", "refuse", "cooldown"}) == 1);
  CHECK(history.decisions_total().at({"restart_container", "act", ""}) == 2);
}

TEST_CASE_METHOD(Fixture,
                 "the time to heal counts from the alert's start, within reason, and for this life only") {
  const auto heal = [&](base::WallTime starts_at) {
    const auto incident = tell(IncidentOpened{.playbook = "restart_container",
                                              .subsystem = "",
                                              .severity = "",
                                              .target = kRedis,
                                              .fingerprint = "a",
                                              .alert_name = "",
                                              .alert_starts_at = starts_at});
    clock.advance(10s);
    move(incident, State::kAccepted, State::kHealed);
    return history.healed().back().seconds;
  };
  CHECK(heal(clock.now().wall - 5s) == Approx(15));
  CHECK(heal(clock.now().wall + 24h * 365 * 70) == Approx(10));  // year 2099
  CHECK(heal(base::WallTime::min()) == Approx(86410));           // year 1
  history.begin_life(clock.now().mono);
  CHECK(history.healed().empty());
}

TEST_CASE_METHOD(Fixture, "the story keeps its beginning and its latest moments") {
  const auto incident = open("a", kRedis);
  for (int i = 0; i < 1000; ++i) tell(SymptomReturned{incident, std::to_string(i)});
  const auto& story = history.incident(incident)->timeline;
  CHECK(story.size() == Incident::kTimelineLimit);
  CHECK(story.front().what == "accepted");
  CHECK(story.back().detail == "999");
}

TEST_CASE_METHOD(Fixture, "the timeline shows what came from Alertmanager's list, and when an alert ended") {
  tell(AlertSeen{tests::alert("a", {{"heal", "restart_container"}}), true});
  const auto incident = open("a", kRedis);
  const auto& story = history.incident(incident)->timeline;
  CHECK(story.front().detail == "ContainerDown, from Alertmanager's list");
  see("b");
  tell(AlertJoined{incident, "b", "ContainerDown"});
  CHECK(story.back().detail == "ContainerDown");
  see("b", false);
  CHECK(story.back().what == "alert_ended");
  CHECK(story.back().detail == "ContainerDown");
}

TEST_CASE_METHOD(Fixture, "of closed incidents the latest are remembered") {
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < History::kClosedLimit + 50; ++i) {
    last = open("a", kRedis);
    move(last, State::kAccepted, State::kResolved);
  }
  CHECK(history.closed().size() == History::kClosedLimit);
  CHECK(history.closed().front() == last);
  CHECK(history.incident(1) == nullptr);
}

TEST_CASE_METHOD(Fixture, "facts about what was forgotten, or never was, change nothing") {
  tell(AlertJoined{99, "a", ""});
  move(99, State::kAccepted, State::kHealed);
  tell(ActionFinished{99, "INC-99/1", ActionFinished::Outcome::kSuccess, ""});
  tell(SymptomGone{99});
  tell(SymptomReturned{99, ""});
  CHECK(history.open().empty());
  CHECK(history.actions_total().empty());
}

TEST_CASE_METHOD(Fixture, "pauses and holds are what the last word says, with their end in monotonic time") {
  const auto say = [&](OperatorActed::Verb verb, base::Duration length) {
    tell(OperatorActed{.verb = verb,
                       .who = "ann",
                       .reason = "upgrade",
                       .length = length,
                       .incident = 0,
                       .policy = Policy::kDefensiveExit});
  };
  say(OperatorActed::Verb::kPause, 1h);
  CHECK(history.pause()->until == clock.now().mono + 1h);
  tell(Expired{.what = Expired::What::kPause});
  CHECK_FALSE(history.pause());
  say(OperatorActed::Verb::kHoldPolicy, 0s);
  CHECK(history.hold()->policy == Policy::kDefensiveExit);
  CHECK_FALSE(history.hold()->until);
  tell(PolicyMoved{Policy::kDefensiveExit, Policy::kEmergencyShutdown, {}});
  tell(Expired{.what = Expired::What::kHold});
  CHECK(history.emergency_latched());  // the end of a hold is no person's release
  say(OperatorActed::Verb::kReleasePolicy, 0s);
  CHECK_FALSE(history.emergency_latched());
}

TEST_CASE_METHOD(Fixture,
                 "a task that was given up is failing until it succeeds, and the first start is remembered") {
  CHECK(history.first_start() == base::WallTime{});
  tell(ProcessStarted{});
  const auto first = clock.now().wall;
  clock.advance(1h);
  tell(ProcessStarted{});
  CHECK(history.first_start() == first);

  const Target task{"task", "log_rotation"};
  const auto incident = open("a", task, "rotate_logs");
  act(incident, State::kAccepted, task, 0, ActionFinished::Outcome::kFailure);
  CHECK_FALSE(history.tasks().at("log_rotation").failing);
  move(incident, State::kIneffective, State::kFailed);
  CHECK(history.tasks().at("log_rotation").failing);
  CHECK(history.open().empty());
  act(open("b", task, "rotate_logs"), State::kAccepted, task);
  CHECK_FALSE(history.tasks().at("log_rotation").failing);
}

TEST_CASE_METHOD(Fixture, "a task's runs are remembered: when, how long, whether they succeeded") {
  const Target task{"task", "log_rotation"};
  const auto run = [&](ActionFinished::Outcome outcome) {
    const auto incident = open("a", task, "rotate_logs");
    move(incident, State::kAccepted, State::kIntent);
    tell(ActionIntended{incident, "x", "rotate_logs", "command", 0, task, "rotate"});
    clock.advance(3s);
    tell(ActionFinished{incident, "x", outcome, ""});
    return clock.now().wall;
  };
  CHECK(history.tasks().empty());
  const auto succeeded = run(ActionFinished::Outcome::kSuccess);
  const TaskRuns& runs = history.tasks().at("log_rotation");
  CHECK(runs.last_success == succeeded);
  CHECK(runs.last_run == succeeded - 3s);
  CHECK(runs.duration == 3);
  CHECK(runs.failures == 0);
  clock.advance(1h);
  const auto failed = run(ActionFinished::Outcome::kFailure);
  CHECK(runs.last_run == failed - 3s);
  CHECK(runs.last_success == succeeded);
  CHECK(runs.failures == 1);
  run(ActionFinished::Outcome::kInterrupted);
  CHECK(runs.failures == 2);
  act(open("b", kRedis), State::kAccepted, kRedis);
  CHECK(history.tasks().size() == 1);  // a container is no task
}

TEST_CASE_METHOD(Fixture, "a lease stands until it lapses, is released, or its action could not be started") {
  const auto incident = open("a", kRedis);
  const auto intend = [&](const std::string& id) {
    tell(ActionIntended{.incident = incident,
                        .action_id = id,
                        .playbook = "p",
                        .action = "pause_trading",
                        .rung = 0,
                        .target = kRedis,
                        .description = "",
                        .policy = Policy::kNoNewTrades,
                        .lease = 30min,
                        .policy_while_running = Policy::kDefensiveExit});
  };
  move(incident, State::kAccepted, State::kIntent);
  intend("INC-1/1");
  intend("INC-1/2");
  intend("INC-1/3");
  intend("INC-1/4");
  CHECK(history.leases().size() == 5);
  CHECK(history.leases().at("INC-1/1").until == clock.now().mono + 30min);
  tell(ActionFinished{.incident = incident,
                      .action_id = "INC-1/1",
                      .outcome = ActionFinished::Outcome::kFailure,
                      .detail = "the queue is full",
                      .started = false});
  tell(Expired{.what = Expired::What::kLease, .lease = "INC-1/2"});
  tell(OperatorActed{.verb = OperatorActed::Verb::kReleaseLease,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = 0,
                     .policy = {},
                     .lease = "INC-1/3"});
  REQUIRE(history.leases().size() == 2);
  for (const State to : {State::kRunning, State::kUnknown, State::kVerifying, State::kProbation}) {
    move(incident, State::kIntent, to);
    CHECK(history.leases().contains("INC-1"));
  }
  move(incident, State::kProbation, State::kHealed);
  REQUIRE(history.leases().size() == 1);
  clock.advance(29min);
  history.begin_life(clock.now().mono);
  CHECK(history.leases().at("INC-1/4").until == clock.now().mono + 30min);
}

TEST_CASE_METHOD(Fixture, "an incident whose action halts trading is remembered until that is undone") {
  tell(AlertSeen{tests::alert("a", {})});
  const auto pause = open("a", kRedis);
  move(pause, State::kAccepted, State::kIntent);
  const std::string action = action_id_of(pause, 1);
  tell(ActionIntended{.incident = pause,
                      .action_id = action,
                      .playbook = "pause_trading",
                      .action = "pause_trading",
                      .rung = 0,
                      .target = kRedis,
                      .description = ""});
  move(pause, State::kIntent, State::kExhausted);
  move(pause, State::kExhausted, State::kReleased);
  const auto close_many = [this] {
    for (std::size_t i = 0; i <= History::kClosedLimit; ++i)
      move(open("b", kBot), State::kAccepted, State::kResolved);
  };
  close_many();
  CHECK(history.halts().contains(action));
  REQUIRE(history.incident(pause) != nullptr);
  CHECK(history.closed().size() == History::kClosedLimit);
  tell(OperatorActed{.verb = OperatorActed::Verb::kReleaseLease,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = 0,
                     .policy = {},
                     .lease = action});
  CHECK(history.halts().empty());
  close_many();
  CHECK(history.incident(pause) == nullptr);
}

TEST_CASE_METHOD(Fixture, "on trading as a whole each playbook has its own attempts") {
  const Target trading{"trading", "trading"};
  tell(AlertSeen{tests::alert("a", {})});
  const auto incident = open("a", trading, "safe_profile");
  tell(ActionIntended{.incident = incident,
                      .action_id = action_id_of(incident, 1),
                      .playbook = "safe_profile",
                      .action = "switch_to_safe_profile",
                      .rung = 0,
                      .target = trading,
                      .description = ""});
  REQUIRE(history.attempts(trading, "safe_profile") != nullptr);
  CHECK(history.attempts(trading, "safe_profile")->at.size() == 1);
  CHECK(history.attempts(trading, "undo") == nullptr);
}
