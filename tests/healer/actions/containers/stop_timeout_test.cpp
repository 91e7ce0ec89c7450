#include "healer/actions/containers/stop_timeout.h"

#include "tests/catch.h"

using healer::actions::read_stop_timeout;
using namespace std::chrono_literals;

TEST_CASE("a stop timeout is the container's own, or at least what the playbook says") {
  base::yaml::Problems problems;
  const auto none = read_stop_timeout(base::yaml::parse("{}", "rung.yml", problems));
  CHECK_FALSE(none.asked);
  CHECK(none.planned() == 10s);
  CHECK(none.words() == "its own stop timeout");
  const auto some = read_stop_timeout(base::yaml::parse("stop_timeout: 30s", "rung.yml", problems));
  CHECK(some.asked == 30s);
  CHECK(some.planned() == 30s);
  CHECK(some.words() == "stop timeout at least 30s");
  CHECK(problems.empty());
  read_stop_timeout(base::yaml::parse("stop_timeout: 1h", "rung.yml", problems));
  CHECK(problems.str() == "rung.yml:1: stop_timeout: 1h is longer than 10m\n");
}
