#include "healer/publish/redis_output.h"

#include "healer/publish/policy_json.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/redis_peer.h"

using healer::PolicyDocument;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;
base::Deadline soon() { return base::Deadline::after(kClock, 60s); }

healer::RedisPolicyConfig redis_at(const base::Endpoint& address) {
  healer::RedisPolicyConfig config;
  config.server.endpoint = address;
  return config;
}

const std::string kWatched = "+OK\r\n";
const std::string kQueued = "+OK\r\n+QUEUED\r\n";
const std::string kDone = kQueued + "*1\r\n+OK\r\n";

std::string word(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

struct Fixture {
  PolicyDocument document;
  base::Result<> deliver(healer::policy::Output& output, base::Duration valid_for = 30s) {
    return output.deliver(document, valid_for, soon());
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the key expires with the document, and a message reports changes only") {
  tests::RedisPeer redis({"+OK\r\n", kWatched, kQueued + "+QUEUED\r\n*2\r\n+OK\r\n:0\r\n", kWatched, kDone});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  REQUIRE(deliver(*output));
  document.sequence = 2;
  REQUIRE(deliver(*output, 7s + 1us));
  const std::string heard = redis.heard();
  const std::string first = healer::policy_document(PolicyDocument{});
  CHECK_THAT(heard, Catch::Contains("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n"));
  CHECK_THAT(heard,
             Catch::Contains("*2\r\n$5\r\nWATCH\r\n$12\r\nsalus:policy\r\n*1\r\n$5\r\nMULTI\r\n"
                             "*5\r\n$3\r\nSET\r\n$12\r\nsalus:policy\r\n" +
                             word(first) +
                             "$2\r\nPX\r\n$5\r\n30000\r\n*3\r\n$7\r\nPUBLISH\r\n$12\r\nsalus:policy\r\n" +
                             word(first) + "*1\r\n$4\r\nEXEC\r\n"));
  CHECK_THAT(heard, Catch::EndsWith(word(healer::policy_document(document)) +
                                    "$2\r\nPX\r\n$4\r\n7000\r\n*1\r\n$4\r\nEXEC\r\n"));
}

TEST_CASE_METHOD(Fixture, "a key that changed meanwhile is not overwritten") {
  tests::RedisPeer redis({"+OK\r\n", kWatched, kQueued + "+QUEUED\r\n*-1\r\n", ":1\r\n:0\r\n"});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  const auto refused = deliver(*output);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::EndsWith("the key was changed meanwhile"));
}

TEST_CASE_METHOD(Fixture, "a server without WATCH, or that does not allow it, is written to without") {
  const std::string refusal = GENERATE("-ERR unknown command 'WATCH'\r\n",
                                       "-NOPERM this user has no permissions to run the 'watch' command\r\n");
  tests::RedisPeer redis({"+OK\r\n", refusal, "+OK\r\n:0\r\n"});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  REQUIRE(deliver(*output));
  CHECK_THAT(redis.heard(), !Catch::Contains("MULTI") && Catch::Contains("PUBLISH"));
}

TEST_CASE_METHOD(Fixture, "a server that refuses a stricter document has the key deleted") {
  const std::string kOom =
      "+OK\r\n-OOM command not allowed when used memory > 'maxmemory'.\r\n+QUEUED\r\n"
      "-EXECABORT Transaction discarded because of previous errors.\r\n";
  tests::RedisPeer redis({"+OK\r\n", kWatched, kQueued + "+QUEUED\r\n*2\r\n+OK\r\n:0\r\n", kWatched, kOom,
                          ":1\r\n:2\r\n", "+OK\r\n", kWatched, kOom, ":0\r\n:2\r\n"});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  REQUIRE(deliver(*output));
  document.policy = healer::Policy::kEmergencyShutdown;
  for (int i = 0; i < 2; ++i) {
    const auto refused = deliver(*output);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Catch::Contains("SET: OOM command not allowed"));
    CHECK(output->withdrawn());
  }
  CHECK_THAT(redis.heard(), Catch::Contains("*2\r\n$3\r\nDEL\r\n$12\r\nsalus:policy\r\n*3\r\n$7\r\nPUBLISH"));
}

TEST_CASE_METHOD(Fixture, "a document that allows more than the refused one may expire by itself") {
  document.policy = healer::Policy::kEmergencyShutdown;
  const std::string oom = "+OK\r\n-OOM\r\n+QUEUED\r\n-EXECABORT\r\n";
  tests::RedisPeer redis({"+OK\r\n", kWatched, kQueued + "+QUEUED\r\n*2\r\n+OK\r\n:0\r\n", kWatched, oom});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  REQUIRE(deliver(*output));
  document.policy = healer::Policy::kNoNewTrades;
  REQUIRE_FALSE(deliver(*output));
  CHECK_FALSE(output->withdrawn());
  CHECK_THAT(redis.heard(), !Catch::Contains("DEL"));
}

TEST_CASE_METHOD(Fixture, "a connection that broke is opened again") {
  const std::string readonly = "-READONLY You can't write against a read only replica.\r\n";
  tests::RedisPeer redis({"+OK\r\n", kWatched, "+OK\r\n" + readonly + "+QUEUED\r\n-EXECABORT\r\n",
                          readonly + ":0\r\n", "+OK\r\n", kWatched,
                          kQueued + "+QUEUED\r\n*2\r\n+OK\r\n:0\r\n"});
  const auto output = healer::policy::make_redis_output(redis_at(redis.endpoint));
  const auto refused = deliver(*output);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message,
             Catch::StartsWith("Redis at 127.0.0.1:") && Catch::Contains("SET: READONLY"));
  CHECK_FALSE(output->withdrawn());
  REQUIRE(deliver(*output));
}

TEST_CASE_METHOD(Fixture, "a password is sent and never printed") {
  const tests::TemporaryFolder folder;
  folder.write("password", "open sesame\n");
  std::filesystem::permissions(folder.file("password"), std::filesystem::perms::owner_read);
  tests::RedisPeer redis({"-WRONGPASS sesame is wrong\r\n"});
  healer::RedisPolicyConfig config = redis_at(redis.endpoint);
  config.server.username = "salus";
  config.server.password_file = folder.file("password");
  const auto output = healer::policy::make_redis_output(config);
  const auto refused = deliver(*output);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::EndsWith("AUTH: WRONGPASS"));
  CHECK_THAT(redis.heard(), Catch::Contains("AUTH\r\n$5\r\nsalus\r\n$11\r\nopen sesame"));
}

TEST_CASE_METHOD(Fixture, "no Redis is an error with its address") {
  const auto output =
      healer::policy::make_redis_output(redis_at({.host = "127.0.0.1", .port = 1, .unix_path = {}}));
  const auto refused = deliver(*output);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::StartsWith("Redis at 127.0.0.1:1: "));
}
