#include "healer/redis/connection.h"

#include "tests/healer/actions/redis_peer.h"

using healer::actions::RedisConnection;
using Kind = healer::actions::RedisReply::Kind;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const base::SystemClock kClock;

base::Deadline soon(base::Duration length = 20s) { return base::Deadline::after(kClock, length); }

RedisConnection connect(const tests::RedisPeer& peer) {
  auto redis = RedisConnection::open(peer.endpoint, soon());
  REQUIRE(redis);
  return std::move(*redis);
}

}  // namespace

TEST_CASE("replies of every kind come in the order of their commands") {
  const std::string says = "+OK\r\n:7\r\n$-1\r\n*2\r\n$1\r\n0\r\n*1\r\n$3\r\na\0b\r\n-ERR no\r\n"s;
  tests::RedisPeer binary({says});
  auto redis = connect(binary);
  const auto replies = redis.ask_all({{"PING"}, {"DBSIZE"}, {"GET", "x"}, {"SCAN", "0"}, {"BAD"}}, soon());
  REQUIRE(replies);
  REQUIRE(replies->size() == 5);
  CHECK((*replies)[0].text == "OK");
  CHECK((*replies)[1].number == 7);
  CHECK((*replies)[2].kind == Kind::kNothing);
  REQUIRE((*replies)[3].list.size() == 2);
  CHECK((*replies)[3].list[1].list.at(0).text == std::string("a\0b", 3));
  CHECK((*replies)[4].kind == Kind::kError);
  CHECK((*replies)[4].text == "ERR no");
  CHECK_THAT(binary.heard(), Catch::StartsWith("*1\r\n$4\r\nPING\r\n*1\r\n$6\r\nDBSIZE\r\n"));
}

TEST_CASE("what a server refuses is an error in its words") {
  tests::RedisPeer peer({"-READONLY You can't write\r\n"});
  auto redis = connect(peer);
  const auto reply = redis.ask({"UNLINK", "x"}, soon());
  REQUIRE_FALSE(reply);
  CHECK(reply.error().message == "UNLINK: READONLY You can't write");
}

TEST_CASE("a server that hangs up, talks nonsense or says nothing is an error") {
  const auto [says, length, why] = GENERATE(table<std::vector<std::string>, base::Duration, std::string>({
      {{""}, 20s, "the connection was closed before the reply came"},
      {{"HTTP/1.1 400\r\n"}, 20s, "received data that is not a Redis reply"},
      {{"$5\r\nab", "never"}, 50ms, "no answer in time"},
  }));
  tests::RedisPeer peer(says);
  auto redis = connect(peer);
  const auto reply = redis.ask({"PING"}, soon(length));
  REQUIRE_FALSE(reply);
  CHECK(reply.error().message == why);
}

TEST_CASE("where no server listens, the reason is said") {
  const auto redis =
      RedisConnection::open({.host = {}, .port = 0, .unix_path = "/nonexistent/redis.sock"}, soon());
  REQUIRE_FALSE(redis);
  CHECK(redis.error().message == "no such file or directory");
}
