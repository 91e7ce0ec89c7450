#include "healer/actions/redis/redis_flag.h"

#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/redis_peer.h"

using tests::RedisPeer;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;

  base::Result<healer::actions::Outcome> run(const std::string& address, const std::string& more) {
    const auto compiled = tests::compile(
        "disable_module", "{redis: {address: '" + address + "', key: 'off:{{target}}'" + more + "}}",
        {nowhere, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run({"subsystem", "ai_model"}, base::Deadline::after(clock, 20s));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a flag is set for the target, and removed") {
  RedisPeer setting({"+OK\r\n", "+none\r\n", "+OK\r\n"});
  const auto set = run(setting.endpoint.str(), ", value: '1'");
  REQUIRE(set);
  CHECK(set->detail == "set off:ai_model to \"1\"");
  CHECK(set->undo);
  CHECK_THAT(setting.heard(), Catch::EndsWith("*3\r\n$3\r\nSET\r\n$12\r\noff:ai_model\r\n$1\r\n1\r\n"));
  RedisPeer removing({"+OK\r\n", "+string\r\n", "$1\r\n1\r\n", ":1\r\n"});
  const auto removed = run(removing.endpoint.str(), ", absent: true");
  REQUIRE(removed);
  CHECK(removed->detail == "removed off:ai_model");
  CHECK(removed->undo);
  CHECK_THAT(removing.heard(), Catch::EndsWith("*2\r\n$3\r\nDEL\r\n$12\r\noff:ai_model\r\n"));
}

TEST_CASE_METHOD(Fixture, "a flag that would not be seen is a failure") {
  const auto gone = run("127.0.0.1:1", ", value: '1'");
  REQUIRE_FALSE(gone);
  CHECK_THAT(gone.error().message, Catch::StartsWith("Redis at 127.0.0.1:1: "));
  RedisPeer replica({"+OK\r\n", "+none\r\n", "-READONLY You can't write against a read only replica.\r\n"});
  const auto refused = run(replica.endpoint.str(), ", value: '1'");
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("SET: READONLY"));
}

TEST_CASE_METHOD(Fixture, "a flag that may only be written is set, and cannot be undone") {
  RedisPeer redis(
      {"+OK\r\n", "-NOPERM this user has no permissions to run the 'type' command\r\n", "+OK\r\n"});
  const auto set = run(redis.endpoint.str(), ", value: '1'");
  REQUIRE(set);
  CHECK_FALSE(set->undo);
}

TEST_CASE_METHOD(Fixture, "a flag is either set or removed") {
  const auto more = GENERATE("", ", value: a, absent: true", ", ttl: 5m");
  CHECK(tests::compile("disable_module", fmt::format("{{redis: {{address: 'a:1', key: k{}}}}}", more),
                       {nowhere, clock})
            .problems != "");
}
