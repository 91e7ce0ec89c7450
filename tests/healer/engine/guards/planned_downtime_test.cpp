// What an action stops on purpose beside its target.
#include "healer/engine/storm.h"
#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using tests::kBot;
using tests::kRedis;

namespace {

struct PlannedDowntime : tests::Asking {
  PlannedDowntime() {
    Playbook rebuild;
    rebuild.name = "rebuild_stack";
    rebuild.task = "stack_rebuild";
    rebuild.rungs.push_back({.action = "stack_rebuild", .takes = {kRedis.name, kBot.name}});
    config.playbooks.push_back(rebuild);
  }

  Rung& rung() { return config.playbooks.back().rungs[0]; }
  std::uint64_t open_rebuild() { return open("", {"task", "stack_rebuild"}, "rebuild_stack"); }
  std::optional<guards::Refused> ask_rebuild(guards::Ask guard, std::uint64_t incident) {
    return guard({*history.incident(incident), config.playbooks.back(), rung(), config, history, conditions,
                  clock.now()});
  }
};

}  // namespace

TEST_CASE_METHOD(PlannedDowntime,
                 "what an action has stopped on purpose is not healed until it is known what came of it") {
  const auto rebuild = open_rebuild();
  const auto down = open("a", kRedis);
  CHECK_FALSE(ask(guards::target_busy, down));
  State before = State::kAccepted;
  for (const State state : {State::kIntent, State::kRunning, State::kVerifying}) {
    move(rebuild, before, state);
    INFO(to_string(state));
    REQUIRE(ask(guards::target_busy, down));
    CHECK(ask(guards::target_busy, down)->by == rebuild);
    CHECK(ask(guards::target_busy, down)->detail ==
          incident_id(rebuild) + " has stopped quantum_redis on purpose");
    CHECK_FALSE(ask_rebuild(guards::target_busy, rebuild));
    before = state;
  }
  move(rebuild, State::kVerifying, State::kIneffective);
  move(rebuild, State::kIneffective, State::kExhausted);
  CHECK_FALSE(ask(guards::target_busy, down));
}

TEST_CASE_METHOD(PlannedDowntime, "what is down on purpose is in no trouble, and no part of a storm") {
  tell(AlertSeen{tests::alert("a", {})});
  open("a", kRedis);
  CHECK(storm::targets_in_trouble(config, history) == 1);
  const auto rebuild = open_rebuild();
  CHECK(storm::targets_in_trouble(config, history) == 1);
  move(rebuild, State::kAccepted, State::kIntent);
  CHECK(storm::targets_in_trouble(config, history) == 0);
}

TEST_CASE_METHOD(PlannedDowntime, "nothing is stopped under another's hands") {
  const auto healing = open("a", kRedis);
  const auto rebuild = open_rebuild();
  CHECK_FALSE(ask_rebuild(guards::target_busy, rebuild));
  move(healing, State::kAccepted, State::kIntent);
  CHECK(ask_rebuild(guards::target_busy, rebuild)->by == healing);
  move(healing, State::kIntent, State::kExhausted);
  CHECK_FALSE(ask_rebuild(guards::target_busy, rebuild));
}

TEST_CASE_METHOD(PlannedDowntime, "two that stop the same container do so one after the other") {
  const auto first = open_rebuild();
  const auto second = open("", {"task", "shard_rotation"}, "rebuild_stack");
  move(first, State::kAccepted, State::kIntent);
  CHECK(ask_rebuild(guards::target_busy, second)->by == first);
}

TEST_CASE_METHOD(PlannedDowntime, "what can wait does, while an incident about what it stops is open") {
  rung().can_wait = true;
  const auto ill = open("a", kRedis);
  const auto rotation = open_rebuild();
  CHECK(ask_rebuild(guards::target_busy, rotation)->by == ill);
  CHECK(ask_rebuild(guards::target_busy, rotation)->detail == incident_id(ill) + " is open on quantum_redis");
  move(ill, State::kAccepted, State::kResolved);
  CHECK_FALSE(ask_rebuild(guards::target_busy, rotation));
}

TEST_CASE_METHOD(PlannedDowntime, "what can wait does, while something is seriously wrong") {
  rung().can_wait = true;
  const auto rotation = open_rebuild();
  const auto refused = [&](Policy policy) {
    conditions.policy = policy;
    conditions.permissions = policy::permissions_of(policy, {});
    return ask_rebuild(guards::policy, rotation).has_value();
  };
  CHECK_FALSE(refused(Policy::kAllowAll));
  CHECK_FALSE(refused(Policy::kNoNewTrades));
  CHECK(refused(Policy::kSafeRiskProfile));
  CHECK(ask_rebuild(guards::policy, rotation)->detail ==
        "waits until policy safe_risk_profile ends (needs stops: normal, not tighter)");
  CHECK(refused(Policy::kDefensiveExit));
  config.playbooks.back().requires_policy = Policy::kSafeRiskProfile;
  CHECK_FALSE(refused(Policy::kSafeRiskProfile));
  config.playbooks.back().requires_policy = Policy::kNoNewTrades;
  CHECK_FALSE(refused(Policy::kNoNewTrades));
  conditions.permissions = policy::meet(conditions.permissions, policy::halted());
  CHECK(ask_rebuild(guards::policy, rotation)->detail ==
        "waits until policy no_new_trades ends (needs trading: exits_only, not halted)");
  // What it has halted itself does not hold it up.
  tell(ActionIntended{.incident = rotation,
                      .action_id = "INC-1/1",
                      .playbook = "rebuild_stack",
                      .action = "pause_trading",
                      .rung = 0,
                      .target = kRedis,
                      .description = ""});
  CHECK_FALSE(ask_rebuild(guards::policy, rotation));
  rung().can_wait = false;
  CHECK_FALSE(refused(Policy::kEmergencyShutdown));
}
