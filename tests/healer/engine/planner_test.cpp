#include "healer/engine/planner.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

using namespace healer;
using Outcome = ActionFinished::Outcome;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  Config config = tests::example_config();
  Playbook& playbook = config.playbooks[0];

  Decision decision(std::uint64_t incident, bool journal_ok = true) {
    return decide(*history.incident(incident), config, history, {.journal_ok = journal_ok}, clock.now());
  }
  // One action of the rung, found to be of no use.
  void try_in_vain(std::uint64_t incident, State from, std::size_t rung,
                   Outcome outcome = Outcome::kSuccess) {
    act(incident, from, kRedis, rung, outcome);
    move(incident, State::kRunning, State::kVerifying);
    move(incident, State::kVerifying, State::kIneffective);
  }
};

std::optional<std::size_t> rung_of(const Decision& decision) {
  const auto* plan = std::get_if<Plan>(&decision);
  return plan == nullptr ? std::nullopt : std::optional(plan->rung);
}

}  // namespace

TEST_CASE("an alert's target is the declared container that it names; without one, that of its subsystem") {
  const Config config = tests::example_config();
  const auto [container, subsystem, target] = GENERATE(table<std::string, std::string, std::string>({
      {"quantum_redis", "", "quantum_redis"},
      {"quantum_redis", "orchestrator", "quantum_redis"},
      {"", "orchestrator", "quantum_trading_bot"},
      {"quantum_redis2", "orchestrator", ""},
      {"quantum_trading_bot ", "orchestrator", ""},
      {"quantum_redis2", "", ""},
      {"", "logging", ""},
      {"", "nonsense", ""},
      {"", "", ""},
      {"quantum_redis\n", "", ""},
      {"-v", "", ""},
      {"../quantum_redis", "", ""},
      {"$(reboot)", "", ""},
      {"quantum_redis; rm -rf /", "", ""},
      {std::string("quantum_redis\0", 14), "", ""},
      {std::string(100 * 1024, 'x'), "", ""},
  }));
  const Alert alert = tests::alert("a", {{"heal", "restart_container"},
                                         {"container", container},
                                         {"subsystem", subsystem},
                                         {"LD_PRELOAD", "/tmp/x.so"}});
  const auto request = read_request(alert, config);
  if (target.empty()) {
    REQUIRE(std::holds_alternative<NotAllowed>(request));
    CHECK(std::get<NotAllowed>(request).reason == Refusal::kUndeclaredTarget);
  } else {
    REQUIRE(std::holds_alternative<Asked>(request));
    CHECK(std::get<Asked>(request).target == Target{"container", target});
  }
}

TEST_CASE("neither a rule nor a playbook alone can start an action") {
  const Config config = tests::example_config();
  const auto [name, heal, reason] = GENERATE(table<std::string, std::string, Refusal>({
      {"ContainerDown", "format_disk", Refusal::kUnknownPlaybook},
      {"ContainerUp", "restart_container", Refusal::kNotAccepted},
  }));
  const auto request = read_request(
      tests::alert("a", {{"alertname", name}, {"heal", heal}, {"container", "quantum_redis"}}), config);
  REQUIRE(std::holds_alternative<NotAllowed>(request));
  CHECK(std::get<NotAllowed>(request).reason == reason);
}

TEST_CASE_METHOD(Fixture, "the ladder: every attempt of a rung, then the next rung, then an operator") {
  playbook.rungs = {{.action = "a", .attempts = 2}, {.action = "b", .attempts = 1}};
  const auto incident = open("a", kRedis);
  CHECK(rung_of(decision(incident)) == 0);
  try_in_vain(incident, State::kAccepted, 0);
  CHECK(rung_of(decision(incident)) == 0);
  try_in_vain(incident, State::kIneffective, 0);
  CHECK(rung_of(decision(incident)) == 1);
  try_in_vain(incident, State::kIneffective, 1);
  REQUIRE(std::holds_alternative<Spent>(decision(incident)));
  CHECK_FALSE(std::get<Spent>(decision(incident)).reason);
}

