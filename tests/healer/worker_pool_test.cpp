#include "healer/worker_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>

using healer::WorkerPool;
using namespace std::chrono_literals;

namespace {

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
    REQUIRE(pool.submit([&] {
      all_there.arrive_and_wait();
      done.count_down();
    }));
  }
  done.wait();
}

TEST_CASE("a full queue takes nothing more") {
  Gate gate;
  std::promise<void> begun;
  WorkerPool pool(1, 2);
  REQUIRE(pool.submit([&] {
    begun.set_value();
    gate.open.wait();
  }));
  begun.get_future().wait();
  CHECK(pool.running() == 1);
  CHECK(pool.submit([] {}));
  CHECK(pool.submit([] {}));
  CHECK_FALSE(pool.submit([] {}));
  gate.let_go.set_value();
}

TEST_CASE("a closed pool waits for what runs and drops what is queued") {
  Gate gate;
  std::promise<void> begun;
  std::atomic<int> ran = 0;
  WorkerPool pool(1, 10);
  pool.submit([&] {
    begun.set_value();
    gate.open.wait();
    ++ran;
  });
  begun.get_future().wait();
  pool.submit([&] { ++ran; });
  CHECK_FALSE(pool.close(1ms));
  CHECK_FALSE(pool.submit([&] { ++ran; }));
  gate.let_go.set_value();
  CHECK(pool.close(10s));
  CHECK(ran == 1);
}

TEST_CASE("a pool that goes out of use waits for what runs") {
  std::atomic<bool> ended = false;
  std::promise<void> begun;
  {
    WorkerPool pool(1, 1);
    pool.submit([&] {
      begun.set_value();
      std::this_thread::yield();
      ended = true;
    });
    begun.get_future().wait();
  }
  CHECK(ended);
}
