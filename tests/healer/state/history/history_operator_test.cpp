#include "healer/state/history/history.h"
#include "healer/state/undo.h"
#include "tests/catch.h"

using namespace healer;

namespace {

struct Fixture {
  History history;
  std::uint64_t seq = 0;

  std::uint64_t apply(Fact fact) {
    history.apply({++seq, {base::WallTime{}, std::move(fact)}}, base::MonoTime(std::chrono::hours(1)));
    return seq;
  }
  // An incident whose first action paused trading, with a lease.
  std::uint64_t paused() {
    IncidentOpened opened;
    opened.playbook = "pause";
    opened.target = {"container", "feed"};
    opened.fingerprint = "f";
    const std::uint64_t number = apply(opened);
    ActionIntended intended;
    intended.incident = number;
    intended.action_id = action_id_of(number, 1);
    intended.action = "pause_trading";
    intended.policy = Policy::kNoNewTrades;
    intended.lease = std::chrono::hours(24);
    apply(intended);
    apply(ActionFinished{.incident = number,
                         .action_id = intended.action_id,
                         .outcome = ActionFinished::Outcome::kSuccess,
                         .detail = "paused",
                         .undo = Undo{"resume_trading", "{}"}});
    return number;
  }
  std::uint64_t undo(std::uint64_t of) {
    return apply(open_undo(*history.incident(of), 1, "ann", "enough", {}));
  }
  void finish(std::uint64_t number, ActionFinished::Outcome outcome) {
    apply(ActionFinished{
        .incident = number, .action_id = action_id_of(number, 1), .outcome = outcome, .detail = ""});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what undoes an action ends its lease, and it is known to be undone") {
  const auto number = paused();
  CHECK(history.leases().contains(action_id_of(number, 1)));
  CHECK(restricts_trading(*history.incident(number)));
  const auto undone = undo(number);
  CHECK(history.incident(number)->undoable.at(1).incident == undone);
  CHECK(history.leases().contains(action_id_of(number, 1)));
  finish(undone, ActionFinished::Outcome::kSuccess);
  CHECK_FALSE(history.leases().contains(action_id_of(number, 1)));
  CHECK(history.incident(number)->undoable.at(1).undone);
  CHECK_FALSE(restricts_trading(*history.incident(number)));
}

TEST_CASE_METHOD(Fixture, "what failed to undo it leaves it as it was, and it can be requested again") {
  const auto number = paused();
  const auto undone = undo(number);
  finish(undone, ActionFinished::Outcome::kFailure);
  CHECK(history.leases().contains(action_id_of(number, 1)));
  apply(IncidentMoved{undone, State::kExhausted, State::kReleased, std::nullopt, ""});
  CHECK(history.incident(number)->undoable.at(1).incident == 0);
  CHECK(restricts_trading(*history.incident(number)));
}

TEST_CASE_METHOD(Fixture, "an interrupted pause may have been received: it can be undone") {
  IncidentOpened opened;
  opened.target = {"container", "feed"};
  const auto number = apply(opened);
  ActionIntended intended;
  intended.incident = number;
  intended.action_id = action_id_of(number, 1);
  intended.action = "pause_trading";
  apply(intended);
  finish(number, ActionFinished::Outcome::kInterrupted);
  CHECK(history.incident(number)->undoable.at(1).by.action == "resume_trading");
}

TEST_CASE_METHOD(Fixture, "a pause and a hold are remembered until they end") {
  OperatorActed acted;
  acted.verb = OperatorActed::Verb::kPause;
  acted.who = "ann";
  apply(acted);
  CHECK(history.pause()->who == "ann");
  apply(Expired{Expired::What::kPause, {}});
  CHECK_FALSE(history.pause());
  acted.verb = OperatorActed::Verb::kHoldPolicy;
  acted.policy = Policy::kDefensiveExit;
  apply(acted);
  CHECK(history.hold()->policy == Policy::kDefensiveExit);
  acted.verb = OperatorActed::Verb::kReleasePolicy;
  apply(acted);
  CHECK_FALSE(history.hold());
}
