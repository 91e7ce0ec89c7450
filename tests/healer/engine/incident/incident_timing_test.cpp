#include "healer/engine/incident/incident_timing.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  std::uint64_t ill() {
    tell(AlertSeen{tests::alert("a", {})});
    return open("a", kRedis);
  }
  const Incident& of(std::uint64_t number) { return *history.incident(number); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "alerts that end while an incident waits end it only when it has acted") {
  const std::uint64_t first = ill();
  clock.advance(1s);
  SECTION("it has not") {
    tell(AlertSeen{tests::alert("a", {}, false)});
    CHECK_FALSE(ended_while_waiting(of(first), history));
  }
  SECTION("it has, and the alert still fires") {
    act(first, State::kAccepted, kRedis);
    CHECK_FALSE(ended_while_waiting(of(first), history));
  }
  SECTION("it has, and the alert ended before it began to wait") {
    act(first, State::kAccepted, kRedis);
    tell(AlertSeen{tests::alert("a", {}, false)});
    clock.advance(1s);
    move(first, State::kVerifying, State::kGated, Refusal::kApproval);
    CHECK_FALSE(ended_while_waiting(of(first), history));
  }
  SECTION("it has, and the alert ended since") {
    act(first, State::kAccepted, kRedis);
    move(first, State::kVerifying, State::kGated, Refusal::kApproval);
    clock.advance(1s);
    tell(AlertSeen{tests::alert("a", {}, false)});
    CHECK(ended_while_waiting(of(first), history));
  }
}

TEST_CASE_METHOD(Fixture, "what still fires counts from its last change, what has ended does not count") {
  const std::uint64_t first = ill();
  const base::MonoTime seen = clock.now().mono;
  CHECK(heard_since(of(first), history, seen - 1s) == seen);
  CHECK(heard_since(of(first), history, seen + 1s) == seen + 1s);
  clock.advance(5s);
  tell(AlertSeen{tests::alert("a", {}, false)});
  CHECK(heard_since(of(first), history, seen - 1s) == seen - 1s);
}

TEST_CASE_METHOD(Fixture, "a target was last touched by whoever acted on it last") {
  const std::uint64_t first = ill();
  act(first, State::kAccepted, kRedis);
  const base::MonoTime own = clock.now().mono;
  CHECK(last_touched(of(first), history) == own);
  clock.advance(10s);
  tell(AlertSeen{tests::alert("b", {})});
  const std::uint64_t second = open("b", kRedis);
  act(second, State::kAccepted, kRedis);
  CHECK(last_touched(of(first), history) == own + 10s);
}

TEST_CASE_METHOD(Fixture, "what is only recommended blocks no other, until it has acted") {
  const std::uint64_t first = ill();
  CHECK_FALSE(only_recommended(of(first)));
  move(first, State::kAccepted, State::kGated, Refusal::kApproval);
  CHECK_FALSE(only_recommended(of(first)));
  move(first, State::kGated, State::kGated, Refusal::kNotAutomatic);
  CHECK(only_recommended(of(first)));
  act(first, State::kGated, kRedis);
  move(first, State::kRunning, State::kVerifying);
  move(first, State::kVerifying, State::kGated, Refusal::kNotAutomatic);
  CHECK_FALSE(only_recommended(of(first)));
}
