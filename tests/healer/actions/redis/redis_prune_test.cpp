#include "healer/actions/redis/redis_prune.h"

#include <sys/stat.h>

#include "tests/fakes/captured_log.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/redis_peer.h"

using tests::compile;
using tests::RedisPeer;
using namespace std::chrono_literals;

// What a real server answers is tested by redis_prune_test.py.
namespace {

const healer::Target kPruning{"task", "cache_pruning"};

struct Fixture {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;
  const healer::actions::World world{nowhere, clock};

  base::Result<healer::actions::Outcome> run(const RedisPeer& peer, const std::string& more = "",
                                             base::Duration timeout = 20s) {
    const auto compiled = compile(
        "redis_prune", "{address: '" + peer.endpoint.str() + "', patterns: ['c:*']" + more + "}", world);
    REQUIRE(compiled.problems.empty());
    return compiled.action->run(kPruning, base::Deadline::after(clock, timeout));
  }
};

const std::string kTwoKeys = "*2\r\n$1\r\n0\r\n*2\r\n$3\r\nc:1\r\n$3\r\nc:2\r\n";

}  // namespace

TEST_CASE_METHOD(Fixture, "only keys idle for longer than configured and not about to expire are removed") {
  RedisPeer peer({"+OK\r\n", kTwoKeys, ":3601\r\n:3600\r\n", ":-1\r\n", ":1\r\n"});
  const tests::CapturedLog log;
  const auto outcome = run(peer);
  REQUIRE(outcome);
  CHECK(log.has("info", "💾 Cache pruning: Removed 1 unused keys"));
  CHECK(outcome->detail == "removed 1 of 2 keys matching c:*, unused for more than 1h");
  CHECK_THAT(peer.heard(), Catch::EndsWith("*2\r\n$6\r\nUNLINK\r\n$3\r\nc:1\r\n"));
  CHECK_THAT(peer.heard(), Catch::Contains("SCAN") && Catch::Contains("COUNT") && Catch::Contains("200"));
}

TEST_CASE_METHOD(Fixture, "a key that expires by itself within a minute is left to do so") {
  RedisPeer peer({"+OK\r\n", kTwoKeys, ":9000\r\n:9000\r\n", ":60000\r\n:60001\r\n", ":1\r\n"});
  const auto outcome = run(peer);
  REQUIRE(outcome);
  CHECK(outcome->detail ==
        "removed 1 of 2 keys matching c:*, unused for more than 1h; 1 are about to expire");
  CHECK_THAT(peer.heard(), Catch::EndsWith("UNLINK\r\n$3\r\nc:2\r\n"));
}

TEST_CASE_METHOD(Fixture,
                 "a server that counts use has no idle times: nothing is removed, and it is said why") {
  RedisPeer peer({"+OK\r\n", kTwoKeys,
                  "-ERR An LFU maxmemory policy is selected, idle time not tracked.\r\n-ERR An LFU\r\n"});
  const auto outcome = run(peer);
  REQUIRE(outcome);
  CHECK_THAT(outcome->detail, Catch::StartsWith("skipped: ") && Catch::Contains("is LFU"));
  CHECK_THAT(peer.heard(), !Catch::Contains("UNLINK"));
}

TEST_CASE_METHOD(Fixture, "where no Redis is, the task is skipped") {
  const auto compiled =
      compile("redis_prune", "{address: 'unix:///nonexistent/r.sock', patterns: ['c:*']}", world);
  const tests::CapturedLog log;
  const auto outcome = compiled.action->run(kPruning, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(log.has("info", "💾 Cache pruning: Redis not reachable (skipping)"));
  CHECK(outcome->detail ==
        "skipped: Redis at unix:///nonexistent/r.sock is not reachable: no such file or directory");
}

TEST_CASE_METHOD(Fixture, "what a server refuses is a failure, and no secret is printed") {
  RedisPeer replica({"+OK\r\n", kTwoKeys, ":9000\r\n:9000\r\n", ":-1\r\n:-1\r\n", "-READONLY replica\r\n"});
  CHECK(run(replica).error().message == "Redis at " + replica.endpoint.str() + ": UNLINK: READONLY replica");
  const tests::TemporaryFolder folder;
  const std::string password = folder.write("password", "s3cret\n");
  REQUIRE(::chmod(password.c_str(), 0600) == 0);
  RedisPeer strict({"-WRONGPASS invalid password s3cret\r\n"});
  const auto refused = run(strict, ", password_file: " + password);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "Redis at " + strict.endpoint.str() + ": AUTH: WRONGPASS");
}

