#include "base/os/shared_runs.h"

#include <future>
#include <latch>
#include <stdexcept>
#include <vector>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using namespace std::chrono_literals;

TEST_CASE("who asks during a run shares the next one") {
  const base::SystemClock clock;
  base::SharedRuns<int> runs(0s, clock);
  std::latch entered(1);
  std::latch leave(1);
  int count = 0;
  auto first = std::async(std::launch::async, [&] {
    return runs.run([&] {
      entered.count_down();
      leave.wait();
      return ++count;
    });
  });
  entered.wait();
  std::vector<std::future<int>> others;
  for (int i = 0; i < 8; ++i)
    others.push_back(std::async(std::launch::async, [&] { return runs.run([&] { return ++count; }); }));
  leave.count_down();
  CHECK(first.get() == 1);
  // A caller that came after the second run had begun got a later one.
  for (auto& other : others) {
    const int result = other.get();
    CHECK(result >= 2);
    CHECK(result <= 9);
  }
}

TEST_CASE("runs begin some time apart") {
  const base::SystemClock clock;
  base::SharedRuns<int> runs(50ms, clock);
  const auto begin = clock.now().mono;
  for (int i = 0; i < 3; ++i) CHECK(runs.run([i] { return i; }) == i);
  CHECK(clock.now().mono - begin >= 100ms);
}

TEST_CASE("what a run throws, those get who asked for it, and the next one runs") {
  const base::SystemClock clock;
  base::SharedRuns<int> runs(0s, clock);
  CHECK_THROWS_AS(runs.run([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  CHECK(runs.run([] { return 7; }) == 7);
}
