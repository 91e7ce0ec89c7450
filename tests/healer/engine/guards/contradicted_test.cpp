#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Asking;
using tests::kBot;
using tests::kRedis;

namespace {

struct Contradicted : Asking {
  Alert replica(base::Duration later = {}, bool firing = true) {
    Alert alert = tests::alert("a", {{"heal", "restart_container"}, {"replica", "b"}}, firing);
    alert.starts_at += later;
    return alert;
  }
  // Verified as healed while its alert fires on, and reported again.
  std::uint64_t healed_then_reported(base::Duration later = {}) {
    tell(AlertSeen{replica()});
    heal("a", kRedis);
    clock.advance(10s);
    tell(AlertSeen{replica({}, false)});
    tell(AlertSeen{replica(later)});
    return open("a", kRedis);
  }
  bool refuses(std::uint64_t incident) {
    const auto refused = ask(guards::contradicted, incident);
    return refused && refused->reason == Refusal::kContradicted;
  }
};

}  // namespace

TEST_CASE_METHOD(Contradicted,
                 "an alert that fires on although its target was verified is not acted on again") {
  const auto incident = healed_then_reported();
  CHECK(refuses(incident));
  CHECK(ask(guards::contradicted, incident)->detail ==
        "ContainerDown still fires although INC-2 has verified that quantum_redis is healthy");
}

TEST_CASE_METHOD(Contradicted, "an alert that began again after the verification is a new symptom") {
  CHECK_FALSE(refuses(healed_then_reported(1s)));
}

TEST_CASE_METHOD(Contradicted, "another alert, or another target, is not contradicted") {
  healed_then_reported();
  tell(AlertSeen{tests::alert("b", {{"heal", "restart_container"}})});
  CHECK_FALSE(refuses(open("b", kRedis)));
  CHECK_FALSE(refuses(open("a", kBot)));
}

TEST_CASE_METHOD(Contradicted, "one alert of the incident that nothing contradicts is enough to act on") {
  const auto incident = healed_then_reported();
  tell(AlertSeen{tests::alert("b", {{"heal", "restart_container"}})});
  tell(AlertJoined{incident, "b", "ContainerDown"});
  CHECK_FALSE(refuses(incident));
  tell(AlertSeen{tests::alert("b", {{"heal", "restart_container"}}, false)});
  CHECK(refuses(incident));
}

TEST_CASE_METHOD(Contradicted, "a look that finds the symptom outweighs an earlier one that did not") {
  const auto incident = healed_then_reported();
  tell(SymptomReturned{incident, "nothing satisfies the expression"});
  CHECK_FALSE(refuses(incident));
}

TEST_CASE_METHOD(Contradicted, "an alert that no look confirms is contradicted until it begins again") {
  tell(AlertSeen{replica()});
  const auto incident = open("a", kRedis);
  act(incident, State::kAccepted, kRedis);
  move(incident, State::kRunning, State::kVerifying);
  CHECK_FALSE(refuses(incident));
  clock.advance(1min);
  move(incident, State::kVerifying, State::kGated, Refusal::kContradicted);
  CHECK(refuses(incident));
  CHECK(ask(guards::contradicted, incident)->detail ==
        "ContainerDown still fires although quantum_redis was found healthy");
  CHECK_FALSE(history.incident(incident)->interrupted_look);
  SECTION("a pause in between changes nothing") {
    move(incident, State::kGated, State::kGated, Refusal::kPaused);
    CHECK(refuses(incident));
  }
  SECTION("it ends") {
    tell(AlertSeen{replica({}, false)});
    CHECK_FALSE(refuses(incident));
  }
  SECTION("it begins again") {
    clock.advance(1s);
    tell(AlertSeen{replica(5s)});
    CHECK_FALSE(refuses(incident));
  }
  SECTION("a look finds the symptom") {
    tell(SymptomReturned{incident, "exited"});
    CHECK_FALSE(refuses(incident));
  }
}
