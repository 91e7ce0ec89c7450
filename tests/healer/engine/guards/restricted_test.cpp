#include "healer/state/undo.h"
#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;

namespace {

const Target kFeed{"container", "feed"};
const Target kExchange{"container", "exchange"};

struct Fixture : tests::Asking {
  // Trading was paused for its sake.
  std::uint64_t paused(const std::string& name, const Target& target) {
    tell(AlertSeen{tests::alert(name, {})});
    const auto number = open(name, target);
    move(number, State::kAccepted, State::kIntent);
    ActionIntended intended;
    intended.incident = number;
    intended.action_id = action_id_of(number, 1);
    intended.action = "pause_trading";
    intended.target = target;
    tell(intended);
    tell(ActionFinished{.incident = number,
                        .action_id = intended.action_id,
                        .outcome = ActionFinished::Outcome::kSuccess,
                        .detail = "",
                        .undo = Undo{"resume_trading", "{}"}});
    move(number, State::kIntent, State::kRunning);
    move(number, State::kRunning, State::kVerifying);
    return number;
  }
  void close(std::uint64_t number) {
    move(number, State::kVerifying, State::kProbation);
    move(number, State::kProbation, State::kHealed);
  }
  std::uint64_t undo(std::uint64_t of) { return tell(open_undo(*history.incident(of), 1, "ann", "", {})); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "trading goes on only when no other incident holds it back") {
  const auto first = paused("a", kFeed);
  const auto second = paused("b", kExchange);
  close(first);
  const auto undone = undo(first);
  const auto refused = ask(guards::restricted, undone);
  REQUIRE(refused);
  CHECK(refused->reason == Refusal::kTargetBusy);
  CHECK(refused->by == second);
  CHECK_THAT(refused->detail, Catch::Contains("still restricts trading"));
  // It is over, but its pause stands until it is undone, too.
  close(second);
  CHECK(ask(guards::restricted, undone)->by == second);
  const auto also = undo(second);
  CHECK_FALSE(ask(guards::restricted, undone));
  CHECK_FALSE(ask(guards::restricted, also));
}

TEST_CASE_METHOD(Fixture,
                 "a restriction of another kind holds back nothing, also before it is acknowledged") {
  const auto first = paused("a", kFeed);
  close(first);
  tell(AlertSeen{tests::alert("b", {})});
  const auto second = open("b", {"trading", "trading"}, "safe_profile");
  move(second, State::kAccepted, State::kIntent);
  ActionIntended intended;
  intended.incident = second;
  intended.action_id = action_id_of(second, 1);
  intended.action = GENERATE(as<std::string>{}, "switch_to_safe_profile", "pause_trading");
  intended.target = {"trading", "trading"};
  tell(intended);
  CHECK(ask(guards::restricted, undo(first)).has_value() == (intended.action == "pause_trading"));
}

TEST_CASE_METHOD(
    Fixture,
    "its own incident does not hold back what an operator undoes, nor does it hold back anything else") {
  const auto first = paused("a", kFeed);
  CHECK_FALSE(ask(guards::restricted, undo(first)));
  const auto second = paused("b", kExchange);
  CHECK_FALSE(ask(guards::restricted, second));
}