TEST_CASE_METHOD(Fixture, "a run that has no time left says how far it came") {
  RedisPeer peer({"+OK\r\n"});
  const auto outcome = run(peer, "", 900ms);
  REQUIRE(outcome);
  CHECK(outcome->detail ==
        "removed 0 of 0 keys matching c:*, unused for more than 1h; timed out, the next run "
        "continues from there");
}

TEST_CASE_METHOD(Fixture, "a run that was stopped by its time limit is gone on with") {
  const std::string more = "*2\r\n$2\r\n77\r\n*0\r\n";
  const std::string end = "*2\r\n$1\r\n0\r\n*0\r\n";
  RedisPeer peer({"+OK\r\n", more, "+OK\r\n", end, "+OK\r\n", end});
  const auto compiled =
      compile("redis_prune", "{address: '" + peer.endpoint.str() + "', patterns: ['c:*'], pause: 5s}", world);
  const auto pruned = [&](base::Duration timeout) {
    return compiled.action->run(kPruning, base::Deadline::after(clock, timeout))->detail;
  };
  // The pause takes what is left of the time.
  CHECK_THAT(pruned(1100ms), Catch::Contains("timed out"));
  CHECK_THAT(pruned(20s), !Catch::Contains("stopped"));
  CHECK_THAT(pruned(20s), !Catch::Contains("stopped"));
  const std::string scan = "SCAN\r\n$";
  const std::string heard = peer.heard();
  const std::size_t first = heard.find(scan);
  const std::size_t second = heard.find(scan, first + 1);
  const std::size_t third = heard.find(scan, second + 1);
  REQUIRE(third != std::string::npos);
  CHECK(heard.substr(first, 11) == scan + "1\r\n0");
  CHECK(heard.substr(second, 12) == scan + "2\r\n77");
  CHECK(heard.substr(third, 11) == scan + "1\r\n0");
}

TEST_CASE_METHOD(Fixture, "pruning reports what it would do, and what cannot be meant is refused") {
  const auto compiled =
      compile("redis_prune", "{address: '127.0.0.1:6379', patterns: ['signal:*', 'cache:*']}", world);
  CHECK(compiled.problems == "");
  CHECK(compiled.properties.acts_on("task"));
  CHECK(compiled.action->describe(kPruning) ==
        "in database 0 of Redis at 127.0.0.1:6379: remove keys matching signal:*, cache:* that were "
        "not used for 1h");
  const auto [yaml, problem] = GENERATE(table<std::string, std::string>({
      {"{patterns: ['c:*']}", "parameters.address: is missing"},
      {"{address: ':6379', patterns: ['c:*']}",
       "parameters.address: \":6379\" must contain a host and a port"},
      {"{address: 'h:1'}", "parameters.patterns: is missing"},
      {"{address: 'h:1', patterns: []}", "parameters.patterns: must list at least one pattern"},
      {"{address: 'h:1', patterns: ['**']}", "parameters.patterns: \"**\" would match every key"},
      {"{address: 'h:1', patterns: ['c:*'], password_file: pw}", "\"pw\" is not an absolute path"},
      {"{address: 'h:1', patterns: ['c:*'], username: u}", "parameters.username: needs password_file"},
      {"{address: 'h:1', patterns: ['c:*'], flush: true}", "unknown key \"flush\""},
  }));
  CAPTURE(yaml);
  CHECK_THAT(compile("redis_prune", yaml, world).problems, Catch::Contains(problem));
}
