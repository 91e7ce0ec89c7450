#include "healer/app/worker_pool.h"

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>

#include "tests/catch.h"

using healer::WorkerPool;
using namespace std::chrono_literals;

namespace {

// For tasks that must run.
const WorkerPool::Otherwise kNever = [](const std::string& why) { FAIL(why); };

// Why tasks came to nothing.
struct Reasons {
  std::mutex mutex;
  std::vector<std::string> all;

  WorkerPool::Otherwise keep() {
    return [this](const std::string& why) {
      std::lock_guard lock(mutex);
      all.push_back(why);
    };
  }
};

// Tasks that wait until they are let go.
struct Gate {
  std::promise<void> let_go;
  std::shared_future<void> open{let_go.get_future().share()};
};

}  // namespace

TEST_CASE("as many tasks run at once as there are threads") {
  std::latch all_there(3);
  std::latch done(3);
  WorkerPool pool(3, 10);
  for (int i = 0; i < 3; ++i) {
    pool.submit(
        [&] {
          all_there.arrive_and_wait();
          done.count_down();
        },
        kNever);
  }
  done.wait();
}

TEST_CASE("a full queue takes nothing more, and says so") {
  Reasons reasons;
  Gate gate;
  std::promise<void> begun;
  WorkerPool pool(1, 2);
  pool.submit(
      [&] {
        begun.set_value();
        gate.open.wait();
      },
      kNever);
  begun.get_future().wait();
  CHECK(pool.running() == 1);
  pool.submit([] {}, reasons.keep());
  pool.submit([] {}, reasons.keep());
  CHECK(reasons.all.empty());
  pool.submit([] {}, reasons.keep());
  CHECK(reasons.all == std::vector<std::string>{"not started: the queue is full"});
  gate.let_go.set_value();
}

TEST_CASE("a closed pool waits for what runs and reports what it drops") {
  Reasons reasons;
  Gate gate;
  std::promise<void> begun;
  std::atomic<int> ran = 0;
  WorkerPool pool(1, 10);
  pool.submit(
      [&] {
        begun.set_value();
        gate.open.wait();
        ++ran;
      },
      kNever);
  begun.get_future().wait();
  pool.submit([&] { ++ran; }, reasons.keep());
  CHECK_FALSE(pool.close(1ms));
  CHECK(reasons.all == std::vector<std::string>{"not started: the healer is stopping"});
  pool.submit([&] { ++ran; }, reasons.keep());
  CHECK(reasons.all.size() == 2);
  gate.let_go.set_value();
  CHECK(pool.close(10s));
  CHECK(ran == 1);
  CHECK(reasons.all.size() == 2);
}

TEST_CASE("what a task throws is reported, and its thread goes on") {
  std::promise<std::string> told;
  std::promise<void> next;
  WorkerPool pool(1, 10);
  pool.submit([] { throw std::runtime_error("no such thing"); },
              [&](const std::string& why) { told.set_value(why); });
  CHECK(told.get_future().get() == "failed: no such thing");
  pool.submit([&] { next.set_value(); }, kNever);
  next.get_future().wait();
}

TEST_CASE("a pool that goes out of use waits for what runs") {
  std::atomic<bool> ended = false;
  std::promise<void> begun;
  {
    WorkerPool pool(1, 1);
    pool.submit(
        [&] {
          begun.set_value();
          std::this_thread::yield();
          ended = true;
        },
        kNever);
    begun.get_future().wait();
  }
  CHECK(ended);
}
