#include "healer/engine/guards/guard.h"
#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

using namespace healer;
using namespace std::chrono_literals;
using guards::Question;
using tests::kBot;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  Config config = tests::example_config();
  Playbook& playbook = config.playbooks[0];
  GuardContext conditions;
  std::size_t rung = 0;

  Question about(std::uint64_t incident) {
    return {*history.incident(incident),
            playbook,
            playbook.rungs[rung],
            config,
            history,
            conditions,
            clock.now(),
            rung,
            "restart it"};
  }
  std::optional<Refusal> reason(guards::Ask guard, std::uint64_t incident) {
    const auto refused = guard(about(incident));
    return refused ? std::optional(refused->reason) : std::nullopt;
  }
  void operate(OperatorActed::Verb verb, base::Duration length = {}) {
    tell(OperatorActed{
        .verb = verb, .who = "ann", .reason = "upgrade", .length = length, .incident = 0, .policy = {}});
  }
  std::string ask_a_person(std::uint64_t incident, const std::string& description = "restart it") {
    const std::string id = approval_id(incident, history.incident(incident)->questions + 1);
    tell(ApprovalAsked{id, incident, action_id_of(incident, history.incident(incident)->actions + 1),
                       playbook.name, rung, "container_restart", kRedis, description, Refusal::kApproval,
                       30min});
    return id;
  }
  void answer(const std::string& approval, std::uint64_t incident, ApprovalAnswered::Answer answer) {
    tell(ApprovalAnswered{approval, incident, answer, "ann", "because"});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a target nothing is known of is not guarded") {
  const auto incident = open("a", kRedis);
  CHECK_FALSE(guards::ask(about(incident)));
}

TEST_CASE_METHOD(Fixture, "a pause refuses until it is resumed or over") {
  const auto incident = open("a", kRedis);
  operate(OperatorActed::Verb::kPause, 10min);
  CHECK(reason(guards::paused, incident) == Refusal::kPaused);
  CHECK(guards::paused(about(incident))->retry_at == clock.now().mono + 10min);
  clock.advance(10min - 1ns);
  CHECK(reason(guards::paused, incident) == Refusal::kPaused);
  clock.advance(1ns);
  CHECK_FALSE(guards::paused(about(incident)));
  operate(OperatorActed::Verb::kPause);
  clock.advance(24h * 365);
  CHECK(reason(guards::paused, incident) == Refusal::kPaused);
  operate(OperatorActed::Verb::kResume);
  CHECK_FALSE(guards::paused(about(incident)));
}

TEST_CASE_METHOD(Fixture, "a journal that cannot be written refuses") {
  const auto incident = open("a", kRedis);
  conditions.journal_ok = false;
  CHECK(reason(guards::journal, incident) == Refusal::kJournalUnwritable);
}

TEST_CASE_METHOD(Fixture, "a latched target refuses every playbook, and only that target") {
  const auto latched = open("a", kRedis);
  move(latched, State::kAccepted, State::kExhausted);
  const auto other = open("b", kRedis, "another_playbook");
  const auto elsewhere = open("c", kBot);
  CHECK(reason(guards::latched, other) == Refusal::kLatched);
  CHECK_FALSE(guards::latched(about(elsewhere)));
  move(latched, State::kExhausted, State::kReleased);
  CHECK_FALSE(guards::latched(about(other)));
}

TEST_CASE_METHOD(Fixture,
                 "a target is busy from the intent of another incident until it is known what came of it") {
  const auto acting = open("a", kRedis);
  const auto waiting = open("b", kRedis, "another_playbook");
  const auto busy = [&] { return guards::target_busy(about(waiting)).has_value(); };
  CHECK_FALSE(busy());
  State before = State::kAccepted;
  for (const State state :
       {State::kIntent, State::kRunning, State::kVerifying, State::kProbation, State::kIneffective}) {
    move(acting, before, state);
    INFO(to_string(state));
    CHECK(busy());
    CHECK_FALSE(guards::target_busy(about(acting)));  // by itself
    before = state;
  }
  move(acting, State::kIneffective, State::kGated, Refusal::kPaused);
  CHECK_FALSE(busy());
}

