#include "healer/engine/storm.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;

TEST_CASE("by default more than 5 targets are a storm, or two thirds of a stack below ten containers") {
  const auto [declared, targets, begins] = GENERATE(table<std::size_t, std::size_t, bool>({
      {100, 5, false},
      {100, 6, true},
      {13, 5, false},
      {13, 6, true},
      {10, 5, false},
      {10, 6, true},
      {9, 5, false},
      {9, 6, true},
      {8, 5, false},
      {8, 6, true},
      {6, 4, false},
      {6, 5, true},
      {4, 3, false},
      {4, 4, true},
      {3, 3, false},
      {2, 2, false},
      {0, 0, false},
  }));
  INFO(targets << " of " << declared);
  CHECK(storm::step(false, targets, declared, std::nullopt, base::MonoTime(1h), {}).moved == begins);
}

TEST_CASE("configured limits of a storm keep their meaning for every stack") {
  StormConfig share;
  share.share = 0.5;
  CHECK(storm::limit(share, 8) == 4);
  CHECK(storm::limit(share, 4) == 2);
  CHECK(storm::limit(share, 3) == 2);
  CHECK(storm::limit(share, 100) == 5);
  StormConfig targets;
  targets.targets = 2;
  CHECK(storm::limit(targets, 8) == 2);
  targets.targets = 9;
  CHECK(storm::limit(targets, 8) == 5);
  CHECK(storm::limit(targets, 100) == 9);
}

TEST_CASE("a storm ends when at most half of what began it has been unhealthy for a while without a break") {
  const StormConfig config;  // more than 5 of many; 2 minutes
  base::MonoTime now(1h);
  CHECK_FALSE(storm::step(true, 3, 100, std::nullopt, now, config).calm_since);
  const auto calm = storm::step(true, 2, 100, std::nullopt, now, config);
  CHECK_FALSE(calm.moved);
  REQUIRE(calm.calm_since == now);
  CHECK(calm.due == now + config.calm);
  CHECK_FALSE(storm::step(true, 2, 100, now, now + config.calm - 1ns, config).moved);
  CHECK(storm::step(true, 2, 100, now, now + config.calm, config).moved);
  // A third one in between: from the beginning.
  CHECK_FALSE(storm::step(true, 3, 100, now, now + config.calm, config).calm_since);
}

TEST_CASE_METHOD(tests::Memory, "in trouble are containers with an open incident one of whose alerts fires") {
  const Config config;
  const auto ill = [this](const std::string& fingerprint, const Target& target, const std::string& playbook) {
    tell(AlertSeen{tests::alert(fingerprint, {})});
    return open(fingerprint, target, playbook);
  };
  CHECK(storm::targets_in_trouble(config, history) == 0);
  const auto first = ill("a", tests::kRedis, "restart_container");
  ill("b", tests::kRedis, "another_playbook");
  CHECK(storm::targets_in_trouble(config, history) == 1);
  ill("c", {"task", "log_rotation"}, "rotate_logs");
  CHECK(storm::targets_in_trouble(config, history) == 1);
  const auto other = ill("d", tests::kBot, "restart_container");
  CHECK(storm::targets_in_trouble(config, history) == 2);
  move(other, State::kAccepted, State::kExhausted);
  CHECK(storm::targets_in_trouble(config, history) == 2);
  tell(AlertSeen{tests::alert("d", {}, false)});
  CHECK(storm::targets_in_trouble(config, history) == 1);
  move(first, State::kAccepted, State::kResolved);
  CHECK(storm::targets_in_trouble(config, history) == 1);
}

TEST_CASE_METHOD(tests::Memory, "degraded targets and incidents that only verify do not count for a storm") {
  const Config config;
  tell(AlertSeen{tests::alert("a", {{"status", "degraded"}, {"issue", "high"}})});
  open("a", tests::kRedis);
  CHECK(storm::targets_in_trouble(config, history) == 0);
  tell(AlertSeen{tests::alert("b", {{"issue", GENERATE("medium", "low")}})});
  const auto incident = open("b", tests::kBot);
  CHECK(storm::targets_in_trouble(config, history) == 0);
  // One alert that is more than that is enough.
  tell(AlertSeen{tests::alert("c", {{"status", "critical"}, {"issue", "critical"}})});
  tell(AlertJoined{incident, "c", "ContainerDown"});
  CHECK(storm::targets_in_trouble(config, history) == 1);
  act(incident, State::kAccepted, tests::kBot);
  CHECK(storm::targets_in_trouble(config, history) == 1);
  move(incident, State::kRunning, State::kVerifying);
  CHECK(storm::targets_in_trouble(config, history) == 0);
  move(incident, State::kVerifying, State::kProbation);
  CHECK(storm::targets_in_trouble(config, history) == 0);
  move(incident, State::kProbation, State::kIneffective);
  CHECK(storm::targets_in_trouble(config, history) == 1);
}
