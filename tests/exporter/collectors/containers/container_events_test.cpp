#include "exporter/collectors/containers/container_events.h"

#include <condition_variable>
#include <mutex>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::collectors::changes_facts;

TEST_CASE("events of health checks' own processes ask for no run, those that change a state do") {
  for (const auto* action :
       {"exec_create: /bin/check", "exec_start: /bin/check", "exec_die", "top", "attach", "resize"}) {
    CAPTURE(action);
    REQUIRE_FALSE(changes_facts(action));
  }
  for (const auto* action : {"create", "start", "die", "oom", "stop", "restart", "destroy", "rename", "pause",
                             "unpause", "update", "health_status: unhealthy"}) {
    CAPTURE(action);
    REQUIRE(changes_facts(action));
  }
}

TEST_CASE("an engine that is not there is tried again, asks for a look each time, and stops at once") {
  const base::SystemClock clock;
  const tests::TemporaryFolder folder;
  exporter::collectors::ContainerCounters counters;
  std::mutex mutex;
  std::condition_variable changed;
  int looks = 0;
  const exporter::collectors::ContainerEvents events(
      "unix://" + folder.file("nobody.sock"), counters,
      [&] {
        std::lock_guard lock(mutex);
        ++looks;
        changed.notify_all();
      },
      clock);
  std::unique_lock lock(mutex);
  REQUIRE(changed.wait_for(lock, std::chrono::seconds(30), [&] { return looks >= 2; }));
}
