#include "exporter/collectors/host/mounts.h"

#include <condition_variable>
#include <mutex>

#include "tests/catch.h"

using exporter::collectors::MountSpaces;
using exporter::collectors::Space;
using namespace std::chrono_literals;

TEST_CASE("a mount that hangs is absent, is asked once, and delays no other") {
  const base::SystemClock clock;
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  int asked = 0;
  MountSpaces spaces([&](const std::string& mountpoint) -> std::optional<Space> {
    if (mountpoint == "/hung") {
      std::unique_lock lock(mutex);
      ++asked;
      changed.wait(lock, [&] { return released; });
    }
    return Space{100, 40};
  });
  const auto read = [&](base::Duration wait) {
    return spaces.read({"/hung", "/good"}, base::Deadline::after(clock, wait));
  };

  // The good one is given all the time it needs, the hung one none beyond that.
  REQUIRE(spaces.read({"/good"}, base::Deadline::after(clock, 30s)).size() == 1);
  read(0s);
  const auto seen = spaces.read({"/good"}, base::Deadline::after(clock, 30s));
  REQUIRE(seen.at("/good").available == 40);
  REQUIRE_FALSE(read(0s).contains("/hung"));
  REQUIRE_FALSE(read(0s).contains("/hung"));
  {
    std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
  }
  REQUIRE(read(30s).contains("/hung"));
  REQUIRE(asked <= 2);
}

TEST_CASE("a mount that cannot be asked is absent") {
  const base::SystemClock clock;
  MountSpaces spaces;
  const auto seen = spaces.read({"/", "/no/such/mount"}, base::Deadline::after(clock, 30s));
  REQUIRE(seen.size() == 1);
  REQUIRE(seen.at("/").size > 0);
}
