#include "healer/publish/read_published.h"

#include <unistd.h>

#include <filesystem>

#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/redis_peer.h"

using healer::Policy;
using healer::PolicyConfig;
using healer::policy::read_published;

namespace {

const base::SystemClock kClock;

PolicyConfig with_redis(const base::Endpoint& endpoint) {
  PolicyConfig config;
  config.redis.emplace();
  config.redis->server.endpoint = endpoint;
  return config;
}

}  // namespace

TEST_CASE("nothing published is nothing read") {
  const tests::TemporaryFolder folder;
  PolicyConfig config;
  CHECK(read_published(config, "", kClock).empty());
  config.file = folder.file("policy.json");
  CHECK(read_published(config, folder.file("copy"), kClock).empty());
}

TEST_CASE("the file and the copy are read, also when they have expired") {
  const tests::TemporaryFolder folder;
  PolicyConfig config;
  config.file =
      folder.write("policy.json", R"({"policy":"defensive_exit","valid_until":"2020-01-01T00:00:00Z"})");
  const auto all = read_published(config, folder.write("copy", R"({"policy":"emergency_shutdown"})"), kClock);
  REQUIRE(all.size() == 2);
  CHECK(all[0].policy == Policy::kDefensiveExit);
  CHECK(all[0].where == "policy file " + config.file);
  CHECK(all[1].policy == Policy::kEmergencyShutdown);
}

TEST_CASE("what is there and cannot be read counts as no_new_trades") {
  const tests::TemporaryFolder folder;
  PolicyConfig config;
  config.file = folder.file("policy.json");
  const int what = GENERATE(0, 1, 2);
  if (what == 0) std::filesystem::create_directory(config.file);
  if (what == 1) std::filesystem::create_symlink("/nowhere", config.file);
  if (what == 2) folder.write("policy.json", std::string(100000, 'x'));
  const auto all = read_published(config, "", kClock);
  REQUIRE(all.size() == 1);
  CHECK_FALSE(all[0].whole);
  CHECK(all[0].policy == Policy::kNoNewTrades);
}

TEST_CASE("the key in Redis is read") {
  const std::string text = R"({"policy":"emergency_shutdown"})";
  tests::RedisPeer redis({"+OK\r\n", "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"});
  const auto all = read_published(with_redis(redis.endpoint), "", kClock);
  REQUIRE(all.size() == 1);
  CHECK(all[0].policy == Policy::kEmergencyShutdown);
  CHECK(all[0].where == "Redis key salus:policy");
}

TEST_CASE("a key that is gone, or a Redis that is away, is left out") {
  tests::RedisPeer redis({"+OK\r\n", "$-1\r\n"});
  CHECK(read_published(with_redis(redis.endpoint), "", kClock).empty());
  CHECK(read_published(with_redis({.host = "127.0.0.1", .port = 1, .unix_path = {}}), "", kClock).empty());
}
