#include "healer/actions/maintenance/rebuild/permits.h"

#include "tests/catch.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"

using namespace healer::rebuild;
using namespace std::chrono_literals;

TEST_CASE("all containers of a stack may be stopped, or none is") {
  const base::SystemClock clock;
  tests::EngineOf engine;
  const auto all = [&](std::optional<base::Duration> stop_timeout) {
    return permit_all(engine.docker, {"db", "bot"}, stop_timeout, base::Deadline::after(clock, 20s));
  };
  const auto permits = all(std::nullopt);
  REQUIRE(permits);
  REQUIRE(permits->permits.size() == 2);
  CHECK(permits->permits[1].name() == "bot");
  CHECK(permits->beyond_plan == 0s);
  CHECK(all(4s)->beyond_plan == 12s);  // twice the engine's 10 s, where 4 s were planned

  engine.contains("running", "", R"(,"AutoRemove":true)");
  CHECK_FALSE(all(std::nullopt));
  engine.answer("GET", "/containers/*/json", 404, "{}");
  CHECK(all(std::nullopt)->permits.empty());
}