TEST_CASE_METHOD(Fixture,
                 "of a rung without configured attempts one interrupted run is repeated, and no other") {
  playbook.on_crash = OnCrash::kRetry;
  playbook.rungs[0].attempts = 1;
  playbook.rungs[0].repeats = true;
  const auto outcome = GENERATE(Outcome::kInterrupted, Outcome::kFailure, Outcome::kSuccess);
  const auto incident = open("a", kRedis);
  try_in_vain(incident, State::kAccepted, 0, outcome);
  CHECK((rung_of(decision(incident)) == 0) == (outcome == Outcome::kInterrupted));
  if (outcome != Outcome::kInterrupted) return;
  try_in_vain(incident, State::kIneffective, 0, GENERATE(Outcome::kInterrupted, Outcome::kFailure));
  CHECK(rung_of(decision(incident)) != 0);
}

TEST_CASE_METHOD(Fixture, "a run that was interrupted counts against its rung") {
  playbook.on_crash = GENERATE(OnCrash::kVerify, OnCrash::kRetry, OnCrash::kNeverRepeat);
  playbook.rungs = {{.action = "a", .attempts = 3}, {.action = "b", .attempts = 1}};
  const auto incident = open("a", kRedis);
  try_in_vain(incident, State::kAccepted, 0);
  try_in_vain(incident, State::kIneffective, 0, Outcome::kInterrupted);
  if (playbook.on_crash == OnCrash::kNeverRepeat) {
    CHECK(std::holds_alternative<Spent>(decision(incident)));
    return;
  }
  CHECK(rung_of(decision(incident)) == 0);
  try_in_vain(incident, State::kIneffective, 0, Outcome::kInterrupted);
  CHECK(rung_of(decision(incident)) == 1);
  try_in_vain(incident, State::kIneffective, 1, Outcome::kInterrupted);
  CHECK(std::holds_alternative<Spent>(decision(incident)));
}

TEST_CASE_METHOD(Fixture, "what only prepares is repeated after a crash, and not after a run that ended") {
  playbook.rungs = {{.action = "a", .attempts = 3, .prepares = true}, {.action = "b", .attempts = 1}};
  const auto incident = open("a", kRedis);
  try_in_vain(incident, State::kAccepted, 0, Outcome::kInterrupted);
  CHECK(rung_of(decision(incident)) == 0);
  try_in_vain(incident, State::kIneffective, 0, GENERATE(Outcome::kSuccess, Outcome::kFailure));
  CHECK(rung_of(decision(incident)) == 1);
}

TEST_CASE_METHOD(Fixture, "a target whose budget is spent is left to an operator") {
  playbook.attempts = 1;
  try_in_vain(open("a", kRedis), State::kAccepted, 0);
  clock.advance(playbook.cooldown);
  const auto first = *history.open().begin();
  move(first, State::kIneffective, State::kGated, Refusal::kPaused);
  const auto incident = open("b", kRedis, "restart_container");
  REQUIRE(std::holds_alternative<Spent>(decision(incident)));
  CHECK(std::get<Spent>(decision(incident)).reason == Refusal::kAttempts);
}

TEST_CASE_METHOD(Fixture, "a refusal carries its reason and the time at which to ask again") {
  const auto first = open("a", kRedis);
  act(first, State::kAccepted, kRedis);
  move(first, State::kRunning, State::kVerifying);
  move(first, State::kVerifying, State::kProbation);
  move(first, State::kProbation, State::kHealed);
  const auto incident = open("b", kRedis);
  REQUIRE(std::holds_alternative<guards::Refused>(decision(incident)));
  const auto refused = std::get<guards::Refused>(decision(incident));
  CHECK(refused.reason == Refusal::kCooldown);
  CHECK(refused.retry_at == clock.now().mono + playbook.cooldown);
}

TEST_CASE_METHOD(
    Fixture,
    "a playbook or a target that a reload took away gates an incident, and latches one that has acted") {
  const auto incident = open("a", kRedis);
  const bool playbook_gone = GENERATE(true, false);
  if (playbook_gone) {
    config.playbooks.clear();
  } else {
    config.inventory.other_containers.clear();
  }
  const Refusal reason = playbook_gone ? Refusal::kUnknownPlaybook : Refusal::kUndeclaredTarget;
  REQUIRE(std::holds_alternative<guards::Refused>(decision(incident)));
  CHECK(std::get<guards::Refused>(decision(incident)).reason == reason);
  act(incident, State::kAccepted, kRedis);
  REQUIRE(std::holds_alternative<Spent>(decision(incident)));
  CHECK(std::get<Spent>(decision(incident)).reason == reason);
}

