#include "healer/state/retention.h"

#include "healer/state/checkpoint.h"
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kRedis;

namespace {

// A journal that is told facts, one after another.
struct Fixture {
  tests::FakeClock clock;
  tests::FakeJournal journal;

  std::uint64_t tell(Fact fact) {
    const std::vector records{Record{clock.now().wall, std::move(fact)}};
    return journal.append(records)->front();
  }
  std::uint64_t open() {
    return tell(IncidentOpened{.playbook = "restart_container",
                               .subsystem = "",
                               .severity = "critical",
                               .target = kRedis,
                               .fingerprint = "",
                               .alert_name = "",
                               .alert_starts_at = clock.now().wall});
  }
  std::uint64_t move(std::uint64_t incident, State from, State to) {
    return tell(IncidentMoved{incident, from, to, std::nullopt, ""});
  }
  void checkpoint() {
    REQUIRE(journal.checkpoint([](const auto&) {}));
  }
  base::Result<Retired> retire(base::Duration keep) {
    const base::Now now = clock.now();
    return healer::retire(journal, clock, now, now.wall - keep);
  }
};

// A journal of a mind that was told to keep little.
struct Keeping : tests::DeciderFixture {
  Keeping() {
    config.journal.retention = 400s;
    start();
  }
  void hold(Policy policy) { operate(HoldPolicy{policy}); }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "what is older than the retention is removed, up to where nothing was being healed") {
  const auto number = open();
  move(number, State::kAccepted, State::kIntent);
  const auto healed = move(number, State::kProbation, State::kHealed);
  const auto next = open();
  clock.advance(1h);
  move(next, State::kAccepted, State::kResolved);
  tell(SymptomGone{1});
  checkpoint();
  CHECK(is_older(journal, clock.now().wall - 30min));
  CHECK_FALSE(is_older(journal, clock.now().wall - 2h));
  const auto retired = retire(30min);
  REQUIRE(retired);
  CHECK(retired->records == healed);
  CHECK(retired->until == clock.now().wall - 1h);
  CHECK_FALSE(retired->more);
  CHECK(journal.retired() == healed);
  CHECK(retire(30min)->records == 0);
}

TEST_CASE_METHOD(Fixture, "what the checkpoint does not stand for stays, however old") {
  for (int i = 0; i < 10; ++i) tell(SymptomGone{1});
  checkpoint();
  for (int i = 0; i < 10; ++i) tell(SymptomGone{1});
  clock.advance(24h);
  CHECK(retire(1h)->records == 9);
  CHECK(journal.retired() == 9);
  tests::FakeJournal empty;
  CHECK_FALSE(is_older(empty, clock.now().wall));
  CHECK(healer::retire(empty, clock, clock.now(), clock.now().wall)->records == 0);
}

TEST_CASE_METHOD(Fixture, "much is removed piece by piece, also while something was always being healed") {
  open();
  for (std::uint64_t i = 0; i < 3 * kRetiredAtOnce; ++i) tell(SymptomGone{1});
  clock.advance(24h);
  checkpoint();
  for (std::uint64_t piece = 1; piece <= 3; ++piece) {
    const auto retired = retire(1h);
    REQUIRE(retired);
    CHECK(retired->records == kRetiredAtOnce);
    CHECK(retired->more);
    CHECK(journal.retired() == piece * kRetiredAtOnce);
  }
}

TEST_CASE_METHOD(Fixture, "an incident that is still open outlives the records that opened it") {
  const auto number = open();
  move(number, State::kAccepted, State::kExhausted);
  tell(OperatorActed{.verb = OperatorActed::Verb::kHoldPolicy,
                     .who = "ann",
                     .reason = "upgrade",
                     .length = {},
                     .incident = 0,
                     .policy = Policy::kDefensiveExit});
  clock.advance(24h);
  tell(SymptomGone{number});
  checkpoint();
  CHECK(retire(1h)->records == 3);
  History history;
  CheckpointReader reader(history, clock.now());
  REQUIRE(journal.load([&](std::string_view line) { return reader.take(line); },
                       [&](const Entry& entry) { reader.take(entry); }, journal::kNewest));
  REQUIRE(history.incident(number) != nullptr);
  CHECK(history.incident(number)->state == State::kExhausted);
  CHECK(history.incident(number)->symptom_gone);
  CHECK(history.incident(number)->timeline.size() == 3);
  CHECK(history.hold()->policy == Policy::kDefensiveExit);
}

TEST_CASE_METHOD(Keeping, "a mind removes what is old by itself, and knows the same after a restart") {
  deliver(down());
  list({down()});
  finish_action();
  answer_check(CheckInput::Verdict::kHealthy);
  hold(Policy::kDefensiveExit);
  const std::size_t before = journal.entries().size();
  pass(101s);
  CHECK(journal.retired() == 0);
  pass(300s);
  CHECK(journal.retired() > 0);
  CHECK(journal.retired() <= before);
  const std::size_t attempts = decider->view()->actions_total.size();
  journal.spoil_checkpoint("{}");  // so that it begins from what stands for what was removed
  start();
  CHECK(decider->view()->actions_total.size() == attempts);
  CHECK(decider->view()->operator_hold == Policy::kDefensiveExit);
  turn();
  CHECK(policy() == Policy::kDefensiveExit);
}

TEST_CASE_METHOD(Keeping, "nothing is removed after the wall clock was set, until it has stood for a while") {
  hold(Policy::kNoNewTrades);
  pass(50s);
  clock.set_wall(clock.now().wall + 24h * 3650);
  turn({SelfHealth{.disk = "", .clock = "the clock was set", .config = ""}});
  pass(60s);
  CHECK(journal.retired() == 0);
  turn({SelfHealth{}});
  pass(90s);
  CHECK(journal.retired() == 0);
  pass(20s);
  CHECK(journal.retired() > 0);
}

TEST_CASE_METHOD(Keeping, "a mind that stops, or whose journal fails, removes nothing") {
  hold(Policy::kNoNewTrades);
  journal.set_failing(true);
  hold(Policy::kDefensiveExit);
  pass(500s);
  CHECK(journal.retired() == 0);
  journal.set_failing(false);
  decider->begin_stop();
  pass(500s);
  CHECK(journal.retired() == 0);
}
