#include "base/os/wake_up.h"

#include <thread>

#include "tests/catch.h"

using namespace std::chrono_literals;

TEST_CASE("a notification ends a wait, also one that came before it") {
  base::WakeUp wake;
  wake.notify();
  wake.notify();
  REQUIRE(wake.wait_for(30s, {}));
  REQUIRE_FALSE(wake.wait_for(0s, {}));

  const std::jthread other([&wake] { wake.notify(); });
  REQUIRE(wake.wait_for(30s, {}));
}

TEST_CASE("a wait ends at its time") {
  base::WakeUp wake;
  REQUIRE_FALSE(wake.wait_for(1ms, {}));
  REQUIRE_FALSE(wake.wait_until(base::SystemClock().now().mono + 1ms, {}));
}

TEST_CASE("a stop request ends a wait for a notification and a pause") {
  std::stop_source stop;
  const std::jthread other([&stop] { stop.request_stop(); });
  base::WakeUp wake;
  REQUIRE_FALSE(wake.wait_for(30s, stop.get_token()));
  REQUIRE_FALSE(wake.wait_until(base::MonoTime::max(), stop.get_token()));
  base::pause(30s, stop.get_token());
  base::pause_until(base::MonoTime::max(), stop.get_token());
}

TEST_CASE("a notification that comes before a stop request is reported") {
  std::stop_source stop;
  stop.request_stop();
  base::WakeUp wake;
  wake.notify();
  REQUIRE(wake.wait_for(30s, stop.get_token()));
}
