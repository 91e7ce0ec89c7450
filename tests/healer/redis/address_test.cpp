#include "healer/redis/address.h"

#include "base/os/file.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/redis_peer.h"

using namespace healer::actions;
using namespace std::chrono_literals;

namespace {

struct Read {
  RedisAddress address;
  std::string problems;
};

Read read(const std::string& text) {
  base::yaml::Problems problems;
  RedisAddress address = read_redis_address(base::yaml::parse(text, "a.yml", problems));
  return {std::move(address), problems.str()};
}

}  // namespace

TEST_CASE("a server is named by host and port or by its socket") {
  CHECK(read("{address: '127.0.0.1:6379', database: 3}").address.database == 3);
  CHECK(read("{address: 'unix:///run/redis.sock'}").address.endpoint.unix_path == "/run/redis.sock");
  const auto wrong = GENERATE("{}", "{address: redis}", "{address: ':6379'}", "{address: 'a:0'}",
                              "{address: 'a:1', password_file: secret}", "{address: 'a:1', username: salus}",
                              "{address: 'a:1', database: -1}");
  CHECK(read(wrong).problems != "");
}

TEST_CASE("a session begins with the password and the database") {
  tests::TemporaryFolder folder;
  const base::SystemClock clock;
  REQUIRE(base::write_atomically(folder.file("password"), "s3cret\n", 0600));
  tests::RedisPeer peer({"+OK\r\n", "+OK\r\n"});
  REQUIRE(open_redis({.endpoint = peer.endpoint,
                      .username = "salus",
                      .password_file = folder.file("password"),
                      .database = 2},
                     base::Deadline::after(clock, 20s)));
  CHECK_THAT(peer.heard(), Catch::StartsWith("*3\r\n$4\r\nAUTH\r\n$5\r\nsalus\r\n$6\r\ns3cret\r\n") &&
                               Catch::Contains("SELECT"));
}

TEST_CASE("a refused password is reported by the code of the refusal alone") {
  tests::TemporaryFolder folder;
  const base::SystemClock clock;
  REQUIRE(base::write_atomically(folder.file("password"), "s3cret\n", 0600));
  tests::RedisPeer peer({"-WRONGPASS s3cret is wrong\r\n"});
  const auto opened = open_redis(
      {.endpoint = peer.endpoint, .username = "", .password_file = folder.file("password"), .database = 0},
      base::Deadline::after(clock, 20s));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message == "Redis at " + peer.endpoint.str() + ": AUTH: WRONGPASS");
}