TEST_CASE("a playbook of a task acts on that task, whatever the alert names") {
  Config config = tests::example_config();
  Playbook rotation = config.playbooks[0];
  rotation.name = "rotate_logs";
  rotation.task = "log_rotation";
  rotation.accepts = {"LogRotationDue"};
  config.playbooks.push_back(rotation);
  const auto request = read_request(tests::alert("a", {{"alertname", "LogRotationDue"},
                                                       {"heal", "rotate_logs"},
                                                       {"container", "quantum_redis"},
                                                       {"subsystem", "orchestrator"}}),
                                    config);
  const auto* asked = std::get_if<Asked>(&request);
  REQUIRE(asked != nullptr);
  CHECK(asked->target == Target{"task", "log_rotation"});
  CHECK(asked->subsystem.empty());
}

TEST_CASE_METHOD(Fixture, "a task that the configuration no longer has is not carried out") {
  playbook.task = "log_rotation";
  const auto incident = open("a", Target{"task", "log_rotation"});
  CHECK(rung_of(decision(incident)) == 0);
  playbook.task = "another";
  const Decision refused = decision(incident);
  REQUIRE(std::holds_alternative<guards::Refused>(refused));
  CHECK(std::get<guards::Refused>(refused).reason == Refusal::kUndeclaredTarget);
}

TEST_CASE("a playbook that acts on trading has one target, whatever the alert names") {
  Config config = tests::example_config();
  config.playbooks[0].acts_on = "trading";
  const auto request = read_request(tests::alert("a", {{"heal", "restart_container"},
                                                       {"container", "quantum_redis"},
                                                       {"subsystem", "orchestrator"}}),
                                    config);
  const auto* asked = std::get_if<Asked>(&request);
  REQUIRE(asked != nullptr);
  CHECK(asked->target == Target{"trading", "trading"});
  CHECK(asked->subsystem == "orchestrator");
}

TEST_CASE("a playbook that acts on a subsystem takes the declared one that the alert names, and no other") {
  Config config = tests::example_config();
  config.playbooks[0].acts_on = "subsystem";
  const auto [subsystem, allowed] = GENERATE(table<std::string, bool>(
      {{"logging", true}, {"", false}, {"nonsense", false}, {"../logging", false}, {"logging\n", false}}));
  const auto request =
      read_request(tests::alert("a", {{"heal", "restart_container"}, {"subsystem", subsystem}}), config);
  const auto* asked = std::get_if<Asked>(&request);
  REQUIRE((asked != nullptr) == allowed);
  if (allowed) {
    CHECK(asked->target == Target{"subsystem", subsystem});
  } else {
    CHECK(std::get<NotAllowed>(request).reason == Refusal::kUndeclaredTarget);
  }
}

TEST_CASE_METHOD(Fixture, "a playbook that acts on something else by now does not act on the old target") {
  const auto incident = open("a", kRedis);
  CHECK(rung_of(decision(incident)) == 0);
  playbook.acts_on = "trading";
  const Decision refused = decision(incident);
  REQUIRE(std::holds_alternative<guards::Refused>(refused));
  CHECK(std::get<guards::Refused>(refused).reason == Refusal::kUndeclaredTarget);
}

TEST_CASE_METHOD(Fixture, "what only prepares and may not start by itself does not hold up what heals") {
  config.playbooks[0].rungs[0].prepares = true;
  Incident incident = *history.incident(open("a", kRedis));
  CHECK(next_rung(incident, config) == 0);
  config.playbooks[0].rungs[0].automatic = false;
  CHECK(next_rung(incident, config) == 1);
  config.playbooks[0].rungs[0].automatic = true;
  config.playbooks[0].rungs[0].approval = true;
  CHECK(next_rung(incident, config) == 1);
  incident.started_by = "ann";
  CHECK(next_rung(incident, config) == 0);
}
