#include "healer/actions/maintenance/rebuild/wait_healthy.h"

#include "tests/catch.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"

using healer::rebuild::await_well;
using healer::rebuild::fault_of;
using namespace std::chrono_literals;

TEST_CASE("a container is well when it runs and its own health check does not say otherwise") {
  const auto [state, health, fault] = GENERATE(table<std::string, std::string, std::string>({
      {"running", "none", ""},
      {"running", "healthy", ""},
      {"running", "starting", "is not healthy yet"},
      {"running", "unhealthy", "is unhealthy"},
      {"restarting", "none", "is restarting"},
      {"exited", "none", "exited with code 3"},
  }));
  base::docker::Container container;
  container.state = state;
  container.running = state == "running";
  container.health = health;
  container.exit_code = 3;
  CHECK(fault_of(container).value_or("") == fault);
}

TEST_CASE("containers are waited for until all of them are well, and the first that is not is named") {
  const base::SystemClock clock;
  tests::EngineOf engine;
  CHECK(await_well({"db", "bot"}, engine.docker, 10ms, base::Deadline::after(clock, 60s)));
  CHECK(await_well({}, engine.docker, 0s, base::Deadline::after(clock, 60s)));
  engine.contains("running", "unhealthy");
  const auto ill = await_well({"db", "bot"}, engine.docker, 0s, base::Deadline::after(clock, 2s));
  REQUIRE_FALSE(ill);
  CHECK(ill.error().message == "db is unhealthy");
  engine.answer("GET", "/containers/*/json", 404, "{}");
  const auto gone = await_well({"db"}, engine.docker, 0s, base::Deadline::after(clock, 60s));
  REQUIRE_FALSE(gone);
  CHECK(gone.error().message == "db does not exist");
}
