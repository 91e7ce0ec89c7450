#include "exporter/runner.h"

#include "tests/catch.h"
#include "tests/exporter/fake_collector.h"

using namespace std::chrono_literals;

namespace {

// Intervals of an hour: nothing runs but what the test asks for.
struct Fixture {
  base::SystemClock clock;
  std::shared_ptr<tests::CollectorState> state = std::make_shared<tests::CollectorState>();
  exporter::Timing timing{1h, 1h, 0s};
  std::unique_ptr<exporter::Runner> runner = tests::fake_runner("fake", state, timing, clock);

  base::Deadline soon() const { return base::Deadline::after(clock, 30s); }
  base::Deadline at_once() const { return base::Deadline::after(clock, 0s); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a runner serves what its collector saw, as text") {
  REQUIRE(runner->wait(1, soon()));
  const auto view = runner->view();
  REQUIRE(view.text);
  REQUIRE(*view.text == "# HELP fake_runs Runs.\n# TYPE fake_runs gauge\nfake_runs{collector=\"fake\"} 1\n");
  REQUIRE(view.last->success);
}

TEST_CASE_METHOD(Fixture,
                 "a collector that hangs delays no other, and a request waits no longer than it says") {
  REQUIRE(runner->wait(1, soon()));
  state->hold();
  const auto wanted = runner->request();
  state->wait_begun(2);
  REQUIRE(runner->view().text);
  REQUIRE_FALSE(runner->wait(wanted, at_once()));
  runner->request_stop();
  REQUIRE_FALSE(runner->wait_end(at_once()));
  state->release();
  REQUIRE(runner->wait(wanted, soon()));
  REQUIRE(runner->wait_end(soon()));
}

TEST_CASE_METHOD(Fixture, "a collector knows which run a caller waits for") {
  REQUIRE(runner->wait(1, soon()));
  REQUIRE(state->requested == 0);
  REQUIRE(runner->wait(runner->request(), soon()));
  REQUIRE(state->requested == 1);
  runner->run_soon();
  state->wait_begun(3);
  REQUIRE(state->requested == 1);
}

TEST_CASE_METHOD(Fixture, "requests during a run that hangs are one further run, not further threads") {
  REQUIRE(runner->wait(1, soon()));
  state->hold();
  const auto hanging = runner->request();
  state->wait_begun(2);
  const auto first = runner->request();
  const auto second = runner->request();
  REQUIRE(first == hanging + 1);
  REQUIRE(second == first);
  REQUIRE(state->begun == 2);
  state->release();
  REQUIRE(runner->wait(second, soon()));
  REQUIRE(state->begun == 3);
}

TEST_CASE_METHOD(Fixture, "a failing collector keeps its last good facts") {
  REQUIRE(runner->wait(1, soon()));
  {
    std::lock_guard lock(state->mutex);
    state->error = "no such source";
  }
  const auto outcome = runner->wait(runner->request(), soon());
  REQUIRE(outcome);
  REQUIRE_FALSE(outcome->success);
  REQUIRE(outcome->error == "no such source");
  REQUIRE(runner->view().text);
}

TEST_CASE_METHOD(Fixture, "what a collector throws is a failed run") {
  REQUIRE(runner->wait(1, soon()));
  {
    std::lock_guard lock(state->mutex);
    state->throws = true;
  }
  const auto outcome = runner->wait(runner->request(), soon());
  REQUIRE(outcome);
  REQUIRE(outcome->error == "collector threw an exception: out of luck");
}

TEST_CASE_METHOD(Fixture, "a trigger makes a run, and one that outlives its runner does no harm") {
  std::function<void()> run_soon;
  auto other = std::make_unique<exporter::Runner>(
      "other", timing,
      [&](std::function<void()> trigger) {
        run_soon = std::move(trigger);
        return std::make_unique<tests::FakeCollector>("other", state);
      },
      clock);
  REQUIRE(other->wait(1, soon()));
  run_soon();
  REQUIRE(other->wait(2, soon()));
  other.reset();
  run_soon();
  SUCCEED("nothing to run, nothing touched");
}

namespace {

// Its destruction hangs while `held`: a collector may own a thread that asks a mount which does not answer.
struct DyingCollector final : exporter::Collector {
  explicit DyingCollector(std::shared_ptr<tests::CollectorState> watched) : state(std::move(watched)) {}
  ~DyingCollector() override {
    std::unique_lock lock(state->mutex);
    state->changed.wait(lock, [&] { return !state->held; });
  }
  std::string_view name() const override { return "dying"; }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline) override {
    return std::vector<prometheus::MetricFamily>();
  }
  std::shared_ptr<tests::CollectorState> state;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a collector that hangs when it is taken down blocks no other") {
  runner = std::make_unique<exporter::Runner>(
      "dying", timing, [&](const auto&) { return std::make_unique<DyingCollector>(state); }, clock);
  REQUIRE(runner->wait(1, soon()));
  state->hold();
  runner->request_stop();
  REQUIRE_FALSE(runner->wait_end(at_once()));
  state->release();
  REQUIRE(runner->wait_end(soon()));
}

TEST_CASE_METHOD(Fixture, "waiting for a run that a stopped runner will never make fails at once") {
  REQUIRE(runner->wait(1, soon()));
  runner->request_stop();
  REQUIRE(runner->wait_end(soon()));
  REQUIRE_FALSE(runner->wait(runner->request(), soon()));
}

TEST_CASE_METHOD(Fixture, "facts of a collector that hangs are gone after three intervals") {
  runner = tests::fake_runner("fake", state, {200ms, 1h, 0s}, clock);
  REQUIRE(runner->wait(1, soon()));
  state->hold();
  const auto hanging = runner->request();
  while (runner->view().text) {
    REQUIRE_FALSE(runner->wait(hanging, base::Deadline::after(clock, 10ms)));
  }
  REQUIRE(runner->view().last->success);
  state->release();
  REQUIRE(runner->wait(hanging, soon()));
}
