#include "base/http/server/lanes.h"

#include <future>
#include <latch>

#include "tests/catch.h"

using base::http::Lanes;

TEST_CASE("a lane whose workers are all busy does not delay another") {
  Lanes lanes;
  const auto slow = lanes.add(2, 10);
  const auto fast = lanes.add(1, 10);
  lanes.start();
  std::latch leave(1);
  for (int i = 0; i < 5; ++i) CHECK(lanes.push(slow, [&] { leave.wait(); }));
  std::promise<void> done;
  CHECK(lanes.push(fast, [&] { done.set_value(); }));
  done.get_future().get();
  leave.count_down();
}

TEST_CASE("no more tasks wait than may") {
  Lanes lanes;
  const auto lane = lanes.add(1, 2);
  lanes.start();
  std::latch entered(1);
  std::latch leave(1);
  CHECK(lanes.push(lane, [&] {
    entered.count_down();
    leave.wait();
  }));
  entered.wait();
  CHECK(lanes.push(lane, [] {}));
  CHECK(lanes.push(lane, [] {}));
  CHECK_FALSE(lanes.push(lane, [] {}));
  leave.count_down();
  lanes.stop();
  CHECK_FALSE(lanes.push(lane, [] {}));
  lanes.stop();
}

TEST_CASE("stopping waits for the task that runs and drops what waits") {
  Lanes lanes;
  const auto lane = lanes.add(1, 10);
  const auto other = lanes.add(1, 1'000'000);
  lanes.start();
  std::latch entered(1);
  std::latch leave(1);
  bool ended = false;
  lanes.push(lane, [&] {
    entered.count_down();
    leave.wait();
    ended = true;
  });
  entered.wait();
  auto dropped = std::make_shared<int>();
  lanes.push(lane, [dropped] { ++*dropped; });
  auto stopped = std::async(std::launch::async, [&] { lanes.stop(); });
  while (lanes.push(other, [] {})) continue;
  leave.count_down();
  stopped.get();
  CHECK(ended);
  CHECK(*dropped == 0);
  CHECK(dropped.use_count() == 1);
}