TEST_CASE_METHOD(Fixture, "a target is taken from a less urgent incident that only looks, from no other") {
  Playbook logs = playbook;
  logs.name = "heal_logs";
  const auto [holder, asker, taken] =
      GENERATE(table<int, int, bool>({{20, 10, true}, {10, 10, false}, {10, 20, false}}));
  logs.priority = holder;
  playbook.priority = asker;
  config.playbooks.push_back(logs);
  config.playbooks[0].priority = asker;
  const auto acting = open("a", kRedis, "heal_logs");
  const auto urgent = open("b", kRedis);
  const auto ask = [&] {
    return guards::target_busy({*history.incident(urgent), config.playbooks[0], config.playbooks[0].rungs[0],
                                config, history, conditions, clock.now()});
  };
  State before = State::kAccepted;
  for (const State state : {State::kIntent, State::kRunning, State::kVerifying, State::kProbation}) {
    move(acting, before, state);
    before = state;
    const bool yields = taken && (state == State::kVerifying || state == State::kProbation);
    INFO(to_string(state));
    CHECK(ask().has_value() != yields);
    CHECK(guards::yielding(*history.incident(urgent), config, history).size() == (yields ? 1 : 0));
    if (!yields) {
      CHECK(ask()->by == acting);
      CHECK(ask()->detail == incident_id(acting) + " acts on quantum_redis");
    }
  }
}

TEST_CASE_METHOD(Fixture,
                 "a cooldown refuses until it has passed, but not between the rungs of one incident") {
  const auto first = open("a", kRedis);
  act(first, State::kAccepted, kRedis);
  CHECK_FALSE(guards::cooldown(about(first)));
  const auto second = open("b", kRedis);
  CHECK(reason(guards::cooldown, second) == Refusal::kCooldown);
  CHECK(guards::cooldown(about(second))->retry_at == clock.now().mono + playbook.cooldown);
  clock.advance(playbook.cooldown - 1ns);
  CHECK(reason(guards::cooldown, second) == Refusal::kCooldown);
  clock.advance(1ns);
  CHECK_FALSE(guards::cooldown(about(second)));
}

TEST_CASE_METHOD(Fixture, "a cooldown does not care where the wall clock is set") {
  const auto first = open("a", kRedis);
  act(first, State::kAccepted, kRedis);
  const auto second = open("b", kRedis);
  const auto hours = GENERATE(-1, 1, 24 * 3650);
  clock.set_wall(clock.now().wall + std::chrono::hours(hours));
  CHECK(reason(guards::cooldown, second) == Refusal::kCooldown);
  clock.advance(playbook.cooldown);
  CHECK_FALSE(guards::cooldown(about(second)));
}

TEST_CASE_METHOD(Fixture, "the attempts of a target within the window are counted over all its incidents") {
  playbook.attempts = 3;
  std::uint64_t incident = 0;
  for (int i = 0; i < 3; ++i) {
    incident = open("a" + std::to_string(i), kRedis);
    CHECK_FALSE(guards::attempts(about(incident)));
    act(incident, State::kAccepted, kRedis);
    clock.advance(1min);
  }
  CHECK(reason(guards::attempts, incident) == Refusal::kAttempts);
  clock.advance(playbook.attempts_window - 3min);
  CHECK_FALSE(guards::attempts(about(incident)));
}

TEST_CASE_METHOD(Fixture, "an operator's release gives the target its attempts back") {
  playbook.attempts = 1;
  const auto incident = open("a", kRedis);
  act(incident, State::kAccepted, kRedis);
  CHECK(reason(guards::attempts, incident) == Refusal::kAttempts);
  tell(OperatorActed{.verb = OperatorActed::Verb::kRelease,
                     .who = "ann",
                     .reason = "",
                     .length = {},
                     .incident = incident,
                     .policy = {}});
  CHECK_FALSE(guards::attempts(about(incident)));
}

