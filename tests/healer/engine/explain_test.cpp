#include "healer/engine/explain.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

using namespace healer;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  Config config = tests::example_config();
  Alert down = tests::alert("a", {{"heal", "restart_container"},
                                  {"container", "quantum_redis"},
                                  {"severity", "critical"},
                                  {"impacts_trading", "true"}});

  Explanation explained() {
    return explain(down, config, history, clock.now(),
                   [](const std::string& playbook, std::size_t rung, const Target& target) {
                     return playbook + " " + std::to_string(rung) + " " + target.name;
                   });
  }
};

const guards::Verdict& verdict_of(const Explanation& why, std::string_view guard) {
  return *std::ranges::find(why.guards, guard, &guards::Verdict::guard);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an alert that nothing is known of opens an incident and is acted on") {
  const Explanation why = explained();
  CHECK(why.acts());
  CHECK(why.incident.empty());
  CHECK(why.target == kRedis);
  CHECK(why.rung == 0);
  CHECK(why.description == "restart_container 0 quantum_redis");
  CHECK(why.priority == 1);
  CHECK(why.guards.size() == guards::table().size());
  for (const auto& verdict : why.guards) CHECK_FALSE(verdict.refused);
}

TEST_CASE_METHOD(Fixture, "of an alert that may not start anything the reason is reported") {
  down.labels["heal"] = "format_disk";
  const Explanation why = explained();
  REQUIRE(why.not_allowed);
  CHECK(why.not_allowed->reason == Refusal::kUnknownPlaybook);
  CHECK_FALSE(why.acts());
  CHECK(why.guards.empty());
}

TEST_CASE_METHOD(Fixture, "every guard that is in the way is reported, not only the first") {
  config.playbooks[0].rungs[0].approval = true;
  tell(OperatorActed{.verb = OperatorActed::Verb::kPause,
                     .who = "ann",
                     .reason = "upgrade",
                     .length = {},
                     .incident = 0,
                     .policy = {}});
  const Explanation why = explained();
  CHECK_FALSE(why.acts());
  CHECK(std::get<guards::Refused>(why.decision).reason == Refusal::kPaused);
  CHECK(verdict_of(why, "paused").refused);
  CHECK(verdict_of(why, "approval").refused);
  CHECK_FALSE(verdict_of(why, "cooldown").refused);
}

TEST_CASE_METHOD(Fixture, "an open incident goes on where it is") {
  tell(AlertSeen{down});
  const auto incident = open("a", kRedis);
  act(incident, State::kAccepted, kRedis);
  move(incident, State::kRunning, State::kVerifying);
  move(incident, State::kVerifying, State::kIneffective);
  const Explanation why = explained();
  CHECK(why.incident == incident_id(incident));
  CHECK(why.rung == 1);
  CHECK(why.acts());
  act(incident, State::kIneffective, kRedis, 1);
  move(incident, State::kRunning, State::kVerifying);
  move(incident, State::kVerifying, State::kIneffective);
  move(incident, State::kIneffective, State::kExhausted);
  const Explanation latched = explained();
  CHECK_FALSE(latched.acts());
  CHECK(std::get<Spent>(latched.decision).reason == Refusal::kLatched);
}

TEST_CASE_METHOD(Fixture, "what a target has been through counts") {
  const auto before = open("b", kRedis);
  act(before, State::kAccepted, kRedis);
  move(before, State::kRunning, State::kVerifying);
  move(before, State::kVerifying, State::kProbation);
  move(before, State::kProbation, State::kHealed);
  const Explanation why = explained();
  CHECK(std::get<guards::Refused>(why.decision).reason == Refusal::kCooldown);
}
