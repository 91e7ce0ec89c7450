#include "exporter/probes/probe_status.h"

#include "tests/catch.h"

using namespace exporter::probes;

namespace {

Observation failures(std::uint64_t count) {
  Observation seen;
  seen.answer.failure = {Reason::kTimeout, "timed out"};
  seen.consecutive_failures = count;
  return seen;
}

}  // namespace

TEST_CASE("a probe that a new configuration leaves as it was keeps what was seen of it") {
  ProbeStatus probe_status;
  const auto first = probe_status.take_over({{"redis", "redis", "a"}, {"api", "http", "b"}});
  probe_status.put(first, "redis", failures(3));
  probe_status.put(first, "api", failures(2));
  probe_status.take_over({{"redis", "redis", "a"}, {"api", "http", "changed"}, {"new", "tcp", "c"}});
  REQUIRE(probe_status.seen("redis")->consecutive_failures == 3);
  REQUIRE_FALSE(probe_status.seen("api"));
  REQUIRE_FALSE(probe_status.seen("new"));
}

TEST_CASE("results for a configuration that was replaced are ignored") {
  ProbeStatus probe_status;
  const auto old = probe_status.take_over({{"redis", "redis", "a"}});
  const auto fresh = probe_status.take_over({{"redis", "redis", "b"}});
  probe_status.put(old, "redis", failures(9));
  REQUIRE_FALSE(probe_status.seen("redis"));
  probe_status.put(fresh, "unknown", failures(1));
  probe_status.leave(old);
  REQUIRE(probe_status.lines().size() == 1);
  probe_status.leave(fresh);
  REQUIRE(probe_status.lines().empty());
}

TEST_CASE("the lines are in the order of their names") {
  ProbeStatus probe_status;
  const auto generation = probe_status.take_over({{"redis", "redis", "a"}, {"api", "http", "b"}});
  probe_status.put(generation, "redis", failures(1));
  const auto lines = probe_status.lines();
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[0].probe == "api");
  REQUIRE_FALSE(lines[0].seen);
  REQUIRE(lines[1].kind == "redis");
  REQUIRE(lines[1].seen->answer.failure.text == "timed out");
}