TEST_CASE_METHOD(Fixture, "the guards are asked in their order: the first reason is the one that is given") {
  playbook.attempts = 1;
  const auto first = open("a", kRedis);
  act(first, State::kAccepted, kRedis);
  move(first, State::kRunning, State::kVerifying);
  const auto latched = open("b", kRedis);
  move(latched, State::kAccepted, State::kExhausted);
  const auto incident = open("c", kRedis);
  operate(OperatorActed::Verb::kPause);
  conditions.journal_ok = false;
  CHECK(guards::ask(about(incident))->reason == Refusal::kPaused);
  operate(OperatorActed::Verb::kResume);
  CHECK(guards::ask(about(incident))->reason == Refusal::kJournalUnwritable);
  conditions.journal_ok = true;
  CHECK(guards::ask(about(incident))->reason == Refusal::kLatched);
  move(latched, State::kExhausted, State::kReleased);
  CHECK(guards::ask(about(incident))->reason == Refusal::kTargetBusy);
  move(first, State::kVerifying, State::kProbation);
  move(first, State::kProbation, State::kHealed);
  CHECK(guards::ask(about(incident))->reason == Refusal::kCooldown);
  clock.advance(playbook.cooldown);
  CHECK(guards::ask(about(incident))->reason == Refusal::kAttempts);
}

TEST_CASE_METHOD(Fixture,
                 "an approval opens for the described action of that incident alone, once, and in time") {
  using enum ApprovalAnswered::Answer;
  playbook.rungs[0].approval = true;
  const auto incident = open("a", kRedis);
  const auto other = open("b", kBot);
  CHECK(reason(guards::approval, incident) == Refusal::kApproval);
  const std::string id = ask_a_person(incident);
  CHECK(guards::approval(about(incident))->retry_at == clock.now().mono + 30min);
  answer(id, incident, kApproved);
  CHECK_FALSE(guards::approval(about(incident)));
  CHECK(reason(guards::approval, other) == Refusal::kApproval);
  Question different = about(incident);
  different.description = "remove it";
  CHECK(guards::approval(different));
  SECTION("it is used by one run") {
    act(incident, State::kAccepted, kRedis);
    CHECK(reason(guards::approval, incident) == Refusal::kApproval);
  }
  SECTION("it ends") {
    clock.advance(30min);
    CHECK(reason(guards::approval, incident) == Refusal::kApproval);
  }
  SECTION("another rung needs its own") {
    playbook.rungs[1].approval = true;
    act(incident, State::kAccepted, kRedis);
    rung = 1;
    CHECK(reason(guards::approval, incident) == Refusal::kApproval);
  }
}

TEST_CASE_METHOD(Fixture, "a rejection leaves the incident to an operator") {
  playbook.rungs[0].approval = true;
  const auto incident = open("a", kRedis);
  answer(ask_a_person(incident), incident, ApprovalAnswered::Answer::kRejected);
  REQUIRE(guards::approval(about(incident)));
  CHECK(guards::approval(about(incident))->latches);
  CHECK(guards::approval(about(incident))->detail == "ann rejected: restart it");
}

TEST_CASE_METHOD(Fixture, "what is only recommended runs when an operator says so") {
  playbook.rungs[0].automatic = false;
  const auto incident = open("a", kRedis);
  CHECK(reason(guards::approval, incident) == Refusal::kNotAutomatic);
  answer(ask_a_person(incident), incident, ApprovalAnswered::Answer::kApproved);
  CHECK_FALSE(guards::approval(about(incident)));
}

TEST_CASE_METHOD(Fixture, "a dry run is said only where everything else would have let the action run") {
  playbook.rungs[0].dry_run = true;
  playbook.rungs[0].approval = true;
  const auto incident = open("a", kRedis);
  CHECK(guards::ask(about(incident))->reason == Refusal::kDryRun);
  CHECK(guards::ask(about(incident))->detail == "would run: restart it");
  operate(OperatorActed::Verb::kPause);
  CHECK(guards::ask(about(incident))->reason == Refusal::kPaused);
}

TEST_CASE_METHOD(Fixture, "to explain a decision every guard is asked, by name and in order") {
  playbook.rungs[0].approval = true;
  const auto incident = open("a", kRedis);
  operate(OperatorActed::Verb::kPause);
  const auto verdicts = guards::ask_all(about(incident));
  REQUIRE(verdicts.size() == guards::table().size());
  CHECK(verdicts.front().guard == "paused");
  CHECK(verdicts.front().refused);
  CHECK(verdicts.back().guard == "approval");
  CHECK(verdicts.back().refused);
  CHECK(std::ranges::count_if(verdicts, [](const auto& verdict) { return verdict.refused.has_value(); }) ==
        2);
}
