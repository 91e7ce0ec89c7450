// What the loop does when there is more than it can take, and with what it sends or reads in parts.
#include "base/http/server/loop.h"
#include "tests/base/http/server/loop_fixture.h"
#include "tests/catch.h"

namespace http = base::http;
using namespace std::chrono_literals;
using namespace tests;
using Fixture = tests::LoopFixture;

TEST_CASE_METHOD(Fixture, "beyond the connection limit the oldest half-sent request makes room") {
  start({.connections = 20});
  std::vector<RawClient> half;
  for (int i = 0; i < 60; ++i) {
    half.emplace_back(port_);
    REQUIRE(half.back().connected());
    if (i % 2 == 0) half.back().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    clock_.advance(2ms);
    if (i % 10 != 9) continue;
    // Time stands still, so nothing but room lets this through.
    RawClient valid(port_);
    CHECK(serve(valid)->status == 200);
  }
  CHECK(half.front().rest());
  CHECK(half[1].rest());
  CHECK_FALSE(half.back().closed());
  CHECK(evicted(http::Evicted::kReceiving) >= 40);
}

TEST_CASE_METHOD(Fixture, "a connection that has just started is not closed before its bytes could be read") {
  start({.connections = 1});
  RawClient fresh(port_);
  RawClient next(port_);
  next.send(kGet);
  fresh.send(kGet);
  loop_->answer(next_job().connection, kAnswer);
  CHECK(fresh.answer()->status == 200);
  loop_->answer(next_job().connection, kAnswer);
  CHECK(next.answer()->status == 200);
}

TEST_CASE_METHOD(Fixture, "a connection that has just been accepted goes after an older half-sent one") {
  start({.connections = 2});
  RawClient half(port_);
  half.send("GET / HT");
  RawClient idle(port_);
  REQUIRE(serve(idle));  // so the first has been accepted
  clock_.advance(1s);
  RawClient fresh(port_);
  CHECK(idle.rest() == "");
  RawClient newest(port_);
  CHECK(serve(newest)->status == 200);
  CHECK(half.rest());
  CHECK(serve(fresh)->status == 200);
}

TEST_CASE_METHOD(Fixture, "beyond the connection limit a slow reader makes room") {
  start({.connections = 2});
  std::vector<RawClient> slow;
  for (int i = 0; i < 2; ++i) {
    slow.emplace_back(port_, 4096);
    slow.back().send(kGet);
    loop_->answer(next_job().connection, head_for(8 << 20) + std::string(8 << 20, 'x'));
    REQUIRE(slow.back().answer(false));
    clock_.advance(1s);
  }
  RawClient valid(port_);
  CHECK(serve(valid)->status == 200);
  CHECK(evicted(http::Evicted::kSending) == 1);
}

TEST_CASE_METHOD(Fixture, "half bodies make room for each other's bytes, and for who sends little") {
  start({.buffered_bytes = 1'000'000});
  std::vector<RawClient> half;
  for (int i = 0; i < 8; ++i) {
    half.emplace_back(port_);
    half.back().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" +
                     std::string(300'000, 'b'));
    clock_.advance(1ms);
    RawClient valid(port_);
    CHECK(serve(valid)->status == 200);
  }
  CHECK(half.front().answer()->status == 503);
  CHECK_FALSE(half.back().closed());
}

TEST_CASE_METHOD(Fixture, "a request for which there is no memory fails alone") {
  start({});
  RawClient other(port_);
  other.send("GET / HT");
  RawClient client(port_);
  client.send("GET /no_memory HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.rest() == "");
  other.send("TP/1.1\r\nHost: x\r\n\r\n");
  loop_->answer(next_job().connection, kAnswer);
  CHECK(other.answer()->status == 200);
}

TEST_CASE_METHOD(Fixture, "a request that no worker can take gets 503 at once") {
  start({});
  RawClient client(port_);
  const auto answer = client.ask("GET /full HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(answer->status == 503);
  CHECK(answer->has("Retry-After: 1\r\n"));
  CHECK(loop_->counts().overloaded == 1);
}

TEST_CASE_METHOD(Fixture, "a body is streamed in pieces, and the connection goes on afterwards") {
  start({});
  RawClient client(port_);
  client.send(kGet);
  loop_->answer(next_job().connection, head_for(123'456), std::make_shared<Letters>(123'456));
  CHECK(client.answer()->body == std::string(123'456, 'z'));
  CHECK(serve(client)->status == 200);
}

TEST_CASE_METHOD(Fixture, "a stream that breaks off ends its connection") {
  start({});
  RawClient client(port_);
  client.send(kGet);
  loop_->answer(next_job().connection, head_for(200'000), std::make_shared<Letters>(200'000, 100'000));
  CHECK(client.rest().value().ends_with("z"));
}

TEST_CASE_METHOD(Fixture, "streams have a limit, and one that is not read makes room") {
  start({.streams = 1});
  RawClient slow(port_, 4096);
  slow.send(kGet);
  loop_->answer(next_job().connection, head_for(32 << 20), std::make_shared<Letters>(32 << 20));
  REQUIRE(slow.answer(false));
  RawClient second(port_);
  second.send(kGet);
  loop_->answer(next_job().connection, head_for(5000), std::make_shared<Letters>(5000));
  CHECK(second.answer()->status == 503);
  // The first is sent to as long as the socket's buffers have room.
  int status = 503;
  for (int i = 0; i < 1000 && status == 503; ++i) {
    clock_.advance(2s);
    RawClient third(port_);
    third.send(kGet);
    loop_->answer(next_job().connection, head_for(5000), std::make_shared<Letters>(5000));
    status = third.answer()->status;
  }
  CHECK(status == 200);
  CHECK(evicted(http::Evicted::kSending) == 1);
}

TEST_CASE_METHOD(Fixture, "a request that the gate holds is read on when it may proceed") {
  gate_ = true;
  start({});
  RawClient held(port_);
  held.send("POST / HTTP/1.1\r\nHost: x\r\nHold: 1\r\nContent-Length: 4\r\n\r\nbo");
  const std::uint64_t key = next_held();
  clock_.advance(1h);
  RawClient other(port_);
  CHECK(serve(other)->status == 200);
  CHECK_FALSE(held.closed());
  loop_->proceed(key);
  held.send("dy");
  const auto job = next_job();
  CHECK(job.request.body == "body");
  loop_->answer(job.connection, kAnswer);
  CHECK(held.answer()->status == 200);
}
