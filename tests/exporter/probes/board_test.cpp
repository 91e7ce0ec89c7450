#include "exporter/probes/board.h"

#include <catch2/catch.hpp>

using namespace exporter::probes;

namespace {

Seen failures(std::uint64_t count) {
  Seen seen;
  seen.answer.failure = {Reason::kTimeout, "timed out"};
  seen.consecutive_failures = count;
  return seen;
}

}  // namespace

TEST_CASE("a probe that a new configuration leaves as it was keeps what was seen of it") {
  Board board;
  const auto first = board.take_over({{"redis", "redis", "a"}, {"api", "http", "b"}});
  board.put(first, "redis", failures(3));
  board.put(first, "api", failures(2));
  board.take_over({{"redis", "redis", "a"}, {"api", "http", "changed"}, {"new", "tcp", "c"}});
  REQUIRE(board.seen("redis")->consecutive_failures == 3);
  REQUIRE_FALSE(board.seen("api"));
  REQUIRE_FALSE(board.seen("new"));
}

TEST_CASE("what a configuration that was replaced still says is not heard") {
  Board board;
  const auto old = board.take_over({{"redis", "redis", "a"}});
  const auto fresh = board.take_over({{"redis", "redis", "b"}});
  board.put(old, "redis", failures(9));
  REQUIRE_FALSE(board.seen("redis"));
  board.put(fresh, "unknown", failures(1));
  board.leave(old);
  REQUIRE(board.lines().size() == 1);
  board.leave(fresh);
  REQUIRE(board.lines().empty());
}

TEST_CASE("the lines are in the order of their names") {
  Board board;
  const auto generation = board.take_over({{"redis", "redis", "a"}, {"api", "http", "b"}});
  board.put(generation, "redis", failures(1));
  const auto lines = board.lines();
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[0].probe == "api");
  REQUIRE_FALSE(lines[0].seen);
  REQUIRE(lines[1].kind == "redis");
  REQUIRE(lines[1].seen->answer.failure.text == "timed out");
}
