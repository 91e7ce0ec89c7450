#include "exporter/probes/probe_scheduler.h"

#include <future>

#include "tests/catch.h"
#include "tests/exporter/probes/fake_prober.h"
#include "tests/fakes/fake_clock.h"

using namespace exporter::probes;
using namespace std::chrono_literals;

namespace {

// Intervals of an hour: nothing runs but what the test asks for.
struct Fixture {
  base::SystemClock clock;
  std::vector<std::shared_ptr<tests::ProberState>> states;
  std::mutex mutex;
  std::vector<std::string> ended;

  std::unique_ptr<ProbeScheduler> scheduler(std::size_t probes, std::size_t places,
                                            base::Duration timeout = 1h,
                                            std::optional<Observation> seen = {}) {
    std::vector<ScheduledProbe> duties;
    for (std::size_t i = 0; i < probes; ++i) {
      states.push_back(std::make_shared<tests::ProberState>());
      duties.push_back(
          {fmt::format("p{}", i), 1h, timeout, std::make_unique<tests::FakeProber>(states.back()), seen});
    }
    return std::make_unique<ProbeScheduler>(std::move(duties), places, clock,
                                            [this](const std::string& probe, const Observation&) {
                                              std::lock_guard lock(mutex);
                                              ended.push_back(probe);
                                            });
  }
  base::Deadline soon() const { return base::Deadline::after(clock, 30s); }
  base::Deadline at_once() const { return base::Deadline::after(clock, 0s); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "before its first run nothing is known of a probe, and then what it saw") {
  const auto scheduler = this->scheduler(2, 4);
  REQUIRE_FALSE(scheduler->states()[0].seen);
  states[1]->fail(Reason::kTls);
  REQUIRE(scheduler->run_all(soon()).empty());
  const auto seen = scheduler->states();
  REQUIRE(seen[0].fresh);
  REQUIRE(seen[0].seen->answer.success());
  REQUIRE(seen[0].seen->consecutive_failures == 0);
  REQUIRE(seen[1].seen->answer.failure.reason == Reason::kTls);
  REQUIRE(seen[1].seen->consecutive_failures == 1);
}

TEST_CASE_METHOD(Fixture, "failures in a row are counted until one run succeeds") {
  const auto scheduler = this->scheduler(1, 1);
  states[0]->fail(Reason::kTimeout);
  for (int run = 0; run < 3; ++run) REQUIRE(scheduler->run_all(soon()).empty());
  REQUIRE(scheduler->states()[0].seen->consecutive_failures == 3);
  states[0]->fail(Reason::kNone);
  REQUIRE(scheduler->run_all(soon()).empty());
  REQUIRE(scheduler->states()[0].seen->consecutive_failures == 0);
}

TEST_CASE_METHOD(Fixture, "failures of an earlier configuration are counted on") {
  Observation before;
  before.answer.failure = {Reason::kTimeout, "timed out"};
  before.consecutive_failures = 7;
  before.began = clock.now();
  const auto scheduler = this->scheduler(1, 1, 1h, before);
  REQUIRE(scheduler->states()[0].fresh);
  states[0]->fail(Reason::kTimeout);
  REQUIRE(scheduler->run_all(soon()).empty());
  REQUIRE(scheduler->states()[0].seen->consecutive_failures == 8);
}

TEST_CASE_METHOD(Fixture, "what an earlier configuration saw long ago is not fresh") {
  Observation before;
  before.began = clock.now();
  before.began.mono -= 3h + 1s;
  const auto scheduler = this->scheduler(1, 1, 1h, before);
  REQUIRE(scheduler->states()[0].seen);
  REQUIRE_FALSE(scheduler->states()[0].fresh);
}

TEST_CASE_METHOD(Fixture, "a probe that hangs delays no other, and is not started twice") {
  const auto scheduler = this->scheduler(3, 3);
  states[1]->hold();
  auto everything = std::async(std::launch::async, [&] { return scheduler->run_all(soon()); });
  states[1]->wait_begun(1);
  states[0]->wait_begun(1);
  states[2]->wait_begun(1);
  REQUIRE_FALSE(scheduler->run_all(at_once()).empty());
  // A second request while the first run hangs: the others run again, this one does not.
  states[0]->wait_begun(2);
  states[2]->wait_begun(2);
  REQUIRE(states[1]->count() == 1);
  states[1]->release();
  REQUIRE(everything.get().empty());
  states[1]->wait_begun(2);
}

TEST_CASE_METHOD(Fixture, "a waiting caller learns which probes have not answered") {
  const auto scheduler = this->scheduler(2, 2);
  states[1]->hold();
  const auto missing = scheduler->run_all(base::Deadline::after(clock, 300ms));
  REQUIRE(missing == std::vector<std::string>{"p1"});
  states[1]->release();
}

TEST_CASE_METHOD(Fixture, "no more run at once than there are places") {
  const auto scheduler = this->scheduler(4, 2);
  for (const auto& state : states) state->hold();
  auto everything = std::async(std::launch::async, [&] { return scheduler->run_all(soon()); });
  const auto begun = [&] {
    int sum = 0;
    for (const auto& state : states) sum += state->count();
    return sum;
  };
  while (begun() < 2) std::this_thread::yield();
  REQUIRE(begun() == 2);
  // Whoever ends gives its place to the next.
  for (const auto& state : states) {
    if (state->count() == 1) {
      state->release();
      break;
    }
  }
  while (begun() < 3) std::this_thread::yield();
  for (const auto& state : states) state->release();
  REQUIRE(everything.get().empty());
  REQUIRE(begun() == 4);
}

TEST_CASE_METHOD(Fixture, "a probe past its deadline gives its place to the next") {
  const auto scheduler = this->scheduler(2, 1, 10ms);
  for (const auto& state : states) state->hold();
  auto everything = std::async(std::launch::async, [&] { return scheduler->run_all(soon()); });
  states[0]->wait_begun(1);
  states[1]->wait_begun(1);
  for (const auto& state : states) state->release();
  REQUIRE(everything.get().empty());
}

TEST_CASE_METHOD(Fixture, "what a prober throws is a failed run") {
  const auto scheduler = this->scheduler(1, 1);
  states[0]->throws = true;
  REQUIRE(scheduler->run_all(soon()).empty());
  REQUIRE(scheduler->states()[0].seen->answer.failure.text == "thrown by a test");
  REQUIRE(ended == std::vector<std::string>{"p0"});
}

TEST_CASE_METHOD(Fixture, "a probe that is interrupted by the end has not failed") {
  auto scheduler = this->scheduler(1, 1);
  states[0]->hold();
  states[0]->fail(Reason::kTimeout);
  REQUIRE(scheduler->run_all(at_once()).size() == 1);
  states[0]->wait_begun(1);
  scheduler.reset();
  REQUIRE(ended.empty());
}
