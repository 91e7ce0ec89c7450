#include "healer/actions/redis/redis_clear.h"

#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/redis_peer.h"

using tests::RedisPeer;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;

  base::Result<healer::actions::Outcome> run(const std::string& address, base::Duration timeout = 20s) {
    const auto compiled = tests::compile(
        "clear_cache", "{redis: {address: '" + address + "', patterns: ['c:*', 's:*']}}", {nowhere, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run(tests::kTarget, base::Deadline::after(clock, timeout));
  }
};

const std::string kMore = "*2\r\n$1\r\n7\r\n*2\r\n$3\r\nc:1\r\n$3\r\nc:2\r\n";
const std::string kLast = "*2\r\n$1\r\n0\r\n*1\r\n$3\r\nc:3\r\n";
const std::string kNone = "*2\r\n$1\r\n0\r\n*0\r\n";

}  // namespace

TEST_CASE_METHOD(Fixture, "every key of every pattern is removed, a batch after the other") {
  RedisPeer peer({"+OK\r\n", kMore, ":2\r\n", kLast, ":1\r\n", kNone});
  const auto outcome = run(peer.endpoint.str());
  REQUIRE(outcome);
  CHECK(outcome->detail == "removed 3 keys matching c:*, s:*");
  CHECK_THAT(peer.heard(),
             Catch::Contains("*3\r\n$6\r\nUNLINK\r\n$3\r\nc:1\r\n$3\r\nc:2\r\n") && Catch::Contains("s:*"));
}

TEST_CASE_METHOD(Fixture, "a server that refuses, says nothing or is not there is a failure") {
  RedisPeer replica({"+OK\r\n", kMore, "-READONLY no\r\n"});
  const auto refused = run(replica.endpoint.str());
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("after 0 keys: UNLINK: READONLY no"));
  CHECK_FALSE(run("127.0.0.1:1"));
  RedisPeer silent({"+OK\r\n", ""});
  CHECK_FALSE(run(silent.endpoint.str(), 100ms));
}

TEST_CASE_METHOD(Fixture, "a pattern of every key is refused") {
  CHECK_THAT(
      tests::compile("clear_cache", "{redis: {address: 'a:1', patterns: ['*']}}", {nowhere, clock}).problems,
      Catch::Contains("would match every key"));
}
