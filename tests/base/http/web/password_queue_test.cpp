#include "base/http/web/password_queue.h"

#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using base::http::PasswordQueue;
using namespace std::chrono_literals;

namespace {

// A queue whose thread is inside a check until it is let go.
struct Fixture {
  tests::FakeClock clock;
  PasswordQueue queue{clock};
  std::latch entered{1};
  std::latch leave{1};
  std::mutex mutex;
  std::vector<std::string> checked;
  std::vector<std::string> resumed;

  void block() {
    queue.add(
        "blocker",
        [this] {
          entered.count_down();
          leave.wait();
          return true;
        },
        [] {});
    entered.wait();
  }
  void add(const std::string& name, const std::string& from, bool right) {
    queue.add(
        from,
        [this, name, right] {
          const std::lock_guard lock(mutex);
          checked.push_back(name);
          return right;
        },
        [this, name] {
          const std::lock_guard lock(mutex);
          resumed.push_back(name);
        });
  }
  template <class Done>
  void wait_until(const Done& done) {
    for (int i = 0; i < 20'000; ++i) {
      {
        const std::lock_guard lock(mutex);
        if (done()) return;
      }
      std::this_thread::sleep_for(1ms);
    }
    FAIL("it did not come to pass");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the newest request of an address is checked first") {
  block();
  add("1", "10.0.0.1", true);
  add("2", "10.0.0.1", true);
  add("3", "10.0.0.1", true);
  leave.count_down();
  wait_until([&] { return resumed.size() == 3; });
  CHECK(checked == std::vector<std::string>{"3", "2", "1"});
  CHECK(resumed == checked);
}

TEST_CASE_METHOD(Fixture, "addresses take turns") {
  block();
  for (int i = 0; i < 10; ++i) add("guess", "10.0.0.1", true);
  add("alice", "10.0.0.2", true);
  for (int i = 0; i < 10; ++i) add("guess", "10.0.0.1", true);
  leave.count_down();
  wait_until([&] { return resumed.size() == 21; });
  CHECK((checked[0] == "alice" || checked[1] == "alice"));
}

TEST_CASE_METHOD(Fixture,
                 "wrong passwords are answered at once at first, then at a pace; right ones at once") {
  for (int i = 0; i < 20; ++i) add("guess", "10.0.0.1", false);
  wait_until([&] { return checked.size() == 20; });
  add("alice", "10.0.0.1", true);
  wait_until([&] { return std::ranges::count(resumed, "alice") == 1; });
  {
    const std::lock_guard lock(mutex);
    CHECK(resumed.size() <= 9);
    CHECK(resumed.size() >= 8);
  }
  clock.advance(60s);
  add("wake", "10.0.0.1", true);
  wait_until([&] { return resumed.size() == 22; });
}

TEST_CASE_METHOD(Fixture, "when too many wait, the oldest of the address that most are from is not checked") {
  block();
  add("alice", "10.0.0.2", true);
  for (int i = 0; i < 100; ++i) add(std::to_string(i), "10.0.0.1", true);
  leave.count_down();
  wait_until([&] { return checked.size() == 64; });
  CHECK(std::ranges::count(checked, "alice") == 1);
  CHECK(std::ranges::count(checked, "0") == 0);
  CHECK(std::ranges::count(checked, "99") == 1);
  clock.advance(60s);
  add("wake", "10.0.0.1", true);
  wait_until([&] { return resumed.size() == 102; });
}

TEST_CASE_METHOD(Fixture, "who has waited for too long is not checked any more") {
  block();
  add("old", "10.0.0.1", true);
  clock.advance(11s);
  add("new", "10.0.0.1", true);
  leave.count_down();
  wait_until([&] { return resumed.size() == 2; });
  CHECK(checked == std::vector<std::string>{"new"});
}

TEST_CASE_METHOD(Fixture, "a check that fails for want of memory is an answer, too") {
  std::promise<void> resumed_once;
  queue.add("10.0.0.1", []() -> bool { throw std::bad_alloc(); }, [&] { resumed_once.set_value(); });
  CHECK(resumed_once.get_future().wait_for(20s) == std::future_status::ready);
}

TEST_CASE_METHOD(Fixture, "once it is stopped nothing is resumed any more") {
  block();
  add("waits", "10.0.0.1", true);
  auto stopped = std::async(std::launch::async, [&] { queue.stop(); });
  std::this_thread::sleep_for(10ms);  // stop() waits for the running check, which cannot be observed
  leave.count_down();
  stopped.get();
  add("late", "10.0.0.1", true);
  CHECK(std::ranges::count(resumed, "late") == 0);
}
