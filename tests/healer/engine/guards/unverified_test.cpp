#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using tests::Asking;
using tests::kRedis;

namespace {

struct Unverified : Asking {
  std::uint64_t verified_without_result() {
    const auto incident = open("a", kRedis);
    act(incident, State::kAccepted, kRedis);
    move(incident, State::kRunning, State::kVerifying);
    move(incident, State::kVerifying, State::kGated, Refusal::kUnverified);
    return incident;
  }
};

}  // namespace

TEST_CASE_METHOD(Unverified, "nothing disruptive runs while it is not known whether the last action helped") {
  const auto incident = verified_without_result();
  REQUIRE(ask(guards::unverified, incident));
  CHECK(ask(guards::unverified, incident)->reason == Refusal::kUnverified);
  disruptive = false;
  CHECK_FALSE(ask(guards::unverified, incident));
}

TEST_CASE_METHOD(Unverified, "it stays so behind other reasons and in another process") {
  const auto incident = verified_without_result();
  move(incident, State::kGated, State::kGated, Refusal::kPaused);
  history.begin_life(clock.now().mono);
  CHECK(ask(guards::unverified, incident));
}

TEST_CASE_METHOD(Unverified, "evidence ends it: the symptom, or a new verification") {
  const auto incident = verified_without_result();
  SECTION("a check finds the symptom") { tell(SymptomReturned{incident, "down"}); }
  SECTION("a check finds it healthy") { move(incident, State::kGated, State::kVerifying); }
  CHECK_FALSE(ask(guards::unverified, incident));
}

TEST_CASE_METHOD(Unverified, "the policy of the playbook holds until the outcome is known") {
  const auto incident = open("a", kRedis);
  move(incident, State::kAccepted, State::kIntent);
  tell(ActionIntended{.incident = incident,
                      .action_id = "INC-1/1",
                      .playbook = "restart_container",
                      .action = "container_restart",
                      .rung = 0,
                      .target = kRedis,
                      .description = "",
                      .policy_while_running = Policy::kNoNewTrades});
  move(incident, State::kIntent, State::kRunning);
  move(incident, State::kRunning, State::kVerifying);
  move(incident, State::kVerifying, State::kGated, Refusal::kUnverified);
  CHECK(history.leases().contains(incident_id(incident)));
  tell(SymptomReturned{incident, "down"});
  move(incident, State::kGated, State::kExhausted);
  CHECK_FALSE(history.leases().contains(incident_id(incident)));
}
