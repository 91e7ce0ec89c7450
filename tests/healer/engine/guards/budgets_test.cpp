// How much is done at once, and within an hour.
#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Asking;
using tests::kBot;
using tests::kRedis;

TEST_CASE_METHOD(Asking, "so many disruptive actions an hour and no more, until the oldest is an hour ago") {
  config.guards.actions_per_hour = 2;
  heal("a", kRedis);
  clock.advance(10min);
  const auto next = open("b", kBot);
  CHECK_FALSE(ask(guards::actions_per_hour, next));
  heal("c", kRedis);
  REQUIRE(ask(guards::actions_per_hour, next));
  CHECK(ask(guards::actions_per_hour, next)->reason == Refusal::kActionsPerHour);
  CHECK(ask(guards::actions_per_hour, next)->detail == "2 actions within an hour");
  disruptive = false;
  CHECK_FALSE(ask(guards::actions_per_hour, next));
  disruptive = true;
  CHECK(opens_after(50min, guards::actions_per_hour, next));
}

TEST_CASE_METHOD(Asking, "a playbook's own budget counts its own actions, whatever they are") {
  playbook().actions_per_hour = 1;
  disruptive = false;
  act(open("a", kRedis, "another_playbook"), State::kAccepted, kRedis);
  const auto next = open("b", kBot);
  // act() always says that it is of restart_container.
  CHECK(ask(guards::actions_per_hour, next)->detail == "1 actions of restart_container within an hour");
  playbook().name = "another_playbook";
  CHECK_FALSE(ask(guards::actions_per_hour, next));
}

TEST_CASE_METHOD(Asking, "tasks, which run by the clock, do not use up what restarts may need") {
  config.guards.actions_per_hour = 1;
  const Target task{"task", "log_rotation"};
  act(open("a", task, "rotate_logs"), State::kAccepted, task);
  CHECK_FALSE(ask(guards::actions_per_hour, open("b", kRedis)));
}

TEST_CASE_METHOD(Asking, "so many disruptive actions run at once, from their intent to their outcome") {
  config.guards.concurrency = 1;
  const auto acting = open("a", kRedis);
  const auto next = open("b", kBot);
  CHECK_FALSE(ask(guards::concurrency, next));
  move(acting, State::kAccepted, State::kIntent);
  CHECK(ask(guards::concurrency, next)->reason == Refusal::kConcurrency);
  CHECK_FALSE(ask(guards::concurrency, acting));
  move(acting, State::kIntent, State::kRunning);
  CHECK(ask(guards::concurrency, next));
  config.guards.concurrency = 2;
  CHECK_FALSE(ask(guards::concurrency, next));
  config.guards.concurrency = 1;
  move(acting, State::kRunning, State::kVerifying);
  CHECK_FALSE(ask(guards::concurrency, next));
}

TEST_CASE_METHOD(Asking, "what disrupts nothing neither waits for the others nor holds them up") {
  config.guards.concurrency = 1;
  const auto acting = open("a", kRedis);
  const auto next = open("b", kBot);
  move(acting, State::kAccepted, State::kIntent);
  disruptive = false;
  CHECK_FALSE(ask(guards::concurrency, next));
  config.playbooks.push_back(playbook());
  config.playbooks[0].name = "gentle";
  const auto gentle = open("c", {"task", "x"}, "gentle");
  move(acting, State::kIntent, State::kRunning);
  move(acting, State::kRunning, State::kVerifying);
  move(gentle, State::kAccepted, State::kIntent);
  for (Rung& rung : config.playbooks[1].rungs) rung.disruptive = true;
  const auto asked =
      guards::concurrency({*history.incident(next), config.playbooks[1], config.playbooks[1].rungs[0], config,
                           history, conditions, clock.now()});
  CHECK_FALSE(asked);
}
